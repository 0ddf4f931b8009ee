/* SPDX-License-Identifier: ISC */
/* pool.h - blocking work on threads, which report to the loop when it is done.
 *
 * This is for calls that cannot be cancelled, above all getaddrinfo(3), which may wait half a
 * minute for a silent server. Processes instead of threads could be killed, but a server in its
 * sandbox must not fork, and they would keep its sockets open. A built-in DNS client would know
 * other names than the rest of this host (nsswitch.conf, mDNS, search lists). Therefore threads are
 * used, and these rules keep slow work from holding up the rest:
 *
 *   - A thread at work holds one of a few places. It loses the place, not its work, after
 *     POOL_SLOW_NS or when the work is abandoned; then another thread may have it.
 *   - At most POOL_SLOW_MOST threads are at work without a place.
 *   - Owners take turns, and one owner never has more than POOL_OWNER_MOST threads at work, with
 *     those on work that it has abandoned.
 *   - The time limit of a task counts from when a thread takes it, not while it waits.
 *
 * There is one pool in a process, for one loop at a time. Threads are started when there is work
 * and then wait for more. Threads do not survive fork(2): fork before the first task. */
#ifndef CORE_LOOP_POOL_H
#define CORE_LOOP_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"

struct loop;
struct pool_owner;

enum { POOL_PLACES = 8, POOL_SLOW_MOST = 512, POOL_OWNER_MOST = 8, POOL_SLOW_NS = 50000000 };

enum pool_task_state {
	POOL_TASK_WAITS,
	POOL_TASK_RUNS,
	POOL_TASK_FINISHED,
	POOL_TASK_LATE,
	POOL_TASK_ABANDONED
};

/* A piece of work, embedded in the object it concerns. Zeroed except for what the caller sets. */
struct pool_task {
	void (*work)(struct pool_task *task); /* on a thread that takes no signals */
	void (*done)(struct pool_task *task); /* in the loop; TASK is the caller's again */
	void (*drop)(struct pool_task *task); /* on any thread: free TASK, which was abandoned */

	/* In the loop, instead of DONE, once TIME_NS have passed since WORK began: from then on
	 * TASK counts as abandoned, and WORK may still be running. Only with TIME_NS. */
	void (*late)(struct pool_task *task);
	int64_t time_ns; /* 0: no limit */

	/* On whose behalf the work is done: a hash, for example of the client's address. 0: the
	 * program itself, to which POOL_OWNER_MOST does not apply. */
	uint64_t owner;

	/* The pool's own. */
	struct pool_task *next;
	struct pool_owner *account;
	int64_t begun_ns;
	enum pool_task_state state;
	bool slow, returned;
};

/* Use PLACES places instead of POOL_PLACES. STRICT: slow work keeps its place until it is late or
 * abandoned. */
void pool_limit(unsigned places, bool strict);

/* Queue TASK; DONE is called from LOOP. 0, or -1 with errno: there is no memory, or no thread at
 * all. */
CHECKED int pool_start(struct loop *loop, struct pool_task *task);

/* From now on DONE and LATE will not be called; DROP will be, now or when WORK returns. Not to be
 * called for a task whose LATE was called. */
void pool_abandon(struct pool_task *task);

/* Abandon all tasks and wait for the threads that are not at work. To be called before the loop is
 * freed. */
void pool_close(void);

#endif
