/* SPDX-License-Identifier: ISC */
/* conn.h - a connection that a server has accepted, from its beginning to its end: conn_new,
 * conn_begin (the service has it), conn_end (the service is finished), conn_finish (closed). */
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
	int64_t started_ns, moved_ns; /* when it was accepted; when bytes moved last */
	const char *cut;	      /* conn_stop: the reason; NULL: it is not being stopped */
	int fd;
	struct conn_tap_relay *tap_relay; /* taps between FD and the peer; NULL: none */
	uint8_t kind;			  /* of FD: enum end_kind */
	bool has_rare; /* there is a struct conn_rare behind the service's state */
	/* The peer's address in little room: there may be many. */
	uint8_t peer_size;
	unsigned char peer[sizeof(struct sockaddr_in6)];
};

/* What few connections need. */
struct conn_rare {
	struct loop_timer limit;
	/* The address that the peer asked for, where a PROXY header named it; size 0: the socket's
	 * own. */
	uint8_t local_size;
	unsigned char local[sizeof(struct sockaddr_in6)];
};

/* How a connection is closed: at once, the peer having ended; after discarding what it still sends;
 * or such that the peer sees that it broke off. What ends at once for another reason than `done`
 * does the last, too. */
enum conn_ending { CONN_CLOSE, CONN_DRAIN, CONN_ABORT };

/* What became of a connection. */
struct conn_result {
	const char *reason; /* done, reset, timeout, limit, signal, error */
	uint64_t received_bytes, sent_bytes;
	bool uncounted; /* the bytes are not known */
	enum conn_ending ending;
};

/* What has been accepted, and is no connection yet. */
struct accepted {
	int fd;
	enum end_kind kind;
	struct addr peer;
	struct addr local; /* what a PROXY header said of its other end; size 0: FD knows it */
};

/* The service's state of C. */
void *conn_state(struct conn *c);

/* What C has besides; NULL: nothing. */
struct conn_rare *conn_rare(const struct conn *c);

/* The peer's address, and its text for messages (`127.0.0.1:48437`, `unix:`). */
void conn_peer(const struct conn *c, struct addr *peer);
const char *conn_peer_text(const struct conn *c, char out[ADDR_TEXT]);

/* The address that the peer connected to, as far as is known: a PROXY header's word for it, else
 * the socket's. Size 0: it has none. */
void conn_local(const struct conn *c, struct addr *local);

/* Bytes of C moved: its idle time begins anew. Costs nothing. */
void conn_moved(struct conn *c);

/* The service is finished with C: report, close, free. C is gone after it. */
void conn_end(struct conn *c, const struct conn_result *result);

/* C could not be served: end it such that the peer sees that it broke off. Or the same with a
 * warning that says ERR. */
void conn_break(struct conn *c);
void conn_fail(struct conn *c, int err);

/* Send what can be sent now of the SIZE bytes at DATA, from *SENT on, which follows. 0, or an
 * errno.
 */
int conn_send(struct conn *c, const void *data, size_t size, size_t *sent) CHECKED;

/* Close another socket that belonged to C, as drain_abort does: the server waits for it. */
void conn_abort(struct conn *c, int fd);

/* The reason, for a result, of a connection that ERR (an errno) broke: reset or error. */
const char *conn_reason(int err);

/* C->fd, as a relay takes it. */
struct end conn_end_point(const struct conn *c);

/* The connection itself, where C->fd may be something in front of it. */
int conn_wire(const struct conn *c);

/* The end of conn_end, which alone calls it: at once, or when all is carried to the peer. */
void conn_finish(struct conn *c, const struct conn_result *result);

/* Warn that ERR has broken C, unless it is the client that has gone. Returns conn_reason(ERR). */
const char *conn_complain(const struct conn *c, int err);

/* A warning about C, `127.0.0.1:48437: TEXT`, whose kind is FORMAT (log_warning). */
void conn_warn(const struct conn *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What follows is for the server alone.
 *
 * The connection of S that FROM became, with room for the service's state; in no list yet. NULL
 * with errno ENOMEM, and its socket stays the caller's. */
struct conn *conn_new(struct server *s, const struct accepted *from) CHECKED;

/* Log that it is there. */
void conn_announce(const struct conn *c);

/* Give it to the service, behind taps if there are any. C may be gone after it. */
void conn_begin(struct conn *c);

/* End it now, because of REASON (timeout, limit, signal, error): such that the peer sees that it
 * was cut off. C may be gone after it. */
void conn_stop(struct conn *c, const char *reason);

/* When bytes of C moved last. */
int64_t conn_moved_ns(struct conn *c);

/* Its bytes so far, where they are known, into RESULT. */
void conn_measure(struct conn *c, struct conn_result *result);

#endif
