/* SPDX-License-Identifier: ISC */
/* relay.h - move bytes both ways between two sides until both are done.
 *
 * Side 0 is ours (standard input and output, a target), side 1 the peer (a server, a client);
 * flow[0] carries from side 0 to side 1, flow[1] from side 1 to side 0.
 *
 * It consists of two flows that do not know about each other, which is what makes half-close right.
 * Each ends on its own, and its end is passed on to its sink. The relay is over when both are done,
 * when one fails, or when a limit is reached. */
#ifndef CORE_STREAM_RELAY_H
#define CORE_STREAM_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/loop/loop.h"
#include "core/stream/end.h"
#include "core/stream/flow.h"

/* A side: where bytes from it are read, and where bytes for it go. A socket is both. */
struct relay_side {
	struct end in, out;
};

enum { RELAY_FOREVER = -1 };

/* The parameters of relays; shared, constant, outlives them. All zero: half-close is passed on, and
 * there are no limits, but no linger either: the relay is over when side 1 has ended and side 0 has
 * nothing ready. */
struct relay_plan {
	int64_t idle_ns; /* end when nothing has moved for this long; 0: no limit */
	int64_t max_ns;	 /* end after this long; 0: no limit */
	/* Once side 1 has ended: how long side 0's input may be silent before the relay is over all
	 * the same; RELAY_FOREVER, or nanoseconds from 0. What was read is delivered, however long
	 * that takes. */
	int64_t linger_ns;
	bool one_way;	    /* over once side 0's input has ended and is delivered */
	bool no_half_close; /* do not pass on the end of side 0's input; over when side 1 ends */
	bool keep_if_empty; /* do not pass it on if the input ended without a single byte */
	/* The owner closes the sockets of both sides once the relay is done, and close(2) then
	 * sends what is left (no SO_LINGER): the last end need not be passed on. */
	bool closed_when_done;
};

enum relay_reason {
	RELAY_DONE,
	RELAY_FAILED, /* an end could not be read or written: error, failed_side, failed_writing */
	RELAY_IDLE,   /* idle_ns passed */
	RELAY_TOO_LONG, /* max_ns passed */
	RELAY_STOPPED,	/* relay_stop */
};

enum relay_flow {
	RELAY_OPEN,
	RELAY_CLOSED, /* the end was passed on (or will not be) */
	RELAY_SILENT, /* the end will not be passed on; only taps may still send something */
	RELAY_ABSENT, /* nothing goes this way */
};

struct relay;
/* Called once, from the loop or from relay_start; may free the relay's memory after relay_release.
 */
typedef void relay_done_fn(void *arg, struct relay *relay);

struct relay {
	struct loop *loop;
	const struct relay_plan *plan;
	struct relay_side side[2];
	struct flow flow[2];	/* 0: side 0 to side 1; 1: side 1 to side 0 */
	uint8_t flow_closed[2]; /* enum relay_flow */
	uint8_t reason;		/* enum relay_reason, once over */
	uint8_t failed_side;
	bool failed_writing;
	bool over;
	bool tapped;	      /* at least one flow has taps */
	int error;	      /* errno of RELAY_FAILED */
	uint32_t undelivered; /* bytes on their way when looked at since MOVED_NS; 0: not yet */
	const struct tap *failed_tap; /* if RELAY_FAILED because of a tap: that one; else NULL */
	int64_t started_ns;
	int64_t moved_ns;	  /* when a byte last moved or a flow last ended */
	struct loop_timer *timer; /* NULL: not needed so far */
	relay_done_fn *done;
	void *arg;
};

/* Prepare a relay between the two sides, whose descriptors it owns from now on (in the sense of
 * end_close). A side with END_NONE for one direction has no flow that way. */
void relay_init(struct relay *relay, struct loop *loop, const struct relay_plan *plan,
	const struct relay_side *side0, const struct relay_side *side1);

/* Prepare an echo: one flow, from SIDE, which becomes side 1, back to itself. */
void relay_init_echo(struct relay *relay, struct loop *loop, const struct relay_plan *plan,
	const struct relay_side *side);

/* Make what goes to side TO pass through TAPS, which outlive the relay. To be called before the
 * functions below. Time for which taps hold bytes back is not idle time. */
void relay_tap(struct relay *relay, int to, struct tap_chain *taps);

/* Deliver these bytes to side TO before anything else. Only before relay_start. 0, or -1 with
 * ENOMEM. */
int relay_prime(struct relay *relay, int to, const void *data, size_t size) CHECKED;

/* SIDE was connected a moment ago: do not read it before the loop reports it readable, which would
 * be a wasted call. Only before relay_start. */
void relay_await(struct relay *relay, int side);

/* Start moving; DONE is called when it is over. It may be called before this returns. */
void relay_start(struct relay *relay, relay_done_fn *done, void *arg);

/* Look at all ends again, because one of them now has END_LAST. DONE may be called before this
 * returns. Harmless when it is over. */
void relay_resume(struct relay *relay);

/* End now: DONE is called with RELAY_STOPPED before this returns. Harmless when it is over. */
void relay_stop(struct relay *relay);

/* The owner, which reads for SIDE, can no longer do so: end now as if the relay itself had failed
 * to, with ERROR, an errno. Harmless when it is over. */
void relay_break(struct relay *relay, int side, int error);

/* The number of bytes taken from side SIDE, and of bytes delivered to it. */
uint64_t relay_bytes_from(const struct relay *relay, int side);
uint64_t relay_bytes_to(const struct relay *relay, int side);

/* When a byte last moved or a flow last ended; the present time while taps hold bytes back. Bytes
 * that a socket has taken move as long as its peer takes some: those are looked at if nothing else
 * has moved since loop_seen(), and that a peer takes none is known at the second look. */
int64_t relay_moved_ns(struct relay *relay);

/* Forget the descriptors of both sides in the loop, close those that are ours except FD KEEP (-1:
 * none), and free buffers. */
void relay_release(struct relay *relay, int keep);

/* As relay_release, but the loop still knows KEEP and is silent about it: for callers that watch it
 * again or pass it to loop_close or loop_forget. */
void relay_release_watched(struct relay *relay, int keep);

/* Free buffers, and close nothing: the descriptors are the caller's again, known to the loop as
 * after relay_release_watched. */
void relay_detach(struct relay *relay);

#endif
