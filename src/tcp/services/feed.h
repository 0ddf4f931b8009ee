/* SPDX-License-Identifier: ISC */
/* feed.h - one queue of messages that many readers follow, each at its own pace.
 *
 * What is added is stored once, in chunks that count the readers that have not passed them, and
 * freed once the slowest reader has passed it: a thousand readers that lag cost no more than one. A
 * reader does not see what it has added itself. Only for the thread of one loop. */
#ifndef TCP_SERVICES_FEED_H
#define TCP_SERVICES_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/checked.h"

struct feed_chunk;

/* All zero is an empty feed. */
struct feed {
	struct feed_chunk *tail; /* messages are added here; NULL: no longer needed */
	uint64_t added;		 /* bytes since the beginning */
};

struct feed_reader {
	struct feed *feed;
	uint64_t id;	       /* not 0 */
	uint64_t added;	       /* bytes that it has added itself */
	struct feed_chunk *at; /* NULL: it does not follow */
	size_t entry;	       /* in AT */
	size_t done;	       /* bytes of that entry that it has passed */
	uint64_t passed;       /* bytes of the feed since its beginning, including its own */
	uint64_t passed_own;
};

/* Follow FEED from now on, as ID (not 0, and unique). 0, or -1 with errno ENOMEM. */
int feed_join(struct feed *feed, struct feed_reader *reader, uint64_t id) CHECKED;

/* Stop following. Harmless for a reader that does not follow. */
void feed_leave(struct feed_reader *reader);

/* Add SIZE bytes at DATA (copied), sent by the reader FROM (NULL: by none). WHOLE: they are one
 * message; else they may be read together with what comes before or after. 0, or -1 with errno
 * ENOMEM. */
int feed_add(struct feed *feed, struct feed_reader *from, const void *data, size_t size,
	bool whole) CHECKED;

/* How many bytes wait for READER. */
uint64_t feed_waiting(const struct feed_reader *reader);

/* Show what waits for READER, in up to MAX pieces: each message has at least one piece, and none is
 * empty. Returns how many; 0: nothing waits. Valid until something is taken or any reader
 * leaves. */
int feed_look(const struct feed_reader *reader, struct iovec *piece, int max);

/* READER is done with the first SIZE bytes of what waits. */
void feed_take(struct feed_reader *reader, size_t size);

/* Free what is left, after all readers have left. */
void feed_release(struct feed *feed);

#endif
