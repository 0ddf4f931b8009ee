/* SPDX-License-Identifier: ISC */
/* server_accept.c - how many connections are accepted, and when. */

#include <errno.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/os.h"
#include "tcp/server/server_private.h"

static const int64_t retry_ns = 100 * NUM_NS_PER_MS;

enum {
	ACCEPTS_A_TURN = 64,	 /* more would keep connected clients waiting */
	TURNS_TO_TAKE_MORE = 16, /* full turns in a row before trying to accept more */
};

static void accept_ready(void *arg, int fd, unsigned ready);

bool server_is_accepting(const struct server *s)
{
	uint64_t most = s->plan->accept_max;

	return !s->paused && !s->full && !s->stopping &&
		s->open_count + s->arriving < s->plan->conns_max &&
		(!most || s->accepted + s->arriving < most);
}

/* Descriptors or memory ran out (or worse): polling on would only spin. If there is no timer, the
 * listeners are polled all the same: busy is better than deaf. */
static void rest(struct server *s, int err)
{
	if (!s->full_said)
		log_warning("cannot accept connections for now: %s", status_reason(err));
	s->full = loop_timer_set(s->loop, &s->retry, retry_ns) == 0;
	s->full_said = true;
}

void server_watch(struct server *s)
{
	unsigned want = server_is_accepting(s) ? LOOP_READ : 0;

	for (size_t i = 0; i < s->listeners.count; i++) {
		if (loop_watch(s->loop, s->listeners.item[i].fd, want, accept_ready, s) < 0)
			rest(s, errno);
	}
}

static void accept_again(void *arg)
{
	struct server *s = arg;

	s->full = false;
	server_watch(s);
}

/* Errors that concern only one connection, or the network behind it, as listed in accept(2). */
static bool is_passing(int err)
{
	switch (err) {
	case EINTR:
	case ECONNABORTED:
	case EPROTO:
	case EPERM:
	case ENETDOWN:
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENOPROTOOPT:
	case ETIMEDOUT: return true;
	default: return false;
	}
}

static const struct listener *listener_of(const struct server *s, int fd)
{
	const struct listener *l = s->listeners.item;

	while (l->fd != fd)
		l++;
	return l;
}

/* How many to accept from L in this turn. If connections come one at a time, trying to accept one
 * more would waste a call: the poller reports those that are left. */
static unsigned share(const struct server *s, const struct listener *l)
{
	if (l->inherited)
		return 1;
	return s->full_said ? ACCEPTS_A_TURN : s->burst;
}

/* There were COUNT connections, and no more. */
static void took_all(struct server *s, unsigned count)
{
	s->full_said = false;
	s->burst = count > 0 ? count : 1;
	s->full_turns = 0;
}

/* There may be more than were taken. */
static void took_share(struct server *s)
{
	if (++s->full_turns < TURNS_TO_TAKE_MORE)
		return;
	s->burst = 2 * s->burst < ACCEPTS_A_TURN ? 2 * s->burst : ACCEPTS_A_TURN;
	s->full_turns = 0;
}

static void accept_ready(void *arg, int listener, unsigned ready)
{
	struct server *s = arg;
	const struct listener *l = listener_of(s, listener);
	enum end_kind kind = end_kind(l->family, l->type);
	unsigned most = share(s, l);

	(void)ready;
	for (unsigned i = 0; i < most && server_is_accepting(s); i++) {
		struct accepted accepted = {.kind = kind};

		accepted.fd = os_accept(listener, &accepted.peer);
		if (accepted.fd >= 0) {
			server_welcome(s, &accepted);
		} else if (fd_would_block(errno)) {
			took_all(s, i);
			return;
		} else if (!is_passing(errno)) {
			rest(s, errno);
			server_watch(s);
			return;
		}
	}
	took_share(s);
	if (!server_is_accepting(s))
		server_watch(s);
}

int server_accept_start(struct server *s)
{
	s->burst = 1;
	loop_timer_init(&s->retry, accept_again, s);
	for (size_t i = 0; i < s->listeners.count; i++) {
		if (loop_watch(s->loop, s->listeners.item[i].fd, LOOP_READ, accept_ready, s) < 0)
			return -1;
	}
	return 0;
}
