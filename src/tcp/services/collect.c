/* SPDX-License-Identifier: ISC */
/* collect.c - the lines of many clients, whole, on standard output. */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/sock/message.h"
#include "core/sock/sock.h"
#include "tcp/services/collect.h"
#include "tcp/services/lines.h"

enum {
	READ_SIZE = 64 * 1024,
	MESSAGE_MAX = 256 * 1024, /* for a socket that keeps messages apart */
	LINE_MAX_BYTES = 1024 * 1024,
	UNWRITTEN_MAX = 256 * 1024, /* nothing more is read while this much waits */
};

struct source {
	struct lines lines;
	uint64_t received;
	bool keeps_messages;
	bool paused; /* not read because output is full */
};

static void source_ready(void *arg, int fd, unsigned ready);
static void source_fail(struct conn *one, int err);
static void output_ready(void *arg, int fd, unsigned ready);

static struct collector *collector_of(const struct conn *c)
{
	return c->server->config;
}

static size_t unwritten(const struct collector *c)
{
	return c->lines.size - c->written;
}

/* The server waits as long as there is something to write. */
static void keep_server(struct collector *c, bool keep)
{
	if (keep == c->kept)
		return;
	c->kept = keep;
	if (keep)
		server_keep(c->server);
	else
		server_let_go(c->server);
}

static void read_again(struct collector *c)
{
	c->full = false;
	for (struct conn *one = c->server->serving, *next; one; one = next) {
		struct source *s = conn_state(one);

		next = one->next;
		if (!s->paused)
			continue;
		s->paused = false;
		conn_moved(one);
		if (loop_watch(c->server->loop, one->fd, LOOP_READ, source_ready, one) < 0)
			source_fail(one, errno);
	}
}

/* Write what can be written now. 0, or an errno. */
static int write_some(struct collector *c, bool ready)
{
	while (unwritten(c) > 0 && (ready || !c->output.waits)) {
		ssize_t n = end_write(&c->output, c->lines.data + c->written, unwritten(c));

		if (n < 0)
			return fd_would_block(errno) ? 0 : errno;
		c->written += (size_t)n;
		ready = false;
	}
	if (unwritten(c) == 0) {
		bytes_clear(&c->lines);
		c->written = 0;
	}
	return 0;
}

static void output_failed(struct collector *c, int err)
{
	c->status = STATUS_FAILED;
	c->broken = err == EPIPE;
	if (!c->broken)
		log_error("cannot write to standard output: %s", status_reason(err));
	loop_forget(c->server->loop, c->output.fd);
	server_abort(c->server);
}

/* Watch output: for its reader leaving and, if we wait for that, for becoming writable. */
static int watch_output(struct collector *c)
{
	unsigned want =
		(end_has_reader(&c->output) ? LOOP_GONE : 0U) | (c->waits ? LOOP_WRITE : 0U);

	if (!want)
		loop_forget(c->server->loop, c->output.fd);
	return want ? loop_watch(c->server->loop, c->output.fd, want, output_ready, c) : 0;
}

static void write_out(struct collector *c, bool ready)
{
	int err = c->status ? 0 : write_some(c, ready);

	c->waits = unwritten(c) > 0;
	if (!err && !c->status && watch_output(c) < 0)
		err = errno;
	if (err) {
		output_failed(c, err);
		return;
	}
	if (c->full && unwritten(c) < UNWRITTEN_MAX / 2)
		read_again(c);
	keep_server(c, unwritten(c) > 0 && !c->status);
}

static void output_ready(void *arg, int fd, unsigned ready)
{
	struct collector *c = arg;

	(void)fd;
	if (ready & LOOP_GONE)
		output_failed(c, EPIPE);
	else
		write_out(c, true);
}

/* Once a turn, not once a line. After a failure, reading clients further would be pointless. */
static void write_deferred(void *arg)
{
	struct collector *c = arg;

	if (c->status)
		server_abort(c->server);
	else if (!c->waits)
		write_out(c, false);
}

/* Make room for more lines: remove what has been written once it is the larger part. */
static void drop_written(struct collector *c)
{
	if (c->written <= c->lines.size / 2)
		return;
	bytes_drop(&c->lines, c->written);
	c->written = 0;
}

static void add_line(void *arg, const void *line, size_t size)
{
	struct conn *one = arg;
	struct collector *c = collector_of(one);
	char peer[ADDR_TEXT];
	struct json j;

	if (c->status)
		return;
	if (c->json) {
		json_begin(&j, &c->lines);
		json_add_time(&j, "time", clock_wall());
		json_add_text(&j, "peer", conn_peer_text(one, peer));
		json_add_data(&j, "data", line, size);
		json_end(&j);
		return;
	}
	bytes_add(&c->lines, line, size);
	bytes_add_byte(&c->lines, '\n');
}

/* If memory ran out, half a line may be there: nothing sensible can be added, and write_deferred
 * ends it. */
static void check_memory(struct collector *c)
{
	if (!c->lines.failed || c->status)
		return;
	log_error("lines were lost: %s", status_reason(ENOMEM));
	c->status = STATUS_FAILED;
}

/* Take what was received from ONE. 0, or an errno. */
static int source_take(struct conn *one, const unsigned char *data, size_t size)
{
	struct collector *c = collector_of(one);
	struct source *s = conn_state(one);
	int err;

	drop_written(c);
	err = lines_feed(&s->lines, data, size, LINE_MAX_BYTES, add_line, one) < 0 ? errno : 0;
	/* The end of a message is the end of its last line. */
	if (!err && s->keeps_messages)
		lines_end(&s->lines, add_line, one);
	check_memory(c);
	c->full = unwritten(c) >= UNWRITTEN_MAX;
	loop_defer(c->server->loop, &c->write, write_deferred, c);
	return err;
}

static void source_end(struct conn *one, const char *reason, enum conn_ending ending)
{
	struct collector *c = collector_of(one);
	struct source *s = conn_state(one);
	struct conn_result result = {
		.reason = reason, .received_bytes = s->received, .ending = ending};

	lines_end(&s->lines, add_line, one);
	check_memory(c);
	keep_server(c, unwritten(c) > 0 && !c->status);
	loop_defer(c->server->loop, &c->write, write_deferred, c);
	conn_end(one, &result);
}

static void source_fail(struct conn *one, int err)
{
	source_end(one, conn_complain(one, err), CONN_CLOSE);
}

static void source_read(struct conn *one)
{
	static unsigned char data[MESSAGE_MAX];
	struct source *s = conn_state(one);
	size_t room = s->keeps_messages ? MESSAGE_MAX : READ_SIZE;
	bool ended;
	ssize_t n = message_receive(one->fd, data, room, &ended);
	int err = n < 0 ? errno : 0;

	if (fd_would_block(err) || err == EINTR)
		return;
	conn_moved(one);
	s->received += n > 0 ? (uint64_t)n : 0;
	if (!err && n > 0)
		err = source_take(one, data, (size_t)n);
	if (err)
		source_fail(one, err);
	else if (ended || (n == 0 && !s->keeps_messages))
		source_end(one, "done", CONN_CLOSE);
}

static void source_ready(void *arg, int fd, unsigned ready)
{
	struct conn *one = arg;
	struct collector *c = collector_of(one);
	struct source *s = conn_state(one);

	(void)ready;
	if (!c->full) {
		source_read(one);
		return;
	}
	/* Output is written at the end of this turn; only if it accepts no more do we wait for
	 * it. */
	if (!c->waits)
		return;
	s->paused = true;
	loop_pause(c->server->loop, fd);
}

/* Silence that we caused ourselves does not count. */
static int64_t source_moved_ns(struct conn *one)
{
	const struct source *s = conn_state(one);

	if (s->paused)
		conn_moved(one);
	return one->moved_ns;
}

static void source_start(struct conn *one)
{
	struct source *s = conn_state(one);

	s->lines.total = &collector_of(one)->begun;
	s->keeps_messages = sock_type(one->fd) == SOCK_SEQPACKET;
	if (s->keeps_messages)
		message_prepare(one->fd);
	if (loop_watch(one->server->loop, one->fd, LOOP_READ, source_ready, one) < 0)
		source_fail(one, errno);
}

static void source_stop(struct conn *one)
{
	source_end(one, "signal", CONN_DRAIN);
}

static void source_measure(struct conn *one, struct conn_result *result)
{
	result->received_bytes = ((const struct source *)conn_state(one))->received;
}

/* Write what can be written without waiting. 0, or an errno. */
static int write_the_rest(struct collector *c)
{
	struct pollfd one = {.fd = c->output.fd, .events = POLLOUT};
	int err = 0;

	while (!err && unwritten(c) > 0 && poll(&one, 1, 0) > 0)
		err = write_some(c, true);
	return err;
}

/* The grace period is over: try once more, and what cannot be written then is lost. */
static void collect_give_up(struct server *server)
{
	struct collector *c = server->config;

	keep_server(c, false);
	/* The failure of output has been reported. */
	if (c->status || (write_the_rest(c) == 0 && unwritten(c) == 0))
		return;
	c->status = STATUS_FAILED;
	log_error("%zu byte%s could not be written to standard output", unwritten(c),
		num_plural(unwritten(c)));
}

const struct service collect_service = {.one_process = true,
	.size = sizeof(struct source),
	.start = source_start,
	.stop = source_stop,
	.moved_ns = source_moved_ns,
	.measure = source_measure,
	.give_up = collect_give_up};

void collector_init(struct collector *c, struct server *s, bool json)
{
	*c = (struct collector){
		.server = s, .json = json, .output = end_of_inherited(STDOUT_FILENO, true)};
	/* Standard output itself is closed at the very end, so that an error from close is
	 * reported. */
	c->output.flags |= END_KEEP;
	/* If that fails, the next write finds out. */
	(void)watch_output(c);
}

void collector_release(struct collector *c)
{
	if (!c->server)
		return;
	loop_defer_cancel(c->server->loop, &c->write);
	loop_forget(c->server->loop, c->output.fd);
	bytes_release(&c->lines);
}
