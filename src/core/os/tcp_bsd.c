/* SPDX-License-Identifier: ISC */
/* tcp_bsd.c - what FreeBSD and NetBSD know about a connection (tcp(4)). */
#include "core/os/tcp.h"

#include <sys/types.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/filio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/num.h"

/* There are sequence numbers, but no counts beyond 4 GiB. */
const bool os_tcp_counts = false;
const int os_tcp_keepalive[OS_KEEPALIVE] = {TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT};
const int os_tcp_linger = SO_LINGER;

int os_unsent(int fd)
{
	int count;

	return ioctl(fd, FIONWRITE, &count) == 0 ? count : -1;
}

int os_tcp_info(int fd, struct os_tcp_info *info)
{
	struct tcp_info k = {0};
	socklen_t size = sizeof(k);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &k, &size) < 0)
		return -1;
	*info = (struct os_tcp_info){
		.rtt_ns = (int64_t)k.tcpi_rtt * 1000, .retransmits = k.tcpi_snd_rexmitpack};
	return 0;
}
