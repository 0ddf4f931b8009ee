/* SPDX-License-Identifier: ISC */
/* pool_queue.h - the pool's tasks that wait for a thread, and whose turn it is.
 *
 * Owners take turns; the tasks of one owner keep their order. An owner that has as many threads at
 * work as it may have is skipped. There is no lock here: callers hold the pool's. */
#ifndef CORE_LOOP_POOL_QUEUE_H
#define CORE_LOOP_POOL_QUEUE_H

#include <stddef.h>

#include "base/checked.h"
#include "base/table.h"
#include "core/loop/pool.h"

/* A list of owners; each is in at most one. */
struct pool_owner_list {
	struct pool_owner *first, *last;
};

/* Zeroed before first use. */
struct pool_queue {
	struct table owners;		/* each has tasks or threads */
	struct pool_owner_list turn;	/* those whose next task may be taken */
	struct pool_owner_list limited; /* those that have tasks but enough threads at work */
	size_t count;			/* tasks that wait */
	size_t takeable;		/* those of them that threads could take now */
};

/* Add TASK after those of its owner. 0, or -1 with errno ENOMEM. */
CHECKED int pool_queue_add(struct pool_queue *queue, struct pool_task *task);

/* Take the next task for a thread, which counts for TASK->account until pool_queue_release. NULL:
 * none may be taken. */
struct pool_task *pool_queue_take(struct pool_queue *queue);

/* Remove TASK, which waits. */
void pool_queue_remove(struct pool_queue *queue, struct pool_task *task);

/* Some task that waits, for pool_queue_remove; NULL: none. */
struct pool_task *pool_queue_any(const struct pool_queue *queue);

/* The thread that took a task of ACCOUNT is done with it. */
void pool_queue_release(struct pool_queue *queue, struct pool_owner *account);

#endif
