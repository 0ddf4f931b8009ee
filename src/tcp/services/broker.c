/* SPDX-License-Identifier: ISC */
/* broker.c - what one client sends goes to all the others. */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/sock/message.h"
#include "core/sock/sock.h"
#include "tcp/services/broker_private.h"

enum {
	TURN_MAX = 256 * 1024,	     /* read from all together before it is delivered */
	WAITING_MAX = 1024 * 1024,   /* then a client is dropped */
	BEHIND = WAITING_MAX / 2,    /* then senders have to pause */
	BEHIND_TURN_MAX = 64 * 1024, /* TURN_MAX while somebody is behind */
	PIECES = 64,
	WRITES_A_TURN = 16,
};

/* A client that reads catches up in that time; one that does not is dropped after some ten of them.
 */
static const int64_t hold_ns = 50 * NUM_NS_PER_MS;
static const int64_t look_ns = 2 * NUM_NS_PER_S;

struct member {
	struct feed_reader reader;
	struct lines lines; /* --chat */
	uint64_t received, sent;
	bool keeps_messages;
	bool ended;   /* it has ended its side */
	bool blocked; /* its socket takes no more for now */
	bool behind;
	bool paused; /* not read while the broker holds */
};

static void member_ready(void *arg, int fd, unsigned ready);

static struct broker *broker_of(const struct conn *c)
{
	return c->server->config;
}

/* Ended without a byte: it only listens. */
static bool is_listener(const struct member *m)
{
	return m->ended && m->received == 0;
}

static int member_watch(struct conn *c)
{
	const struct member *m = conn_state(c);
	unsigned want = (m->ended || m->paused ? 0U : LOOP_READ) | (m->blocked ? LOOP_WRITE : 0U);

	return loop_watch(c->server->loop, c->fd, want, member_ready, c) < 0 ? errno : 0;
}

/* Read from everybody again. */
static void hold_end(void *arg)
{
	struct broker *b = arg;

	b->holding = false;
	loop_timer_stop(b->server->loop, &b->hold);
	for (struct conn *c = b->server->serving; c; c = c->next) {
		struct member *m = conn_state(c);

		if (!m->paused)
			continue;
		m->paused = false;
		member_watch(c);
	}
	broker_input_watch(b);
}

static void hold_begin(struct broker *b)
{
	if (b->holding || loop_timer_set(b->server->loop, &b->hold, hold_ns) < 0)
		return;
	b->holding = true;
	broker_input_watch(b);
}

static void set_behind(struct broker *b, struct member *m)
{
	bool behind = feed_waiting(&m->reader) > BEHIND;

	if (behind == m->behind)
		return;
	m->behind = behind;
	b->behind += behind ? 1 : (size_t)-1;
	if (b->behind == 0 && b->holding)
		hold_end(b);
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
	if (b->behind == 0 && b->holding)
		hold_end(b);
	broker_input_watch(b);
}

static void member_fail(struct conn *c, int err)
{
	if (strcmp(conn_reason(err), "reset") != 0)
		conn_warn(c, "%s", status_reason(err));
	member_end(c, conn_reason(err), CONN_CLOSE);
}

/* A message that C's socket cannot take at any time is no fault of C's. */
static void skip_message(struct conn *c, size_t size)
{
	struct member *m = conn_state(c);

	conn_warn(c,
		"a message of %zu byte%s was skipped: its socket buffer is too small "
		"(net.core.wmem_max)",
		size, num_plural(size));
	feed_take(&m->reader, size);
}

/* Send what waits for C, as far as its socket takes it. 0, or an errno. */
static int member_write(struct conn *c)
{
	struct member *m = conn_state(c);
	struct iovec piece[PIECES];
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
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return errno;
		m->blocked = n < 0 && errno == EAGAIN;
		if (m->blocked)
			break;
		feed_take(&m->reader, n > 0 ? (size_t)n : 0);
		m->sent += n > 0 ? (uint64_t)n : 0;
		conn_moved(c);
	}
	m->blocked = m->blocked || feed_waiting(&m->reader) > 0;
	/* Pass over what it has sent itself. */
	feed_take(&m->reader, 0);
	set_behind(broker_of(c), m);
	return 0;
}

static void member_drop(struct conn *c)
{
	conn_warn(c, "dropped: it does not read, and 1 MiB waits for it");
	member_end(c, "limit", CONN_ABORT);
}

/* After C was written to: end it, or wait for what can happen next. */
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

/* Give everybody what came in this turn: once for all of it, not once for each message. */
static void flush(void *arg)
{
	struct broker *b = arg;
	struct conn *next;

	b->unflushed = 0;
	for (struct conn *c = b->server->serving; c; c = next) {
		struct member *m = conn_state(c);

		next = c->next;
		/* The loop reports when a blocked one can be written to again. */
		if (!m->blocked || feed_waiting(&m->reader) > WAITING_MAX)
			member_settle(c, member_write(c));
		else
			set_behind(b, m);
	}
	if (b->behind > 0)
		hold_begin(b);
}

bool broker_is_full(const struct broker *b)
{
	return b->unflushed >= (b->behind ? BEHIND_TURN_MAX : TURN_MAX);
}

/* Add what FROM (NULL: standard input) says. Memory that lacks is that message lost. */
void broker_say(
	struct broker *b, struct feed_reader *from, const void *data, size_t size, bool whole)
{
	if (feed_add(&b->feed, from, data, size, whole) < 0) {
		log_warning("a message was lost: %s", status_reason(errno));
		return;
	}
	b->unflushed += size;
	loop_defer(b->server->loop, &b->flush, flush, b);
}

/* `<WHO> LINE` as one message. */
void broker_say_line(
	struct broker *b, struct feed_reader *from, const char *who, const void *line, size_t size)
{
	struct bytes text = {0};

	bytes_add_format(&text, "<%s> ", who);
	bytes_add(&text, line, size);
	bytes_add_byte(&text, '\n');
	if (text.failed)
		log_warning("a message was lost: %s", status_reason(ENOMEM));
	else
		broker_say(b, from, text.data, text.size, true);
	bytes_release(&text);
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
	/* Gone or silent looks the same, until the peer's system is asked. Where that cannot be
	 * done, it is found out with the next message. */
	b->listeners++;
	conn_peer(c, &peer);
	UNCHECKED(sock_options_apply(&b->keepalive, SOCK_CREATED, c->fd, addr_family(&peer), NULL));
	if (b->look.slot == 0)
		UNCHECKED(loop_timer_set(b->server->loop, &b->look, look_ns));
}

/* What came, as the feed takes it. 0, or an errno. */
static int member_take(struct conn *c, const unsigned char *data, size_t size)
{
	struct broker *b = broker_of(c);
	struct member *m = conn_state(c);

	m->received += size;
	if (!b->chat) {
		broker_say(b, &m->reader, data, size, m->keeps_messages);
		return 0;
	}
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
		return errno == EAGAIN || errno == EINTR ? 0 : errno;
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

/* What is to be sent together is put together by us; and a client that only listens acknowledges
 * late, which would hold up the next message. It does no more than that where it is not a TCP
 * socket. */
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

static bool is_gone(int fd)
{
	struct pollfd p = {.fd = fd};

	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR);
}

/* A client that only listens is not read, so the loop does not report its end. */
static void look_for_gone(void *arg)
{
	struct broker *b = arg;
	struct conn *next;

	for (struct conn *c = b->server->serving; c; c = next) {
		next = c->next;
		if (is_listener(conn_state(c)) && is_gone(c->fd))
			member_end(c, "done", CONN_CLOSE);
	}
	if (b->listeners > 0)
		UNCHECKED(loop_timer_set(b->server->loop, &b->look, look_ns));
}

void broker_init(struct broker *b, struct server *s, bool chat)
{
	*b = (struct broker){.server = s,
		.chat = chat,
		.input = end_of_inherited(STDIN_FILENO, false),
		.input_open = true};
	/* Without memory for it, a client that vanished is found out with the next message. */
	UNCHECKED(sock_options_add(&b->keepalive, "keepalive", "30,10,3"));
	UNCHECKED(sock_options_add(&b->nodelay, "nodelay", NULL));
	loop_timer_init(&b->hold, hold_end, b);
	loop_timer_init(&b->look, look_for_gone, b);
}

void broker_release(struct broker *b)
{
	if (!b->server)
		return;
	broker_input_end(b);
	loop_timer_stop(b->server->loop, &b->hold);
	loop_timer_stop(b->server->loop, &b->look);
	loop_defer_cancel(b->server->loop, &b->flush);
	sock_options_release(&b->keepalive);
	sock_options_release(&b->nodelay);
	feed_release(&b->feed);
}
