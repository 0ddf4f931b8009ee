/* SPDX-License-Identifier: ISC */
/* pool.h - blocking work on threads, its end reported to the loop.
 *
 * This is for calls that cannot be cancelled, above all getaddrinfo(3), which may wait half a
 * minute for a server that is silent. Processes could be killed instead, but a server in its
 * sandbox must not fork, and they would hold its sockets. A DNS client of our own would know other
 * names than the rest of this host does (nsswitch.conf, mDNS, search lists). So there are threads,
 * and these rules keep slow work from holding up the rest:
 *
 *   - A thread at work holds one of a few places. It loses the place, not its work, after
 *     POOL_SLOW_NS or when the work is abandoned; then another thread may have it.
 *   - At most POOL_SLOW_MOST threads are at work without a place.
 *   - Owners take turns, and one owner never has more than POOL_OWNER_MOST threads at work, with
 *     those on work that it has abandoned.
 *   - The time that a task has is counted from when a thread takes it, not while it waits.
 *
 * There is one pool in a process, for one loop at a time. Its threads are started when there is
 * work and then wait for more. Threads do not survive fork(2): fork before the first task. */
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

/* A piece of work, embedded in what it is about. Zeroed but for what the caller sets. */
struct pool_task {
	void (*work)(struct pool_task *task); /* on a thread that takes no signals */
	void (*done)(struct pool_task *task); /* in the loop; TASK is the caller's again */
	void (*drop)(struct pool_task *task); /* on any thread: frees TASK, which was abandoned */

	/* In the loop, in place of DONE, once TIME_NS have passed since WORK began: TASK counts as
	 * abandoned from here on. WORK may still be running. Only with TIME_NS. */
	void (*late)(struct pool_task *task);
	int64_t time_ns; /* 0: no limit */

	/* On whose behalf: a hash, of the client's address for example. 0: the program itself, to
	 * which POOL_OWNER_MOST does not apply. */
	uint64_t owner;

	/* The pool's own. */
	struct pool_task *next;
	struct pool_owner *account;
	int64_t begun_ns;
	enum pool_task_state state;
	bool slow, returned;
};

/* Have PLACES places instead of POOL_PLACES. STRICT: slow work keeps its place until it is late or
 * abandoned. */
void pool_limit(unsigned places, bool strict);

/* Have TASK done, DONE called from LOOP. 0, or -1 with errno: there is no memory, or no thread at
 * all. */
CHECKED int pool_start(struct loop *loop, struct pool_task *task);

/* DONE and LATE will not be called any more; DROP will be, now or when WORK returns. Not for a task
 * that LATE was called for. */
void pool_abandon(struct pool_task *task);

/* Abandon all tasks, before their loop is freed, and wait for the threads that are not at work. */
void pool_close(void);

#endif
