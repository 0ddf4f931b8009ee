/* SPDX-License-Identifier: ISC */
/* drain.h - close a connection without destroying its own last bytes.
 *
 * close(2) over unread input sends a reset, and a reset makes the peer drop what it has not read
 * yet. So: end the sending side, read on and discard until the peer ends, at most 2 s. */
#ifndef CORE_STREAM_DRAIN_H
#define CORE_STREAM_DRAIN_H

#include <stdint.h>

struct loop;

#define DRAIN_MAX_NS INT64_C(2000000000)

typedef void drain_fn(void *arg);

/* Take over the stream socket FD: shut its sending side down, discard what comes, close it. FN (may
 * be NULL) is called once it is closed, before this returns if the peer had ended already. Where
 * memory lacks, it is closed at once. */
void drain_socket(struct loop *loop, int fd, drain_fn *fn, void *arg);

/* The same, with fewer system calls, of a connection that nobody else has open, as loop_close wants
 * it. */
void drain_connection(struct loop *loop, int fd, drain_fn *fn, void *arg);

/* Take over the stream socket FD and abort it, but late: what has been sent already is delivered
 * first (for at most DRAIN_MAX_NS), then the peer gets a reset where the family has such a thing,
 * so that it cannot take a broken stream for an ended one. FN as above. */
void drain_abort(struct loop *loop, int fd, drain_fn *fn, void *arg);

/* Close at once what is still being drained; the callbacks are called. */
void drain_end_all(void);

#endif
