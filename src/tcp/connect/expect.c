/* SPDX-License-Identifier: ISC */
/* expect.c - look for a regular expression in a stream. */

#include "tcp/connect/expect.h"

#include <string.h>

enum { REASON_SIZE = 128, NUL_STAND_IN = 1 };

/* Whether the bracket expression that begins at AT (after the bracket) may match a newline. A
 * negated one does not, because of REG_NEWLINE. A range may match one if it begins at or before the
 * newline; classes are assumed to. */
static bool list_spans(const char *at)
{
	if (*at == '^')
		return false;
	for (bool first = true; *at && (first || *at != ']'); at++, first = false) {
		if (*at == '[' && strchr(":.=", at[1]))
			return true;
		if (at[1] == '-' && at[2] != ']' && (unsigned char)*at <= '\n')
			return true;
	}
	return false;
}

/* Whether PATTERN may match a newline: then a complete line may still become part of a match. A
 * backslash before a letter is an extension, and some of those match a newline (\s, \W). */
static bool pattern_spans(const char *pattern)
{
	for (const char *at = pattern; *at; at++) {
		if (*at == '\n' || (*at == '[' && list_spans(at + 1)))
			return true;
		if (*at != '\\' || at[1] == '\0')
			continue;
		at++;
		if ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z'))
			return true;
	}
	return false;
}

static bool has_back_reference(const char *pattern)
{
	for (const char *at = pattern; (at = strchr(at, '\\')) && at[1]; at += 2) {
		if (at[1] >= '1' && at[1] <= '9')
			return true;
	}
	return false;
}

const char *expect_init(struct expect *e, const char *pattern)
{
	static char reason[REASON_SIZE];
	int err;

	if (has_back_reference(pattern))
		return "back-references (\\1) are not part of extended regular expressions";
	err = regcomp(&e->regex, pattern, REG_EXTENDED | REG_NOSUB | REG_NEWLINE);
	e->compiled = err == 0;
	e->spans = pattern_spans(pattern);
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

void expect_reset(struct expect *e)
{
	bytes_clear(&e->window);
	e->cut = false;
}

static enum expect_result look(struct expect *e, int flags)
{
	if (e->cut)
		flags |= REG_NOTBOL;
	if (e->window.failed)
		return EXPECT_FAILED;
	switch (regexec(&e->regex, bytes_text(&e->window), 0, NULL, flags)) {
	case 0: return EXPECT_MATCH;
	case REG_NOMATCH: return EXPECT_NONE;
	default: return EXPECT_FAILED;
	}
}

/* Forget the first SIZE bytes; what comes after a newline begins a line. */
static void drop(struct expect *e, size_t size)
{
	if (size == 0)
		return;
	e->cut = e->window.data[size - 1] != '\n';
	bytes_drop(&e->window, size);
}

static size_t complete_lines(const struct bytes *window)
{
	size_t size = window->size;

	while (size > 0 && window->data[size - 1] != '\n')
		size--;
	return size;
}

static void forget(struct expect *e)
{
	if (!e->spans)
		drop(e, complete_lines(&e->window));
	if (e->window.size > EXPECT_WINDOW)
		drop(e, e->window.size - EXPECT_WINDOW);
}

enum expect_result expect_feed(struct expect *e, const void *data, size_t size)
{
	const unsigned char *at = data, *end = at + size;
	enum expect_result result = EXPECT_NONE;

	while (at < end && result == EXPECT_NONE) {
		while (at < end && e->window.size < EXPECT_WINDOW + EXPECT_STEP &&
			!e->window.failed) {
			bytes_add_byte(&e->window, *at ? *at : NUL_STAND_IN);
			at++;
		}
		result = look(e, REG_NOTEOL);
		if (result == EXPECT_NONE)
			forget(e);
	}
	return result;
}

enum expect_result expect_end(struct expect *e)
{
	return look(e, 0);
}
