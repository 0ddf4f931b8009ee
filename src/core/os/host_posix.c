/* SPDX-License-Identifier: ISC */
/* host_posix.c - files, signals, privileges and chance by POSIX alone. */
#include "core/os/host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/fd.h"

#ifdef SIGINFO
const int os_siginfo = SIGINFO;
#else
const int os_siginfo = 0;
#endif

/* fcntl(2) locks no directories. */
int os_lock(int fd)
{
	(void)fd;
	errno = ENOSYS;
	return -1;
}

void os_unlock(int fd)
{
	(void)fd;
}

struct timespec os_modified(const struct stat *st)
{
	return st->st_mtim;
}

bool os_may_choose_port(uint16_t port)
{
	(void)port;
	return true;
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
