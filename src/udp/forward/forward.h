/* SPDX-License-Identifier: ISC */
/* forward.h - pass datagrams on to one or several targets: each sender has a session, with a
 * separate socket for each target. */
#ifndef UDP_FORWARD_FORWARD_H
#define UDP_FORWARD_FORWARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/table.h"
#include "core/loop/loop.h"
#include "core/sock/sock.h"
#include "udp/format.h"
#include "udp/gate.h"
#include "udp/port.h"
#include "udp/target.h"

struct forward_session;
struct keep_source;

struct forward {
	struct loop *loop;
	const struct target *targets; /* each gets every datagram */
	size_t target_count;
	const struct sock_options *options; /* for the sockets towards them */
	int64_t timeout_ns;		    /* after which a silent session ends */
	size_t sessions_max;
	struct gate *takes;		 /* closed while a datagram waits to be passed on */
	struct gate *works;		 /* closed while there are sessions */
	struct keep_source *keep_source; /* instead of sessions; NULL: none */

	unsigned char *buffer;
	struct table sessions;			 /* by sender */
	struct forward_session *oldest, *newest; /* in the order in which they last moved */
	struct loop_timer silence;		 /* for the oldest */
	size_t stalled;				 /* sessions whose answers wait for their port */
	uint64_t opened;			 /* sessions so far */
	bool finishing;				 /* no more datagrams come */
};

/* Prepare; the caller has set the members from LOOP to WORKS. 0, or -1 with errno ENOMEM. */
int forward_init(struct forward *f) CHECKED;

/* End all sessions; REASON goes into their `closed` events. */
void forward_release(struct forward *f, const char *reason);

/* Pass D, which came through PORT, on to all targets, and from now on pass their answers back to
 * its sender, from the address that the sender used. If there are SESSIONS_MAX senders already, the
 * one that has been idle longest makes room. */
void forward_take(struct forward *f, struct port *port, const struct datagram *d);

/* No more datagrams come: from now on, a session ends at once if all its targets have refused what
 * it sent and so will not answer; the others end once they have been silent, as before. */
void forward_finish(struct forward *f);

/* The ports can send again. */
void forward_resume(struct forward *f);

#endif
