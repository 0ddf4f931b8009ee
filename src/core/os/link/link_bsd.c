/* SPDX-License-Identifier: ISC */
/* link_bsd.c - a network interface of the BSDs and macOS (getifaddrs(3), link_addr(3)). */
#include <sys/types.h>

#include "core/os/link/link.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <string.h>
#include <sys/socket.h>

/* The number of Ethernet as a type of interface (RFC 1213, ifType). */
enum { ETHERNET = 6 };

/* Store what entry I tells about LINK. */
static void take(struct os_link *link, const struct ifaddrs *i)
{
	const struct sockaddr_dl *at = (const struct sockaddr_dl *)(const void *)i->ifa_addr;
	const struct if_data *data = i->ifa_data;

	link->up = i->ifa_flags & IFF_UP;
	link->ethernet = at->sdl_type == ETHERNET;
	if (data)
		link->mtu = (unsigned)data->ifi_mtu;
	if (at->sdl_alen == OS_MAC_SIZE)
		memcpy(link->mac, at->sdl_data + at->sdl_nlen, OS_MAC_SIZE);
}

int os_link_find(const char *name, struct os_link *link)
{
	struct ifaddrs *all;

	*link = (struct os_link){.name = name, .index = if_nametoindex(name)};
	if (link->index == 0) {
		errno = ENODEV;
		return -1;
	}
	if (getifaddrs(&all) < 0)
		return -1;
	for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
		if (i->ifa_addr && i->ifa_addr->sa_family == AF_LINK &&
			strcmp(i->ifa_name, name) == 0)
			take(link, i);
	}
	freeifaddrs(all);
	return 0;
}
