/* SPDX-License-Identifier: ISC */
/* broker_private.h - the internals of the broker, only for its own files. */
#ifndef TCP_SERVICES_BROKER_PRIVATE_H
#define TCP_SERVICES_BROKER_PRIVATE_H

#include "tcp/services/broker.h"

enum {
	BROKER_READ_SIZE = 64 * 1024,
	BROKER_MESSAGE_MAX = 256 * 1024, /* for a socket that keeps messages apart */
	BROKER_LINE_MAX = 64 * 1024,	 /* --chat */
};

/* Add what FROM (NULL: standard input) sent; it is delivered at the end of the turn. WHOLE as in
 * feed_add. 0, or -1 with errno ENOMEM: none of it was added, and nothing may follow it. */
int broker_say(struct broker *b, struct feed_reader *from, const void *data, size_t size,
	bool whole) CHECKED;

/* As broker_say with `<WHO> LINE` as one message; if there is no memory, it is lost with a
 * warning. */
void broker_say_line(
	struct broker *b, struct feed_reader *from, const char *who, const void *line, size_t size);

/* Whether so much was added in this turn that nothing more should be read in it. */
bool broker_is_full(const struct broker *b);

/* Call this when perhaps no client is behind any longer; if so, all are read again. */
void broker_caught_up(struct broker *b);

/* Check in a while which of those that only listen have vanished. */
void broker_look_later(struct broker *b);

/* Read C again if it was left alone while the broker was holding. 0, or -1 with errno: it is still
 * left alone. */
int broker_member_resume(struct conn *c) CHECKED;

/* Send C what waits for it, which may end C. */
void broker_member_deliver(struct conn *c);

/* End C if it only listens and has vanished. */
void broker_member_look(struct conn *c);

/* Wait for standard input, if it is to be read now. */
void broker_input_watch(struct broker *b);

/* Stop reading it, and close it. */
void broker_input_end(struct broker *b);

#endif
