/* SPDX-License-Identifier: ISC */
/* dial_private.h - one dial, which is a race between the addresses of its endpoint. */
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
	struct attempt single;	  /* where there is but one */
	size_t count, started, failed;
	struct loop_timer next;	   /* the next attempt */
	struct loop_timer timeout; /* of all */
	struct loop_defer begin;
	uint64_t owner; /* of look-ups */
	struct dial_reason reason;
};

/* End D: FD is connected to PEER; or -1, and D's reason says why. D is gone. */
void dial_finish(struct dial *d, int fd, const struct addr *peer);

/* Try the addresses of ANSWER. dial_finish is called once one has won or all have failed, maybe
 * before this returns. */
void dial_race_start(struct dial *d, const struct name_answer *answer);

/* Close what is being tried. */
void dial_race_stop(struct dial *d);

#endif
