/* SPDX-License-Identifier: ISC */
/* raw_pcap_seeds.c - the fuzz target of raw/pcap.h over its seeds: whole, cut, and damaged. */
#include "../fuzz/pcap.c" /* the target itself */

#include <dirent.h>
#include <stdio.h>

#include "base/fd.h"
#include "raw/sweep.h"
#include "tap.h"

enum { SEED_MAX = 1 << 20, DAMAGES = 2000, CUT_MAX = 600 };

static const char folder[] = "tests/fuzz/pcap";

static void run_damaged(unsigned char *data, size_t size, uint64_t *random)
{
	for (int i = 0; i < DAMAGES; i++) {
		size_t at = (size_t)(random_next(random) % size);
		unsigned char kept = data[at];

		data[at] = (unsigned char)random_next(random);
		LLVMFuzzerTestOneInput(data, size);
		/* Every other damage stays, so that they add up. */
		if (i % 2)
			data[at] = kept;
	}
}

static void run_seed(const char *name, uint64_t *random)
{
	char path[512];
	size_t size;
	char *data;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	data = fd_read_file(path, SEED_MAX, &size);
	OK(data != NULL, "%s can be read", path);
	if (!data)
		return;
	for (size_t cut = 0; cut <= size && cut < CUT_MAX; cut++)
		LLVMFuzzerTestOneInput((unsigned char *)data, size - cut);
	if (size > 0)
		run_damaged((unsigned char *)data, size, random);
	OK(true, "%s, cut and damaged", name);
	free(data);
}

int main(void)
{
	DIR *seeds = opendir(folder);
	uint64_t random = 1;
	struct dirent *entry;

	OK(seeds != NULL, "the seeds are there");
	while (seeds && (entry = readdir(seeds)))
		if (entry->d_name[0] != '.')
			run_seed(entry->d_name, &random);
	if (seeds)
		closedir(seeds);
	return tap_end();
}
