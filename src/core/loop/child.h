/* SPDX-License-Identifier: ISC */
/* child.h - start a command. loop_child reports its end. */
#ifndef CORE_LOOP_CHILD_H
#define CORE_LOOP_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/checked.h"
#include "base/status.h"

struct bytes;

struct child_command {
	char *const *argv;    /* NULL-terminated; argv[0] is looked up in PATH */
	int in, out;	      /* become descriptors 0 and 1 */
	int err;	      /* becomes descriptor 2; 0: that stays */
	char *const *environ; /* NULL: ours */
	bool own_group;	      /* its own process group */
	/* Becomes descriptors 0 to 2, and the controlling terminal of a session of its own, which
	 * is a process group, too; IN, OUT and ERR do not count. NULL: none. */
	const char *terminal;
};

/* Start it with posix_spawn(3): default signals, even those ignored when this process started (but
 * SIGHUP, SIGINT and SIGQUIT stay ignored then unless it has its own group), empty mask, no other
 * descriptor as long as all are close-on-exec. The pid, or -1 with errno (ENOENT: no such command;
 * EACCES: it cannot be run). IN and OUT stay the caller's, and so does their mode: most commands
 * expect them to block (fd_set_nonblock). */
pid_t child_start(const struct child_command *command) CHECKED;

/* Replace this process by ARGV, with signals as for a command in our own group. Returns only if it
 * cannot be run, with errno. */
void child_become(char *const argv[]);

/* The exit status that a shell would give for ERR from child_start: 127 or 126. */
int child_shell_status(int err);

/* The exit status that a shell would show for WAIT_STATUS: the command's, or 128 + its signal. */
int child_exit_status(int wait_status);

/* Whether NAME can be run: a path that is executable, or found in PATH. 0, or -1 with errno. */
int child_find(const char *name) CHECKED;

/* The same as an exit status: STATUS_DONE, or one line in WHY. */
enum status child_check(const char *name, struct bytes *why) CHECKED;

/* A copy of our environment with COUNT texts of SET applied: `NAME=VALUE` sets, `NAME` alone
 * removes, NULL does nothing. One block to free(3), which shares the texts of our own environment.
 * NULL with errno ENOMEM. */
char **child_environ(const char *const *set, size_t count) CHECKED;

#endif
