/* SPDX-License-Identifier: ISC */
/* unix_name.h - a name for a Unix datagram socket, so that answers can find it. */
#ifndef UDP_UNIX_NAME_H
#define UDP_UNIX_NAME_H

#include "base/checked.h"
#include "core/addr/addr.h"

/* The file that names a socket; all zero: none. */
struct unix_name {
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

/* Bind the Unix socket FD to some unused name: one without a file if the system has such names,
 * else a file in a new folder under $TMPDIR. 0, or -1 with errno. */
int unix_name_bind(struct unix_name *name, int fd) CHECKED;

/* Remove the file and its folder. */
void unix_name_release(struct unix_name *name);

#endif
