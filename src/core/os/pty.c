/* SPDX-License-Identifier: ISC */
/* pty.c - pseudo-terminals. */
#define _GNU_SOURCE /* POSIX_SPAWN_SETSID, TIOCSWINSZ, posix_openpt */

#include "core/os/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/fd.h"

#ifdef POSIX_SPAWN_SETSID
const short os_spawn_session = POSIX_SPAWN_SETSID;
#else
const short os_spawn_session = 0;
#endif

/* Open the terminal of MASTER. -1 with errno. */
static int open_terminal(int master)
{
	const char *path;

	if (grantpt(master) < 0 || unlockpt(master) < 0)
		return -1;
	path = ptsname(master);
	return path ? open(path, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
}

static int set_window(int fd, struct os_window size)
{
	const struct winsize window = {.ws_row = size.rows, .ws_col = size.columns};

	return ioctl(fd, TIOCSWINSZ, &window);
}

int os_pty_open(struct os_window size, int fds[2])
{
	int master, terminal = -1;

	errno = ENOSYS;
	master = os_spawn_session ? posix_openpt(O_RDWR | O_NOCTTY) : -1;
	if (master < 0)
		return -1;
	if (fd_set_cloexec(master) == 0 && fd_set_nonblock(master, true) == 0)
		terminal = open_terminal(master);
	if (terminal >= 0 && set_window(terminal, size) == 0) {
		fds[0] = terminal;
		fds[1] = master;
		return 0;
	}
	fd_close(terminal);
	fd_close(master);
	return -1;
}

int os_pty_window(int fd, struct os_window *size)
{
	struct winsize window;

	if (ioctl(fd, TIOCGWINSZ, &window) < 0)
		return -1;
	*size = (struct os_window){.rows = window.ws_row, .columns = window.ws_col};
	errno = ENOTTY;
	return size->rows && size->columns ? 0 : -1;
}

int os_pty_eof(int fd)
{
	struct termios modes;

	if (tcgetattr(fd, &modes) < 0 || modes.c_cc[VEOF] == _POSIX_VDISABLE)
		return -1;
	return modes.c_cc[VEOF];
}
