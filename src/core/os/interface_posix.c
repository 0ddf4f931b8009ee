/* SPDX-License-Identifier: ISC */
/* interface_posix.c - multicast through an interface, as on most systems. */
#include "core/os/os.h"

#include <errno.h>
#include <ifaddrs.h>
#include <string.h>
#include <sys/socket.h>

/* The IPv4 address of the interface NAME. False: it has none. */
static bool find_address(const char *name, struct in_addr *address)
{
	struct ifaddrs *list;
	bool found = false;

	if (getifaddrs(&list) < 0)
		return false;
	for (const struct ifaddrs *i = list; i && !found; i = i->ifa_next) {
		found = i->ifa_addr && i->ifa_addr->sa_family == AF_INET &&
			strcmp(i->ifa_name, name) == 0;
		if (found)
			*address =
				((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr;
	}
	freeifaddrs(list);
	return found;
}

/* IPv4 names the interface by its address, because not all systems have the form with an index. */
int os_set_multicast_interface(int fd, int family, const char *name, unsigned index)
{
	struct in_addr address;
	bool has_address = find_address(name, &address);

	if (family == AF_INET6) {
		if (has_address)
			setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof(address));
		return setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index));
	}
	if (!has_address) {
		errno = EADDRNOTAVAIL;
		return -1;
	}
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &address, sizeof(address));
}

int os_bind_interface(int fd, unsigned index)
{
	(void)fd;
	(void)index;
	errno = EOPNOTSUPP;
	return -1;
}
