/* SPDX-License-Identifier: ISC */
/* flow.c - one direction of a transfer, by copying or by splice(2). */
#include "core/stream/flow.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "core/loop/loop.h"
#include "core/os/os.h"
#include "core/stream/flow_buffer.h"
#include "core/stream/flow_private.h"

enum {
	STREAM = 3,	/* large reads that show a stream */
	STREAM_MAX = 8, /* small reads that end one, at most */
};

/* How often to look whether a terminal can be read again. */
#define BACKGROUND_NS INT64_C(500000000)

void flow_init(struct flow *flow, struct end *from, struct end *to)
{
	*flow = (struct flow){.from = from, .to = to};
	if (to->kind == END_NULL && from->kind == END_TCP)
		flow->way = FLOW_DISCARD;
	flow->plain = !end_can_splice(from) || !end_can_splice(to);
	/* A large file is a stream from the start. */
	if (!flow->plain && from->kind == END_FILE && (from->flags & END_LARGE))
		flow->large = STREAM_MAX;
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

/* Have an empty buffer with room for at least SIZE bytes. */
static int need_buffer(struct flow *flow, size_t size)
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

bool flow_must_wait(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK;
}

/* Whether errno says that the kernel cannot do it this way, rather than that it cannot be done. */
static bool refused(void)
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

static void go_plain(struct flow *flow)
{
	flow->plain = true;
	flow->way = FLOW_COPY;
}

/* Whether the sink may be used now; once, if it may block. */
static bool may_write(const struct flow *flow, unsigned *ready)
{
	bool told = *ready & LOOP_WRITE;

	*ready &= ~(unsigned)LOOP_WRITE;
	return told || !flow->to->waits;
}

/* Let the sink take what N says it took of SIZE bytes; whether it took them all. */
static bool took(struct flow *flow, ssize_t n, size_t size)
{
	flow->wait = FLOW_WAIT_SINK;
	if (n < 0) {
		if (!flow_must_wait())
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

/* Take what is in the pipe out of it, for copying. */
static bool empty_pipe(struct flow *flow)
{
	ssize_t n;

	if (need_buffer(flow, FLOW_LARGE) < 0) {
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
	if (n == 0 || (n < 0 && refused())) {
		go_plain(flow);
		return empty_pipe(flow);
	}
	if (n > 0)
		flow->pipe->used -= (size_t)n;
	return took(flow, n, size);
}

/* Pass an empty message on. */
static bool deliver_empty(struct flow *flow)
{
	flow->owes_empty = end_write(flow->to, "", 0) < 0;
	if (!flow->owes_empty)
		return true;
	flow->wait = FLOW_WAIT_SINK;
	if (!flow_must_wait())
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

/* How much to read at once. What a packet socket is to send must fit into one message, and what it
 * received must be read whole. */
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

	if (need_buffer(flow, size) < 0)
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
	/* The pipe is empty, so EAGAIN can only mean that the source is dry. */
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

	if (!flow_must_wait()) {
		flow_fail(flow, straight && (flow->from->kind == END_PIPE || errno == EPIPE));
		return;
	}
	/* Source dry or sink full? Asking the source would not do: at its end it is readable, and
	 * has nothing to count. */
	if (straight && !is_writable(flow->to->fd))
		flow->wait = FLOW_WAIT_SINK;
}

static bool grow(const struct end *end)
{
	return end->kind != END_PIPE || os_pipe_grow(end->fd, FLOW_PIPE) >= FLOW_LARGE;
}

/* The source proved to be a stream: take the fastest way. */
static void choose_way(struct flow *flow)
{
	if (flow->from->kind != END_PIPE && flow->to->kind != END_PIPE)
		flow->way = FLOW_SPLICE_PIPE;
	else if (grow(flow->from) && grow(flow->to))
		flow->way = FLOW_SPLICE;
	else
		flow->plain = true;
}

/* Learn from a read of SIZE bytes, whether the source is a stream. */
static void learn(struct flow *flow, size_t size)
{
	if (size < FLOW_SMALL && flow->large > 0)
		flow->large--;
	else if (size >= FLOW_SMALL && flow->large < STREAM_MAX)
		flow->large++;
	if (flow->large == 0 && flow->way != FLOW_DISCARD)
		flow->way = FLOW_COPY;
}

/* Whether N, which a splice from a socket that is READY returned, may not be the truth: at a TCP
 * urgent byte splice(2) sees a dry source or an ended one forever, where recv(2) steps over it. */
static bool is_doubtful(const struct flow *flow, ssize_t n, bool ready)
{
	if (flow->from->kind != END_TCP && flow->from->kind != END_STREAM)
		return false;
	if (flow->way != FLOW_SPLICE && flow->way != FLOW_SPLICE_PIPE)
		return false;
	return n == 0 || (n < 0 && flow_must_wait() && ready);
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

/* Read once. The bytes read, or no more than 0: wait, or the state changed. (An empty message is
 * news as much as a full buffer.) */
static ssize_t fetch(struct flow *flow, unsigned *ready)
{
	bool told = *ready & LOOP_READ;
	ssize_t n;

	if (!flow_may_read(flow, told))
		return 0;
	*ready &= ~(unsigned)LOOP_READ;
	if (flow->way == FLOW_COPY && flow->large >= STREAM && !flow->plain)
		choose_way(flow);
	n = fetch_once(flow);
	if (n < 0 && flow->way != FLOW_COPY && refused()) {
		go_plain(flow);
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

/* What is empty serves others meanwhile. */
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

/* The end of what goes to a terminal is typed, after all else. */
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

/* No event tells that a source which has said its last is dry. */
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
		n = fetch(flow, &ready);
		/* A small read has most likely taken all there was: the poller knows for less, but
		 * of a file it knows nothing. */
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
