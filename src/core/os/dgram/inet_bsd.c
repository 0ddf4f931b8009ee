/* SPDX-License-Identifier: ISC */
/* inet_bsd.c - IP_RECVDSTADDR and IP_SENDSRCADDR of the BSDs (ip(4)). */
#include <sys/types.h>

#include "core/os/dgram/inet.h"

#include <string.h>

#include "core/os/link/link.h"

enum { BROADCASTS_MAX = 32 };

/* The broadcast addresses of this host when a socket first asked: no answer may have one as its
 * source, and a destination does not show that it is one. */
static struct {
	uint32_t item[BROADCASTS_MAX];
	size_t count;
	bool known;
} broadcasts;

const struct dgram_option dgram_inet_option = {AF_INET, IPPROTO_IP, IP_RECVDSTADDR, 0};

/* Whether FD is bound to one address: that is the destination, and FreeBSD refuses a datagram that
 * names a source anyway (EINVAL). */
static bool is_bound_to_one(int fd)
{
	struct addr local = {.size = sizeof(local.u)};

	return getsockname(fd, &local.u.sa, &local.size) == 0 && addr_family(&local) == AF_INET &&
		!addr_is_any(&local);
}

void dgram_inet_request(int fd)
{
	if (is_bound_to_one(fd))
		return;
	dgram_option_set(fd, IPPROTO_IP, IP_RECVDSTADDR, 1);
	if (!broadcasts.known)
		broadcasts.count = os_broadcasts(broadcasts.item, BROADCASTS_MAX);
	broadcasts.known = true;
}

/* Whether HOST is an address that only this host has. */
static bool is_ours_alone(uint32_t host)
{
	if (IN_MULTICAST(host) || host == INADDR_BROADCAST)
		return false;
	for (size_t i = 0; i < broadcasts.count; i++) {
		if (broadcasts.item[i] == host)
			return false;
	}
	return true;
}

bool dgram_inet_read(const struct cmsghdr *c, struct os_dgram *d)
{
	struct in_addr destination;

	if (c->cmsg_type != IP_RECVDSTADDR)
		return false;
	memcpy(&destination, CMSG_DATA(c), sizeof(destination));
	addr_any(AF_INET, 0, &d->asked);
	d->asked.u.in.sin_addr = destination;
	if (is_ours_alone(ntohl(destination.s_addr)))
		d->answer = d->asked;
	return true;
}

/* There is no way to select an interface for a single datagram. */
void dgram_inet_add(struct msghdr *m, const struct in_addr *from, unsigned interface)
{
	(void)interface;
	if (from)
		dgram_control_add(m, IPPROTO_IP, IP_SENDSRCADDR, from, sizeof(*from));
}
