/* SPDX-License-Identifier: ISC */
/* expect.c - tests of tcp/expect.h. */
#include "tcp/connect/expect.h"

#include <stdlib.h>

#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define LINE	     "0123456789abcdef0123456789abcde\n"
#define FOUR	     LINE LINE LINE LINE
#define SIXTEEN	     FOUR FOUR FOUR FOUR
#define DATA(text)   text, sizeof(text) - 1

static const struct {
	const char *pattern;
	const char *data;
	size_t size;
	size_t found; /* after this many bytes; 0: never */
	bool at_end;  /* then at the end of the stream */
} streams[] = {
	{"\\+PONG", DATA("+PONG\r\n"), 5, true},
	{"^220 ", DATA("220-a\r\n220 b\r\n"), 11, true},
	{"^HTTP/1\\.[01] (200|204) ", DATA("HTTP/1.1 204 No\r\n"), 13, true},
	{"^b", DATA("ab\nb"), 4, true},
	{"a$", DATA("a\n"), 2, true},
	{"a$", DATA("a"), 0, true},
	{"a$", DATA("ab"), 0, false},
	{"^$", DATA("a\n\nb"), 3, true},
	{"a.b", DATA("a\nb"), 0, false},
	{"a.b", DATA("a\0b"), 3, true},
	{"x{3}", DATA("xxyxxx"), 6, true},
	{"[[:digit:]]+\xff",
		DATA("\xfe"
		     "12\xff"),
		4, true},
	{"nothing", DATA("here"), 0, false},
	{"a\nb", DATA("xa\nb"), 4, true},
	{"a[[:space:]]b", DATA("a\nb"), 3, true},
	{"a[^x]b", DATA("a\nb"), 0, false},
	{"end$", DATA("an end\nmore"), 7, true},
};

static bool feed(struct expect *e, const void *data, size_t size)
{
	return expect_feed(e, data, size) == EXPECT_MATCH;
}

static void compile(struct expect *e, const char *text)
{
	if (expect_init(e, text))
		abort();
}

static void test_byte_by_byte(void)
{
	for (size_t i = 0; i < COUNT(streams); i++) {
		struct expect e = {.compiled = false};
		size_t found = 0;

		compile(&e, streams[i].pattern);
		for (size_t n = 0; n < streams[i].size && !found; n++)
			found = feed(&e, streams[i].data + n, 1) ? n + 1 : 0;
		OK(found == streams[i].found &&
				(expect_end(&e) == EXPECT_MATCH) == streams[i].at_end,
			"%s, byte by byte", streams[i].pattern);
		expect_release(&e);
	}
}

static void test_cut(void)
{
	for (size_t i = 0; i < COUNT(streams); i++) {
		bool good = true;

		for (size_t cut = 0; cut <= streams[i].size; cut++) {
			struct expect e = {.compiled = false};
			bool found;

			compile(&e, streams[i].pattern);
			found = cut > 0 && feed(&e, streams[i].data, cut);
			found = found ||
				(cut < streams[i].size &&
					feed(&e, streams[i].data + cut, streams[i].size - cut));
			good = good && found == (streams[i].found > 0);
			expect_release(&e);
		}
		OK(good, "%s, cut at every place", streams[i].pattern);
	}
}

static void test_long(void)
{
	static const char filler[] = SIXTEEN SIXTEEN SIXTEEN SIXTEEN;
	struct expect e = {.compiled = false}, begin = {.compiled = false};
	bool early = false;

	compile(&e, "wanted");
	compile(&begin, "^[0-9a-f]{40}");
	for (int i = 0; i < 400; i++) {
		early = early || feed(&e, filler, sizeof filler - 1);
		early = early || feed(&begin, filler, sizeof filler - 1);
	}
	OK(!early && e.window.size <= 3 * EXPECT_WINDOW, "a long stream is not kept");
	OK(!feed(&e, "wan", 3) && feed(&e, "ted", 3), "a match far behind");
	expect_release(&e);
	expect_release(&begin);
}

static void test_window(void)
{
	char *block = malloc(EXPECT_WINDOW);
	struct expect e = {.compiled = false};
	bool found = false;

	memset(block, '-', EXPECT_WINDOW);
	compile(&e, "<-*>");
	found = feed(&e, block, EXPECT_WINDOW) || feed(&e, block, EXPECT_WINDOW);
	found = found || feed(&e, "<", 1) || feed(&e, block, EXPECT_WINDOW - 2);
	OK(!found && feed(&e, ">", 1), "a match as long as the window");
	expect_release(&e);
	free(block);
}

/* The longest line that is passed to regexec(3), and how much of it is kept between two
 * searches. */
static void test_one_long_line(void)
{
	char block[EXPECT_WINDOW];
	struct expect e = {.compiled = false};
	bool found = false, bounded = true;

	memset(block, 'a', sizeof block);
	compile(&e, "a.*b");
	for (int i = 0; i < 8; i++) {
		found = found || feed(&e, block, sizeof block);
		bounded = bounded && e.window.size <= EXPECT_WINDOW;
	}
	OK(!found && bounded, "of one long line no more than the window is kept");
	OK(feed(&e, "b", 1), "and a match at its end is found");
	expect_release(&e);
	compile(&e, "^a");
	found = feed(&e, "b", 1);
	for (int i = 0; i < 4; i++)
		found = found || feed(&e, block, sizeof block);
	OK(!found, "where a long line was cut no line begins");
	expect_release(&e);
}

/* A complete line is never searched again. */
static void test_lines_are_dropped(void)
{
	struct expect e = {.compiled = false};

	compile(&e, "wanted");
	OK(!feed(&e, LINE LINE "rest", sizeof(LINE LINE "rest") - 1) && e.window.size == 4,
		"complete lines are not kept");
	expect_release(&e);
}

static void test_refused(void)
{
	struct expect e = {.compiled = false};

	OK(expect_init(&e, "(") && !e.compiled, "what does not compile has a reason");
	expect_release(&e);
	OK(expect_init(&e, "(a)\\1") && !e.compiled, "back-references are refused");
	OK(!expect_init(&e, "(a|b)+c?"), "what compiles has none");
	expect_release(&e);
}

int main(void)
{
	test_byte_by_byte();
	test_cut();
	test_long();
	test_window();
	test_one_long_line();
	test_lines_are_dropped();
	test_refused();
	return tap_end();
}
