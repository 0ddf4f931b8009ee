/* SPDX-License-Identifier: ISC */
/* peer_bsd.c - the other end of a Unix socket on the BSDs and macOS (getpeereid(3)). */
#include "core/os/peer.h"

#include <sys/socket.h>
#include <unistd.h>

int os_peer_user(int fd, uid_t *uid, gid_t *gid)
{
	return getpeereid(fd, uid, gid);
}

/* Their credentials come with the first message alone, or with none. */
void os_mark_messages(int fd)
{
	(void)fd;
}

/* Which of the two it is is not known. */
bool os_peer_ended(int fd)
{
	(void)fd;
	return true;
}
