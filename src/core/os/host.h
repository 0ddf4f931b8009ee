/* SPDX-License-Identifier: ISC */
/* host.h - files, signals, privileges and chance, as systems differ in them.
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

/* Hold the lock of the open file or directory FD, which other processes that open it want too, for
 * a moment. 0, or -1 with errno: there is no such thing here. */
int os_lock(int fd) CHECKED;
void os_unlock(int fd);

/* When the content of the file that ST describes was changed last. */
struct timespec os_modified(const struct stat *st);

/* Fill DATA with SIZE (at most 256) random bytes that nobody can guess. 0, or -1 with errno. */
int os_random(void *data, size_t size) CHECKED;

/* The same from /dev/urandom, which there may not be; for os_random (random.c). */
int os_read_random(void *data, size_t size) CHECKED;

/* Whether this process has the capability NAME ("CAP_NET_RAW"); where the system has no
 * capabilities, whether it is root. */
bool os_has_capability(const char *name);

/* Whether the system may choose PORT for a socket that connects and was not bound; true where that
 * is not known, or not worth asking for because few want to know. What is known is at most a second
 * old. For one thread only. */
bool os_may_choose_port(uint16_t port);

/* What is needed where Linux asks for CAPABILITY: that, or "root". */
const char *os_privilege(const char *capability);

/* SIGINFO where there is one, else 0. */
extern const int os_siginfo;

#endif
