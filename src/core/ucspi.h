/* SPDX-License-Identifier: ISC */
/* ucspi.h - the command line and the environment of a command that serves a peer (UCSPI). */
#ifndef CORE_UCSPI_H
#define CORE_UCSPI_H

#include "base/checked.h"
#include "core/addr/addr.h"

/* The words of a command line: those after --, or a shell with TEXT. */
struct command_line {
	char *const *argv; /* NULL: no command */
	char *shell[4];
};

/* Set LINE from ARGV (the words after --; NULL: none) or SHELL_TEXT (of --sh; NULL: none). LINE
 * must not be moved afterwards. */
void command_line_init(struct command_line *line, char *const *argv, const char *shell_text);

/* The peer that a command will talk to. */
struct ucspi {
	const char *proto; /* TCP or UDP, unless it is a Unix socket */
	int wire;	   /* the connection, to find the user of a Unix peer; -1: none */
	const struct addr *peer, *local;
};

/* The environment with PROTO, TCPREMOTEIP, TCPREMOTEPORT, TCPLOCALIP, TCPLOCALPORT (for UDP,
 * UDPREMOTEIP ...); for a Unix socket IPCREMOTEEUID, IPCREMOTEEGID, IPCREMOTEPATH, IPCLOCALPATH;
 * and without such variables set by an outer server. The result is as for child_environ. */
char **ucspi_environ(const struct ucspi *u) CHECKED;

#endif
