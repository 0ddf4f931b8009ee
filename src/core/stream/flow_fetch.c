/* SPDX-License-Identifier: ISC */
/* flow_fetch.c - reading, in the way that suits the data: by copying for messages, with splice(2)
 * for a stream. */

#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "base/fd.h"
#include "core/loop/loop.h"
#include "core/os/os.h"
#include "core/stream/flow_buffer.h"
#include "core/stream/flow_private.h"

enum { STREAM = 3 }; /* large reads that show a stream */

/* How often to check whether a terminal can be read again. */
#define BACKGROUND_NS INT64_C(500000000)

/* How much to read at once. What a packet socket sends must fit into one message, and what it
 * receives must be read whole. */
static size_t read_size(const struct flow *flow)
{
	if (flow->from->kind == END_PACKET)
		return FLOW_LARGE;
	return flow->large > 0 && flow->to->kind != END_PACKET && !flow_buffers_are_scarce()
		? FLOW_LARGE
		: FLOW_SMALL;
}

static ssize_t fetch_copy(struct flow *flow)
{
	size_t size = read_size(flow);
	ssize_t n;

	if (flow_need_buffer(flow, size) < 0)
		return -1;
	n = end_read(flow->from, flow->buffer->data, size);
	if (n > 0)
		flow->buffer->end = (size_t)n;
	return n;
}

static ssize_t fetch_pipe(struct flow *flow)
{
	ssize_t n;

	if (!flow->pipe)
		flow->pipe = flow_pipe_take();
	if (!flow->pipe) {
		errno = ENOSYS;
		return -1;
	}
	/* The pipe is empty, so EAGAIN can only mean that the source has nothing now. */
	n = os_splice(flow->from->fd, flow->pipe->in, FLOW_PIPE, false);
	if (n > 0)
		flow->pipe->used = (size_t)n;
	return n;
}

static ssize_t fetch_once(struct flow *flow)
{
	ssize_t n;

	switch (flow->way) {
	case FLOW_SPLICE: n = os_splice(flow->from->fd, flow->to->fd, FLOW_PIPE, false); break;
	case FLOW_DISCARD: n = os_discard(flow->from->fd, FLOW_PIPE); break;
	case FLOW_SPLICE_PIPE: return fetch_pipe(flow);
	default: return fetch_copy(flow);
	}
	if (n > 0)
		flow->written_bytes += (uint64_t)n;
	return n;
}

static bool is_writable(int fd)
{
	struct pollfd one = {.fd = fd, .events = POLLOUT};

	return poll(&one, 1, 0) != 0;
}

/* A fetch failed: wait, or fail. */
static void no_fetch(struct flow *flow)
{
	bool straight = flow->way == FLOW_SPLICE;

	if (!fd_would_block(errno)) {
		flow_fail(flow, straight && (flow->from->kind == END_PIPE || errno == EPIPE));
		return;
	}
	/* Is the source empty or the sink full? Asking the source would not tell: at its end it is
	 * readable but has no bytes to count. */
	if (straight && !is_writable(flow->to->fd))
		flow->wait = FLOW_WAIT_SINK;
}

static bool grow(const struct end *end)
{
	return end->kind != END_PIPE || os_pipe_grow(end->fd, FLOW_PIPE) >= FLOW_LARGE;
}

/* The source turned out to be a stream: choose the fastest way. */
static void choose_way(struct flow *flow)
{
	if (flow->from->kind != END_PIPE && flow->to->kind != END_PIPE)
		flow->way = FLOW_SPLICE_PIPE;
	else if (grow(flow->from) && grow(flow->to))
		flow->way = FLOW_SPLICE;
	else
		flow->plain = true;
}

/* Learn from a read of SIZE bytes whether the source is a stream. */
static void learn(struct flow *flow, size_t size)
{
	if (size < FLOW_SMALL && flow->large > 0)
		flow->large--;
	else if (size >= FLOW_SMALL && flow->large < FLOW_STREAM_MAX)
		flow->large++;
	if (flow->large == 0 && flow->way != FLOW_DISCARD)
		flow->way = FLOW_COPY;
}

/* Whether N, the result of a splice from a socket that is READY, may be wrong: at a TCP urgent
 * byte, splice(2) reports no data or an end forever, whereas recv(2) skips the byte. */
static bool is_doubtful(const struct flow *flow, ssize_t n, bool ready)
{
	if (flow->from->kind != END_TCP && flow->from->kind != END_STREAM)
		return false;
	if (flow->way != FLOW_SPLICE && flow->way != FLOW_SPLICE_PIPE)
		return false;
	return n == 0 || (n < 0 && fd_would_block(errno) && ready);
}

bool flow_may_read(struct flow *flow, bool told)
{
	if (told)
		flow->quiet = false;
	else if (flow->from->waits || flow->quiet)
		return false;
	if (!end_is_in_background(flow->from))
		return true;
	flow->wait = FLOW_WAIT_TIME;
	flow->again_ns = clock_ns() + BACKGROUND_NS;
	return false;
}

ssize_t flow_fetch(struct flow *flow, unsigned *ready)
{
	bool told = *ready & LOOP_READ;
	ssize_t n;

	if (!flow_may_read(flow, told))
		return 0;
	*ready &= ~(unsigned)LOOP_READ;
	if (flow->way == FLOW_COPY && flow->large >= STREAM && !flow->plain)
		choose_way(flow);
	n = fetch_once(flow);
	if (n < 0 && flow->way != FLOW_COPY && flow_refused()) {
		flow_go_plain(flow);
		n = fetch_copy(flow);
	} else if (is_doubtful(flow, n, told)) {
		n = fetch_copy(flow);
	}
	if (n > 0) {
		flow->read_bytes += (uint64_t)n;
		learn(flow, (size_t)n);
	} else if (n == 0) {
		flow->state = FLOW_DONE;
	} else if (errno == ENOMSG) {
		flow->owes_empty = flow->to->kind == END_PACKET;
		return FLOW_SMALL;
	} else {
		no_fetch(flow);
	}
	return n;
}
