/* SPDX-License-Identifier: ISC */
/* serve_message.c - services that answer messages: timestamp, reverse, roster.
 *
 * A message is a line, or what came without a newline once the client has been silent for 100 ms or
 * has ended its side. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/num.h"
#include "base/status.h"
#include "base/text.h"
#include "core/sock.h"
#include "tcp/limits.h"
#include "tcp/services.h"

static const int64_t silence_ns = 100 * NUM_NS_PER_MS;

enum {
	READ_SIZE = 16 * 1024,
	MESSAGE_MAX = 1024 * 1024, /* a longer line is answered in pieces */
	UNSENT_MAX = 256 * 1024,   /* nothing more is read while so much waits to be sent */
	NAME_MAX_BYTES = 255,
	ROSTER_MAX = 100000, /* of such names some 30 MB */
};

typedef void answer_fn(struct conn *c, const unsigned char *message, size_t size);

/* One client that sends messages. */
struct talker {
	answer_fn *answer;
	struct bytes in;  /* not answered yet; no complete line once talk() is through */
	struct bytes out; /* not sent yet, from SENT on */
	size_t sent;
	uint64_t received_bytes, sent_bytes;
	struct loop_timer silence;
	struct limits limits;
	bool ended;    /* the client has ended its side */
	bool finished; /* nothing more is answered: close once all is sent */
};

static void talker_run(void *arg, int fd, unsigned ready);

static void talker_end(struct conn *c, const char *reason)
{
	struct talker *t = conn_state(c);
	struct conn_result result = {.reason = reason,
		.received_bytes = t->received_bytes,
		.sent_bytes = t->sent_bytes,
		.ending = t->ended || strcmp(reason, "reset") == 0 ? CONN_CLOSE : CONN_DRAIN};

	limits_stop(&t->limits);
	loop_timer_stop(c->server->loop, &t->silence);
	bytes_release(&t->in);
	bytes_release(&t->out);
	conn_end(c, &result);
}

static void fail(struct conn *c, int err)
{
	if (strcmp(conn_reason(err), "reset") != 0)
		conn_warn(c, status_reason(err));
	talker_end(c, conn_reason(err));
}

static void answer(struct conn *c, size_t size)
{
	struct talker *t = conn_state(c);

	t->answer(c, t->in.data, size);
	bytes_drop(&t->in, size);
}

static bool is_behind(const struct talker *t)
{
	return t->out.size - t->sent >= UNSENT_MAX;
}

/* Answer what is complete, as long as the client takes the answers. */
static void answer_lines(struct conn *c)
{
	struct talker *t = conn_state(c);

	while (t->in.size > 0 && !t->finished && !is_behind(t)) {
		const unsigned char *newline = memchr(t->in.data, '\n', t->in.size);

		if (newline)
			answer(c, (size_t)(newline - t->in.data) + 1);
		else if (t->in.size >= MESSAGE_MAX || t->ended)
			answer(c, t->in.size);
		else
			break;
	}
}

static void silence_over(void *arg)
{
	struct conn *c = arg;
	struct talker *t = conn_state(c);

	if (t->in.size > 0 && !t->finished)
		answer(c, t->in.size);
	talker_run(c, c->fd, LOOP_WRITE);
}

/* 0, or an errno. */
static int talker_read(struct conn *c)
{
	struct talker *t = conn_state(c);
	ssize_t n;

	if (bytes_reserve(&t->in, READ_SIZE) < 0)
		return ENOMEM;
	n = recv(c->fd, t->in.data + t->in.size, READ_SIZE, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : errno;
	t->in.size += (size_t)n;
	t->received_bytes += (uint64_t)n;
	t->ended = n == 0;
	limits_moved(&t->limits);
	return 0;
}

/* 0, or an errno. */
static int talker_write(struct conn *c)
{
	struct talker *t = conn_state(c);

	while (t->sent < t->out.size) {
		ssize_t n = send(c->fd, t->out.data + t->sent, t->out.size - t->sent,
			MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : errno;
		t->sent += (size_t)n;
		t->sent_bytes += (uint64_t)n;
		limits_moved(&t->limits);
	}
	bytes_clear(&t->out);
	t->sent = 0;
	return 0;
}

/* Wait for what can happen next. 0, or an errno. */
static int talker_wait(struct conn *c)
{
	struct talker *t = conn_state(c);
	struct loop *loop = c->server->loop;
	unsigned want = (t->out.size > t->sent ? LOOP_WRITE : 0U) |
		(t->ended || t->finished || is_behind(t) ? 0U : LOOP_READ);

	/* An idle client costs its descriptor and little more. */
	if (t->in.size == 0)
		bytes_release(&t->in);
	if (t->out.size == 0)
		bytes_release(&t->out);
	if (t->in.size > 0 && !t->finished && !is_behind(t) &&
		loop_timer_set(loop, &t->silence, silence_ns) < 0)
		return errno;
	return loop_watch(loop, c->fd, want, talker_run, c) < 0 ? errno : 0;
}

static void talker_run(void *arg, int fd, unsigned ready)
{
	struct conn *c = arg;
	struct talker *t = conn_state(c);
	int err = 0;

	(void)fd;
	loop_timer_stop(c->server->loop, &t->silence);
	if (ready & LOOP_READ && !t->ended)
		err = talker_read(c);
	if (!err)
		answer_lines(c);
	if (!err && (t->in.failed || t->out.failed))
		err = ENOMEM;
	if (!err)
		err = talker_write(c);
	/* What waited for the client to take earlier answers has its turn now. */
	if (!err && t->out.size == 0 && t->in.size > 0)
		answer_lines(c);
	if (!err && t->out.failed)
		err = ENOMEM;
	if (err)
		fail(c, err);
	else if (t->out.size == 0 && (t->finished || (t->ended && t->in.size == 0)))
		talker_end(c, "done");
	else if ((err = talker_wait(c)) != 0)
		fail(c, err);
}

static void talker_limit(void *arg, const char *reason)
{
	talker_end(arg, reason);
}

static void talker_start(struct conn *c, answer_fn *how)
{
	struct talker *t = conn_state(c);

	t->answer = how;
	loop_timer_init(&t->silence, silence_over, c);
	limits_start(&t->limits, c->server->loop, &c->server->plan->relay, talker_limit, c);
	talker_run(c, c->fd, LOOP_READ);
}

static void talker_stop(struct conn *c)
{
	talker_end(c, "signal");
}

static void talker_measure(struct conn *c, struct conn_result *result)
{
	struct talker *t = conn_state(c);

	result->received_bytes = t->received_bytes;
	result->sent_bytes = t->sent_bytes;
}

static void answer_timestamp(struct conn *c, const unsigned char *message, size_t size)
{
	struct talker *t = conn_state(c);
	time_t now = clock_wall().tv_sec;
	char text[48];
	struct tm tm;

	localtime_r(&now, &tm);
	bytes_add(&t->out, text, strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y ", &tm));
	bytes_add(&t->out, message, size);
}

/* The length of the character that ends MESSAGE: of a valid UTF-8 sequence, else one byte. */
static size_t last_character(const unsigned char *message, size_t size)
{
	uint32_t code;

	for (size_t n = 1; n <= 4 && n <= size; n++) {
		if (text_utf8_next(message + size - n, n, &code) == n)
			return n;
	}
	return 1;
}

static void answer_reverse(struct conn *c, const unsigned char *message, size_t size)
{
	struct talker *t = conn_state(c);
	bool newline = message[size - 1] == '\n';

	size -= newline;
	while (size > 0) {
		size_t n = last_character(message, size);

		bytes_add(&t->out, message + size - n, n);
		size -= n;
	}
	if (newline)
		bytes_add_byte(&t->out, '\n');
}

static void roster_entry_release(struct roster_entry *entry)
{
	free(entry->name);
	bytes_release(&entry->member);
}

void roster_release(struct roster *roster)
{
	for (size_t i = 0; i < roster->count; i++)
		roster_entry_release(&roster->entries[i]);
	free(roster->entries);
}

/* The member of NAME: `"NAME": {...}`. */
static void add_member(struct bytes *out, const struct conn *c, const char *name)
{
	struct addr peer;
	char text[ADDR_TEXT];
	struct json j = {.out = out};

	conn_peer(c, &peer);
	json_begin_object(&j, name);
	json_add_text(&j, "name", name);
	json_add_text(&j, "address", addr_text_host(&peer, text));
	if (addr_family(&peer) != AF_UNIX)
		json_add_uint(&j, "port", addr_port(&peer));
	json_end_object(&j);
}

/* The members stand in the order in which their names came first; a name that comes again has its
 * member replaced. */
static int roster_set(struct roster *r, const struct conn *c, const char *name)
{
	struct roster_entry *grown;

	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->entries[i].name, name) != 0)
			continue;
		bytes_clear(&r->entries[i].member);
		add_member(&r->entries[i].member, c, name);
		return r->entries[i].member.failed ? -1 : 0;
	}
	if (r->count >= ROSTER_MAX)
		return -1;
	grown = realloc(r->entries, (r->count + 1) * sizeof *grown);
	if (!grown)
		return -1;
	r->entries = grown;
	grown[r->count] = (struct roster_entry){.name = strdup(name)};
	if (!grown[r->count].name)
		return -1;
	add_member(&grown[r->count].member, c, name);
	return grown[r->count++].member.failed ? -1 : 0;
}

static void answer_roster(struct conn *c, const unsigned char *message, size_t size)
{
	struct talker *t = conn_state(c);
	struct roster *r = c->server->config;
	char name[NAME_MAX_BYTES + 1];

	while (size > 0 && (message[size - 1] == '\n' || message[size - 1] == '\r'))
		size--;
	size = size > NAME_MAX_BYTES ? NAME_MAX_BYTES : size;
	memcpy(name, message, size);
	name[size] = '\0';
	if (roster_set(r, c, name) < 0)
		conn_warn(c, "the roster is full");
	bytes_add_byte(&t->out, '{');
	for (size_t i = 0; i < r->count; i++) {
		if (i > 0)
			bytes_add_text(&t->out, ", ");
		bytes_add(&t->out, r->entries[i].member.data, r->entries[i].member.size);
	}
	bytes_add_text(&t->out, "}\n");
	t->finished = true;
}

static void timestamp_start(struct conn *c)
{
	talker_start(c, answer_timestamp);
}

static void reverse_start(struct conn *c)
{
	talker_start(c, answer_reverse);
}

static void roster_start(struct conn *c)
{
	talker_start(c, answer_roster);
}

const struct service timestamp_service = {.name = "timestamp",
	.size = sizeof(struct talker),
	.start = timestamp_start,
	.stop = talker_stop,
	.measure = talker_measure};
const struct service reverse_service = {.name = "reverse",
	.size = sizeof(struct talker),
	.start = reverse_start,
	.stop = talker_stop,
	.measure = talker_measure};
const struct service roster_service = {.name = "roster",
	.size = sizeof(struct talker),
	.start = roster_start,
	.stop = talker_stop,
	.measure = talker_measure};
