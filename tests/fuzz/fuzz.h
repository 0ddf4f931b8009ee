/* SPDX-License-Identifier: ISC */
/* fuzz.h - what the targets share: they abort at what is wrong, and are given bytes of no meaning
 * as the words, texts and files that a parser wants. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The target. The first line of each has the parts of src/ that it is about: `covers: FILE...`. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(bool condition)
{
	if (!condition)
		abort();
}

/* The SIZE bytes at DATA in memory of their own, which the caller frees, so that a checker sees
 * what is read beside them; a NUL stands behind them only in fuzz_text. */
static inline void *fuzz_copy(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	must(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	must(text != NULL);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* Cut TEXT at each END into words, at most MOST, and a NULL. How many. */
static inline size_t fuzz_words(char *text, char end, char *words[], size_t most)
{
	size_t count = 0;

	for (char *next; text && count < most; text = next) {
		next = strchr(text, end);
		if (next)
			*next++ = '\0';
		words[count++] = text;
	}
	words[count] = NULL;
	return count;
}

/* The path of a file with the SIZE bytes at DATA, until the next call. */
static inline const char *fuzz_file(const uint8_t *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		char name[] = "/tmp/fuzz.XXXXXX";

		fd = mkstemp(name);
		must(fd >= 0 && unlink(name) == 0);
		snprintf(path, sizeof path, "/dev/fd/%d", fd);
	}
	must(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	must(write(fd, data, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	return path;
}

#endif
