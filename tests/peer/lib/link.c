/* SPDX-License-Identifier: ISC */
/* link.c - the frames of one interface. */
#define _DEFAULT_SOURCE /* netpacket/packet.h */
#include "link.h"

#include "peer.h"

#ifdef __linux__
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* The kernel's header for these is not available with every C library. */
enum { ALL_PROTOCOLS = 3, AUXDATA = 8, VLAN_VALID = 0x10, RECEIVE_BUFFER = 4 << 20 };

struct auxdata {
	uint32_t status, size, kept;
	uint16_t mac, net, vlan, vlan_type;
};

int link_open(const char *name)
{
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ALL_PROTOCOLS));
	struct sockaddr_ll where = {.sll_family = AF_PACKET, .sll_protocol = htons(ALL_PROTOCOLS)};
	int yes = 1, room = RECEIVE_BUFFER;

	where.sll_ifindex = (int)if_nametoindex(name);
	if (fd < 0 || where.sll_ifindex == 0 ||
		setsockopt(fd, SOL_PACKET, AUXDATA, &yes, sizeof(yes)) < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)) < 0 ||
		bind(fd, (const struct sockaddr *)&where, sizeof(where)) < 0)
		die("cannot hear %s: %s", name, strerror(errno));
	return fd;
}

void link_address(int fd, uint8_t mac[6])
{
	struct sockaddr_ll self;
	socklen_t size = sizeof(self);

	if (getsockname(fd, (struct sockaddr *)&self, &size) < 0)
		die("no hardware address: %s", strerror(errno));
	memcpy(mac, self.sll_addr, 6);
}

void link_read(int fd, struct frame *frame)
{
	struct iovec room = {frame->data, sizeof(frame->data)};
	struct sockaddr_ll from;
	_Alignas(struct cmsghdr) char control[256];
	struct msghdr message = {.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &room,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control)};
	ssize_t size;

	do
		size = recvmsg(fd, &message, 0);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		die("cannot read frames: %s", strerror(errno));
	frame->size = (size_t)size;
	frame->ours = from.sll_pkttype == PACKET_OUTGOING;
	frame->tagged = false;
	const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (header && header->cmsg_level == SOL_PACKET && header->cmsg_type == AUXDATA) {
		struct auxdata aux;
		memcpy(&aux, CMSG_DATA(header), sizeof(aux));
		frame->tagged = aux.status & VLAN_VALID;
		frame->tag_value = aux.vlan;
		frame->tag_type = aux.vlan_type ? aux.vlan_type : 0x8100;
	}
}
#else
int link_open(const char *name)
{
	die("cannot hear %s: frames are for Linux", name);
}

void link_address(int fd, uint8_t mac[6])
{
	(void)fd;
	(void)mac;
}

void link_read(int fd, struct frame *frame)
{
	(void)fd;
	(void)frame;
}
#endif
