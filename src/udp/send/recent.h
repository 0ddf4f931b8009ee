/* SPDX-License-Identifier: ISC */
/* recent.h - copies of the last datagrams sent: a router that finds one too long for its next link
 * drops it and reports that, and by then others are on their way. Pure. */
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
	size_t next;		       /* the oldest, to be overwritten next */
};

/* Keep a copy of ONE, if there is memory. Copying 1400 bytes costs a tenth of sending them, and
 * keeping the original memory instead would save only as much as the processor's cache would then
 * lack. */
void recent_add(struct recent *r, const struct iovec *one);

/* Keep ONE, whose bytes must stay where they are. */
void recent_refer(struct recent *r, const struct iovec *one);

/* Remove the oldest one of more than SIZE bytes into ONE, whose bytes stay until recent_add. False:
 * none. */
bool recent_take(struct recent *r, size_t size, struct iovec *one);

void recent_release(struct recent *r);

#endif
