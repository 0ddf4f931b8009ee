/* SPDX-License-Identifier: ISC */
/* expect.h - look for a regular expression in a stream, wherever its pieces were cut.
 *
 * The time that regexec(3) takes grows with the square of its input, and nothing can interrupt it.
 * Therefore it never gets more than EXPECT_WINDOW + EXPECT_STEP bytes at once, and a complete line
 * is searched only once, unless the pattern can match a newline. */
#ifndef TCP_CONNECT_EXPECT_H
#define TCP_CONNECT_EXPECT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/checked.h"

/* A match of up to EXPECT_WINDOW bytes is always found, however long the stream. */
enum { EXPECT_WINDOW = 4096, EXPECT_STEP = 1024 };

enum expect_result {
	EXPECT_NONE,   /* no match so far */
	EXPECT_MATCH,  /* there is one */
	EXPECT_FAILED, /* unknown: out of memory */
};

/* All zero: no expression. */
struct expect {
	regex_t regex;
	bool compiled;
	bool spans;	     /* the pattern may match a newline */
	struct bytes window; /* the last bytes; NULs became bytes of value 1, which do not end the
			      * text for regexec(3) */
	bool cut;	     /* the window does not begin at the start of a line */
};

/* Compile PATTERN, a POSIX extended regular expression; ^ and $ match at the ends of lines, and a
 * dot does not match a newline. NULL, or the reason (static storage): that of regerror(3), or that
 * PATTERN has back-references, which are not in the standard and whose cost has no bound. */
CHECKED const char *expect_init(struct expect *e, const char *pattern);
void expect_release(struct expect *e);

/* Forget the stream, keep the pattern. */
void expect_reset(struct expect *e);

/* Whether the stream, with SIZE more bytes at DATA, has a match. The answer does not depend on how
 * the stream was cut: $ matches only before a newline. */
CHECKED enum expect_result expect_feed(struct expect *e, const void *data, size_t size);

/* The stream has ended: whether it has a match now that $ matches at its end too. */
CHECKED enum expect_result expect_end(struct expect *e);

#endif
