/* SPDX-License-Identifier: ISC */
/* interface_linux.c - restrict sockets to an interface on Linux (ip(7), socket(7)). */
#define _GNU_SOURCE /* struct ip_mreqn, SO_BINDTODEVICE */
#include "core/os/os.h"

#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

int os_set_multicast_interface(int fd, int family, const char *name, unsigned index)
{
	struct ip_mreqn request = {.imr_ifindex = (int)index};
	int result;

	(void)name;
	if (family == AF_INET6 &&
		setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index)) < 0)
		return -1;
	result = setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof(request));
	return family == AF_INET6 ? 0 : result;
}

int os_bind_interface(int fd, unsigned index)
{
	char name[IF_NAMESIZE];

	if (!if_indextoname(index, name))
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name));
}
