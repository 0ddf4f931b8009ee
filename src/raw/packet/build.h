/* SPDX-License-Identifier: ISC */
/* build.h - from what the words say to the bytes of a packet. */
#ifndef RAW_PACKET_BUILD_H
#define RAW_PACKET_BUILD_H

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/os/link/packet.h"
#include "raw/packet/next_hop.h"
#include "raw/packet/packet.h"

/* What packets are built for; and what was found out while building. */
struct build {
	const struct os_link *link; /* the interface; NULL: by route, or not known */
	const struct addr *to;	    /* of PACKET_INNER: where it goes; else NULL */
	struct addr from;	    /* of PACKET_INNER: the address it will come from */
	struct next_hops *hops;	    /* of frames; NULL: all go to everybody */
	uint64_t random;	    /* state of random_next, seeded */
	uint16_t id;		    /* of questions of this run */
	bool asking;		    /* answers are awaited: packets are to differ */
	bool tracing;		    /* packets differ in their hops: different hosts answer */
	uint64_t number;	    /* of the packet, from 0 */

	struct addr route_to, route_from; /* the latest answer of the routing table */
};

/* Whether SPEC, a complete one, begins with a frame, with an IP header, or within one. */
enum packet_start build_start(const struct spec *spec);

/* Build the packet that SPEC's sweeps stand at, into OUT, which is emptied first; P says what lies
 * where, and is valid until OUT changes. STATUS_DONE; or another, and WHY has a line for the
 * user: too long, out of memory, no next hop. */
enum status build_packet(struct build *b, const struct spec *spec, struct bytes *out,
	struct packet *p, struct bytes *why) CHECKED;

/* Fill in what the words do not say, in the packet P, whose bytes are DATA: the layers of SPEC. The
 * second half of build_packet. STATUS_DONE, or STATUS_FAILED with a line in WHY: a length does not
 * fit its field. */
enum status build_fill(struct build *b, const struct spec *spec, const struct packet *p,
	unsigned char *data, struct bytes *why) CHECKED;

#endif
