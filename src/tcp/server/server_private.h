/* SPDX-License-Identifier: ISC */
/* server_private.h - what server.c, server_accept.c and arrival.c share. */
#ifndef TCP_SERVER_SERVER_PRIVATE_H
#define TCP_SERVER_SERVER_PRIVATE_H

#include <stdbool.h>

#include "base/checked.h"
#include "tcp/server/arrival.h"
#include "tcp/server/server.h"

/* Begin to accept. 0, or -1 with errno. */
int server_accept_start(struct server *s) CHECKED;

/* Whether one more connection may be accepted: none is while it is paused, stopping or full. */
bool server_is_accepting(const struct server *s);

/* Poll the listeners, or stop polling them, as server_is_accepting says now. */
void server_watch(struct server *s);

/* Serve what was accepted, or close it if it is not allowed. */
void server_welcome(struct server *s, struct accepted *accepted);

/* Warn that there is no memory for a connection, which is not served. */
void server_no_memory(void);

#endif
