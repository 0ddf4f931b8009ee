/* SPDX-License-Identifier: ISC */
/* server.c - accept connections and give each to a service. */

#include "tcp/server/server.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/checked.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/os/peer.h"
#include "core/stream/drain.h"
#include "tcp/server/arrival.h"
#include "tcp/server/hosts.h"
#include "tcp/server/server_private.h"

static void close_listeners(struct server *s)
{
	for (size_t i = 0; i < s->listeners.count; i++)
		loop_forget(s->loop, s->listeners.item[i].fd);
	listeners_close(&s->listeners);
}

static void check_done(void *arg)
{
	struct server *s = arg;

	if (!s->stopping || s->open_count > 0 || s->arriving > 0 || s->draining > 0 || !s->done)
		return;
	loop_timer_stop(s->loop, &s->grace);
	s->done(s->arg);
	s->done = NULL;
}

/* Deferred, because a service may be in the middle of something. */
static void check_later(struct server *s)
{
	loop_defer(s->loop, &s->check, check_done, s);
}

static void log_denied(const struct addr *peer, const char *why)
{
	char text[ADDR_TEXT];

	addr_text(peer, text);
	log_event(&(struct log_event){.event = "denied", .peer = text, .message = why},
		"%s denied%s%s", text, why ? ": " : "", why ? why : "");
}

static void too_lonely(void *arg)
{
	struct server *s = arg;

	if (s->open_count > 0 || s->arriving > 0)
		return;
	s->never_came = s->accepted == 0;
	server_finish(s);
}

/* Start the timer for being without connections: the last one has ended, or there was none yet. */
static int count_loneliness(struct server *s)
{
	int64_t ns = s->plan->accept_timeout_ns;

	return ns && !s->stopping ? loop_timer_set(s->loop, &s->lonely, ns) : 0;
}

static void check_loneliness(struct server *s)
{
	if (s->open_count == 0 && s->arriving == 0 && count_loneliness(s) < 0)
		too_lonely(s);
}

void server_keep(struct server *s)
{
	s->draining++;
}

void server_let_go(struct server *s)
{
	s->draining--;
	check_later(s);
}

static bool is_counted(const struct server *s, const struct addr *peer)
{
	return s->hosts && addr_family(peer) != AF_UNIX;
}

static void uncount(struct server *s, const struct addr *peer)
{
	if (is_counted(s, peer))
		hosts_drop(s->hosts, peer);
}

static void list_add(struct conn **list, struct conn *c)
{
	c->next = *list;
	c->link = list;
	if (c->next)
		c->next->link = &c->next;
	*list = c;
}

static void list_drop(struct conn *c)
{
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
}

void server_leave(struct server *s, struct conn *c)
{
	list_drop(c);
	list_add(&s->leaving, c);
}

void server_lost(struct server *s, struct conn *c)
{
	bool was_full = !server_is_accepting(s);
	struct addr peer;

	conn_peer(c, &peer);
	uncount(s, &peer);
	list_drop(c);
	s->open_count--;
	if (was_full)
		server_watch(s);
	if (s->stopping)
		check_later(s);
	check_loneliness(s);
}

/* Whether PEER, at the other end of FD, may come in. */
static bool is_welcome(struct server *s, int fd, const struct addr *peer)
{
	uid_t uid = (uid_t)-1;
	gid_t gid;

	/* No rule can match an unknown user. */
	if (addr_family(peer) == AF_UNIX)
		UNCHECKED(os_peer_user(fd, &uid, &gid));
	if (s->plan->access && !access_permits(s->plan->access, peer, uid)) {
		log_denied(peer, NULL);
		return false;
	}
	return true;
}

void server_no_memory(void)
{
	log_warning("cannot serve a connection: %s", status_reason(ENOMEM));
}

/* Count one more connection of PEER's host; false: the host has as many as it may, or they cannot
 * be counted. */
static bool count(struct server *s, const struct addr *peer)
{
	uint64_t has;

	if (!is_counted(s, peer))
		return true;
	has = hosts_add(s->hosts, peer);
	if (has == 0) {
		server_no_memory();
		return false;
	}
	if (has > s->plan->per_host) {
		hosts_drop(s->hosts, peer);
		log_denied(peer, "too many connections from this host");
		return false;
	}
	return true;
}

static void enlist(struct server *s, struct conn *c)
{
	c->id = ++s->accepted;
	list_add(&s->serving, c);
	s->open_count++;
}

void server_finish(struct server *s)
{
	s->stopping = true;
	close_listeners(s);
	check_later(s);
}

void server_serve(struct server *s, const struct accepted *accepted)
{
	const struct addr *peer = &accepted->peer;
	const struct sock_setting *bad;
	struct conn *c;
	int fd = accepted->fd;

	if (!count(s, peer)) {
		fd_close(fd);
		return;
	}
	c = conn_new(s, accepted);
	if (!c) {
		server_no_memory();
		uncount(s, peer);
		fd_close(fd);
		return;
	}
	enlist(s, c);
	conn_announce(c);
	if (s->plan->options->count &&
		sock_options_apply(s->plan->options, SOCK_CONNECTED, fd, addr_family(peer), &bad) <
			0)
		conn_warn(c, "%s", status_reason(errno));
	if (s->plan->accept_max && s->accepted >= s->plan->accept_max)
		server_finish(s);
	conn_begin(c);
}

void server_arrived(struct server *s)
{
	s->arriving--;
	check_loneliness(s);
	server_watch(s);
	check_later(s);
}

void server_welcome(struct server *s, struct accepted *accepted)
{
	addr_unmap(&accepted->peer);
	if (!is_welcome(s, accepted->fd, &accepted->peer))
		fd_close(accepted->fd);
	else if (s->plan->proxy_protocol)
		arrival_start(s, accepted);
	else
		server_serve(s, accepted);
}

void server_pause(struct server *s, bool paused)
{
	if (s->paused == paused)
		return;
	s->paused = paused;
	server_watch(s);
}

void server_abort(struct server *s)
{
	const char *reason = s->signo ? "signal" : "error";

	server_finish(s);
	arrival_end_all(s);
	/* This may move connections from SERVING to LEAVING. */
	while (s->serving)
		conn_stop(s->serving, reason);
	while (s->leaving)
		conn_stop(s->leaving, reason);
	drain_end_all();
	if (s->service->give_up)
		s->service->give_up(s);
	check_later(s);
}

static void grace_over(void *arg)
{
	server_abort(arg);
}

int server_start(struct server *s, server_fn *done, void *arg)
{
	s->done = done;
	s->arg = arg;
	loop_timer_init(&s->grace, grace_over, s);
	loop_timer_init(&s->lonely, too_lonely, s);
	if (s->plan->per_host) {
		s->hosts = hosts_new();
		if (!s->hosts)
			return -1;
	}
	return server_accept_start(s) < 0 ? -1 : count_loneliness(s);
}

void server_stop(struct server *s, int signo)
{
	if (s->signo || s->plan->grace_ns == 0) {
		s->signo = signo;
		server_abort(s);
		return;
	}
	s->signo = signo;
	server_finish(s);
	arrival_end_all(s);
	if (loop_timer_set(s->loop, &s->grace, s->plan->grace_ns) < 0)
		server_abort(s);
	check_later(s);
}

static void add_measured(struct server *s, struct conn *list, uint64_t *received, uint64_t *sent)
{
	for (struct conn *c = list; c; c = c->next) {
		struct conn_result result = {0};

		conn_measure(c, &result);
		*received += result.received_bytes;
		*sent += result.sent_bytes;
		s->uncounted = s->uncounted || result.uncounted;
	}
}

void server_measure(struct server *s, uint64_t *received, uint64_t *sent)
{
	*received = s->received_bytes;
	*sent = s->sent_bytes;
	add_measured(s, s->serving, received, sent);
	add_measured(s, s->leaving, received, sent);
}

void server_release(struct server *s)
{
	loop_timer_stop(s->loop, &s->retry);
	loop_timer_stop(s->loop, &s->grace);
	loop_timer_stop(s->loop, &s->lonely);
	loop_defer_cancel(s->loop, &s->check);
	close_listeners(s);
	hosts_free(s->hosts);
	s->hosts = NULL;
}
