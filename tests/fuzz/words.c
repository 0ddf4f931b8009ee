/* SPDX-License-Identifier: ISC */
/* words.c - the words of raw-send as anybody may type them, with blanks or newlines between:
 * refused with a reason, or built into a packet that has every value where its field is, and that
 * is dissected into the same layers.
 *
 * covers: raw/packet/words.c raw/packet/spec.c raw/packet/sweep.c raw/layers/field.c
 * raw/packet/words_unknown.c raw/packet/build.c raw/packet/fill.c raw/packet/fill_sums.c
 * raw/packet/contents.c raw/layers/value.c
 * but: read_host framed_ip */
#include "base/bytes.h"
#include "core/os/link/link.h"
#include "json_line.h"
#include "raw/layers/field.h"
#include "raw/packet/build.h"
#include "raw/packet/contents.h"
#include "raw/packet/show.h"

enum { WORDS_MAX = 64, PACKETS_MAX = 4, JSON_MOST = 2000 };

static bool same_value(struct value a, struct value b)
{
	return a.high == b.high && a.low == b.low;
}

/* Find where the content that S gave must be. */
static bool find_content(const struct packet *p, const struct piece *q,
	const struct spec_setting *s, struct piece *place)
{
	*place = (struct piece){.at = q->at, .end = q->end};
	if (q->layer->kind != LAYER_HEADER)
		return true;
	if (!(s->field->flags & FIELD_INSTEAD))
		return contents_find(p, q, s->field, place);
	/* Bytes that form a list of addresses are shown as one. */
	place->at += q->layer->size;
	return place->at <= place->end;
}

/* Whether the bytes of S are there, followed by padding. */
static bool has_bytes(const struct packet *p, const struct piece *q, const struct spec_setting *s)
{
	struct bytes found = {0};
	struct piece place;
	bool same = s->content.size == 0;

	if (!same && find_content(p, q, s, &place)) {
		contents_get(p, q, s->field, &place, &found);
		same = found.size >= s->content.size &&
			memcmp(found.data, s->content.data, s->content.size) == 0;
	}
	bytes_release(&found);
	return same;
}

static bool has_setting(const struct packet *p, const struct piece *q, const struct spec_setting *s)
{
	struct value v = {0};

	if (!field_is_number(s->field))
		return has_bytes(p, q, s);
	if (s->field->width == 0)
		return true;
	if (s->field->flags & FIELD_COMPUTED && s->sweep.now.low == LAYER_COMPUTED)
		return packet_option(p, q, s->field, &v);
	if (s->field->option)
		return packet_option(p, q, s->field, &v) && same_value(v, s->sweep.now);
	return packet_has(q, s->field) &&
		same_value(field_get(s->field, p->data + q->at), s->sweep.now);
}

/* Content without a special name is dissected as bytes. */
static bool same_layer(const struct layer *built, const struct layer *seen)
{
	return built == seen || (built == &layer_payload && seen == &layer_bytes);
}

/* Whether P, built or dissected, has the layers of SPEC with the given values. */
static bool same_packet(const struct spec *spec, const struct packet *p)
{
	bool same = p->count == spec->layer_count;

	for (size_t i = 0; same && i < p->count; i++) {
		const struct spec_layer *l = spec->layers[i];

		same = same_layer(l->layer, p->pieces[i].layer);
		for (size_t k = 0; same && k < LAYER_FIELDS; k++)
			if (l->settings[k].field)
				same = has_setting(p, &p->pieces[i], &l->settings[k]);
	}
	return same;
}

/* Two names for the same bits, options as raw bytes besides those with names, and so on: the last
 * one counts. */
static bool overlap(const struct field *a, const struct field *b)
{
	bool bytes = !field_is_number(a) || !field_is_number(b);

	if (bytes || a->width == 0 || b->width == 0)
		return bytes;
	return a->option == b->option && a->bit < b->bit + b->width && b->bit < a->bit + a->width;
}

static bool is_ambiguous(const struct spec_layer *l)
{
	for (size_t i = 0; i < LAYER_FIELDS; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct field *a = l->settings[i].field, *b = l->settings[k].field;

			if (a && b && overlap(a, b))
				return true;
		}
	}
	return false;
}

/* Whether F determines how to read what follows, or how long something is: then nothing is found
 * where it really is. */
static bool misleads(const struct field *f)
{
	return (f->fill >= FILL_NEXT_TYPE && f->fill <= FILL_NEXT_PROTOCOL) ||
		(f->fill >= FILL_BOTTOM && f->fill <= FILL_LENGTH_REST) || f->kind == FIELD_BYTES ||
		f->kind == FIELD_PORT || strcmp(f->name, "offset") == 0 ||
		strcmp(f->name, "mf") == 0 || strcmp(f->name, "version") == 0 ||
		strcmp(f->name, "type") == 0 || strcmp(f->name, "flags") == 0;
}

/* Whether BEFORE announces NEXT. */
static bool announces(const struct layer *before, const struct layer *next)
{
	if (before == &layer_eth || before == &layer_vlan)
		return next->ethertype != 0 && !next->variant;
	if (before == &layer_ip || before == &layer_ip6)
		return next->protocol >= 0 && next->kind == LAYER_HEADER;
	return (before == &layer_udp && next == &layer_vxlan) ||
		(before->part && before->part == next);
}

/* Whether nothing in SPEC contradicts anything else in it. */
static bool is_plain(const struct spec *spec)
{
	for (size_t i = 0; i < spec->layer_count; i++) {
		const struct spec_layer *l = spec->layers[i];

		if (i > 0 && !announces(spec->layers[i - 1]->layer, l->layer))
			return false;
		for (size_t k = 0; k < LAYER_FIELDS; k++)
			if (l->settings[k].field && misleads(l->settings[k].field))
				return false;
	}
	return build_start(spec) != PACKET_INNER && spec->layers[0]->layer->kind == LAYER_HEADER;
}

/* Show P in all ways, for people and programs. */
static void show(const struct packet *p)
{
	struct bytes out = {0};

	show_packet(p, 1, &out);
	must(out.size > 0);
	bytes_clear(&out);
	show_packet_json(p, 1, &out);
	must(p->size > JSON_MOST || fuzz_is_json_line(out.data, out.size));
	bytes_release(&out);
}

static void look_at(const struct spec *spec, const struct bytes *out, const struct packet *built)
{
	const struct layer *first = build_start(spec) == PACKET_FRAME ? &layer_eth : &layer_ip;
	unsigned char *copy = fuzz_copy(out->data, out->size);
	bool ambiguous = false;
	struct packet seen;

	for (size_t i = 0; i < spec->layer_count; i++)
		ambiguous = ambiguous || is_ambiguous(spec->layers[i]);
	must(ambiguous || same_packet(spec, built));
	packet_dissect(&seen, first, copy, out->size);
	must(ambiguous || !is_plain(spec) || same_packet(spec, &seen));
	show(&seen);
	free(copy);
}

static void build_all(struct spec *spec)
{
	static const struct os_link link = {
		.name = "lo", .index = 1, .mtu = 1500, .mac = {2, 0, 0, 0, 0, 1}, .ethernet = true};
	struct build b = {.id = 1, .random = 1, .asking = spec->layer_count % 2};
	struct addr to;
	struct bytes out = {0}, why = {0};
	struct packet p;

	b.link = spec->layer_count % 2 ? &link : NULL;
	addr_loopback(spec->layer_count % 3 ? AF_INET : AF_INET6, 0, &to);
	if (build_start(spec) == PACKET_INNER) {
		b.to = &to;
		b.from = to;
	}
	spec_rewind(spec);
	for (uint64_t i = 0; i < PACKETS_MAX; i++) {
		uint64_t random = b.random;

		spec_draw(spec, &b.random);
		for (size_t k = 0; k < spec->sweep_count; k++)
			must(same_value(
				spec_value_of(spec, k, i, random), spec->sweeps[k]->sweep.now));
		b.number = i;
		if (build_packet(&b, spec, &out, &p, &why) == STATUS_DONE)
			look_at(spec, &out, &p);
		else
			must(why.size > 0);
		bytes_clear(&why);
		if (!spec_next(spec))
			break;
	}
	for (size_t k = 0; k < spec->sweep_count; k++)
		spec_add_name(spec, k, &out);
	spec_bound_sizes(spec, 100);
	spec_to_smallest(spec);
	spec_to_largest(spec);
	bytes_release(&out);
	bytes_release(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct spec_reading reading = {.numeric = true};
	char *text = fuzz_text(data, size), *words[WORDS_MAX + 1];
	struct bytes why = {0};
	struct spec spec;

	for (char *at = text; *at; at++)
		*at = *at == '\n' ? ' ' : *at;
	/* Without reading files of this host. */
	if (!strstr(text, "file")) {
		size_t count = fuzz_words(text, ' ', words, WORDS_MAX);
		enum status status = spec_read(&spec, words, count, &reading, &why);

		must((status == STATUS_DONE) == (why.size == 0));
		if (status == STATUS_DONE)
			build_all(&spec);
		spec_release(&spec);
	}
	bytes_release(&why);
	free(text);
	return 0;
}
