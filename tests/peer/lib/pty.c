/* SPDX-License-Identifier: ISC */
/* pty.c - run a command at its own terminal. */
#define _GNU_SOURCE /* posix_openpt, TIOCSWINSZ, TIOCSCTTY */
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "peer.h"

void pty_set_size(const struct pty *pty, unsigned rows, unsigned columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	if (ioctl(pty->fd, TIOCSWINSZ, &size) < 0)
		die("cannot set the size of the terminal: %s", strerror(errno));
}

void pty_set_echo(const struct pty *pty, bool shown)
{
	struct termios mode;

	if (tcgetattr(pty->fd, &mode) < 0)
		die("no terminal: %s", strerror(errno));
	if (shown)
		mode.c_lflag |= (tcflag_t)ECHO;
	else
		mode.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(pty->fd, TCSANOW, &mode) < 0)
		die("cannot set the terminal: %s", strerror(errno));
}

/* Run in the child: its session gets the terminal SLAVE, which was open all the time; otherwise we
 * would take that for the end. */
static _Noreturn void become(char **command, int slave, bool output_is_ours)
{
	/* A shell that runs us in the background ignores them, and programs would inherit that. */
	static const int typed[] = {SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU};

	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++)
		signal(typed[i], SIG_DFL);
	setsid();
	if (ioctl(slave, TIOCSCTTY, 0) < 0 || dup2(slave, STDIN_FILENO) < 0 ||
		dup2(slave, STDERR_FILENO) < 0 ||
		(!output_is_ours && dup2(slave, STDOUT_FILENO) < 0))
		die("cannot have a terminal: %s", strerror(errno));
	if (slave > STDERR_FILENO)
		close(slave);
	execvp(command[0], command);
	die("cannot run %s: %s", command[0], strerror(errno));
}

struct pty pty_start(char **command, bool output_is_ours, unsigned columns)
{
	struct pty pty = {.fd = posix_openpt(O_RDWR | O_NOCTTY)};

	if (pty.fd < 0 || grantpt(pty.fd) < 0 || unlockpt(pty.fd) < 0)
		die("cannot make a terminal: %s", strerror(errno));
	int slave = open(ptsname(pty.fd), O_RDWR | O_NOCTTY);
	if (slave < 0)
		die("cannot open the terminal: %s", strerror(errno));
	pty_set_size(&pty, 24, columns);
	pty_set_echo(&pty, false);
	pty.pid = fork();
	if (pty.pid < 0)
		die("fork: %s", strerror(errno));
	if (pty.pid == 0) {
		close(pty.fd);
		become(command, slave, output_is_ours);
	}
	close(slave);
	return pty;
}

void pty_type(const struct pty *pty, const void *text, size_t size)
{
	if (write_all(pty->fd, text, size) < 0)
		die("cannot type: %s", strerror(errno));
}

/* On Linux the end is an error, EIO. */
ssize_t pty_read(const struct pty *pty, void *data, size_t size, int ms)
{
	struct pollfd ready = {.fd = pty->fd, .events = POLLIN};

	if (poll(&ready, 1, ms) <= 0)
		return 0;
	ssize_t got = read(pty->fd, data, size);
	if (got < 0 && errno == EINTR)
		return 0;
	return got > 0 ? got : -1;
}
