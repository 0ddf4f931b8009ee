/* SPDX-License-Identifier: ISC */
/* forward.c - pass datagrams on: a session, which is a socket of its own, for each sender. */
#include "udp/forward.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/os_dgram.h"
#include "udp/unix_name.h"

enum { BUCKETS = 4096, ROUNDS = 64 };

static const int64_t no_room_ns = NUM_NS_PER_MS;

struct forward_session {
	struct forward *forward;
	struct forward_session *next; /* in its bucket */
	struct port *port;
	struct addr peer, answer;
	int fd;
	struct unix_name name;
	uint64_t id;
	uint64_t sent_bytes, received_bytes; /* to and from the sender */
	int64_t started_ns, moved_ns;
	struct loop_timer timer; /* of its silence */
	struct loop_timer again;
	struct bytes waiting; /* a datagram that could not be passed on yet */
	bool has_waiting;
	bool stalled; /* the port must send first */
};

int forward_init(struct forward *f)
{
	f->buffer = malloc(OS_DGRAM_ROOM);
	f->bucket_count = BUCKETS;
	f->buckets = calloc(f->bucket_count, sizeof(struct forward_session *));
	return f->buffer && f->buckets ? 0 : -1;
}

/* FNV-1a. */
static size_t bucket_of(const struct forward *f, const struct addr *peer)
{
	const unsigned char *data = (const unsigned char *)&peer->u;
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < peer->size; i++)
		hash = (hash ^ data[i]) * 16777619U;
	return hash % f->bucket_count;
}

static bool is_of(const struct forward_session *s, const struct port *port, const struct addr *peer)
{
	return s->port == port && s->peer.size == peer->size &&
		memcmp(&s->peer.u, &peer->u, peer->size) == 0;
}

static struct forward_session *find(
	const struct forward *f, const struct port *port, const struct addr *peer)
{
	struct forward_session *s = f->buckets[bucket_of(f, peer)];

	while (s && !is_of(s, port, peer))
		s = s->next;
	return s;
}

static void unlink_session(struct forward_session *s)
{
	struct forward_session **at = &s->forward->buckets[bucket_of(s->forward, &s->peer)];

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
}

static void session_close(struct forward_session *s)
{
	struct forward *f = s->forward;

	unlink_session(s);
	f->session_count--;
	f->blocked -= s->has_waiting;
	loop_timer_stop(f->loop, &s->timer);
	loop_timer_stop(f->loop, &s->again);
	loop_forget(f->loop, s->fd);
	fd_close(s->fd);
	unix_name_release(&s->name);
	bytes_release(&s->waiting);
	free(s);
}

static void say_closed(const struct forward_session *s, const char *reason)
{
	char peer[ADDR_TEXT];

	if (!log_wants(LOG_EVENTS))
		return;
	addr_text(&s->peer, peer);
	log_closed(&(struct log_event){.id = s->id,
		.peer = peer,
		.reason = reason,
		.received_bytes = s->received_bytes,
		.sent_bytes = s->sent_bytes,
		.ns = loop_now(s->forward->loop) - s->started_ns});
}

static void on_silence(void *arg)
{
	struct forward_session *s = arg;
	struct forward *f = s->forward;
	int64_t left = s->moved_ns + f->timeout_ns - loop_now(f->loop);

	if (left > 0) {
		loop_timer_set(f->loop, &s->timer, left);
		return;
	}
	say_closed(s, "timeout");
	session_close(s);
	f->fn(f->arg);
}

static void count_error(struct forward_session *s, int err)
{
	char peer[ADDR_TEXT], target[ADDR_TEXT];

	s->port->totals->errors++;
	log_warning("%s for %s: %s", addr_text(&s->forward->target, target),
		addr_text(&s->peer, peer), status_reason(err));
}

static bool has_to_wait(int err)
{
	return err == EAGAIN || err == EWOULDBLOCK || err == ENOBUFS || err == ENOMEM;
}

/* Pass DATA on: 0, or -1 with errno where it has to wait. A refusal that is told of now is that of
 * an earlier datagram, so this one was not sent yet. */
static int pass_on(struct forward_session *s, const void *data, size_t size)
{
	ssize_t n = -1;

	for (int tries = 0; tries < 2 && n < 0; tries++) {
		n = send(s->fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && has_to_wait(errno))
			return -1;
		if (n < 0 && errno != ECONNREFUSED && errno != EINTR)
			break;
	}
	if (n < 0)
		count_error(s, errno);
	else
		s->received_bytes += size;
	return 0;
}

static void on_ready(void *arg, int fd, unsigned ready);

static void watch(struct forward_session *s)
{
	bool timed = s->again.slot != 0;

	loop_watch(s->forward->loop, s->fd,
		(s->stalled ? 0 : LOOP_READ) | (s->has_waiting && !timed ? LOOP_WRITE : 0),
		on_ready, s);
}

static void wait_for_room(struct forward_session *s, int err)
{
	if (err != EAGAIN && err != EWOULDBLOCK)
		loop_timer_set(s->forward->loop, &s->again, no_room_ns);
	watch(s);
}

static void try_again(struct forward_session *s)
{
	struct forward *f = s->forward;

	if (!s->has_waiting)
		return;
	if (pass_on(s, s->waiting.data, s->waiting.size) < 0) {
		wait_for_room(s, errno);
		return;
	}
	s->has_waiting = false;
	bytes_release(&s->waiting);
	f->blocked--;
	watch(s);
	f->fn(f->arg);
}

static void on_again(void *arg)
{
	try_again(arg);
}

/* One answer back to the sender. False: there is none. */
static bool carry_back(struct forward_session *s)
{
	struct os_dgram d = {.data = s->forward->buffer, .room = OS_DGRAM_ROOM};

	if (os_dgram_receive(s->fd, &d, 1) < 0) {
		if (!has_to_wait(errno))
			count_error(s, errno);
		return false;
	}
	s->moved_ns = loop_now(s->forward->loop);
	s->sent_bytes += d.size;
	port_answer(s->port, &s->peer, &s->answer, d.data, d.size);
	port_flush(s->port);
	return true;
}

static void on_ready(void *arg, int fd, unsigned ready)
{
	struct forward_session *s = arg;

	(void)fd;
	if (ready & LOOP_READ) {
		for (int i = 0; i < ROUNDS && !port_is_blocked(s->port); i++) {
			if (!carry_back(s))
				break;
		}
		s->stalled = port_is_blocked(s->port);
		if (s->stalled)
			watch(s);
	}
	if (ready & LOOP_WRITE)
		try_again(s);
}

static int open_upstream(struct forward_session *s)
{
	const struct forward *f = s->forward;
	int family = addr_family(&f->target);

	s->fd = sock_open(family, SOCK_DGRAM, f->options, NULL);
	if (s->fd < 0)
		return -1;
	if (family == AF_UNIX && unix_name_bind(&s->name, s->fd) < 0)
		return -1;
	return connect(s->fd, &f->target.u.sa, f->target.size);
}

static void session_begin(struct forward_session *s)
{
	struct forward *f = s->forward;
	size_t bucket = bucket_of(f, &s->peer);
	char peer[ADDR_TEXT];

	s->next = f->buckets[bucket];
	f->buckets[bucket] = s;
	f->session_count++;
	s->id = ++f->opened;
	s->started_ns = loop_now(f->loop);
	loop_timer_init(&s->timer, on_silence, s);
	loop_timer_init(&s->again, on_again, s);
	loop_timer_set(f->loop, &s->timer, f->timeout_ns);
	watch(s);
	if (log_wants(LOG_EVENTS))
		log_event(&(struct log_event){.event = "connection",
				  .id = s->id,
				  .peer = addr_text(&s->peer, peer)},
			"session of %s", addr_text(&s->peer, peer));
}

static struct forward_session *session_new(
	struct forward *f, struct port *port, const struct datagram *d)
{
	struct forward_session *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->forward = f;
	s->port = port;
	s->peer = *d->peer;
	s->answer = *d->answer;
	if (open_upstream(s) < 0) {
		fd_close(s->fd);
		unix_name_release(&s->name);
		free(s);
		return NULL;
	}
	session_begin(s);
	return s;
}

static struct forward_session *session_of(
	struct forward *f, struct port *port, const struct datagram *d)
{
	struct forward_session *s = find(f, port, d->peer);
	char peer[ADDR_TEXT];

	if (s)
		return s;
	if (f->session_count >= f->sessions_max) {
		log_warning("%s not forwarded: there are %zu sessions already",
			addr_text(d->peer, peer), f->session_count);
	} else {
		s = session_new(f, port, d);
		int err = errno;
		if (s)
			return s;
		log_warning(
			"cannot forward for %s: %s", addr_text(d->peer, peer), status_reason(err));
	}
	port->totals->errors++;
	return NULL;
}

static void keep_waiting(struct forward_session *s, const struct datagram *d, int err)
{
	bytes_add(&s->waiting, d->data, d->size);
	if (s->waiting.failed) {
		bytes_release(&s->waiting);
		count_error(s, ENOMEM);
		return;
	}
	s->has_waiting = true;
	s->forward->blocked++;
	wait_for_room(s, err);
}

void forward_take(struct forward *f, struct port *port, const struct datagram *d)
{
	struct forward_session *s = session_of(f, port, d);

	if (!s)
		return;
	s->moved_ns = loop_now(f->loop);
	if (pass_on(s, d->data, d->size) < 0)
		keep_waiting(s, d, errno);
}

bool forward_is_blocked(const struct forward *f)
{
	return f->blocked > 0;
}

void forward_resume(struct forward *f, const struct port *port)
{
	for (size_t i = 0; i < f->bucket_count && f->buckets; i++) {
		for (struct forward_session *s = f->buckets[i]; s; s = s->next) {
			if (!s->stalled || s->port != port)
				continue;
			s->stalled = false;
			watch(s);
		}
	}
}

void forward_release(struct forward *f)
{
	for (size_t i = 0; i < f->bucket_count && f->buckets; i++) {
		while (f->buckets[i]) {
			say_closed(f->buckets[i], "done");
			session_close(f->buckets[i]);
		}
	}
	free(f->buckets);
	free(f->buffer);
	f->buckets = NULL;
	f->buffer = NULL;
}
