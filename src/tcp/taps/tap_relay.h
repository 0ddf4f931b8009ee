/* SPDX-License-Identifier: ISC */
/* tap_relay.h - a relay with taps between a connection and a service or command that needs a socket
 * for itself. That gets one end of a socket pair, and the relay carries between the other end and
 * the connection (the wire). Half-close passes through, and a reset is passed on as a reset.
 *
 * A command may get a terminal instead (--pty): a half-close then becomes the end-of-file
 * character, and the end of the connection a hang-up. */
#ifndef TCP_TAPS_TAP_RELAY_H
#define TCP_TAPS_TAP_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/loop/loop.h"
#include "core/stream/relay.h"
#include "tcp/taps/taps.h"

/* The relay's sides. */
enum { TAP_RELAY_PAIR = 0, TAP_RELAY_WIRE = 1 };

struct tap_relay;
typedef void tap_relay_fn(void *arg, struct tap_relay *t);

struct tap_relay {
	struct loop *loop;
	int wire;  /* belongs to the owner again after tap_relay_release */
	int inner; /* for the service or command; the owner must not close it */
	struct relay_plan plan;
	struct relay relay;
	struct conn_taps *taps;
	struct loop_defer broken;
	tap_relay_fn *on_broken, *on_over;
	void *arg;
	bool pty;  /* inner is a terminal */
	bool over; /* nothing more is carried */
};

/* What tap_relay_start needs to know. */
struct tap_relay_setup {
	int wire;
	bool shared; /* WIRE is inherited */
	const char *peer;
	const struct taps *taps;
	const struct relay_plan *limits; /* idle_ns and max_ns apply */
	/* Called, never at once, when the user of inner should be stopped: a limit is reached, or a
	 * tap failed. The user of inner itself sees that a peer breaks off. */
	tap_relay_fn *on_broken;
	void *arg;
};

/* Begin to carry between SETUP->wire and T->inner, which is ready on return. 0, or -1 with errno,
 * and the wire is unchanged. */
int tap_relay_start(
	struct tap_relay *t, struct loop *loop, const struct tap_relay_setup *setup) CHECKED;

/* The user of inner is done. What it sent is still carried to the wire; what comes from there is
 * dropped. Then ON_OVER is called, perhaps before this returns. */
void tap_relay_finish(struct tap_relay *t, tap_relay_fn *on_over);

/* Stop carrying. ON_OVER is called before this returns if tap_relay_finish was called before. */
void tap_relay_stop(struct tap_relay *t);

/* The bytes received from and sent to the wire. */
uint64_t tap_relay_received(const struct tap_relay *t);
uint64_t tap_relay_sent(const struct tap_relay *t);

/* Why it ended without being stopped: reset, timeout, limit, error; NULL: it did not. */
const char *tap_relay_reason(const struct tap_relay *t);

/* Whether the peer may still send. */
bool tap_relay_is_unread(const struct tap_relay *t);

/* Free everything except the wire. Harmless if tap_relay_start failed. */
void tap_relay_release(struct tap_relay *t);

#endif
