/* SPDX-License-Identifier: ISC */
/* server.h - accept connections and give each to a service.
 *
 * The server knows limits, lists and life cycles; what a connection gets is the service's. */
#ifndef TCP_SERVER_SERVER_H
#define TCP_SERVER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/access.h"
#include "core/addr/addr.h"
#include "core/listener.h"
#include "core/loop/loop.h"
#include "core/sock/sock.h"
#include "core/stream/relay.h"
#include "tcp/server/conn.h"
#include "tcp/server/conn_limits.h"

struct server;
struct hosts;
struct taps;
struct arrival;

/* One way to serve a connection. */
struct service {
	size_t size;	   /* of the state behind each struct conn, zeroed */
	bool takes_socket; /* conn->fd belongs to the service: conn_end leaves it alone */
	bool gives_socket; /* commands get conn->fd, and may keep it open longer than we do */
	/* It has a relay of its own and attaches the taps to that: standard input and output, and
	 * --forward. All others get them in front (conn_tap_relay_private.h). */
	bool attaches_taps;
	bool keeps_limits; /* it sees to the idle and the total time itself */

	bool one_process;     /* its connections have to do with each other: no --workers */
	bool dials;	      /* it connects to others */
	unsigned descriptors; /* that a connection needs; 0: its own alone */

	/* Serve C: until conn_end, which it may call at once. */
	void (*start)(struct conn *c);

	/* End C now: conn_end is called before this returns. */
	void (*stop)(struct conn *c);

	/* When bytes of C moved last. NULL: the service calls conn_moved. */
	int64_t (*moved_ns)(struct conn *c);

	/* The bytes of C so far into RESULT. NULL: they are not known before its end. */
	void (*measure)(struct conn *c, struct conn_result *result);

	/* All connections have been stopped: let go of what server_keep waits for. May be NULL. */
	void (*give_up)(struct server *s);
};

/* What holds for all connections; outlives the server. */
struct server_plan {
	uint64_t accept_max; /* exit after so many; 0: never */
	uint64_t conns_max;  /* at once; past it, new ones wait in the backlog */
	uint64_t per_host;   /* at once from one address; 0: no limit */
	int64_t grace_ns;
	int64_t accept_timeout_ns; /* stop after so long without any connection; 0: never */
	bool proxy_protocol;	   /* a header names the client of each connection */
	struct conn_limits limits; /* of each connection */
	struct relay_plan relay;   /* of services that have one */
	const struct taps *taps;   /* NULL: none */
	const struct access *access;
	const struct sock_options *options;
};

typedef void server_fn(void *arg);

struct server {
	struct loop *loop;
	const struct server_plan *plan;
	const struct service *service;
	void *config; /* the service's own, shared by its connections */
	struct listeners listeners;
	/* Connections that the service has, and such as it has ended but that taps still carry to
	 * the peer: a service never meets one of those again. */
	struct conn *serving, *leaving;
	struct arrival *arrivals; /* no header yet */
	uint64_t arriving;
	struct hosts *hosts; /* counts for per_host; NULL without it */
	uint64_t accepted, open_count, draining;
	uint64_t received_bytes, sent_bytes; /* of ended connections */
	bool uncounted;			     /* but not of all of them */
	struct loop_timer retry;	     /* accept again after descriptors ran out */
	struct loop_timer grace;
	struct loop_timer lonely; /* accept_timeout_ns, while there is no connection */
	struct loop_defer check;
	unsigned burst;	     /* how many are accepted in a turn */
	unsigned full_turns; /* in a row that found as many, and perhaps more */
	bool paused;	     /* nothing is accepted for now */
	bool full;	     /* descriptors ran out */
	bool full_said;
	bool stopping;	 /* nothing will be accepted any more */
	bool never_came; /* stopped by accept_timeout_ns without one connection ever */
	int signo;	 /* the signal that stopped it; 0 */
	server_fn *done;
	void *arg;
};

/* Serve the connections of S->listeners, which the caller has opened. DONE is called once nothing
 * is left to do: the last of accept_max was served, or a signal came and the grace is over. 0, or
 * -1 with errno. */
int server_start(struct server *s, server_fn *done, void *arg) CHECKED;

/* Accept no more; done once what is open has ended. */
void server_finish(struct server *s);

/* Accept no more because of the signal SIGNO; let what is open finish. Close what is left after the
 * plan's grace. */
void server_stop(struct server *s, int signo);

/* End everything at once. */
void server_abort(struct server *s);

/* Serve what was ACCEPTED. Takes its socket over. */
void server_serve(struct server *s, const struct accepted *accepted);

/* S's service has ended C: it is leaving. For conn_end alone. */
void server_leave(struct server *s, struct conn *c);

/* C, which is about to be freed, is no connection of S any more. For conn_finish alone. */
void server_lost(struct server *s, struct conn *c);

/* One of the arrivals is none any more. */
void server_arrived(struct server *s);

/* Take new connections again, or none for now (the standard-input mode serves one at a time). */
void server_pause(struct server *s, bool paused);

/* S is not done before as many calls of server_let_go, unless give_up was called. */
void server_keep(struct server *s);
void server_let_go(struct server *s);

/* The bytes of all connections, ended ones and (where the service can tell) open ones; brings
 * S->uncounted up to date. */
void server_measure(struct server *s, uint64_t *received, uint64_t *sent);

/* Close the listeners and free what belongs to S. */
void server_release(struct server *s);

#endif
