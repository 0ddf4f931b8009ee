/* SPDX-License-Identifier: ISC */
/* peer.h - who is at the other end of a Unix socket, and what it sends.
 *
 * peer_linux.c, peer_posix.c and peer_bsd.c each provide all of it. */
#ifndef CORE_OS_PEER_H
#define CORE_OS_PEER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/checked.h"

/* The user at the other end of the Unix socket FD. 0, or -1 with errno. */
int os_peer_user(int fd, uid_t *uid, gid_t *gid) CHECKED;

/* Make each message that the socket FD receives come with a control message, which distinguishes an
 * empty one from the end; does nothing if the system has no such option. */
void os_mark_messages(int fd);

/* Whether the peer of the socket FD has ended its side. */
bool os_peer_ended(int fd);

#endif
