/* SPDX-License-Identifier: ISC */
/* os_posix.c - descriptors with POSIX alone. */
#include "core/os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/fd.h"

enum {
	DISCARD_MAX = 16384,
	FDS_MAX = 65536, /* if the limit on descriptors is infinite */
	DGRAM_ROOM = 128 * 1024,
	BUFFER_MIN = 4096,
};

const bool os_connects_again = false;
const bool os_send_waits = true;
const bool os_has_dual_sockets = false;

static int lacking(void)
{
	errno = ENOSYS;
	return -1;
}

/* FD with both flags set; -1, and FD closed, on failure. */
static int prepared(int fd)
{
	if (fd < 0)
		return -1;
	if (fd_set_cloexec(fd) == 0 && fd_set_nonblock(fd, true) == 0)
		return fd;
	fd_close(fd);
	return -1;
}

static int prepared_pair(int fds[2])
{
	bool first = prepared(fds[0]) >= 0;
	bool second = prepared(fds[1]) >= 0;
	if (first && second)
		return 0;
	if (first)
		fd_close(fds[0]);
	if (second)
		fd_close(fds[1]);
	return -1;
}

/* The BSDs start with room for 9216 bytes to send and 41600 to receive, and less for Unix sockets;
 * a longer datagram is refused with EMSGSIZE, or dropped. */
static void make_room(int fd, int option)
{
	int size = 0;
	socklen_t length = sizeof(size);

	if (getsockopt(fd, SOL_SOCKET, option, &size, &length) < 0 || size >= DGRAM_ROOM)
		return;
	size = DGRAM_ROOM;
	setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size));
}

int os_socket(int family, int type, int protocol)
{
	int fd;

	if (protocol == OS_MPTCP) {
		errno = EPROTONOSUPPORT;
		return -1;
	}
	fd = prepared(socket(family, type, protocol));
	if (fd >= 0 && type == SOCK_DGRAM) {
		make_room(fd, SO_SNDBUF);
		make_room(fd, SO_RCVBUF);
	}
	return fd;
}

int os_accept(int fd, struct addr *peer)
{
	socklen_t size = sizeof(peer->u);
	int accepted = accept(fd, &peer->u.sa, &size);

	/* macOS accepts connections that the peer has already reset, without an address. */
	if (accepted >= 0 && size == 0) {
		fd_close(accepted);
		errno = ECONNABORTED;
		return -1;
	}
	if (accepted >= 0)
		peer->size = size < sizeof(peer->u) ? size : (socklen_t)sizeof(peer->u);
	return prepared(accepted);
}

int os_socketpair(int type, int fds[2])
{
	return socketpair(AF_UNIX, type, 0, fds) == 0 ? prepared_pair(fds) : -1;
}

int os_pipe(int fds[2])
{
	return pipe(fds) == 0 ? prepared_pair(fds) : -1;
}

int os_pipe_grow(int fd, int size)
{
	(void)fd;
	(void)size;
	return lacking();
}

ssize_t os_splice(int from, int to, size_t n, bool more)
{
	(void)from;
	(void)to;
	(void)n;
	(void)more;
	return lacking();
}

ssize_t os_discard(int fd, size_t n)
{
	char dropped[DISCARD_MAX];
	ssize_t count;
	do
		count = recv(fd, dropped, n < sizeof(dropped) ? n : sizeof(dropped), 0);
	while (count < 0 && errno == EINTR);
	return count;
}

int os_reopen_pipe(int fd, int flags)
{
	(void)fd;
	(void)flags;
	return lacking();
}

bool os_is_null(int fd)
{
	struct stat is, null;
	return fstat(fd, &is) == 0 && S_ISCHR(is.st_mode) && stat("/dev/null", &null) == 0 &&
		is.st_rdev == null.st_rdev;
}

void os_cloexec_from(int first)
{
	long limit = sysconf(_SC_OPEN_MAX);
	if (limit < 0 || limit > FDS_MAX)
		limit = FDS_MAX;
	for (int fd = first; fd < limit; fd++)
		UNCHECKED(fd_set_cloexec(fd)); /* not all are open */
}

/* The BSDs refuse, with ENOBUFS, a size over a limit that not all of them report. */
int os_set_buffer(int fd, int option, int size)
{
	while (setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size)) < 0) {
		if (errno != ENOBUFS || size < BUFFER_MIN)
			return -1;
		size /= 2;
	}
	return 0;
}
