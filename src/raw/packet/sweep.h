/* SPDX-License-Identifier: ISC */
/* sweep.h - the values that one field takes in turn: one, a list, ranges, or random ones. */
#ifndef RAW_PACKET_SWEEP_H
#define RAW_PACKET_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "raw/layers/field.h"

struct sweep {
	struct sweep_range {
		struct value from, to;
	} * ranges;
	size_t range_count;
	size_t range;	   /* the current one */
	struct value now;  /* the current value; of a random sweep, the latest */
	uint64_t count;	   /* how many values; UINT64_MAX if more than that */
	bool random;	   /* a new value for each packet; counts as one */
	uint64_t size_max; /* for random sizes: they go from 0 to this */
};

/* Read TEXT: a value of F, `A-B`, `A,B,C` (or a mixture of both), or `random`. Results as for
 * field_read. Release S after any outcome. */
enum status sweep_read(struct sweep *s, const struct field *f, const char *text,
	const struct field_reading *reading, struct bytes *why) CHECKED;
void sweep_release(struct sweep *s);

/* Go back to the first value. */
void sweep_rewind(struct sweep *s);

/* Advance to the next value; false: that was the last one, and it is at the first again. */
bool sweep_next(struct sweep *s) CHECKED;

/* The value number INDEX, from 0 and less than COUNT, of a sweep that is not random. */
struct value sweep_value(const struct sweep *s, uint64_t index);

/* Go to the largest value, or the smallest; for a random sweep, which is of sizes, to the largest
 * or smallest that it may draw. */
void sweep_to_largest(struct sweep *s);
void sweep_to_smallest(struct sweep *s);

/* Draw a new value for a random sweep over F. RANDOM is the state of random_next. */
void sweep_draw(struct sweep *s, const struct field *f, uint64_t *random);

/* A cheap source of random numbers (splitmix64); the state may be seeded with anything. */
uint64_t random_next(uint64_t *state);

#endif
