/* SPDX-License-Identifier: ISC */
/* pass_fd.h - hand a connected socket to another process. */
#ifndef TCP_CONNECT_PASS_FD_H
#define TCP_CONNECT_PASS_FD_H

#include <stdbool.h>

#include "base/checked.h"

/* Whether descriptors can be passed over FD, that is, whether it is a Unix socket. */
bool pass_fd_can(int fd);

/* Send a copy of FD over the Unix socket TO (SCM_RIGHTS, unix(7)) with one zero byte, as OpenSSH's
 * ProxyUseFdpass expects; waits until there is room. 0, or -1 with errno. */
int pass_fd(int to, int fd) CHECKED;

#endif
