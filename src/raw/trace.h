/* SPDX-License-Identifier: ISC */
/* trace.h - what ties an answer to the packet that it answers. Pure. */
#ifndef RAW_TRACE_H
#define RAW_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "core/addr/addr.h"
#include "raw/packet.h"

/* What a packet and its answer have in common, from the asker's side. Compared byte by byte. */
struct trace {
	struct value local, remote; /* addresses; REMOTE 0: anyone may answer */
	uint16_t a, b;		    /* ports, or id and sequence number */
	uint16_t protocol;	    /* of IP; ARP has one of its own */
	uint16_t vlan;		    /* its id and 1 bit; 0: none */
};

/* What came back. */
struct answer {
	struct trace trace;
	const char *kind; /* echo-reply, arp-reply, ndp, syn-ack, rst, udp, icmp-error */
	struct addr source;
	bool has_mac;
	struct value mac;
	char detail[80]; /* "" for none */
};

/* What answers to P, a packet that is sent, will carry. LOCAL and REMOTE are its addresses where it
 * has no IP header, else NULL. False: nothing is known to answer it. */
bool trace_of_sent(const struct packet *p, const struct addr *local, const struct addr *remote,
	struct trace *trace);

/* What P, a packet that came, answers. False: it is no answer to anything. */
bool trace_of_answer(const struct packet *p, struct answer *answer);

#endif
