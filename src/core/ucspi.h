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
 * must not be moved after. */
void command_line_init(struct command_line *line, char *const *argv, const char *shell_text);

/* Whom a command will talk to. */
struct ucspi {
	const char *proto; /* TCP or UDP, where it is not a Unix socket */
	int wire;	   /* the connection, whose peer may be a user of this host; -1: none */
	const struct addr *peer, *local;
};

/* Our environment with PROTO, TCPREMOTEIP, TCPREMOTEPORT, TCPLOCALIP, TCPLOCALPORT (of UDP:
 * UDPREMOTEIP ...); for a Unix socket IPCREMOTEEUID, IPCREMOTEEGID, IPCREMOTEPATH, IPCLOCALPATH;
 * and without what an outer server has set of the kind. As child_environ. */
char **ucspi_environ(const struct ucspi *u) CHECKED;

#endif
