/* SPDX-License-Identifier: ISC */
/* server.h - accept connections and give each to a service.
 *
 * The server handles limits, lists and life cycles; the service decides what a connection gets. */
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
	size_t size;	   /* of the state after each struct conn, zeroed */
	bool takes_socket; /* conn->fd belongs to the service: conn_end does not touch it */
	bool gives_socket; /* commands get conn->fd, and may keep it open longer than the server */
	/* It has its own relay and attaches the taps to that: standard input and output, and
	 * --forward. For all others they are put in front (conn_tap_relay_private.h). */
	bool attaches_taps;
	bool keeps_limits; /* it handles the idle and the total time itself */

	bool one_process;     /* its connections depend on each other: no --workers */
	bool dials;	      /* it connects to others */
	unsigned descriptors; /* that a connection needs; 0: only its own */

	/* Serve C until conn_end, which it may call at once. */
	void (*start)(struct conn *c);

	/* End C now: conn_end is called before this returns. */
	void (*stop)(struct conn *c);

	/* When bytes of C last moved. NULL: the service calls conn_moved. */
	int64_t (*moved_ns)(struct conn *c);

	/* Store the bytes of C so far in RESULT. NULL: they are not known before its end. */
	void (*measure)(struct conn *c, struct conn_result *result);

	/* All connections have been stopped: give up what server_keep waits for. May be NULL. */
	void (*give_up)(struct server *s);
};

/* The parameters for all connections; outlives the server. */
struct server_plan {
	uint64_t accept_max; /* exit after this many; 0: never */
	uint64_t conns_max;  /* at once; beyond that, new ones wait in the backlog */
	uint64_t per_host;   /* at once from one address; 0: no limit */
	int64_t grace_ns;
	int64_t accept_timeout_ns; /* stop after this long without any connection; 0: never */
	bool proxy_protocol;	   /* a header names the client of each connection */
	struct conn_limits limits; /* of each connection */
	struct relay_plan relay;   /* for services that have one */
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
	/* Connections that the service has; and connections that it has ended but whose bytes taps
	 * still carry to the peer: a service never sees one of those again. */
	struct conn *serving, *leaving;
	struct arrival *arrivals; /* no header yet */
	uint64_t arriving;
	struct hosts *hosts; /* counts for per_host; NULL without it */
	uint64_t accepted, open_count, draining;
	uint64_t received_bytes, sent_bytes; /* of ended connections */
	bool uncounted;			     /* the bytes of some of them are not known */
	struct loop_timer retry;	     /* accept again after descriptors ran out */
	struct loop_timer grace;
	struct loop_timer lonely; /* accept_timeout_ns, while there is no connection */
	struct loop_defer check;
	unsigned burst;	     /* how many are accepted per turn */
	unsigned full_turns; /* successive turns that found as many, and perhaps more */
	bool paused;	     /* nothing is accepted for now */
	bool full;	     /* descriptors ran out */
	bool full_said;
	bool stopping;	 /* nothing will be accepted from now on */
	bool never_came; /* stopped by accept_timeout_ns without ever having had a connection */
	int signo;	 /* the signal that stopped it; 0: none */
	server_fn *done;
	void *arg;
};

/* Serve the connections of S->listeners, which the caller has opened. DONE is called once nothing
 * is left to do: the last of accept_max connections was served, or a signal came and the grace
 * period is over. 0, or -1 with errno. */
int server_start(struct server *s, server_fn *done, void *arg) CHECKED;

/* Stop accepting; S is done once what is open has ended. */
void server_finish(struct server *s);

/* Stop accepting because of the signal SIGNO, and let what is open finish; close what is left after
 * the plan's grace period. */
void server_stop(struct server *s, int signo);

/* End everything at once. */
void server_abort(struct server *s);

/* Serve the ACCEPTED connection. Takes over its socket. */
void server_serve(struct server *s, const struct accepted *accepted);

/* S's service has ended C: it is leaving. Only for conn_end. */
void server_leave(struct server *s, struct conn *c);

/* C, which is about to be freed, is no longer a connection of S. Only for conn_finish. */
void server_lost(struct server *s, struct conn *c);

/* One of the arrivals is no longer one. */
void server_arrived(struct server *s);

/* Stop accepting new connections for now, or accept them again (the standard-input mode serves one
 * at a time). */
void server_pause(struct server *s, bool paused);

/* Each server_keep keeps S from being done until a server_let_go, unless give_up was called. */
void server_keep(struct server *s);
void server_let_go(struct server *s);

/* The bytes of all connections, both ended ones and (if the service can tell) open ones; updates
 * S->uncounted. */
void server_measure(struct server *s, uint64_t *received, uint64_t *sent);

/* Close the listeners and free what belongs to S. */
void server_release(struct server *s);

#endif
