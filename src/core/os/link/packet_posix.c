/* SPDX-License-Identifier: ISC */
/* packet_posix.c - routes and packets with what POSIX has: routed IP packets, no frames. */
#define _DEFAULT_SOURCE /* IP_HDRINCL */
#include "core/os/link/packet.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/be.h"
#include "base/fd.h"
#include "core/os/link/raw.h"
#include "core/os/os.h"

/* Of an IPv4 header (RFC 791). */
enum { IP_HEADER = 20, IP_LENGTH = 2, IP_FRAGMENT = 6 };

static int lacking(void)
{
	errno = ENOSYS;
	return -1;
}

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
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
	if (fd >= 0 && header &&
		setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &(int){1}, sizeof(int)) < 0) {
		fd_close(fd);
		return -1;
	}
	return fd;
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

/* Whether packets sent on FD come with headers whose numbers must be byte-swapped. */
static bool turns_headers(int fd)
{
	int included = 0;
	socklen_t size = sizeof(included);

	return os_raw_host_order && getsockopt(fd, IPPROTO_IP, IP_HDRINCL, &included, &size) == 0 &&
		included;
}

static void turn(unsigned char *at)
{
	uint16_t value = be16_get(at);

	memcpy(at, &value, sizeof(value));
}

/* As sendto(2), with the length and the fragment field of the header (RFC 791) in host order. */
static ssize_t send_turned(int fd, const struct os_packet *p)
{
	unsigned char header[IP_HEADER];
	struct iovec parts[] = {
		{header, IP_HEADER}, {(unsigned char *)p->data + IP_HEADER, p->size - IP_HEADER}};
	struct msghdr m = {.msg_name = (void *)&p->to->u,
		.msg_namelen = p->to->size,
		.msg_iov = parts,
		.msg_iovlen = 2};

	memcpy(header, p->data, IP_HEADER);
	turn(header + IP_LENGTH);
	turn(header + IP_FRAGMENT);
	return sendmsg(fd, &m, 0);
}

int os_send_packets(int fd, const struct os_packet *packets, size_t count)
{
	bool turns = turns_headers(fd);
	size_t sent = 0;

	while (sent < count) {
		const struct os_packet *p = &packets[sent];
		ssize_t n = turns && p->size >= IP_HEADER
			? send_turned(fd, p)
			: sendto(fd, p->data, p->size, 0, &p->to->u.sa, p->to->size);

		if (n >= 0)
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
