/* SPDX-License-Identifier: ISC */
/* inet_posix.c - IP_PKTINFO of Linux and other systems except the BSDs (ip(7)). */
#define _GNU_SOURCE /* struct in_pktinfo */
#include "core/os/dgram/inet.h"

#include <string.h>

const struct dgram_option dgram_inet_option = {AF_INET, IPPROTO_IP, IP_PKTINFO, 0};

void dgram_inet_request(int fd)
{
	dgram_option_set(fd, IPPROTO_IP, IP_PKTINFO, 1);
}

bool dgram_inet_read(const struct cmsghdr *c, struct os_dgram *d)
{
	struct in_pktinfo info;

	if (c->cmsg_type != IP_PKTINFO)
		return false;
	memcpy(&info, CMSG_DATA(c), sizeof(info));
	addr_any(AF_INET, 0, &d->asked);
	d->answer = d->asked;
	d->asked.u.in.sin_addr = info.ipi_addr;
	d->answer.u.in.sin_addr = info.ipi_spec_dst;
	return true;
}

void dgram_inet_add(struct msghdr *m, const struct in_addr *from, unsigned interface)
{
	struct in_pktinfo info = {.ipi_ifindex = (int)interface};

	if (from)
		info.ipi_spec_dst = *from;
	dgram_control_add(m, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
}
