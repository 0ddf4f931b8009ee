/* SPDX-License-Identifier: ISC */
/* sock_posix.c - the -o options that most systems have, each in its own way. */
#define _DEFAULT_SOURCE /* SO_REUSEPORT */
#include "core/sock.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <string.h>

#include "core/os.h"

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

/* IPv4 names the interface by its address: the form with an index is not everywhere. */
static int set_multicast_interface(int fd, int family, const char *text)
{
	struct in_addr address;

	if (!*text || strlen(text) >= IF_NAMESIZE) {
		errno = EINVAL;
		return -1;
	}
	if (fd < 0)
		return 0;
	unsigned index = if_nametoindex(text);
	if (index == 0) {
		errno = ENODEV;
		return -1;
	}
	bool has_address = find_address(text, &address);
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

static const struct sock_option rows[] = {
	{.name = "multicast-interface",
		.arg = "=IFNAME",
		.help = "where multicast goes out",
		.value = SOCK_SPECIAL,
		.phases = SOCK_CREATED,
		.type = SOCK_DGRAM,
		.set = set_multicast_interface},
	{.name = "rcvbuf",
		.arg = "=SIZE",
		.help = "receive buffer of the kernel",
		.value = SOCK_SIZE,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = SO_RCVBUF},
	{.name = "reuseport",
		.arg = "",
		.help = "share the address with others that ask for it too",
		.value = SOCK_ON,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = SO_REUSEPORT},
	{.name = "sndbuf",
		.arg = "=SIZE",
		.help = "send buffer of the kernel",
		.value = SOCK_SIZE,
		.phases = SOCK_CREATED,
		.level = SOL_SOCKET,
		.option = SO_SNDBUF},
	{0},
};

const struct sock_option *const os_sock_options = rows;
