/* SPDX-License-Identifier: ISC */
/* trace_answer.c - what a received packet answers. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "raw/packet/trace_private.h"

enum {
	ECHO = 8,
	TIMESTAMP = 13,
	MASK = 17,
	ECHO6 = 128,
	ROUTER_ADVERT = 134,
	NEIGHBOR_ADVERT = 136,
	ARP_REPLY = 2,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_ACK = 16,
};

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
	const struct field *f = layer_own_field(q->layer, "mtu");
	size_t length = strlen(a->detail);
	bool has_mtu = q->layer == &layer_icmp6 ? p->data[q->at] == 2
						: p->data[q->at] == 3 && p->data[q->at + 1] == 4;

	if (has_mtu && packet_has(q, f))
		snprintf(a->detail + length, sizeof(a->detail) - length, ", next-hop MTU %u",
			packet_number(p, q, "mtu"));
}

/* Q is an error that quotes the packet that it is about. */
static bool answer_error(const struct packet *p, const struct piece *q,
	const struct trace_place *place, struct answer *a)
{
	bool six = q->layer == &layer_icmp6;
	struct part quoted = part_quoted(p);
	const struct piece *ip = part_ip(&quoted);
	unsigned type = p->data[q->at], code = packet_number(p, q, "code");
	const char *name = error_name(six, type, code);
	struct mark mark;

	a->kind = "icmp-error";
	a->error = true;
	if (!ip || (ip->layer == &layer_ip6) != six ||
		!trace_ip(&quoted, ip, place, &a->trace, &mark))
		return false;
	a->id = mark.id;
	if (name)
		snprintf(a->detail, sizeof(a->detail), "%s", name);
	else
		snprintf(a->detail, sizeof(a->detail), "type %u, code %u", type, code);
	add_mtu(p, q, a);
	return true;
}

/* Append what the other host tells besides its presence. */
static void add_content(const struct packet *p, const struct piece *q, struct answer *a)
{
	size_t length = strlen(a->detail);

	if (q->layer == &layer_icmp_timestamp) {
		snprintf(a->detail + length, sizeof(a->detail) - length,
			", receive %u, transmit %u", packet_number(p, q, "receive"),
			packet_number(p, q, "transmit"));
	} else if (q->layer == &layer_icmp_mask) {
		const struct field *f = layer_own_field(q->layer, "mask");
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
		a->trace.a = (uint16_t)packet_number(p, q, "id");
		a->trace.b = (uint16_t)packet_number(p, q, "seq");
		snprintf(a->detail, sizeof(a->detail), "id %u, seq %u, ttl %u", a->trace.a,
			a->trace.b, packet_number(p, ip, six ? "hop-limit" : "ttl"));
		add_content(p, q, a);
		return true;
	}
	return false;
}

static bool answer_ports(const struct packet *p, const struct piece *q, struct answer *a)
{
	a->trace.a = (uint16_t)packet_number(p, q, "dport");
	a->trace.b = (uint16_t)packet_number(p, q, "sport");
	if (q->layer == &layer_udp) {
		a->kind = "udp";
		snprintf(a->detail, sizeof(a->detail), "port %u, %zu byte%s", a->trace.b,
			q->end - q->at - q->header, num_plural(q->end - q->at - q->header));
		return true;
	}
	unsigned flags = packet_number(p, q, "flags");
	bool opened = (flags & TCP_SYN) && (flags & TCP_ACK);

	a->acks = flags & TCP_ACK;
	a->ack = packet_number(p, q, "ack");
	a->kind = flags & TCP_RST ? "rst" : "syn-ack";
	snprintf(a->detail, sizeof(a->detail), "port %u", a->trace.b);
	return opened || (flags & TCP_RST);
}

static bool answer_neighbor(const struct packet *p, const struct piece *q, struct answer *a)
{
	const struct field *mac = layer_own_field(&layer_ndp, "target-mac");

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
	snprintf(a->detail, sizeof(a->detail), "router, lifetime %us",
		packet_number(p, q, "lifetime"));
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
	value_to_addr(layer_own_field(&layer_arp, "sender"), a->trace.remote, &a->source);
	return packet_number(p, q, "op") == ARP_REPLY;
}

static bool answer_ip(const struct part *part, const struct piece *ip,
	const struct trace_place *place, struct answer *a)
{
	const struct piece *q = part_content(part, ip);

	a->trace.local = packet_value(part->p, ip, "dst");
	a->trace.remote = packet_value(part->p, ip, "src");
	value_to_addr(layer_own_field(ip->layer, "src"), a->trace.remote, &a->source);
	/* Nothing is known about what is cut off. */
	if (!q || q->header < q->layer->size)
		return false;
	if (q->layer->protocol > 0)
		a->trace.protocol = (uint16_t)q->layer->protocol;
	if (packet_is_error(part->p, q))
		return answer_error(part->p, q, place, a);
	if (trace_is_icmp(q))
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
	struct part part = part_sent(p);
	const struct piece *ip = part_ip(&part);

	memset(answer, 0, sizeof(*answer));
	answer->trace.vlan = part_vlan(&part);
	if (eth) {
		answer->has_mac = true;
		answer->mac = packet_value(p, eth, "src");
	}
	if (arp)
		return answer_arp(p, arp, answer);
	return ip && answer_ip(&part, ip, place, answer);
}
