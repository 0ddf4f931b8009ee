/* SPDX-License-Identifier: ISC */
/* spec.c - the sweeps of a packet, together. */
#include "raw/spec.h"

#include <stdlib.h>

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
