/* SPDX-License-Identifier: ISC */
/* pty.h - pseudo-terminals. */
#ifndef CORE_OS_PTY_H
#define CORE_OS_PTY_H

#include <stdint.h>

#include "base/checked.h"

/* The size of a terminal's window, in characters. */
struct os_window {
	uint16_t rows, columns;
};

/* Open a pseudo-terminal with a window of SIZE: FDS[0] becomes the terminal itself, which blocks,
 * FDS[1] the master, which does not. Both are close-on-exec, belong to the caller, and do not
 * become this process's controlling terminal. 0, or -1 with errno (ENOSYS: a command could not get
 * it as its controlling terminal). */
int os_pty_open(struct os_window size, int fds[2]) CHECKED;

/* The window of the terminal FD. 0, or -1 with errno; a size that is not known is an error too. */
int os_pty_window(int fd, struct os_window *size) CHECKED;

/* The character that ends the input of the terminal FD (VEOF of termios(3)), FD being either side
 * of it; -1: there is none. */
int os_pty_eof(int fd) CHECKED;

/* The flag of posix_spawnattr_setflags(3) for a session of its own, in which the first terminal
 * opened becomes the controlling one; 0 where there is no such flag. */
extern const short os_spawn_session;

#endif
