/* SPDX-License-Identifier: ISC */
/* seeds.c - the main of a fuzz target in `make check`: it runs through its seeds, whole, cut and
 * damaged, always in the same way, so that what a fuzzer has found stays found.
 *
 *     NAME FOLDER [whole]
 *
 * With `whole` they are neither cut nor damaged. */
#include <dirent.h>

#include "../../unit/tap.h"
#include "../fuzz.h"
#include "base/fd.h"
#include "raw/packet/sweep.h"

enum { SEED_MAX = 1 << 20, CUTS = 600, DAMAGES = 200 };

static void run_cut(const uint8_t *data, size_t size)
{
	for (size_t cut = 1; cut <= size && cut < CUTS; cut++)
		LLVMFuzzerTestOneInput(data, size - cut);
}

/* Every other change is kept, so that they accumulate. */
static void run_damaged(uint8_t *data, size_t size)
{
	uint64_t random = size;

	for (int i = 0; i < DAMAGES && size > 0; i++) {
		size_t at = (size_t)(random_next(&random) % size);
		uint8_t kept = data[at];

		data[at] = (uint8_t)random_next(&random);
		LLVMFuzzerTestOneInput(data, size);
		if (i % 2)
			data[at] = kept;
	}
}

static void run_seed(const char *folder, const char *name, bool whole)
{
	char path[1024];
	size_t size;
	char *data;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	data = fd_read_file(path, SEED_MAX, &size);
	if (data) {
		uint8_t *copy = fuzz_copy(data, size);

		LLVMFuzzerTestOneInput(copy, size);
		if (!whole) {
			run_cut(copy, size);
			run_damaged(copy, size);
		}
		free(copy);
	}
	OK(data != NULL, "%s", name);
	free(data);
}

int main(int argc, char **argv)
{
	DIR *folder = argc > 1 ? opendir(argv[1]) : NULL;
	const struct dirent *entry;
	int count = 0;

	while (folder && (entry = readdir(folder))) {
		if (*entry->d_name == '.')
			continue;
		run_seed(argv[1], entry->d_name, argc > 2);
		count++;
	}
	if (folder)
		closedir(folder);
	OK(count > 0, "there are seeds in %s", argc > 1 ? argv[1] : "no folder");
	return tap_end();
}
