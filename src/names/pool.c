/* SPDX-License-Identifier: ISC */
/* pool.c - blocking work on a few threads, its end told to the loop. */

#include "names/pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

#include "core/loop.h"

enum {
	STACK_BYTES = 1 << 20, /* modules of the name service switch may want much */
	ABANDONED_MOST = 256,  /* threads left behind that others take the place of */
	POST_AGAIN_NS = 10 * 1000 * 1000,
};

/* All tasks and their flags are under the lock. A thread that finds nothing to do ends, so nothing
 * needs to be woken or stopped; it joins the one that ended before it. */
static struct {
	pthread_mutex_t lock;
	struct loop *loop;
	struct pool_task *first, **last;
	struct pool_task *finished, **finished_last;
	unsigned threads, threads_most, abandoned, working;
	pthread_cond_t ending;
	pthread_t ended;
	bool has_ended;
} pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.ending = PTHREAD_COND_INITIALIZER,
	.last = &pool.first,
	.finished_last = &pool.finished,
};

static void append(struct pool_task ***last, struct pool_task *task)
{
	task->next = NULL;
	**last = task;
	*last = &task->next;
}

static struct pool_task *take_first(void)
{
	struct pool_task *task = pool.first;

	if (task) {
		pool.first = task->next;
		if (!pool.first)
			pool.last = &pool.first;
		task->running = true;
		pool.working++;
	}
	return task;
}

/* In the loop: all that has finished since. */
static void collect(void *unused)
{
	struct pool_task *next;

	(void)unused;
	pthread_mutex_lock(&pool.lock);
	struct pool_task *task = pool.finished;
	pool.finished = NULL;
	pool.finished_last = &pool.finished;
	pthread_mutex_unlock(&pool.lock);
	for (; task; task = next) {
		next = task->next;
		(task->abandoned ? task->drop : task->done)(task);
	}
}

/* Called with the lock held. The loop is told once for many that finish together. An end is never
 * lost for want of memory, only late. */
static void finish(struct pool_task *task)
{
	const struct timespec pause = {.tv_nsec = POST_AGAIN_NS};
	bool first = !pool.finished;

	if (!pool.loop) {
		task->drop(task);
		return;
	}
	append(&pool.finished_last, task);
	while (first && pool.loop && loop_post(pool.loop, collect, NULL) < 0) {
		pthread_mutex_unlock(&pool.lock);
		nanosleep(&pause, NULL);
		pthread_mutex_lock(&pool.lock);
	}
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

static void *work(void *unused)
{
	struct pool_task *task;
	bool replaced = false;

	pthread_mutex_lock(&pool.lock);
	while (!replaced && (task = take_first())) {
		pthread_mutex_unlock(&pool.lock);
		task->work(task);
		pthread_mutex_lock(&pool.lock);
		pool.working--;
		task->running = false;
		replaced = task->abandoned;
		if (replaced) {
			pool.abandoned--;
			task->drop(task);
		} else {
			finish(task);
		}
	}
	if (!replaced)
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
	err = pthread_create(&thread, &attr, work, NULL);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	pool.threads += err == 0;
	return err;
}

void pool_setup(struct loop *loop, unsigned threads)
{
	pool.loop = loop;
	pool.threads_most = threads;
}

void pool_close(void)
{
	struct pool_task *task;

	pthread_mutex_lock(&pool.lock);
	pool.loop = NULL;
	while ((task = pool.first)) {
		pool.first = task->next;
		task->drop(task);
	}
	pool.last = &pool.first;
	/* Threads with nothing to do end at once; what is in libc may take its time. */
	while (pool.working == 0 && pool.threads > 0)
		pthread_cond_wait(&pool.ending, &pool.lock);
	bool has_ended = pool.has_ended;
	pool.has_ended = false;
	pthread_mutex_unlock(&pool.lock);
	if (has_ended)
		pthread_join(pool.ended, NULL);
}

int pool_start(struct pool_task *task)
{
	int err = 0;

	task->running = task->abandoned = false;
	pthread_mutex_lock(&pool.lock);
	if (pool.threads < pool.threads_most)
		err = start_thread();
	/* With any thread at work the task is only later. */
	if (pool.threads > 0) {
		err = 0;
		append(&pool.last, task);
	}
	pthread_mutex_unlock(&pool.lock);
	errno = err;
	return err ? -1 : 0;
}

/* Take TASK out of the queue. False: it is not in there. */
static bool unqueue(const struct pool_task *task)
{
	struct pool_task **link = &pool.first;

	while (*link && *link != task)
		link = &(*link)->next;
	if (!*link)
		return false;
	*link = task->next;
	if (!*link)
		pool.last = link;
	return true;
}

void pool_abandon(struct pool_task *task)
{
	pthread_mutex_lock(&pool.lock);
	bool waited = unqueue(task);
	task->abandoned = true;
	if (task->running && pool.abandoned < ABANDONED_MOST) {
		pool.abandoned++;
		pool.threads--;
		if (pool.first)
			start_thread();
	}
	pthread_mutex_unlock(&pool.lock);
	if (waited)
		task->drop(task);
}
