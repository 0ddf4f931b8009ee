/* SPDX-License-Identifier: ISC */
/* conn.c - a connection that a server has accepted, from its beginning to its end. */

#include "tcp/server/conn.h"

#include <errno.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "base/uncleared.h"
#include "core/os/tcp.h"
#include "core/sock/sock.h"
#include "core/stream/drain.h"
#include "tcp/server/conn_limits.h"
#include "tcp/server/conn_tap_relay_private.h"
#include "tcp/server/server.h"
#include "tcp/taps/taps.h"

void *conn_state(struct conn *c)
{
	return c + 1;
}

/* The size of the service's state, rounded so that a struct conn_rare can follow. */
static size_t state_size(const struct server *s)
{
	size_t align = alignof(struct conn_rare);

	return (s->service->size + align - 1) / align * align;
}

struct conn_rare *conn_rare(const struct conn *c)
{
	return c->has_rare ? (void *)((char *)(c + 1) + state_size(c->server)) : NULL;
}

void conn_peer(const struct conn *c, struct addr *peer)
{
	*peer = (struct addr){.size = c->peer_size};
	memcpy(&peer->u, c->peer, c->peer_size);
}

const char *conn_peer_text(const struct conn *c, char out[ADDR_TEXT])
{
	struct addr peer;

	conn_peer(c, &peer);
	return addr_text(&peer, out);
}

void conn_warn(const struct conn *c, const char *format, ...)
{
	struct bytes line = {0};
	char peer[ADDR_TEXT];
	va_list args;

	/* The peer is added separately, because FORMAT must remain the kind, and a name from a
	 * stranger must stay data. */
	va_start(args, format);
	bytes_add_vformat(&line, format, args);
	va_end(args);
	log_warning_of(format, "%s: %s", conn_peer_text(c, peer), bytes_reason(&line));
	bytes_release(&line);
}

/* Store ADDR and return its size. A Unix peer's path, if it has one at all, is longer than the
 * room. */
static uint8_t keep(unsigned char room[sizeof(struct sockaddr_in6)], const struct addr *addr)
{
	size_t size = addr->size <= sizeof(struct sockaddr_in6)
		? addr->size
		: offsetof(struct sockaddr, sa_data);

	memcpy(room, &addr->u, size);
	return (uint8_t)size;
}

void conn_local(const struct conn *c, struct addr *local)
{
	const struct conn_rare *rare = conn_rare(c);

	*local = (struct addr){.size = rare ? rare->local_size : 0};
	if (local->size > 0)
		memcpy(&local->u, rare->local, rare->local_size);
	else
		UNCHECKED(sock_local(conn_wire(c), local)); /* size 0 then */
}

struct conn *conn_new(struct server *s, const struct accepted *from)
{
	const struct conn_limits *limits = &s->plan->limits;
	struct conn_rare *rare;
	bool has_rare = limits->idle_ns || limits->max_ns || from->local.size > 0;
	size_t more = state_size(s) + (has_rare ? sizeof(struct conn_rare) : 0);
	/* Not calloc(3): glibc's bypasses the lists of recently freed blocks that malloc(3)
	 * uses. */
	struct conn *c = malloc(sizeof *c + more);
	int64_t now = loop_now(s->loop);

	if (!c)
		return NULL;
	*c = (struct conn){.has_rare = has_rare,
		.server = s,
		.fd = from->fd,
		.kind = (uint8_t)from->kind,
		.started_ns = now,
		.moved_ns = now};
	memset(c + 1, 0, more);
	c->peer_size = keep(c->peer, &from->peer);
	rare = conn_rare(c);
	if (rare && from->local.size > 0)
		rare->local_size = keep(rare->local, &from->local);
	return c;
}

void conn_announce(const struct conn *c)
{
	UNCLEARED char peer[ADDR_TEXT], local_text[ADDR_TEXT];
	UNCLEARED struct addr local;

	if (!log_wants(LOG_EVENTS))
		return;
	conn_peer_text(c, peer);
	conn_local(c, &local);
	log_event(&(struct log_event){.event = "connection",
			  .id = c->id,
			  .peer = peer,
			  .local = addr_text(&local, local_text)},
		"connection from %s", peer);
}

static void say_closed(const struct conn *c, const struct conn_result *result)
{
	UNCLEARED char peer[ADDR_TEXT];

	if (!log_wants(LOG_EVENTS))
		return;
	conn_peer_text(c, peer);
	log_closed(&(struct log_event){.id = c->id,
		.peer = peer,
		.reason = result->reason,
		.received_bytes = result->received_bytes,
		.sent_bytes = result->sent_bytes,
		.uncounted = result->uncounted,
		.ns = loop_now(c->server->loop) - c->started_ns});
}

static void let_go(void *arg)
{
	server_let_go(arg);
}

static void conn_drain(struct conn *c)
{
	struct server *s = c->server;

	server_keep(s);
	(s->service->gives_socket ? drain_socket : drain_connection)(s->loop, c->fd, let_go, s);
}

void conn_abort(struct conn *c, int fd)
{
	server_keep(c->server);
	drain_abort(c->server->loop, fd, let_go, c->server);
}

const char *conn_reason(int err)
{
	return err == ECONNRESET || err == EPIPE ? "reset" : "error";
}

const char *conn_complain(const struct conn *c, int err)
{
	const char *reason = conn_reason(err);

	if (strcmp(reason, "reset") != 0)
		conn_warn(c, "%s", status_reason(err));
	return reason;
}

static void conn_close(struct conn *c, enum conn_ending ending)
{
	struct server *s = c->server;

	if (s->service->takes_socket || c->fd < 0)
		return;
	switch (ending) {
	case CONN_CLOSE: loop_close(s->loop, c->fd); break;
	case CONN_DRAIN: conn_drain(c); break;
	case CONN_ABORT: conn_abort(c, c->fd); break;
	}
}

/* What was cut short must not look complete. */
static void judge(struct conn_result *result)
{
	if (result->ending == CONN_CLOSE && strcmp(result->reason, "done") != 0)
		result->ending = CONN_ABORT;
}

void conn_end(struct conn *c, const struct conn_result *result)
{
	struct conn_result judged = *result;

	judge(&judged);
	server_leave(c->server, c);
	if (c->tap_relay)
		conn_tap_relay_end(c, &judged);
	else
		conn_finish(c, &judged);
}

void conn_break(struct conn *c)
{
	conn_end(c, &(struct conn_result){.reason = "error", .ending = CONN_ABORT});
}

void conn_fail(struct conn *c, int err)
{
	conn_warn(c, "%s", status_reason(err));
	conn_break(c);
}

int conn_send(struct conn *c, const void *data, size_t size, size_t *sent)
{
	while (*sent < size) {
		ssize_t n = send(c->fd, (const char *)data + *sent, size - *sent,
			MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno != EINTR)
			return fd_would_block(errno) ? 0 : errno;
		*sent += n > 0 ? (size_t)n : 0;
		conn_moved(c);
	}
	return 0;
}

struct end conn_end_point(const struct conn *c)
{
	return end_of_kind(c->fd, (enum end_kind)c->kind);
}

int conn_wire(const struct conn *c)
{
	return c->tap_relay ? conn_tap_relay_wire(c) : c->fd;
}

void conn_finish(struct conn *c, const struct conn_result *result)
{
	struct server *s = c->server;
	struct conn_result final = *result;

	judge(&final);
	if (c->cut) {
		final.reason = c->cut;
		final.ending = CONN_ABORT;
	}
	say_closed(c, &final);
	s->received_bytes += final.received_bytes;
	s->sent_bytes += final.sent_bytes;
	s->uncounted = s->uncounted || final.uncounted;
	conn_limits_stop(c);
	conn_close(c, final.ending);
	server_lost(s, c);
	free(c);
}

void conn_begin(struct conn *c)
{
	const struct server *s = c->server;

	bool in_front = s->plan->taps && !s->service->attaches_taps;

	if ((s->service->keeps_limits || conn_limits_start(c) == 0) &&
		(!in_front || conn_tap_relay_start(c) == 0)) {
		s->service->start(c);
		return;
	}
	conn_warn(c, "cannot %s: %s",
		in_front && s->plan->taps->pty ? "open a pseudo-terminal" : "serve it",
		status_reason(errno));
	conn_break(c);
}

void conn_moved(struct conn *c)
{
	c->moved_ns = loop_now(c->server->loop);
}

/* Whether the client takes what was sent to it a while ago. */
static bool delivers(const struct conn *c)
{
	struct conn_rare *rare = conn_rare(c);
	int bytes = rare && c->moved_ns <= loop_seen(c->server->loop) ? os_unsent(c->fd) : 0;

	return bytes > 0 && os_delivers((uint32_t)bytes, &rare->undelivered);
}

int64_t conn_moved_ns(struct conn *c)
{
	const struct service *service = c->server->service;

	if (c->tap_relay)
		return conn_tap_relay_moved_ns(c);
	if (service->moved_ns)
		return service->moved_ns(c);
	if (delivers(c))
		conn_moved(c);
	return c->moved_ns;
}

void conn_stop(struct conn *c, const char *reason)
{
	c->cut = reason;
	if (c->tap_relay)
		conn_tap_relay_stop(c);
	else
		c->server->service->stop(c);
}

void conn_measure(struct conn *c, struct conn_result *result)
{
	if (c->tap_relay)
		conn_tap_relay_measure(c, result);
	else if (c->server->service->measure)
		c->server->service->measure(c, result);
}
