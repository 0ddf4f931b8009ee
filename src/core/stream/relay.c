/* SPDX-License-Identifier: ISC */
/* relay.c - two flows, the loop and the limits. */
#include "core/stream/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/stream/relay_private.h"

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

/* The flow into side TO; -1: none. */
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

static void run_flow(struct relay *relay, int f, unsigned ready)
{
	struct flow *flow = &relay->flow[f];

	if (flow_run(flow, ready)) {
		relay->moved_ns = loop_now(relay->loop);
		relay->undelivered = 0;
	}
	relay_heed_flow(relay, f);
}

/* Bytes of one flow may make the taps of the other owe an answer. */
static void let_taps_speak(struct relay *relay)
{
	for (int f = 0; f < 2 && relay->tapped && !relay->over; f++) {
		const struct flow *flow = &relay->flow[f];

		if (flow->taps && relay_is_live(relay, f) && flow->wait != FLOW_WAIT_SINK &&
			tap_chain_owes(flow->taps))
			run_flow(relay, f, 0);
	}
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
			relay_fail(relay, &side->in, false, errno);
		else if (side->out.fd != side->in.fd && watch_end(relay, &side->out) < 0)
			relay_fail(relay, &side->out, true, errno);
	}
}

/* Most descriptors are closed next, and need not be removed from the poller before. */
static void fall_silent(struct relay *relay)
{
	if (relay->timer)
		loop_timer_stop(relay->loop, relay->timer);
	for (int s = 0; s < 2; s++) {
		const struct relay_side *side = &relay->side[s];

		loop_pause(relay->loop, side->in.fd);
		if (side->out.fd != side->in.fd)
			loop_pause(relay->loop, side->out.fd);
	}
}

/* Check whether the relay is over, and if not wait for what comes next. This is the last thing done
 * with RELAY, because its owner may free it in DONE. */
static void settle(struct relay *relay)
{
	if (!relay->over)
		relay_judge(relay);
	if (!relay->over)
		watch(relay);
	if (!relay->over && relay_set_timer(relay) < 0)
		relay_fail(relay, relay->flow[0].from, false, errno);
	if (!relay->over)
		return;
	fall_silent(relay);
	relay->done(relay->arg, relay);
}

static void on_ready(void *arg, int fd, unsigned ready)
{
	struct relay *relay = arg;

	if (ready & LOOP_GONE)
		relay_reader_gone(relay);
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
	relay_end(relay, RELAY_STOPPED);
	settle(relay);
}

void relay_break(struct relay *relay, int side, int error)
{
	if (relay->over || !relay->done)
		return;
	relay_fail(relay, &relay->side[side].in, false, error);
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
