/* SPDX-License-Identifier: ISC */
/* pool.c - blocking work on a few threads, its end told to the loop. */
#include "core/loop/pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/loop/loop.h"

enum {
	THREADS_MOST = 8,	/* more of them stall in musl's resolver */
	STACK_BYTES = 1 << 20,	/* modules of the name service switch may want much */
	LEFT_BEHIND_MOST = 256, /* threads at work in vain, in whose place others may be made */
};

struct task_list {
	struct pool_task *first, **last;
	size_t count;
};

/* All of it, and the state of the tasks, is under the lock. A thread that ends joins the one that
 * ended before it. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t work, ending;
	struct loop *loop; /* NULL: closed */
	struct loop_post post;
	struct task_list waiting, running, finished;
	unsigned threads_most, threads, idle;
	unsigned left_behind; /* at work on what was abandoned; not among THREADS */
	pthread_t ended;
	bool has_ended;
} pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.work = PTHREAD_COND_INITIALIZER,
	.ending = PTHREAD_COND_INITIALIZER,
	.waiting.last = &pool.waiting.first,
	.running.last = &pool.running.first,
	.finished.last = &pool.finished.first,
	.threads_most = THREADS_MOST,
};

static void append(struct task_list *list, struct pool_task *task, enum pool_task_state state)
{
	task->next = NULL;
	task->state = state;
	*list->last = task;
	list->last = &task->next;
	list->count++;
}

/* TASK is in LIST. */
static void take(struct task_list *list, const struct pool_task *task)
{
	struct pool_task **link = &list->first;

	while (*link != task)
		link = &(*link)->next;
	*link = task->next;
	if (!*link)
		list->last = link;
	list->count--;
}

static struct pool_task *take_first(struct task_list *list)
{
	struct pool_task *task = list->first;

	if (task)
		take(list, task);
	return task;
}

static struct pool_task *take_finished(void)
{
	pthread_mutex_lock(&pool.lock);
	struct pool_task *task = take_first(&pool.finished);
	pthread_mutex_unlock(&pool.lock);
	return task;
}

/* In the loop: all that has finished since. One by one, as DONE may abandon others. */
static void tell_finished(void *unused)
{
	struct pool_task *task;

	(void)unused;
	while ((task = take_finished()))
		task->done(task);
}

/* The next task, waiting for one; NULL: the pool is closed. */
static struct pool_task *next_task(void)
{
	while (!pool.waiting.first && pool.loop) {
		pool.idle++;
		pthread_cond_wait(&pool.work, &pool.lock);
		pool.idle--;
	}
	return take_first(&pool.waiting);
}

static void run(struct pool_task *task)
{
	append(&pool.running, task, POOL_TASK_RUNS);
	pthread_mutex_unlock(&pool.lock);
	task->work(task);
	pthread_mutex_lock(&pool.lock);
}

/* Put TASK where the loop finds it. The loop is told once for many, and without the lock: woken, it
 * wants that first. pool_close waits for this thread before the loop can go. */
static void tell(struct pool_task *task)
{
	struct loop *loop = pool.finished.first ? NULL : pool.loop;

	append(&pool.finished, task, POOL_TASK_FINISHED);
	if (!loop)
		return;
	pthread_mutex_unlock(&pool.lock);
	loop_post(loop, &pool.post, tell_finished, NULL);
	pthread_mutex_lock(&pool.lock);
}

/* What was at work on TASK has returned. False: another has taken this thread's place. */
static bool finish(struct pool_task *task)
{
	if (task->state == POOL_TASK_ABANDONED) {
		task->drop(task);
		pool.left_behind--;
		if (pool.threads == pool.threads_most)
			return false;
		pool.threads++;
		return true;
	}
	take(&pool.running, task);
	tell(task);
	return true;
}

/* Unlock, and wait for the thread that ended last; the next one does so for this. */
static void end_thread(void)
{
	pthread_t before = pool.ended;
	bool has_before = pool.has_ended;

	pool.ended = pthread_self();
	pool.has_ended = true;
	pthread_cond_signal(&pool.ending);
	pthread_mutex_unlock(&pool.lock);
	if (has_before)
		pthread_join(before, NULL);
}

static void *thread_main(void *unused)
{
	struct pool_task *task;
	bool has_place = true;

	pthread_mutex_lock(&pool.lock);
	while (has_place && (task = next_task())) {
		run(task);
		has_place = finish(task);
	}
	if (has_place)
		pool.threads--;
	end_thread();
	return unused;
}

/* 0, or an errno. The thread takes no signals: they belong to the loop's thread. */
static int start_thread(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, before;

	int err = pthread_attr_init(&attr);
	if (err)
		return err;
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(&thread, &attr, thread_main, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	pool.threads += err == 0;
	return err;
}

/* See that what waits has a thread soon. 0, or an errno: there is none and will be none. */
static int provide_thread(void)
{
	int err = 0;

	if (pool.idle > 0)
		pthread_cond_signal(&pool.work);
	if (pool.waiting.count > pool.idle && pool.threads < pool.threads_most &&
		pool.left_behind < LEFT_BEHIND_MOST)
		err = start_thread();
	return pool.threads + pool.left_behind > 0 ? 0 : err;
}

void pool_limit(unsigned threads)
{
	pthread_mutex_lock(&pool.lock);
	pool.threads_most = threads;
	pthread_mutex_unlock(&pool.lock);
}

int pool_start(struct loop *loop, struct pool_task *task)
{
	pthread_mutex_lock(&pool.lock);
	pool.loop = loop;
	append(&pool.waiting, task, POOL_TASK_WAITS);
	int err = provide_thread();
	if (err)
		take(&pool.waiting, task);
	pthread_mutex_unlock(&pool.lock);
	errno = err;
	return err ? -1 : 0;
}

/* Called with the lock held. */
static void abandon(struct pool_task *task)
{
	switch (task->state) {
	case POOL_TASK_WAITS:
		take(&pool.waiting, task);
		task->drop(task);
		break;
	case POOL_TASK_RUNS:
		take(&pool.running, task);
		task->state = POOL_TASK_ABANDONED;
		pool.threads--;
		pool.left_behind++;
		break;
	case POOL_TASK_FINISHED:
		take(&pool.finished, task);
		task->drop(task);
		break;
	case POOL_TASK_ABANDONED: break;
	}
}

void pool_abandon(struct pool_task *task)
{
	pthread_mutex_lock(&pool.lock);
	abandon(task);
	if (pool.waiting.first)
		provide_thread();
	pthread_mutex_unlock(&pool.lock);
}

static void abandon_all(struct task_list *list)
{
	while (list->first)
		abandon(list->first);
}

void pool_close(void)
{
	pthread_mutex_lock(&pool.lock);
	pool.loop = NULL;
	abandon_all(&pool.waiting);
	abandon_all(&pool.running);
	abandon_all(&pool.finished);
	pthread_cond_broadcast(&pool.work);
	while (pool.threads > 0)
		pthread_cond_wait(&pool.ending, &pool.lock);
	bool has_ended = pool.has_ended;
	pool.has_ended = false;
	pthread_t ended = pool.ended;
	pthread_mutex_unlock(&pool.lock);
	if (has_ended)
		pthread_join(ended, NULL);
}
