/* SPDX-License-Identifier: ISC */
/* contents.c - lists of addresses and bytes after the fixed part of a header. */
#include "raw/packet/contents.h"

#include <string.h>

#include "raw/layers/field.h"

enum {
	ROUTING_TYPE = 2, /* positions in a routing header */
	ROUTING_LAST = 4, /* the number of the last segment, from 0 (RFC 8754) */
	ROUTING_ADDRESSES = 8,
	ROUTING_SEGMENTS = 4, /* the type whose addresses are in reverse order */
	IP6_SIZE = 16,
};

static void add_reversed(struct bytes *out, const unsigned char *data, size_t size)
{
	for (size_t at = size; at >= IP6_SIZE; at -= IP6_SIZE)
		bytes_add(out, data + at - IP6_SIZE, IP6_SIZE);
}

/* Types 0 and 2 have four zero bytes before their addresses, and so has type 3 if nothing is left
 * out of the addresses. (RFC 2460, RFC 6275, RFC 6554) */
static void add_segments(struct bytes *out, const struct bytes *segments, size_t start)
{
	unsigned char head[ROUTING_ADDRESSES - ROUTING_LAST] = {0};
	bool reversed = !out->failed && out->data[start + ROUTING_TYPE] == ROUTING_SEGMENTS;

	if (reversed)
		head[0] = (unsigned char)(segments->size / IP6_SIZE - 1);
	bytes_add(out, head, sizeof(head));
	if (reversed)
		add_reversed(out, segments->data, segments->size);
	else
		bytes_join(out, segments);
}

void contents_add(
	struct bytes *out, const struct spec_layer *l, const struct spec_setting *s, size_t start)
{
	if (l->layer->tail == TAIL_ROUTING && s->field->kind == FIELD_IP6S)
		add_segments(out, &s->content, start);
	else
		bytes_join(out, &s->content);
}

/* How many bytes of known addresses the routing header Q has; 0: none. */
static size_t segments_size(const struct packet *p, const struct piece *q)
{
	const unsigned char *data = p->data + q->at;
	size_t room = q->header < ROUTING_ADDRESSES ? 0 : q->header - ROUTING_ADDRESSES, size;

	if (room == 0)
		return 0;
	switch (data[ROUTING_TYPE]) {
	case ROUTING_SEGMENTS:
		size = ((size_t)data[ROUTING_LAST] + 1) * IP6_SIZE;
		return size <= room ? size : 0;
	case 3:
		/* Compressed addresses are not complete ones. */
		if (data[ROUTING_LAST] || data[ROUTING_LAST + 1])
			return 0;
		/* fall through */
	case 0:
	case 2: return room % IP6_SIZE ? 0 : room;
	default: return 0;
	}
}

/* Whether the routing header Q has nothing but the segments of SIZE bytes. */
static bool is_all(const struct packet *p, const struct piece *q, size_t size)
{
	const unsigned char *data = p->data + q->at;
	bool numbered = data[ROUTING_TYPE] == ROUTING_SEGMENTS;

	for (size_t at = ROUTING_LAST + numbered; at < ROUTING_ADDRESSES; at++)
		if (data[at])
			return false;
	return size > 0 && q->header == ROUTING_ADDRESSES + size;
}

static bool find_in_routing(
	const struct packet *p, const struct piece *q, const struct field *f, struct piece *place)
{
	size_t size = segments_size(p, q);

	if (f->kind != FIELD_IP6S)
		return !is_all(p, q, size);
	place->at = q->at + ROUTING_ADDRESSES;
	place->end = place->at + size;
	return size > 0;
}

bool contents_find(
	const struct packet *p, const struct piece *q, const struct field *f, struct piece *place)
{
	size_t sources;

	*place = (struct piece){.at = q->at + q->layer->size, .end = q->at + q->header};
	if (q->header <= q->layer->size)
		return false;
	if (q->layer->tail == TAIL_ROUTING)
		return find_in_routing(p, q, f, place);
	if (q->layer->tail != TAIL_RECORD)
		return true;
	sources = packet_sources(p->data + q->at, q->layer);
	if (sources > place->end - place->at)
		sources = place->end - place->at;
	if (f->kind == FIELD_BYTES)
		place->at += sources;
	else
		place->end = place->at + sources;
	return place->end > place->at;
}

void contents_get(const struct packet *p, const struct piece *q, const struct field *f,
	const struct piece *place, struct bytes *out)
{
	if (q->layer->tail == TAIL_ROUTING && f->kind == FIELD_IP6S &&
		p->data[q->at + ROUTING_TYPE] == ROUTING_SEGMENTS)
		add_reversed(out, p->data + place->at, place->end - place->at);
	else
		bytes_add(out, p->data + place->at, place->end - place->at);
}
