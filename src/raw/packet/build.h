/* SPDX-License-Identifier: ISC */
/* build.h - from words to the bytes of a packet. */
#ifndef RAW_PACKET_BUILD_H
#define RAW_PACKET_BUILD_H

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/os/link/packet.h"
#include "raw/packet/next_hop.h"
#include "raw/packet/packet.h"

/* The context in which packets are built, and what was found out while building. */
struct build {
	const struct os_link *link; /* the interface; NULL: by route, or not known */
	const struct addr *to;	    /* for PACKET_INNER: the destination; else NULL */
	struct addr from;	    /* for PACKET_INNER: the source address */
	struct next_hops *hops;	    /* for frames; NULL: all are broadcast */
	uint64_t random;	    /* state of random_next, seeded */
	uint16_t id;		    /* of the questions of this run */
	bool asking;		    /* answers are awaited: packets must differ */
	bool tracing;		    /* packets differ in their hops: different hosts answer */
	uint64_t number;	    /* the packet's number, from 0 */

	struct addr route_to, route_from; /* the latest answer of the routing table */
};

/* Whether SPEC, which is complete, begins with a frame, with an IP header, or inside one. */
enum packet_start build_start(const struct spec *spec);

/* Build the packet at the current position of SPEC's sweeps, into OUT, which is emptied first; P
 * describes what is where, and is valid until OUT changes. STATUS_DONE; or another, and WHY has a
 * line for the user: too long, out of memory, no next hop. */
enum status build_packet(struct build *b, const struct spec *spec, struct bytes *out,
	struct packet *p, struct bytes *why) CHECKED;

/* Fill in what the words do not give in the packet P, whose bytes are DATA and whose layers are
 * those of SPEC. This is the second half of build_packet. STATUS_DONE, or STATUS_FAILED with a line
 * in WHY: a length does not fit its field. */
enum status build_fill(struct build *b, const struct spec *spec, const struct packet *p,
	unsigned char *data, struct bytes *why) CHECKED;

#endif
