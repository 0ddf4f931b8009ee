/* SPDX-License-Identifier: ISC */
/* raw.c - the terminal at standard input in raw mode. */

#include "tcp/connect/raw.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "base/fd.h"
#include "core/sock/sock.h"

enum { READ_SIZE = 4096, LEAVE_KEY = 0x1d };

/* A process has one terminal; its modes must be available wherever the process ends. */
static struct termios before;
static bool is_raw;

static void readable(void *arg, int fd, unsigned ready);
static void writable(void *arg, int fd, unsigned ready);

/* cfmakeraw(3), which POSIX lacks. */
static int make_raw(void)
{
	struct termios raw = before;

	raw.c_iflag &=
		(tcflag_t) ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	raw.c_oflag &= (tcflag_t)~OPOST;
	raw.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.c_cflag = (raw.c_cflag & (tcflag_t) ~(CSIZE | PARENB)) | CS8;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	is_raw = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
	return is_raw ? 0 : -1;
}

void raw_restore(void)
{
	/* A terminal whose output is stopped (Ctrl-S) blocks this until a signal comes. */
	if (is_raw && tcsetattr(STDIN_FILENO, TCSADRAIN, &before) < 0 && errno == EINTR)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	is_raw = false;
}

/* A stop from elsewhere, because here Ctrl-Z is a key like any other. */
static void stop(void *arg, int signo)
{
	(void)arg, (void)signo;
	raw_restore();
	raise(SIGSTOP);
}

/* A SIGSTOP left no time to restore anything, but the shell has taken back the terminal since. */
static void go_on(void *arg, int signo)
{
	(void)arg, (void)signo;
	if (is_raw || tcgetattr(STDIN_FILENO, &before) == 0)
		make_raw();
}

static void close_input(struct raw *r)
{
	loop_forget(r->loop, r->in.fd);
	loop_forget(r->loop, r->to);
	fd_close(r->to);
	r->to = -1;
}

static void fail(struct raw *r, int error)
{
	close_input(r);
	r->fn(r->arg, error);
}

/* Send what was typed, as far as possible. 0, or an errno. */
static int send_keys(struct raw *r)
{
	while (r->unsent.size > 0) {
		ssize_t n =
			send(r->to, r->unsent.data, r->unsent.size, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0)
			bytes_drop(&r->unsent, (size_t)n);
		else if (errno != EINTR)
			return fd_would_block(errno) ? 0 : errno;
	}
	return r->unsent.failed ? ENOMEM : 0;
}

/* Wait for room for what is unsent, or else for more keys. 0, or an errno. */
static int wait(struct raw *r)
{
	bool full = r->unsent.size > 0;

	if (loop_watch(r->loop, r->in.fd, full ? 0 : LOOP_READ, readable, r) < 0 ||
		loop_watch(r->loop, r->to, full ? LOOP_WRITE : 0, writable, r) < 0)
		return errno;
	return 0;
}

/* Pass on what was typed, and read more once all of it is sent. */
static void pass(struct raw *r)
{
	int error = send_keys(r);

	if (error || (error = wait(r)) != 0)
		fail(r, error);
}

static void writable(void *arg, int fd, unsigned ready)
{
	(void)fd, (void)ready;
	pass(arg);
}

static void readable(void *arg, int fd, unsigned ready)
{
	struct raw *r = arg;
	unsigned char data[READ_SIZE], *leave;
	ssize_t n = end_read(&r->in, data, sizeof data);

	(void)fd, (void)ready;
	if (n < 0 && fd_would_block(errno))
		return;
	if (n < 0)
		fail(r, errno);
	else if (n == 0)
		close_input(r);
	if (n <= 0)
		return;
	leave = memchr(data, LEAVE_KEY, (size_t)n);
	bytes_add(&r->unsent, data, leave ? (size_t)(leave - data) : (size_t)n);
	pass(r);
	if (leave && r->to >= 0)
		r->fn(r->arg, 0);
}

int raw_start(struct raw *raw, struct loop *loop, struct end *input, raw_fn *fn, void *arg)
{
	int keys[2];

	if (tcgetattr(STDIN_FILENO, &before) < 0 || sock_pair(SOCK_STREAM, keys) < 0)
		return -1;
	*raw = (struct raw){.loop = loop, .in = *input, .to = keys[0], .fn = fn, .arg = arg};
	*input = end_of_socket(keys[1]);
	if (make_raw() == 0 && loop_signal(loop, SIGTSTP, false, stop, raw) == 0 &&
		loop_signal(loop, SIGCONT, false, go_on, raw) == 0 &&
		loop_watch(loop, raw->in.fd, LOOP_READ, readable, raw) == 0)
		return 0;
	fd_close(keys[1]);
	return -1;
}

void raw_release(struct raw *raw)
{
	if (!raw->loop)
		return;
	if (raw->to >= 0)
		close_input(raw);
	bytes_release(&raw->unsent);
	raw->loop = NULL;
}
