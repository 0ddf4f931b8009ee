/* SPDX-License-Identifier: ISC */
/* broker_input.c - what our standard input says goes to all clients. */

#include <errno.h>

#include "base/log.h"
#include "base/status.h"
#include "tcp/services/broker.h"

static void input_line(void *arg, const void *line, size_t size)
{
	broker_say_line(arg, NULL, "server", line, size);
}

static void input_end(struct broker *b, int err)
{
	if (err)
		log_warning("cannot read standard input: %s", status_reason(err));
	lines_end(&b->input_lines, input_line, b);
	loop_forget(b->server->loop, b->input.fd);
	b->input_open = false;
	end_close(&b->input);
}

static void input_ready(void *arg, int fd, unsigned ready)
{
	static unsigned char data[BROKER_MESSAGE_MAX];
	struct broker *b = arg;
	ssize_t n;

	(void)fd;
	(void)ready;
	if (broker_is_full(b))
		return;
	n = end_read(&b->input, data,
		b->input.kind == END_PACKET ? BROKER_MESSAGE_MAX : BROKER_READ_SIZE);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		input_end(b, n < 0 ? errno : 0);
	else if (!b->chat)
		broker_say(b, NULL, data, (size_t)n, b->input.kind == END_PACKET);
	else if (lines_feed(&b->input_lines, data, (size_t)n, BROKER_LINE_MAX, input_line, b) < 0)
		input_end(b, errno);
}

void broker_input_watch(struct broker *b)
{
	bool wanted = b->members > 0 && !b->holding;

	if (b->input_open)
		loop_watch(b->server->loop, b->input.fd, wanted ? LOOP_READ : 0, input_ready, b);
}

void broker_input_end(struct broker *b)
{
	if (b->input_open)
		input_end(b, 0);
}
