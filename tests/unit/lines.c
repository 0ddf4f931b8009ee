/* SPDX-License-Identifier: ISC */
/* lines.c - lines come out the same, however the bytes arrive. */

#include "tcp/services/lines.h"

#include <string.h>

#include "tap.h"

static void add(void *arg, const void *line, size_t size)
{
	struct bytes *out = arg;

	bytes_add_byte(out, '[');
	bytes_add(out, line, size);
	bytes_add_byte(out, ']');
}

/* Whether TEXT, fed STEP bytes at a time, comes out as EXPECTED. */
static bool comes_out(const char *text, size_t step, size_t limit, const char *expected)
{
	struct lines l = {0};
	struct bytes out = {0};
	size_t size = strlen(text);
	bool same;

	for (size_t at = 0; at < size; at += step)
		lines_feed(&l, text + at, size - at < step ? size - at : step, limit, add, &out);
	lines_end(&l, add, &out);
	same = strcmp(bytes_text(&out), expected) == 0 && !l.begun.data;
	bytes_release(&out);
	return same;
}

static bool always(const char *text, size_t limit, const char *expected)
{
	bool same = true;

	for (size_t step = 1; step <= strlen(text) + 1; step++)
		same = same && comes_out(text, step, limit, expected);
	return same;
}

/* A hundred senders that never end their line cost what is allowed for all together, plus little
 * for each. */
static void test_total(void)
{
	enum { SENDERS = 100, LIMIT = 1 << 20, STEP = 1000 };
	static char data[STEP];
	static struct lines all[SENDERS];
	struct lines_total total = {0};
	struct bytes out = {0};
	size_t held = 0;

	memset(data, 'x', sizeof data);
	for (int i = 0; i < SENDERS; i++) {
		all[i].total = &total;
		for (int n = 0; n < LIMIT / STEP; n++)
			lines_feed(&all[i], data, sizeof data, LIMIT, add, &out);
		held += all[i].begun.size;
	}
	OK(held == total.bytes, "what is begun is counted");
	OK(held <= LINES_TOTAL_MAX + LIMIT + SENDERS * LINES_SHORT, "and bounded");
	for (int i = 0; i < SENDERS; i++)
		lines_release(&all[i]);
	OK(total.bytes == 0, "until it is gone");
	bytes_release(&out);
}

int main(void)
{
	OK(always("one\ntwo\n", 100, "[one][two]"), "whole lines");
	OK(always("one\n\ntwo", 100, "[one][][two]"), "an empty one, and one without an end");
	OK(always("", 100, ""), "nothing");
	OK(always("\n", 100, "[]"), "a newline alone");
	OK(always("abcd\nefgh\n", 4, "[abcd][efgh]"), "lines as long as the limit are not cut");
	OK(always("abcdefghij\nk", 4, "[abcd][efgh][ij][k]"), "longer ones are");
	OK(always("abcdefgh", 4, "[abcd][efgh]"), "the end at a cut adds no empty line");
	test_total();
	return tap_end();
}
