/* SPDX-License-Identifier: ISC */
/* tapped.h - a relay with taps between a connection and a service or command that has a socket to
 * itself: it gets one end of a socket pair, the relay carries between the other end and the
 * connection (the wire). Half-close passes through, and a reset is passed on as one.
 *
 * A command may get a terminal instead (--pty): there half-close is the end-of-file character, and
 * a connection that ends is a hang-up. */
#ifndef TCP_TAPS_TAPPED_H
#define TCP_TAPS_TAPPED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/loop/loop.h"
#include "core/stream/relay.h"
#include "tcp/taps/taps.h"

struct tapped;
typedef void tapped_fn(void *arg, struct tapped *t);

struct tapped {
	struct loop *loop;
	int wire;  /* the owner's again after tapped_release */
	int inner; /* what serves or runs is given this one; the owner must not close it */
	struct relay_plan plan;
	struct relay relay;
	struct conn_taps *taps;
	struct loop_defer broken;
	tapped_fn *on_broken, *on_over;
	void *arg;
	bool pty;  /* inner is a terminal */
	bool over; /* nothing is carried any more */
};

/* What tapped_start needs to know. */
struct tapped_setup {
	int wire;
	bool shared; /* WIRE is inherited */
	const char *peer;
	const struct taps *taps;
	const struct relay_plan *limits; /* idle_ns and max_ns count */
	/* Called, never at once, when the user of inner should be stopped: a limit is reached, or a
	 * tap failed. A peer that breaks off is for the user of inner to see. */
	tapped_fn *on_broken;
	void *arg;
};

/* Begin to carry between SETUP->wire and T->inner, which is ready on return. 0, or -1 with errno,
 * and the wire is as it was. */
int tapped_start(struct tapped *t, struct loop *loop, const struct tapped_setup *setup) CHECKED;

/* Who used inner is done. What it sent is still carried to the wire, what comes from there is
 * dropped. Then ON_OVER is called, which may be before this returns. */
void tapped_finish(struct tapped *t, tapped_fn *on_over);

/* Carry no more. ON_OVER is called before this returns if tapped_finish was called before. */
void tapped_stop(struct tapped *t);

/* The bytes received from and sent to the wire. */
uint64_t tapped_received(const struct tapped *t);
uint64_t tapped_sent(const struct tapped *t);

/* Why it ended by itself: reset, timeout, limit, error; NULL: it did not. */
const char *tapped_reason(const struct tapped *t);

/* Whether the peer may still send. */
bool tapped_is_unread(const struct tapped *t);

/* Free all but the wire. Harmless where tapped_start failed. */
void tapped_release(struct tapped *t);

#endif
