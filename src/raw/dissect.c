/* SPDX-License-Identifier: ISC */
/* dissect.c - find the layers of a packet that anyone may have made. */
#include <string.h>

#include "raw/packet.h"

enum {
	IP_VERSION_BITS = 4,
	ICMP6_SOLICIT = 135,
	ICMP6_ADVERT = 136,
	TYPE_MIN = 0x600, /* below it is a length (IEEE 802.3) */
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
	return field_get(layer_field(q->layer, name, strlen(name)), p->data + q->at);
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
		return size < layer_eth.size
			? "is too short for an Ethernet frame, whose header has 14 bytes"
			: NULL;
	if (version == 4 && size >= layer_ip.size)
		header = (size_t)get(data, 4, 4) * 4;
	else if (version == 6)
		header = layer_ip6.size;
	return header < layer_ip.size || header > size ? "does not begin with a whole IP header"
						       : NULL;
}

/* The length of LAYER's header in the SIZE bytes at DATA; 0: there is no whole one. */
static size_t header_size(const struct layer *layer, const unsigned char *data, size_t size)
{
	size_t header = layer->size;

	if (size < header)
		return 0;
	if (layer->tail == TAIL_IP)
		header = (size_t)get(data, 4, 4) * 4;
	else if (layer->tail == TAIL_TCP)
		header = (size_t)get(data, 96, 4) * 4;
	else if (layer->tail == TAIL_NDP)
		header = size;
	return header < layer->size || header > size ? 0 : header;
}

/* What follows the header of LAYER at DATA, or NULL: bytes. AFTER is what lies there, SIZE bytes.
 */
static const struct layer *next_layer(const struct layer *layer, const unsigned char *data,
	const unsigned char *after, size_t size)
{
	const struct layer *next;

	if (layer == &layer_eth || layer == &layer_vlan) {
		unsigned type = (unsigned)get(data, layer == &layer_eth ? 96 : 16, 16);

		return type < TYPE_MIN ? NULL : layer_of_type(type);
	}
	/* A later fragment begins anywhere. */
	if (layer == &layer_ip)
		next = get(data, 51, 13) ? NULL : layer_of_protocol((int)get(data, 72, 8));
	else if (layer == &layer_ip6)
		next = layer_of_protocol((int)get(data, 48, 8));
	else
		return NULL;
	if (next == &layer_icmp6 && size >= layer_ndp.size &&
		(after[0] == ICMP6_SOLICIT || after[0] == ICMP6_ADVERT))
		next = &layer_ndp;
	return next;
}

/* Where the packet ends that begins with this header, by its own word; at most END. */
static size_t stated_end(
	const struct layer *layer, const unsigned char *data, size_t at, size_t header, size_t end)
{
	size_t length;

	if (layer == &layer_ip)
		length = (size_t)get(data + at, 16, 16);
	else if (layer == &layer_ip6)
		length = header + (size_t)get(data + at, 32, 16);
	else
		return end;
	return length >= header && length < end - at ? at + length : end;
}

void packet_dissect(
	struct packet *p, const struct layer *first, const unsigned char *data, size_t size)
{
	const struct layer *layer = first;
	size_t at = 0, end = size;

	p->data = data;
	p->size = size;
	p->count = 0;
	if (first == &layer_ip && size > 0 && get(data, 0, IP_VERSION_BITS) == 6)
		layer = &layer_ip6;
	while (layer && layer->kind == LAYER_HEADER && p->count < SPEC_LAYERS - 2) {
		size_t header = header_size(layer, data + at, end - at);

		if (header == 0)
			break;
		end = stated_end(layer, data, at, header, end);
		add(p, layer, at, header, end);
		layer = next_layer(layer, data + at, data + at + header, end - at - header);
		at += header;
	}
	if (at < end)
		add(p, &layer_bytes, at, 0, end);
	if (end < size)
		add(p, &layer_pad, end, 0, size);
}

bool packet_option(const struct packet *p, const struct piece *q, const struct field *field,
	struct value *value)
{
	size_t unit = q->layer->tail == TAIL_NDP ? 8 : 1;
	size_t at = q->at + q->layer->size, end = q->at + q->header;

	/* In TCP, types 0 and 1 are single bytes: the end, and nothing. */
	while (at + 1 < end && !(unit == 1 && p->data[at] == 0)) {
		size_t length = unit == 1 && p->data[at] == 1 ? 1 : p->data[at + 1] * unit;

		if (length == 0 || length > end - at)
			return false;
		if (p->data[at] == field->option && length >= 2 + field->width / 8) {
			*value = value_get(p->data + at + 2, 0, field->width);
			if (field->width == 0)
				value->low = 1;
			return true;
		}
		at += length;
	}
	return false;
}
