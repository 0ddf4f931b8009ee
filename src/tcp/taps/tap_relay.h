/* SPDX-License-Identifier: ISC */
/* tap_relay.h - a relay with taps between a connection and a service or command that has a socket
 * to itself: it gets one end of a socket pair, the relay carries between the other end and the
 * connection (the wire). Half-close passes through, and a reset is passed on as one.
 *
 * A command may get a terminal instead (--pty): there half-close is the end-of-file character, and
 * a connection that ends is a hang-up. */
#ifndef TCP_TAPS_TAP_RELAY_H
#define TCP_TAPS_TAP_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/loop/loop.h"
#include "core/stream/relay.h"
#include "tcp/taps/taps.h"

/* Of the relay's sides. */
enum { TAP_RELAY_PAIR = 0, TAP_RELAY_WIRE = 1 };

struct tap_relay;
typedef void tap_relay_fn(void *arg, struct tap_relay *t);

struct tap_relay {
	struct loop *loop;
	int wire;  /* the owner's again after tap_relay_release */
	int inner; /* what serves or runs is given this one; the owner must not close it */
	struct relay_plan plan;
	struct relay relay;
	struct conn_taps *taps;
	struct loop_defer broken;
	tap_relay_fn *on_broken, *on_over;
	void *arg;
	bool pty;  /* inner is a terminal */
	bool over; /* nothing is carried any more */
};

/* What tap_relay_start needs to know. */
struct tap_relay_setup {
	int wire;
	bool shared; /* WIRE is inherited */
	const char *peer;
	const struct taps *taps;
	const struct relay_plan *limits; /* idle_ns and max_ns count */
	/* Called, never at once, when the user of inner should be stopped: a limit is reached, or a
	 * tap failed. A peer that breaks off is for the user of inner to see. */
	tap_relay_fn *on_broken;
	void *arg;
};

/* Begin to carry between SETUP->wire and T->inner, which is ready on return. 0, or -1 with errno,
 * and the wire is as it was. */
int tap_relay_start(
	struct tap_relay *t, struct loop *loop, const struct tap_relay_setup *setup) CHECKED;

/* Who used inner is done. What it sent is still carried to the wire, what comes from there is
 * dropped. Then ON_OVER is called, which may be before this returns. */
void tap_relay_finish(struct tap_relay *t, tap_relay_fn *on_over);

/* Carry no more. ON_OVER is called before this returns if tap_relay_finish was called before. */
void tap_relay_stop(struct tap_relay *t);

/* The bytes received from and sent to the wire. */
uint64_t tap_relay_received(const struct tap_relay *t);
uint64_t tap_relay_sent(const struct tap_relay *t);

/* Why it ended by itself: reset, timeout, limit, error; NULL: it did not. */
const char *tap_relay_reason(const struct tap_relay *t);

/* Whether the peer may still send. */
bool tap_relay_is_unread(const struct tap_relay *t);

/* Free all but the wire. Harmless where tap_relay_start failed. */
void tap_relay_release(struct tap_relay *t);

#endif
