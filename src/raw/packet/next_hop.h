/* SPDX-License-Identifier: ISC */
/* next_hop.h - the hardware address to which to send a frame with an IP packet. */
#ifndef RAW_PACKET_NEXT_HOP_H
#define RAW_PACKET_NEXT_HOP_H

#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/os/link/packet.h"
#include "raw/layers/field.h"

enum { NEXT_HOPS = 256, NEXT_HOP_TAGS = 2 };

/* The VLAN tags of a frame, outermost first. */
struct next_hop_tags {
	uint16_t id[NEXT_HOP_TAGS];
	uint16_t count;
};

/* All zero except for LINK, which may be NULL: not known. */
struct next_hops {
	const struct os_link *link;
	bool asks; /* a host that is in no table is asked, by ARP or neighbor solicitation */

	/* What was found recently. */
	struct next_hop {
		struct addr to;
		struct next_hop_tags tags;
		struct value mac;
	} found[NEXT_HOPS];
	size_t count, next;
};

/* The hardware address for a packet to TO: that of the next hop, of the multicast group, or the
 * broadcast address, which is also used if the next hop is in no table and N does not ask. The
 * tables know nothing of VLANs: with TAGS, TO itself is asked for there. STATUS_DONE; or
 * STATUS_REFUSED and the like, and WHY has a line for the user: there is no route, or the next hop
 * does not answer, which takes a second to find out. */
enum status next_hop_find(struct next_hops *n, const struct addr *to,
	const struct next_hop_tags *tags, struct value *mac, struct bytes *why) CHECKED;

#endif
