/* SPDX-License-Identifier: ISC */
/* flow_taps.c - a flow whose bytes go through taps. */
#include <errno.h>

#include "base/clock.h"
#include "base/fd.h"
#include "core/loop/loop.h"
#include "core/stream/flow_buffer.h"
#include "core/stream/flow_private.h"

/* Below the size from which malloc(3) calls the system each time. */
enum { BLOCK = 64 << 10 };

/* The output of the taps, on its way to the flow's buffer; only for the loop's own thread. */
static struct bytes through;

/* What a packet socket receives must be read whole. Not much should be held back. */
static size_t block_size(const struct flow *flow)
{
	if (flow->from->kind == END_PACKET)
		return FLOW_LARGE;
	return flow->taps->holds || flow->to->kind == END_PACKET || flow_buffers_are_scarce()
		? FLOW_SMALL
		: BLOCK;
}

/* Read more bytes, which then wait before the taps. Returns whether there is news. */
static bool read_more(struct flow *flow, unsigned *ready)
{
	struct bytes *waiting = &flow->taps->waiting;
	size_t size = block_size(flow);
	ssize_t n = -1;

	if (!flow_may_read(flow, *ready & LOOP_READ))
		return false;
	*ready &= ~(unsigned)LOOP_READ;
	bytes_drop(waiting, flow->taps->used);
	flow->taps->used = 0;
	if (bytes_reserve(waiting, size) == 0)
		n = end_read(flow->from, waiting->data + waiting->size, size);
	if (n < 0 && errno == ENOMSG) {
		flow->owes_empty = flow->to->kind == END_PACKET;
		n = 0;
	} else if (n < 0 && !fd_would_block(errno)) {
		flow_fail(flow, false);
	} else if (n == 0) {
		flow->state = FLOW_DRAIN;
	} else if (n > 0) {
		waiting->size += (size_t)n;
		flow->read_bytes += (uint64_t)n;
	}
	if (waiting->size == 0)
		bytes_release(waiting);
	return n >= 0;
}

/* How much of what waits may go on now; a message goes whole or not at all. */
static size_t allowed(struct flow *flow)
{
	size_t waiting = tap_chain_waiting(flow->taps);
	bool last = flow->state != FLOW_OPEN || waiting >= FLOW_SMALL;
	size_t size = waiting ? tap_chain_allow(flow->taps, last, clock_ns()) : 0;

	return size > 0 && flow->from->kind == END_PACKET ? waiting : size;
}

/* Move the output of the taps to the bytes in hand; RESULT is that of the taps. */
static bool take(struct flow *flow, int result)
{
	if (result == 0)
		result = flow_fill(flow, through.data, through.size);
	bytes_clear(&through);
	if (result < 0)
		flow_fail(flow, true);
	return result == 0;
}

/* Get more in hand, or learn more. False: there is nothing to do for now. */
static bool step(struct flow *flow, unsigned *ready)
{
	struct tap_chain *taps = flow->taps;
	size_t size;

	if (tap_chain_owes(taps))
		return take(flow, tap_chain_say(taps, &through));
	if (flow->state >= FLOW_DONE)
		return false;
	size = allowed(flow);
	if (size > 0)
		return take(flow, tap_chain_pass(taps, size, &through));
	if (tap_chain_waiting(taps) == 0 || taps->again_ns == TAP_WHEN_MORE_CAME)
		return read_more(flow, ready);
	flow->wait = FLOW_WAIT_TIME;
	flow->again_ns = taps->again_ns;
	return false;
}

void flow_run_taps(struct flow *flow, unsigned *ready)
{
	for (int round = 0; round < 2 * FLOW_ROUNDS; round++) {
		flow_deliver(flow, ready);
		if (flow_in_hand(flow) > 0 || flow->state == FLOW_FAILED || !step(flow, ready))
			return;
	}
	flow_deliver(flow, ready);
	if (flow_in_hand(flow) > 0 || flow->state >= FLOW_DONE ||
		tap_chain_waiting(flow->taps) == 0)
		return;
	flow->wait = FLOW_WAIT_TIME;
	flow->again_ns = 0;
}
