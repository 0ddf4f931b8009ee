/* SPDX-License-Identifier: ISC */
/* expect.c - tests of tcp/expect.h. */
#include "../fuzz/expect.c"

#include <stdlib.h>

#include "../fuzz/corpus.h"
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
	size_t found; /* after so many bytes; 0: never */
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
};

static void test_byte_by_byte(void)
{
	for (size_t i = 0; i < COUNT(streams); i++) {
		struct expect e = {.compiled = false};
		size_t found = 0;

		expect_init(&e, streams[i].pattern);
		for (size_t n = 0; n < streams[i].size && !found; n++)
			found = expect_feed(&e, streams[i].data + n, 1) ? n + 1 : 0;
		OK(found == streams[i].found && expect_end(&e) == streams[i].at_end,
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

			expect_init(&e, streams[i].pattern);
			found = cut > 0 && expect_feed(&e, streams[i].data, cut);
			found = found ||
				(cut < streams[i].size &&
					expect_feed(
						&e, streams[i].data + cut, streams[i].size - cut));
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

	expect_init(&e, "wanted");
	expect_init(&begin, "^[0-9a-f]{40}");
	for (int i = 0; i < 400; i++) {
		early = early || expect_feed(&e, filler, sizeof filler - 1);
		early = early || expect_feed(&begin, filler, sizeof filler - 1);
	}
	OK(!early && e.window.size <= 3 * EXPECT_WINDOW, "a long stream is not kept");
	OK(!expect_feed(&e, "wan", 3) && expect_feed(&e, "ted", 3), "a match far behind");
	expect_release(&e);
	expect_release(&begin);
}

static void test_window(void)
{
	char *block = malloc(EXPECT_WINDOW);
	struct expect e = {.compiled = false};
	bool found = false;

	memset(block, '-', EXPECT_WINDOW);
	expect_init(&e, "<-*>");
	found = expect_feed(&e, block, EXPECT_WINDOW) || expect_feed(&e, block, EXPECT_WINDOW);
	found = found || expect_feed(&e, "<", 1) || expect_feed(&e, block, EXPECT_WINDOW - 2);
	OK(!found && expect_feed(&e, ">", 1), "a match as long as the window");
	expect_release(&e);
	free(block);
}

static void test_refused(void)
{
	struct expect e = {.compiled = false};

	OK(expect_init(&e, "(") && !e.compiled, "what does not compile has a reason");
	expect_release(&e);
	OK(!expect_init(&e, "(a|b)+c?"), "what compiles has none");
	expect_release(&e);
}

int main(void)
{
	test_byte_by_byte();
	test_cut();
	test_long();
	test_window();
	test_refused();
	OK(corpus_run("expect", LLVMFuzzerTestOneInput) > 0, "the fuzzer's corpus");
	return tap_end();
}
