/* SPDX-License-Identifier: ISC */
/* pty.h - a command at a terminal of its own. Every failure ends the program. */
#ifndef PTY_H
#define PTY_H

#include <stdbool.h>
#include <sys/types.h>

struct pty {
	int fd; /* the other end of the terminal */
	pid_t pid;
};

/* Start COMMAND in a session of its own, with a terminal as its standard input and error, and as
 * its standard output unless OUTPUT_IS_OURS. It is COLUMNS wide, or does not know its size (0).
 * What is typed is not shown. */
struct pty pty_start(char **command, bool output_is_ours, unsigned columns);

/* With 0 the terminal does not know. */
void pty_set_size(const struct pty *pty, unsigned rows, unsigned columns);

void pty_set_echo(const struct pty *pty, bool shown);

/* As if the SIZE bytes of TEXT were typed. */
void pty_type(const struct pty *pty, const void *text, size_t size);

/* Up to SIZE bytes of what the terminal is to show, waiting for MS at most: how many; 0 if nothing
 * comes, -1 at the end, when nobody has the terminal any more. */
ssize_t pty_read(const struct pty *pty, void *data, size_t size, int ms);

#endif
