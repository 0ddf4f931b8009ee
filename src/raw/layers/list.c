/* SPDX-License-Identifier: ISC */
/* list.c - find layers and fields by name or number, and list them. */
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/text.h"
#include "core/opt/opt.h"
#include "raw/layers/field.h"
#include "raw/layers/layers.h"

static bool is_called(const char *a, const char *name, size_t length)
{
	return strlen(a) == length && memcmp(a, name, length) == 0;
}

const struct layer *layer_find(const char *name, size_t length)
{
	for (size_t i = 0; i < layer_count; i++)
		if (is_called(layers[i]->name, name, length))
			return layers[i];
	return NULL;
}

const struct field *layer_field(const struct layer *layer, const char *name, size_t length)
{
	for (const struct field *f = layer->fields; f->name; f++)
		if (is_called(f->name, name, length))
			return f;
	return NULL;
}

const struct field *layer_own_field(const struct layer *layer, const char *name)
{
	return layer_field(layer, name, strlen(name));
}

static bool has_name(const struct field_name *n, const char *word)
{
	while (n->name && strcmp(n->name, word) != 0)
		n++;
	return n->name;
}

const struct layer *layer_variant(const struct layer *layer, const char *word)
{
	for (size_t i = 0; i < layer_count; i++)
		if (layers[i]->variant && strcmp(layers[i]->name, layer->name) == 0 &&
			has_name(layers[i]->fields->names, word))
			return layers[i];
	return NULL;
}

const struct layer *layer_of_type(unsigned ethertype)
{
	/* The outer of two tags often has a separate type, and so have labels for groups. */
	if (ethertype == 0x88a8)
		return &layer_vlan;
	if (ethertype == 0x8848)
		return &layer_mpls;
	for (size_t i = 0; i < layer_count; i++)
		if (layers[i]->ethertype && layers[i]->ethertype == ethertype)
			return layers[i];
	return NULL;
}

const struct layer *layer_of_protocol(int protocol)
{
	for (size_t i = 0; i < layer_count; i++)
		if (layers[i]->protocol >= 0 && layers[i]->protocol == protocol)
			return layers[i];
	return NULL;
}

const struct layer *layer_of_port(unsigned port)
{
	for (size_t i = 0; i < layer_count; i++)
		if (layers[i]->port && layers[i]->port == port)
			return layers[i];
	return NULL;
}

const struct layer *layer_of_bytes(
	const struct layer *layer, const unsigned char *data, size_t size)
{
	const struct layer *best = layer;

	if (size == 0 || layer->protocol < 0)
		return layer;
	/* If two begin with the same byte, the longer one is that of the later version. */
	for (size_t i = 0; i < layer_count; i++)
		if (layers[i]->protocol == layer->protocol && layers[i]->types && *data &&
			strchr(layers[i]->types, *data) && layers[i]->size <= size &&
			(!best->types || layers[i]->size > best->size))
			best = layers[i];
	return best;
}

bool layer_is_ip(const struct layer *layer)
{
	return layer == &layer_ip || layer == &layer_ip6;
}

int layer_family(const struct layer *layer)
{
	switch (layer->protocol) {
	case 1:
	case 2:
	case 4: return AF_INET;
	case 0:
	case 41:
	case 43:
	case 44:
	case 58:
	case 60: return AF_INET6;
	default: return AF_UNSPEC;
	}
}

/* Append the entry for the column of defaults. */
static void add_default(struct bytes *out, const struct field *f)
{
	static const char *const fills[] = {
		[FILL_ABSENT] = "left out",
		[FILL_REQUIRED] = "must be given",
		[FILL_NEXT_PORT] = "must be given",
		[FILL_NEXT_HOP] = "of the next hop",
		[FILL_OWN_ID] = "of this run",
		[FILL_BOTTOM] = "by the next layer",
		[FILL_EXTENSION] = "computed",
		[FILL_COUNT] = "computed",
		[FILL_PARTS] = "computed",
		[FILL_SEGMENTS] = "by segments",
		[FILL_CRC32C] = "computed",
		[FILL_OWN_MAC] = "this interface's",
		[FILL_OWN_ADDRESS] = "by route",
		[FILL_NEXT_TYPE] = "by the next layer",
		[FILL_NEXT_PROTOCOL] = "by the next layer",
		[FILL_HEADER_WORDS] = "computed",
		[FILL_LENGTH] = "computed",
		[FILL_LENGTH_REST] = "computed",
		[FILL_SUM_HEADER] = "computed",
		[FILL_SUM] = "computed",
		[FILL_SUM_PSEUDO] = "computed",
	};

	if (f->flags & FIELD_ALIAS)
		bytes_add_byte(out, '-');
	else if (fills[f->fill])
		bytes_add_text(out, fills[f->fill]);
	else
		field_show(f, (struct value){.low = f->value}, out);
}

/* Append the position of the value, with bits counted as in the drawings of RFCs. */
static void add_place(struct bytes *out, const struct field *f)
{
	if (f->option)
		bytes_add_format(out, f->flags & FIELD_COMPUTED ? "optional" : "option %u",
			(unsigned)f->option);
	else if (f->width == 1)
		bytes_add_format(out, "bit %u", f->bit);
	else if (f->width)
		bytes_add_format(out, "bits %u-%u", f->bit, f->bit + f->width - 1);
	else if (f->kind == FIELD_BYTES)
		bytes_add_text(out, "at the end");
}

static void add_help(struct bytes *out, const struct field *f)
{
	bytes_add_text(out, f->help);
	for (const struct field_name *n = f->names; n && n->name; n++)
		bytes_add_format(out, "%s%s", n == f->names ? ": " : ", ", n->name);
	if (f->flags & FIELD_BARE)
		bytes_add_text(out, " (may stand alone)");
}

static void print_field(FILE *out, const struct field *f)
{
	struct bytes place = {0}, value = {0}, help = {0};

	add_place(&place, f);
	add_default(&value, f);
	add_help(&help, f);
	int column = fprintf(out, "  %-14s%-8s%-13s%-18s", f->name, field_form(f),
		bytes_text(&place), bytes_text(&value));
	text_write_wrapped(out, bytes_text(&help), column, opt_help_width());
	bytes_release(&place);
	bytes_release(&value);
	bytes_release(&help);
}

void layers_print(FILE *out)
{
	for (size_t i = 0; i < layer_count; i++) {
		if (i > 0)
			fputc('\n', out);
		const char *variant = layers[i]->variant;
		int column = fprintf(out, "%s%s%s - ", layers[i]->name, variant ? " " : "",
			variant ? variant : "");
		text_write_wrapped(out, layers[i]->help, column, opt_help_width());
		for (const struct field *f = layers[i]->fields; f->name; f++)
			print_field(out, f);
	}
}
