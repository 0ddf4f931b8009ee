/* SPDX-License-Identifier: ISC */
/* trace_private.h - what trace.c and trace_answer.c share. */
#ifndef RAW_PACKET_TRACE_PRIVATE_H
#define RAW_PACKET_TRACE_PRIVATE_H

#include "raw/packet/trace.h"

/* The protocols of traces for which IP has no number. */
enum {
	TRACE_ARP = 0x100,
	TRACE_NEIGHBOR,
	TRACE_ROUTER,
	TRACE_QUESTION = 0x200, /* plus the type of the ICMP message that asks */
};

/* A part of a packet: what was sent, or what an error quotes. */
struct part {
	const struct packet *p;
	const struct piece *first, *end;
};

/* The part of P with which it was sent, and the part that it quotes. */
struct part part_sent(const struct packet *p);
struct part part_quoted(const struct packet *p);

/* The innermost IP header: answers to a packet in a tunnel come only in the tunnel. NULL: none. */
const struct piece *part_ip(const struct part *part);

/* The payload of IP, after extension headers; NULL: nothing, or a later fragment. */
const struct piece *part_content(const struct part *part, const struct piece *ip);

/* As in struct trace. */
uint16_t part_vlan(const struct part *part);

/* Whether Q has an id and a number, if it is a question or its answer. */
bool trace_is_icmp(const struct piece *q);

/* The trace and the mark of a part that has an IP header. False: no kind of answer to it is
 * known. */
bool trace_ip(const struct part *part, const struct piece *ip, const struct trace_place *place,
	struct trace *t, struct mark *mark);

#endif
