/* SPDX-License-Identifier: ISC */
/* show.c - packets as text and as JSON. */
#include "raw/packet/show.h"

#include <inttypes.h>

#include "base/bytes.h"
#include "base/json.h"
#include "base/num.h"
#include "base/text.h"
#include "raw/layers/field.h"
#include "raw/packet/contents.h"

enum {
	LINE_BYTES = 16,
	GROUP = 8,
	NAME_WIDTH = 14,
	VALUE_WIDTH = 28,
	CONTENT_SHOWN = 8, /* bytes of content in its row */
};

static void add_hex(struct bytes *out, const unsigned char *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes_add_format(out, "%s%02x", i ? " " : "", data[i]);
}

static void fill_to(struct bytes *out, size_t size)
{
	do
		bytes_add_byte(out, ' ');
	while (!out->failed && out->size < size);
}

/* Append V, and its name. */
static void add_value(struct bytes *out, const struct field *f, struct value v)
{
	field_show(f, v, out);
	if (f->kind == FIELD_FLAGS)
		return;
	for (const struct field_name *n = f->names; n && n->name; n++) {
		if (n->value == v.low) {
			bytes_add_format(out, " (%s)", n->name);
			return;
		}
	}
}

static void add_row(struct bytes *out, const char *name, const struct bytes *value,
	const unsigned char *hex, size_t hex_size)
{
	size_t start = out->size;

	bytes_add_format(out, "  %s", name);
	fill_to(out, start + 2 + NAME_WIDTH);
	start = out->size;
	bytes_join(out, value);
	fill_to(out, start + VALUE_WIDTH);
	add_hex(out, hex, hex_size);
	bytes_add_byte(out, '\n');
}

/* Find the bytes of F in the packet, and its value if it is a number; false: F is not in it. */
static bool find_field(const struct packet *p, const struct piece *q, const struct field *f,
	struct value *v, struct piece *place)
{
	*v = (struct value){0};
	*place = (struct piece){0};
	if (f->flags & FIELD_ALIAS || q->layer->kind != LAYER_HEADER)
		return false;
	if (f->option)
		return packet_option(p, q, f, v);
	if (!field_is_number(f))
		return contents_find(p, q, f, place);
	if (!packet_has(q, f))
		return false;
	place->at = q->at + f->bit / 8;
	place->end = q->at + (f->bit + f->width + 7) / 8;
	*v = field_get(f, p->data + q->at);
	return true;
}

/* Append the addresses of a field that has several; nothing for any other. */
static void add_addresses(struct bytes *out, const struct packet *p, const struct piece *q,
	const struct field *f, const struct piece *place)
{
	struct field one = field_of_list(f);
	struct bytes data = {0};

	if (f->kind != FIELD_IP4S && f->kind != FIELD_IP6S)
		return;
	contents_get(p, q, f, place, &data);
	for (size_t at = 0; at + one.width / 8 <= data.size; at += one.width / 8) {
		if (at > 0)
			bytes_add_byte(out, '+');
		field_show(&one, field_get(&one, data.data + at), out);
	}
	bytes_release(&data);
}

static void add_field(
	struct bytes *out, const struct packet *p, const struct piece *q, const struct field *f)
{
	struct bytes text = {0};
	struct piece place;
	struct value v;

	if (!find_field(p, q, f, &v, &place))
		return;
	if (field_is_number(f))
		add_value(&text, f, v);
	else
		add_addresses(&text, p, q, f, &place);
	/* Options have no fixed place, so only their value is shown. */
	if (f->option)
		add_row(out, f->name, &text, NULL, 0);
	else
		add_row(out, f->name, &text, p->data + place.at, place.end - place.at);
	bytes_release(&text);
}

static void add_content(struct bytes *out, const struct packet *p, const struct piece *q)
{
	size_t size = q->end - q->at;
	size_t shown = size < CONTENT_SHOWN ? size : CONTENT_SHOWN;
	struct bytes text = {0};

	if (size == 0)
		return;
	bytes_add_byte(&text, '"');
	text_add_visible(&text, p->data + q->at, shown);
	bytes_add_text(&text, shown < size ? "\"..." : "\"");
	add_row(out, "content", &text, p->data + q->at, shown);
	bytes_release(&text);
}

static size_t piece_size(const struct piece *q)
{
	return q->layer->kind == LAYER_HEADER ? q->header : q->end - q->at;
}

static void add_piece(struct bytes *out, const struct packet *p, const struct piece *q)
{
	bytes_add_format(out, "%s: %zu byte%s at %zu\n", q->layer->name, piece_size(q),
		num_plural(piece_size(q)), q->at);
	for (const struct field *f = q->layer->fields; f->name; f++)
		add_field(out, p, q, f);
	if (q->layer->kind != LAYER_HEADER)
		add_content(out, p, q);
}

static void add_dump_line(struct bytes *out, const unsigned char *data, size_t at, size_t size)
{
	bytes_add_format(out, "  %04zx ", at);
	for (size_t i = 0; i < LINE_BYTES; i++) {
		if (i % GROUP == 0)
			bytes_add_byte(out, ' ');
		if (i < size)
			bytes_add_format(out, "%02x ", data[at + i]);
		else
			bytes_add_text(out, "   ");
	}
	bytes_add_byte(out, ' ');
	for (size_t i = 0; i < size; i++) {
		unsigned char c = data[at + i];

		bytes_add_byte(out, c >= ' ' && c <= '~' ? c : '.');
	}
	bytes_add_byte(out, '\n');
}

void show_packet(const struct packet *p, uint64_t number, struct bytes *out)
{
	bytes_add_format(
		out, "packet %" PRIu64 ": %zu byte%s\n", number, p->size, num_plural(p->size));
	for (size_t i = 0; i < p->count; i++)
		add_piece(out, p, &p->pieces[i]);
	for (size_t at = 0; at < p->size && !out->failed; at += LINE_BYTES)
		add_dump_line(
			out, p->data, at, p->size - at < LINE_BYTES ? p->size - at : LINE_BYTES);
}

static void json_field(
	struct json *j, const struct packet *p, const struct piece *q, const struct field *f)
{
	struct bytes text = {0};
	struct piece place;
	struct value v = {0};

	if (!find_field(p, q, f, &v, &place))
		return;
	if (f->kind == FIELD_IP4S || f->kind == FIELD_IP6S) {
		add_addresses(&text, p, q, f, &place);
		json_add_text(j, f->name, bytes_text(&text));
	} else if (!field_is_number(f)) {
		add_hex(&text, p->data + place.at, place.end - place.at);
		json_add_text(j, f->name, bytes_text(&text));
	} else if (field_is_plain(f)) {
		json_add_uint(j, f->name, v.low);
	} else {
		field_show(f, v, &text);
		json_add_text(j, f->name, bytes_text(&text));
	}
	bytes_release(&text);
}

static void json_piece(struct json *j, const struct packet *p, const struct piece *q)
{
	json_begin_object(j, NULL);
	json_add_text(j, "layer", q->layer->name);
	json_add_uint(j, "at", q->at);
	json_add_uint(j, "size", piece_size(q));
	json_begin_object(j, "fields");
	for (const struct field *f = q->layer->fields; f->name; f++)
		json_field(j, p, q, f);
	json_end_object(j);
	json_end_object(j);
}

void show_packet_json(const struct packet *p, uint64_t number, struct bytes *out)
{
	struct bytes hex = {0};
	struct json j;

	json_begin(&j, out);
	json_add_uint(&j, "packet", number);
	json_add_uint(&j, "size", p->size);
	json_begin_list(&j, "layers");
	for (size_t i = 0; i < p->count; i++)
		json_piece(&j, p, &p->pieces[i]);
	json_end_list(&j);
	for (size_t i = 0; i < p->size; i++)
		bytes_add_format(&hex, "%02x", p->data[i]);
	json_add_text(&j, "hex", bytes_text(&hex));
	json_end(&j);
	bytes_release(&hex);
}
