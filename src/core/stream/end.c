/* SPDX-License-Identifier: ISC */
/* end.c - descriptors of every kind, read and written without blocking. */
#include "core/stream/end.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/screen.h"
#include "core/os/os.h"
#include "core/os/pty.h"
#include "core/sock/message.h"

enum { FILE_LARGE = 1 << 16 };

static bool is_socket(const struct end *end)
{
	return end->kind == END_TCP || end->kind == END_STREAM || end->kind == END_PACKET;
}

enum end_kind end_kind(int family, int type)
{
	if (type != SOCK_STREAM)
		return END_PACKET;
	return family == AF_INET || family == AF_INET6 ? END_TCP : END_STREAM;
}

static enum end_kind socket_kind(int fd)
{
	struct sockaddr_storage addr = {.ss_family = AF_UNSPEC};
	socklen_t size = sizeof(addr);
	int type = SOCK_STREAM;
	socklen_t type_size = sizeof(type);

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size);
	if (type == SOCK_STREAM)
		getsockname(fd, (struct sockaddr *)&addr, &size);
	return end_kind(addr.ss_family, type);
}

struct end end_of_kind(int fd, enum end_kind kind)
{
	if (kind == END_PACKET)
		message_prepare(fd);
	return (struct end){.fd = fd, .kind = (uint8_t)kind};
}

struct end end_of_socket(int fd)
{
	return end_of_kind(fd, socket_kind(fd));
}

struct end end_of_pty(int fd)
{
	return (struct end){.fd = fd, .kind = END_PTY};
}

/* Whether FD is open for reading, or WRITABLE for writing. */
static bool is_open_for(int fd, bool writable)
{
	int mode = fcntl(fd, F_GETFL);

	return mode >= 0 && (mode & O_ACCMODE) != (writable ? O_RDONLY : O_WRONLY);
}

static void describe_pipe(struct end *end, bool writable)
{
	int fd;

	/* The wrong end, like a file, fails at once: opened anew it would not, and waited for it
	 * would never be ready. */
	if (!is_open_for(end->fd, writable))
		return;
	fd = os_reopen_pipe(end->fd, writable ? O_WRONLY : O_RDONLY);
	end->kind = END_PIPE;
	end->waits = fd < 0;
	if (fd < 0)
		return;
	end->original = end->fd;
	end->fd = fd;
	end->flags |= END_REOPENED;
}

static void describe_device(struct end *end, bool writable)
{
	/* A standard output that was closed may be /dev/null opened so that writing fails: the
	 * write itself must find out. A standard input that can only be written to is what nohup(1)
	 * replaces a terminal with. */
	bool usable = !writable || is_open_for(end->fd, true);

	if (usable && os_is_null(end->fd)) {
		end->kind = END_NULL;
		return;
	}
	end->kind = END_DEVICE;
	end->waits = true;
	if (isatty(end->fd))
		end->flags |= END_TERMINAL;
}

struct end end_of_inherited(int fd, bool writable)
{
	struct end end = {.fd = fd, .kind = END_FILE, .flags = END_SHARED};
	struct stat status = {0};
	mode_t mode = fstat(fd, &status) == 0 ? status.st_mode : S_IFCHR;

	if (S_ISREG(mode) && status.st_size > FILE_LARGE)
		end.flags |= END_LARGE;
	if (S_ISSOCK(mode)) {
		end.kind = (uint8_t)socket_kind(fd);
		end.waits = writable && os_send_waits && end.kind != END_PACKET;
	} else if (S_ISFIFO(mode))
		describe_pipe(&end, writable);
	else if (S_ISCHR(mode))
		describe_device(&end, writable);
	return end;
}

static ssize_t read_message(int fd, void *buffer, size_t size)
{
	bool ended;
	ssize_t n = message_receive(fd, buffer, size, &ended);

	if (n == 0 && !ended) {
		errno = ENOMSG;
		return -1;
	}
	return n;
}

static ssize_t send_message(int fd, const void *data, size_t size)
{
	const struct iovec part = {.iov_base = (void *)data, .iov_len = size};

	return message_send(fd, &part, 1);
}

static ssize_t read_once(const struct end *end, void *buffer, size_t size)
{
	switch (end->kind) {
	case END_NONE:
	case END_NULL: return 0;
	case END_TCP:
	case END_STREAM: return recv(end->fd, buffer, size, MSG_DONTWAIT);
	case END_PACKET: return read_message(end->fd, buffer, size);
	default: return read(end->fd, buffer, size);
	}
}

/* Whether errno, from reading, is how END reports its end. */
static bool is_end(const struct end *end)
{
	/* From a terminal after a hang-up, and from a master once nobody has the terminal open. */
	if (errno == EIO)
		return (end->flags & END_TERMINAL) || end->kind == END_PTY;
	return (end->flags & END_LAST) && fd_would_block(errno);
}

ssize_t end_read(const struct end *end, void *buffer, size_t size)
{
	ssize_t n;

	do
		n = read_once(end, buffer, size);
	while (n < 0 && errno == EINTR);
	return n < 0 && is_end(end) ? 0 : n;
}

static ssize_t write_once(const struct end *end, const void *data, size_t size)
{
	switch (end->kind) {
	case END_NONE: errno = EBADF; return -1;
	case END_NULL: return (ssize_t)size;
	case END_TCP:
	case END_STREAM: return send(end->fd, data, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	case END_PACKET: return send_message(end->fd, data, size);
	default: return write(end->fd, data, size);
	}
}

ssize_t end_write(const struct end *end, const void *data, size_t size)
{
	ssize_t n;

	if (end->waits && size > PIPE_BUF)
		size = PIPE_BUF;
	if (end->flags & END_TERMINAL)
		screen_give_way(data, size);
	do
		n = write_once(end, data, size);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EIO && end->kind == END_PTY)
		return (ssize_t)size;
	return n;
}

size_t end_typed(const struct end *end, bool open_line, char text[2])
{
	int eof = os_pty_eof(end->fd);

	if (eof < 0)
		return 0;
	text[0] = text[1] = (char)eof;
	return open_line ? 2 : 1;
}

bool end_has_reader(const struct end *end)
{
	return is_socket(end) || end->kind == END_PIPE;
}

bool end_is_in_background(const struct end *end)
{
	pid_t foreground;

	if (!(end->flags & END_TERMINAL))
		return false;
	foreground = tcgetpgrp(end->fd);
	return foreground > 0 && foreground != getpgrp();
}

bool end_can_splice(const struct end *end)
{
	switch (end->kind) {
	case END_TCP:
	case END_STREAM: return !(end->flags & END_SHARED);
	case END_PIPE: return !end->waits;
	case END_FILE: return true;
	default: return false;
	}
}

/* An interrupted close(2) has closed the descriptor all the same. */
static int close_one(int fd)
{
	return close(fd) < 0 && errno != EINTR ? -1 : 0;
}

/* The read end of a pipe that nobody writes to, which replaces a standard descriptor that was
 * closed (a chroot has no /dev/null); created once. -1 with errno. */
static int nothing(void)
{
	static int end = -1;
	int ends[2];

	if (end >= 0)
		return end;
	if (os_pipe(ends) < 0)
		return -1;
	fd_close(ends[1]);
	end = ends[0];
	return end;
}

/* Close FD, but replace it with nothing() if it is one of the three standard descriptors. A name
 * look-up in another thread must not get that number either, so it is not free for even a
 * moment. */
static int close_inherited(int fd)
{
	if (fd > STDERR_FILENO)
		return close_one(fd);
	return nothing() < 0 || dup2(nothing(), fd) < 0 ? -1 : 0;
}

/* Find out what closing the file FD would report (a full disk), but leave it open: nobody waits for
 * its end, as the reader of a pipe would. */
static int close_copy(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	return copy < 0 ? -1 : close_one(copy);
}

/* Close END, which was inherited and is not a reopened pipe. */
static int close_shared(const struct end *end, int fd)
{
	if (fd > STDERR_FILENO || is_socket(end) || end->kind == END_PIPE)
		return close_inherited(fd);
	return end->kind == END_FILE && fd == STDOUT_FILENO ? close_copy(fd) : 0;
}

static int close_both(struct end *end)
{
	int fd = end->fd;

	end->fd = -1;
	if (!(end->flags & END_REOPENED))
		return end->flags & END_SHARED ? close_shared(end, fd) : close_one(fd);
	fd_close(fd);
	return close_inherited(end->original);
}

static int finish_socket(const struct end *end)
{
	if ((end->flags & END_SHARED) && (end->flags & END_KEEP))
		return 0;
	if (shutdown(end->fd, SHUT_WR) == 0)
		return 0;
	/* While our side is open, only a reset can have ended a TCP connection. */
	if (errno == ENOTCONN && end->kind == END_TCP)
		errno = ECONNRESET;
	return errno == ENOTCONN ? 0 : -1;
}

int end_finish(struct end *end)
{
	if (end->kind == END_NONE || end->kind == END_PTY || end->fd < 0)
		return 0;
	if (is_socket(end))
		return finish_socket(end);
	return end->flags & END_KEEP ? 0 : close_both(end);
}

void end_close(struct end *end)
{
	int saved = errno;

	if (end->kind == END_NONE || end->fd < 0 || (end->flags & END_KEEP))
		return;
	close_both(end);
	errno = saved;
}
