/* SPDX-License-Identifier: ISC */
/* outgoing.c - the sending side of a datagram socket. */
#include "udp/outgoing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/num.h"

/* Reading a report clears it, but another may come before the next attempt. */
enum { TRIES = 3 };

/* The poller does not know when the queue of an interface has room again. */
static const int64_t no_room_ns = NUM_NS_PER_MS;

/* The same for a slow receiver: the longest pause between tries, and the time until it is given
 * up. */
static const int64_t pause_max_ns = 16 * NUM_NS_PER_MS;
static const int64_t patience_ns = 250 * NUM_NS_PER_MS;

struct outgoing_waiting {
	struct outgoing_waiting *next;
	struct addr peer, from; /* size 0: none */
	unsigned interface;
	size_t size;
	unsigned char data[];
};

bool outgoing_is_answer(int err)
{
	switch (err) {
	case ECONNREFUSED:
	case EHOSTUNREACH:
	case ENETUNREACH:
	case EMSGSIZE:
	case ENOPROTOOPT:
	case EOPNOTSUPP:
	case EPROTO:
	case EACCES:
#ifdef EHOSTDOWN
	case EHOSTDOWN:
#endif
#ifdef ENONET
	case ENONET:
#endif
		return true;
	default: return false;
	}
}

static bool has_no_room(int err)
{
	return fd_would_block(err) || err == ENOBUFS || err == ENOMEM;
}

bool outgoing_waits(const struct outgoing *o)
{
	return o->first != NULL;
}

int outgoing_earlier(struct outgoing *o)
{
	int err = o->earlier;

	o->earlier = 0;
	return err;
}

static void on_ready(void *arg, int fd, unsigned ready);

static int watch(struct outgoing *o)
{
	unsigned want = (o->reading ? LOOP_READ : 0U) | (o->full ? LOOP_WRITE : 0U);

	return loop_watch(o->loop, o->fd, want, on_ready, o);
}

int outgoing_read(struct outgoing *o, bool on)
{
	bool before = o->reading;

	if (on == before)
		return 0;
	o->reading = on;
	if (watch(o) == 0)
		return 0;
	o->reading = before;
	return -1;
}

int outgoing_replace(struct outgoing *o, int fd)
{
	int old = o->fd;

	o->fd = fd;
	if (watch(o) < 0) {
		o->fd = old;
		return -1;
	}
	loop_forget(o->loop, old);
	return 0;
}

/* The poller knows about our own room, but not about that at the receiver, which is separate for
 * Unix sockets; it does if the two are connected. */
static bool is_of_receiver(const struct os_dgram_route *route, int err)
{
	return err != ENOMEM && route->peer && addr_family(route->peer) == AF_UNIX;
}

/* Check repeatedly whether the receiver PEER has room. 0, or -1 with errno: it is given up. */
static int wait_for_receiver(struct outgoing *o, const struct addr *peer)
{
	int64_t now = loop_now(o->loop);

	if (!o->pause_ns)
		o->since_ns = now;
	if (now - o->since_ns >= patience_ns)
		o->slow = *peer;
	if (addr_equal(&o->slow, peer)) {
		o->pause_ns = 0;
		errno = EAGAIN;
		return -1;
	}
	o->pause_ns = o->pause_ns ? 2 * o->pause_ns : no_room_ns;
	if (o->pause_ns > pause_max_ns)
		o->pause_ns = pause_max_ns;
	return loop_timer_set(o->loop, &o->again, o->pause_ns);
}

/* The receiver PEER had room. */
static void note_room(struct outgoing *o, const struct addr *peer)
{
	o->pause_ns = 0;
	if (o->slow.size > 0 && addr_equal(&o->slow, peer))
		o->slow.size = 0;
}

static int wait_for_room(struct outgoing *o, const struct os_dgram_route *route, int err)
{
	if (is_of_receiver(route, err))
		return wait_for_receiver(o, route->peer);
	if (err == ENOBUFS || err == ENOMEM)
		return loop_timer_set(o->loop, &o->again, no_room_ns);
	o->full = true;
	if (watch(o) == 0)
		return 0;
	o->full = false;
	return -1;
}

enum outgoing_result outgoing_send(struct outgoing *o, const struct os_dgram_route *route,
	const struct iovec *each, int count, int *sent)
{
	int earlier = 0;

	*sent = os_dgram_send(o->fd, route, each, count, &o->merge);
	for (int tries = 1; *sent < 0; tries++) {
		*sent = 0;
		if (has_no_room(errno))
			return wait_for_room(o, route, errno) < 0 ? OUTGOING_FAILED : OUTGOING_FULL;
		if (tries == TRIES || !outgoing_is_answer(errno)) {
			o->pause_ns = 0;
			return OUTGOING_FAILED;
		}
		earlier = errno;
		*sent = os_dgram_send(o->fd, route, each, count, &o->merge);
	}
	if (earlier)
		o->earlier = earlier;
	if (o->pause_ns || o->slow.size > 0)
		note_room(o, route->peer);
	return OUTGOING_SENT;
}

static int keep(struct outgoing *o, const struct outgoing_datagram *d)
{
	size_t size = d->part.iov_len;
	struct outgoing_waiting *w = malloc(sizeof(*w) + size);

	if (!w)
		return -1;
	*w = (struct outgoing_waiting){.interface = d->route.interface, .size = size};
	if (d->route.peer)
		w->peer = *d->route.peer;
	if (d->route.from)
		w->from = *d->route.from;
	if (size > 0)
		memcpy(w->data, d->part.iov_base, size);
	*(o->first ? &o->last->next : &o->first) = w;
	o->last = w;
	return 0;
}

void outgoing_put(struct outgoing *o, const struct outgoing_datagram *d)
{
	bool waited = outgoing_waits(o);
	enum outgoing_result result = OUTGOING_FULL;
	int sent, err;

	if (!waited)
		result = outgoing_send(o, &d->route, &d->part, 1, &sent);
	if (result == OUTGOING_FULL && keep(o, d) < 0)
		result = OUTGOING_FAILED;
	err = result == OUTGOING_FAILED ? errno : 0;
	if (result != OUTGOING_FULL)
		o->calls->done(o->arg, d, err);
	else if (!waited && o->gate)
		gate_close(o->gate);
}

/* Remove the first one; the caller frees it. */
static struct outgoing_waiting *take_first(struct outgoing *o)
{
	struct outgoing_waiting *w = o->first;

	o->first = w->next;
	if (!o->first && o->gate)
		gate_open(o->gate);
	return w;
}

/* Send the first of those that wait. False: there is still no room. */
static bool send_first(struct outgoing *o)
{
	struct outgoing_waiting *w = o->first;
	struct outgoing_datagram d = {.route = {.peer = w->peer.size > 0 ? &w->peer : NULL,
					      .from = &w->from,
					      .interface = w->interface},
		.part = {.iov_base = w->data, .iov_len = w->size}};
	int sent, err;
	enum outgoing_result result = outgoing_send(o, &d.route, &d.part, 1, &sent);

	err = result == OUTGOING_FAILED ? errno : 0;
	if (result == OUTGOING_FULL)
		return false;
	take_first(o);
	o->calls->done(o->arg, &d, err);
	free(w);
	return true;
}

static void go_on(struct outgoing *o)
{
	while (o->first) {
		if (!send_first(o))
			return;
	}
	if (o->calls->room)
		o->calls->room(o->arg);
}

static void on_ready(void *arg, int fd, unsigned ready)
{
	struct outgoing *o = arg;

	(void)fd;
	if ((ready & LOOP_WRITE) && o->full) {
		o->full = false;
		if (watch(o) == 0)
			go_on(o);
		else
			o->full = true; /* it will be ready in the next turn too */
	}
	if ((ready & LOOP_READ) && o->reading)
		o->calls->readable(o->arg);
}

static void on_time(void *arg)
{
	go_on(arg);
}

void outgoing_init(struct outgoing *o, struct loop *loop, int fd,
	const struct outgoing_calls *calls, void *arg)
{
	*o = (struct outgoing){.loop = loop,
		.fd = fd,
		.merge = os_dgram_can_merge(fd),
		.calls = calls,
		.arg = arg};
	loop_timer_init(&o->again, on_time, o);
}

void outgoing_release(struct outgoing *o)
{
	if (!o->loop)
		return;
	loop_forget(o->loop, o->fd);
	loop_timer_stop(o->loop, &o->again);
	while (o->first)
		free(take_first(o));
	o->loop = NULL;
}
