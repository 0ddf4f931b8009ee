/* SPDX-License-Identifier: ISC */
/* broker.h - --broker and --chat: what one client sends goes to all the others. */
#ifndef TCP_SERVICES_BROKER_H
#define TCP_SERVICES_BROKER_H

#include <stdbool.h>

#include "core/loop/loop.h"
#include "core/sock/sock.h"
#include "core/stream/end.h"
#include "tcp/server/server.h"
#include "tcp/services/feed.h"
#include "tcp/services/lines.h"

/* The configuration of broker_service, and what its clients share. */
struct broker {
	struct server *server;
	bool chat; /* whole lines, each with its sender */
	struct feed feed;
	struct end input; /* standard input, which goes to all */
	struct lines input_lines;
	struct lines_total begun;      /* for clients, with --chat */
	struct loop_defer flush;       /* deliver at the end of the turn */
	size_t unflushed;	       /* bytes added since the last flush */
	struct loop_timer hold;	       /* nothing is read while it runs */
	struct loop_timer look;	       /* find clients that vanished after ending their side */
	struct loop_timer foreground;  /* check whether the terminal is ours again */
	struct sock_options keepalive; /* for clients that only listen */
	struct sock_options nodelay;   /* for all clients */
	size_t behind;		       /* clients for which much waits */
	size_t members, listeners; /* listeners: members that have ended their side without sending
				    * a byte */
	bool input_open;
	bool holding;
};

/* Standard input is read only while there is a client. A client for which 1 MiB waits is dropped.
 * When much waits for any client, reading pauses for a moment, but never for long, so that a client
 * that is merely slower than the sender is not dropped. */
extern const struct service broker_service;

/* Prepare B, whose server is S. */
void broker_init(struct broker *b, struct server *s, bool chat);
void broker_release(struct broker *b);

#endif
