/* SPDX-License-Identifier: ISC */
/* pass_fd.c - hand a connected socket to another process. */
#define _DEFAULT_SOURCE /* CMSG_SPACE, CMSG_LEN */

#include "tcp/connect/pass_fd.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/fd.h"
#include "base/status.h"

bool pass_fd_can(int fd)
{
	struct sockaddr_storage addr = {.ss_family = AF_UNSPEC};
	socklen_t size = sizeof addr;

	return getsockname(fd, (struct sockaddr *)&addr, &size) == 0 && addr.ss_family == AF_UNIX;
}

static int wait_for_room(int to)
{
	struct pollfd one = {.fd = to, .events = POLLOUT};

	return poll(&one, 1, -1) < 0 && (errno != EINTR || status_end_asked) ? -1 : 0;
}

int pass_fd(int to, int fd)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof fd)];
	} control;
	char byte = 0;
	struct iovec part = {.iov_base = &byte, .iov_len = sizeof byte};
	struct msghdr message = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control.room};
	struct cmsghdr *header;

	memset(&control, 0, sizeof control);
	header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(header), &fd, sizeof fd);
	while (sendmsg(to, &message, MSG_NOSIGNAL) < 0) {
		if (errno == EINTR && !status_end_asked)
			continue;
		if (!fd_would_block(errno) || wait_for_room(to) < 0)
			return -1;
	}
	return 0;
}
