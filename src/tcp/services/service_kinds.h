/* SPDX-License-Identifier: ISC */
/* service_kinds.h - the services for a connection of tcp-serve, and the configuration of each;
 * those of --handler, most of which need none, are in handlers.h. */
#ifndef TCP_SERVICES_SERVICE_KINDS_H
#define TCP_SERVICES_SERVICE_KINDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/table.h"
#include "core/addr/addr.h"
#include "core/stream/end.h"
#include "tcp/dial.h"
#include "tcp/proxy/proxy_request.h"
#include "tcp/proxy/proxy_users.h"
#include "tcp/server/server.h"
#include "tcp/session.h"
#include "tcp/taps/taps.h"

/* --reply: struct bytes. */
extern const struct service reply_service;

/* --reply-file: const char *, the path; opened for each connection. */
extern const struct service reply_file_service;

/* A name is read, and answered with all names so far. All zero is empty. However many clients read
 * the roster, slowly or not at all, there is one copy of it. */
struct roster {
	struct roster_entry **entries; /* in the order in which their names first came */
	size_t count, room;
	size_t size;	    /* of all members together */
	struct table names; /* the same entries */
};
void roster_release(struct roster *roster);

/* --forward. */
struct forward_service {
	const struct endpoint *target;
	struct dial_plan dial;
	int send_proxy; /* enum proxy_header_version; -1: none */
};
extern const struct service forward_service;

/* --proxy-server; made by proxy_service_init. */
struct proxy_service {
	enum proxy_server_kind kind;
	bool has_users; /* only they may use it */
	struct proxy_users users;
	struct access targets; /* what it may connect to */
	struct dial_plan dial;
};
extern const struct service proxy_service;

/* A command for each connection: its words. */
struct command_service {
	char *const *argv;
	int last_status; /* the exit status of the last command that ended */
};
extern const struct service command_service;

/* Standard input and output, one connection at a time. */
struct stdio_service {
	struct server *server;
	struct session_plan plan;
	struct end input, output; /* END_KEEP if there may be more connections */
	/* About the last connection that ended: */
	int64_t rtt_ns, retransmits; /* -1: not known */
	const char *reason;	     /* NULL: none has ended */
	char peer[ADDR_TEXT];
	/* Of the last connection that failed; 0: none did. */
	enum status status;
	bool broken_output;
};
extern const struct service stdio_service;

/* Prepare SERVICE, whose plan and ends are filled in, for S: if the reader of standard output
 * leaves while there is no connection, S ends. */
void stdio_service_start(struct stdio_service *service, struct server *s);
void stdio_service_release(struct stdio_service *service);

/* The sides of a service's relay. The target is another endpoint, or a file: flow[SIDE_CLIENT]
 * carries from the client to it, flow[SIDE_TARGET] back. */
enum { SIDE_TARGET, SIDE_CLIENT };

/* After RELAY of C: take back both sides, and close the target in the way the relay ended: if one
 * side broke off, it must not look like an end to the other. */
void relay_end_target(struct conn *c, struct relay *relay);

/* The result of a connection that RELAY serves. */
struct conn_result relay_result(const struct relay *relay);

/* For a service whose state begins with its relay: stop, moved_ns and measure. */
void relay_conn_stop(struct conn *c);
int64_t relay_conn_moved_ns(struct conn *c);
void relay_conn_measure(struct conn *c, struct conn_result *result);

/* The result of a connection whose RELAY is over; warns about what broke it (conn_complain). */
struct conn_result relay_ended(const struct conn *c, const struct relay *relay);

#endif
