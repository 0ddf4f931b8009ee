/* SPDX-License-Identifier: ISC */
/* pool.h - blocking work on a few threads, its end told to the loop. */
#ifndef NAMES_POOL_H
#define NAMES_POOL_H

#include <stdbool.h>

struct loop;
struct pool;

/* A piece of work, embedded in what it is about. */
struct pool_task {
	struct pool_task *next;
	void (*work)(struct pool_task *task); /* on a thread */
	void (*done)(struct pool_task *task); /* in the loop; TASK is the caller's again */
	void (*drop)(struct pool_task *task); /* instead of DONE, once abandoned: frees it */
	bool running, abandoned;
};

/* At most THREADS at work for LOOP. One pool a process, and it lasts as long: threads that nothing
 * can stop may be left in it. */
void pool_setup(struct loop *loop, unsigned threads);

/* Have TASK done. 0, or -1 with errno: there is no thread at all. */
int pool_start(struct pool_task *task);

/* DONE is not to be called any more. A thread at work on TASK is left to itself, and another may
 * take its place. */
void pool_abandon(struct pool_task *task);

/* Call no DONE any more: the loop is about to go. What waits is dropped, what is at work will be.
 */
void pool_close(void);

#endif
