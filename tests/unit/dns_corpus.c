/* SPDX-License-Identifier: ISC */
/* dns_corpus.c - what was found by fuzzing stays found: the corpus, whole and cut at every place.
 */

#include <dirent.h>
#include <stdlib.h>

#include "../fuzz/dns.c"
#include "base/fd.h"
#include "tap.h"

enum { LONGEST = 1 << 16 };

static const char folder[] = "tests/fuzz/dns";

static void try_file(const char *name)
{
	struct bytes path = {0};
	size_t size = 0;

	bytes_add_format(&path, "%s/%s", folder, name);
	char *data = fd_read_file(bytes_text(&path), LONGEST, &size);
	for (size_t cut = 0; data && cut <= size; cut++)
		LLVMFuzzerTestOneInput((const uint8_t *)data, cut);
	OK(data != NULL, "%s", name);
	free(data);
	bytes_release(&path);
}

int main(void)
{
	DIR *files = opendir(folder);
	const struct dirent *file;

	OK(files != NULL, "the corpus is there");
	while (files && (file = readdir(files))) {
		if (file->d_name[0] != '.')
			try_file(file->d_name);
	}
	if (files)
		closedir(files);
	return tap_end();
}
