/* SPDX-License-Identifier: ISC */
/* layer_list.c - find layers and fields by name or number, and list them. */
#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "raw/field.h"
#include "raw/layers.h"

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

const struct layer *layer_of_type(unsigned ethertype)
{
	/* The outer of two tags often has a type of its own. */
	if (ethertype == 0x88a8)
		return &layer_vlan;
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

/* What stands in the column of defaults. */
static void add_default(struct bytes *out, const struct field *f)
{
	static const char *const fills[] = {
		[FILL_ABSENT] = "left out",
		[FILL_REQUIRED] = "must be given",
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
	else if (f->fill != FILL_DEFAULT)
		bytes_add_text(out, fills[f->fill]);
	else
		field_show(f, (struct value){.low = f->value}, out);
}

static void print_field(FILE *out, const struct field *f)
{
	struct bytes text = {0};

	bytes_add_format(&text, "  %-14s%-8s", f->name, field_form(f));
	if (f->option)
		bytes_add_format(&text, "option %-11u", (unsigned)f->option);
	else if (f->width)
		bytes_add_format(&text, "bit %-4u %3u wide ", f->bit, f->width);
	else
		bytes_add_format(&text, "%-18s", f->kind == FIELD_BYTES ? "at the end" : "");
	size_t start = text.size;
	add_default(&text, f);
	while (!text.failed && text.size < start + 19)
		bytes_add_byte(&text, ' ');
	bytes_add_format(&text, "%s", f->help);
	for (const struct field_name *n = f->names; n && n->name; n++)
		bytes_add_format(&text, "%s%s", n == f->names ? ": " : ", ", n->name);
	if (f->flags & FIELD_BARE)
		bytes_add_text(&text, " (may stand alone)");
	fprintf(out, "%s\n", bytes_text(&text));
	bytes_release(&text);
}

void layers_print(FILE *out)
{
	for (size_t i = 0; i < layer_count; i++) {
		fprintf(out, "%s%s - %s\n", i ? "\n" : "", layers[i]->name, layers[i]->help);
		for (const struct field *f = layers[i]->fields; f->name; f++)
			print_field(out, f);
	}
}
