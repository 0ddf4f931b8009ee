/* SPDX-License-Identifier: ISC */
/* lines.h - put pieces of a stream together to whole lines. */
#ifndef TCP_SERVICES_LINES_H
#define TCP_SERVICES_LINES_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/checked.h"

/* SIZE bytes at LINE, without the newline that ends it. */
typedef void lines_fn(void *arg, const void *line, size_t size);

/* The total of the incomplete lines of several senders. */
struct lines_total {
	size_t bytes;
};

enum {
	LINES_TOTAL_MAX = 64 * 1024 * 1024, /* beyond that, lines are cut at LINES_SHORT */
	LINES_SHORT = 16 * 1024,
};

/* All zero except for TOTAL: nothing has come yet. */
struct lines {
	struct lines_total *total; /* NULL: only this sender counts */
	struct bytes begun;	   /* an incomplete line; no memory is held while there is none */
};

/* SIZE bytes at DATA came: call FN for each complete line. A line of more than LIMIT bytes is cut
 * into several of LIMIT bytes, and at LINES_SHORT while all incomplete lines exceed
 * LINES_TOTAL_MAX: so a sender that never ends its line costs at most LINES_SHORT, plus
 * LINES_TOTAL_MAX for all senders together. 0, or -1 with errno ENOMEM. */
int lines_feed(struct lines *l, const void *data, size_t size, size_t limit, lines_fn *fn,
	void *arg) CHECKED;

/* Nothing more comes: call FN for the incomplete line, if any, and free it. */
void lines_end(struct lines *l, lines_fn *fn, void *arg);

/* Free the incomplete line. */
void lines_release(struct lines *l);

#endif
