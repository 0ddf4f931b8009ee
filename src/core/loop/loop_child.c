/* SPDX-License-Identifier: ISC */
/* loop_child.c - the loop's children: collect those that ended, and report them. */
#include "core/loop/loop.h"

#include <errno.h>
#include <sys/wait.h>

#include "base/grow.h"
#include "core/loop/loop_private.h"

static struct loop_waited *find(struct loop *loop, pid_t pid)
{
	for (size_t i = 0; i < loop->waited_count; i++) {
		if (loop->waited[i].pid == pid)
			return &loop->waited[i];
	}
	return NULL;
}

/* Add an entry for PID. NULL with errno. */
static struct loop_waited *append(struct loop *loop, pid_t pid)
{
	struct loop_waited *larger =
		grow(loop->waited, &loop->waited_room, loop->waited_count + 1, sizeof(*larger));
	if (!larger)
		return NULL;
	loop->waited = larger;
	struct loop_waited *w = &loop->waited[loop->waited_count++];
	*w = (struct loop_waited){.pid = pid};
	return w;
}

static void take_out(struct loop *loop, struct loop_waited *w)
{
	if (w->ended && w->fn)
		loop->waited_ready--;
	else if (w->ended)
		loop->waited_orphaned--;
	*w = loop->waited[--loop->waited_count];
}

int loop_child(struct loop *loop, pid_t pid, loop_child_fn *fn, void *arg)
{
	struct loop_waited *w = find(loop, pid);
	if (!w)
		w = append(loop, pid);
	if (!w)
		return -1;
	if (w->ended && !w->fn) {
		loop->waited_orphaned--;
		loop->waited_ready++;
	}
	w->fn = fn;
	w->arg = arg;
	return 0;
}

void loop_child_forget(struct loop *loop, pid_t pid)
{
	struct loop_waited *w = find(loop, pid);
	if (w)
		take_out(loop, w);
}

static void mark_ended(struct loop *loop, pid_t pid, int status)
{
	struct loop_waited *w = find(loop, pid);
	/* Nobody has asked for it yet, but may do so until this turn is over. */
	if (!w)
		w = append(loop, pid);
	if (!w)
		return;
	w->ended = true;
	w->status = status;
	if (w->fn)
		loop->waited_ready++;
	else
		loop->waited_orphaned++;
}

void loop_children_reap(struct loop *loop)
{
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, WNOHANG);
		if (pid > 0)
			mark_ended(loop, pid, status);
		else if (pid == 0 || errno != EINTR)
			return;
	}
}

void loop_children_drop(struct loop *loop)
{
	size_t i = 0;
	while (loop->waited_orphaned > 0 && i < loop->waited_count) {
		struct loop_waited *w = &loop->waited[i];
		if (w->ended && !w->fn)
			take_out(loop, w);
		else
			i++;
	}
}

void loop_children_tell(struct loop *loop)
{
	size_t i = 0;
	/* A callback may move entries; one that is skipped because of that is found in the next
	 * turn. */
	while (loop->waited_ready > 0 && i < loop->waited_count && !loop->stopped) {
		struct loop_waited w = loop->waited[i];
		if (!w.ended || !w.fn) {
			i++;
			continue;
		}
		take_out(loop, &loop->waited[i]);
		w.fn(w.arg, w.pid, w.status);
	}
}
