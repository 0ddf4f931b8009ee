/* SPDX-License-Identifier: ISC */
/* pool.c - work on threads: done, abandoned in each state, and closed. */
#include "core/loop/pool.h"

#include <pthread.h>
#include <stddef.h>

#include "core/loop/loop.h"
#include "tap.h"

enum { MANY = 1000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct loop *loop;
static int at_work, at_work_most, done, dropped, expected;
static bool held; /* work does not return */

struct item {
	struct pool_task task;
	struct item *abandons;
	bool started;
};

static void add(int *count)
{
	pthread_mutex_lock(&lock);
	(*count)++;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static void hold(bool yes)
{
	pthread_mutex_lock(&lock);
	held = yes;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static void wait_started(const struct item *item)
{
	pthread_mutex_lock(&lock);
	while (!item->started)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void wait_dropped(int count)
{
	pthread_mutex_lock(&lock);
	while (dropped < count)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void on_work(struct pool_task *task)
{
	pthread_mutex_lock(&lock);
	((struct item *)task)->started = true;
	at_work++;
	if (at_work > at_work_most)
		at_work_most = at_work;
	pthread_cond_broadcast(&changed);
	while (held)
		pthread_cond_wait(&changed, &lock);
	at_work--;
	pthread_mutex_unlock(&lock);
}

static void on_done(struct pool_task *task)
{
	struct item *item = (struct item *)task;

	add(&done);
	if (item->abandons)
		pool_abandon(&item->abandons->task);
	pthread_mutex_lock(&lock);
	if (done + dropped >= expected)
		loop_stop(loop);
	pthread_mutex_unlock(&lock);
}

static void on_drop(struct pool_task *task)
{
	(void)task;
	add(&dropped);
}

static void begin(int count)
{
	loop = loop_new(NULL);
	at_work_most = done = dropped = 0;
	expected = count;
}

static void start(struct item *item)
{
	*item = (struct item){.task = {.work = on_work, .done = on_done, .drop = on_drop},
		.abandons = item->abandons};
	if (pool_start(loop, &item->task) < 0)
		OK(false, "a task cannot be started");
}

static void test_many(void)
{
	static struct item items[MANY];

	begin(MANY);
	pool_limit(4);
	for (int i = 0; i < MANY; i++)
		start(&items[i]);
	loop_run(loop);
	OK(done == MANY && dropped == 0, "each of many tasks is done once");
	OK(at_work_most <= 4, "no more threads are at work than the limit");
	pool_close();
	loop_free(loop);
}

static void test_abandon(void)
{
	struct item running = {0}, next = {0}, waiting = {0};

	begin(1);
	pool_limit(1);
	hold(true);
	start(&running);
	wait_started(&running);
	start(&waiting);
	pool_abandon(&waiting.task);
	OK(dropped == 1, "a task that waits is dropped at once");
	start(&next);
	pool_abandon(&running.task);
	wait_started(&next);
	OK(dropped == 1, "another thread takes the place of one left behind");
	hold(false);
	wait_dropped(2);
	expected = 3;
	loop_run(loop);
	OK(done == 1 && dropped == 2, "what was abandoned at work is dropped when it returns");
	pool_close();
	loop_free(loop);
}

static void test_finished(void)
{
	struct item first = {0}, second = {0};

	begin(1);
	pool_limit(1);
	first.abandons = &second;
	second.abandons = &first;
	start(&first);
	start(&second);
	wait_started(&second); /* so FIRST has finished, and nobody has been told */
	loop_run(loop);
	wait_dropped(1);
	OK(done == 1 && dropped == 1, "one that is told of may abandon the next");
	pool_close();
	loop_free(loop);
}

static void test_close(void)
{
	struct item running = {0}, waiting = {0}, later = {0};

	begin(3);
	pool_limit(1);
	hold(true);
	start(&running);
	wait_started(&running);
	start(&waiting);
	pool_close();
	OK(dropped == 1, "closing drops what waits, and does not wait for what is at work");
	loop_free(loop);
	loop = loop_new(NULL);
	start(&later);
	hold(false);
	wait_dropped(2);
	loop_run(loop);
	OK(done == 1 && dropped == 2, "the next loop is told of its own tasks alone");
	pool_close();
	loop_free(loop);
}

int main(void)
{
	test_many();
	test_abandon();
	test_finished();
	test_close();
	return tap_end();
}
