/* SPDX-License-Identifier: ISC */
/* messages_linux.c - many messages in one call, or one by one. */
#define _GNU_SOURCE /* recvmmsg, sendmmsg */
#include "core/os/messages.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "core/os/calls.h"

static bool move_one(int fd, struct mmsghdr *m, int flags, bool send)
{
	ssize_t n;

	do
		n = send ? sendmsg(fd, &m->msg_hdr, flags) : recvmsg(fd, &m->msg_hdr, flags);
	while (n < 0 && errno == EINTR);
	m->msg_len = n < 0 ? 0 : (unsigned)n;
	return n >= 0;
}

static int one_by_one(int fd, struct mmsghdr *messages, int count, int flags, bool send)
{
	int moved = 0;

	while (moved < count && move_one(fd, &messages[moved], flags, send))
		moved++;
	return moved > 0 ? moved : -1;
}

/* The flags are an int in glibc and unsigned in musl; an unsigned short suits both. */
int os_messages_receive(int fd, struct mmsghdr *messages, int count, int flags)
{
	const unsigned short either = (unsigned short)flags;
	int got;

	do
		got = recvmmsg(fd, messages, (unsigned)count, either, NULL);
	while (got < 0 && errno == EINTR);
	return got < 0 && os_calls_refused(errno) ? one_by_one(fd, messages, count, flags, false)
						  : got;
}

/* musl's sendmmsg is a loop around sendmsg, because the kernel reads what is padding in musl as the
 * upper half of a length. In messages with an initializer the padding is 0. */
static int send_many(int fd, struct mmsghdr *messages, int count, int flags)
{
#ifdef __GLIBC__
	return sendmmsg(fd, messages, (unsigned)count, flags);
#else
	return (int)syscall(SYS_sendmmsg, fd, messages, (unsigned)count, flags);
#endif
}

int os_messages_send(int fd, struct mmsghdr *messages, int count, int flags)
{
	int sent;

	do
		sent = send_many(fd, messages, count, flags);
	while (sent < 0 && errno == EINTR);
	return sent < 0 && os_calls_refused(errno) ? one_by_one(fd, messages, count, flags, true)
						   : sent;
}
