/* SPDX-License-Identifier: ISC */
/* hexdump.h - bytes as lines of offset, hexadecimal and text. Pure. */
#ifndef BASE_HEXDUMP_H
#define BASE_HEXDUMP_H

#include <stddef.h>
#include <stdint.h>

struct bytes;

enum { HEXDUMP_WIDTH = 16 };

/* Append a line for each HEXDUMP_WIDTH of the SIZE bytes at DATA: BEFORE, the offset (OFFSET for
 * the first byte at DATA) in eight digits or more, the bytes in hexadecimal, the same bytes as text
 * between bars with a dot for what is not printable ASCII, AFTER, and a newline. All columns are
 * aligned. */
void hexdump_add(struct bytes *out, const char *before, uint64_t offset, const void *data,
	size_t size, const char *after);

#endif
