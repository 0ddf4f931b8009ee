/* SPDX-License-Identifier: ISC */
/* recent.h - copies of the datagrams that were sent last: a router that finds one too long for its
 * next link drops it and says so, and by then others are on their way. Pure. */
#ifndef UDP_SEND_RECENT_H
#define UDP_SEND_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

enum { RECENT_MAX = 512 };

/* All zero is empty. */
struct recent {
	struct iovec item[RECENT_MAX]; /* iov_len 0: nothing there */
	struct iovec own[RECENT_MAX];  /* memory for a copy */
	size_t next;		       /* to be overwritten: the oldest */
};

/* Keep a copy of ONE; what finds no memory is not kept. A copy of 1400 bytes is a tenth of what
 * sending them takes, and keeping the memory itself saves no more of that than the cache then
 * lacks. */
void recent_add(struct recent *r, const struct iovec *one);

/* Keep ONE, whose bytes stay where they are. */
void recent_refer(struct recent *r, const struct iovec *one);

/* Take the oldest with more than SIZE bytes out into ONE, whose bytes stay until recent_add.
 * False:
 * there is none. */
bool recent_take(struct recent *r, size_t size, struct iovec *one);

void recent_release(struct recent *r);

#endif
