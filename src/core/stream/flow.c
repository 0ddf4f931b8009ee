/* SPDX-License-Identifier: ISC */
/* flow.c - one direction of a transfer, by copying or by splice(2). */
#include "core/stream/flow.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "core/loop/loop.h"
#include "core/os/os.h"
#include "core/stream/flow_buffer.h"
#include "core/stream/flow_private.h"

void flow_init(struct flow *flow, struct end *from, struct end *to)
{
	*flow = (struct flow){.from = from, .to = to};
	if (to->kind == END_NULL && from->kind == END_TCP)
		flow->way = FLOW_DISCARD;
	flow->plain = !end_can_splice(from) || !end_can_splice(to);
	/* A large file is a stream from the start. */
	if (!flow->plain && from->kind == END_FILE && (from->flags & END_LARGE))
		flow->large = FLOW_STREAM_MAX;
}

static size_t buffered(const struct flow *flow)
{
	return flow->buffer ? flow->buffer->end - flow->buffer->start : 0;
}

static size_t piped(const struct flow *flow)
{
	return flow->pipe ? flow->pipe->used : 0;
}

size_t flow_in_hand(const struct flow *flow)
{
	return buffered(flow) + piped(flow);
}

uint64_t flow_undelivered(const struct flow *flow)
{
	size_t waiting = flow->taps ? tap_chain_waiting(flow->taps) : 0;

	return (uint64_t)flow_in_hand(flow) + waiting;
}

int flow_need_buffer(struct flow *flow, size_t size)
{
	if (flow->buffer && flow->buffer->room < size) {
		flow_buffer_give(flow->buffer);
		flow->buffer = NULL;
	}
	if (!flow->buffer)
		flow->buffer = flow_buffer_take(size);
	return flow->buffer ? 0 : -1;
}

static size_t cheap_room(size_t size)
{
	if (size <= FLOW_SMALL)
		return FLOW_SMALL;
	return size <= FLOW_LARGE && !flow_buffers_are_scarce() ? FLOW_LARGE : size;
}

int flow_fill(struct flow *flow, const void *data, size_t size)
{
	struct flow_buffer *buffer, *old = flow->buffer;
	size_t before = buffered(flow);

	if (size == 0)
		return 0;
	buffer = flow_buffer_take(cheap_room(before + size));
	if (!buffer)
		return -1;
	if (old) {
		memcpy(buffer->data, old->data + old->start, before);
		flow_buffer_give(old);
	}
	memcpy(buffer->data + before, data, size);
	buffer->end = before + size;
	flow->buffer = buffer;
	return 0;
}

int flow_prime(struct flow *flow, const void *data, size_t size)
{
	if (!flow->taps)
		return flow_fill(flow, data, size);
	bytes_add(&flow->taps->waiting, data, size);
	return flow->taps->waiting.failed ? -1 : 0;
}

void flow_tap(struct flow *flow, struct tap_chain *taps)
{
	flow->taps = taps;
	flow->plain = true;
	flow->way = FLOW_COPY;
}

void flow_fail(struct flow *flow, bool sink)
{
	flow->state = FLOW_FAILED;
	flow->sink_failed = sink;
	flow->error = errno;
}

bool flow_refused(void)
{
	switch (errno) {
	case EINVAL:
	case ENOSYS:
	case EOPNOTSUPP:
	case EFAULT:
	case EPERM:
	case ENOMEM: return true;
	default: return false;
	}
}

void flow_go_plain(struct flow *flow)
{
	flow->plain = true;
	flow->way = FLOW_COPY;
}

/* Whether the sink may be used now; only once if it may block. */
static bool may_write(const struct flow *flow, unsigned *ready)
{
	bool told = *ready & LOOP_WRITE;

	*ready &= ~(unsigned)LOOP_WRITE;
	return told || !flow->to->waits;
}

/* Account for a write of SIZE bytes that returned N; returns whether the sink took all of them. */
static bool took(struct flow *flow, ssize_t n, size_t size)
{
	flow->wait = FLOW_WAIT_SINK;
	if (n < 0) {
		if (!fd_would_block(errno))
			flow_fail(flow, true);
		return false;
	}
	flow->written_bytes += (uint64_t)n;
	return (size_t)n == size;
}

static bool deliver_buffer(struct flow *flow)
{
	struct flow_buffer *buffer = flow->buffer;
	size_t size = buffer->end - buffer->start;
	unsigned char last;
	ssize_t n = end_write(flow->to, buffer->data + buffer->start, size);

	if (n > 0) {
		buffer->start += (size_t)n;
		last = buffer->data[buffer->start - 1];
		flow->open_line = last != '\n' && last != '\r';
	}
	if (!took(flow, n, size))
		return false;
	buffer->start = buffer->end = 0;
	return true;
}

/* Move the contents of the pipe into the buffer, for copying. */
static bool empty_pipe(struct flow *flow)
{
	ssize_t n;

	if (flow_need_buffer(flow, FLOW_LARGE) < 0) {
		flow_fail(flow, true);
		return false;
	}
	do
		n = read(flow->pipe->out, flow->buffer->data, flow->buffer->room);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		flow_fail(flow, true);
		return false;
	}
	flow->buffer->end = (size_t)n;
	flow->pipe->used -= (size_t)n;
	return true;
}

static bool deliver_pipe(struct flow *flow)
{
	size_t size = flow->pipe->used;
	ssize_t n;

	if (flow->plain)
		return empty_pipe(flow);
	n = os_splice(flow->pipe->out, flow->to->fd, size, false);
	if (n == 0 || (n < 0 && flow_refused())) {
		flow_go_plain(flow);
		return empty_pipe(flow);
	}
	if (n > 0)
		flow->pipe->used -= (size_t)n;
	return took(flow, n, size);
}

/* Pass on an empty message. */
static bool deliver_empty(struct flow *flow)
{
	flow->owes_empty = end_write(flow->to, "", 0) < 0;
	if (!flow->owes_empty)
		return true;
	flow->wait = FLOW_WAIT_SINK;
	if (!fd_would_block(errno))
		flow_fail(flow, true);
	return false;
}

bool flow_deliver(struct flow *flow, unsigned *ready)
{
	while (flow_in_hand(flow) > 0) {
		if (!may_write(flow, ready)) {
			flow->wait = FLOW_WAIT_SINK;
			return false;
		}
		if (!(buffered(flow) > 0 ? deliver_buffer(flow) : deliver_pipe(flow)))
			return false;
	}
	if (flow->owes_empty && !deliver_empty(flow))
		return false;
	flow->wait = FLOW_WAIT_SOURCE;
	if (flow->state == FLOW_DRAIN && flow_undelivered(flow) == 0)
		flow->state = FLOW_DONE;
	return flow->state == FLOW_OPEN;
}

/* Return empty buffers and pipes, which others can use meanwhile. */
static void give_back(struct flow *flow)
{
	if (flow->buffer && buffered(flow) == 0) {
		flow_buffer_give(flow->buffer);
		flow->buffer = NULL;
	}
	if (flow->pipe && flow->pipe->used == 0) {
		flow_pipe_give(flow->pipe);
		flow->pipe = NULL;
	}
}

/* For a terminal, the end is typed, after everything else. */
static void type_end(struct flow *flow, unsigned *ready)
{
	char text[2];
	size_t size = end_typed(flow->to, flow->open_line, text);

	flow->typed_end = true;
	flow->state = FLOW_DRAIN;
	if (flow_fill(flow, text, size) < 0)
		flow_fail(flow, true);
	else
		flow_deliver(flow, ready);
}

/* No event reports that a source whose writer is gone has nothing left. */
static void look_again(struct flow *flow)
{
	flow->wait = FLOW_WAIT_TIME;
	flow->again_ns = 0;
}

bool flow_run(struct flow *flow, unsigned ready)
{
	uint64_t before = flow->read_bytes + flow->written_bytes;
	ssize_t n;

	if (flow->taps) {
		flow_run_taps(flow, &ready);
		goto out;
	}
	if (flow->state >= FLOW_DONE || !flow_deliver(flow, &ready))
		goto out;
	for (int round = 0; round < FLOW_ROUNDS; round++) {
		n = flow_fetch(flow, &ready);
		/* A small read has probably taken everything there was: asking the poller costs
		 * less than another read, but it knows nothing about files. */
		if (n <= 0 || !flow_deliver(flow, &ready) ||
			(n < FLOW_SMALL && flow->from->kind != END_FILE))
			break;
	}
out:
	if (flow->state == FLOW_DONE && flow->to->kind == END_PTY && !flow->typed_end)
		type_end(flow, &ready);
	if (flow->state == FLOW_OPEN && flow->wait == FLOW_WAIT_SOURCE &&
		(flow->from->flags & END_LAST))
		look_again(flow);
	give_back(flow);
	return flow->read_bytes + flow->written_bytes != before;
}

void flow_release(struct flow *flow)
{
	if (flow->buffer)
		flow_buffer_give(flow->buffer);
	if (flow->pipe)
		flow_pipe_give(flow->pipe);
	if (flow->taps)
		tap_chain_release(flow->taps);
	flow->buffer = NULL;
	flow->pipe = NULL;
}
