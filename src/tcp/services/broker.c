/* SPDX-License-Identifier: ISC */
/* broker.c - what one client sends goes to all the others. */

#include <errno.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "tcp/services/broker_private.h"

enum {
	TURN_MAX = 256 * 1024,	     /* bytes read from all clients before they are delivered */
	BEHIND_TURN_MAX = 64 * 1024, /* as TURN_MAX while some client is behind */
};

/* A client that reads catches up in this time; one that does not is dropped after about ten such
 * pauses. */
static const int64_t hold_ns = 50 * NUM_NS_PER_MS;
static const int64_t look_ns = 2 * NUM_NS_PER_S;

static void hold_begin(struct broker *b)
{
	if (b->holding || loop_timer_set(b->server->loop, &b->hold, hold_ns) < 0)
		return;
	b->holding = true;
	broker_input_watch(b);
}

/* Read all clients again; those for which there is no memory, a little later. */
static void hold_end(void *arg)
{
	struct broker *b = arg;
	bool all = true;

	b->holding = false;
	loop_timer_stop(b->server->loop, &b->hold);
	for (struct conn *c = b->server->serving; c; c = c->next)
		all = broker_member_resume(c) == 0 && all;
	broker_input_watch(b);
	if (!all)
		hold_begin(b);
}

void broker_caught_up(struct broker *b)
{
	if (b->behind == 0 && b->holding)
		hold_end(b);
}

/* Deliver to all clients what came in this turn: once for all of it, not once for each message. */
static void flush(void *arg)
{
	struct broker *b = arg;
	struct conn *next;

	b->unflushed = 0;
	for (struct conn *c = b->server->serving; c; c = next) {
		next = c->next;
		broker_member_deliver(c);
	}
	if (b->behind > 0)
		hold_begin(b);
}

bool broker_is_full(const struct broker *b)
{
	return b->unflushed >= (b->behind ? BEHIND_TURN_MAX : TURN_MAX);
}

int broker_say(
	struct broker *b, struct feed_reader *from, const void *data, size_t size, bool whole)
{
	if (feed_add(&b->feed, from, data, size, whole) < 0)
		return -1;
	b->unflushed += size;
	loop_defer(b->server->loop, &b->flush, flush, b);
	return 0;
}

void broker_say_line(
	struct broker *b, struct feed_reader *from, const char *who, const void *line, size_t size)
{
	struct bytes text = {0};

	bytes_add_format(&text, "<%s> ", who);
	bytes_add(&text, line, size);
	bytes_add_byte(&text, '\n');
	if (text.failed || broker_say(b, from, text.data, text.size, true) < 0)
		log_warning("a message was lost: %s", status_reason(ENOMEM));
	bytes_release(&text);
}

void broker_look_later(struct broker *b)
{
	/* Without memory for it, the next message detects a client that vanished. */
	if (b->look.slot == 0)
		UNCHECKED(loop_timer_set(b->server->loop, &b->look, look_ns));
}

/* A client that only listens is not read, so the loop does not report its end. */
static void look_for_gone(void *arg)
{
	struct broker *b = arg;
	struct conn *next;

	for (struct conn *c = b->server->serving; c; c = next) {
		next = c->next;
		broker_member_look(c);
	}
	if (b->listeners > 0)
		broker_look_later(b);
}

void broker_init(struct broker *b, struct server *s, bool chat)
{
	*b = (struct broker){.server = s,
		.chat = chat,
		.input = end_of_inherited(STDIN_FILENO, false),
		.input_open = true};
	/* Without memory for it, the next message detects a client that vanished. */
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
