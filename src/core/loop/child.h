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
	int in, out;	      /* they become descriptors 0 and 1 */
	int err;	      /* it becomes descriptor 2; 0: that stays as it is */
	char *const *environ; /* NULL: that of this process */
	bool own_group;	      /* its own process group */
	/* It becomes descriptors 0 to 2, and the controlling terminal of a new session, which is a
	 * new process group too; IN, OUT and ERR are then ignored. NULL: none. */
	const char *terminal;
};

/* Start it with posix_spawn(3): default signals, even those that were ignored when this process
 * started (but SIGHUP, SIGINT and SIGQUIT then stay ignored unless the command has its own group),
 * an empty mask, and no other descriptors, provided that all are close-on-exec. The pid, or -1 with
 * errno (ENOENT: no such command; EACCES: it cannot be run). IN and OUT remain the caller's, and
 * their mode is not changed: most commands expect them to block (fd_set_nonblock). */
pid_t child_start(const struct child_command *command) CHECKED;

/* Replace this process with ARGV, with signals as for a command in this process group. Returns only
 * if it cannot be run, with errno. */
void child_become(char *const argv[]);

/* The exit status that a shell would give for ERR from child_start: 127 or 126. */
int child_shell_status(int err);

/* The exit status that a shell would show for WAIT_STATUS: the command's, or 128 + its signal. */
int child_exit_status(int wait_status);

/* Whether NAME can be run: a path that is executable, or found in PATH. 0, or -1 with errno. */
int child_find(const char *name) CHECKED;

/* As child_find, with an exit status: STATUS_DONE, or else one line in WHY. */
enum status child_check(const char *name, struct bytes *why) CHECKED;

/* A copy of this process's environment with the COUNT texts of SET applied: `NAME=VALUE` sets,
 * `NAME` alone removes, NULL does nothing. The result is one block for free(3), which shares its
 * texts with this process's environment. NULL with errno ENOMEM. */
char **child_environ(const char *const *set, size_t count) CHECKED;

#endif
