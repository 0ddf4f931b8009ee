/* SPDX-License-Identifier: ISC */
/* tcp_darwin.c - what macOS knows about a connection (tcp(4)). */
#include "core/os/tcp.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/num.h"

/* It counts the bytes of segments, including retransmitted ones, not those of the stream. */
const bool os_tcp_counts = false;
const int os_tcp_keepalive[OS_KEEPALIVE] = {TCP_KEEPALIVE, TCP_KEEPINTVL, TCP_KEEPCNT};
/* SO_LINGER is in clock ticks. */
const int os_tcp_linger = SO_LINGER_SEC;

/* What is in the send buffer; TCP removes what has been acknowledged. */
int os_unsent(int fd)
{
	int count;
	socklen_t size = sizeof(count);

	return getsockopt(fd, SOL_SOCKET, SO_NWRITE, &count, &size) == 0 ? count : -1;
}

int os_tcp_info(int fd, struct os_tcp_info *info)
{
	struct tcp_connection_info k = {0};
	socklen_t size = sizeof(k);

	if (getsockopt(fd, IPPROTO_TCP, TCP_CONNECTION_INFO, &k, &size) < 0)
		return -1;
	*info = (struct os_tcp_info){.rtt_ns = (int64_t)k.tcpi_srtt * NUM_NS_PER_MS,
		.retransmits = (int64_t)k.tcpi_txretransmitpackets};
	return 0;
}
