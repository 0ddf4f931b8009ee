/* SPDX-License-Identifier: ISC */
/* trace.c - what ties an answer to the packet that it answers. */
#include "raw/packet/trace.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_ICMP6 = 58,
	TRACE_ARP = 0x100, /* no protocol of IP */
	TRACE_NEIGHBOR,
	TRACE_ROUTER,
	TRACE_QUESTION = 0x200, /* and the type of the ICMP message that asks */
	VLAN_PRESENT = 0x1000,
	ECHO = 8,
	TIMESTAMP = 13,
	MASK = 17,
	ECHO6 = 128,
	ROUTER_SOLICIT = 133,
	ROUTER_ADVERT = 134,
	NEIGHBOR_SOLICIT = 135,
	NEIGHBOR_ADVERT = 136,
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_ACK = 16,
};

/* The parts of a packet that were sent, or that an error quotes. */
struct part {
	const struct packet *p;
	const struct piece *first, *end;
};

static unsigned number(const struct packet *p, const struct piece *q, const char *field)
{
	return (unsigned)packet_value(p, q, field).low;
}

static struct part sent_part(const struct packet *p)
{
	size_t count = p->quoted < p->count ? p->quoted : p->count;

	return (struct part){p, p->pieces, p->pieces + count};
}

static struct part quoted_part(const struct packet *p)
{
	size_t at = p->quoted < p->count ? p->quoted : p->count;

	return (struct part){p, p->pieces + at, p->pieces + p->count};
}

static bool is_ip(const struct piece *q)
{
	return q->layer == &layer_ip || q->layer == &layer_ip6;
}

/* The innermost IP header: the one of a tunnel has an answer only in the tunnel. NULL: none. */
static const struct piece *ip_of(const struct part *part)
{
	const struct piece *ip = NULL;

	for (const struct piece *q = part->first; q < part->end; q++)
		if (is_ip(q))
			ip = q;
	return ip;
}

/* What IP carries, after extension headers; NULL: nothing, or a later fragment. */
static const struct piece *content_of(const struct part *part, const struct piece *ip)
{
	for (const struct piece *q = ip; q < part->end; q++) {
		bool fragment = q->layer == &layer_ip || q->layer == &layer_fragment;

		if (fragment && number(part->p, q, "offset") != 0)
			return NULL;
		if (q == ip ||
			(layer_family(q->layer) == AF_INET6 &&
				q->layer->protocol != PROTOCOL_ICMP6))
			continue;
		return q;
	}
	return NULL;
}

static uint16_t vlan_of(const struct part *part)
{
	for (const struct piece *q = part->first; q < part->end; q++)
		if (q->layer == &layer_vlan)
			return (uint16_t)(VLAN_PRESENT | number(part->p, q, "id"));
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

/* Whether Q has an id and a number, if it is a question or its answer. */
static bool is_icmp(const struct piece *q)
{
	return q->layer == &layer_icmp || q->layer == &layer_icmp_timestamp ||
		q->layer == &layer_icmp_mask || q->layer == &layer_icmp6;
}

/* Ports, id and number of what Q, the content of an IP packet, asks. False: nothing. */
static bool trace_content(const struct packet *p, const struct piece *q, struct trace *t)
{
	unsigned type = q->layer->size ? p->data[q->at] : 0;

	t->protocol =
		(uint16_t)(q->layer->protocol > 0 ? q->layer->protocol : LAYER_PROTOCOL_OTHER);
	if (q->layer == &layer_udp || q->layer == &layer_tcp || q->layer == &layer_sctp) {
		t->a = (uint16_t)number(p, q, "sport");
		t->b = (uint16_t)number(p, q, "dport");
		return packet_has(q, layer_field(q->layer, "dport", strlen("dport")));
	}
	if (q->layer == &layer_ndp || q->layer == &layer_ndp_rs) {
		t->protocol = q->layer == &layer_ndp ? TRACE_NEIGHBOR : TRACE_ROUTER;
		t->local = t->remote = (struct value){0};
		if (q->layer == &layer_ndp)
			t->remote = packet_value(p, q, "target");
		return type == NEIGHBOR_SOLICIT || type == ROUTER_SOLICIT;
	}
	if (is_icmp(q)) {
		t->protocol = (uint16_t)(TRACE_QUESTION + type);
		t->a = (uint16_t)number(p, q, "id");
		t->b = (uint16_t)number(p, q, "seq");
		return q->layer == &layer_icmp6 ? type == ECHO6
						: type == ECHO || type == TIMESTAMP || type == MASK;
	}
	/* Only an error can be the answer to anything else. */
	return q->layer->protocol != PROTOCOL_ICMP6;
}

/* The trace of a part that has an IP header. */
static bool trace_ip(const struct part *part, const struct piece *ip,
	const struct trace_place *place, struct trace *t, uint16_t *id)
{
	const struct piece *content = content_of(part, ip);
	bool six = ip->layer == &layer_ip6;

	t->local = packet_value(part->p, ip, "src");
	t->remote = packet_value(part->p, ip, "dst");
	if (is_group(t->remote, six, place))
		t->remote = (struct value){0};
	*id = six ? 0 : (uint16_t)number(part->p, ip, "id");
	return content && trace_content(part->p, content, t);
}

static bool trace_arp(const struct packet *p, const struct piece *q, struct trace *t)
{
	t->protocol = TRACE_ARP;
	t->local = packet_value(p, q, "sender");
	t->remote = packet_value(p, q, "target");
	return number(p, q, "op") == ARP_REQUEST;
}

/* A frame for all, or for a group, is answered by any host that it concerns. */
static bool is_group_frame(const struct part *part)
{
	return part->first < part->end && part->first->layer == &layer_eth &&
		part->p->data[part->first->at] & 1;
}

bool trace_of_sent(
	const struct packet *p, const struct trace_place *place, struct trace *trace, uint16_t *id)
{
	const struct piece *arp = packet_piece(p, &layer_arp), *ip;
	struct part part = sent_part(p);

	memset(trace, 0, sizeof(*trace));
	*id = 0;
	trace->vlan = vlan_of(&part);
	if (arp)
		return trace_arp(p, arp, trace);
	ip = ip_of(&part);
	if (ip && trace_ip(&part, ip, place, trace, id)) {
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

static const char *error_name(bool six, unsigned type, unsigned code)
{
	static const struct {
		bool six;
		uint8_t type, code;
		const char *name;
	} names[] = {
		{false, 3, 0, "network unreachable"},
		{false, 3, 1, "host unreachable"},
		{false, 3, 2, "protocol unreachable"},
		{false, 3, 3, "port unreachable"},
		{false, 3, 4, "fragmentation needed"},
		{false, 3, 9, "network prohibited"},
		{false, 3, 10, "host prohibited"},
		{false, 3, 13, "prohibited"},
		{false, 5, 1, "redirect"},
		{false, 11, 0, "time exceeded"},
		{false, 11, 1, "reassembly time exceeded"},
		{false, 12, 0, "parameter problem"},
		{true, 1, 0, "no route"},
		{true, 1, 1, "prohibited"},
		{true, 1, 3, "address unreachable"},
		{true, 1, 4, "port unreachable"},
		{true, 2, 0, "packet too big"},
		{true, 3, 0, "time exceeded"},
		{true, 4, 0, "parameter problem"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].six == six && names[i].type == type && names[i].code == code)
			return names[i].name;
	return NULL;
}

static void add_mtu(const struct packet *p, const struct piece *q, struct answer *a)
{
	const struct field *f = layer_field(q->layer, "mtu", strlen("mtu"));
	size_t length = strlen(a->detail);
	bool has_mtu = q->layer == &layer_icmp6 ? p->data[q->at] == 2
						: p->data[q->at] == 3 && p->data[q->at + 1] == 4;

	if (has_mtu && packet_has(q, f))
		snprintf(a->detail + length, sizeof(a->detail) - length, ", next-hop MTU %u",
			number(p, q, "mtu"));
}

/* An error, Q, that quotes the packet which it is about. */
static bool answer_error(const struct packet *p, const struct piece *q,
	const struct trace_place *place, struct answer *a)
{
	bool six = q->layer == &layer_icmp6;
	struct part quoted = quoted_part(p);
	const struct piece *ip = ip_of(&quoted);
	unsigned type = p->data[q->at], code = number(p, q, "code");
	const char *name = error_name(six, type, code);

	a->kind = "icmp-error";
	a->error = true;
	if (!ip || (ip->layer == &layer_ip6) != six ||
		!trace_ip(&quoted, ip, place, &a->trace, &a->id))
		return false;
	if (name)
		snprintf(a->detail, sizeof(a->detail), "%s", name);
	else
		snprintf(a->detail, sizeof(a->detail), "type %u, code %u", type, code);
	add_mtu(p, q, a);
	return true;
}

/* Append what the other host says beyond that it is there. */
static void add_content(const struct packet *p, const struct piece *q, struct answer *a)
{
	size_t length = strlen(a->detail);

	if (q->layer == &layer_icmp_timestamp) {
		snprintf(a->detail + length, sizeof(a->detail) - length,
			", receive %u, transmit %u", number(p, q, "receive"),
			number(p, q, "transmit"));
	} else if (q->layer == &layer_icmp_mask) {
		const struct field *f = layer_field(q->layer, "mask", strlen("mask"));
		struct bytes mask = {0};

		field_show(f, packet_value(p, q, f->name), &mask);
		snprintf(a->detail + length, sizeof(a->detail) - length, ", mask %s",
			bytes_text(&mask));
		bytes_release(&mask);
	}
}

static bool answer_icmp(
	const struct packet *p, const struct piece *q, const struct piece *ip, struct answer *a)
{
	static const struct {
		bool six;
		uint8_t reply, question;
		const char *kind;
	} rows[] = {
		{false, 0, ECHO, "echo-reply"},
		{false, 14, TIMESTAMP, "timestamp-reply"},
		{false, 18, MASK, "mask-reply"},
		{true, 129, ECHO6, "echo-reply"},
	};
	bool six = ip->layer == &layer_ip6;
	unsigned type = p->data[q->at];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].six != six || rows[i].reply != type)
			continue;
		a->kind = rows[i].kind;
		a->trace.protocol = (uint16_t)(TRACE_QUESTION + rows[i].question);
		a->trace.a = (uint16_t)number(p, q, "id");
		a->trace.b = (uint16_t)number(p, q, "seq");
		snprintf(a->detail, sizeof(a->detail), "id %u, seq %u, ttl %u", a->trace.a,
			a->trace.b, number(p, ip, six ? "hop-limit" : "ttl"));
		add_content(p, q, a);
		return true;
	}
	return false;
}

static bool answer_ports(const struct packet *p, const struct piece *q, struct answer *a)
{
	a->trace.a = (uint16_t)number(p, q, "dport");
	a->trace.b = (uint16_t)number(p, q, "sport");
	if (q->layer == &layer_udp) {
		a->kind = "udp";
		snprintf(a->detail, sizeof(a->detail), "port %u, %zu byte%s", a->trace.b,
			q->end - q->at - q->header, num_plural(q->end - q->at - q->header));
		return true;
	}
	unsigned flags = number(p, q, "flags");
	bool opened = (flags & TCP_SYN) && (flags & TCP_ACK);

	a->kind = flags & TCP_RST ? "rst" : "syn-ack";
	snprintf(a->detail, sizeof(a->detail), "port %u", a->trace.b);
	return opened || (flags & TCP_RST);
}

static bool answer_neighbor(const struct packet *p, const struct piece *q, struct answer *a)
{
	const struct field *mac = layer_field(&layer_ndp, "target-mac", strlen("target-mac"));

	a->kind = "ndp";
	a->trace.protocol = TRACE_NEIGHBOR;
	a->neighbor = true;
	a->trace.local = (struct value){0};
	a->trace.remote = packet_value(p, q, "target");
	a->has_mac = packet_option(p, q, mac, &a->mac) || a->has_mac;
	return p->data[q->at] == NEIGHBOR_ADVERT;
}

static bool answer_router(const struct packet *p, const struct piece *q, struct answer *a)
{
	a->kind = "ndp";
	a->trace.protocol = TRACE_ROUTER;
	a->trace.local = a->trace.remote = (struct value){0};
	snprintf(a->detail, sizeof(a->detail), "router, lifetime %us", number(p, q, "lifetime"));
	return p->data[q->at] == ROUTER_ADVERT;
}

static bool answer_arp(const struct packet *p, const struct piece *q, struct answer *a)
{
	a->kind = "arp-reply";
	a->trace.protocol = TRACE_ARP;
	a->neighbor = true;
	a->trace.local = packet_value(p, q, "target");
	a->trace.remote = packet_value(p, q, "sender");
	a->mac = packet_value(p, q, "sender-mac");
	a->has_mac = true;
	value_to_addr(
		layer_field(&layer_arp, "sender", strlen("sender")), a->trace.remote, &a->source);
	return number(p, q, "op") == ARP_REPLY;
}

static bool answer_ip(const struct part *part, const struct piece *ip,
	const struct trace_place *place, struct answer *a)
{
	const struct piece *q = content_of(part, ip);

	a->trace.local = packet_value(part->p, ip, "dst");
	a->trace.remote = packet_value(part->p, ip, "src");
	value_to_addr(layer_field(ip->layer, "src", strlen("src")), a->trace.remote, &a->source);
	/* Of what is cut off, nothing can be said. */
	if (!q || q->header < q->layer->size)
		return false;
	if (q->layer->protocol > 0)
		a->trace.protocol = (uint16_t)q->layer->protocol;
	if (packet_is_error(part->p, q))
		return answer_error(part->p, q, place, a);
	if (is_icmp(q))
		return answer_icmp(part->p, q, ip, a);
	if (q->layer == &layer_ndp)
		return answer_neighbor(part->p, q, a);
	if (q->layer == &layer_ndp_ra)
		return answer_router(part->p, q, a);
	if (q->layer == &layer_udp || q->layer == &layer_tcp)
		return answer_ports(part->p, q, a);
	return false;
}

bool trace_of_answer(const struct packet *p, const struct trace_place *place, struct answer *answer)
{
	const struct piece *arp = packet_piece(p, &layer_arp), *eth = packet_piece(p, &layer_eth);
	struct part part = sent_part(p);
	const struct piece *ip = ip_of(&part);

	memset(answer, 0, sizeof(*answer));
	answer->trace.vlan = vlan_of(&part);
	if (eth) {
		answer->has_mac = true;
		answer->mac = packet_value(p, eth, "src");
	}
	if (arp)
		return answer_arp(p, arp, answer);
	return ip && answer_ip(&part, ip, place, answer);
}
