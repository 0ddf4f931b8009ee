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
	size_t range;	   /* where it is now */
	struct value now;  /* the value there; of a random sweep, the latest */
	uint64_t count;	   /* how many values; UINT64_MAX if more than that */
	bool random;	   /* a new value for each packet; counts as one */
	uint64_t size_max; /* of random sizes: those from 0 to this */
};

/* Read TEXT: a value of F, `A-B`, `A,B,C` (both mixed), or `random`. As field_read. Release after
 * any outcome. */
enum status sweep_read(struct sweep *s, const struct field *f, const char *text,
	const struct field_reading *reading, struct bytes *why) CHECKED;
void sweep_release(struct sweep *s);

/* Back to the first value. */
void sweep_rewind(struct sweep *s);

/* To the next value; false: that was the last one, and it is at the first again. */
bool sweep_next(struct sweep *s) CHECKED;

/* The value number INDEX, from 0 and less than COUNT, of a sweep that is not random. */
struct value sweep_value(const struct sweep *s, uint64_t index);

/* To the largest value, or the smallest: of a random one, which is of sizes, what it may draw. */
void sweep_to_largest(struct sweep *s);
void sweep_to_smallest(struct sweep *s);

/* A new value for a random sweep over F. RANDOM is the state of random_next. */
void sweep_draw(struct sweep *s, const struct field *f, uint64_t *random);

/* A cheap source of random numbers (splitmix64); the state is to be seeded with anything. */
uint64_t random_next(uint64_t *state);

#endif
