/* SPDX-License-Identifier: ISC */
/* command.h - run a command with a connection as its standard input and output. */
#ifndef TCP_COMMAND_H
#define TCP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/checked.h"
#include "core/addr/addr.h"

/* The words of a command line: those after --, or a shell with TEXT. */
struct command_line {
	char *const *argv; /* NULL: no command */
	char *shell[4];
};

/* Set LINE from ARGV (the words after --; NULL: none) or SHELL_TEXT (of --sh; NULL: none). */
void command_line_init(struct command_line *line, char *const *argv, const char *shell_text);

/* Whom a command will talk to. */
struct command_peer {
	int wire; /* the connection itself */
	const struct addr *peer, *local;
};

/* Start ARGV on FD, which is PEER's connection or something in front of it: FD itself, which should
 * be in blocking mode, becomes its descriptors 0 and 1, and the environment is as UCSPI has it:
 * PROTO, TCPREMOTEIP, TCPREMOTEPORT, TCPLOCALIP, TCPLOCALPORT; for a Unix socket IPCREMOTEEUID,
 * IPCREMOTEEGID, IPCREMOTEPATH, IPCLOCALPATH. FD stays the caller's. The pid, or -1 with errno as
 * child_start. */
pid_t command_start(
	char *const *argv, int fd, const struct command_peer *peer, bool own_group) CHECKED;

#endif
