/* SPDX-License-Identifier: ISC */
/* drain.h - close a connection without destroying its own last bytes.
 *
 * close(2) over unread input sends a reset, and a reset makes the peer drop what it has not read
 * yet. Therefore: shut down the sending side, then read on and discard until the peer ends, for at
 * most 2 s. */
#ifndef CORE_STREAM_DRAIN_H
#define CORE_STREAM_DRAIN_H

#include <stdint.h>

struct loop;

#define DRAIN_MAX_NS INT64_C(2000000000)

typedef void drain_fn(void *arg);

/* Take over the stream socket FD: shut down its sending side, discard what comes, close it. FN (may
 * be NULL) is called once it is closed, before this returns if the peer has already ended. If there
 * is no memory, it is closed at once. */
void drain_socket(struct loop *loop, int fd, drain_fn *fn, void *arg);

/* As drain_socket, with fewer system calls, for a connection that nobody else has open, as
 * loop_close requires. */
void drain_connection(struct loop *loop, int fd, drain_fn *fn, void *arg);

/* Take over the stream socket FD and abort it, but not at once: what was already sent is delivered
 * first (for at most DRAIN_MAX_NS), then the peer gets a reset if the family has resets, so that it
 * cannot mistake a broken stream for a complete one. FN as above. */
void drain_abort(struct loop *loop, int fd, drain_fn *fn, void *arg);

/* Close at once whatever is still being drained; the callbacks are called. */
void drain_end_all(void);

#endif
