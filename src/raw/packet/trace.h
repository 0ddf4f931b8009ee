/* SPDX-License-Identifier: ISC */
/* trace.h - what ties an answer to the packet that it answers. Pure. */
#ifndef RAW_PACKET_TRACE_H
#define RAW_PACKET_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "core/addr/addr.h"
#include "raw/packet/packet.h"

/* What a packet and its answer have in common, from the sender's point of view. Compared byte by
 * byte. */
struct trace {
	struct value local, remote; /* addresses; REMOTE 0: anyone may answer */
	uint16_t a, b;		    /* ports, or id and sequence number */
	uint16_t protocol;	    /* of IP; others have numbers over 255 (trace_private.h) */
	uint16_t vlan;		    /* its id and 1 bit; 0: none */
};

/* What distinguishes packets with the same trace. */
struct mark {
	uint32_t id; /* which errors quote: the id of IPv4; for IPv6, TCP's number or the flow
			label; 0: not known */
	uint32_t seq, length; /* the numbers of TCP that the answer acknowledges; LENGTH 0: none */
};

/* What the packets themselves do not tell. */
struct trace_place {
	const struct addr *local,
		*remote;	    /* addresses of packets without an IP header, else NULL */
	const uint32_t *broadcasts; /* IPv4 addresses at which many hosts answer */
	size_t broadcast_count;
};

/* What came back. */
struct answer {
	struct trace trace;
	uint32_t id;  /* as in struct mark, for the packet that an error quotes */
	uint32_t ack; /* the number after those that TCP acknowledges; only if ACKS */
	bool acks;
	bool error;	  /* an ICMP error; else an answer of the one that was asked */
	bool neighbor;	  /* the address of a neighbor, which finding a next hop asks for too */
	const char *kind; /* echo-reply, timestamp-reply, mask-reply, arp-reply, ndp, syn-ack, rst,
			     udp, icmp-error */
	struct addr source;
	bool has_mac;
	struct value mac;
	char detail[96]; /* "" for none */
};

/* What the answers to P, a packet being sent, will carry. False: no kind of answer to it is
 * known. */
bool trace_of_sent(const struct packet *p, const struct trace_place *place, struct trace *trace,
	struct mark *mark);

/* What P, a packet that was received, answers. False: it does not answer anything. */
bool trace_of_answer(
	const struct packet *p, const struct trace_place *place, struct answer *answer);

#endif
