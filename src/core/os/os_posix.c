/* SPDX-License-Identifier: ISC */
/* os_posix.c - what differs between systems, by POSIX alone. */
#include "core/os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/fd.h"

enum {
	DISCARD_MAX = 16384,
	FDS_MAX = 65536, /* where the limit on descriptors is no limit */
};

#ifdef SIGINFO
const int os_siginfo = SIGINFO;
#else
const int os_siginfo = 0;
#endif

const bool os_connects_again = false;

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

int os_socket(int family, int type, int protocol)
{
	if (protocol == OS_MPTCP) {
		errno = EPROTONOSUPPORT;
		return -1;
	}
	return prepared(socket(family, type, protocol));
}

int os_accept(int fd, struct addr *peer)
{
	socklen_t size = sizeof(peer->u);
	int accepted = accept(fd, &peer->u.sa, &size);
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

/* Not of POSIX, but what --send-only promises hangs on it, and many systems have one or the other;
 * where it is not for sockets it says so. */
#if defined(FIONWRITE)
#define UNSENT FIONWRITE
#elif defined(TIOCOUTQ)
#define UNSENT TIOCOUTQ
#endif

int os_unsent(int fd)
{
#ifdef UNSENT
	int count;

	return ioctl(fd, UNSENT, &count) == 0 ? count : -1;
#else
	(void)fd;
	return lacking();
#endif
}

int os_tcp_info(int fd, struct os_tcp_info *info)
{
	(void)fd;
	*info = (struct os_tcp_info){0};
	return lacking();
}

void os_mark_messages(int fd)
{
	(void)fd;
}

/* Which of the two it is is not known. */
bool os_peer_ended(int fd)
{
	(void)fd;
	return true;
}

/* fcntl(2) locks no directories. */
int os_lock(int fd)
{
	(void)fd;
	return lacking();
}

void os_unlock(int fd)
{
	(void)fd;
}

int os_peer_user(int fd, uid_t *uid, gid_t *gid)
{
	(void)fd;
	*uid = (uid_t)-1;
	*gid = (gid_t)-1;
	return lacking();
}

void os_cloexec_from(int first)
{
	long limit = sysconf(_SC_OPEN_MAX);
	if (limit < 0 || limit > FDS_MAX)
		limit = FDS_MAX;
	for (int fd = first; fd < limit; fd++)
		UNCHECKED(fd_set_cloexec(fd)); /* not all are open */
}

bool os_has_capability(const char *name)
{
	(void)name;
	return geteuid() == 0;
}

int os_random(void *data, size_t size)
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, data, size);

	fd_close(fd);
	if (n < 0)
		return -1;
	if ((size_t)n == size)
		return 0;
	errno = EIO;
	return -1;
}
