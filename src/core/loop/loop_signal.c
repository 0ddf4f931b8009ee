/* SPDX-License-Identifier: ISC */
/* loop_signal.c - what wakes the loop from outside: signals and posts of other threads. */
#include "core/loop/loop.h"

#include <errno.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/status.h"
#include "core/loop/loop_private.h"
#include "core/os/host.h"
#include "core/os/os.h"

/* What a signal's disposition was before the loop first touched it. */
enum origin { ORIGIN_UNKNOWN, ORIGIN_HANDLED, ORIGIN_IGNORED };

/* Global, because signal handlers get no argument of ours. */
static volatile sig_atomic_t arrived[LOOP_SIGNAL_MAX + 1];
static volatile sig_atomic_t wake_fd = -1;
static uint8_t origins[LOOP_SIGNAL_MAX + 1];

static void wake(int fd)
{
	/* If the pipe is full, the loop wakes anyway. */
	ssize_t written = write(fd, "", 1);
	(void)written;
}

static bool asks_for_end(int signo)
{
	return signo == SIGINT || signo == SIGTERM || signo == SIGHUP || signo == SIGQUIT;
}

static void on_signal(int signo)
{
	int err = errno;
	arrived[signo] = 1;
	if (asks_for_end(signo))
		status_end_asked = signo;
	if (wake_fd >= 0)
		wake((int)wake_fd);
	errno = err;
}

/* The handler for signals that arrive while no loop exists to handle them: they end nothing. */
static void tolerate(int signo)
{
	(void)signo;
}

static bool asks_how_far(int signo)
{
	return signo == SIGUSR1 || (os_siginfo && signo == os_siginfo);
}

static void remember_origin(int signo, const struct sigaction *old)
{
	if (origins[signo] == ORIGIN_UNKNOWN)
		origins[signo] = old->sa_handler == SIG_IGN ? ORIGIN_IGNORED : ORIGIN_HANDLED;
}

/* Whether SIGNO was ignored originally; -1 with errno. */
static int was_ignored(int signo)
{
	struct sigaction old;

	if (origins[signo] == ORIGIN_UNKNOWN) {
		if (sigaction(signo, NULL, &old) != 0)
			return -1;
		remember_origin(signo, &old);
	}
	return origins[signo] == ORIGIN_IGNORED;
}

static int set_handler(int signo, void (*handler)(int))
{
	/* Without SA_RESTART, a blocking call ends with EINTR, at start or a write later. Only
	 * signals that ask for the end may do that. */
	struct sigaction action = {
		.sa_handler = handler, .sa_flags = asks_for_end(signo) ? 0 : SA_RESTART};
	struct sigaction old;

	sigemptyset(&action.sa_mask);
	if (sigaction(signo, &action, &old) != 0)
		return -1;
	remember_origin(signo, &old);
	return 0;
}

/* As set_handler, but a signal that was ignored originally is ignored again, and one that arrived
 * in between is forgotten: finding out beforehand would cost another call for each signal. */
static int set_unless_ignored(int signo, void (*handler)(int))
{
	if (origins[signo] == ORIGIN_IGNORED)
		return 0;
	if (set_handler(signo, handler) != 0)
		return -1;
	if (origins[signo] != ORIGIN_IGNORED)
		return 0;
	if (set_handler(signo, SIG_IGN) != 0)
		return -1;
	arrived[signo] = 0;
	if (status_end_asked == signo)
		status_end_asked = 0;
	return 0;
}

static void (*resting_handler(int signo, bool ignored))(int)
{
	if (ignored)
		return SIG_IGN;
	return asks_how_far(signo) ? tolerate : SIG_DFL;
}

int loop_signals_unblock(void)
{
	sigset_t none;

	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

int loop_signals_tolerate(void)
{
	for (int signo = 1; signo <= LOOP_SIGNAL_MAX; signo++) {
		if (asks_how_far(signo) && set_unless_ignored(signo, tolerate) < 0)
			return -1;
	}
	return 0;
}

static int signal_rests(int signo, bool force)
{
	int ignored = was_ignored(signo);

	return ignored < 0 ? -1 : set_handler(signo, resting_handler(signo, ignored && !force));
}

int loop_signal(struct loop *loop, int signo, bool force, loop_signal_fn *fn, void *arg)
{
	int done = 0;

	if (signo < 1 || signo > LOOP_SIGNAL_MAX || signo == SIGCHLD) {
		errno = EINVAL;
		return -1;
	}
	if (!fn)
		done = signal_rests(signo, force);
	else if (force)
		done = set_handler(signo, on_signal);
	else if (!loop->caught[signo].fn)
		done = set_unless_ignored(signo, on_signal);
	if (done != 0)
		return -1;
	if (!fn || force || origins[signo] != ORIGIN_IGNORED)
		loop->caught[signo] = (struct loop_caught){fn, arg};
	return 0;
}

int loop_signal_end(struct loop *loop, loop_signal_fn *fn, void *arg)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (loop_signal(loop, signals[i], false, fn, arg) < 0)
			return -1;
	return 0;
}

bool loop_signal_was_ignored(int signo)
{
	return signo >= 1 && signo <= LOOP_SIGNAL_MAX && was_ignored(signo) > 0;
}

static void report_signals(struct loop *loop)
{
	for (int signo = 1; signo <= LOOP_SIGNAL_MAX; signo++) {
		if (!arrived[signo])
			continue;
		arrived[signo] = 0;
		struct loop_caught caught = loop->caught[signo];
		if (signo == SIGCHLD)
			loop_children_reap(loop);
		else if (caught.fn)
			caught.fn(caught.arg, signo);
	}
}

/* A node is free again just before its FN is called, so FN may post it. */
static bool next_posted(struct loop *loop, struct loop_post *next)
{
	pthread_mutex_lock(&loop->post_lock);
	struct loop_post *node = loop->taken;
	if (node) {
		loop->taken = node->next;
		node->queued = false;
		*next = *node;
	}
	pthread_mutex_unlock(&loop->post_lock);
	return node != NULL;
}

static void take_posted(struct loop *loop)
{
	pthread_mutex_lock(&loop->post_lock);
	loop->taken = loop->posted;
	loop->posted = NULL;
	pthread_mutex_unlock(&loop->post_lock);
}

static void report_posted(struct loop *loop)
{
	struct loop_post next;
	take_posted(loop);
	while (next_posted(loop, &next))
		next.fn(next.arg);
}

void loop_post(struct loop *loop, struct loop_post *node, loop_post_fn *fn, void *arg)
{
	pthread_mutex_lock(&loop->post_lock);
	if (!node->queued) {
		*node = (struct loop_post){.fn = fn, .arg = arg, .queued = true};
		if (loop->posted)
			loop->posted_last->next = node;
		else
			loop->posted = node;
		loop->posted_last = node;
		/* With the lock held: once it is released, the loop may call FN, end and be
		 * freed. */
		wake(loop->wake[1]);
	}
	pthread_mutex_unlock(&loop->post_lock);
}

/* The pipe is emptied first, so what arrives from now on wakes the loop again. */
static void on_wake(void *arg, int fd, unsigned ready)
{
	struct loop *loop = arg;
	char dropped[256];
	(void)ready;
	while (read(fd, dropped, sizeof(dropped)) == (ssize_t)sizeof(dropped))
		;
	report_signals(loop);
	report_posted(loop);
}

int loop_wake_open(struct loop *loop)
{
	loop->wake[0] = loop->wake[1] = -1;
	int err = pthread_mutex_init(&loop->post_lock, NULL);
	if (err) {
		errno = err;
		return -1;
	}
	if (os_pipe(loop->wake) != 0)
		return -1;
	if (loop_watch(loop, loop->wake[0], LOOP_READ, on_wake, loop) != 0)
		return -1;
	wake_fd = loop->wake[1];
	status_end_asked = 0;
	if (set_handler(SIGPIPE, SIG_IGN) != 0 || set_handler(SIGXFSZ, SIG_IGN) != 0 ||
		set_handler(SIGCHLD, on_signal) != 0)
		return -1;
	/* The signals of children that ended earlier were lost. */
	loop_children_reap(loop);
	return 0;
}

static void drop_posted(struct loop_post *node)
{
	for (; node; node = node->next)
		node->queued = false;
}

void loop_wake_close(struct loop *loop)
{
	/* SIGPIPE remains ignored: the last lines of output are yet to be written. */
	for (int signo = 1; signo <= LOOP_SIGNAL_MAX; signo++) {
		if (loop->caught[signo].fn || signo == SIGCHLD)
			signal_rests(signo, false);
		arrived[signo] = 0;
	}
	wake_fd = -1;
	fd_close(loop->wake[0]);
	fd_close(loop->wake[1]);
	drop_posted(loop->taken);
	drop_posted(loop->posted);
	pthread_mutex_destroy(&loop->post_lock);
}
