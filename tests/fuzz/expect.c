/* SPDX-License-Identifier: ISC */
/* expect.c - whether a stream has a match, however it is cut. The first line is the expression.
 *
 * covers: tcp/connect/expect.c
 * but: expect_reset */
#include "tcp/connect/expect.h"

#include <time.h>

#include "pieces.h"

#ifdef FUZZER
enum { SECONDS_MAX = 2 };
#else
enum { SECONDS_MAX = 0 };
#endif

/* regexec(3) itself may take forever over a long expression. */
enum { CUTS = 64, PATTERN_MAX = 12, STREAM_MAX = 200 };

static const char *pattern;
static struct expect expect;
static enum expect_result verdict;

static void begin(void)
{
	if (expect_init(&expect, pattern))
		abort();
	verdict = EXPECT_NONE;
}

static void take(const unsigned char *data, size_t size, struct bytes *out)
{
	(void)out;
	if (verdict == EXPECT_NONE)
		verdict = expect_feed(&expect, data, size);
}

static void end(struct bytes *out)
{
	if (verdict == EXPECT_NONE)
		verdict = expect_end(&expect);
	bytes_add_text(out, verdict == EXPECT_MATCH ? "yes" : "no");
	expect_release(&expect);
}

static const struct pieces_subject expect_subject = {begin, take, end};

/* The cheap ones: no counts. */
static bool is_cheap(const char *text)
{
	return !strchr(text, '{') && strlen(text) <= PATTERN_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *newline = memchr(data, '\n', size);
	size_t length = newline ? (size_t)(newline - data) : 0;
	char *text = strndup((const char *)data, length);

	if (!text)
		abort();
	pattern = text;
	if (newline && size - length <= STREAM_MAX && is_cheap(text)) {
		clock_t before = clock();
		bool good = !expect_init(&expect, pattern);

		expect_release(&expect);
		if (good && !pieces_agree(&expect_subject, newline + 1, size - length - 1, CUTS))
			abort();
		/* The limit for a stream, cut at every place; a test has no such limit. */
		if (SECONDS_MAX > 0)
			must(clock() - before < SECONDS_MAX * CLOCKS_PER_SEC);
	}
	free(text);
	return 0;
}
