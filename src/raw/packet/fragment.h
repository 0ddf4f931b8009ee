/* SPDX-License-Identifier: ISC */
/* fragment.h - cut an IP packet into fragments. (RFC 791, RFC 8200 section 4.5) */
#ifndef RAW_PACKET_FRAGMENT_H
#define RAW_PACKET_FRAGMENT_H

#include "base/bytes.h"
#include "base/checked.h"
#include "raw/packet/packet.h"

/* A packet that is being cut. All zero: none. */
struct fragmenter {
	struct bytes whole;   /* the whole packet, including what precedes its IP header */
	size_t ip, rest, end; /* starts of the IP header and of what is cut, and its end */
	size_t next;	      /* the next part */
	size_t most;	      /* how many bytes the next parts may have after their headers */
	size_t pointer;	      /* IPv6: the byte that tells what follows the headers before REST */
	bool six;
	bool crc; /* the packet ends with a frame check sequence, and so do its fragments */
	uint32_t id;
};

/* Whether P, whose outermost layers are those of a frame or IP, can be cut at all. */
bool fragment_can(const struct packet *p);

/* Begin to cut P into IP packets of at most LIMIT bytes. ID identifies its fragments if its header
 * does not. NULL, or the reason, to follow "packet N ". */
const char *fragment_begin(
	struct fragmenter *f, const struct packet *p, size_t limit, uint32_t id) CHECKED;

/* Append the next fragment to OUT, complete with checksums. False: none is left. */
bool fragment_next(struct fragmenter *f, struct bytes *out);

void fragment_release(struct fragmenter *f);

#endif
