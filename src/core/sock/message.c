/* SPDX-License-Identifier: ISC */
/* message.c - sockets that keep messages apart. */
#include "core/sock/message.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/socket.h>

#include "core/os/peer.h"

void message_prepare(int fd)
{
	os_mark_messages(fd);
}

ssize_t message_receive(int fd, void *buffer, size_t size, bool *ended)
{
	union {
		char room[256];
		struct cmsghdr aligned;
	} control;
	struct iovec part = {.iov_base = buffer, .iov_len = size};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control};
	ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);

	*ended = false;
	if (n < 0)
		return -1;
	if (message.msg_flags & MSG_TRUNC) {
		errno = EMSGSIZE;
		return -1;
	}
	/* A message comes with its mark; the end has none. */
	*ended = n == 0 && message.msg_controllen == 0 && os_peer_ended(fd);
	return n;
}

/* Make FD accept messages of SIZE bytes. */
static void make_room(int fd, size_t size)
{
	int room = size > INT_MAX ? INT_MAX : (int)size;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
}

ssize_t message_send(int fd, const struct iovec *part, int count)
{
	struct msghdr message = {.msg_iov = (struct iovec *)part};
	size_t size = 0;
	ssize_t n;

	/* Counted in steps, because the type of the number differs between systems. */
	for (int i = 0; i < count; i++) {
		message.msg_iovlen++;
		size += part[i].iov_len;
	}
	n = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n >= 0 || errno != EMSGSIZE)
		return n;
	make_room(fd, size);
	return sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}
