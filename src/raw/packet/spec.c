/* SPDX-License-Identifier: ISC */
/* spec.c - all sweeps of a packet together. */
#include "raw/packet/spec.h"

#include <stdlib.h>
#include <string.h>

void spec_release(struct spec *spec)
{
	for (size_t i = 0; i < spec->layer_count; i++) {
		for (size_t k = 0; k < LAYER_FIELDS; k++) {
			sweep_release(&spec->layers[i]->settings[k].sweep);
			bytes_release(&spec->layers[i]->settings[k].content);
		}
		free(spec->layers[i]);
	}
	*spec = (struct spec){0};
}

const struct spec_setting *spec_setting(const struct spec_layer *layer, const struct field *field)
{
	const struct spec_setting *s = &layer->settings[field - layer->layer->fields];

	return s->field ? s : NULL;
}

bool spec_sweeps_hops(const struct spec *spec)
{
	for (size_t i = 0; i < spec->sweep_count; i++)
		if (spec->sweeps[i]->field->fill == FILL_HOPS)
			return true;
	return false;
}

void spec_rewind(struct spec *spec)
{
	for (size_t i = 0; i < spec->sweep_count; i++)
		sweep_rewind(&spec->sweeps[i]->sweep);
}

bool spec_next(struct spec *spec)
{
	for (size_t i = spec->sweep_count; i-- > 0;)
		if (sweep_next(&spec->sweeps[i]->sweep))
			return true;
	return false;
}

void spec_to_largest(struct spec *spec)
{
	for (size_t i = 0; i < spec->sweep_count; i++)
		if (spec->sweeps[i]->field->kind == FIELD_SIZE)
			sweep_to_largest(&spec->sweeps[i]->sweep);
}

void spec_to_smallest(struct spec *spec)
{
	for (size_t i = 0; i < spec->sweep_count; i++)
		if (spec->sweeps[i]->field->kind == FIELD_SIZE)
			sweep_to_smallest(&spec->sweeps[i]->sweep);
}

static bool is_random_size(const struct spec_setting *s)
{
	return s->field->kind == FIELD_SIZE && s->sweep.random;
}

void spec_bound_sizes(struct spec *spec, uint64_t room)
{
	uint64_t count = 0;

	for (size_t i = 0; i < spec->sweep_count; i++)
		count += is_random_size(spec->sweeps[i]);
	for (size_t i = 0; i < spec->sweep_count; i++)
		if (is_random_size(spec->sweeps[i]) && room / count < FIELD_SIZE_MAX)
			spec->sweeps[i]->sweep.size_max = room / count;
}

void spec_draw(struct spec *spec, uint64_t *random)
{
	for (size_t i = 0; i < spec->sweep_count; i++)
		if (spec->sweeps[i]->sweep.random)
			sweep_draw(&spec->sweeps[i]->sweep, spec->sweeps[i]->field, random);
}

struct value spec_value_of(const struct spec *spec, size_t i, uint64_t index, uint64_t random)
{
	const struct spec_setting *s = spec->sweeps[i];
	struct sweep drawn = s->sweep;

	/* The last one named is the fastest. */
	for (size_t k = spec->sweep_count; k-- > i + 1;)
		index /= spec->sweeps[k]->sweep.count;
	if (!s->sweep.random)
		return sweep_value(&s->sweep, index % s->sweep.count);
	for (size_t k = 0; k <= i; k++) {
		if (!spec->sweeps[k]->sweep.random)
			continue;
		drawn = spec->sweeps[k]->sweep;
		sweep_draw(&drawn, spec->sweeps[k]->field, &random);
	}
	return drawn.now;
}

static const struct layer *layer_of_setting(const struct spec *spec, const struct spec_setting *s)
{
	for (size_t i = 0; i < spec->layer_count; i++) {
		const struct spec_layer *l = spec->layers[i];

		if (s >= l->settings && s < l->settings + LAYER_FIELDS)
			return l->layer;
	}
	return NULL;
}

void spec_add_name(const struct spec *spec, size_t i, struct bytes *out)
{
	const char *name = spec->sweeps[i]->field->name;
	const struct layer *layer = layer_of_setting(spec, spec->sweeps[i]);
	size_t count = 0;

	for (size_t k = 0; k < spec->sweep_count; k++)
		count += strcmp(spec->sweeps[k]->field->name, name) == 0;
	if (count > 1 && layer)
		bytes_add_format(out, "%s.", layer->name);
	bytes_add_text(out, name);
}
