/* SPDX-License-Identifier: ISC */
/* hexdump.c - a dump has every byte at its place, in columns. The first eight bytes are the offset
 * of the others.
 *
 * covers: base/hexdump.c */
#include "base/hexdump.h"

#include "base/bytes.h"
#include "base/text.h"
#include "fuzz.h"

enum { HEX_SIZE = 3 * HEXDUMP_WIDTH + 1, LINE_MAX_SIZE = 128 };

/* Whether LINE is that of the N bytes DATA at OFFSET, and its columns end where they should. */
static bool is_line(
	const char *line, size_t size, uint64_t offset, const unsigned char *data, size_t n)
{
	char start[LINE_MAX_SIZE];
	int at = snprintf(start, sizeof start, "< %08llx ", (unsigned long long)offset);
	const char *letters = line + at + HEX_SIZE + 2;
	struct bytes back = {0};
	bool good = size == (size_t)at + HEX_SIZE + 2 + 2 + HEXDUMP_WIDTH + strlen(" >") &&
		memcmp(line, start, (size_t)at) == 0 && !text_unhex(line + at, HEX_SIZE, &back) &&
		back.size == n && memcmp(bytes_text(&back), data, n) == 0 && letters[0] == '|' &&
		letters[n + 1] == '|';

	for (size_t i = 0; i < n && good; i++) {
		bool plain = data[i] >= ' ' && data[i] <= '~';

		good = letters[i + 1] == (plain ? (char)data[i] : '.');
	}
	bytes_release(&back);
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes out = {0};
	uint64_t offset;
	const char *line;

	if (size < sizeof offset)
		return 0;
	memcpy(&offset, data, sizeof offset);
	data += sizeof offset;
	size -= sizeof offset;
	hexdump_add(&out, "< ", offset, data, size, " >");
	line = bytes_text(&out);
	for (size_t at = 0; at < size; at += HEXDUMP_WIDTH) {
		size_t left = size - at;
		const char *end = strchr(line, '\n');

		if (!end ||
			!is_line(line, (size_t)(end - line), offset + at, data + at,
				left < HEXDUMP_WIDTH ? left : HEXDUMP_WIDTH))
			abort();
		line = end + 1;
	}
	if (*line)
		abort();
	bytes_release(&out);
	return 0;
}
