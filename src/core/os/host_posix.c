/* SPDX-License-Identifier: ISC */
/* host_posix.c - files, signals, privileges and randomness with POSIX alone. */
#include "core/os/host.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#ifdef SIGINFO
const int os_siginfo = SIGINFO;
#else
const int os_siginfo = 0;
#endif

/* fcntl(2) cannot lock directories. */
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
	return os_read_random(data, size);
}

const char *os_privilege(const char *capability)
{
	return capability;
}
