/* SPDX-License-Identifier: ISC */
/* forward_session.c - one sender's sockets for all targets. */
#include "udp/forward/forward_session.h"

#include <errno.h>
#include <stdlib.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/os/dgram/dgram.h"

enum { ROUNDS = 64 /* answers a turn */ };

/* Nothing will answer the last datagram. */
static void note_refusal(struct upstream *u)
{
	u->refused = true;
	forward_refused(u->session->forward);
}

static void note_error(const struct upstream *u, int err)
{
	char peer[ADDR_TEXT], target[ADDR_TEXT];

	u->session->port->totals->errors++;
	log_warning("cannot forward from %s to %s: %s", addr_text(&u->session->peer, peer),
		addr_text(&u->target->peer, target), status_reason(err));
}

/* Replace a socket that went stale because the target has bound its path anew or an address of this
 * host has changed. 0, or -1 with errno and the old one kept. */
static int upstream_reopen(struct upstream *u)
{
	struct target fresh;

	if (target_open_again(u->target, u->session->forward->options, &fresh) < 0)
		return -1;
	if (outgoing_replace(&u->out, fresh.fd) < 0) {
		target_release(&fresh);
		return -1;
	}
	target_release(&u->socket);
	u->socket = fresh;
	return 0;
}

/* Whether another socket may work. */
static bool may_be_stale(int err)
{
	return err != EMSGSIZE && err != EPERM && err != ENOMEM;
}

/* Account for a datagram that was passed on, or was not; a failure does not keep a session
 * alive. */
static void on_done(void *arg, const struct outgoing_datagram *d, int err)
{
	struct upstream *u = arg;

	if (err && !u->reopening && may_be_stale(err) && upstream_reopen(u) == 0) {
		u->reopening = true;
		outgoing_put(&u->out, d);
		u->reopening = false;
		return;
	}
	u->refused = false;
	if (err)
		note_refusal(u);
	else
		err = outgoing_earlier(&u->out);
	if (err)
		note_error(u, err);
	else
		forward_moved(u->session);
}

/* The socket has something to report other than an answer. False: do not look again. */
static bool report(struct upstream *u, int err)
{
	if (fd_would_block(err))
		return true;
	note_error(u, err);
	note_refusal(u);
	return outgoing_is_answer(err) || upstream_reopen(u) == 0;
}

/* Carry one answer back to the sender. False: there is none. */
static bool carry_back(struct upstream *u)
{
	struct forward_session *s = u->session;
	struct os_dgram d = {.data = s->forward->buffer, .room = OS_DGRAM_ROOM};

	if (os_dgram_receive(u->socket.fd, &d, 1) < 0) {
		if (!report(u, errno) && outgoing_read(&u->out, false) < 0)
			note_error(u, errno);
		return false;
	}
	forward_moved(s);
	u->refused = false;
	s->sent_bytes += d.size;
	port_answer(s->port, &s->peer, &s->answer, d.data, d.size);
	port_flush(s->port);
	return true;
}

static int read_all(struct forward_session *s, bool on)
{
	for (size_t i = 0; i < s->count; i++) {
		if (outgoing_read(&s->upstream[i].out, on) < 0)
			return -1;
	}
	return 0;
}

static void on_readable(void *arg)
{
	struct upstream *u = arg;
	struct forward_session *s = u->session;

	for (int i = 0; i < ROUNDS && !port_is_blocked(s->port); i++) {
		if (!carry_back(u))
			return;
	}
	if (!port_is_blocked(s->port) || read_all(s, false) < 0)
		return;
	s->forward->stalled += !s->stalled;
	s->stalled = true;
}

int session_resume(struct forward_session *s)
{
	s->forward->stalled -= s->stalled;
	s->stalled = false;
	return read_all(s, true);
}

static int upstream_open(struct upstream *u)
{
	static const struct outgoing_calls calls = {.readable = on_readable, .done = on_done};
	const struct forward *f = u->session->forward;

	if (target_open_again(u->target, f->options, &u->socket) < 0)
		return -1;
	outgoing_init(&u->out, f->loop, u->socket.fd, &calls, u);
	u->out.gate = f->takes;
	return outgoing_read(&u->out, true);
}

struct forward_session *session_new(struct forward *f, struct port *port, const struct datagram *d)
{
	struct forward_session *s = calloc(1, sizeof(*s) + f->target_count * sizeof(*s->upstream));

	if (!s)
		return NULL;
	s->forward = f;
	s->port = port;
	s->peer = *d->peer;
	s->answer = *d->answer;
	for (size_t i = 0; i < f->target_count; i++) {
		struct upstream *u = &s->upstream[s->count++];

		*u = (struct upstream){
			.session = s, .target = &f->targets[i], .socket = {.fd = -1}};
		if (upstream_open(u) < 0) {
			session_free(s);
			return NULL;
		}
	}
	return s;
}

bool session_is_refused(const struct forward_session *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!s->upstream[i].refused || outgoing_waits(&s->upstream[i].out))
			return false;
	}
	return true;
}

void session_free(struct forward_session *s)
{
	int err = errno;

	s->forward->stalled -= s->stalled;
	for (size_t i = 0; i < s->count; i++) {
		outgoing_release(&s->upstream[i].out);
		target_release(&s->upstream[i].socket);
	}
	free(s);
	errno = err;
}

void session_take(struct forward_session *s, const struct datagram *d)
{
	s->received_bytes += d->size;
	for (size_t i = 0; i < s->count; i++) {
		struct upstream *u = &s->upstream[i];

		outgoing_put(&u->out,
			&(struct outgoing_datagram){.route = target_route(u->target),
				.part = {.iov_base = (void *)d->data, .iov_len = d->size}});
	}
}
