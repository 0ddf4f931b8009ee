/* SPDX-License-Identifier: ISC */
/* fill.c - what the words do not give: lengths, protocols, own addresses, next hops. */
#include <inttypes.h>

#include "base/checksum.h"
#include "base/fail.h"
#include "base/status.h"
#include "raw/packet/build.h"
#include "raw/packet/fill_private.h"

enum {
	WORD = 4,
	MAC_BITS = 48,
	ETH_SRC_BIT = 48,
	IP6_SIZE = 16,
	EIGHT = 8,
	PORT_MIN = 61000,
	PORTS = 4500,
	LINK_LOCAL = 0xfe80 >> 6, /* the first ten bits of such an address */
	ROUTING_TYPE = 2,	  /* its position in a routing header */
	ROUTING_SEGMENTS = 4,	  /* the type whose count includes its first address, the final
				   * destination */
};

static const struct piece *next_piece(const struct slot *s)
{
	const struct piece *next = s->piece + 1;

	return next < s->packet->pieces + s->packet->count ? next : NULL;
}

static struct value own_mac(const struct slot *s)
{
	for (const struct piece *q = s->piece; q-- > s->packet->pieces;)
		if (q->layer == &layer_eth)
			return value_get(s->data + q->at, ETH_SRC_BIT, MAC_BITS);
	if (!s->build->link)
		return (struct value){0};
	return value_get(s->build->link->mac, 0, MAC_BITS);
}

static struct value own_id(const struct slot *s)
{
	return (struct value){
		.low = packet_is_question(s->packet, s->piece) ? s->build->id : s->field->value};
}

static struct value own_seq(const struct slot *s)
{
	bool counted = s->build->asking && packet_is_question(s->packet, s->piece);

	return (struct value){.low = counted ? s->build->number & UINT16_MAX : s->field->value};
}

/* Answers acknowledge or quote the mark, and thus show which packet they are about. It is not zero,
 * because the kernel would replace that. It is in the upper 16 bits, because TCP counts its content
 * in the lower ones. */
static struct value own_mark(const struct slot *s)
{
	uint64_t mark = (s->build->id + s->build->number) % UINT16_MAX + 1;

	return (struct value){
		.low = s->build->asking ? mark << (s->field->width - 16) : s->field->value};
}

/* A mark only if several hosts may answer: a host that waits for the end of a handshake repeats its
 * answer to the same SYN, but not to a different one. */
static struct value own_start(const struct slot *s)
{
	return s->build->tracing ? own_mark(s) : (struct value){.low = s->field->value};
}

/* A port above those that systems assign themselves. */
static struct value own_port(const struct slot *s)
{
	uint64_t port = PORT_MIN + s->build->id % PORTS;

	return (struct value){.low = s->build->asking ? port : s->field->value};
}

/* Routers may choose a path by the flow label, so it is left alone if the content has a mark. */
static struct value own_flow(const struct slot *s)
{
	const struct piece *end = s->packet->pieces + s->packet->count;

	for (const struct piece *q = s->piece + 1; q < end && !layer_is_ip(q->layer); q++)
		if (q->layer == &layer_tcp || packet_is_question(s->packet, q))
			return (struct value){.low = s->field->value};
	return own_mark(s);
}

static const struct field *target_field(const struct layer *layer)
{
	const struct field *f = layer->fields;

	while (!(f->flags & FIELD_TARGET))
		f++;
	return f;
}

/* The IP header of a frame, after the VLAN tags, which are added to TAGS. NULL: there is none, or
 * too many tags. */
static const struct piece *framed_ip(const struct slot *s, struct next_hop_tags *tags)
{
	const struct piece *end = s->packet->pieces + s->packet->count, *next = s->piece + 1;

	for (; next < end && next->layer == &layer_vlan && tags->count < NEXT_HOP_TAGS; next++)
		tags->id[tags->count++] = (uint16_t)value_get(s->data + next->at, 4, 12).low;
	return next < end && layer_is_ip(next->layer) ? next : NULL;
}

/* That of the frame as a whole, if it contains IP; inside a tunnel it cannot be known here. */
static struct value next_hop(struct slot *s)
{
	struct value mac = {.low = s->field->value};
	struct next_hop_tags tags = {.count = 0};
	const struct piece *ip;
	const struct field *target;
	struct addr to;

	if (s->piece != s->packet->pieces || !s->build->hops || !(ip = framed_ip(s, &tags)))
		return mac;
	target = target_field(ip->layer);
	value_to_addr(target, field_get(target, s->data + ip->at), &to);
	if (s->build->link && target->kind == FIELD_IP6 &&
		value_of_addr(&to).high >> 54 == LINK_LOCAL)
		to.u.in6.sin6_scope_id = s->build->link->index;
	s->status = next_hop_find(s->build->hops, &to, &tags, &mac, s->why);
	return mac;
}

/* Zero if there is no route: sending will report that. */
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

/* Neighbor discovery, for example, is accepted only if no router has forwarded it. */
static struct value hops(const struct slot *s)
{
	const struct piece *end = s->packet->pieces + s->packet->count;

	for (const struct piece *q = s->piece + 1; q < end; q++) {
		if (q->layer->hops)
			return (struct value){.low = q->layer->hops};
		/* After extension headers too, but not in an inner packet. */
		if (layer_family(q->layer) != AF_INET6 || q->layer == &layer_ip6)
			break;
	}
	return (struct value){.low = s->field->value};
}

/* How many bytes of content the words give to the first field without a place from F on. */
static size_t content_size(const struct slot *s, const struct field *f)
{
	const struct spec_setting *setting;

	while (f->name && field_is_number(f))
		f++;
	setting = f->name ? spec_setting(s->layer, f) : NULL;
	return setting ? setting->content.size : 0;
}

static struct value count(const struct slot *s)
{
	uint64_t unit = s->field->value;

	return (struct value){.low = (content_size(s, s->field) + unit - 1) / unit};
}

static struct value parts(const struct slot *s)
{
	const struct piece *end = s->packet->pieces + s->packet->count, *q = s->piece + 1;

	while (q < end && q->layer == s->piece->layer->part)
		q++;
	return (struct value){.low = (uint64_t)(q - s->piece - 1)};
}

static struct value segments_left(const struct slot *s)
{
	uint64_t segments = content_size(s, s->field) / IP6_SIZE;
	bool under_way = segments && s->data[s->piece->at + ROUTING_TYPE] == ROUTING_SEGMENTS;

	return (struct value){.low = segments - under_way};
}

static struct value next_port(const struct slot *s)
{
	const struct piece *next = next_piece(s);

	return (struct value){.low = next ? next->layer->port : 0};
}

static struct value bottom(const struct slot *s)
{
	const struct piece *next = next_piece(s);

	return (struct value){.low = !next || next->layer != s->piece->layer};
}

static struct value fill_value(struct slot *s)
{
	const struct piece *q = s->piece;

	switch (s->field->fill) {
	case FILL_OWN_MAC: return own_mac(s);
	case FILL_OWN_ADDRESS: return own_address(s);
	case FILL_OWN_ID: return own_id(s);
	case FILL_OWN_SEQ: return own_seq(s);
	case FILL_OWN_MARK: return own_mark(s);
	case FILL_OWN_START: return own_start(s);
	case FILL_OWN_PORT: return own_port(s);
	case FILL_OWN_FLOW: return own_flow(s);
	case FILL_NEXT_HOP: return next_hop(s);
	case FILL_NEXT_PORT: return next_port(s);
	case FILL_BOTTOM: return bottom(s);
	case FILL_EXTENSION: return (struct value){.low = q->header / EIGHT - 1};
	case FILL_COUNT: return count(s);
	case FILL_PARTS: return parts(s);
	case FILL_SEGMENTS: return segments_left(s);
	case FILL_CRC32C: return fill_crc32c(s);
	case FILL_NEXT_TYPE: return next_type(s);
	case FILL_NEXT_PROTOCOL: return next_protocol(s);
	case FILL_HOPS: return hops(s);
	case FILL_HEADER_WORDS: return (struct value){.low = q->header / WORD};
	case FILL_LENGTH: return (struct value){.low = q->end - q->at};
	case FILL_LENGTH_REST: return (struct value){.low = q->end - q->at - q->header};
	default: return fill_sum(s);
	}
}

/* Whether a field with this FILL depends on the bytes of others. */
static bool is_sum(enum field_fill fill)
{
	return fill >= FILL_SUM_HEADER;
}

/* Whether F, an option, is given, but is to be computed. */
static bool is_computed(const struct spec_layer *l, const struct field *f)
{
	const struct spec_setting *s = spec_setting(l, f);

	return s && f->flags & FIELD_COMPUTED && s->sweep.now.low == LAYER_COMPUTED;
}

/* Whether an alias was given whose bits are those of F. */
static bool is_overlaid(const struct spec_layer *l, const struct field *f)
{
	for (const struct field *a = l->layer->fields; a->name; a++)
		if (a->flags & FIELD_ALIAS && spec_setting(l, a) && a->bit < f->bit + f->width &&
			f->bit < a->bit + a->width)
			return true;
	return false;
}

/* Fill in the fields of one layer that are checksums, or all others. */
static enum status fill_layer(
	struct slot *s, const struct spec_layer *l, bool sums, struct bytes *why)
{
	s->layer = l;
	for (const struct field *f = l->layer->fields; f->name; f++) {
		struct value v;

		s->field = f;
		if (sums && is_computed(l, f))
			fill_option_sum(s);
		if (f->fill <= FILL_REQUIRED || is_sum(f->fill) != sums || spec_setting(l, f) ||
			is_overlaid(l, f))
			continue;
		v = fill_value(s);
		if (s->status != STATUS_DONE)
			return s->status;
		if (value_less(field_max(f), v))
			return fail_with(why, STATUS_FAILED,
				"%s of %s would be %" PRIu64 " (0-%" PRIu64 ")", f->name,
				l->layer->name, v.low, field_max(f).low);
		field_put(f, s->data + s->piece->at, v);
	}
	return STATUS_DONE;
}

enum status build_fill(struct build *b, const struct spec *spec, const struct packet *p,
	unsigned char *data, struct bytes *why)
{
	struct slot s = {.build = b, .packet = p, .data = data, .why = why};
	enum status status = STATUS_DONE;

	for (size_t i = 0; i < p->count && status == STATUS_DONE; i++) {
		s.piece = &p->pieces[i];
		status = fill_layer(&s, spec->layers[i], false, why);
	}
	/* From the inside out, because outer sums cover inner ones. */
	for (size_t i = p->count; i-- > 0 && status == STATUS_DONE;) {
		s.piece = &p->pieces[i];
		status = fill_layer(&s, spec->layers[i], true, why);
	}
	for (size_t i = 0; i < p->count; i++)
		if (p->pieces[i].layer == &layer_fcs)
			checksum_put_crc(data, p->pieces[i].at);
	return status;
}
