/* SPDX-License-Identifier: ISC */
/* interface_darwin.c - restrict sockets to an interface on macOS (ip(4), ip6(4)). */
#include "core/os/os.h"

#include <sys/socket.h>

int os_set_multicast_interface(int fd, int family, const char *name, unsigned index)
{
	struct ip_mreqn request = {.imr_ifindex = (int)index};

	(void)name;
	if (family == AF_INET6)
		return setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index));
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof(request));
}

/* A socket accepts only the option of its family. */
int os_bind_interface(int fd, unsigned index)
{
	if (setsockopt(fd, IPPROTO_IP, IP_BOUND_IF, &index, sizeof(index)) == 0)
		return 0;
	return setsockopt(fd, IPPROTO_IPV6, IPV6_BOUND_IF, &index, sizeof(index));
}
