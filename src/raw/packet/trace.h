/* SPDX-License-Identifier: ISC */
/* trace.h - what ties an answer to the packet that it answers. Pure. */
#ifndef RAW_PACKET_TRACE_H
#define RAW_PACKET_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "core/addr/addr.h"
#include "raw/packet/packet.h"

/* What a packet and its answer have in common, from the asker's side. Compared byte by byte. */
struct trace {
	struct value local, remote; /* addresses; REMOTE 0: anyone may answer */
	uint16_t a, b;		    /* ports, or id and sequence number */
	uint16_t protocol;	    /* of IP; others have numbers of their own, over 255 */
	uint16_t vlan;		    /* its id and 1 bit; 0: none */
};

/* What the packets themselves do not say. */
struct trace_place {
	const struct addr *local,
		*remote;	    /* addresses of packets without an IP header, else NULL */
	const uint32_t *broadcasts; /* addresses of IPv4 at which many hosts answer */
	size_t broadcast_count;
};

/* What came back. */
struct answer {
	struct trace trace;
	uint16_t id;	  /* of the IP packet that an error quotes; 0: none, or no error */
	bool error;	  /* an ICMP error; else what the one that was asked said */
	bool neighbor;	  /* says where a neighbor is, which looking for a next hop asks, too */
	const char *kind; /* echo-reply, timestamp-reply, mask-reply, arp-reply, ndp, syn-ack, rst,
			     udp, icmp-error */
	struct addr source;
	bool has_mac;
	struct value mac;
	char detail[96]; /* "" for none */
};

/* What answers to P, a packet that is sent, will carry; *ID is that of its IP header, which errors
 * quote, 0 if there is none. False: nothing is known to answer it. */
bool trace_of_sent(
	const struct packet *p, const struct trace_place *place, struct trace *trace, uint16_t *id);

/* What P, a packet that came, answers. False: it is no answer to anything. */
bool trace_of_answer(
	const struct packet *p, const struct trace_place *place, struct answer *answer);

#endif
