/* SPDX-License-Identifier: ISC */
/* tcp_openbsd.c - what OpenBSD knows about a connection (tcp(4), kqueue(2)). */
#include "core/os/tcp.h"

#include <sys/types.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/event.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fd.h"

const bool os_tcp_counts = false;
const int os_tcp_keepalive[OS_KEEPALIVE] = {-1, -1, -1};
const int os_tcp_linger = SO_LINGER;

/* The bytes for which the send buffer of FD has room, or -1 with errno; kqueue(2) reports it. */
static int64_t send_room(int fd)
{
	static const struct timespec at_once = {0};
	struct kevent change, event;
	int queue = kqueue(), count;

	EV_SET(&change, fd, EVFILT_WRITE, EV_ADD, NOTE_LOWAT, 0, NULL);
	count = queue < 0 ? -1 : kevent(queue, &change, 1, &event, 1, &at_once);
	fd_close(queue);
	if (count < 0)
		return -1;
	return count == 0 || (event.flags & EV_ERROR) ? 0 : event.data;
}

static int send_buffer(int fd)
{
	int size;
	socklen_t length = sizeof(size);

	return getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length) == 0 ? size : -1;
}

/* No call reports this, and TCP_INFO has it only for root; but everything is acknowledged if the
 * whole buffer is free. The kernel may resize the buffer in between: the larger size counts, so
 * that bytes in transit are never overlooked. */
int os_unsent(int fd)
{
	int before = send_buffer(fd), after;
	int64_t room = before < 0 ? -1 : send_room(fd);

	after = room < 0 ? -1 : send_buffer(fd);
	if (after < 0)
		return -1;
	if (before < after)
		before = after;
	return room < before ? (int)(before - room) : 0;
}

int os_tcp_info(int fd, struct os_tcp_info *info)
{
	struct tcp_info k = {0};
	socklen_t size = sizeof(k);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &k, &size) < 0)
		return -1;
	/* Only root learns how much was retransmitted. */
	*info = (struct os_tcp_info){.rtt_ns = (int64_t)k.tcpi_rtt * 1000,
		.retransmits = geteuid() == 0 ? (int64_t)k.tcpi_snd_rexmitpack : -1};
	return 0;
}
