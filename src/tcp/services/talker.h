/* SPDX-License-Identifier: ISC */
/* talker.h - a conversation: a client sends messages, each of which is answered; common to the
 * handlers timestamp, reverse and roster.
 *
 * A message is a line, or what came without a newline once the client has been silent for 100 ms or
 * has ended its side. */
#ifndef TCP_SERVICES_TALKER_H
#define TCP_SERVICES_TALKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "core/loop/loop.h"
#include "tcp/server/conn.h"

enum {
	TALKER_MESSAGE_MAX = 1024 * 1024, /* a longer line comes in pieces */
	/* What all talkers together may hold; beyond that, at most TALKER_SHORT waits for each, in
	 * each direction. */
	TALKERS_MAX = 16 * 1024 * 1024,
	TALKER_SHORT = 16 * 1024,
};

/* Add the answer to MESSAGE, SIZE bytes including the newline, to the talker's OUT. */
typedef void talker_fn(struct conn *c, const unsigned char *message, size_t size);

/* Add the next part of a long answer to the talker's OUT, which is empty; or nothing if that was
 * all. */
typedef void talker_more_fn(struct conn *c);

/* The state of such a connection. */
struct talker {
	talker_fn *answer;
	talker_more_fn *more; /* once FINISHED; NULL: ANSWER has added all there is */
	struct bytes in;      /* not answered yet; holds no complete line once all is answered */
	struct bytes out;     /* not sent yet from SENT on */
	size_t sent;
	size_t held; /* its part of what all talkers hold */
	uint64_t received_bytes, sent_bytes;
	struct loop_timer silence;
	bool ended;    /* the client has ended its side */
	bool finished; /* nothing more will be answered: close once all is sent */
};

/* For a service whose state is a struct talker: start it; its stop and measure. */
void talker_start(struct conn *c, talker_fn *answer);
void talker_stop(struct conn *c);
void talker_measure(struct conn *c, struct conn_result *result);

#endif
