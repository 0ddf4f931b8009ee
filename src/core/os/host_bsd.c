/* SPDX-License-Identifier: ISC */
/* host_bsd.c - locks, signals and random bytes of the BSDs and macOS. */
#include "core/os/host.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

const int os_siginfo = SIGINFO;

int os_lock(int fd)
{
	return flock(fd, LOCK_EX);
}

void os_unlock(int fd)
{
	flock(fd, LOCK_UN);
}

/* The name that macOS has too. */
struct timespec os_modified(const struct stat *st)
{
	return st->st_mtimespec;
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

const char *os_privilege(const char *capability)
{
	(void)capability;
	return "root";
}

/* Needs no /dev, which a chroot may lack, and never fails. */
int os_random(void *data, size_t size)
{
	arc4random_buf(data, size);
	return 0;
}
