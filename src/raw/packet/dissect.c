/* SPDX-License-Identifier: ISC */
/* dissect.c - find the layers of a packet from an untrusted source. */

#include "raw/packet/packet.h"

enum {
	WORD = 4,
	EIGHT = 8,
	OPTION_HEAD = 2,
	ICMP_ECHO = 8,
	ICMP_TIMESTAMP = 13,
	ICMP_MASK = 17,
	ICMP6_ERROR_END = 128, /* those below are errors (RFC 4443 section 2.1) */
	ICMP6_ECHO = 128,
	TYPE_MIN = 0x600, /* smaller values are a length (IEEE 802.3) */
};

static void add(struct packet *p, const struct layer *layer, size_t at, size_t header, size_t end)
{
	if (p->count < SPEC_LAYERS)
		p->pieces[p->count++] = (struct piece){layer, at, header, end};
}

static uint64_t get(const unsigned char *data, unsigned bit, unsigned width)
{
	return value_get(data, bit, width).low;
}

struct value packet_value(const struct packet *p, const struct piece *q, const char *name)
{
	const struct field *f = layer_own_field(q->layer, name);

	return packet_has(q, f) ? field_get(f, p->data + q->at) : (struct value){0};
}

unsigned packet_number(const struct packet *p, const struct piece *q, const char *name)
{
	return (unsigned)packet_value(p, q, name).low;
}

const struct piece *packet_piece(const struct packet *p, const struct layer *layer)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->pieces[i].layer == layer)
			return &p->pieces[i];
	return NULL;
}

size_t packet_mtu_size(enum packet_start start, const unsigned char *data, size_t size)
{
	size_t header = layer_eth.size;

	if (start != PACKET_FRAME)
		return size;
	if (size >= header && get(data, 96, 16) == layer_vlan.ethertype)
		header += layer_vlan.size;
	return size > header ? size - header : 0;
}

const char *packet_fault(enum packet_start start, const unsigned char *data, size_t size)
{
	unsigned version = size > 0 ? data[0] >> 4 : 0;
	size_t header = 0;

	if (start == PACKET_INNER)
		return NULL;
	if (start == PACKET_FRAME)
		return size < layer_eth.size ? "is too short for an Ethernet header (14 bytes)"
					     : NULL;
	if (version == 4 && size >= layer_ip.size)
		header = (size_t)get(data, 4, 4) * 4;
	else if (version == 6)
		header = layer_ip6.size;
	return header < layer_ip.size || header > size ? "does not begin with a whole IP header"
						       : NULL;
}

void packet_destination(const unsigned char *data, struct addr *to)
{
	bool six = get(data, 0, 4) == 6;
	const struct layer *layer = six ? &layer_ip6 : &layer_ip;
	const struct field *dst = layer_own_field(layer, "dst");

	value_to_addr(dst, field_get(dst, data), to);
}

size_t packet_sources(const unsigned char *data, const struct layer *layer)
{
	/* The address of the group comes right before them, and has the same size. */
	const struct field *group = layer_own_field(layer, "group");

	return (size_t)get(data, 16, 16) * group->width / 8;
}

/* The length of LAYER's header in the SIZE bytes at DATA, at least that of its fixed part; 0: it
 * cannot be one. */
static size_t header_size(const struct layer *layer, const unsigned char *data, size_t size)
{
	size_t header = layer->size;

	switch (layer->tail) {
	case TAIL_NONE: break;
	case TAIL_IP: header = (size_t)get(data, 4, 4) * WORD; break;
	case TAIL_TCP: header = (size_t)get(data, 96, 4) * WORD; break;
	case TAIL_GRE:
		header += WORD * (size_t)(get(data, 0, 1) + get(data, 2, 1) + get(data, 3, 1));
		break;
	case TAIL_OPTIONS:
	case TAIL_ROUTING: header = (size_t)(get(data, 8, 8) + 1) * EIGHT; break;
	case TAIL_RECORD:
		header += packet_sources(data, layer) + WORD * (size_t)get(data, 8, 8);
		break;
	case TAIL_NDP:
	case TAIL_REST: header = size; break;
	}
	return header < layer->size ? 0 : header;
}

/* IPv4 or IPv6, by the version in the first byte. */
static const struct layer *ip_layer(const unsigned char *data, size_t size)
{
	if (size == 0)
		return NULL;
	return get(data, 0, 4) == 4 ? &layer_ip : get(data, 0, 4) == 6 ? &layer_ip6 : NULL;
}

/* An ICMP error contains the beginning of the packet that it is about. (RFC 792, RFC 4443) */
bool packet_is_error(const struct packet *p, const struct piece *q)
{
	unsigned type = q->header > 0 ? p->data[q->at] : UINT8_MAX;

	if (q->layer == &layer_icmp6)
		return type < ICMP6_ERROR_END;
	return q->layer == &layer_icmp &&
		(type == 3 || type == 4 || type == 5 || type == 11 || type == 12);
}

bool packet_is_question(const struct packet *p, const struct piece *q)
{
	unsigned type = p->data[q->at];

	if (q->layer == &layer_icmp6)
		return type == ICMP6_ECHO;
	return type == ICMP_ECHO || type == ICMP_TIMESTAMP || type == ICMP_MASK;
}

bool packet_is_later_fragment(const struct packet *p, const struct piece *q)
{
	return (q->layer == &layer_ip || q->layer == &layer_fragment) &&
		packet_number(p, q, "offset") != 0;
}

/* The layer that F of Q announces; it is the SIZE bytes at DATA after the header. */
static const struct layer *announced(const struct packet *p, const struct piece *q,
	const struct field *f, const unsigned char *data, size_t size)
{
	const unsigned char *header = p->data + q->at;
	const struct layer *next;

	switch (f->fill) {
	case FILL_NEXT_TYPE:
		if (field_get(f, header).low < TYPE_MIN)
			return NULL;
		return layer_of_type((unsigned)field_get(f, header).low);
	case FILL_NEXT_PROTOCOL:
		if (packet_is_later_fragment(p, q))
			return NULL;
		next = layer_of_protocol((int)field_get(f, header).low);
		return next ? layer_of_bytes(next, data, size) : NULL;
	case FILL_NEXT_PORT: return layer_of_port((unsigned)field_get(f, header).low);
	case FILL_BOTTOM: return field_get(f, header).low ? ip_layer(data, size) : q->layer;
	default: return NULL;
	}
}

/* The part that follows Q, which has parts or is one; NULL: all announced parts are done. */
static const struct layer *next_part(const struct packet *p, const struct piece *q)
{
	const struct layer *part = q->layer->part;
	uint64_t seen = 0;

	for (; q > p->pieces && q->layer == part; q--)
		seen++;
	return q->layer->part == part && packet_number(p, q, "records") > seen ? part : NULL;
}

/* The layer that follows the header Q; NULL: bytes. */
static const struct layer *next_layer(const struct packet *p, const struct piece *q)
{
	const unsigned char *data = p->data + q->at + q->header;
	size_t size = q->end - q->at - q->header;

	if (q->header < q->layer->size || size == 0)
		return NULL;
	if (packet_is_error(p, q))
		return ip_layer(data, size);
	if (q->layer == &layer_vxlan)
		return &layer_eth;
	if (q->layer->part)
		return next_part(p, q);
	for (const struct field *f = q->layer->fields; f->name; f++) {
		const struct layer *next = announced(p, q, f, data, size);

		if (next)
			return next;
	}
	return NULL;
}

/* Where the packet that begins with the header Q ends according to that header; at most its END. */
static size_t stated_end(const struct packet *p, const struct piece *q)
{
	size_t length;

	if (q->header < q->layer->size)
		return q->end;
	if (q->layer == &layer_ip)
		length = packet_number(p, q, "length");
	else if (q->layer == &layer_ip6)
		length = q->header + packet_number(p, q, "length");
	else
		return q->end;
	return length >= q->header && length < q->end - q->at ? q->at + length : q->end;
}

/* Add LAYER, which begins at AT. Returns the length of its header; 0 if these bytes cannot be
 * one. */
static size_t add_header(struct packet *p, const struct layer *layer, size_t at, size_t end)
{
	size_t left = end - at, header = left;

	if (left >= layer->size)
		header = header_size(layer, p->data + at, left);
	if (header == 0)
		return 0;
	/* Of a header that was cut off, use what is there. */
	if (header > left)
		header = left;
	add(p, layer, at, header, end);
	p->pieces[p->count - 1].end = stated_end(p, &p->pieces[p->count - 1]);
	return header;
}

void packet_dissect(
	struct packet *p, const struct layer *first, const unsigned char *data, size_t size)
{
	const struct layer *layer = first;
	size_t at = 0, end = size;

	*p = (struct packet){.data = data, .size = size, .quoted = SPEC_LAYERS};
	if (first == &layer_ip && size > 0)
		layer = ip_layer(data, size);
	while (layer && layer->kind == LAYER_HEADER && p->count < SPEC_LAYERS - 2) {
		size_t header = at < end ? add_header(p, layer, at, end) : 0;
		const struct piece *q;

		if (header == 0)
			break;
		q = &p->pieces[p->count - 1];
		if (packet_is_error(p, q) && p->quoted > p->count)
			p->quoted = p->count;
		end = q->end;
		at += header;
		layer = next_layer(p, q);
	}
	if (at < end)
		add(p, &layer_bytes, at, 0, end);
	if (end < size)
		add(p, &layer_pad, end, 0, size);
}

bool packet_has(const struct piece *q, const struct field *f)
{
	return f->width > 0 && !f->option && (f->bit + f->width + 7) / 8 <= q->header;
}

/* Find the value of the OPTION after flags that tell which ones are present. */
static bool find_flagged(const struct packet *p, const struct piece *q, unsigned option, size_t *at)
{
	const struct field *f;
	unsigned before = 0;

	*at = q->at + q->layer->size;
	for (f = q->layer->fields; f->name; f++) {
		if (!f->option || f->option == before)
			continue;
		before = f->option;
		if (f->option == option)
			break;
		*at += WORD * (size_t)get(p->data + q->at, f->option - 1U, 1);
	}
	return f->name && get(p->data + q->at, option - 1U, 1);
}

/* The length of the option at AT; 0: it ends the options. */
static size_t option_length(const struct packet *p, enum layer_tail tail, size_t at, size_t end)
{
	unsigned type = p->data[at], length = at + 1 < end ? p->data[at + 1] : 0;

	switch (tail) {
	/* Types 0 and 1 are single bytes: end of options, and no operation. */
	case TAIL_TCP: return type == 0 ? 0 : type == 1 ? 1 : length;
	case TAIL_NDP: return (size_t)length * EIGHT;
	case TAIL_OPTIONS: return type == 0 ? 1 : OPTION_HEAD + (size_t)length;
	default: return 0;
	}
}

/* Find the value of the OPTION, from *AT to *END. */
static bool find_option(
	const struct packet *p, const struct piece *q, unsigned option, size_t *at, size_t *end)
{
	size_t stop = q->at + q->header;

	if (q->header < q->layer->size)
		return false;
	if (q->layer->tail == TAIL_GRE) {
		bool found = find_flagged(p, q, option, at);

		*end = *at + WORD;
		return found && *end <= stop;
	}
	for (*at = q->at + q->layer->size; *at < stop;) {
		size_t length = option_length(p, q->layer->tail, *at, stop);

		if (length == 0 || length > stop - *at)
			return false;
		if (p->data[*at] == option && length >= OPTION_HEAD) {
			*end = *at + length;
			*at += OPTION_HEAD;
			return true;
		}
		*at += length;
	}
	return false;
}

bool packet_option(const struct packet *p, const struct piece *q, const struct field *field,
	struct value *value)
{
	size_t at, end;

	if (!find_option(p, q, field->option, &at, &end) ||
		at + (field->bit + field->width) / 8 > end)
		return false;
	*value = field_get(field, p->data + at);
	/* An option without a value means something by its presence. */
	if (field->width == 0)
		value->low = 1;
	return true;
}
