/* SPDX-License-Identifier: ISC */
/* peer_bsd.c - the other end of a Unix socket on the BSDs and macOS (getpeereid(3)). */
#include "core/os/peer.h"

#include <sys/socket.h>
#include <unistd.h>

int os_peer_user(int fd, uid_t *uid, gid_t *gid)
{
	return getpeereid(fd, uid, gid);
}

/* On these systems credentials come only with the first message, or with none. */
void os_mark_messages(int fd)
{
	(void)fd;
}

/* An empty message and the end cannot be distinguished. */
bool os_peer_ended(int fd)
{
	(void)fd;
	return true;
}
