/* SPDX-License-Identifier: ISC */
/* expect.h - look for a regular expression in a stream, across the places where it was cut. */
#ifndef TCP_CONNECT_EXPECT_H
#define TCP_CONNECT_EXPECT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

/* A match this long or shorter is always found, however long the stream. */
enum { EXPECT_WINDOW = 65536 };

/* All zero is none. */
struct expect {
	regex_t regex;
	bool compiled;
	struct bytes window; /* what came last, NULs turned to bytes 1, which regexec(3) can pass */
	bool cut;	     /* something before it is forgotten */
};

/* Compile PATTERN, a POSIX extended regular expression; ^ and $ match at lines, and no dot matches
 * a newline. NULL, or what regerror(3) says (static storage). */
const char *expect_init(struct expect *e, const char *pattern);
void expect_release(struct expect *e);

/* Whether the stream, with SIZE more bytes at DATA, has a match. The answer does not depend on how
 * the stream was cut: $ matches only before a newline. */
bool expect_feed(struct expect *e, const void *data, size_t size);

/* The stream has ended: whether it has a match now that $ matches at its end, too. */
bool expect_end(struct expect *e);

#endif
