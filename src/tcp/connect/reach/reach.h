/* SPDX-License-Identifier: ISC */
/* reach.h - connect to the peer by whatever path: directly, through a proxy or a command, under
 * TLS, beginning with a PROXY header if asked; and again while --wait has time left. */
#ifndef TCP_CONNECT_REACH_REACH_H
#define TCP_CONNECT_REACH_REACH_H

#include <stdbool.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "core/stream/end.h"
#include "tcp/connect/reach/tls.h"
#include "tcp/connect/reach/via.h"
#include "tcp/dial.h"
#include "tcp/proxy/proxy.h"

/* How; shared, constant, outlives it. */
struct reach_plan {
	/* To the proxy where there is one; its time limits hold until the connection is set up. */
	const struct dial_plan *dial;
	int64_t wait_ns;	    /* try again for so long; 0: once */
	const struct proxy *proxy;  /* NULL: none */
	const char *via;	    /* the command line of --via, expanded; NULL: none */
	int header;		    /* enum proxy_header_version; HANDSHAKE_NO_HEADER */
	const struct tls_plan *tls; /* NULL: none */
};

struct reach;

/* NULL, or an exit status other than STATUS_DONE with one line in WHY: PLAN cannot lead to E,
 * whatever the network says. */
enum status reach_check(
	const struct endpoint *e, const struct reach_plan *plan, struct bytes *why) CHECKED;

/* Start reaching E, which outlives it. FN is called as dial_fn says: once, from the loop; but the
 * reach stays until reach_free. NULL with errno. */
struct reach *reach_start(struct loop *loop, const struct endpoint *e,
	const struct reach_plan *plan, dial_fn *fn, void *arg) CHECKED;

/* After FN had a connection that proved to be of no use: connect once more, after a pause, and call
 * FN again. False: no time is left for that. */
CHECKED bool reach_again(struct reach *reach);

/* The status of an exchange that failed with STATUS for good: where there was a time to wait, that
 * it has passed, which is added to WHY. */
enum status reach_give_up(const struct reach *reach, enum status status, struct bytes *why) CHECKED;

/* What is left of the time to wait, a moment at least; 0: there is none. */
int64_t reach_time_left(const struct reach *reach);

/* The name of the peer for messages where its socket address is not the peer's:
 * `example.org:80 through 127.0.0.1:1080`; else NULL. */
const char *reach_peer_text(struct reach *reach);

/* The socket whose addresses are those of the connection FD that was handed over: FD, unless
 * something stands between. */
int reach_wire(const struct reach *reach, int fd);

/* What the connection FD to PEER is that was handed over, for a relay. */
struct end reach_end(const struct reach *reach, int fd, const struct addr *peer);

/* The connection is closed: FN is called, maybe at once, when a command that carried it has ended
 * too. As via_finish. */
void reach_finish(struct reach *reach, bool patiently, via_fn *fn, void *arg);

/* Give up; FN is not called any more. NULL: nothing. */
void reach_free(struct reach *reach);

#endif
