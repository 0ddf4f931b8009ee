/* SPDX-License-Identifier: ISC */
/* forward.c - pass datagrams on: the sessions of all senders, by address and by age. */
#include "udp/forward/forward.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/log.h"
#include "base/status.h"
#include "core/os/host.h"
#include "udp/forward/forward_session.h"
#include "udp/forward/keep_source.h"

static void on_silence(void *arg);

int forward_init(struct forward *f)
{
	f->buffer = malloc(OS_DGRAM_ROOM);
	/* With a guessable salt, senders could slow us down, but no more than that. */
	UNCHECKED(os_random(&f->sessions.salt, sizeof f->sessions.salt));
	loop_timer_init(&f->silence, on_silence, f);
	return f->buffer ? 0 : -1;
}

static uint64_t hash_of(const struct forward *f, const struct addr *peer)
{
	return table_hash(&f->sessions, &peer->u, peer->size);
}

static bool is_same(const struct addr *a, const struct addr *b)
{
	return a->size == b->size && memcmp(&a->u, &b->u, a->size) == 0;
}

/* A sender that uses two of our addresses has two sessions, because it is answered from both. */
static bool is_of(
	const struct forward_session *s, const struct port *port, const struct datagram *d)
{
	return s->port == port && is_same(&s->peer, d->peer) && is_same(&s->answer, d->answer);
}

static struct forward_session *find(
	const struct forward *f, const struct port *port, const struct datagram *d)
{
	struct table_node *node = table_find(&f->sessions, hash_of(f, d->peer));

	while (node && !is_of((struct forward_session *)node, port, d))
		node = table_next(node);
	return (struct forward_session *)node;
}

static void age_remove(struct forward_session *s)
{
	struct forward *f = s->forward;

	*(s->older ? &s->older->newer : &f->oldest) = s->newer;
	*(s->newer ? &s->newer->older : &f->newest) = s->older;
}

static void age_add(struct forward_session *s)
{
	struct forward *f = s->forward;

	s->older = f->newest;
	s->newer = NULL;
	*(f->newest ? &f->newest->newer : &f->oldest) = s;
	f->newest = s;
	s->moved_ns = loop_now(f->loop);
}

void forward_moved(struct forward_session *s)
{
	age_remove(s);
	age_add(s);
}

static void close_session(struct forward_session *s, const char *reason)
{
	struct forward *f = s->forward;
	char peer[ADDR_TEXT];

	if (log_wants(LOG_EVENTS))
		log_closed(&(struct log_event){.id = s->id,
			.peer = addr_text(&s->peer, peer),
			.reason = reason,
			.received_bytes = s->received_bytes,
			.sent_bytes = s->sent_bytes,
			.ns = loop_now(f->loop) - s->started_ns});
	table_remove(&f->sessions, &s->node);
	age_remove(s);
	session_free(s);
	gate_open(f->works);
}

/* Set the timer for when the oldest has been silent long enough. 0, or -1 with errno. */
static int watch_oldest(struct forward *f)
{
	if (!f->oldest)
		return 0;
	return loop_timer_set(
		f->loop, &f->silence, f->oldest->moved_ns + f->timeout_ns - loop_now(f->loop));
}

static void close_refused(struct forward *f)
{
	struct forward_session *s = f->oldest, *newer;

	for (; s; s = newer) {
		newer = s->newer;
		if (session_is_refused(s))
			close_session(s, "error");
	}
}

static void on_silence(void *arg)
{
	struct forward *f = arg;

	if (f->finishing)
		close_refused(f);
	while (f->oldest && f->oldest->moved_ns + f->timeout_ns <= loop_seen(f->loop))
		close_session(f->oldest, "timeout");
	/* If there is no memory for a timer, silent sessions end with the next sender. */
	if (watch_oldest(f) < 0)
		log_detail("no memory for a timer");
}

static void session_begin(struct forward_session *s)
{
	struct forward *f = s->forward;
	char peer[ADDR_TEXT];

	table_add(&f->sessions, &s->node, hash_of(f, &s->peer));
	age_add(s);
	s->id = ++f->opened;
	s->started_ns = s->moved_ns;
	gate_close(f->works);
	if (log_wants(LOG_EVENTS))
		log_event(&(struct log_event){.event = "connection",
				  .id = s->id,
				  .peer = addr_text(&s->peer, peer)},
			"session for %s", addr_text(&s->peer, peer));
}

static void complain(const struct port *port, const struct addr *sender, int err)
{
	char text[ADDR_TEXT];

	port->totals->errors++;
	log_warning("cannot forward for %s: %s", addr_text(sender, text), status_reason(err));
}

static struct forward_session *begin(struct forward *f, struct port *port, const struct datagram *d)
{
	struct forward_session *s;
	int err;

	if (f->sessions.count >= f->sessions_max)
		close_session(f->oldest, "limit");
	s = session_new(f, port, d);
	if (s) {
		session_begin(s);
		if (f->silence.slot || watch_oldest(f) == 0)
			return s;
		err = errno;
		close_session(s, "error");
		errno = err;
	}
	complain(port, d->peer, errno);
	return NULL;
}

void forward_take(struct forward *f, struct port *port, const struct datagram *d)
{
	struct forward_session *s;

	if (f->keep_source) {
		keep_source_take(f->keep_source, port, d);
		return;
	}
	s = find(f, port, d);
	if (!s)
		s = begin(f, port, d);
	if (s)
		session_take(s, d);
}

/* Deferred, because a session may be at work right now. */
void forward_refused(struct forward *f)
{
	if (f->finishing && loop_timer_set(f->loop, &f->silence, 0) < 0)
		log_detail("no memory for a timer");
}

void forward_finish(struct forward *f)
{
	f->finishing = true;
	if (f->oldest)
		forward_refused(f);
}

void forward_resume(struct forward *f)
{
	struct forward_session *s = f->stalled ? f->oldest : NULL, *newer;

	for (; s; s = newer) {
		newer = s->newer;
		if (s->stalled && session_resume(s) < 0) {
			complain(s->port, &s->peer, errno);
			close_session(s, "error");
		}
	}
}

void forward_release(struct forward *f, const char *reason)
{
	if (!f->buffer)
		return;
	while (f->oldest)
		close_session(f->oldest, reason);
	loop_timer_stop(f->loop, &f->silence);
	table_release(&f->sessions, NULL);
	free(f->buffer);
	f->buffer = NULL;
}
