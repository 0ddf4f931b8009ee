/* SPDX-License-Identifier: ISC */
/* dial_private.h - one dial: a race between the addresses of its endpoint. */
#ifndef TCP_DIAL_PRIVATE_H
#define TCP_DIAL_PRIVATE_H

#include <stddef.h>
#include <stdint.h>

#include "tcp/dial.h"
#include "tcp/dial_reason.h"

/* One address being tried. */
struct attempt {
	struct dial *dial;
	struct addr addr;
	int fd;			 /* -1: not started, or failed */
	struct loop_timer again; /* a Unix listener's backlog was full */
};

struct dial {
	struct loop *loop;
	const struct endpoint *endpoint;
	const struct dial_plan *plan;
	dial_fn *fn;
	void *arg;
	struct name_request *request;
	struct attempt *attempts; /* in the order in which they are to be tried */
	struct attempt single;	  /* used if there is only one */
	size_t count, started, failed;
	struct loop_timer next;	   /* the next attempt */
	struct loop_timer timeout; /* for all of them */
	struct loop_defer begin;
	uint64_t owner; /* for look-ups */
	struct dial_reason reason;
};

/* End and free D: FD is connected to PEER; or FD is -1, and D's reason tells why. */
void dial_finish(struct dial *d, int fd, const struct addr *peer);

/* Try the addresses of ANSWER. dial_finish is called once one has won or all have failed, maybe
 * before this returns. */
void dial_race_start(struct dial *d, const struct name_answer *answer);

/* Close the sockets that are being tried. */
void dial_race_stop(struct dial *d);

#endif
