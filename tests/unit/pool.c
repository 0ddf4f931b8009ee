/* SPDX-License-Identifier: ISC */
/* pool.c - work on threads: done, late, abandoned in each state, and closed; and taking turns. */
#include "core/loop/pool.h"

#include <pthread.h>
#include <stddef.h>

#include "base/num.h"
#include "core/loop/loop.h"
#include "core/loop/pool_queue.h"
#include "tap.h"

enum { MANY = 1000, STUCK = 40 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct loop *loop;
static int at_work, at_work_most, done, late, dropped, expected;
static bool held;

struct item {
	struct pool_task task;
	struct item *abandons;
	bool holds; /* its work does not return while HELD */
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
	while (held && ((struct item *)task)->holds)
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

/* Sometimes the work returns while this still runs. */
static void on_late(struct pool_task *task)
{
	(void)task;
	hold(false);
	late++;
	loop_stop(loop);
}

static void on_drop(struct pool_task *task)
{
	(void)task;
	add(&dropped);
}

static void begin(int count)
{
	loop = loop_new(NULL);
	at_work_most = done = late = dropped = 0;
	expected = count;
}

static void start(struct item *item)
{
	*item = (struct item){.task = {.work = on_work,
				      .done = on_done,
				      .late = on_late,
				      .drop = on_drop,
				      .owner = item->task.owner,
				      .time_ns = item->task.time_ns},
		.holds = item->holds,
		.abandons = item->abandons};
	if (pool_start(loop, &item->task) < 0)
		OK(false, "a task cannot be started");
}

static void test_many(void)
{
	static struct item items[MANY];

	begin(MANY);
	pool_limit(4, true);
	hold(false);
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
	struct item running = {.holds = true}, next = {.holds = true}, waiting = {0};

	begin(1);
	pool_limit(1, true);
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
	pool_limit(1, true);
	first.abandons = &second;
	second.abandons = &first;
	start(&first);
	start(&second);
	wait_started(&second); /* so FIRST has finished, and nobody was notified */
	loop_run(loop);
	wait_dropped(1);
	OK(done == 1 && dropped == 1, "one that is told of may abandon the next");
	pool_close();
	loop_free(loop);
}

static void test_close(void)
{
	struct item running = {.holds = true}, waiting = {0}, later = {0};

	begin(3);
	pool_limit(1, true);
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

static void test_slow(void)
{
	static struct item stuck[STUCK];
	struct item quick = {0};

	begin(1);
	pool_limit(2, false);
	hold(true);
	for (int i = 0; i < STUCK; i++) {
		stuck[i].holds = true;
		start(&stuck[i]);
	}
	start(&quick);
	loop_run(loop);
	OK(done == 1 && quick.started, "work that does not return holds up no other");
	hold(false);
	pool_close();
	wait_dropped(STUCK);
	loop_free(loop);
}

static void test_late(void)
{
	struct item item = {.holds = true, .task.time_ns = 20 * NUM_NS_PER_MS};

	begin(1);
	pool_limit(1, true);
	hold(true);
	start(&item);
	loop_run(loop);
	OK(late == 1 && done == 0, "work that takes too long is late, and not done after that");
	wait_dropped(1);
	OK(dropped == 1, "what is late is dropped once");
	pool_close();
	loop_free(loop);
}

/* The clock starts when the work does: the second has waited for longer than it may take. */
static void test_waiting_is_not_late(void)
{
	struct item first = {.holds = true, .task.time_ns = 1600 * NUM_NS_PER_MS};
	struct item second = {.holds = true, .task.time_ns = 1500 * NUM_NS_PER_MS};

	begin(1);
	pool_limit(1, true);
	hold(true);
	start(&first);
	start(&second);
	loop_run(loop);
	OK(late == 1 && done == 0, "the first of two is late");
	expected = 1;
	loop_run(loop);
	OK(late == 1 && done == 1, "the second has its time from when it begins");
	wait_dropped(1);
	pool_close();
	loop_free(loop);
}

/* Owner 1 has many tasks that do not return; one of owner 2 comes last. */
static void test_owners(void)
{
	static struct item many[STUCK];
	struct item one = {.task.owner = 2};

	begin(1);
	pool_limit(STUCK, true);
	hold(true);
	for (int i = 0; i < STUCK; i++) {
		many[i].holds = true;
		many[i].task.owner = 1;
		start(&many[i]);
	}
	start(&one);
	loop_run(loop);
	OK(done == 1, "an owner's slow work does not hold up another's");
	OK(at_work_most <= POOL_OWNER_MOST + 1, "one owner has no more threads than it may");
	for (int i = 0; i < POOL_OWNER_MOST; i++)
		wait_started(&many[i]);
	for (int i = 0; i < STUCK; i++)
		pool_abandon(&many[i].task);
	OK(dropped == STUCK - POOL_OWNER_MOST, "threads left behind count for their owner");
	hold(false);
	wait_dropped(STUCK);
	pool_close();
	loop_free(loop);
}

static void test_turns(void)
{
	struct pool_queue queue = {0};
	struct pool_task tasks[] = {
		{.owner = 1}, {.owner = 1}, {.owner = 1}, {.owner = 2}, {.owner = 65}};
	static const int order[] = {0, 3, 4, 1, 2};
	enum { COUNT = sizeof(tasks) / sizeof(tasks[0]) };
	bool in_order = true;

	for (int i = 0; i < COUNT; i++)
		in_order = in_order && pool_queue_add(&queue, &tasks[i]) == 0;
	for (int i = 0; i < COUNT; i++)
		in_order = in_order && pool_queue_take(&queue) == &tasks[order[i]];
	OK(in_order && !pool_queue_take(&queue) && queue.count == 0, "owners take turns");
	for (int i = 0; i < COUNT; i++)
		pool_queue_release(&queue, tasks[i].account);
	OK(pool_queue_add(&queue, &tasks[0]) == 0 && queue.takeable == 1, "one can come back");
	pool_queue_remove(&queue, &tasks[0]);
	OK(!pool_queue_any(&queue) && queue.takeable == 0, "what is removed is not taken");
	table_release(&queue.owners, NULL);
}

/* Clients that leave while their tasks wait, in no order. */
static void test_leaving(void)
{
	enum { STEP = 7, OWNERS = 10000 }; /* they have no common divisor */
	static struct pool_task tasks[OWNERS];
	struct pool_queue queue = {0};
	bool good = true;

	for (size_t i = 0; i < OWNERS; i++) {
		tasks[i].owner = i + 1;
		good = good && pool_queue_add(&queue, &tasks[i]) == 0;
	}
	for (size_t i = 0; i < OWNERS - 1; i++)
		pool_queue_remove(&queue, &tasks[i * STEP % OWNERS]);
	struct pool_task *last = &tasks[(size_t)(OWNERS - 1) * STEP % OWNERS];
	OK(good && queue.takeable == 1 && pool_queue_any(&queue) == last &&
			pool_queue_take(&queue) == last && !pool_queue_take(&queue),
		"of many owners the one that stays gets its turn");
	pool_queue_release(&queue, last->account);
	OK(queue.owners.count == 0, "owners without tasks are forgotten");
	table_release(&queue.owners, NULL);
}

/* An owner with enough threads at work has its turn when one of them is done. */
static void test_limited(void)
{
	static struct pool_task tasks[POOL_OWNER_MOST + 1];
	struct pool_queue queue = {0};
	bool good = true;

	for (size_t i = 0; i <= POOL_OWNER_MOST; i++) {
		tasks[i].owner = 9;
		good = good && pool_queue_add(&queue, &tasks[i]) == 0;
	}
	for (size_t i = 0; i < POOL_OWNER_MOST; i++)
		good = good && pool_queue_take(&queue) == &tasks[i];
	struct pool_task *last = &tasks[POOL_OWNER_MOST];
	OK(good && !pool_queue_take(&queue) && pool_queue_any(&queue) == last,
		"the last of one owner's tasks waits for its others");
	pool_queue_release(&queue, last->account);
	OK(pool_queue_take(&queue) == last, "and is taken when one of them is done");
	for (size_t i = 0; i < POOL_OWNER_MOST; i++)
		pool_queue_release(&queue, last->account);
	table_release(&queue.owners, NULL);
}

int main(void)
{
	test_turns();
	test_leaving();
	test_limited();
	test_many();
	test_slow();
	test_late();
	test_waiting_is_not_late();
	test_owners();
	test_abandon();
	test_finished();
	test_close();
	return tap_end();
}
