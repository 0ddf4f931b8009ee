/* SPDX-License-Identifier: ISC */
/* talker.c - a client that sends messages, each of which is answered. */

#include "tcp/services/talker.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/num.h"
#include "tcp/server/server.h"

static const int64_t silence_ns = 100 * NUM_NS_PER_MS;

enum {
	READ_SIZE = 16 * 1024,
	UNSENT_MAX = 256 * 1024, /* nothing more is read while this much waits to be sent */
};

/* What all talkers of this process hold. */
static size_t all_held;

static void talker_run(void *arg, int fd, unsigned ready);

static void count_held(struct talker *t)
{
	all_held -= t->held;
	t->held = t->in.size + t->out.size;
	all_held += t->held;
}

/* How much may wait for one talker, at most MOST. */
static size_t share(size_t most)
{
	return all_held > TALKERS_MAX ? TALKER_SHORT : most;
}

static void talker_end(struct conn *c, const char *reason)
{
	struct talker *t = conn_state(c);
	struct conn_result result = {.reason = reason,
		.received_bytes = t->received_bytes,
		.sent_bytes = t->sent_bytes,
		.ending = t->ended || strcmp(reason, "done") != 0 ? CONN_CLOSE : CONN_DRAIN};

	loop_timer_stop(c->server->loop, &t->silence);
	bytes_release(&t->in);
	bytes_release(&t->out);
	count_held(t);
	conn_end(c, &result);
}

static void answer(struct conn *c, size_t size)
{
	struct talker *t = conn_state(c);

	t->answer(c, t->in.data, size);
	bytes_drop(&t->in, size);
}

static bool is_behind(const struct talker *t)
{
	return t->out.size - t->sent >= share(UNSENT_MAX);
}

/* Answer complete messages, as long as the client takes the answers. */
static void answer_lines(struct conn *c)
{
	struct talker *t = conn_state(c);

	while (t->in.size > 0 && !t->finished && !is_behind(t)) {
		const unsigned char *newline = memchr(t->in.data, '\n', t->in.size);

		if (newline)
			answer(c, (size_t)(newline - t->in.data) + 1);
		else if (t->in.size >= share(TALKER_MESSAGE_MAX) || t->ended)
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
		return fd_would_block(errno) || errno == EINTR ? 0 : errno;
	t->in.size += (size_t)n;
	t->received_bytes += (uint64_t)n;
	t->ended = n == 0;
	conn_moved(c);
	return 0;
}

/* 0, or an errno. */
static int talker_write(struct conn *c)
{
	struct talker *t = conn_state(c);

	size_t before = t->sent;
	int err = conn_send(c, t->out.data, t->out.size, &t->sent);

	t->sent_bytes += t->sent - before;
	if (t->sent == t->out.size) {
		bytes_clear(&t->out);
		t->sent = 0;
	}
	return err;
}

/* Send as many parts of a long answer as the client takes now. 0, or an errno. */
static int write_more(struct conn *c)
{
	struct talker *t = conn_state(c);
	int err = 0;

	while (!err && t->finished && t->more && t->out.size == 0) {
		t->more(c);
		if (t->out.size == 0)
			t->more = NULL;
		err = t->out.failed ? ENOMEM : talker_write(c);
	}
	return err;
}

/* Wait for what can happen next. 0, or an errno. */
static int talker_wait(struct conn *c)
{
	struct talker *t = conn_state(c);
	struct loop *loop = c->server->loop;
	unsigned want = (t->out.size > t->sent ? LOOP_WRITE : 0U) |
		(t->ended || t->finished || is_behind(t) ? 0U : LOOP_READ);

	/* An idle client costs only its descriptor and little more. */
	if (t->in.size == 0)
		bytes_release(&t->in);
	if (t->out.size == 0)
		bytes_release(&t->out);
	count_held(t);
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
	/* Now answer the messages that waited for the client to take earlier answers. */
	if (!err && t->out.size == 0 && t->in.size > 0)
		answer_lines(c);
	if (!err && t->out.failed)
		err = ENOMEM;
	if (!err)
		err = write_more(c);
	if (err)
		talker_end(c, conn_complain(c, err));
	else if (t->out.size == 0 && (t->finished || (t->ended && t->in.size == 0)))
		talker_end(c, "done");
	else if ((err = talker_wait(c)) != 0)
		talker_end(c, conn_complain(c, err));
}

void talker_start(struct conn *c, talker_fn *how)
{
	struct talker *t = conn_state(c);

	t->answer = how;
	loop_timer_init(&t->silence, silence_over, c);
	talker_run(c, c->fd, LOOP_READ);
}

void talker_stop(struct conn *c)
{
	talker_end(c, "signal");
}

void talker_measure(struct conn *c, struct conn_result *result)
{
	struct talker *t = conn_state(c);

	result->received_bytes = t->received_bytes;
	result->sent_bytes = t->sent_bytes;
}
