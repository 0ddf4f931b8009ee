/* SPDX-License-Identifier: ISC */
/* neighbor.h - where packets go next on a link: the routing table and the neighbor table.
 *
 * neighbor_linux.c and neighbor_posix.c each provide all of it. What a system lacks fails with
 * errno ENOSYS. */
#ifndef CORE_OS_LINK_NEIGHBOR_H
#define CORE_OS_LINK_NEIGHBOR_H

#include "base/checked.h"
#include "core/os/link/packet.h"

/* The next hop on the way to TO through LINK: a router's address, or TO itself. *BROADCAST tells
 * whether TO is the broadcast address of a network. 0, or -1 with errno (ENETUNREACH, ...). */
int os_next_hop(const struct os_link *link, const struct addr *to, struct addr *hop,
	bool *broadcast) CHECKED;

/* The hardware address of HOP in the neighbor table of LINK. 0, or -1 with errno: ENOENT if it is
 * not there. */
int os_neighbor(
	const struct os_link *link, const struct addr *hop, unsigned char mac[OS_MAC_SIZE]) CHECKED;

#endif
