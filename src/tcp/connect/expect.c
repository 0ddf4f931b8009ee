/* SPDX-License-Identifier: ISC */
/* expect.c - look for a regular expression in a stream. */

#include "tcp/connect/expect.h"

enum { REASON_SIZE = 128, NUL_STAND_IN = 1 };

const char *expect_init(struct expect *e, const char *pattern)
{
	static char reason[REASON_SIZE];
	int err = regcomp(&e->regex, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE);

	e->compiled = err == 0;
	if (!err)
		return NULL;
	regerror(err, &e->regex, reason, sizeof reason);
	return reason;
}

void expect_release(struct expect *e)
{
	if (e->compiled)
		regfree(&e->regex);
	bytes_release(&e->window);
	*e = (struct expect){.compiled = false};
}

static bool has_match(struct expect *e, int flags)
{
	if (e->cut)
		flags |= REG_NOTBOL;
	return regexec(&e->regex, bytes_text(&e->window), 0, NULL, flags) == 0;
}

/* Only when it is twice too long, so that little is moved. A line that begins just where the window
 * is cut can still be told to begin: the newline before it stays. */
static void cut(struct expect *e)
{
	if (e->window.size < (size_t)2 * EXPECT_WINDOW)
		return;
	bytes_drop(&e->window, e->window.size - EXPECT_WINDOW - 1);
	e->cut = true;
}

static bool feed_some(struct expect *e, const unsigned char *data, size_t size)
{
	cut(e);
	for (size_t i = 0; i < size; i++)
		bytes_add_byte(&e->window, data[i] ? data[i] : NUL_STAND_IN);
	return has_match(e, REG_NOTEOL);
}

bool expect_feed(struct expect *e, const void *data, size_t size)
{
	const unsigned char *at = data;
	bool found = false;

	while (size > 0 && !found) {
		size_t n = size < EXPECT_WINDOW ? size : EXPECT_WINDOW;

		found = feed_some(e, at, n);
		at += n;
		size -= n;
	}
	return found;
}

bool expect_end(struct expect *e)
{
	return has_match(e, 0);
}
