/* SPDX-License-Identifier: ISC */
/* packet_linux.c - routes and packets with AF_PACKET and raw IP sockets. */
#define _GNU_SOURCE /* struct mmsghdr, IP_MTU, SO_TIMESTAMPNS */
#include "core/os/link/packet.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netpacket/packet.h>
#include <string.h>
#include <sys/socket.h>

#include "base/be.h"
#include "base/fd.h"
#include "core/os/messages.h"
#include "core/os/os.h"

/* From the kernel's headers, which may not be installed, or clash with libc's. */
enum {
	KERNEL_ETH_P_ALL = 0x0003,
	KERNEL_ETH_P_IP = 0x0800,
	KERNEL_ETH_P_IPV6 = 0x86dd,
	KERNEL_ETH_P_8021Q = 0x8100,
	KERNEL_IP_MTU = 14,
	KERNEL_IPV6_MTU = 24,
	KERNEL_SOL_RAW = 255,
	KERNEL_IPV6_CHECKSUM = 7,
	KERNEL_PACKET_AUXDATA = 8,
	KERNEL_PACKET_IGNORE_OUTGOING = 23,
	KERNEL_TP_STATUS_VLAN_VALID = 1 << 4,
	KERNEL_TP_STATUS_VLAN_TPID_VALID = 1 << 6,
	VLAN_SIZE = 4,
	VLAN_PLACE = 2 * OS_MAC_SIZE,
	CAPTURE_BUFFER = 4 << 20,
};

/* struct tpacket_auxdata of linux/if_packet.h. */
struct auxdata {
	uint32_t status, len, snaplen;
	uint16_t mac, net, vlan_tci, vlan_tpid;
};

static int closed(int fd)
{
	fd_close(fd);
	return -1;
}

static int set_int(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value));
}

static int bind_device(int fd, const char *ifname)
{
	if (!ifname)
		return 0;
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, ifname, (socklen_t)strlen(ifname) + 1);
}

int os_route(const struct addr *to, const char *ifname, struct addr *from, unsigned *mtu)
{
	bool six = addr_family(to) == AF_INET6;
	struct addr peer = *to;
	socklen_t size = sizeof(int);
	int value = 0, fd;

	/* Connecting a datagram socket sends nothing and chooses the route; port 0 is refused. */
	addr_set_port(&peer, 1);
	fd = os_socket(addr_family(to), SOCK_DGRAM, 0);
	if (fd < 0)
		return -1;
	/* A broadcast address is an acceptable destination here. */
	set_int(fd, SOL_SOCKET, SO_BROADCAST, 1);
	from->size = sizeof(from->u);
	if (bind_device(fd, ifname) < 0 || connect(fd, &peer.u.sa, peer.size) < 0 ||
		getsockname(fd, &from->u.sa, &from->size) < 0)
		return closed(fd);
	addr_set_port(from, 0);
	if (getsockopt(fd, six ? IPPROTO_IPV6 : IPPROTO_IP, six ? KERNEL_IPV6_MTU : KERNEL_IP_MTU,
		    &value, &size) < 0)
		value = 0;
	*mtu = (unsigned)value;
	fd_close(fd);
	return 0;
}

/* PROTOCOL in host order; 0 receives nothing. LINK NULL: every interface. */
static int packet_open(int type, const struct os_link *link, uint16_t protocol)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = link ? (int)link->index : 0};
	int fd = os_socket(AF_PACKET, type, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	return closed(fd);
}

int os_frame_open(const struct os_link *link)
{
	return packet_open(SOCK_RAW, link, 0);
}

int os_raw_open(int family, int protocol, const char *ifname)
{
	bool header = protocol == OS_RAW_HEADER;
	int fd = os_socket(family, SOCK_RAW, header ? IPPROTO_RAW : protocol);

	if (fd < 0)
		return -1;
	/* Otherwise the kernel would write its own checksum into every ICMPv6 packet. */
	if (family == AF_INET6 && protocol == IPPROTO_ICMPV6 &&
		set_int(fd, KERNEL_SOL_RAW, KERNEL_IPV6_CHECKSUM, -1) < 0)
		return closed(fd);
	if (bind_device(fd, ifname) < 0 || set_int(fd, SOL_SOCKET, SO_BROADCAST, 1) < 0)
		return closed(fd);
	return fd;
}

int os_raw_hops(int fd, int family, int hops)
{
	if (family == AF_INET)
		return set_int(fd, IPPROTO_IP, IP_TTL, hops) < 0
			? -1
			: set_int(fd, IPPROTO_IP, IP_MULTICAST_TTL, hops);
	return set_int(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, hops) < 0
		? -1
		: set_int(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops);
}

int os_send_packets(int fd, const struct os_packet *packets, size_t count)
{
	/* Static, because a compiler that clears locals would spend more time on that than the rest
	 * takes; only one thread sends. */
	static struct mmsghdr messages[OS_PACKETS];
	static struct iovec pieces[OS_PACKETS];

	for (size_t i = 0; i < count; i++) {
		const struct addr *to = packets[i].to;

		pieces[i] = (struct iovec){(void *)packets[i].data, packets[i].size};
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i],
			.msg_iovlen = 1,
			.msg_name = to ? (void *)&to->u : NULL,
			.msg_namelen = to ? to->size : 0};
	}
	return os_messages_send(fd, messages, (int)count, 0);
}

int os_capture_open(const struct os_link *link, int family)
{
	uint16_t ip = family == AF_INET ? KERNEL_ETH_P_IP : KERNEL_ETH_P_IPV6;
	int fd = packet_open(
		link ? SOCK_RAW : SOCK_DGRAM, link, link ? (uint16_t)KERNEL_ETH_P_ALL : ip);

	if (fd < 0)
		return -1;
	/* The larger buffer needs a privilege; a smaller one will do too. */
	if (set_int(fd, SOL_SOCKET, SO_RCVBUFFORCE, CAPTURE_BUFFER) < 0)
		set_int(fd, SOL_SOCKET, SO_RCVBUF, CAPTURE_BUFFER);
	/* Outgoing packets would only take up room; a kernel before 4.20, which delivers them,
	 * marks them anyway. */
	set_int(fd, SOL_PACKET, KERNEL_PACKET_IGNORE_OUTGOING, 1);
	if (set_int(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1) < 0 ||
		(link && set_int(fd, SOL_PACKET, KERNEL_PACKET_AUXDATA, 1) < 0))
		return closed(fd);
	return fd;
}

/* Put back the tag that the kernel stores separately; SIZE bytes of ROOM are used. */
static size_t restore_vlan(unsigned char *data, size_t size, size_t room, const struct auxdata *aux)
{
	bool named = aux->status & KERNEL_TP_STATUS_VLAN_TPID_VALID;
	uint16_t type = named ? aux->vlan_tpid : KERNEL_ETH_P_8021Q;
	unsigned char tag[VLAN_SIZE];

	if (!(aux->status & KERNEL_TP_STATUS_VLAN_VALID) || size < VLAN_PLACE ||
		size + VLAN_SIZE > room)
		return size;
	be16_put(tag, type);
	be16_put(tag + 2, aux->vlan_tci);
	memmove(data + VLAN_PLACE + VLAN_SIZE, data + VLAN_PLACE, size - VLAN_PLACE);
	memcpy(data + VLAN_PLACE, tag, sizeof(tag));
	return size + VLAN_SIZE;
}

/* musl's macro triggers warnings that we enable. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wsign-conversion"
static struct cmsghdr *next_control(struct msghdr *message, struct cmsghdr *c)
{
	return CMSG_NXTHDR(message, c);
}
#pragma GCC diagnostic pop

static size_t read_controls(struct msghdr *message, unsigned char *data, size_t size, size_t room,
	struct os_captured *info)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = next_control(message, c)) {
		struct auxdata aux;

		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&info->when, CMSG_DATA(c), sizeof(info->when));
		} else if (c->cmsg_level == SOL_PACKET && c->cmsg_type == KERNEL_PACKET_AUXDATA &&
			c->cmsg_len >= CMSG_LEN(sizeof(aux))) {
			memcpy(&aux, CMSG_DATA(c), sizeof(aux));
			size = restore_vlan(data, size, room, &aux);
		}
	}
	return size;
}

ssize_t os_capture_read(int fd, void *data, size_t size, struct os_captured *info)
{
	union {
		struct cmsghdr header;
		unsigned char room[CMSG_SPACE(sizeof(struct auxdata)) +
			CMSG_SPACE(sizeof(struct timespec))];
	} control;
	struct sockaddr_ll from = {0};
	struct iovec piece = {data, size};
	struct msghdr message = {.msg_iov = &piece,
		.msg_iovlen = 1,
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t got;

	do {
		got = recvmsg(fd, &message, 0);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -1;
	clock_gettime(CLOCK_REALTIME, &info->when);
	info->outgoing = from.sll_pkttype == PACKET_OUTGOING;
	return (ssize_t)read_controls(&message, data, (size_t)got, size, info);
}
