/* SPDX-License-Identifier: ISC */
/* tcp_posix.c - POSIX knows next to nothing about a connection. */
#include "core/os/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

const bool os_tcp_counts = false;
const int os_tcp_keepalive[OS_KEEPALIVE] = {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT};
const int os_tcp_linger = SO_LINGER;

/* Not in POSIX, but the promise of --send-only depends on it, and many systems have one or the
 * other; where it does not support sockets, it fails. */
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
	errno = ENOSYS;
	return -1;
#endif
}

int os_tcp_info(int fd, struct os_tcp_info *info)
{
	(void)fd;
	*info = (struct os_tcp_info){0};
	errno = ENOSYS;
	return -1;
}
