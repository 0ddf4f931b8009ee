/* SPDX-License-Identifier: ISC */
/* os_packet_posix.c - interfaces, routes and packets with what POSIX has: IP by route, no frames.
 */
#define _DEFAULT_SOURCE /* IP_HDRINCL */
#include "core/os/os_packet.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "core/os/os.h"

static int lacking(void)
{
	errno = ENOSYS;
	return -1;
}

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

int os_link_find(const char *name, struct os_link *link)
{
	*link = (struct os_link){.name = name, .index = if_nametoindex(name)};
	if (link->index != 0)
		return lacking();
	errno = ENODEV;
	return -1;
}

int os_route(const struct addr *to, const char *ifname, struct addr *from, unsigned *mtu)
{
	struct addr peer = *to;
	int fd, result;

	*mtu = 0;
	if (ifname)
		return lacking();
	/* Connecting a datagram socket sends nothing and chooses the route; port 0 is refused. */
	addr_set_port(&peer, 1);
	fd = os_socket(addr_family(to), SOCK_DGRAM, 0);
	if (fd < 0)
		return -1;
	result = connect(fd, &peer.u.sa, peer.size);
	from->size = sizeof(from->u);
	if (result == 0)
		result = getsockname(fd, &from->u.sa, &from->size);
	fd_close(fd);
	addr_set_port(from, 0);
	return result;
}

size_t os_broadcasts(uint32_t *out, size_t room)
{
	(void)out, (void)room;
	return 0;
}

int os_frame_open(const struct os_link *link)
{
	(void)link;
	return lacking();
}

int os_raw_open(int family, int protocol, const char *ifname)
{
	bool header = protocol == OS_RAW_HEADER;
	int fd;

	if (ifname || (header && family != AF_INET))
		return lacking();
	fd = os_socket(family, SOCK_RAW, header ? IPPROTO_RAW : protocol);
#ifdef IP_HDRINCL
	if (fd >= 0 && header &&
		setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &(int){1}, sizeof(int)) < 0) {
		fd_close(fd);
		return -1;
	}
	return fd;
#else
	if (!header)
		return fd;
	fd_close(fd);
	return lacking();
#endif
}

int os_raw_hops(int fd, int family, int hops)
{
	if (family == AF_INET)
		return set_int(fd, IPPROTO_IP, IP_TTL, hops) < 0
			? -1
			: setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL,
				  &(unsigned char){(unsigned char)hops}, sizeof(unsigned char));
	return set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops) < 0
		? -1
		: set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops);
}

int os_send_packets(int fd, const struct os_packet *packets, size_t count)
{
	size_t sent = 0;

	while (sent < count) {
		const struct os_packet *p = &packets[sent];

		if (sendto(fd, p->data, p->size, 0, &p->to->u.sa, p->to->size) >= 0)
			sent++;
		else if (errno != EINTR)
			break;
	}
	return sent > 0 || count == 0 ? (int)sent : -1;
}

int os_capture_open(const struct os_link *link, int family)
{
	(void)link, (void)family;
	return lacking();
}

ssize_t os_capture_read(int fd, void *data, size_t size, struct os_captured *info)
{
	(void)fd, (void)data, (void)size, (void)info;
	return lacking();
}
