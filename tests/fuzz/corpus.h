/* SPDX-License-Identifier: ISC */
/* corpus.h - run what a fuzzer found worth keeping through its target, in a unit test. */
#ifndef CORPUS_H
#define CORPUS_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fd.h"

enum { CORPUS_MAX = 1 << 20, CORPUS_PATH = 4096 };

typedef int corpus_fn(const uint8_t *data, size_t size);

/* Run each file of the folder tests/fuzz/NAME, seen from the project's root, through TARGET, which
 * aborts at what is wrong. How many there were. */
static inline int corpus_run(const char *name, corpus_fn *target)
{
	char folder[CORPUS_PATH], path[2 * CORPUS_PATH];
	struct dirent *entry;
	int count = 0;
	DIR *dir;

	snprintf(folder, sizeof folder, "tests/fuzz/%s", name);
	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		size_t size;
		char *data;

		if (*entry->d_name == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		data = fd_read_file(path, CORPUS_MAX, &size);
		if (!data)
			continue;
		target((const uint8_t *)data, size);
		free(data);
		count++;
	}
	if (dir)
		closedir(dir);
	return count;
}

#endif
