/* SPDX-License-Identifier: ISC */
/* conn_tap_relay.c - connections of tcp-serve with taps in between. */

#include "tcp/server/conn_tap_relay_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/stream/drain.h"
#include "tcp/server/server.h"
#include "tcp/taps/tap_relay.h"

struct conn_tap_relay {
	struct tap_relay relay;
	struct conn_result result;  /* the service's */
	struct loop_timer patience; /* for a client that is cut off and does not read */
	bool ended;		    /* the service has ended it */
	bool at_once;
};

static void stop_service(void *arg, struct tap_relay *relay)
{
	struct conn *c = arg;

	(void)relay;
	c->server->service->stop(c);
}

int conn_tap_relay_start(struct conn *c)
{
	struct conn_tap_relay *t = calloc(1, sizeof *t);
	char peer[ADDR_TEXT];
	/* The connection's own timer handles those. */
	static const struct relay_plan no_limits;
	const struct tap_relay_setup setup = {.wire = c->fd,
		.peer = conn_peer_text(c, peer),
		.taps = c->server->plan->taps,
		.limits = &no_limits,
		.on_broken = stop_service,
		.arg = c};

	if (!t || tap_relay_start(&t->relay, c->server->loop, &setup) < 0) {
		free(t);
		return -1;
	}
	c->tap_relay = t;
	c->fd = t->relay.inner;
	c->kind = (uint8_t)end_kind(AF_UNIX, c->kind == END_PACKET ? SOCK_SEQPACKET : SOCK_STREAM);
	return 0;
}

/* Everything is carried, or nothing more can be. What went over the wire counts. */
static void over(void *arg, struct tap_relay *relay)
{
	struct conn *c = arg;
	struct conn_tap_relay *t = c->tap_relay;
	struct conn_result result = t->result;

	if (tap_relay_reason(relay))
		result.reason = tap_relay_reason(relay);
	if (relay->relay.reason == RELAY_FAILED && !relay->relay.failed_tap)
		conn_complain(c, relay->relay.error);
	conn_tap_relay_measure(c, &result);
	if (result.ending != CONN_ABORT)
		result.ending = tap_relay_is_unread(relay) ? CONN_DRAIN : CONN_CLOSE;
	if (t->at_once)
		result.ending = CONN_CLOSE;
	loop_timer_stop(c->server->loop, &t->patience);
	c->fd = relay->wire;
	c->tap_relay = NULL;
	tap_relay_release(relay);
	free(t);
	conn_finish(c, &result);
}

static void cut_off(void *arg)
{
	struct conn *c = arg;

	tap_relay_stop(&c->tap_relay->relay);
}

/* For a client that will get a reset, what waits is carried no longer than what waits in a socket
 * (drain_abort): it may be cut off for the very reason that it does not read. */
static int be_patient(struct conn *c)
{
	loop_timer_init(&c->tap_relay->patience, cut_off, c);
	return loop_timer_set(c->server->loop, &c->tap_relay->patience, DRAIN_MAX_NS);
}

void conn_tap_relay_end(struct conn *c, const struct conn_result *result)
{
	struct conn_tap_relay *t = c->tap_relay;

	t->result = *result;
	t->ended = true;
	/* A connection that is cut short has no end before its reset. */
	t->relay.plan.no_half_close = result->ending == CONN_ABORT;
	if (t->at_once || (result->ending == CONN_ABORT && be_patient(c) < 0))
		tap_relay_stop(&t->relay);
	tap_relay_finish(&t->relay, over);
}

void conn_tap_relay_stop(struct conn *c)
{
	struct conn_tap_relay *t = c->tap_relay;

	t->at_once = true;
	if (!t->ended) {
		c->server->service->stop(c);
		return;
	}
	tap_relay_stop(&t->relay);
}

void conn_tap_relay_measure(const struct conn *c, struct conn_result *result)
{
	result->uncounted = false;
	result->received_bytes = tap_relay_received(&c->tap_relay->relay);
	result->sent_bytes = tap_relay_sent(&c->tap_relay->relay);
}

int64_t conn_tap_relay_moved_ns(struct conn *c)
{
	return relay_moved_ns(&c->tap_relay->relay.relay);
}

int conn_tap_relay_wire(const struct conn *c)
{
	return c->tap_relay->relay.wire;
}
