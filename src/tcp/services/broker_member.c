/* SPDX-License-Identifier: ISC */
/* broker_member.c - one client of the broker: what it sends, and what waits for it. */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/checked.h"
#include "base/fd.h"
#include "base/num.h"
#include "base/uncleared.h"
#include "core/sock/message.h"
#include "core/sock/sock.h"
#include "tcp/services/broker_private.h"

enum {
	WAITING_MAX = 1024 * 1024, /* at which a client is dropped */
	BEHIND = WAITING_MAX / 2,  /* at which senders must pause */
	PIECES = 64,
	WRITES_A_TURN = 16,
};

struct member {
	struct feed_reader reader;
	struct lines lines; /* --chat */
	uint64_t received, sent;
	bool keeps_messages;
	bool ended;   /* it has ended its side */
	bool blocked; /* its socket accepts no more for now */
	bool behind;
	bool paused; /* not read while the broker holds */
};

static void member_ready(void *arg, int fd, unsigned ready);

static struct broker *broker_of(const struct conn *c)
{
	return c->server->config;
}

/* It ended its side without sending a byte, so it only listens. */
static bool is_listener(const struct member *m)
{
	return m->ended && m->received == 0;
}

/* 0, or an errno. */
static int member_watch(struct conn *c)
{
	const struct member *m = conn_state(c);
	unsigned want = (m->ended || m->paused ? 0U : LOOP_READ) | (m->blocked ? LOOP_WRITE : 0U);

	return loop_watch(c->server->loop, c->fd, want, member_ready, c) < 0 ? errno : 0;
}

int broker_member_resume(struct conn *c)
{
	struct member *m = conn_state(c);

	if (!m->paused)
		return 0;
	m->paused = false;
	errno = member_watch(c);
	m->paused = errno != 0;
	return m->paused ? -1 : 0;
}

static void set_behind(struct broker *b, struct member *m)
{
	bool behind = feed_waiting(&m->reader) > BEHIND;

	if (behind == m->behind)
		return;
	m->behind = behind;
	b->behind += behind ? 1 : (size_t)-1;
	broker_caught_up(b);
}

static void member_end(struct conn *c, const char *reason, enum conn_ending ending)
{
	struct broker *b = broker_of(c);
	struct member *m = conn_state(c);
	struct conn_result result = {.reason = reason,
		.received_bytes = m->received,
		.sent_bytes = m->sent,
		.ending = ending};

	lines_release(&m->lines);
	feed_leave(&m->reader);
	b->behind -= m->behind;
	b->listeners -= is_listener(m);
	b->members--;
	conn_end(c, &result);
	broker_caught_up(b);
	broker_input_watch(b);
}

static void member_fail(struct conn *c, int err)
{
	member_end(c, conn_complain(c, err), CONN_CLOSE);
}

/* It is not C's fault if its socket can never take a message. */
static void skip_message(struct conn *c, size_t size)
{
	struct member *m = conn_state(c);

	conn_warn(c,
		"a message of %zu byte%s was skipped: its socket buffer is too small "
		"(net.core.wmem_max)",
		size, num_plural(size));
	feed_take(&m->reader, size);
}

/* Send what waits for C, as far as its socket accepts it. 0, or an errno. */
static int member_write(struct conn *c)
{
	struct member *m = conn_state(c);
	UNCLEARED struct iovec piece[PIECES];
	int max = m->keeps_messages ? 1 : PIECES;

	m->blocked = false;
	for (int i = 0; i < WRITES_A_TURN; i++) {
		int count = feed_look(&m->reader, piece, max);
		ssize_t n;

		if (count == 0)
			break;
		n = message_send(c->fd, piece, count);
		if (n < 0 && errno == EMSGSIZE) {
			skip_message(c, piece->iov_len);
			continue;
		}
		if (n < 0 && errno != EINTR && !fd_would_block(errno))
			return errno;
		m->blocked = n < 0 && fd_would_block(errno);
		if (m->blocked)
			break;
		feed_take(&m->reader, n > 0 ? (size_t)n : 0);
		m->sent += n > 0 ? (uint64_t)n : 0;
		conn_moved(c);
	}
	m->blocked = m->blocked || feed_waiting(&m->reader) > 0;
	/* Skip what it has sent itself. */
	feed_take(&m->reader, 0);
	set_behind(broker_of(c), m);
	return 0;
}

static void member_drop(struct conn *c)
{
	conn_warn(c, "dropped: it does not read, and 1 MiB waits for it");
	member_end(c, "limit", CONN_ABORT);
}

/* After a write to C: end it, or wait for what can happen next. */
static void member_settle(struct conn *c, int err)
{
	struct member *m = conn_state(c);

	if (!err && m->ended && !is_listener(m) && feed_waiting(&m->reader) == 0)
		member_end(c, "done", CONN_CLOSE);
	else if (!err && feed_waiting(&m->reader) > WAITING_MAX)
		member_drop(c);
	else if (err || (err = member_watch(c)) != 0)
		member_fail(c, err);
}

void broker_member_deliver(struct conn *c)
{
	struct member *m = conn_state(c);

	/* When a blocked socket becomes writable again, the loop reports it. */
	if (!m->blocked || feed_waiting(&m->reader) > WAITING_MAX)
		member_settle(c, member_write(c));
	else
		set_behind(broker_of(c), m);
}

static bool is_gone(int fd)
{
	struct pollfd p = {.fd = fd};

	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR);
}

void broker_member_look(struct conn *c)
{
	if (is_listener(conn_state(c)) && is_gone(c->fd))
		member_end(c, "done", CONN_CLOSE);
}

static void chat_line(void *arg, const void *line, size_t size)
{
	struct conn *c = arg;
	struct member *m = conn_state(c);
	char who[ADDR_TEXT + NUM_TEXT];
	struct addr peer;

	conn_peer(c, &peer);
	/* The clients of a Unix socket have no names. */
	if (addr_family(&peer) == AF_UNIX)
		snprintf(who, sizeof who, "unix:%llu", (unsigned long long)c->id);
	else
		addr_text(&peer, who);
	broker_say_line(broker_of(c), &m->reader, who, line, size);
}

/* A last line without a newline is a line. */
static void member_ended(struct conn *c)
{
	struct broker *b = broker_of(c);
	struct member *m = conn_state(c);
	struct addr peer;

	m->ended = true;
	lines_end(&m->lines, chat_line, c);
	if (!is_listener(m))
		return;
	/* A client that is gone looks like a silent one until its system is probed. If that cannot
	 * be done, the next message finds out. */
	b->listeners++;
	conn_peer(c, &peer);
	UNCHECKED(sock_options_apply(&b->keepalive, SOCK_CREATED, c->fd, addr_family(&peer), NULL));
	broker_look_later(b);
}

/* Add what was received to the feed. 0, or an errno. */
static int member_take(struct conn *c, const unsigned char *data, size_t size)
{
	struct broker *b = broker_of(c);
	struct member *m = conn_state(c);

	m->received += size;
	if (!b->chat)
		return broker_say(b, &m->reader, data, size, m->keeps_messages) < 0 ? errno : 0;
	if (lines_feed(&m->lines, data, size, BROKER_LINE_MAX, chat_line, c) < 0)
		return errno;
	/* The end of a message is the end of its last line. */
	if (m->keeps_messages)
		lines_end(&m->lines, chat_line, c);
	return 0;
}

/* 0, or an errno. */
static int member_read(struct conn *c)
{
	static unsigned char data[BROKER_MESSAGE_MAX];
	struct member *m = conn_state(c);
	size_t room = m->keeps_messages ? BROKER_MESSAGE_MAX : BROKER_READ_SIZE;
	bool ended;
	ssize_t n = message_receive(c->fd, data, room, &ended);

	if (n < 0)
		return fd_would_block(errno) || errno == EINTR ? 0 : errno;
	conn_moved(c);
	if (n > 0)
		return member_take(c, data, (size_t)n);
	if (ended || !m->keeps_messages)
		member_ended(c);
	return 0;
}

static void member_ready(void *arg, int fd, unsigned ready)
{
	struct conn *c = arg;
	struct broker *b = broker_of(c);
	struct member *m = conn_state(c);
	int err = 0;

	(void)fd;
	if (ready & LOOP_WRITE)
		err = member_write(c);
	if (!err && ready & LOOP_READ && b->holding)
		m->paused = true;
	else if (!err && ready & LOOP_READ && !broker_is_full(b))
		err = member_read(c);
	member_settle(c, err);
}

/* Set TCP_NODELAY: we put together ourselves what is sent together, and a client that only listens
 * acknowledges late, which would hold up the next message. On other sockets this has no effect. */
static void send_at_once(const struct conn *c)
{
	struct addr peer;

	conn_peer(c, &peer);
	if (!sock_options_has(c->server->plan->options, "nodelay"))
		UNCHECKED(sock_options_apply(
			&broker_of(c)->nodelay, SOCK_CREATED, c->fd, addr_family(&peer), NULL));
}

static void member_start(struct conn *c)
{
	struct broker *b = broker_of(c);
	struct member *m = conn_state(c);

	send_at_once(c);
	b->members++;
	m->lines.total = &b->begun;
	m->keeps_messages = sock_type(c->fd) == SOCK_SEQPACKET;
	if (m->keeps_messages)
		message_prepare(c->fd);
	if (feed_join(&b->feed, &m->reader, c->id) < 0)
		member_fail(c, errno);
	else
		member_settle(c, 0);
	broker_input_watch(b);
}

static void member_stop(struct conn *c)
{
	member_end(c, "signal", CONN_DRAIN);
}

static void member_measure(struct conn *c, struct conn_result *result)
{
	const struct member *m = conn_state(c);

	result->received_bytes = m->received;
	result->sent_bytes = m->sent;
}

const struct service broker_service = {.one_process = true,
	.size = sizeof(struct member),
	.start = member_start,
	.stop = member_stop,
	.measure = member_measure};
