/* SPDX-License-Identifier: ISC */
/* trace.c - what ties an answer to the packet that it answers, taken from the packet that is
 * sent. */
#include "raw/packet/trace.h"

#include <string.h>

#include "raw/packet/trace_private.h"

enum {
	PROTOCOL_ICMP6 = 58,
	VLAN_PRESENT = 0x1000,
	ROUTER_SOLICIT = 133,
	NEIGHBOR_SOLICIT = 135,
	ARP_REQUEST = 1,
	TCP_FIN = 1,
	TCP_SYN = 2,
};

struct part part_sent(const struct packet *p)
{
	size_t count = p->quoted < p->count ? p->quoted : p->count;

	return (struct part){p, p->pieces, p->pieces + count};
}

struct part part_quoted(const struct packet *p)
{
	size_t at = p->quoted < p->count ? p->quoted : p->count;

	return (struct part){p, p->pieces + at, p->pieces + p->count};
}

const struct piece *part_ip(const struct part *part)
{
	const struct piece *ip = NULL;

	for (const struct piece *q = part->first; q < part->end; q++)
		if (layer_is_ip(q->layer))
			ip = q;
	return ip;
}

const struct piece *part_content(const struct part *part, const struct piece *ip)
{
	for (const struct piece *q = ip; q < part->end; q++) {
		if (packet_is_later_fragment(part->p, q))
			return NULL;
		if (q == ip ||
			(layer_family(q->layer) == AF_INET6 &&
				q->layer->protocol != PROTOCOL_ICMP6))
			continue;
		return q;
	}
	return NULL;
}

uint16_t part_vlan(const struct part *part)
{
	for (const struct piece *q = part->first; q < part->end; q++)
		if (q->layer == &layer_vlan)
			return (uint16_t)(VLAN_PRESENT | packet_number(part->p, q, "id"));
	return 0;
}

/* Whether more than one host may answer what is sent to TO. */
static bool is_group(struct value to, bool six, const struct trace_place *place)
{
	if (six)
		return to.high >> 56 == 0xff;
	if (to.low >> 28 == 0xe || to.low == UINT32_MAX)
		return true;
	for (size_t i = 0; i < place->broadcast_count; i++)
		if (place->broadcasts[i] == to.low)
			return true;
	return false;
}

bool trace_is_icmp(const struct piece *q)
{
	return q->layer == &layer_icmp || q->layer == &layer_icmp_timestamp ||
		q->layer == &layer_icmp_mask || q->layer == &layer_icmp6;
}

/* The ports, or the id and number, of Q, the content of an IP packet. False: it asks nothing. */
static bool trace_content(const struct packet *p, const struct piece *q, struct trace *t)
{
	unsigned type = q->layer->size ? p->data[q->at] : 0;

	t->protocol =
		(uint16_t)(q->layer->protocol > 0 ? q->layer->protocol : LAYER_PROTOCOL_OTHER);
	if (q->layer == &layer_udp || q->layer == &layer_tcp || q->layer == &layer_sctp) {
		t->a = (uint16_t)packet_number(p, q, "sport");
		t->b = (uint16_t)packet_number(p, q, "dport");
		return packet_has(q, layer_own_field(q->layer, "dport"));
	}
	if (q->layer == &layer_ndp || q->layer == &layer_ndp_rs) {
		t->protocol = q->layer == &layer_ndp ? TRACE_NEIGHBOR : TRACE_ROUTER;
		t->local = t->remote = (struct value){0};
		if (q->layer == &layer_ndp)
			t->remote = packet_value(p, q, "target");
		return type == NEIGHBOR_SOLICIT || type == ROUTER_SOLICIT;
	}
	if (trace_is_icmp(q)) {
		t->protocol = (uint16_t)(TRACE_QUESTION + type);
		t->a = (uint16_t)packet_number(p, q, "id");
		t->b = (uint16_t)packet_number(p, q, "seq");
		return packet_is_question(p, q);
	}
	/* Anything else can only be answered by an error. */
	return q->layer->protocol != PROTOCOL_ICMP6;
}

/* CONTENT may be NULL. */
static struct mark mark_of(
	const struct packet *p, const struct piece *ip, const struct piece *content)
{
	bool tcp = content && content->layer == &layer_tcp;
	struct mark mark = {.id = packet_number(p, ip, ip->layer == &layer_ip6 ? "flow" : "id")};
	unsigned flags;

	if (!tcp)
		return mark;
	flags = packet_number(p, content, "flags");
	mark.seq = packet_number(p, content, "seq");
	mark.length = (uint32_t)(content->end - content->at - content->header) +
		!!(flags & TCP_SYN) + !!(flags & TCP_FIN);
	/* All packets of a connection have the same label. */
	if (ip->layer == &layer_ip6)
		mark.id = mark.seq;
	return mark;
}

bool trace_ip(const struct part *part, const struct piece *ip, const struct trace_place *place,
	struct trace *t, struct mark *mark)
{
	const struct piece *content = part_content(part, ip);
	bool six = ip->layer == &layer_ip6;

	t->local = packet_value(part->p, ip, "src");
	t->remote = packet_value(part->p, ip, "dst");
	if (is_group(t->remote, six, place))
		t->remote = (struct value){0};
	*mark = mark_of(part->p, ip, content);
	return content && trace_content(part->p, content, t);
}

static bool trace_arp(const struct packet *p, const struct piece *q, struct trace *t)
{
	t->protocol = TRACE_ARP;
	t->local = packet_value(p, q, "sender");
	t->remote = packet_value(p, q, "target");
	return packet_number(p, q, "op") == ARP_REQUEST;
}

/* A broadcast or multicast frame is answered by any host that it concerns. */
static bool is_group_frame(const struct part *part)
{
	return part->first < part->end && part->first->layer == &layer_eth &&
		part->p->data[part->first->at] & 1;
}

bool trace_of_sent(const struct packet *p, const struct trace_place *place, struct trace *trace,
	struct mark *mark)
{
	const struct piece *arp = packet_piece(p, &layer_arp), *ip;
	struct part part = part_sent(p);

	memset(trace, 0, sizeof(*trace));
	*mark = (struct mark){0};
	trace->vlan = part_vlan(&part);
	if (arp)
		return trace_arp(p, arp, trace);
	ip = part_ip(&part);
	if (ip && trace_ip(&part, ip, place, trace, mark)) {
		if (is_group_frame(&part) && trace->protocol != TRACE_NEIGHBOR)
			trace->remote = (struct value){0};
		return true;
	}
	if (ip || !place->remote || p->count == 0)
		return false;
	trace->local = value_of_addr(place->local);
	trace->remote = value_of_addr(place->remote);
	if (is_group(trace->remote, addr_family(place->remote) == AF_INET6, place))
		trace->remote = (struct value){0};
	return trace_content(p, part.first, trace);
}
