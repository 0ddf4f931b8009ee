/* SPDX-License-Identifier: ISC */
/* udp_split.c - tests of udp/send/split.h: the same pieces, however the input arrives. */
#include "udp/send/split.h"

#include "tap.h"

enum { OUT = 256 };

/* Write the pieces of DATA to OUT, each in brackets; STEP bytes arrive at a time. */
static const char *cut(const struct split_rule *rule, const char *data, size_t size, size_t step)
{
	static char out[OUT];
	size_t at = 0, have = 0, length, used, written = 0;

	for (;;) {
		bool ended = have == size;

		used = split_next(
			rule, (const unsigned char *)data + at, have - at, ended, &length);
		if (used > 0) {
			out[written++] = '[';
			for (size_t i = 0; i < length; i++)
				out[written++] = data[at + i] ? data[at + i] : '0';
			out[written++] = ']';
			at += used;
		} else if (ended) {
			break;
		} else {
			have = have + step < size ? have + step : size;
		}
	}
	out[written] = '\0';
	return out;
}

int main(void)
{
	static const struct {
		struct split_rule rule;
		const char *data;
		size_t size;
		const char *pieces;
	} cases[] = {
		{{SPLIT_WHOLE, 0}, "", 0, ""},
		{{SPLIT_WHOLE, 0}, "a\nb\n", 4, "[a\nb\n]"},
		{{SPLIT_LINE, 0}, "", 0, ""},
		{{SPLIT_LINE, 0}, "\n", 1, "[]"},
		{{SPLIT_LINE, 0}, "a\n\nbc", 5, "[a][][bc]"},
		{{SPLIT_LINE, 0}, "a\r\nb\n", 5, "[a\r][b]"},
		{{SPLIT_LINE, 0}, "a\0b\nc", 5, "[a0b][c]"},
		{{SPLIT_NUL, 0}, "a\nb\0\0c", 6, "[a\nb][][c]"},
		{{SPLIT_SIZE, 3}, "abcdefgh", 8, "[abc][def][gh]"},
		{{SPLIT_SIZE, 3}, "abc", 3, "[abc]"},
		{{SPLIT_SIZE, 1}, "ab", 2, "[a][b]"},
		{{SPLIT_SIZE, 99}, "ab", 2, "[ab]"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t step = 1; step <= cases[i].size + 1; step++) {
			const char *got = cut(&cases[i].rule, cases[i].data, cases[i].size, step);

			OK(tap_same(got, cases[i].pieces), "case %zu, %zu bytes at a time", i,
				step);
		}
	}
	return tap_end();
}
