/* SPDX-License-Identifier: ISC */
/* child_end.h - end a child that is no longer wanted: SIGTERM, and SIGKILL if it is still there 2 s
 * later. */
#ifndef CORE_LOOP_CHILD_END_H
#define CORE_LOOP_CHILD_END_H

#include <stdbool.h>
#include <sys/types.h>

#include "core/loop/loop.h"

/* A child that is being ended. */
struct child_end {
	struct loop *loop;
	pid_t pid;
	bool group;
	struct loop_timer kill;
	loop_child_fn *fn;
	void *arg;
};

/* Send SIGTERM to the child PID (GROUP: to the process group that it leads), which the loop watches
 * already (loop_child), and make sure that it ends: FN is then called instead. E must stay until
 * then. */
void child_end(struct child_end *e, struct loop *loop, pid_t pid, bool group, loop_child_fn *fn,
	void *arg);

#endif
