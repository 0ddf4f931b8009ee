/* SPDX-License-Identifier: ISC */
/* link_linux.c - a network interface of Linux (netdevice(7)). */
#define _GNU_SOURCE /* struct ifreq */
#include "core/os/link/link.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "core/os/os.h"

static int closed(int fd)
{
	fd_close(fd);
	return -1;
}

int os_link_find(const char *name, struct os_link *link)
{
	struct ifreq request = {0};
	int fd;

	*link = (struct os_link){.name = name, .index = if_nametoindex(name)};
	if (link->index == 0 || strlen(name) >= sizeof(request.ifr_name)) {
		errno = ENODEV;
		return -1;
	}
	fd = os_socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return -1;
	memcpy(request.ifr_name, name, strlen(name) + 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return closed(fd);
	link->up = request.ifr_flags & IFF_UP;
	if (ioctl(fd, SIOCGIFMTU, &request) < 0)
		return closed(fd);
	link->mtu = (unsigned)request.ifr_mtu;
	if (ioctl(fd, SIOCGIFHWADDR, &request) < 0)
		return closed(fd);
	memcpy(link->mac, request.ifr_hwaddr.sa_data, sizeof(link->mac));
	link->ethernet = request.ifr_hwaddr.sa_family == ARPHRD_ETHER ||
		request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK;
	fd_close(fd);
	return 0;
}
