/* SPDX-License-Identifier: ISC */
/* fill.c - what the words do not say: lengths, protocols, own addresses, checksums. */
#include <inttypes.h>
#include <string.h>

#include "base/status.h"
#include "raw/build.h"
#include "raw/checksum.h"

enum {
	WORD = 4,
	MAC_BITS = 48,
	ETH_SRC_BIT = 48,
	IP_SRC = 12, /* places of the addresses in their headers */
	IP_SIZE = 4,
	IP6_SRC = 8,
	IP6_SIZE = 16,
	PROTOCOL_UDP = 17,
	CRC_SIZE = 4,
};

/* A field to be filled in. */
struct slot {
	struct build *build;
	const struct packet *packet;
	const struct piece *piece;
	const struct field *field;
	unsigned char *data; /* of the whole packet */
};

static const struct piece *next_piece(const struct slot *s)
{
	const struct piece *next = s->piece + 1;

	return next < s->packet->pieces + s->packet->count ? next : NULL;
}

static struct value own_mac(const struct slot *s)
{
	const struct piece *first = s->packet->pieces;

	if (s->piece != first && first->layer == &layer_eth)
		return value_get(s->data + first->at, ETH_SRC_BIT, MAC_BITS);
	if (!s->build->link)
		return (struct value){0};
	return value_get(s->build->link->mac, 0, MAC_BITS);
}

static const struct field *target_field(const struct layer *layer)
{
	const struct field *f = layer->fields;

	while (!(f->flags & FIELD_TARGET))
		f++;
	return f;
}

/* Zero where there is no route: sending will say so. */
static struct value own_address(const struct slot *s)
{
	const struct field *target = target_field(s->piece->layer);
	struct value v = field_get(target, s->data + s->piece->at);
	struct build *b = s->build;
	struct addr to;
	unsigned mtu;

	if (v.low == 0 && v.high == 0)
		return v;
	value_to_addr(target, v, &to);
	if (b->link && target->kind == FIELD_IP6)
		to.u.in6.sin6_scope_id = b->link->index;
	if (b->route_to.size == 0 || !addr_equal_host(&b->route_to, &to)) {
		b->route_to = to;
		if (os_route(&to, b->link ? b->link->name : NULL, &b->route_from, &mtu) < 0)
			addr_any(addr_family(&to), 0, &b->route_from);
	}
	return value_of_addr(&b->route_from);
}

static struct value next_type(const struct slot *s)
{
	const struct piece *next = next_piece(s);
	unsigned type = next ? next->layer->ethertype : 0;

	return (struct value){.low = type ? type : LAYER_TYPE_OTHER};
}

static struct value next_protocol(const struct slot *s)
{
	const struct piece *next = next_piece(s);

	if (!next || next->at == s->piece->end)
		return (struct value){.low = LAYER_PROTOCOL_NONE};
	if (next->layer->protocol < 0)
		return (struct value){.low = LAYER_PROTOCOL_OTHER};
	return (struct value){.low = (uint64_t)next->layer->protocol};
}

/* Neighbour discovery, for one, is believed only if no router has passed it on. */
static struct value hops(const struct slot *s)
{
	const struct piece *next = next_piece(s);

	if (next && next->layer->hops)
		return (struct value){.low = next->layer->hops};
	return (struct value){.low = s->field->value};
}

/* The pseudo-header of the IP header at Q. (RFC 793, RFC 8200 section 8.1) */
static uint64_t pseudo_of_piece(const struct slot *s, const struct piece *q)
{
	if (q->layer == &layer_ip)
		return checksum_add(0, s->data + q->at + IP_SRC, (size_t)2 * IP_SIZE);
	return checksum_add(0, s->data + q->at + IP6_SRC, (size_t)2 * IP6_SIZE);
}

static uint64_t add_addr(uint64_t sum, const struct addr *addr)
{
	if (addr_family(addr) == AF_INET)
		return checksum_add(sum, &addr->u.in.sin_addr, IP_SIZE);
	return checksum_add(sum, &addr->u.in6.sin6_addr, IP6_SIZE);
}

static uint64_t pseudo_sum(const struct slot *s)
{
	uint32_t length = (uint32_t)(s->piece->end - s->piece->at);
	uint64_t sum = 0;
	const struct piece *q = s->piece;

	while (q > s->packet->pieces && q->layer != &layer_ip && q->layer != &layer_ip6)
		q--;
	if (q->layer == &layer_ip || q->layer == &layer_ip6)
		sum = pseudo_of_piece(s, q);
	else if (s->build->to)
		sum = add_addr(add_addr(0, &s->build->from), s->build->to);
	else
		return 0;
	sum = checksum_add_number(sum, length);
	return checksum_add_number(sum, (uint32_t)s->piece->layer->protocol);
}

static struct value checksum(const struct slot *s)
{
	const struct piece *q = s->piece;
	size_t size = s->field->fill == FILL_SUM_HEADER ? q->header : q->end - q->at;
	uint64_t sum = s->field->fill == FILL_SUM_PSEUDO ? pseudo_sum(s) : 0;
	uint16_t result = checksum_finish(checksum_add(sum, s->data + q->at, size));

	/* Zero would mean that there is none. (RFC 768) */
	if (result == 0 && q->layer->protocol == PROTOCOL_UDP)
		result = UINT16_MAX;
	return (struct value){.low = result};
}

static struct value fill_value(const struct slot *s)
{
	const struct piece *q = s->piece;

	switch (s->field->fill) {
	case FILL_OWN_MAC: return own_mac(s);
	case FILL_OWN_ADDRESS: return own_address(s);
	case FILL_NEXT_TYPE: return next_type(s);
	case FILL_NEXT_PROTOCOL: return next_protocol(s);
	case FILL_HOPS: return hops(s);
	case FILL_HEADER_WORDS: return (struct value){.low = q->header / WORD};
	case FILL_LENGTH: return (struct value){.low = q->end - q->at};
	case FILL_LENGTH_REST: return (struct value){.low = q->end - q->at - q->header};
	default: return checksum(s);
	}
}

/* Whether a field filled so depends on the bytes of others. */
static bool is_sum(enum field_fill fill)
{
	return fill == FILL_SUM || fill == FILL_SUM_HEADER || fill == FILL_SUM_PSEUDO;
}

/* Fill in those fields of one layer that are checksums, or the others. */
static int fill_layer(struct slot *s, const struct spec_layer *l, bool sums, struct bytes *why)
{
	for (const struct field *f = l->layer->fields; f->name; f++) {
		struct value v;

		if (f->fill <= FILL_REQUIRED || is_sum(f->fill) != sums || spec_setting(l, f))
			continue;
		s->field = f;
		v = fill_value(s);
		if (value_less(field_max(f), v)) {
			bytes_add_format(why, "%s of %s would be %" PRIu64 " (0-%" PRIu64 ")",
				f->name, l->layer->name, v.low, field_max(f).low);
			return STATUS_FAILED;
		}
		field_put(f, s->data + s->piece->at, v);
	}
	return STATUS_DONE;
}

static void fill_crc(unsigned char *data, size_t at)
{
	uint32_t crc = checksum_crc(data, at);

	for (size_t i = 0; i < CRC_SIZE; i++)
		data[at + i] = (unsigned char)(crc >> (8 * i));
}

int build_fill(struct build *b, const struct spec *spec, const struct packet *p,
	unsigned char *data, struct bytes *why)
{
	struct slot s = {.build = b, .packet = p, .data = data};
	int status = STATUS_DONE;

	for (size_t i = 0; i < p->count && status == STATUS_DONE; i++) {
		s.piece = &p->pieces[i];
		status = fill_layer(&s, spec->layers[i], false, why);
	}
	/* From the inside out, as outer sums cover inner ones. */
	for (size_t i = p->count; i-- > 0 && status == STATUS_DONE;) {
		s.piece = &p->pieces[i];
		status = fill_layer(&s, spec->layers[i], true, why);
	}
	for (size_t i = 0; i < p->count; i++)
		if (p->pieces[i].layer == &layer_fcs)
			fill_crc(data, p->pieces[i].at);
	return status;
}
