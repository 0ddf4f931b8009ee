/* SPDX-License-Identifier: ISC */
/* loop_signal.c - what reaches the loop from outside: signals, children, posts; deferred calls. */
#include "core/loop/loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loop_fixture.h"

enum { MANY = 500 };

static void on_signal(void *arg, int signo)
{
	note(signo == SIGUSR1 ? '1' : '2');
	if (arg)
		loop_stop(loop);
}

static void test_signals(void)
{
	begin();
	OK(loop_signal(loop, SIGCHLD, false, on_signal, NULL) == -1 && errno == EINVAL,
		"%s: SIGCHLD belongs to the loop", poller);
	OK(loop_signal(loop, SIGKILL, false, on_signal, NULL) == -1, "%s: SIGKILL fails", poller);
	OK(loop_signal(loop, 1000, false, on_signal, NULL) == -1, "%s: no such signal", poller);
	loop_signal(loop, SIGUSR1, false, on_signal, &count);
	for (int i = 0; i < 1000; i++)
		raise(SIGUSR1);
	loop_run(loop);
	OK(tap_same(calls, "1"), "%s: a storm of a signal is one call", poller);
	/* main() made SIGUSR2 ignored before there was a loop. */
	loop_signal(loop, SIGUSR2, false, on_signal, &count);
	raise(SIGUSR2);
	run_for(NUM_NS_PER_MS);
	OK(tap_same(calls, "1"), "%s: what was ignored from the start stays so", poller);
	OK(loop_signal_was_ignored(SIGUSR2) && !loop_signal_was_ignored(SIGPIPE),
		"%s: which can be asked", poller);
	loop_signal(loop, SIGUSR2, true, on_signal, &count);
	raise(SIGUSR2);
	loop_run(loop);
	OK(tap_same(calls, "12"), "%s: unless forced", poller);
	loop_signal(loop, SIGUSR2, false, NULL, NULL);
	raise(SIGUSR2);
	OK(true, "%s: NULL brings back what was at the start", poller);
	end();
	raise(SIGUSR1);
	OK(true, "%s: SIGUSR1 ends nothing once the loop is gone", poller);
}

static pid_t start_child(int status)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(status);
	return pid;
}

static pid_t last_pid;
static int last_status;

static void on_child(void *arg, pid_t pid, int status)
{
	(void)arg;
	last_pid = pid;
	last_status = status;
	if (--count == 0)
		loop_stop(loop);
}

/* Whether there are children, running or not reaped; this reaps none. */
static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

static void test_children(void)
{
	begin();
	start_child(1);
	pid_t forgotten = start_child(2);
	loop_child(loop, forgotten, on_child, NULL);
	loop_child_forget(loop, forgotten);
	loop_child_forget(loop, forgotten);
	pid_t pid = start_child(7);
	loop_child(loop, pid, on_child, NULL);
	count = 1;
	loop_run(loop);
	OK(last_pid == pid && WEXITSTATUS(last_status) == 7, "%s: a child's end is told", poller);
	for (int i = 0; i < 1000 && has_children(); i++)
		run_for(20 * NUM_NS_PER_MS);
	OK(!has_children() && count == 0, "%s: the others are reaped in silence", poller);
	count = 50;
	for (int i = 0; i < 50; i++)
		loop_child(loop, start_child(0), on_child, NULL);
	loop_run(loop);
	OK(count == 0, "%s: many at once", poller);
	end();
}

/* Asked for at the end of the turn in which it was reaped. */
static pid_t early_pid;

static void ask_late(void *arg)
{
	(void)arg;
	loop_child(loop, early_pid, on_child, NULL);
}

static void reap_early(void *arg, int signo)
{
	static struct loop_defer node;
	(void)arg;
	(void)signo;
	siginfo_t info;
	early_pid = start_child(9);
	waitid(P_PID, (id_t)early_pid, &info, WEXITED | WNOWAIT);
	loop_defer(loop, &node, ask_late, NULL);
}

static void test_late_question(void)
{
	begin();
	count = 1;
	/* A number below SIGCHLD's, so that the reaping follows in the same turn. */
	loop_signal(loop, SIGUSR1, false, reap_early, NULL);
	raise(SIGUSR1);
	loop_run(loop);
	OK(last_pid == early_pid && WEXITSTATUS(last_status) == 9,
		"%s: a child reaped before it was asked about", poller);
	end();
}

static void note_child(void *arg, pid_t pid, int status)
{
	(void)arg, (void)pid, (void)status;
	note('c');
}

static void note_time(void *arg)
{
	(void)arg;
	note('t');
	loop_stop(loop);
}

/* If the loop looks late, the time of a child is over that has ended long before. */
static void test_child_before_time(void)
{
	struct loop_timer timer;
	siginfo_t info;
	begin();
	pid_t pid = start_child(0);
	loop_child(loop, pid, note_child, NULL);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	loop_timer_init(&timer, note_time, NULL);
	loop_timer_set(loop, &timer, 0);
	loop_run(loop);
	OK(tap_same(calls, "ct"), "%s: a child's end is told before any time is up (%s)", poller,
		calls);
	end();
}

static void on_post(void *arg)
{
	if (++count == *(int *)arg)
		loop_stop(loop);
}

/* A thread that posts, and its nodes. */
struct poster {
	pthread_t thread;
	int *expected;
	struct loop_post nodes[MANY];
};

static void *post_many(void *arg)
{
	struct poster *p = arg;
	for (int i = 0; i < MANY; i++)
		loop_post(loop, &p->nodes[i], on_post, p->expected);
	return NULL;
}

static void test_posts(void)
{
	static struct poster posters[2];
	int expected = 2 * MANY;
	begin();
	for (int i = 0; i < 2; i++) {
		posters[i].expected = &expected;
		pthread_create(&posters[i].thread, NULL, post_many, &posters[i]);
	}
	loop_run(loop);
	for (int i = 0; i < 2; i++)
		pthread_join(posters[i].thread, NULL);
	OK(count == expected, "%s: posts of two threads all arrive", poller);
	loop_post(loop, &posters[0].nodes[0], on_post, &expected);
	end();
	OK(count == expected, "%s: one that comes too late is dropped", poller);
}

static struct loop_post again;

/* Post again until it has been called three times. */
static void post_again(void *arg)
{
	if (++count == 3)
		loop_stop(loop);
	else
		loop_post(loop, &again, post_again, arg);
}

static void test_post_again(void)
{
	begin();
	for (int i = 0; i < 5; i++)
		loop_post(loop, &again, post_again, NULL);
	loop_run(loop);
	OK(count == 3, "%s: a post that waits is not posted again, one being called is", poller);
	end();
	begin();
	loop_post(loop, &again, on_post, &(int){1});
	loop_run(loop);
	OK(count == 1, "%s: a post that a freed loop dropped is free again", poller);
	end();
}

struct deferred {
	struct loop_defer node;
	char name;
	struct deferred *cancels;
};

static void on_deferred(void *arg)
{
	struct deferred *d = arg;
	note(d->name);
	if (d->cancels)
		loop_defer_cancel(loop, &d->cancels->node);
}

static void defer_again(void *arg)
{
	struct deferred *d = arg;
	if (count++ < 100)
		loop_defer(loop, &d->node, defer_again, d);
	else
		loop_stop(loop);
}

static void test_deferred(void)
{
	struct deferred d[5];
	begin();
	for (int i = 0; i < 5; i++) {
		d[i] = (struct deferred){.name = (char)('a' + i)};
		loop_defer(loop, &d[i].node, on_deferred, &d[i]);
	}
	loop_defer(loop, &d[1].node, on_deferred, &d[1]);
	loop_defer_cancel(loop, &d[4].node);
	loop_defer_cancel(loop, &d[0].node);
	loop_defer(loop, &d[0].node, on_deferred, &d[0]);
	d[1].cancels = &d[2];
	run_for(NUM_NS_PER_MS);
	OK(tap_same(calls, "bda"), "%s: deferred calls, in order, once (%s)", poller, calls);
	int64_t took = NUM_NS_PER_S;
	for (int i = 0; i < 10 && took >= NUM_NS_PER_S; i++) {
		int64_t now = clock_ns();
		count = 0;
		loop_defer(loop, &d[0].node, defer_again, &d[0]);
		loop_run(loop);
		took = clock_ns() - now;
	}
	OK(count == 101 && took < NUM_NS_PER_S, "%s: one that defers itself is not waited for",
		poller);
	end();
}

int main(void)
{
	signal(SIGUSR2, SIG_IGN);
	for (size_t i = 0; pollers[i]; i++) {
		poller = pollers[i]->name;
		test_signals();
		test_children();
		test_late_question();
		test_child_before_time();
		test_posts();
		test_post_again();
		test_deferred();
	}
	return tap_end();
}
