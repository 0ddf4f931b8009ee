/* SPDX-License-Identifier: ISC */
/* command.c - run a command with a connection as its standard input and output. */

#include "tcp/command.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/loop/child.h"

pid_t command_start(char *const *argv, int fd, const struct ucspi *served, bool own_group)
{
	struct child_command command = {.argv = argv, .in = fd, .out = fd, .own_group = own_group};
	char terminal[PATH_MAX], **environment;
	pid_t pid;

	if (isatty(fd)) {
		errno = ttyname_r(fd, terminal, sizeof terminal);
		if (errno)
			return -1;
		command.terminal = terminal;
	}
	environment = ucspi_environ(served);
	if (!environment)
		return -1;
	command.environ = environment;
	pid = child_start(&command);
	free(environment);
	return pid;
}
