/* SPDX-License-Identifier: ISC */
/* link.c - the addresses of the network interfaces, through getifaddrs(3). */
#define _DEFAULT_SOURCE /* getifaddrs, IFF_BROADCAST, which POSIX lacks */
#include <sys/types.h>

#include "core/os/link/link.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static uint32_t address_of(const struct sockaddr *at)
{
	struct sockaddr_in in;

	memcpy(&in, at, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

/* The last address of a network is its broadcast address, even if the interface was given none. */
size_t os_broadcasts(uint32_t *out, size_t room)
{
	struct ifaddrs *all;
	size_t count = 0;

	if (getifaddrs(&all) < 0)
		return 0;
	for (const struct ifaddrs *i = all; i && count < room; i = i->ifa_next) {
		if (!(i->ifa_flags & IFF_BROADCAST) || !i->ifa_addr || !i->ifa_netmask ||
			i->ifa_addr->sa_family != AF_INET)
			continue;
		out[count++] = address_of(i->ifa_addr) | ~address_of(i->ifa_netmask);
		if (i->ifa_broadaddr && count < room)
			out[count++] = address_of(i->ifa_broadaddr);
	}
	freeifaddrs(all);
	return count;
}
