/* SPDX-License-Identifier: ISC */
/* lines.h - what comes in pieces, as whole lines. */
#ifndef TCP_SERVICES_LINES_H
#define TCP_SERVICES_LINES_H

#include <stddef.h>

#include "base/bytes.h"

/* SIZE bytes at LINE, without the newline that ends it. */
typedef void lines_fn(void *arg, const void *line, size_t size);

/* All zero: nothing has come yet. */
struct lines {
	struct bytes begun; /* a line without its end; no memory is held while there is none */
};

/* SIZE bytes at DATA came: FN for each line that is complete. A line of more than LIMIT bytes is
 * cut into several of LIMIT bytes. 0, or -1 with errno ENOMEM. */
int lines_feed(
	struct lines *l, const void *data, size_t size, size_t limit, lines_fn *fn, void *arg);

/* Nothing more comes: FN for what stands without an end, and free it. */
void lines_end(struct lines *l, lines_fn *fn, void *arg);

#endif
