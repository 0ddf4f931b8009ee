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

bool spec_to_largest(struct spec *spec)
{
	bool matters = false;

	for (size_t i = 0; i < spec->sweep_count; i++) {
		struct spec_setting *s = spec->sweeps[i];

		if (s->field->kind != FIELD_SIZE)
			continue;
		if (s->sweep.random)
			s->sweep.now = field_max(s->field);
		sweep_to_largest(&s->sweep);
		matters = true;
	}
	return matters;
}

void spec_draw(struct spec *spec, uint64_t *random)
{
	for (size_t i = 0; i < spec->sweep_count; i++)
		if (spec->sweeps[i]->sweep.random)
			sweep_draw(&spec->sweeps[i]->sweep, spec->sweeps[i]->field, random);
}
