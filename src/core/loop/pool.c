/* SPDX-License-Identifier: ISC */
/* pool.c - blocking work on threads, which report to the loop when it is done. */
#include "core/loop/pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include "base/checked.h"
#include "base/clock.h"
#include "core/loop/loop.h"
#include "core/loop/pool_queue.h"

enum { STACK_BYTES = 1 << 20 }; /* modules of the name service switch may need much */

struct task_list {
	struct pool_task *first, **last;
};

/* The lock protects all of this and the state of the tasks, except for TIMER, which belongs to the
 * loop. A thread that ends joins the one that ended before it. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t work, ending;
	struct loop *loop; /* NULL: closed */
	struct loop_post post;
	struct loop_timer timer; /* when to look for tasks that have become slow or late */
	struct pool_queue waiting;
	struct task_list running, finished;
	unsigned places;
	bool strict;
	unsigned placed, idle; /* threads that have a place, and those of them without work */
	unsigned slow;	       /* threads at work without a place */
	unsigned posting;      /* threads that are waking the loop */
	pthread_t ended;
	bool has_ended;
} pool = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.work = PTHREAD_COND_INITIALIZER,
	.ending = PTHREAD_COND_INITIALIZER,
	.running.last = &pool.running.first,
	.finished.last = &pool.finished.first,
	.places = POOL_PLACES,
};

static void append(struct task_list *list, struct pool_task *task, enum pool_task_state state)
{
	task->next = NULL;
	task->state = state;
	*list->last = task;
	list->last = &task->next;
}

/* Remove TASK from LIST, if it is in it. */
static void take(struct task_list *list, const struct pool_task *task)
{
	struct pool_task **link = &list->first;

	while (*link && *link != task)
		link = &(*link)->next;
	if (!*link)
		return;
	*link = task->next;
	if (!*link)
		list->last = link;
}

static struct pool_task *take_finished(void)
{
	pthread_mutex_lock(&pool.lock);
	struct pool_task *task = pool.finished.first;
	if (task)
		take(&pool.finished, task);
	pthread_mutex_unlock(&pool.lock);
	return task;
}

/* In the loop: call DONE for all finished tasks; one by one, because DONE may abandon others. */
static void report_finished(void *unused)
{
	struct pool_task *task;

	(void)unused;
	while ((task = take_finished()))
		task->done(task);
}

/* Wait for the next task; NULL: the pool is closed. */
static struct pool_task *next_task(void)
{
	struct pool_task *task;

	while (!(task = pool_queue_take(&pool.waiting)) && pool.loop) {
		pool.idle++;
		pthread_cond_wait(&pool.work, &pool.lock);
		pool.idle--;
	}
	return task;
}

static void run(struct pool_task *task)
{
	append(&pool.running, task, POOL_TASK_RUNS);
	task->begun_ns = clock_ns();
	pthread_mutex_unlock(&pool.lock);
	task->work(task);
	pthread_mutex_lock(&pool.lock);
}

/* Put TASK where the loop finds it. The loop is woken once for many tasks, and without the lock,
 * because it takes that first. pool_close waits for this before the loop can be freed. */
static void hand_over(struct pool_task *task)
{
	struct loop *loop = pool.finished.first ? NULL : pool.loop;

	append(&pool.finished, task, POOL_TASK_FINISHED);
	if (!loop)
		return;
	pool.posting++;
	pthread_mutex_unlock(&pool.lock);
	loop_post(loop, &pool.post, report_finished, NULL);
	pthread_mutex_lock(&pool.lock);
	pool.posting--;
	pthread_cond_signal(&pool.ending);
}

/* Get a place again for this thread, which lost its own to another. False: none is free. */
static bool place_again(void)
{
	pool.slow--;
	if (pool.placed >= pool.places || !pool.loop)
		return false;
	pool.placed++;
	return true;
}

/* WORK of TASK has returned. False: another thread has this one's place. */
static bool finish(struct pool_task *task)
{
	bool has_place = !task->slow || place_again();

	pool_queue_release(&pool.waiting, task->account);
	switch (task->state) {
	case POOL_TASK_ABANDONED: task->drop(task); break;
	/* The loop is in LATE, and drops the task after that. */
	case POOL_TASK_LATE: task->returned = true; break;
	default: take(&pool.running, task); hand_over(task);
	}
	return has_place;
}

/* Unlock, and join the last thread that ended; the next one to end joins this one. */
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
		pool.placed--;
	end_thread();
	return unused;
}

/* 0, or an errno. The thread blocks all signals: they belong to the loop's thread. */
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
	pool.placed += err == 0;
	return err;
}

/* Make sure that waiting tasks get threads soon. 0, or an errno: there are no threads and none can
 * be started. */
static int provide_threads(void)
{
	size_t wanted = pool.waiting.takeable;
	int err = 0;

	for (size_t i = 0; i < wanted && i < pool.idle; i++)
		pthread_cond_signal(&pool.work);
	for (size_t i = pool.idle; i < wanted && !err; i++) {
		if (pool.placed >= pool.places || pool.slow >= POOL_SLOW_MOST)
			break;
		err = start_thread();
	}
	return pool.placed + pool.slow > 0 ? 0 : err;
}

void pool_limit(unsigned places, bool strict)
{
	pthread_mutex_lock(&pool.lock);
	pool.places = places;
	pool.strict = strict;
	pthread_mutex_unlock(&pool.lock);
}

/* TASK, which is running, loses its place. */
static void lose_place(struct pool_task *task)
{
	if (task->slow)
		return;
	task->slow = true;
	pool.placed--;
	pool.slow++;
}

/* When TASK, begun at BEGUN_NS, needs another look; INT64_MAX: never. */
static int64_t due(const struct pool_task *task, int64_t begun_ns)
{
	int64_t slow_ns = task->slow || pool.strict ? INT64_MAX : begun_ns + POOL_SLOW_NS;
	int64_t late_ns = task->time_ns ? begun_ns + task->time_ns : INT64_MAX;

	return slow_ns < late_ns ? slow_ns : late_ns;
}

/* Look again at AT_NS, or before. If there is no memory for the timer, slow tasks merely go
 * unnoticed. */
static void look_again(int64_t at_ns)
{
	int64_t now = loop_now(pool.loop);

	if (at_ns != INT64_MAX && (pool.timer.slot == 0 || pool.timer.at_ns > at_ns))
		UNCHECKED(loop_timer_set(pool.loop, &pool.timer, at_ns > now ? at_ns - now : 0));
}

/* Running tasks that have become slow lose their place. Returns one that is late, which belongs to
 * the loop from now on; NULL: none, and *NEXT_NS is when to look again. */
static struct pool_task *find_late(int64_t *next_ns)
{
	int64_t now = clock_ns();

	*next_ns = INT64_MAX;
	for (struct pool_task *task = pool.running.first; task; task = task->next) {
		if (task->time_ns && task->begun_ns + task->time_ns <= now) {
			take(&pool.running, task);
			task->state = POOL_TASK_LATE;
			lose_place(task);
			return task;
		}
		if (!pool.strict && task->begun_ns + POOL_SLOW_NS <= now)
			lose_place(task);
		if (due(task, task->begun_ns) < *next_ns)
			*next_ns = due(task, task->begun_ns);
	}
	return NULL;
}

/* LATE may start and abandon other tasks, so it is called without the lock, and WORK may return
 * meanwhile. */
static void report_late(struct pool_task *task)
{
	pthread_mutex_unlock(&pool.lock);
	task->late(task);
	pthread_mutex_lock(&pool.lock);
	if (task->returned)
		task->drop(task);
	else
		task->state = POOL_TASK_ABANDONED;
}

static void look(void *unused)
{
	struct pool_task *task;
	int64_t next_ns;

	(void)unused;
	pthread_mutex_lock(&pool.lock);
	while ((task = find_late(&next_ns)))
		report_late(task);
	provide_threads();
	/* A waiting task begins now at the earliest, and a thread that takes it does not wake the
	 * loop. */
	task = pool_queue_any(&pool.waiting);
	if (task && due(task, clock_ns()) < next_ns)
		next_ns = due(task, clock_ns());
	look_again(next_ns);
	pthread_mutex_unlock(&pool.lock);
}

/* The first task opens the pool for LOOP, in which LOOK will be called. */
static void open_for(struct loop *loop)
{
	if (pool.loop == loop)
		return;
	pool.loop = loop;
	loop_timer_init(&pool.timer, look, NULL);
}

int pool_start(struct loop *loop, struct pool_task *task)
{
	int err = ENOMEM;

	pthread_mutex_lock(&pool.lock);
	open_for(loop);
	task->state = POOL_TASK_WAITS;
	task->slow = task->returned = false;
	if (pool_queue_add(&pool.waiting, task) == 0) {
		err = provide_threads();
		if (err)
			pool_queue_remove(&pool.waiting, task);
		else
			look_again(due(task, clock_ns()));
	}
	pthread_mutex_unlock(&pool.lock);
	errno = err;
	return err ? -1 : 0;
}

/* Called with the lock held. */
static void abandon(struct pool_task *task)
{
	switch (task->state) {
	case POOL_TASK_WAITS:
		pool_queue_remove(&pool.waiting, task);
		task->drop(task);
		break;
	case POOL_TASK_RUNS:
		take(&pool.running, task);
		task->state = POOL_TASK_ABANDONED;
		lose_place(task);
		break;
	case POOL_TASK_FINISHED:
		take(&pool.finished, task);
		task->drop(task);
		break;
	case POOL_TASK_LATE:
	case POOL_TASK_ABANDONED: break;
	}
}

void pool_abandon(struct pool_task *task)
{
	pthread_mutex_lock(&pool.lock);
	abandon(task);
	provide_threads();
	pthread_mutex_unlock(&pool.lock);
}

void pool_close(void)
{
	struct pool_task *task;

	pthread_mutex_lock(&pool.lock);
	if (pool.loop)
		loop_timer_stop(pool.loop, &pool.timer);
	pool.loop = NULL;
	while ((task = pool_queue_any(&pool.waiting)))
		abandon(task);
	while (pool.running.first)
		abandon(pool.running.first);
	while (pool.finished.first)
		abandon(pool.finished.first);
	pthread_cond_broadcast(&pool.work);
	while (pool.placed > 0 || pool.posting > 0)
		pthread_cond_wait(&pool.ending, &pool.lock);
	bool has_ended = pool.has_ended;
	pool.has_ended = false;
	pthread_t ended = pool.ended;
	pthread_mutex_unlock(&pool.lock);
	if (has_ended)
		pthread_join(ended, NULL);
}
