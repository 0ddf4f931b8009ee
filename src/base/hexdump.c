/* SPDX-License-Identifier: ISC */
/* hexdump.c - bytes as lines of offset, hexadecimal and text. */
#include "base/hexdump.h"

#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"

/* " 00" for each byte, and a gap in the middle. */
enum { HEX_COLUMNS = 3 * HEXDUMP_WIDTH + 1 };

static void add_hex(struct bytes *out, const unsigned char *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char text[HEX_COLUMNS];

	memset(text, ' ', sizeof(text));
	for (size_t i = 0; i < size; i++) {
		char *at = text + 3 * i + (i >= HEXDUMP_WIDTH / 2) + 1;

		at[0] = digits[data[i] >> 4];
		at[1] = digits[data[i] & 15];
	}
	bytes_add(out, text, sizeof(text));
}

static void add_text(struct bytes *out, const unsigned char *data, size_t size)
{
	char text[HEXDUMP_WIDTH + 2];

	text[0] = '|';
	for (size_t i = 0; i < size; i++)
		text[i + 1] = data[i] >= ' ' && data[i] <= '~' ? (char)data[i] : '.';
	text[size + 1] = '|';
	bytes_add(out, text, size + 2);
}

static void add_line(struct bytes *out, const char *before, uint64_t offset,
	const unsigned char *data, size_t size)
{
	bytes_add_text(out, before);
	bytes_add_format(out, "%08" PRIx64 " ", offset);
	add_hex(out, data, size);
	bytes_add_text(out, "  ");
	add_text(out, data, size);
}

void hexdump_add(struct bytes *out, const char *before, uint64_t offset, const void *data,
	size_t size, const char *after)
{
	static const char blanks[HEXDUMP_WIDTH + 1] = "                ";
	const unsigned char *at = data;

	while (size > 0) {
		size_t n = size < HEXDUMP_WIDTH ? size : HEXDUMP_WIDTH;

		add_line(out, before, offset, at, n);
		if (*after)
			bytes_add(out, blanks, HEXDUMP_WIDTH - n);
		bytes_add_text(out, after);
		bytes_add_byte(out, '\n');
		at += n;
		offset += n;
		size -= n;
	}
}
