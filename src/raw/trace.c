/* SPDX-License-Identifier: ISC */
/* trace.c - what ties an answer to the packet that it answers. */
#include "raw/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
	PROTOCOL_ICMP = 1,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_ICMP6 = 58,
	PROTOCOL_ARP = 0x100, /* no IP protocol: numbers of our own */
	PROTOCOL_NDP = 0x101,
	VLAN_PRESENT = 0x1000,
	ECHO = 8,
	ECHO_REPLY = 0,
	ECHO6 = 128,
	ECHO6_REPLY = 129,
	ICMP6_ERROR_END = 128, /* those below are errors (RFC 4443 section 2.1) */
	NDP_SOLICIT = 135,
	NDP_ADVERT = 136,
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
	TCP_SYN = 2,
	TCP_RST = 4,
	TCP_ACK = 16,
	PORTS_SIZE = 4,
	ECHO_SIZE = 8,
};

static uint16_t get16(const unsigned char *data)
{
	return (uint16_t)(data[0] << 8 | data[1]);
}

/* Whether more than one host may answer what is sent there. */
static bool is_group(const struct value *v, bool six)
{
	return six ? v->high >> 56 == 0xff : v->low >= UINT64_C(0xe0000000);
}

static uint16_t vlan_of(const struct packet *p)
{
	const struct piece *q = packet_piece(p, &layer_vlan);

	return q ? (uint16_t)(VLAN_PRESENT | packet_value(p, q, "id").low) : 0;
}

/* The trace of what stands behind an IP header, SIZE bytes at DATA, whole or not: sent with
 * PROTOCOL. */
static bool trace_transport(
	uint64_t protocol, const unsigned char *data, size_t size, struct trace *t)
{
	bool echo = protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMP6;

	t->protocol = (uint16_t)protocol;
	if ((protocol == PROTOCOL_TCP || protocol == PROTOCOL_UDP) && size >= PORTS_SIZE) {
		t->a = get16(data);
		t->b = get16(data + 2);
		return true;
	}
	if (!echo || size < ECHO_SIZE)
		return false;
	if (data[0] != (protocol == PROTOCOL_ICMP ? ECHO : ECHO6)) {
		bool solicit = protocol == PROTOCOL_ICMP6 && data[0] == NDP_SOLICIT;

		if (!solicit || size < layer_ndp.size)
			return false;
		t->protocol = PROTOCOL_NDP;
		t->local = (struct value){0};
		t->remote = value_get(data, 64, 128);
		return true;
	}
	t->a = get16(data + 4);
	t->b = get16(data + 6);
	return true;
}

/* The outermost IP header. */
static const struct piece *ip_piece(const struct packet *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->pieces[i].layer == &layer_ip || p->pieces[i].layer == &layer_ip6)
			return &p->pieces[i];
	return NULL;
}

static bool trace_ip(const struct packet *p, const struct piece *q, struct trace *t)
{
	bool six = q->layer == &layer_ip6;
	size_t at = q->at + q->header;

	t->local = packet_value(p, q, "src");
	t->remote = packet_value(p, q, "dst");
	if (is_group(&t->remote, six))
		t->remote = (struct value){0};
	return trace_transport(
		packet_value(p, q, six ? "next" : "proto").low, p->data + at, q->end - at, t);
}

static bool trace_arp(const struct packet *p, const struct piece *q, struct trace *t)
{
	t->protocol = PROTOCOL_ARP;
	t->local = packet_value(p, q, "sender");
	t->remote = packet_value(p, q, "target");
	return packet_value(p, q, "op").low == ARP_REQUEST;
}

bool trace_of_sent(const struct packet *p, const struct addr *local, const struct addr *remote,
	struct trace *trace)
{
	const struct piece *arp = packet_piece(p, &layer_arp), *ip = ip_piece(p);

	memset(trace, 0, sizeof(*trace));
	trace->vlan = vlan_of(p);
	if (arp)
		return trace_arp(p, arp, trace);
	if (ip)
		return trace_ip(p, ip, trace);
	if (!remote || p->count == 0)
		return false;
	trace->local = value_of_addr(local);
	trace->remote = value_of_addr(remote);
	if (is_group(&trace->remote, addr_family(remote) == AF_INET6))
		trace->remote = (struct value){0};
	return p->pieces[0].layer->protocol > 0 &&
		trace_transport((uint64_t)p->pieces[0].layer->protocol, p->data, p->size, trace);
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

/* An error that quotes the packet which it is about. */
static bool answer_error(const struct packet *p, const struct piece *q, bool six, struct answer *a)
{
	const unsigned char *icmp = p->data + q->at;
	const char *name = error_name(six, icmp[0], icmp[1]);
	const struct piece *ip;
	struct packet quoted;

	packet_dissect(&quoted, &layer_ip, icmp + q->header, q->end - q->at - q->header);
	ip = ip_piece(&quoted);
	if (!ip || (ip->layer == &layer_ip6) != six || !trace_ip(&quoted, ip, &a->trace))
		return false;
	a->kind = "icmp-error";
	if (name)
		snprintf(a->detail, sizeof(a->detail), "%s", name);
	else
		snprintf(a->detail, sizeof(a->detail), "type %d, code %d", icmp[0], icmp[1]);
	return true;
}

static bool answer_icmp(
	const struct packet *p, const struct piece *q, const struct piece *ip, struct answer *a)
{
	bool six = ip->layer == &layer_ip6;
	unsigned type = (unsigned)packet_value(p, q, "type").low;

	if (type != (six ? ECHO6_REPLY : ECHO_REPLY)) {
		bool error = six ? type < ICMP6_ERROR_END
				 : type == 3 || type == 5 || type == 11 || type == 12;

		return error && answer_error(p, q, six, a);
	}
	a->kind = "echo-reply";
	a->trace.a = (uint16_t)packet_value(p, q, "id").low;
	a->trace.b = (uint16_t)packet_value(p, q, "seq").low;
	snprintf(a->detail, sizeof(a->detail), "id %u, seq %u, ttl %u", a->trace.a, a->trace.b,
		(unsigned)packet_value(p, ip, six ? "hop-limit" : "ttl").low);
	return true;
}

static bool answer_ports(const struct packet *p, const struct piece *q, struct answer *a)
{
	a->trace.a = (uint16_t)packet_value(p, q, "dport").low;
	a->trace.b = (uint16_t)packet_value(p, q, "sport").low;
	if (q->layer == &layer_udp) {
		a->kind = "udp";
		snprintf(a->detail, sizeof(a->detail), "port %u, %zu bytes", a->trace.b,
			q->end - q->at - q->header);
		return true;
	}
	unsigned flags = (unsigned)packet_value(p, q, "flags").low;
	bool opened = (flags & TCP_SYN) && (flags & TCP_ACK);

	a->kind = flags & TCP_RST ? "rst" : "syn-ack";
	snprintf(a->detail, sizeof(a->detail), "port %u", a->trace.b);
	return opened || (flags & TCP_RST);
}

static bool answer_ndp(const struct packet *p, const struct piece *q, struct answer *a)
{
	const struct field *mac = layer_field(&layer_ndp, "target-mac", strlen("target-mac"));

	a->kind = "ndp";
	a->trace.protocol = PROTOCOL_NDP;
	a->trace.local = (struct value){0};
	a->trace.remote = packet_value(p, q, "target");
	a->has_mac = packet_option(p, q, mac, &a->mac) || a->has_mac;
	return packet_value(p, q, "type").low == NDP_ADVERT;
}

static bool answer_arp(const struct packet *p, const struct piece *q, struct answer *a)
{
	a->kind = "arp-reply";
	a->trace.protocol = PROTOCOL_ARP;
	a->trace.local = packet_value(p, q, "target");
	a->trace.remote = packet_value(p, q, "sender");
	a->mac = packet_value(p, q, "sender-mac");
	a->has_mac = true;
	value_to_addr(
		layer_field(&layer_arp, "sender", strlen("sender")), a->trace.remote, &a->source);
	return packet_value(p, q, "op").low == ARP_REPLY;
}

static bool answer_ip(const struct packet *p, const struct piece *ip, struct answer *a)
{
	const struct piece *q = ip + 1;

	a->trace.local = packet_value(p, ip, "dst");
	a->trace.remote = packet_value(p, ip, "src");
	value_to_addr(layer_field(ip->layer, "src", strlen("src")), a->trace.remote, &a->source);
	if (q == p->pieces + p->count)
		return false;
	if (q->layer->protocol > 0)
		a->trace.protocol = (uint16_t)q->layer->protocol;
	if (q->layer == &layer_icmp || q->layer == &layer_icmp6)
		return answer_icmp(p, q, ip, a);
	if (q->layer == &layer_ndp)
		return answer_ndp(p, q, a);
	if (q->layer == &layer_udp || q->layer == &layer_tcp)
		return answer_ports(p, q, a);
	return false;
}

bool trace_of_answer(const struct packet *p, struct answer *answer)
{
	const struct piece *arp = packet_piece(p, &layer_arp), *ip = ip_piece(p);
	const struct piece *eth = packet_piece(p, &layer_eth);

	memset(answer, 0, sizeof(*answer));
	answer->trace.vlan = vlan_of(p);
	if (eth) {
		answer->has_mac = true;
		answer->mac = packet_value(p, eth, "src");
	}
	if (arp)
		return answer_arp(p, arp, answer);
	return ip && answer_ip(p, ip, answer);
}
