/* SPDX-License-Identifier: ISC */
/* relay_wait.c - what a relay waits for: its ends, its limits, and times set by flows. */
#include "core/stream/relay_private.h"

#include <stdlib.h>

#include "core/os/tcp.h"

bool relay_is_live(const struct relay *relay, int f)
{
	return relay->flow_closed[f] == RELAY_OPEN || relay->flow_closed[f] == RELAY_SILENT;
}

/* Whether FLOW has nothing to do until its source has more: bytes that taps hold back do not count
 * as silence. */
static bool awaits_source(const struct flow *flow)
{
	return flow->wait == FLOW_WAIT_SOURCE ||
		(flow->wait == FLOW_WAIT_TIME &&
			!(flow->taps && tap_chain_waiting(flow->taps) > 0));
}

/* Whether side 1 has ended and side 0 only has time left to send what it still has. */
static bool is_lingering(const struct relay *relay)
{
	return relay->flow_closed[0] == RELAY_OPEN && relay->flow_closed[1] == RELAY_CLOSED &&
		awaits_source(&relay->flow[0]) && relay->plan->linger_ns >= 0;
}

/* When the first flow that waits for a time goes on; HELD: only flows whose bytes taps hold back.
 * INT64_MAX: none. */
static int64_t next_time(const struct relay *relay, bool held)
{
	int64_t at = INT64_MAX;

	for (int f = 0; f < 2; f++) {
		const struct flow *flow = &relay->flow[f];
		if (relay->flow_closed[f] == RELAY_OPEN && flow->wait == FLOW_WAIT_TIME &&
			flow->again_ns < at && !(held && awaits_source(flow)))
			at = flow->again_ns;
	}
	return at;
}

/* How many bytes sockets have taken whose peers have not. */
static uint32_t undelivered(const struct relay *relay)
{
	uint32_t sum = 0;

	for (int s = 0; s < 2; s++) {
		const struct end *to = &relay->side[s].out;
		bool tells = to->kind == END_TCP || to->kind == END_STREAM;
		int bytes = tells ? os_unsent(to->fd) : 0;

		sum += bytes > 0 ? (uint32_t)bytes : 0;
	}
	return sum;
}

int64_t relay_moved_ns(struct relay *relay)
{
	if (next_time(relay, true) < INT64_MAX)
		return loop_now(relay->loop);
	if (relay->moved_ns > loop_seen(relay->loop))
		return relay->moved_ns;
	if (os_delivers(undelivered(relay), &relay->undelivered))
		relay->moved_ns = loop_now(relay->loop);
	return relay->moved_ns;
}

int64_t relay_next_limit(const struct relay *relay, enum relay_reason *reason)
{
	const struct relay_plan *plan = relay->plan;
	int64_t at = INT64_MAX;

	if (plan->max_ns > 0) {
		at = relay->started_ns + plan->max_ns;
		*reason = RELAY_TOO_LONG;
	}
	if (plan->idle_ns > 0 && relay->moved_ns + plan->idle_ns < at &&
		next_time(relay, true) == INT64_MAX) {
		at = relay->moved_ns + plan->idle_ns;
		*reason = RELAY_IDLE;
	}
	if (is_lingering(relay) && relay->moved_ns + plan->linger_ns < at) {
		at = relay->moved_ns + plan->linger_ns;
		*reason = RELAY_DONE;
	}
	return at;
}

/* Allocate the timer, which most relays of a server never need. 0, or -1 with errno ENOMEM. */
static int need_timer(struct relay *relay)
{
	if (relay->timer)
		return 0;
	relay->timer = malloc(sizeof(*relay->timer));
	if (!relay->timer)
		return -1;
	loop_timer_init(relay->timer, relay_on_time, relay);
	return 0;
}

int relay_set_timer(struct relay *relay)
{
	enum relay_reason reason;
	int64_t now, at = relay_next_limit(relay, &reason), again = next_time(relay, false);

	at = again < at ? again : at;
	if (at == INT64_MAX)
		return 0;
	if (need_timer(relay) < 0)
		return -1;
	if (relay->timer->slot != 0 && relay->timer->at_ns <= at)
		return 0;
	now = loop_now(relay->loop);
	return loop_timer_set(relay->loop, relay->timer, at > now ? at - now : 0);
}

/* Whether FD is our standard output, or another inherited descriptor, whose reader may leave. */
static bool has_reader(const struct relay *relay, int fd)
{
	const struct end *out = &relay->side[0].out;

	return out->fd == fd && fd != relay->side[0].in.fd && (out->flags & END_SHARED) &&
		end_has_reader(out) && relay_is_live(relay, 1);
}

/* Whether FD is a client that has sent something while the other side has not ended yet: most
 * clients send no more, and their next event is the end. */
static bool is_brief(const struct relay *relay, int fd)
{
	return relay->plan->closed_when_done && fd == relay->side[1].in.fd &&
		relay->flow_closed[0] == RELAY_OPEN && relay->flow[1].read_bytes > 0;
}

unsigned relay_wanted(const struct relay *relay, int fd)
{
	unsigned want = has_reader(relay, fd) ? LOOP_GONE : 0;

	for (int f = 0; f < 2; f++) {
		const struct flow *flow = &relay->flow[f];

		if (relay->flow_closed[f] == RELAY_OPEN && flow->wait == FLOW_WAIT_SOURCE &&
			flow->from->fd == fd)
			want |= LOOP_READ;
		if (relay_is_live(relay, f) && flow->wait == FLOW_WAIT_SINK && flow->to->fd == fd)
			want |= LOOP_WRITE;
	}
	return is_brief(relay, fd) ? want | LOOP_BRIEF : want;
}
