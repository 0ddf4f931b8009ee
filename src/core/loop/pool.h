/* SPDX-License-Identifier: ISC */
/* pool.h - blocking work on a few threads, its end told to the loop.
 *
 * One pool a process, for one loop at a time. Its threads are made when there is work for them and
 * then wait for more. Threads do not survive fork(2): who forks does so before the first task. */
#ifndef CORE_LOOP_POOL_H
#define CORE_LOOP_POOL_H

struct loop;

enum pool_task_state { POOL_TASK_WAITS, POOL_TASK_RUNS, POOL_TASK_FINISHED, POOL_TASK_ABANDONED };

/* A piece of work, embedded in what it is about. */
struct pool_task {
	void (*work)(struct pool_task *task); /* on a thread that takes no signals */
	void (*done)(struct pool_task *task); /* in the loop; TASK is the caller's again */
	void (*drop)(struct pool_task *task); /* instead of DONE, on any thread: frees it */

	/* The pool's own. */
	struct pool_task *next;
	enum pool_task_state state;
};

/* No more than THREADS are to be at work at once; 8 unless told. */
void pool_limit(unsigned threads);

/* Have TASK done, DONE called from LOOP. 0, or -1 with errno: there is no thread at all. */
int pool_start(struct loop *loop, struct pool_task *task);

/* DONE is not to be called any more; DROP is, now or when WORK returns. A thread at work on TASK,
 * which nothing can stop, is left to itself, and another may take its place. */
void pool_abandon(struct pool_task *task);

/* Abandon all tasks, before their loop is freed, and see the threads end that are not at work. */
void pool_close(void);

#endif
