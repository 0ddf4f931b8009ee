/* SPDX-License-Identifier: ISC */
/* conn_tapped.c - connections of tcp-serve with taps in between. */

#include "tcp/server/conn_tapped_private.h"

#include <stdlib.h>
#include <string.h>

#include "core/stream/drain.h"
#include "tcp/server/server.h"
#include "tcp/taps/tapped.h"

struct conn_tapped {
	struct tapped tapped;
	struct conn_result result;  /* the service's */
	struct loop_timer patience; /* with a client that is cut off and does not read */
	bool ended;		    /* by the service */
	bool at_once;
};

static void stop_service(void *arg, struct tapped *tapped)
{
	struct conn *c = arg;

	(void)tapped;
	c->server->service->stop(c);
}

int conn_tapped_start(struct conn *c)
{
	struct conn_tapped *t = calloc(1, sizeof *t);
	char peer[ADDR_TEXT];
	/* The connection's own clock sees to those. */
	static const struct relay_plan no_limits;
	const struct tapped_setup setup = {.wire = c->fd,
		.peer = conn_peer_text(c, peer),
		.taps = c->server->plan->taps,
		.limits = &no_limits,
		.on_broken = stop_service,
		.arg = c};

	if (!t || tapped_start(&t->tapped, c->server->loop, &setup) < 0) {
		free(t);
		return -1;
	}
	c->tapped = t;
	c->fd = t->tapped.inner;
	return 0;
}

/* All is carried, or nothing more can be. What the wire saw counts. */
static void over(void *arg, struct tapped *tapped)
{
	struct conn *c = arg;
	struct conn_tapped *t = c->tapped;
	struct conn_result result = t->result;

	if (tapped_reason(tapped))
		result.reason = tapped_reason(tapped);
	conn_tapped_measure(c, &result);
	if (result.ending != CONN_ABORT)
		result.ending = tapped_is_unread(tapped) ? CONN_DRAIN : CONN_CLOSE;
	if (t->at_once)
		result.ending = CONN_CLOSE;
	loop_timer_stop(c->server->loop, &t->patience);
	c->fd = tapped->wire;
	c->tapped = NULL;
	tapped_release(tapped);
	free(t);
	conn_finish(c, &result);
}

static void cut_off(void *arg)
{
	struct conn *c = arg;

	tapped_stop(&c->tapped->tapped);
}

/* What waits for a client that will get a reset is carried no longer than what waits in a socket
 * (drain_abort): it may well be cut off because it does not read. */
static int be_patient(struct conn *c)
{
	loop_timer_init(&c->tapped->patience, cut_off, c);
	return loop_timer_set(c->server->loop, &c->tapped->patience, DRAIN_MAX_NS);
}

void conn_tapped_end(struct conn *c, const struct conn_result *result)
{
	struct conn_tapped *t = c->tapped;

	t->result = *result;
	t->ended = true;
	if (t->at_once || (result->ending == CONN_ABORT && be_patient(c) < 0))
		tapped_stop(&t->tapped);
	tapped_finish(&t->tapped, over);
}

void conn_tapped_stop(struct conn *c)
{
	struct conn_tapped *t = c->tapped;

	t->at_once = true;
	if (!t->ended) {
		c->server->service->stop(c);
		return;
	}
	tapped_stop(&t->tapped);
}

void conn_tapped_measure(const struct conn *c, struct conn_result *result)
{
	result->uncounted = false;
	result->received_bytes = tapped_received(&c->tapped->tapped);
	result->sent_bytes = tapped_sent(&c->tapped->tapped);
}

int64_t conn_tapped_moved_ns(const struct conn *c)
{
	return relay_moved_ns(&c->tapped->tapped.relay);
}

int conn_tapped_wire(const struct conn *c)
{
	return c->tapped->tapped.wire;
}
