/* SPDX-License-Identifier: ISC */
/* child_end.c - end a child that is no longer wanted. */
#include "core/loop/child_end.h"

#include <signal.h>

#include "base/checked.h"
#include "base/num.h"

static const int64_t patience_ns = 2 * NUM_NS_PER_S;

static void send_signal(const struct child_end *e, int signo)
{
	kill(e->group ? -e->pid : e->pid, signo);
}

static void kill_hard(void *arg)
{
	send_signal(arg, SIGKILL);
}

static void ended(void *arg, pid_t pid, int wait_status)
{
	struct child_end *e = arg;

	loop_timer_stop(e->loop, &e->kill);
	e->fn(e->arg, pid, wait_status);
}

void child_end(
	struct child_end *e, struct loop *loop, pid_t pid, bool group, loop_child_fn *fn, void *arg)
{
	*e = (struct child_end){.loop = loop, .pid = pid, .group = group, .fn = fn, .arg = arg};
	loop_timer_init(&e->kill, kill_hard, e);
	/* The loop already knows this child, so this cannot fail. */
	UNCHECKED(loop_child(loop, pid, ended, e));
	send_signal(e, loop_timer_set(loop, &e->kill, patience_ns) == 0 ? SIGTERM : SIGKILL);
}
