/* SPDX-License-Identifier: ISC */
/* loop_timer.c - the loop's timers under both pollers. */
#include "core/loop/loop.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "core/loop/loop_private.h"
#include "loop_fixture.h"

enum { MANY = 500, LAST = 'a' };

struct named_timer {
	struct loop_timer timer;
	char name;
	struct named_timer *stops;
};

static void on_named(void *arg)
{
	struct named_timer *t = arg;
	note(t->name);
	if (t->stops)
		loop_timer_stop(loop, &t->stops->timer);
	if (t->name == LAST)
		loop_stop(loop);
}

/* Within a turn, during which the time does not change. */
static void set_timers(void *arg)
{
	static const int order[] = {4, 1, 6, 0, 5, 2, 7, 3};
	struct named_timer *t = arg;
	for (int i = 0; i < 8; i++) {
		int at = order[i];
		t[at] = (struct named_timer){.name = (char)('a' + at)};
		loop_timer_init(&t[at].timer, on_named, &t[at]);
		loop_timer_set(loop, &t[at].timer, (at + 1) * NUM_NS_PER_MS / 4);
	}
	t[1].stops = &t[2];
	t[3].stops = &t[3];
	loop_timer_set(loop, &t[LAST - 'a'].timer, 20 * NUM_NS_PER_MS);
	loop_timer_stop(loop, &t[6].timer);
	loop_timer_stop(loop, &t[6].timer);
}

static void test_timers(void)
{
	struct named_timer t[8];
	struct loop_defer node = {0};
	begin();
	int64_t now = loop_now(loop);
	loop_defer(loop, &node, set_timers, t);
	loop_run(loop);
	OK(tap_same(calls, "bdefha"), "%s: timers go off in order (%s)", poller, calls);
	OK(clock_ns() - now >= 20 * NUM_NS_PER_MS, "%s: and never early", poller);
	OK(t[0].timer.slot == 0 && t[2].timer.slot == 0, "%s: then they are not set", poller);
	end();
}

static void test_timer_heap(void)
{
	static struct named_timer t[MANY];
	unsigned random = 1;
	begin();
	for (int i = 0; i < MANY; i++) {
		random = random * 1103515245 + 12345;
		loop_timer_init(&t[i].timer, on_named, &t[i]);
		loop_timer_set(loop, &t[i].timer, (int64_t)(random >> 16) * 1000);
	}
	for (int i = 0; i < MANY; i += 3)
		loop_timer_stop(loop, &t[i].timer);
	for (int i = 1; i < MANY; i += 3)
		loop_timer_set(loop, &t[i].timer, (MANY - i) * 1000);
	bool good = true;
	for (int i = 0; i < MANY; i++)
		good = good && (t[i].timer.slot != 0) == (i % 3 != 0);
	OK(good, "%s: a heap of timers knows who is set", poller);
	run_for(70 * NUM_NS_PER_MS);
	for (int i = 0; i < MANY; i++)
		good = good && !t[i].timer.slot;
	OK(good, "%s: and all go off", poller);
	end();
}

static void again(void *arg)
{
	struct loop_timer *timer = arg;
	note('t');
	loop_timer_set(loop, timer, 0);
}

static void take_byte(void *arg, int fd, unsigned ready)
{
	char byte;
	(void)arg;
	(void)ready;
	count += read(fd, &byte, 1) == 1;
	loop_stop(loop);
}

static void test_timer_of_zero(void)
{
	int fds[2];
	struct loop_timer timer;
	begin();
	if (os_pipe(fds) != 0 || write(fds[1], "xyz", 3) != 3)
		abort();
	loop_timer_init(&timer, again, &timer);
	loop_timer_set(loop, &timer, -5);
	loop_watch(loop, fds[0], LOOP_READ, take_byte, NULL);
	for (int i = 0; i < 3; i++)
		loop_run(loop);
	OK(count == 3, "%s: a timer that sets itself to 0 starves nobody", poller);
	loop_forget(loop, fds[0]);
	/* Only if we get the processor for some of the millisecond. */
	for (int i = 0; i < 1000 && strlen(calls) <= 20; i++) {
		memset(calls, 0, sizeof(calls));
		run_for(NUM_NS_PER_MS);
	}
	OK(strlen(calls) > 20, "%s: and is not waited for", poller);
	close(fds[0]);
	close(fds[1]);
	end();
}

static const struct poller *real_poller;
static int late_fd = -1;

/* The wait of a process that was stopped: it is interrupted long after it began, something has come
 * meanwhile, and that was not looked at. */
static int wait_stopped(void *state, struct poller_event *events, int max, int timeout_ms)
{
	struct timespec pause = {.tv_nsec = 20 * NUM_NS_PER_MS};

	if (late_fd < 0)
		return real_poller->wait(state, events, max, timeout_ms);
	nanosleep(&pause, NULL);
	count -= write(late_fd, "x", 1) != 1;
	late_fd = -1;
	return 0;
}

static void note_byte(void *arg, int fd, unsigned ready)
{
	char byte;
	(void)arg;
	(void)ready;
	if (read(fd, &byte, 1) == 1)
		note('r');
}

static void test_stopped(void)
{
	int fds[2];
	struct named_timer t = {.name = 't'};
	begin();
	if (os_pipe(fds) != 0)
		abort();
	struct poller stopped = *loop->poller;
	real_poller = loop->poller;
	stopped.wait = wait_stopped;
	loop->poller = &stopped;
	late_fd = fds[1];
	loop_timer_init(&t.timer, on_named, &t);
	loop_timer_set(loop, &t.timer, 10 * NUM_NS_PER_MS);
	loop_watch(loop, fds[0], LOOP_READ, note_byte, NULL);
	run_for(30 * NUM_NS_PER_MS);
	OK(count == 0 && tap_same(calls, "rt"),
		"%s: what came while we were stopped is not late (%s)", poller, calls);
	loop->poller = real_poller;
	loop_forget(loop, fds[0]);
	close(fds[0]);
	close(fds[1]);
	end();
}

enum { CLIENTS = 3 * LOOP_EVENTS_MAX };

static struct client {
	int fd;
	struct loop_timer limit;
} clients[CLIENTS];

static void on_client(void *arg, int fd, unsigned ready)
{
	struct client *c = arg;
	(void)ready;
	loop_timer_stop(loop, &c->limit);
	loop_close(loop, fd);
	if (++count == CLIENTS)
		loop_stop(loop);
}

static void on_limit(void *arg)
{
	(void)arg;
	note('t');
	loop_stop(loop);
}

/* All of them are ready before the first limit is reached, and the loop looks later. */
static void stall(void *arg)
{
	const struct client *last = &clients[CLIENTS - 1];
	(void)arg;
	while (clock_ns() <= last->limit.at_ns)
		;
}

static void test_many_late(void)
{
	int fds[2];
	struct loop_defer node = {0};
	begin();
	if (os_pipe(fds) != 0 || write(fds[1], "x", 1) != 1)
		abort();
	for (int i = 0; i < CLIENTS; i++) {
		struct client *c = &clients[i];
		c->fd = dup(fds[0]);
		loop_watch(loop, c->fd, LOOP_READ, on_client, c);
		loop_timer_init(&c->limit, on_limit, c);
		loop_timer_set(loop, &c->limit, NUM_NS_PER_MS);
	}
	loop_defer(loop, &node, stall, NULL);
	loop_run(loop);
	OK(count == CLIENTS && tap_same(calls, ""),
		"%s: of %d that are ready in time, none is late (%d)", poller, CLIENTS, count);
	close(fds[0]);
	close(fds[1]);
	end();
}

static void ignore(void *arg, int fd, unsigned ready)
{
	(void)arg;
	(void)fd;
	(void)ready;
}

static void test_always_ready(void)
{
	int fds[2];
	begin();
	if (os_pipe(fds) != 0 || write(fds[1], "x", 1) != 1)
		abort();
	for (int i = 0; i < CLIENTS; i++) {
		clients[i].fd = dup(fds[0]);
		loop_watch(loop, clients[i].fd, LOOP_READ, ignore, NULL);
	}
	run_for(NUM_NS_PER_MS);
	OK(true, "%s: those that are always ready do not hold up a timer", poller);
	for (int i = 0; i < CLIENTS; i++)
		loop_close(loop, clients[i].fd);
	close(fds[0]);
	close(fds[1]);
	end();
}

int main(void)
{
	for (size_t i = 0; pollers[i]; i++) {
		poller = pollers[i]->name;
		test_timers();
		test_timer_heap();
		test_timer_of_zero();
		test_stopped();
		test_many_late();
		test_always_ready();
	}
	return tap_end();
}
