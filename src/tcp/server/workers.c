/* SPDX-License-Identifier: ISC */
/* workers.c - several processes that accept on the same listening sockets. */

#include "tcp/server/workers.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/sock/sock.h"

/* The parent's messages: this byte, or the number of a signal. */
enum { ASK = 0 };

/* A worker that dies younger is replaced after a pause, so that nothing spins. */
static const int64_t young_ns = NUM_NS_PER_S;

struct worker {
	struct workers *all;
	size_t number;
	pid_t pid;   /* 0: not running */
	int control; /* -1: none */
	bool asked;
	int64_t started_ns;
	struct worker_figures told;
	struct loop_timer again;
};

static void told_by(struct worker *one)
{
	struct workers *w = one->all;

	if (!one->asked)
		return;
	one->asked = false;
	if (--w->asked == 0)
		w->told(w->arg);
}

/* Take the figures that were received. */
static void hear(struct worker *one)
{
	struct worker_figures f;

	while (recv(one->control, &f, sizeof f, MSG_DONTWAIT) == (ssize_t)sizeof f) {
		one->told = f;
		told_by(one);
	}
}

static void control_ready(void *arg, int fd, unsigned ready)
{
	struct worker *one = arg;
	char byte;

	(void)ready;
	hear(one);
	/* The loop reports when the process has ended. */
	if (recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0)
		loop_pause(one->all->loop, fd);
}

static void add(struct worker_figures *sum, const struct worker_figures *f)
{
	sum->accepted += f->accepted;
	sum->received_bytes += f->received_bytes;
	sum->sent_bytes += f->sent_bytes;
	sum->uncounted = sum->uncounted || f->uncounted;
}

static void let_go(struct worker *one)
{
	struct workers *w = one->all;

	hear(one);
	loop_forget(w->loop, one->control);
	fd_close(one->control);
	add(&w->ended, &one->told);
	one->told = (struct worker_figures){0};
	one->control = -1;
	one->pid = 0;
	w->running--;
	told_by(one);
}

static void say_ended(const struct worker *one, int wait_status)
{
	bool signalled = WIFSIGNALED(wait_status);

	log_warning("worker %ld %s %d; starting another", (long)one->pid,
		signalled ? "was killed by signal" : "exited with status",
		signalled ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status));
}

static int start_one(struct worker *one);

/* If there is no memory for the timer, the others go on without this one; at least one must be
 * left. */
static void start_later(struct worker *one)
{
	struct workers *w = one->all;

	if (loop_timer_set(w->loop, &one->again, young_ns) == 0 || w->running > 0)
		return;
	log_error("no worker is left, and none can be started: %s", status_reason(errno));
	w->failed = true;
	w->done(w->arg);
}

static void start_again(void *arg)
{
	struct worker *one = arg;

	if (start_one(one) == 0)
		return;
	log_warning("cannot start a worker: %s", status_reason(errno));
	start_later(one);
}

static void worker_ended(void *arg, pid_t pid, int wait_status)
{
	struct worker *one = arg;
	struct workers *w = one->all;
	bool young = loop_now(w->loop) - one->started_ns < young_ns;

	(void)pid;
	if (!w->stopping)
		say_ended(one, wait_status);
	let_go(one);
	if (w->stopping && w->running == 0)
		w->done(w->arg);
	if (w->stopping)
		return;
	if (young)
		start_later(one);
	else
		start_again(one);
}

/* Children must not keep the parent's ends: otherwise they could not notice when it is gone. */
static void close_controls(const struct workers *w)
{
	for (size_t i = 0; i < w->count; i++)
		fd_close(w->item[i].control);
}

/* fork(2); the child has all signals blocked until it can catch them. */
static pid_t fork_worker(struct worker *one, int control)
{
	sigset_t all, before;
	pid_t pid;
	int err;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	err = errno;
	if (pid == 0) {
		close_controls(one->all);
		one->all->work(one->all->arg, one->number, control);
		_exit(STATUS_FAILED);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = err;
	return pid;
}

static int start_one(struct worker *one)
{
	struct workers *w = one->all;
	int ends[2], err;

	if (sock_pair(SOCK_STREAM, ends) < 0)
		return -1;
	one->control = ends[0];
	one->pid = fork_worker(one, ends[1]);
	err = errno;
	fd_close(ends[1]);
	if (one->pid > 0 && loop_child(w->loop, one->pid, worker_ended, one) == 0 &&
		loop_watch(w->loop, one->control, LOOP_READ, control_ready, one) == 0) {
		one->started_ns = loop_now(w->loop);
		w->running++;
		return 0;
	}
	/* A child that was started sees the end of its control socket, and exits. */
	err = one->pid > 0 ? errno : err;
	if (one->pid > 0)
		loop_child_forget(w->loop, one->pid);
	fd_close(one->control);
	one->control = -1;
	one->pid = 0;
	errno = err;
	return -1;
}

int workers_start(struct workers *w, struct loop *loop, size_t count)
{
	w->loop = loop;
	w->item = calloc(count, sizeof *w->item);
	if (!w->item)
		return -1;
	w->count = count;
	for (size_t i = 0; i < count; i++) {
		w->item[i] = (struct worker){.all = w, .number = i, .control = -1};
		loop_timer_init(&w->item[i].again, start_again, &w->item[i]);
	}
	for (size_t i = 0; i < count; i++) {
		if (start_one(&w->item[i]) < 0)
			return -1;
	}
	return 0;
}

static void say(const struct worker *one, int what)
{
	unsigned char byte = (unsigned char)what;

	/* If one has ended, the loop reports that. */
	if (one->control >= 0)
		(void)!send(one->control, &byte, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void workers_stop(struct workers *w, int signo)
{
	w->stopping = true;
	for (size_t i = 0; i < w->count; i++) {
		struct worker *one = &w->item[i];

		loop_timer_stop(w->loop, &one->again);
		/* One that is held up by the reader of its output does not look at what is said. */
		if (one->pid > 0)
			kill(one->pid, signo);
		say(one, signo);
	}
	if (w->running == 0)
		w->done(w->arg);
}

void workers_ask(struct workers *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct worker *one = &w->item[i];

		if (!one->pid || one->asked)
			continue;
		one->asked = true;
		w->asked++;
		say(one, ASK);
	}
	if (w->asked == 0)
		w->told(w->arg);
}

void workers_sum(const struct workers *w, struct worker_figures *sum)
{
	*sum = w->ended;
	for (size_t i = 0; i < w->count; i++)
		add(sum, &w->item[i].told);
}

void workers_release(struct workers *w)
{
	for (size_t i = 0; i < w->count; i++) {
		loop_timer_stop(w->loop, &w->item[i].again);
		loop_forget(w->loop, w->item[i].control);
		fd_close(w->item[i].control);
	}
	free(w->item);
	*w = (struct workers){0};
}

void worker_tell(struct worker_tie *tie)
{
	struct worker_figures f = {.accepted = tie->server->accepted};

	server_measure(tie->server, &f.received_bytes, &f.sent_bytes);
	f.uncounted = tie->server->uncounted;
	(void)!send(tie->control, &f, sizeof f, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void worker_signalled(struct worker_tie *tie, int signo)
{
	if (!tie->server->signo)
		server_stop(tie->server, signo);
}

static void obey(struct worker_tie *tie, int signo)
{
	if (tie->stopped)
		server_abort(tie->server);
	else
		worker_signalled(tie, signo);
	tie->stopped = true;
}

static void parent_spoke(void *arg, int fd, unsigned ready)
{
	struct worker_tie *tie = arg;
	unsigned char byte;
	ssize_t n;

	(void)ready;
	while ((n = recv(fd, &byte, 1, MSG_DONTWAIT)) == 1) {
		if (byte == ASK)
			worker_tell(tie);
		else
			obey(tie, byte);
	}
	if (n == 0) {
		loop_forget(tie->server->loop, fd);
		worker_signalled(tie, SIGTERM);
	}
}

int worker_follow(struct worker_tie *tie, struct server *s, int control)
{
	*tie = (struct worker_tie){.server = s, .control = control};
	return loop_watch(s->loop, control, LOOP_READ, parent_spoke, tie);
}
