/* SPDX-License-Identifier: ISC */
/* forward.h - pass datagrams on to one or several targets: a session, with a socket of its own for
 * each target, for each sender. */
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
	int64_t timeout_ns;		    /* of a session that is silent */
	size_t sessions_max;
	struct gate *takes;		 /* closed while a datagram waits to be passed on */
	struct gate *works;		 /* closed while there are sessions */
	struct keep_source *keep_source; /* in place of sessions; NULL: none */

	unsigned char *buffer;
	struct table sessions;			 /* by sender */
	struct forward_session *oldest, *newest; /* by when they last moved */
	struct loop_timer silence;		 /* of the oldest */
	size_t stalled;				 /* sessions whose answers wait for their port */
	uint64_t opened;			 /* sessions so far */
	bool finishing;				 /* no more datagrams come */
};

/* Prepare; LOOP to WORKS are set already. 0, or -1 with errno ENOMEM. */
int forward_init(struct forward *f) CHECKED;

/* End all sessions; REASON is that of their `closed` events. */
void forward_release(struct forward *f, const char *reason);

/* Pass D, which came through PORT, on to all targets, and from now on what they answer back to its
 * sender, from the address that it asked. When there are SESSIONS_MAX senders already, the one that
 * has been idle longest makes room. */
void forward_take(struct forward *f, struct port *port, const struct datagram *d);

/* No more datagrams come: a session all of whose targets have refused what it sent, and so will not
 * answer, ends at once from now on, the others once they have been silent as before. */
void forward_finish(struct forward *f);

/* The ports can send again. */
void forward_resume(struct forward *f);

#endif
