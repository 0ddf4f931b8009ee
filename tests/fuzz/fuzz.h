/* SPDX-License-Identifier: ISC */
/* fuzz.h - what the targets share: aborting if something is wrong, and turning arbitrary bytes into
 * the words, texts and files that a parser expects. */
#ifndef FUZZ_H
#define FUZZ_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The target. Its first comment names the parts of src/ that it is about: `covers: FILE...`, and
 * the functions there that are not parsers: `but: FUNCTION...` (lib/coverage.sh). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Abort unless CONDITION is true, reporting where, because the compiler merges calls of
 * abort(3). */
#define must(condition) ((condition) ? (void)0 : fuzz_abort(__FILE__, __LINE__))

static inline void fuzz_abort(const char *file, int line)
{
	fprintf(stderr, "%s:%d: errno %d: wrong\n", file, line, errno);
	abort();
}

/* A copy of the SIZE bytes at DATA, which the caller frees, so that a checker detects reads beyond
 * them; only in fuzz_text a NUL follows them. */
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

/* Cut TEXT at each END into words, at most MOST, and a NULL. Returns how many. */
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

/* The path of a file with the SIZE bytes at DATA, until the next call; and of another one. */
struct fuzz_file {
	char path[32];
	int fd;
};

static inline const char *fuzz_fill(struct fuzz_file *f, const uint8_t *data, size_t size)
{
	char name[] = "/dev/shm/fuzz.XXXXXX", elsewhere[] = "/tmp/fuzz.XXXXXX";

	if (!*f->path) {
		/* In memory instead of on a disk, if possible. */
		f->fd = mkstemp(name);
		if (f->fd < 0)
			f->fd = mkstemp(elsewhere);
		must(f->fd >= 0 && unlink(access(name, F_OK) == 0 ? name : elsewhere) == 0);
		snprintf(f->path, sizeof f->path, "/dev/fd/%d", f->fd);
	}
	must(ftruncate(f->fd, 0) == 0 && lseek(f->fd, 0, SEEK_SET) == 0);
	must(write(f->fd, data, size) == (ssize_t)size && lseek(f->fd, 0, SEEK_SET) == 0);
	return f->path;
}

static inline const char *fuzz_file(const uint8_t *data, size_t size)
{
	static struct fuzz_file file;

	return fuzz_fill(&file, data, size);
}

static inline const char *fuzz_other_file(const uint8_t *data, size_t size)
{
	static struct fuzz_file file;

	return fuzz_fill(&file, data, size);
}

#endif
