/* SPDX-License-Identifier: ISC */
/* command.h - run a command with a connection as its standard input and output. */
#ifndef TCP_COMMAND_H
#define TCP_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/checked.h"
#include "core/ucspi.h"

/* Start ARGV on FD, which is the connection of SERVED or something in front of it. FD, which should
 * be in blocking mode, becomes its descriptors 0 and 1 (a terminal: 0 to 2, and its controlling
 * terminal in a new session), and its environment is that of ucspi_environ. FD remains the
 * caller's. Returns the pid, or -1 with errno as child_start does. */
pid_t command_start(char *const *argv, int fd, const struct ucspi *served, bool own_group) CHECKED;

#endif
