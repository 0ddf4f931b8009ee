/* SPDX-License-Identifier: ISC */
/* group_oldbsd.c - multicast groups of NetBSD and OpenBSD (ip(4), ip6(4)), only any-source ones. */
#include <sys/types.h>

#include "core/os/dgram/dgram.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int set_inet(int fd, const struct os_dgram_membership *m, int option)
{
#ifdef __NetBSD__
	/* An interface is named by one of its addresses, or by its number as an address in
	 * 0.0.0.0/8. */
	struct ip_mreq request = {.imr_multiaddr = m->group->u.in.sin_addr,
		.imr_interface.s_addr = htonl(m->interface)};
#else
	struct ip_mreqn request = {
		.imr_multiaddr = m->group->u.in.sin_addr, .imr_ifindex = (int)m->interface};
#endif

	return setsockopt(fd, IPPROTO_IP, option, &request, sizeof(request));
}

static int set_inet6(int fd, const struct os_dgram_membership *m, int option)
{
	struct ipv6_mreq request = {
		.ipv6mr_multiaddr = m->group->u.in6.sin6_addr, .ipv6mr_interface = m->interface};

	return setsockopt(fd, IPPROTO_IPV6, option, &request, sizeof(request));
}

int os_dgram_join(int fd, const struct os_dgram_membership *m)
{
	if (m->source) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (addr_family(m->group) == AF_INET6)
		return set_inet6(fd, m, IPV6_JOIN_GROUP);
	return set_inet(fd, m, IP_ADD_MEMBERSHIP);
}

void os_dgram_leave(int fd, const struct os_dgram_membership *m)
{
	if (addr_family(m->group) == AF_INET6)
		set_inet6(fd, m, IPV6_LEAVE_GROUP);
	else
		set_inet(fd, m, IP_DROP_MEMBERSHIP);
}
