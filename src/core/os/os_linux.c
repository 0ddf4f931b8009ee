/* SPDX-License-Identifier: ISC */
/* os_linux.c - descriptors, for Linux with any libc. */
#define _GNU_SOURCE /* accept4, pipe2, splice, F_SETPIPE_SZ, makedev, syscall */
#include "core/os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/fd.h"
#include "core/os/calls.h"

/* From the kernel's headers, which may be missing or older than the kernel. */
enum {
	KERNEL_IPPROTO_MPTCP = 262,
	KERNEL_CLOSE_RANGE_CLOEXEC = 4,
	MEMORY_MAJOR = 1, /* /dev/null is device 1:3 */
	NULL_MINOR = 3,
	STANDARD_FDS = 3,
};

const bool os_connects_again = true;
const bool os_send_waits = false;
const bool os_has_dual_sockets = true;

int os_socket(int family, int type, int protocol)
{
	bool mptcp = protocol == OS_MPTCP;
	int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK,
		mptcp ? KERNEL_IPPROTO_MPTCP : protocol);
	/* Kernels without MPTCP, or with it disabled, report various errors. */
	if (fd < 0 && mptcp && (errno == EINVAL || errno == ENOPROTOOPT))
		errno = EPROTONOSUPPORT;
	return fd;
}

/* Used if accept4(2) is refused. */
static int accept_plainly(int fd, struct sockaddr *peer, socklen_t *size)
{
	int accepted = accept(fd, peer, size);
	if (accepted < 0 || (fd_set_cloexec(accepted) == 0 && fd_set_nonblock(accepted, true) == 0))
		return accepted;
	fd_close(accepted);
	return -1;
}

int os_accept(int fd, struct addr *peer)
{
	socklen_t size = sizeof(peer->u);
	int accepted = accept4(fd, &peer->u.sa, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (accepted < 0 && os_calls_refused(errno))
		accepted = accept_plainly(fd, &peer->u.sa, &size);
	if (accepted >= 0)
		peer->size = size < sizeof(peer->u) ? size : (socklen_t)sizeof(peer->u);
	return accepted;
}

int os_socketpair(int type, int fds[2])
{
	return socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds);
}

int os_pipe(int fds[2])
{
	return pipe2(fds, O_CLOEXEC | O_NONBLOCK);
}

int os_pipe_grow(int fd, int size)
{
	return fcntl(fd, F_SETPIPE_SZ, size);
}

ssize_t os_splice(int from, int to, size_t n, bool more)
{
	unsigned flags = SPLICE_F_MOVE | SPLICE_F_NONBLOCK | (more ? SPLICE_F_MORE : 0);
	ssize_t moved;
	do
		moved = splice(from, NULL, to, NULL, n, flags);
	while (moved < 0 && errno == EINTR);
	return moved;
}

ssize_t os_discard(int fd, size_t n)
{
	/* The kernel never touches it, but memory checkers want to see N bytes. */
	static unsigned char untouched[1 << 20];
	ssize_t dropped;

	if (n > sizeof(untouched))
		n = sizeof(untouched);
	do
		dropped = recv(fd, untouched, n, MSG_TRUNC | MSG_DONTWAIT);
	while (dropped < 0 && errno == EINTR);
	return dropped;
}

/* Whether the FIFO behind FD has lost its last writer. Then poll(2) would never report anything for
 * a new description of it: only what happens after the open counts as a hang-up. */
static bool has_hung_up(int fd)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};
	return poll(&one, 1, 0) > 0 && (one.revents & POLLHUP);
}

int os_reopen_pipe(int fd, int flags)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return -1;
	if (!S_ISFIFO(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	int opened = open(path, flags | O_NONBLOCK | O_CLOEXEC);
	if (opened >= 0 && flags == O_RDONLY && has_hung_up(fd)) {
		fd_close(opened);
		errno = EINVAL;
		return -1;
	}
	if (opened < 0 || opened >= STANDARD_FDS)
		return opened;
	int moved = fcntl(opened, F_DUPFD_CLOEXEC, STANDARD_FDS);
	fd_close(opened);
	return moved;
}

bool os_is_null(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
		st.st_rdev == makedev(MEMORY_MAJOR, NULL_MINOR);
}

/* For kernels before 5.11. If there is no /proc either, the limit tells how far to go. */
static void cloexec_one_by_one(int first)
{
	DIR *dir = opendir("/proc/self/fd");
	if (!dir) {
		int limit = (int)sysconf(_SC_OPEN_MAX);
		for (int fd = first; fd < limit; fd++)
			UNCHECKED(fd_set_cloexec(fd)); /* not all are open */
		return;
	}
	for (struct dirent *entry; (entry = readdir(dir));) {
		int fd = atoi(entry->d_name);
		if (fd >= first)
			UNCHECKED(fd_set_cloexec(fd)); /* not all are open */
	}
	closedir(dir);
}

void os_cloexec_from(int first)
{
	if (syscall(SYS_close_range, first, ~0U, KERNEL_CLOSE_RANGE_CLOEXEC) != 0)
		cloexec_one_by_one(first);
}

int os_set_buffer(int fd, int option, int size)
{
	int forced = option == SO_SNDBUF ? SO_SNDBUFFORCE : SO_RCVBUFFORCE;

	if (setsockopt(fd, SOL_SOCKET, forced, &size, sizeof(size)) == 0)
		return 0;
	return setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size));
}
