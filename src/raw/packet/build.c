/* SPDX-License-Identifier: ISC */
/* build.c - put the layers one after the other. */
#include "raw/packet/build.h"

#include <errno.h>
#include <string.h>

#include "base/checksum.h"
#include "base/fail.h"
#include "base/status.h"
#include "raw/packet/contents.h"

enum { OPTION_HEAD = 2, WORD = 4, EIGHT = 8 };

enum packet_start build_start(const struct spec *spec)
{
	const struct layer *first = spec->layer_count ? spec->layers[0]->layer : NULL;

	if (first == &layer_eth)
		return PACKET_FRAME;
	return first && layer_is_ip(first) ? PACKET_IP : PACKET_INNER;
}

static void add_zeros(struct bytes *out, size_t n)
{
	if (bytes_reserve(out, n) < 0)
		return;
	memset(out->data + out->size, 0, n);
	out->size += n;
}

static void add_random(struct bytes *out, size_t n, uint64_t *random)
{
	while (n > 0 && !out->failed) {
		uint64_t word = random_next(random);
		size_t part = n < sizeof(word) ? n : sizeof(word);

		bytes_add(out, &word, part);
		n -= part;
	}
}

/* How many bits the values of an option have, and whether any of its fields is given. */
static unsigned option_width(const struct spec_layer *l, uint8_t option, bool *given)
{
	unsigned width = 0;

	*given = false;
	for (const struct field *f = l->layer->fields; f->name; f++) {
		const struct spec_setting *s = spec_setting(l, f);

		if (f->option != option)
			continue;
		if (f->bit + f->width > width)
			width = f->bit + f->width;
		*given = *given || (s && (f->width > 0 || s->sweep.now.low));
	}
	return width;
}

/* Append an option whose value has SIZE bytes, all zero. Returns where its value is. */
static size_t begin_option(
	struct bytes *out, const struct layer *layer, uint8_t option, size_t size, size_t header)
{
	size_t start = out->size;

	if (layer->tail == TAIL_GRE) {
		add_zeros(out, WORD);
		if (!out->failed)
			value_put(out->data + header, option - 1U, 1, (struct value){.low = 1});
		return start;
	}
	add_zeros(out, OPTION_HEAD + size);
	if (out->failed)
		return start;
	out->data[start] = option;
	if (layer->tail == TAIL_OPTIONS)
		out->data[start + 1] = (unsigned char)size;
	else if (layer->tail == TAIL_NDP)
		out->data[start + 1] = (unsigned char)((OPTION_HEAD + size) / EIGHT);
	else
		out->data[start + 1] = (unsigned char)(OPTION_HEAD + size);
	return start + OPTION_HEAD;
}

/* Append the option to which F belongs, if F is its first field and any of them is given. */
static void add_option(
	struct bytes *out, const struct spec_layer *l, const struct field *first, size_t header)
{
	bool given;
	unsigned width = option_width(l, first->option, &given);
	size_t at;

	for (const struct field *f = l->layer->fields; f != first; f++)
		if (f->option == first->option)
			return;
	if (!given)
		return;
	at = begin_option(out, l->layer, first->option, width / 8, header);
	for (const struct field *f = first; f->name && !out->failed; f++) {
		const struct spec_setting *s = spec_setting(l, f);

		if (f->option == first->option)
			field_put(f, out->data + at,
				s ? s->sweep.now : (struct value){.low = f->value});
	}
}

/* Pad the header that begins at START to whole words. */
static void add_padding(struct bytes *out, enum layer_tail tail, size_t start)
{
	size_t unit = tail == TAIL_IP || tail == TAIL_TCP || tail == TAIL_RECORD ? WORD
		: tail == TAIL_OPTIONS || tail == TAIL_ROUTING			 ? EIGHT
										 : 1;
	size_t left = (unit - (out->size - start) % unit) % unit;
	size_t at = out->size;

	add_zeros(out, left);
	/* Pad1 is a zero; PadN tells how many bytes follow. (RFC 8200 section 4.2) */
	if (tail == TAIL_OPTIONS && left > 1 && !out->failed) {
		out->data[at] = 1;
		out->data[at + 1] = (unsigned char)(left - OPTION_HEAD);
	}
}

/* Append what follows the fixed header, which begins at START. */
static void add_tail(struct bytes *out, const struct spec_layer *l, size_t start)
{
	for (const struct field *f = l->layer->fields; f->name; f++) {
		const struct spec_setting *s = spec_setting(l, f);

		if (f->option)
			add_option(out, l, f, start);
		else if (s && !field_is_number(f))
			contents_add(out, l, s, start);
	}
	add_padding(out, l->layer->tail, start);
}

static void add_header(struct bytes *out, const struct spec_layer *l)
{
	size_t start = out->size;

	add_zeros(out, l->layer->size);
	for (const struct field *f = l->layer->fields; f->name && !out->failed; f++) {
		const struct spec_setting *s = spec_setting(l, f);

		if (f->width == 0 || f->option)
			continue;
		if (s)
			field_put(f, out->data + start, s->sweep.now);
		else if (!(f->flags & FIELD_ALIAS))
			field_put(f, out->data + start, (struct value){.low = f->value});
	}
	if (l->layer->tail != TAIL_NONE)
		add_tail(out, l, start);
}

static void add_content(struct build *b, struct bytes *out, const struct spec_layer *l)
{
	for (const struct field *f = l->layer->fields; f->name; f++) {
		const struct spec_setting *s = spec_setting(l, f);

		if (s && !field_is_number(f))
			bytes_join(out, &s->content);
		else if (s && f == &layer_payload.fields[PAYLOAD_RANDOM])
			add_random(out, (size_t)s->sweep.now.low, &b->random);
		else if (s)
			add_zeros(out, (size_t)s->sweep.now.low);
	}
}

static void add_pad(struct bytes *out, const struct spec_layer *l)
{
	const struct field *f = l->layer->fields;
	const struct spec_setting *s = spec_setting(l, f);
	size_t size = (size_t)(s ? s->sweep.now.low : f->value);

	if (size > out->size)
		add_zeros(out, size - out->size);
}

static void add_layer(struct build *b, struct bytes *out, const struct spec_layer *l)
{
	switch (l->layer->kind) {
	case LAYER_HEADER: add_header(out, l); break;
	case LAYER_CONTENT: add_content(b, out, l); break;
	case LAYER_PAD: add_pad(out, l); break;
	case LAYER_CRC: add_zeros(out, CHECKSUM_CRC_SIZE); break;
	}
}

/* Whether LAYER does not count for the lengths of the layers before it. */
static bool is_trailer(const struct layer *layer)
{
	return layer->kind == LAYER_PAD || layer->kind == LAYER_CRC;
}

/* Each layer's payload is everything that follows up to the first trailer. */
static void find_ends(struct packet *p)
{
	size_t end = p->size;

	for (size_t i = p->count; i-- > 0;) {
		struct piece *q = &p->pieces[i];

		if (is_trailer(q->layer)) {
			q->end = i + 1 < p->count ? p->pieces[i + 1].at : p->size;
			end = q->at;
		} else {
			q->end = end;
		}
	}
}

enum status build_packet(struct build *b, const struct spec *spec, struct bytes *out,
	struct packet *p, struct bytes *why)
{
	bytes_clear(out);
	*p = (struct packet){.quoted = SPEC_LAYERS};
	for (size_t i = 0; i < spec->layer_count && out->size <= SPEC_PACKET_MAX; i++) {
		struct piece *q = &p->pieces[p->count++];

		q->layer = spec->layers[i]->layer;
		q->at = out->size;
		add_layer(b, out, spec->layers[i]);
		q->header = q->layer->kind == LAYER_HEADER ? out->size - q->at : 0;
	}
	if (out->failed)
		return fail_memory(why);
	if (out->size > SPEC_PACKET_MAX)
		return fail_with(
			why, STATUS_FAILED, "the packet would exceed %d bytes", SPEC_PACKET_MAX);
	p->data = out->data;
	p->size = out->size;
	find_ends(p);
	return build_fill(b, spec, p, out->data, why);
}
