/* SPDX-License-Identifier: ISC */
/* relay.c - two flows, the loop and the limits. */
#include "core/stream/relay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/sock/sock.h"
#include "core/stream/relay_private.h"

enum { LAST_RUNS = 64 };

static void on_ready(void *arg, int fd, unsigned ready);

static void normalise(struct relay_side *side)
{
	if (side->in.kind == END_NONE)
		side->in.fd = -1;
	if (side->out.kind == END_NONE)
		side->out.fd = -1;
}

static void add_flow(struct relay *relay, int f, struct end *from, struct end *to)
{
	flow_init(&relay->flow[f], from, to);
	if (from->kind == END_NONE || to->kind == END_NONE)
		relay->flow_closed[f] = RELAY_ABSENT;
}

static void init(struct relay *relay, struct loop *loop, const struct relay_plan *plan)
{
	memset(relay, 0, sizeof(*relay));
	relay->loop = loop;
	relay->plan = plan;
}

void relay_init(struct relay *relay, struct loop *loop, const struct relay_plan *plan,
	const struct relay_side *side0, const struct relay_side *side1)
{
	init(relay, loop, plan);
	relay->side[0] = *side0;
	relay->side[1] = *side1;
	normalise(&relay->side[0]);
	normalise(&relay->side[1]);
	add_flow(relay, 0, &relay->side[0].in, &relay->side[1].out);
	add_flow(relay, 1, &relay->side[1].in, &relay->side[0].out);
}

void relay_init_echo(struct relay *relay, struct loop *loop, const struct relay_plan *plan,
	const struct relay_side *side)
{
	init(relay, loop, plan);
	relay->side[1] = *side;
	normalise(&relay->side[0]);
	normalise(&relay->side[1]);
	add_flow(relay, 0, &relay->side[0].in, &relay->side[0].out);
	add_flow(relay, 1, &relay->side[1].in, &relay->side[1].out);
}

/* The flow into side TO; -1: there is none. */
static int flow_into(const struct relay *relay, int to)
{
	for (int f = 0; f < 2; f++) {
		if (relay->flow_closed[f] != RELAY_ABSENT &&
			relay->flow[f].to == &relay->side[to].out)
			return f;
	}
	return -1;
}

void relay_tap(struct relay *relay, int to, struct tap_chain *taps)
{
	int f = flow_into(relay, to);

	if (f < 0 || !taps->first)
		return;
	flow_tap(&relay->flow[f], taps);
	relay->tapped = true;
}

int relay_prime(struct relay *relay, int to, const void *data, size_t size)
{
	int f = flow_into(relay, to);

	return f < 0 ? 0 : flow_prime(&relay->flow[f], data, size);
}

uint64_t relay_bytes_from(const struct relay *relay, int side)
{
	return relay->flow[side].read_bytes;
}

uint64_t relay_bytes_to(const struct relay *relay, int side)
{
	int f = flow_into(relay, side);

	return f < 0 ? 0 : relay->flow[f].written_bytes;
}

static void end_relay(struct relay *relay, enum relay_reason reason)
{
	relay->over = true;
	relay->reason = (uint8_t)reason;
}

static void fail(struct relay *relay, const struct end *end, bool writing, int error)
{
	relay->failed_side = end == &relay->side[1].in || end == &relay->side[1].out;
	relay->failed_writing = writing;
	relay->error = error;
	end_relay(relay, RELAY_FAILED);
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

/* Move what is left of FLOW, whose source is lost, as far as its sink takes it at once. */
static void take_last_words(struct flow *flow)
{
	flow->quiet = false;
	for (int i = 0; i < LAST_RUNS; i++) {
		if (!flow_run(flow, is_ready(flow->to, POLLOUT) ? LOOP_WRITE : 0))
			return;
	}
}

/* Whether the end of flow F, which is the last, can be left to a close(2) of its sink. Not where
 * the peer may still send, nor where it has given up, which finishing finds out. */
static bool is_left_to_close(const struct relay *relay, int f)
{
	const struct end *from = relay->flow[f].from, *to = relay->flow[f].to;
	bool peer_ended = from->fd == to->fd || relay->flow_closed[1 - f] == RELAY_CLOSED;

	return relay->plan->closed_when_done && peer_ended && to->flags == 0 &&
		(to->kind == END_TCP || to->kind == END_STREAM) &&
		loop_is_calm(relay->loop, to->fd);
}

static void close_flow(struct relay *relay, int f)
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
	/* Where finishing means closing, the loop must not know the descriptor any more. */
	if (to->fd != relay->side[0].in.fd && to->fd != relay->side[1].in.fd)
		loop_forget(relay->loop, fd);
	if (end_finish(to) < 0) {
		int error = errno;

		if (relay->flow_closed[1 - f] == RELAY_OPEN)
			take_last_words(&relay->flow[1 - f]);
		fail(relay, to, true, error);
	}
}

/* Flow F could not be read or written. A peer that takes no more may have said why, and that is
 * worth having. */
static void fail_flow(struct relay *relay, int f)
{
	const struct flow *flow = &relay->flow[f];
	bool peer = flow->to->kind == END_TCP || flow->to->kind == END_STREAM;

	relay->failed_tap = flow->taps ? flow->taps->failed : NULL;
	if (flow->sink_failed && peer && relay->flow_closed[1 - f] == RELAY_OPEN &&
		!relay->failed_tap)
		take_last_words(&relay->flow[1 - f]);
	fail(relay, flow->sink_failed ? flow->to : flow->from, flow->sink_failed, flow->error);
}

static void run_flow(struct relay *relay, int f, unsigned ready)
{
	struct flow *flow = &relay->flow[f];

	if (flow_run(flow, ready))
		relay->moved_ns = loop_now(relay->loop);
	if (flow->state == FLOW_FAILED)
		fail_flow(relay, f);
	else if (flow->state == FLOW_DONE && relay->flow_closed[f] == RELAY_OPEN)
		close_flow(relay, f);
}

/* What one flow brought may have its peer's taps owe an answer. */
static void let_taps_speak(struct relay *relay)
{
	for (int f = 0; f < 2 && relay->tapped && !relay->over; f++) {
		const struct flow *flow = &relay->flow[f];

		if (flow->taps && relay_is_live(relay, f) && flow->wait != FLOW_WAIT_SINK &&
			tap_chain_owes(flow->taps))
			run_flow(relay, f, 0);
	}
}

/* The input has been silent for long enough. Nobody looked at the connection meanwhile: a reset
 * may wait there, and then what we sent is lost. */
static void end_linger(struct relay *relay)
{
	const struct end *to = relay->flow[0].to;
	int error = to->kind == END_TCP ? sock_error(to->fd) : 0;

	if (error != 0)
		fail(relay, to, true, error);
	else
		end_relay(relay, RELAY_DONE);
}

static bool is_done(const struct relay *relay)
{
	return relay->flow_closed[0] != RELAY_OPEN &&
		(relay->flow_closed[1] != RELAY_OPEN || relay->plan->one_way);
}

static void judge(struct relay *relay)
{
	enum relay_reason reason = RELAY_DONE;

	if (is_done(relay))
		end_relay(relay, RELAY_DONE);
	else if (relay_next_limit(relay, &reason) > loop_now(relay->loop))
		return;
	else if (reason != RELAY_DONE)
		end_relay(relay, reason);
	else if (!is_ready(relay->flow[0].from, POLLIN) ||
		end_is_in_background(relay->flow[0].from))
		end_linger(relay);
}

static int watch_end(struct relay *relay, const struct end *end)
{
	unsigned want;

	if (end->fd < 0)
		return 0;
	want = relay_wanted(relay, end->fd);
	return loop_watch(relay->loop, end->fd, want, on_ready, relay);
}

static void watch(struct relay *relay)
{
	for (int s = 0; s < 2; s++) {
		struct relay_side *side = &relay->side[s];

		if (watch_end(relay, &side->in) < 0)
			fail(relay, &side->in, false, errno);
		else if (side->out.fd != side->in.fd && watch_end(relay, &side->out) < 0)
			fail(relay, &side->out, true, errno);
	}
}

/* Most are closed next, and need not be taken out of the poller before. */
static void fall_silent(struct relay *relay)
{
	if (relay->timer)
		loop_timer_stop(relay->loop, relay->timer);
	for (int s = 0; s < 2; s++) {
		loop_pause(relay->loop, relay->side[s].in.fd);
		loop_pause(relay->loop, relay->side[s].out.fd);
	}
}

/* See whether it is over, and wait for what comes next if not. The last thing done with RELAY,
 * which its owner may free in DONE. */
static void settle(struct relay *relay)
{
	if (!relay->over)
		judge(relay);
	if (!relay->over)
		watch(relay);
	if (!relay->over && relay_set_timer(relay) < 0)
		fail(relay, relay->flow[0].from, false, errno);
	if (!relay->over)
		return;
	fall_silent(relay);
	relay->done(relay->arg, relay);
}

/* Nobody reads side 0's output any more: that is noticed at once, not with the next byte. What side
 * 0 has said before it left still goes on. */
static void reader_gone(struct relay *relay)
{
	if (relay->flow_closed[0] == RELAY_OPEN)
		take_last_words(&relay->flow[0]);
	fail(relay, &relay->side[0].out, true, EPIPE);
}

static void on_ready(void *arg, int fd, unsigned ready)
{
	struct relay *relay = arg;

	if (ready & LOOP_GONE)
		reader_gone(relay);
	for (int f = 0; f < 2 && !relay->over; f++) {
		const struct flow *flow = &relay->flow[f];
		unsigned about = 0;

		if (flow->from->fd == fd && flow->wait == FLOW_WAIT_SOURCE)
			about |= ready & LOOP_READ;
		if (flow->to->fd == fd && flow->wait == FLOW_WAIT_SINK)
			about |= ready & LOOP_WRITE;
		if (about && relay_is_live(relay, f))
			run_flow(relay, f, about);
	}
	let_taps_speak(relay);
	settle(relay);
}

void relay_on_time(void *arg)
{
	struct relay *relay = arg;

	for (int f = 0; f < 2 && !relay->over; f++) {
		if (relay->flow_closed[f] == RELAY_OPEN && relay->flow[f].wait == FLOW_WAIT_TIME)
			run_flow(relay, f, 0);
	}
	let_taps_speak(relay);
	settle(relay);
}

void relay_await(struct relay *relay, int side)
{
	relay->flow[side].quiet = true;
}

void relay_start(struct relay *relay, relay_done_fn *done, void *arg)
{
	relay->done = done;
	relay->arg = arg;
	relay->started_ns = relay->moved_ns = loop_now(relay->loop);
	relay_resume(relay);
}

void relay_resume(struct relay *relay)
{
	if (relay->over)
		return;
	for (int f = 0; f < 2 && !relay->over; f++) {
		if (relay->flow_closed[f] == RELAY_OPEN)
			run_flow(relay, f, 0);
	}
	let_taps_speak(relay);
	settle(relay);
}

void relay_stop(struct relay *relay)
{
	if (relay->over || !relay->done)
		return;
	end_relay(relay, RELAY_STOPPED);
	settle(relay);
}

static void close_end(const struct relay *relay, struct end *end, int keep)
{
	if (end->fd != keep && end->flags == 0) {
		loop_close(relay->loop, end->fd);
	} else if (end->fd != keep) {
		loop_forget(relay->loop, end->fd);
		end_close(end);
	}
	end->fd = -1;
}

void relay_detach(struct relay *relay)
{
	fall_silent(relay);
	free(relay->timer);
	relay->timer = NULL;
	for (int f = 0; f < 2; f++)
		flow_release(&relay->flow[f]);
}

void relay_release(struct relay *relay, int keep)
{
	relay_release_watched(relay, keep);
	loop_forget(relay->loop, keep);
}

void relay_release_watched(struct relay *relay, int keep)
{
	relay_detach(relay);
	for (int s = 0; s < 2; s++) {
		if (relay->side[s].out.fd == relay->side[s].in.fd)
			relay->side[s].out.fd = -1;
		close_end(relay, &relay->side[s].in, keep);
		close_end(relay, &relay->side[s].out, keep);
	}
}
