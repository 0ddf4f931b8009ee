/* SPDX-License-Identifier: ISC */
/* trace_private.h - what trace.c and trace_answer.c share. */
#ifndef RAW_PACKET_TRACE_PRIVATE_H
#define RAW_PACKET_TRACE_PRIVATE_H

#include "raw/packet/trace.h"

/* The protocols of traces that IP has no number for. */
enum {
	TRACE_ARP = 0x100,
	TRACE_NEIGHBOR,
	TRACE_ROUTER,
	TRACE_QUESTION = 0x200, /* and the type of the ICMP message that asks */
};

/* The parts of a packet that were sent, or that an error quotes. */
struct part {
	const struct packet *p;
	const struct piece *first, *end;
};

/* The part of P that it was sent with, and the part that it quotes. */
struct part part_sent(const struct packet *p);
struct part part_quoted(const struct packet *p);

/* The innermost IP header: the one of a tunnel has an answer only in the tunnel. NULL: none. */
const struct piece *part_ip(const struct part *part);

/* What IP carries, after extension headers; NULL: nothing, or a later fragment. */
const struct piece *part_content(const struct part *part, const struct piece *ip);

/* As struct trace has it. */
uint16_t part_vlan(const struct part *part);

/* Whether Q has an id and a number, if it is a question or its answer. */
bool trace_is_icmp(const struct piece *q);

/* The trace and the mark of a part that has an IP header. False: nothing is known to answer it. */
bool trace_ip(const struct part *part, const struct piece *ip, const struct trace_place *place,
	struct trace *t, struct mark *mark);

#endif
