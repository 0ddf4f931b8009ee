/* SPDX-License-Identifier: ISC */
/* ranges.h - a set of numbers, given as prefixes and looked up in logarithmic time. Pure. */
#ifndef CORE_ADDR_RANGES_H
#define CORE_ADDR_RANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/checked.h"

/* The numbers of one set have one width, in bytes: an IPv4 address, or a zone and an IPv6 address.
 * Their most significant byte comes first. */
enum ranges_width { RANGES_4 = 4, RANGES_20 = 20 };

/* All zero is the empty set. */
struct ranges {
	enum ranges_width width;
	struct bytes pairs; /* the lowest and the highest number of each range */
	size_t count;	    /* ranges that are sorted and joined */
};

/* Add all numbers whose first BITS are those of NUMBER. They are in the set only after
 * ranges_finish. */
void ranges_add(struct ranges *r, enum ranges_width width, const void *number, unsigned bits);

/* Sort what was added and join what overlaps, in n log n steps. Nothing may be added after that. 0,
 * or -1 with errno ENOMEM: the set lacks something, and must not be used. */
int ranges_finish(struct ranges *r) CHECKED;

/* Whether NUMBER is in the set. */
bool ranges_have(const struct ranges *r, const void *number);

void ranges_release(struct ranges *r);

#endif
