/* SPDX-License-Identifier: ISC */
/* port.c - a socket that takes datagrams from anyone, and sends answers. */
#include "udp/port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/os_dgram.h"

/* Without room in the queue of an interface the poller has nothing to tell. */
static const int64_t no_room_ns = NUM_NS_PER_MS;

struct port_waiting {
	struct port_waiting *next;
	struct addr peer, from;
	size_t size;
	unsigned char data[];
};

void port_init(struct port *port, const struct listener *l)
{
	*port = (struct port){.fd = l->fd,
		.family = l->family,
		.addr = l->addr,
		.drops_before = l->inherited ? os_dgram_drops(l->fd) : 0};
}

void port_release(struct port *port)
{
	if (port->loop) {
		loop_forget(port->loop, port->fd);
		loop_timer_stop(port->loop, &port->again);
	}
	while (port->first) {
		struct port_waiting *next = port->first->next;

		free(port->first);
		port->first = next;
	}
}

bool port_is_blocked(const struct port *port)
{
	return port->first != NULL;
}

int64_t port_drops(const struct port *port)
{
	int64_t drops = os_dgram_drops(port->fd);

	return drops < 0 || port->drops_before < 0 ? -1 : drops - port->drops_before;
}

static void on_ready(void *arg, int fd, unsigned ready);

static void watch(struct port *port)
{
	bool timed = port->again.slot != 0;
	unsigned want = (port->reading ? LOOP_READ : 0) | (port->first && !timed ? LOOP_WRITE : 0);

	if (port->loop)
		loop_watch(port->loop, port->fd, want, on_ready, port);
}

/* One of several to the same peer, which go as a run. */
static bool is_same_way(const struct port_answer *a, const struct port_answer *b)
{
	return a->peer == b->peer && a->from == b->from;
}

static bool has_to_wait(int err)
{
	return err == EAGAIN || err == EWOULDBLOCK || err == ENOBUFS || err == ENOMEM;
}

static void say_failure(struct port *port, const struct addr *peer, size_t size, int err)
{
	char text[ADDR_TEXT];

	port->totals->errors++;
	if (err == EMSGSIZE)
		log_warning("cannot send %zu bytes to %s: more than a datagram holds", size,
			addr_text(peer, text));
	else
		log_warning("cannot send to %s: %s", addr_text(peer, text), status_reason(err));
}

static void count_sent(struct port *port, const struct iovec *each, int count)
{
	for (int i = 0; i < count; i++) {
		port->totals->sent++;
		port->totals->sent_bytes += each[i].iov_len;
	}
}

/* Send the COUNT datagrams EACH. How many were sent or can never be; errno is EAGAIN or ENOBUFS
 * where the rest has to wait. */
static int send_run(
	struct port *port, const struct port_answer *way, const struct iovec *each, int count)
{
	struct os_dgram_route route = {.peer = way->peer, .from = way->from};
	int done = 0;
	bool again = false;

	while (done < count) {
		int n = os_dgram_send(port->fd, &route, each + done, count - done, &port->merge);

		if (n < 0 && has_to_wait(errno))
			break;
		/* That is what became of an earlier one, if the socket came to us connected. */
		again = n < 0 && errno == ECONNREFUSED && !again;
		if (again)
			continue;
		if (n < 0)
			say_failure(port, way->peer, each[done].iov_len, errno);
		else
			count_sent(port, each + done, n);
		done += n < 0 ? 1 : n;
	}
	return done;
}

static void keep(struct port *port, const struct port_answer *answer)
{
	size_t size = answer->part.iov_len;
	struct port_waiting *w = malloc(sizeof(*w) + size);

	if (!w) {
		say_failure(port, answer->peer, size, ENOMEM);
		return;
	}
	w->next = NULL;
	w->peer = *answer->peer;
	w->from = *answer->from;
	w->size = size;
	memcpy(w->data, answer->part.iov_base, size);
	if (port->first)
		port->last->next = w;
	else
		port->first = w;
	port->last = w;
}

static void wait_for_room(struct port *port, int err)
{
	if (err == ENOBUFS || err == ENOMEM)
		loop_timer_set(port->loop, &port->again, no_room_ns);
	watch(port);
}

static void send_waiting(struct port *port)
{
	while (port->first) {
		struct port_waiting *w = port->first;
		struct port_answer way = {.peer = &w->peer, .from = &w->from};
		struct iovec part = {.iov_base = w->data, .iov_len = w->size};

		if (send_run(port, &way, &part, 1) == 0) {
			wait_for_room(port, errno);
			return;
		}
		port->first = w->next;
		free(w);
	}
	watch(port);
	port->drained(port->arg, port);
}

static void on_ready(void *arg, int fd, unsigned ready)
{
	struct port *port = arg;

	(void)fd;
	if ((ready & LOOP_WRITE) && port->first)
		send_waiting(port);
	if ((ready & LOOP_READ) && port->reading)
		port->readable(port->arg, port);
}

static void on_time(void *arg)
{
	send_waiting(arg);
}

void port_start(
	struct port *port, struct loop *loop, port_fn *readable, port_fn *drained, void *arg)
{
	port->loop = loop;
	port->readable = readable;
	port->drained = drained;
	port->arg = arg;
	port->merge = os_dgram_can_merge(port->fd);
	loop_timer_init(&port->again, on_time, port);
}

void port_read(struct port *port, bool on)
{
	if (port->reading == on)
		return;
	port->reading = on;
	watch(port);
}

void port_answer(struct port *port, const struct addr *peer, const struct addr *from,
	const void *data, size_t size)
{
	if (peer->size == 0) {
		port->totals->errors++;
		log_warning("a Unix socket without a name cannot be answered");
		return;
	}
	if (port->answer_count == PORT_ANSWERS)
		port_flush(port);
	port->answers[port->answer_count++] = (struct port_answer){
		.peer = peer, .from = from, .part = {.iov_base = (void *)data, .iov_len = size}};
}

/* Send the answers from AT on that go to one peer; how many were dealt with. */
static int flush_run(struct port *port, int at)
{
	struct iovec each[PORT_ANSWERS];
	int count = 0;

	while (at + count < port->answer_count &&
		is_same_way(&port->answers[at], &port->answers[at + count])) {
		each[count] = port->answers[at + count].part;
		count++;
	}
	return send_run(port, &port->answers[at], each, count) < count ? -1 : count;
}

void port_flush(struct port *port)
{
	uint64_t before = port->totals->sent + port->totals->errors;
	int at = 0, err = 0;

	while (at < port->answer_count && !port->first && !err) {
		if (flush_run(port, at) < 0)
			err = errno;
		at = (int)(port->totals->sent + port->totals->errors - before);
	}
	for (int i = at; i < port->answer_count; i++)
		keep(port, &port->answers[i]);
	port->answer_count = 0;
	if (err)
		wait_for_room(port, err);
}
