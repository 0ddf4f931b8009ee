/* SPDX-License-Identifier: ISC */
/* workers.h - several processes that accept on the same listening sockets, and their supervisor.
 *
 * The workers inherit the sockets instead of each opening its own with SO_REUSEPORT: so when a
 * worker dies no waiting connection is lost, and a second start still finds the address in use. The
 * parent serves nobody. A worker that dies is replaced; if it died young, after a pause. */
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
	bool uncounted; /* the bytes of some connection are not known */
};

/* In a new process, number NUMBER (from 0): free the parent's loop, serve with its own, and follow
 * CONTROL (worker_follow). All signals are blocked, until it unblocks what it catches. Does not
 * return. */
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
	struct worker_figures ended; /* of those that have ended */
	size_t asked;		     /* answers that are missing */
	bool stopping;
	bool failed; /* none was left, and there was no memory to start one: DONE is called too */
};

/* Start COUNT workers. The caller has set WORK, DONE, TOLD and ARG. 0, or -1 with errno; those that
 * were started are then stopped. */
int workers_start(struct workers *w, struct loop *loop, size_t count) CHECKED;

/* Stop all as by the signal SIGNO; the second call, at once. */
void workers_stop(struct workers *w, int signo);

/* Ask all for their figures. */
void workers_ask(struct workers *w);

/* The sum of what all have reported so far. */
void workers_sum(const struct workers *w, struct worker_figures *sum);

void workers_release(struct workers *w);

/* In a worker: its tie to the parent. */
struct worker_tie {
	struct server *server;
	int control;
	bool stopped; /* the parent has already said so once */
};

/* Obey the parent's messages from CONTROL: report S's figures, stop S, end it at once. Stop when
 * the parent is gone. 0, or -1 with errno. */
int worker_follow(struct worker_tie *tie, struct server *s, int control) CHECKED;

/* Stop S because this process received SIGNO. The parent may have received it too and pass it on:
 * only the parent's second message ends S at once. */
void worker_signalled(struct worker_tie *tie, int signo);

/* Report the figures to the parent. */
void worker_tell(struct worker_tie *tie);

#endif
