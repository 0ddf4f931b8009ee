/* SPDX-License-Identifier: ISC */
/* pty.h - run a command at its own terminal. Every failure ends the program. */
#ifndef PTY_H
#define PTY_H

#include <stdbool.h>
#include <sys/types.h>

struct pty {
	int fd; /* the other end of the terminal */
	pid_t pid;
};

/* Start COMMAND in a new session, with a terminal as its standard input and error, and as its
 * standard output unless OUTPUT_IS_OURS. The terminal is COLUMNS wide, or does not know its size
 * (0). What is typed is not shown. */
struct pty pty_start(char **command, bool output_is_ours, unsigned columns);

/* Set the size; 0: the terminal does not know it. */
void pty_set_size(const struct pty *pty, unsigned rows, unsigned columns);

void pty_set_echo(const struct pty *pty, bool shown);

/* Type the SIZE bytes of TEXT. */
void pty_type(const struct pty *pty, const void *text, size_t size);

/* Read up to SIZE bytes that the terminal is to show, waiting for at most MS. Returns how many; 0
 * if nothing comes, -1 at the end, when nobody has the terminal open any longer. */
ssize_t pty_read(const struct pty *pty, void *data, size_t size, int ms);

#endif
