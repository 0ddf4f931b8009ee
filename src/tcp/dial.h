/* SPDX-License-Identifier: ISC */
/* dial.h - connect to an endpoint: race all its addresses according to RFC 8305. */
#ifndef TCP_DIAL_H
#define TCP_DIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/access.h"
#include "core/addr/addr.h"
#include "core/local.h"
#include "core/loop/loop.h"
#include "core/name.h"
#include "core/sock/sock.h"
#include "core/stream/end.h"

struct bytes;

/* How to connect; shared, constant, outlives the dial. */
struct dial_plan {
	int family;		    /* AF_UNSPEC, AF_INET, AF_INET6 */
	int type;		    /* for a Unix socket: SOCK_STREAM, SOCK_SEQPACKET */
	bool numeric;		    /* -n */
	int64_t timeout_ns;	    /* for all addresses and the look-up together; 0: the
				     * system's */
	const struct local *source; /* NULL: any */
	const struct sock_options *options;
	const struct access *targets; /* which addresses may be connected to; NULL: all */
	/* The host's addresses with the port, all of which may be connected to; NULL: look them
	 * up. */
	const struct name_answer *known;
};

struct dial;

/* FD is connected (the callee's from now on) and PEER its address; or -1, then STATUS is the exit
 * status and WHY one line: `cannot connect to example.org:80: connection refused`. The loop may
 * still know FD, and is silent about it: watch it, or pass it to loop_close or loop_forget. Called
 * once, from the loop, never from within dial_start. The dial no longer exists afterwards. */
typedef void dial_fn(
	void *arg, int fd, const struct addr *peer, enum status status, const char *why);

/* The end, for a relay, of FD, which a dial with PLAN has connected to PEER. Not for an inherited
 * one. */
struct end dial_end(const struct dial_plan *plan, int fd, const struct addr *peer);

/* Start connecting to E (which must outlive the dial). Names are looked up in the background;
 * addresses alternate between the families, 250 ms apart, or less if the time limit would otherwise
 * not reach the last one; the first to connect wins. NULL with errno. */
struct dial *dial_start(struct loop *loop, const struct endpoint *e, const struct dial_plan *plan,
	dial_fn *fn, void *arg) CHECKED;

/* Look up names on behalf of OWNER (struct name_query), so that slow names of one client do not
 * hold up others. To be called right after dial_start, if at all. */
void dial_set_owner(struct dial *dial, uint64_t owner);

/* Give up without calling FN. */
void dial_cancel(struct dial *dial);

#endif
