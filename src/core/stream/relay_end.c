/* SPDX-License-Identifier: ISC */
/* relay_end.c - how flows and relays end: half-close, failures, limits. */
#include "core/stream/relay_private.h"

#include <errno.h>
#include <poll.h>

#include "core/sock/sock.h"

enum { LAST_RUNS = 64 };

void relay_end(struct relay *relay, enum relay_reason reason)
{
	relay->over = true;
	relay->reason = (uint8_t)reason;
}

void relay_fail(struct relay *relay, const struct end *end, bool writing, int error)
{
	relay->failed_side = end == &relay->side[1].in || end == &relay->side[1].out;
	relay->failed_writing = writing;
	relay->error = error;
	relay_end(relay, RELAY_FAILED);
}

static bool passes_end_on(const struct relay *relay, int f)
{
	if (f == 1)
		return true;
	if (relay->plan->no_half_close)
		return false;
	return !relay->plan->keep_if_empty || relay->flow[0].read_bytes > 0;
}

static bool is_ready(const struct end *end, short what)
{
	struct pollfd one = {.fd = end->fd, .events = what};
	int n;

	do
		n = poll(&one, 1, 0);
	while (n < 0 && errno == EINTR);
	return n != 0;
}

/* Move what is left of FLOW, whose source is lost, as far as the sink accepts it at once. */
static void take_last_words(struct flow *flow)
{
	flow->quiet = false;
	for (int i = 0; i < LAST_RUNS; i++) {
		if (!flow_run(flow, is_ready(flow->to, POLLOUT) ? LOOP_WRITE : 0))
			return;
	}
}

/* Whether the end of flow F, the last one, can be left to close(2) of its sink. Not if the peer may
 * still send, nor if it has given up, which finishing finds out. */
static bool is_left_to_close(const struct relay *relay, int f)
{
	const struct end *from = relay->flow[f].from, *to = relay->flow[f].to;
	bool peer_ended = from->fd == to->fd || relay->flow_closed[1 - f] == RELAY_CLOSED;

	return relay->plan->closed_when_done && peer_ended && to->flags == 0 &&
		(to->kind == END_TCP || to->kind == END_STREAM) &&
		loop_is_calm(relay->loop, to->fd);
}

/* Flow F has delivered everything: pass the end of its source on to its sink, which is the
 * half-close. */
static void relay_close_flow(struct relay *relay, int f)
{
	struct end *to = relay->flow[f].to;
	int fd = to->fd;

	relay->flow_closed[f] = RELAY_CLOSED;
	relay->moved_ns = loop_now(relay->loop);
	if (!passes_end_on(relay, f)) {
		relay->flow_closed[f] = relay->flow[f].taps ? RELAY_SILENT : RELAY_CLOSED;
		return;
	}
	if (is_left_to_close(relay, f))
		return;
	/* If finishing means closing, the loop must forget the descriptor first. */
	if (to->fd != relay->side[0].in.fd && to->fd != relay->side[1].in.fd)
		loop_forget(relay->loop, fd);
	if (end_finish(to) < 0) {
		int error = errno;

		if (relay->flow_closed[1 - f] == RELAY_OPEN)
			take_last_words(&relay->flow[1 - f]);
		relay_fail(relay, to, true, error);
	}
}

/* Flow F could not be read or written. A peer that accepts no more may have sent the reason, which
 * is worth reading. */
static void relay_fail_flow(struct relay *relay, int f)
{
	const struct flow *flow = &relay->flow[f];
	bool peer = flow->to->kind == END_TCP || flow->to->kind == END_STREAM;

	relay->failed_tap = flow->taps ? flow->taps->failed : NULL;
	if (flow->sink_failed && peer && relay->flow_closed[1 - f] == RELAY_OPEN &&
		!relay->failed_tap)
		take_last_words(&relay->flow[1 - f]);
	relay_fail(
		relay, flow->sink_failed ? flow->to : flow->from, flow->sink_failed, flow->error);
}

void relay_heed_flow(struct relay *relay, int f)
{
	const struct flow *flow = &relay->flow[f];

	if (flow->state == FLOW_FAILED)
		relay_fail_flow(relay, f);
	else if (flow->state == FLOW_DONE && relay->flow_closed[f] == RELAY_OPEN)
		relay_close_flow(relay, f);
}

/* The input has been silent for long enough. Nobody has looked at the connection meanwhile: a reset
 * may be pending, and then what we sent is lost. */
static void end_linger(struct relay *relay)
{
	const struct end *to = relay->flow[0].to;
	int error = to->kind == END_TCP ? sock_error(to->fd) : 0;

	if (error != 0)
		relay_fail(relay, to, true, error);
	else
		relay_end(relay, RELAY_DONE);
}

/* What side 1 has sent in time is still delivered, as far as that can be done at once: after a late
 * look, more of it may be there than one turn of the loop has moved. */
static void take_in_time(struct relay *relay)
{
	if (relay->flow_closed[1] != RELAY_OPEN)
		return;
	take_last_words(&relay->flow[1]);
	relay_heed_flow(relay, 1);
}

static bool is_done(const struct relay *relay)
{
	return relay->flow_closed[0] != RELAY_OPEN &&
		(relay->flow_closed[1] != RELAY_OPEN || relay->plan->one_way);
}

void relay_judge(struct relay *relay)
{
	enum relay_reason reason = RELAY_DONE;
	int64_t seen = loop_seen(relay->loop);
	bool reached = !is_done(relay) && relay_next_limit(relay, &reason) <= seen;

	if (reached && reason == RELAY_TOO_LONG)
		take_in_time(relay);
	if (relay->over)
		return;
	if (is_done(relay))
		relay_end(relay, RELAY_DONE);
	else if (!reached)
		return;
	else if (reason == RELAY_IDLE && relay_moved_ns(relay) + relay->plan->idle_ns > seen)
		return;
	else if (reason != RELAY_DONE)
		relay_end(relay, reason);
	else if (!is_ready(relay->flow[0].from, POLLIN) ||
		end_is_in_background(relay->flow[0].from))
		end_linger(relay);
}

/* Nobody reads side 0's output any longer: that is noticed at once, not with the next byte. What
 * side 0 sent before that is still delivered. */
void relay_reader_gone(struct relay *relay)
{
	if (relay->flow_closed[0] == RELAY_OPEN)
		take_last_words(&relay->flow[0]);
	relay_fail(relay, &relay->side[0].out, true, EPIPE);
}
