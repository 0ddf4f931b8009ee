/* SPDX-License-Identifier: ISC */
/* reach.h - connect to the peer by whatever path: directly, through a proxy or a command, over TLS,
 * and starting with a PROXY header if asked; and try again while --wait has time left. */
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

/* How to reach it; shared, constant, outlives it. */
struct reach_plan {
	/* To the proxy if there is one; its time limits apply until the connection is set up. */
	const struct dial_plan *dial;
	int64_t wait_ns;	    /* keep trying for this long; 0: try once */
	const struct proxy *proxy;  /* NULL: none */
	const char *via;	    /* the command line of --via, expanded; NULL: none */
	int header;		    /* enum proxy_header_version; HANDSHAKE_NO_HEADER */
	const struct tls_plan *tls; /* NULL: none */
};

struct reach;

/* An exit status: STATUS_DONE, or another with one line in WHY: PLAN cannot lead to E, whatever the
 * network does. */
enum status reach_check(
	const struct endpoint *e, const struct reach_plan *plan, struct bytes *why) CHECKED;

/* Start reaching E, which must outlive the reach. FN is called once, from the loop, as dial_fn
 * describes, but the reach remains until reach_free. NULL with errno. */
struct reach *reach_start(struct loop *loop, const struct endpoint *e,
	const struct reach_plan *plan, dial_fn *fn, void *arg) CHECKED;

/* After FN got a connection that turned out to be useless: connect once more, after a pause, and
 * call FN again. False: there is no time left for that. */
CHECKED bool reach_again(struct reach *reach);

/* The status of an exchange that finally failed with STATUS: if there was a time to wait, that of
 * its having passed, which is added to WHY. */
enum status reach_give_up(const struct reach *reach, enum status status, struct bytes *why) CHECKED;

/* What is left of the time to wait, at least a moment; 0: there was no time to wait. */
int64_t reach_time_left(const struct reach *reach);

/* The name of the peer for messages if the socket's address is not the peer's: `example.org:80
 * through 127.0.0.1:1080`; else NULL. */
const char *reach_peer_text(struct reach *reach);

/* The socket whose addresses are those of the connection FD that was handed over: FD itself, unless
 * something is in between. */
int reach_wire(const struct reach *reach, int fd);

/* The end, for a relay, of the connection FD to PEER that was handed over. */
struct end reach_end(const struct reach *reach, int fd, const struct addr *peer);

/* The connection is closed: call FN, maybe at once, when a command that carried it has ended too.
 * As via_finish. */
void reach_finish(struct reach *reach, bool patiently, via_fn *fn, void *arg);

/* Give up; FN will not be called. NULL does nothing. */
void reach_free(struct reach *reach);

#endif
