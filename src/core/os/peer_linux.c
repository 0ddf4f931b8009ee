/* SPDX-License-Identifier: ISC */
/* peer_linux.c - the other end of a Unix socket (unix(7)). */
#define _GNU_SOURCE /* struct ucred, POLLRDHUP */
#include "core/os/peer.h"

#include <poll.h>
#include <sys/socket.h>

int os_peer_user(int fd, uid_t *uid, gid_t *gid)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
		return -1;
	*uid = peer.uid;
	*gid = peer.gid;
	return 0;
}

void os_mark_messages(int fd)
{
	const int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
}

bool os_peer_ended(int fd)
{
	struct pollfd one = {.fd = fd, .events = POLLRDHUP};

	return poll(&one, 1, 0) > 0 && (one.revents & (POLLRDHUP | POLLHUP | POLLERR));
}
