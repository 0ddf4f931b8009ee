/* SPDX-License-Identifier: ISC */
/* broker_input.c - what comes from standard input goes to all clients. */

#include <errno.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "tcp/services/broker_private.h"

/* The interval between checks. */
static const int64_t look_ns = 500 * NUM_NS_PER_MS;

static void input_ready(void *arg, int fd, unsigned ready);

static void look_again(void *arg)
{
	broker_input_watch(arg);
}

static void input_line(void *arg, const void *line, size_t size)
{
	broker_say_line(arg, NULL, "server", line, size);
}

static void input_end(struct broker *b, int err)
{
	if (err)
		log_warning("cannot read standard input: %s", status_reason(err));
	lines_end(&b->input_lines, input_line, b);
	loop_timer_stop(b->server->loop, &b->foreground);
	loop_forget(b->server->loop, b->input.fd);
	b->input_open = false;
	end_close(&b->input);
}

/* Whether standard input is a terminal that belongs to others now: it is not read until it is ours
 * again. */
static bool is_in_background(struct broker *b)
{
	if (!end_is_in_background(&b->input))
		return false;
	loop_pause(b->server->loop, b->input.fd);
	loop_timer_init(&b->foreground, look_again, b);
	return loop_timer_set(b->server->loop, &b->foreground, look_ns) == 0;
}

/* Add what was read to the feed. 0, or -1 with errno. */
static int input_take(struct broker *b, const unsigned char *data, size_t size)
{
	if (b->chat)
		return lines_feed(&b->input_lines, data, size, BROKER_LINE_MAX, input_line, b);
	return broker_say(b, NULL, data, size, b->input.kind == END_PACKET);
}

static void input_ready(void *arg, int fd, unsigned ready)
{
	static unsigned char data[BROKER_MESSAGE_MAX];
	struct broker *b = arg;
	ssize_t n;

	(void)fd;
	(void)ready;
	if (broker_is_full(b) || is_in_background(b))
		return;
	n = end_read(&b->input, data,
		b->input.kind == END_PACKET ? BROKER_MESSAGE_MAX : BROKER_READ_SIZE);
	if (n < 0 && (fd_would_block(errno) || errno == ENOMSG))
		return;
	if (n <= 0)
		input_end(b, n < 0 ? errno : 0);
	else if (input_take(b, data, (size_t)n) < 0)
		input_end(b, errno);
}

void broker_input_watch(struct broker *b)
{
	bool wanted = b->members > 0 && !b->holding && b->foreground.slot == 0;

	if (b->input_open &&
		loop_watch(b->server->loop, b->input.fd, wanted ? LOOP_READ : 0, input_ready, b) <
			0)
		input_end(b, errno);
}

void broker_input_end(struct broker *b)
{
	if (b->input_open)
		input_end(b, 0);
}
