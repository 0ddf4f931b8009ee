/* SPDX-License-Identifier: ISC */
/* host.h - files, signals, privileges and randomness, where systems differ.
 *
 * host_linux.c, host_posix.c and host_bsd.c each provide all of it. */
#ifndef CORE_OS_HOST_H
#define CORE_OS_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "base/checked.h"

/* Wait for the lock of the open file or directory FD and take it; it keeps out other processes that
 * open and lock the same file, so hold it only briefly. 0, or -1 with errno: it failed, or the
 * system has no such locks. */
int os_lock(int fd) CHECKED;
void os_unlock(int fd);

/* When the content of the file that ST describes was last changed. */
struct timespec os_modified(const struct stat *st);

/* Fill DATA with SIZE (at most 256) random bytes that nobody can guess. 0, or -1 with errno. */
int os_random(void *data, size_t size) CHECKED;

/* As os_random, from /dev/urandom, which may not exist; for os_random itself (random.c). */
int os_read_random(void *data, size_t size) CHECKED;

/* Whether this process has the capability NAME ("CAP_NET_RAW"); where the system has no
 * capabilities, whether it is root. */
bool os_has_capability(const char *name);

/* Whether the system may choose PORT for a socket that connects and was not bound; true if that is
 * not known, or not worth finding out because few callers ask. The knowledge is at most a second
 * old. Only for one thread. */
bool os_may_choose_port(uint16_t port);

/* What the system requires where Linux requires CAPABILITY: that, or "root". */
const char *os_privilege(const char *capability);

/* SIGINFO where there is one, else 0. */
extern const int os_siginfo;

#endif
