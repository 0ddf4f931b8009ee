/* SPDX-License-Identifier: ISC */
/* build.c - lay the layers one behind the other. */
#include "raw/build.h"

#include <errno.h>
#include <string.h>

#include "base/status.h"

enum { OPTION_HEAD = 2, WORD = 4, NDP_UNIT = 8, CRC_SIZE = 4 };

enum packet_start build_start(const struct spec *spec)
{
	const struct layer *first = spec->layer_count ? spec->layers[0]->layer : NULL;

	if (first == &layer_eth)
		return PACKET_FRAME;
	return first == &layer_ip || first == &layer_ip6 ? PACKET_IP : PACKET_INNER;
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

/* Append the value as the field's option: type, length, value. */
static void add_option(
	struct bytes *out, const struct layer *layer, const struct field *f, struct value v)
{
	size_t size = OPTION_HEAD + f->width / 8;
	size_t unit = layer->tail == TAIL_NDP ? NDP_UNIT : 1;
	size_t start = out->size;

	add_zeros(out, size);
	if (out->failed)
		return;
	out->data[start] = f->option;
	out->data[start + 1] = (unsigned char)(size / unit);
	value_put(out->data + start + OPTION_HEAD, 0, f->width, v);
}

/* Append what stands behind the fixed header. */
static void add_tail(struct bytes *out, const struct spec_layer *l, size_t start)
{
	for (const struct field *f = l->layer->fields; f->name; f++) {
		const struct spec_setting *s = spec_setting(l, f);

		if (!s)
			continue;
		if (f->option && (f->width > 0 || s->sweep.now.low))
			add_option(out, l->layer, f, s->sweep.now);
		else if (!field_is_number(f))
			bytes_add(out, s->content.data, s->content.size);
	}
	if (l->layer->tail == TAIL_IP || l->layer->tail == TAIL_TCP)
		while (!out->failed && (out->size - start) % WORD)
			bytes_add_byte(out, 0);
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
			bytes_add(out, s->content.data, s->content.size);
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
	case LAYER_CRC: add_zeros(out, CRC_SIZE); break;
	}
}

/* Whether the length of the layers before counts LAYER. */
static bool is_trailer(const struct layer *layer)
{
	return layer->kind == LAYER_PAD || layer->kind == LAYER_CRC;
}

/* Each layer carries all that follows up to the first trailer. */
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

int build_packet(struct build *b, const struct spec *spec, struct bytes *out, struct packet *p,
	struct bytes *why)
{
	bytes_clear(out);
	p->count = 0;
	for (size_t i = 0; i < spec->layer_count && out->size <= SPEC_PACKET_MAX; i++) {
		struct piece *q = &p->pieces[p->count++];

		q->layer = spec->layers[i]->layer;
		q->at = out->size;
		add_layer(b, out, spec->layers[i]);
		q->header = q->layer->kind == LAYER_HEADER ? out->size - q->at : 0;
	}
	if (out->failed) {
		bytes_add_text(why, status_reason(ENOMEM));
		return STATUS_FAILED;
	}
	if (out->size > SPEC_PACKET_MAX) {
		bytes_add_format(why, "packet is too long: over %d bytes", SPEC_PACKET_MAX);
		return STATUS_FAILED;
	}
	p->data = out->data;
	p->size = out->size;
	find_ends(p);
	return build_fill(b, spec, p, out->data, why);
}
