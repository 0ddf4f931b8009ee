/* SPDX-License-Identifier: ISC */
/* port.c - a socket that receives datagrams from any sender, and sends answers. */
#include "udp/port.h"

#include <errno.h>

#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "base/uncleared.h"

void port_init(struct port *port, const struct listener *l)
{
	*port = (struct port){.fd = l->fd,
		.family = l->family,
		.addr = l->addr,
		.inherited = l->inherited,
		.drops_before = l->inherited ? os_dgram_drops(l->fd) : 0};
	if (l->inherited)
		os_dgram_save(l->fd, l->family, &port->before);
}

void port_release(struct port *port)
{
	outgoing_release(&port->out);
	if (port->inherited)
		os_dgram_restore(port->fd, port->family, &port->before);
}

bool port_is_blocked(const struct port *port)
{
	return outgoing_waits(&port->out);
}

int64_t port_drops(const struct port *port)
{
	int64_t drops = os_dgram_drops(port->fd);

	return drops < 0 || port->drops_before < 0 ? -1 : drops - port->drops_before;
}

static void note_failure(struct port *port, const struct addr *peer, size_t size, int err)
{
	char text[ADDR_TEXT];

	port->totals->errors++;
	if (err == EMSGSIZE)
		log_warning("cannot send %zu byte%s to %s: a datagram does not hold that many",
			size, num_plural(size), addr_text(peer, text));
	else
		log_warning("cannot send to %s: %s", addr_text(peer, text),
			err == EAGAIN ? "it does not read" : status_reason(err));
}

static void note_sent(struct port *port, size_t bytes)
{
	port->totals->sent++;
	port->totals->sent_bytes += bytes;
	port->totals->moved_ns = loop_now(port->out.loop);
}

static void on_done(void *arg, const struct outgoing_datagram *d, int err)
{
	struct port *port = arg;

	if (err)
		note_failure(port, d->route.peer, d->part.iov_len, err);
	else
		note_sent(port, d->part.iov_len);
}

static void on_readable(void *arg)
{
	struct port *port = arg;

	port->readable(port->arg, port);
}

void port_start(
	struct port *port, struct loop *loop, struct gate *gate, port_fn *readable, void *arg)
{
	static const struct outgoing_calls calls = {.readable = on_readable, .done = on_done};

	outgoing_init(&port->out, loop, port->fd, &calls, port);
	port->out.gate = gate;
	port->readable = readable;
	port->arg = arg;
}

int port_read(struct port *port, bool on)
{
	return outgoing_read(&port->out, on);
}

void port_answer(struct port *port, const struct addr *peer, const struct addr *from,
	const void *data, size_t size)
{
	if (peer->size == 0) {
		port->totals->errors++;
		log_warning("cannot answer a Unix socket that has no name");
		return;
	}
	if (port->answer_count == PORT_ANSWERS)
		port_flush(port);
	port->answers[port->answer_count++] = (struct port_answer){
		.peer = peer, .from = from, .part = {.iov_base = (void *)data, .iov_len = size}};
}

static bool is_same_way(const struct port_answer *a, const struct port_answer *b)
{
	return a->peer == b->peer && a->from == b->from;
}

/* Send the COUNT answers at A, which all have the same route. Returns how many were dealt with;
 * fewer than COUNT if there is no room for the rest. */
static int send_run(struct port *port, const struct port_answer *a, int count)
{
	const struct os_dgram_route route = {.peer = a->peer, .from = a->from};
	UNCLEARED struct iovec each[PORT_ANSWERS];
	int done = 0, sent;

	for (int i = 0; i < count; i++)
		each[i] = a[i].part;
	while (done < count) {
		switch (outgoing_send(&port->out, &route, each + done, count - done, &sent)) {
		case OUTGOING_FULL: return done;
		case OUTGOING_FAILED:
			note_failure(port, a->peer, each[done++].iov_len, errno);
			break;
		case OUTGOING_SENT:
			for (; sent > 0 && done < count; sent--)
				note_sent(port, each[done++].iov_len);
		}
	}
	return done;
}

/* Send the answers from AT on that have the same route, unless others are already waiting. */
static int flush_run(struct port *port, int at)
{
	int count = 1;

	while (at + count < port->answer_count &&
		is_same_way(&port->answers[at], &port->answers[at + count]))
		count++;
	return port_is_blocked(port) ? 0 : send_run(port, &port->answers[at], count);
}

void port_flush(struct port *port)
{
	int at = 0, done;

	while (at < port->answer_count && (done = flush_run(port, at)) > 0)
		at += done;
	for (; at < port->answer_count; at++) {
		const struct port_answer *a = &port->answers[at];

		outgoing_put(&port->out,
			&(struct outgoing_datagram){
				.route = {.peer = a->peer, .from = a->from}, .part = a->part});
	}
	port->answer_count = 0;
}
