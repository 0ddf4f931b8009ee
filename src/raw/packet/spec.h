/* SPDX-License-Identifier: ISC */
/* spec.h - the description of the packet by the words of the command line. */
#ifndef RAW_PACKET_SPEC_H
#define RAW_PACKET_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/status.h"
#include "raw/layers/layers.h"
#include "raw/packet/sweep.h"

enum { SPEC_LAYERS = 64, SPEC_PACKET_MAX = 65535 + 64, SPEC_SWEEPS = 64 };

/* A field that was given. */
struct spec_setting {
	const struct field *field; /* NULL: this field of the layer was not given */
	struct sweep sweep;	   /* for a number */
	struct bytes content;	   /* for anything else */
};

/* A layer with its settings, as many as the layer's table has fields and in the same order. */
struct spec_layer {
	const struct layer *layer;
	struct spec_setting settings[LAYER_FIELDS];
};

struct spec {
	struct spec_layer *layers[SPEC_LAYERS];
	size_t layer_count;
	struct spec_setting *sweeps[SPEC_SWEEPS]; /* those with more than one value, in order */
	size_t sweep_count;
	bool random; /* no two packets are the same */
};

/* How words are read: FORM as in core/common.h, NUMERIC is -n. */
struct spec_reading {
	int form;
	bool numeric;
};

/* Read the words LAYER [FIELD=VALUE...] ... COUNT words in all. STATUS_DONE; or another, and WHY
 * has one line for the user that names the word. Release after any outcome. */
enum status spec_read(struct spec *spec, char *const *words, size_t count,
	const struct spec_reading *reading, struct bytes *why) CHECKED;
void spec_release(struct spec *spec);

/* The setting of FIELD in LAYER, or NULL: not given. */
const struct spec_setting *spec_setting(const struct spec_layer *layer, const struct field *field);

/* Whether the TTL or hop limit is swept, as when tracing a route. */
bool spec_sweeps_hops(const struct spec *spec);

/* Set all sweeps to the start; or advance to the next packet (false: the round is over, and the
 * next one has begun). The sweep that was named first is the slowest. */
void spec_rewind(struct spec *spec);
bool spec_next(struct spec *spec) CHECKED;

/* Set all sweeps to where the packet is longest, or shortest. */
void spec_to_largest(struct spec *spec);
void spec_to_smallest(struct spec *spec);

/* Limit the total of random sizes to ROOM bytes. */
void spec_bound_sizes(struct spec *spec, uint64_t room);

/* Draw new values for what is random, from the state *RANDOM of random_next. */
void spec_draw(struct spec *spec, uint64_t *random);

/* The value of sweep number I (of SPEC->sweeps) in the packet INDEX, counted from 0 through all
 * rounds, for which spec_draw started with the state RANDOM. */
struct value spec_value_of(const struct spec *spec, size_t i, uint64_t index, uint64_t random);

/* Append the name of the field of sweep number I, with its layer's if several are swept. */
void spec_add_name(const struct spec *spec, size_t i, struct bytes *out);

#endif
