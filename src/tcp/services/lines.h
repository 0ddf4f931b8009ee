/* SPDX-License-Identifier: ISC */
/* lines.h - what comes in pieces, as whole lines. */
#ifndef TCP_SERVICES_LINES_H
#define TCP_SERVICES_LINES_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/checked.h"

/* SIZE bytes at LINE, without the newline that ends it. */
typedef void lines_fn(void *arg, const void *line, size_t size);

/* The lines without an end that several senders have begun, all together. */
struct lines_total {
	size_t bytes;
};

enum {
	LINES_TOTAL_MAX = 64 * 1024 * 1024, /* past it, lines are cut at LINES_SHORT */
	LINES_SHORT = 16 * 1024,
};

/* All zero but for TOTAL: nothing has come yet. */
struct lines {
	struct lines_total *total; /* NULL: this sender's count alone */
	struct bytes begun; /* a line without its end; no memory is held while there is none */
};

/* SIZE bytes at DATA came: FN for each line that is complete. A line of more than LIMIT bytes is
 * cut into several of LIMIT bytes, and at LINES_SHORT while all begun ones are more than
 * LINES_TOTAL_MAX: so a sender that never ends its line costs LINES_SHORT at most, and all of them
 * LINES_TOTAL_MAX besides. 0, or -1 with errno ENOMEM. */
int lines_feed(struct lines *l, const void *data, size_t size, size_t limit, lines_fn *fn,
	void *arg) CHECKED;

/* Nothing more comes: FN for what stands without an end, and free it. */
void lines_end(struct lines *l, lines_fn *fn, void *arg);

/* Free what stands without an end. */
void lines_release(struct lines *l);

#endif
