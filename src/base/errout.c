/* SPDX-License-Identifier: ISC */
/* errout.c - standard error, written without waiting for its reader. */
#include "base/errout.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"

static struct {
	bool opened;   /* errout_open was called */
	int own;       /* a non-blocking description of the same pipe or terminal */
	bool has_own;  /* whether there is one */
	bool careful;  /* a pipe or terminal, without OWN: write at most PIPE_BUF at a time */
	bool mid_line; /* the last line could be written only in part */
	bool in_vain;  /* the last wait for room was in vain */
} errout;

static bool is_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_NONBLOCK);
}

/* Give FD a number so high that no fd:N of a user, for a descriptor that was not passed on, can
 * mean it by accident. */
static int set_aside(int fd)
{
	enum { BEYOND = 100 };
	int high = fcntl(fd, F_DUPFD_CLOEXEC, BEYOND);

	if (high < 0)
		return fd; /* the limit of descriptors is low */
	fd_close(fd);
	return high;
}

/* All who share the open file description behind descriptor 2 share O_NONBLOCK too, so it is not
 * set there. On Linux, opening /dev/fd/2 creates a separate description; elsewhere it amounts to
 * dup(2), which is no use. */
void errout_open(void)
{
	struct stat st;
	int fd;

	if (errout.opened)
		return;
	errout.opened = true;
	if (fstat(STDERR_FILENO, &st) < 0)
		return;
	errout.careful = S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode);
	if (!errout.careful || is_nonblocking(STDERR_FILENO))
		return;
	fd = open("/dev/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return;
	if (!is_nonblocking(fd) || is_nonblocking(STDERR_FILENO)) {
		fd_close(fd);
		return;
	}
	errout.own = set_aside(fd);
	errout.has_own = true;
}

static bool has_room(int wait_ms)
{
	struct pollfd one = {.fd = STDERR_FILENO, .events = POLLOUT};

	return poll(&one, 1, wait_ms) > 0;
}

/* As write(2), but never waits: -1 with EAGAIN instead. */
static ssize_t write_now(const char *data, size_t size)
{
	ssize_t n;

	errout_open();
	if (errout.has_own)
		return write(errout.own, data, size);
	n = send(STDERR_FILENO, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n >= 0 || errno != ENOTSOCK)
		return n;
	if (errout.careful && size > PIPE_BUF)
		size = PIPE_BUF;
	if (has_room(0))
		return write(STDERR_FILENO, data, size);
	errno = EAGAIN;
	return -1;
}

/* Whether it is worth trying again after a failure. */
static bool may_retry(int *wait_ms)
{
	int wait = *wait_ms;

	if (errno == EINTR)
		return true;
	if (!fd_would_block(errno) || errout.in_vain || wait == 0)
		return false;
	*wait_ms = 0;
	errout.in_vain = !has_room(wait);
	return !errout.in_vain;
}

/* How much of DATA was written. */
static size_t write_what_fits(const char *data, size_t size, int wait_ms)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = write_now(data + done, size - done);

		if (n < 0 && !may_retry(&wait_ms))
			break;
		if (n > 0)
			done += (size_t)n;
	}
	return done;
}

bool errout_write(const void *data, size_t size, int wait_ms)
{
	size_t done;

	if (errout.mid_line && write_what_fits("\n", 1, wait_ms) == 1)
		errout.mid_line = false;
	done = errout.mid_line ? 0 : write_what_fits(data, size, wait_ms);
	if (done == size) {
		errout.in_vain = false;
		return true;
	}
	errout.mid_line |= done > 0;
	return false;
}
