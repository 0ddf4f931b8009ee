/* SPDX-License-Identifier: ISC */
/* workers.h - several processes that accept on the same listening sockets, and the one that watches
 * over them.
 *
 * The sockets are inherited rather than opened anew by each with SO_REUSEPORT: so a worker that
 * dies takes no waiting connection with it, and a second start still finds the address in use. The
 * parent serves nobody. A worker that dies is replaced, one that died young after a pause. */
#ifndef TCP_SERVER_WORKERS_H
#define TCP_SERVER_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/checked.h"
#include "core/loop/loop.h"
#include "tcp/server/server.h"

struct worker_figures {
	uint64_t accepted, received_bytes, sent_bytes;
	bool uncounted; /* the bytes, of some connection */
};

/* In a new process, number NUMBER (from 0): free the parent's loop, serve with one of its own, and
 * follow CONTROL (worker_follow). All signals are blocked, until it unblocks what it catches. Does
 * not return. */
typedef void workers_work_fn(void *arg, size_t number, int control);
typedef void workers_fn(void *arg);

struct worker;
struct workers {
	struct loop *loop;
	struct worker *item;
	size_t count, running;
	workers_work_fn *work;
	workers_fn *done; /* all have ended after workers_stop */
	workers_fn *told; /* all that were asked have answered */
	void *arg;
	struct worker_figures ended; /* of those that have */
	size_t asked;		     /* answers that are missing */
	bool stopping;
	bool failed; /* there was none left, nor memory to start one: DONE is called, too */
};

/* Start COUNT workers. WORK, DONE, TOLD and ARG are set by the caller. 0, or -1 with errno; then
 * those that were started are stopped. */
int workers_start(struct workers *w, struct loop *loop, size_t count) CHECKED;

/* Have all stop as by the signal SIGNO; a second time, at once. */
void workers_stop(struct workers *w, int signo);

/* Ask all for their figures. */
void workers_ask(struct workers *w);

/* The sum of what all have told so far. */
void workers_sum(const struct workers *w, struct worker_figures *sum);

void workers_release(struct workers *w);

/* In a worker: its tie to the parent. */
struct worker_tie {
	struct server *server;
	int control;
	bool stopped; /* the parent said so once already */
};

/* Do what the parent says through CONTROL: tell S's figures, stop S, end it at once. Stop when the
 * parent is gone. 0, or -1 with errno. */
int worker_follow(struct worker_tie *tie, struct server *s, int control) CHECKED;

/* Stop S because of SIGNO, which came to this process itself. It may have come to the parent too,
 * and may come again from there: only the parent's second word ends at once. */
void worker_signalled(struct worker_tie *tie, int signo);

/* Tell the parent the figures. */
void worker_tell(struct worker_tie *tie);

#endif
