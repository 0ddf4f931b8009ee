/* SPDX-License-Identifier: ISC */
/* conn.h - a connection that a server has accepted, from beginning to end: conn_new, conn_begin
 * (the service has it), conn_end (the service is done), conn_finish (closed). */
#ifndef TCP_SERVER_CONN_H
#define TCP_SERVER_CONN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "core/stream/end.h"

struct conn_tap_relay;
struct server;

/* A connection; the service's state follows it (conn_state). */
struct conn {
	struct server *server;
	struct conn *next, **link; /* in one of the server's lists */
	uint64_t id;
	int64_t started_ns, moved_ns; /* when it was accepted; when bytes last moved */
	const char *cut;	      /* conn_stop: the reason; NULL: it is not being stopped */
	int fd;
	struct conn_tap_relay *tap_relay; /* taps between FD and the peer; NULL: none */
	uint8_t kind;			  /* of FD: enum end_kind */
	bool has_rare;			  /* a struct conn_rare follows the service's state */
	/* The peer's address in compact form: there may be many connections. */
	uint8_t peer_size;
	unsigned char peer[sizeof(struct sockaddr_in6)];
};

/* What few connections need. */
struct conn_rare {
	struct loop_timer limit;
	uint32_t undelivered; /* bytes on their way to the client when last looked at */
	/* The address that the peer asked for, if a PROXY header named it; size 0: the socket's. */
	uint8_t local_size;
	unsigned char local[sizeof(struct sockaddr_in6)];
};

/* How a connection is closed: at once, because the peer has ended; after discarding what it still
 * sends; or so that the peer sees that it broke off. One with CONN_CLOSE and a reason other than
 * `done` is closed in the last way too. */
enum conn_ending { CONN_CLOSE, CONN_DRAIN, CONN_ABORT };

/* The outcome of a connection. */
struct conn_result {
	const char *reason; /* done, reset, timeout, limit, signal, error */
	uint64_t received_bytes, sent_bytes;
	bool uncounted; /* the bytes are not known */
	enum conn_ending ending;
};

/* What has been accepted, and is not a struct conn yet. */
struct accepted {
	int fd;
	enum end_kind kind;
	struct addr peer;
	struct addr local; /* the local address named by a PROXY header; size 0: that of FD */
};

/* The service's state for C. */
void *conn_state(struct conn *c);

/* The rarely needed part of C; NULL: none. */
struct conn_rare *conn_rare(const struct conn *c);

/* The peer's address, and its text for messages (`127.0.0.1:48437`, `unix:`). */
void conn_peer(const struct conn *c, struct addr *peer);
const char *conn_peer_text(const struct conn *c, char out[ADDR_TEXT]);

/* The address that the peer connected to, as far as known: the one that a PROXY header names, or
 * else the socket's. Size 0: none. */
void conn_local(const struct conn *c, struct addr *local);

/* Bytes of C moved: its idle time starts again. Costs next to nothing. */
void conn_moved(struct conn *c);

/* The service is done with C: report, close, free. C no longer exists afterwards. */
void conn_end(struct conn *c, const struct conn_result *result);

/* C could not be served: end it so that the peer sees that it broke off; conn_fail also warns about
 * ERR. */
void conn_break(struct conn *c);
void conn_fail(struct conn *c, int err);

/* Send as many as possible now of the SIZE bytes at DATA, from *SENT on, which is updated. 0, or an
 * errno. */
int conn_send(struct conn *c, const void *data, size_t size, size_t *sent) CHECKED;

/* Close another socket that belonged to C, as drain_abort does: the server waits for it. */
void conn_abort(struct conn *c, int fd);

/* The reason, for a result, why a connection that ERR (an errno) broke has ended: reset or
 * error. */
const char *conn_reason(int err);

/* C->fd as an end for a relay. */
struct end conn_end_point(const struct conn *c);

/* The connection itself, even if C->fd is something in front of it. */
int conn_wire(const struct conn *c);

/* The last part of conn_end, called at once or when everything is carried to the peer. */
void conn_finish(struct conn *c, const struct conn_result *result);

/* Warn that ERR has broken C, unless the client has merely left. Returns conn_reason(ERR). */
const char *conn_complain(const struct conn *c, int err);

/* A warning about C, `127.0.0.1:48437: TEXT`, whose kind is FORMAT (log_warning). */
void conn_warn(const struct conn *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The functions below are only for the server.
 *
 * Make a connection of S from FROM, with room for the service's state; it is in no list yet. NULL
 * with errno ENOMEM, and the socket remains the caller's. */
struct conn *conn_new(struct server *s, const struct accepted *from) CHECKED;

/* Log the new connection. */
void conn_announce(const struct conn *c);

/* Give it to the service, behind taps if there are any. C may no longer exist afterwards. */
void conn_begin(struct conn *c);

/* End it now, because of REASON (timeout, limit, signal, error), so that the peer sees that it was
 * cut off. C may no longer exist afterwards. */
void conn_stop(struct conn *c, const char *reason);

/* When bytes of C last moved. */
int64_t conn_moved_ns(struct conn *c);

/* Store its bytes so far, if known, in RESULT. */
void conn_measure(struct conn *c, struct conn_result *result);

#endif
