/* SPDX-License-Identifier: ISC */
/* ranges.c - a set of numbers, given as prefixes and looked up in logarithmic time. */
#include "core/addr/ranges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BYTE_BITS = 8, BYTE_ALL = 0xff };

void ranges_add(struct ranges *r, enum ranges_width width, const void *number, unsigned bits)
{
	unsigned char pair[2 * RANGES_20];
	unsigned char *low = pair, *high = pair + width;
	size_t at = bits / BYTE_BITS;

	memcpy(low, number, width);
	memcpy(high, number, width);
	if (at < width) {
		unsigned char rest = BYTE_ALL >> bits % BYTE_BITS;

		low[at] &= (unsigned char)~rest;
		high[at] |= rest;
		memset(low + at + 1, 0, width - at - 1);
		memset(high + at + 1, BYTE_ALL, width - at - 1);
	}
	r->width = width;
	bytes_add(&r->pairs, pair, 2 * width);
}

/* A function for each width, because qsort(3) passes none. */
static int compare_4(const void *a, const void *b)
{
	return memcmp(a, b, RANGES_4);
}

static int compare_20(const void *a, const void *b)
{
	return memcmp(a, b, RANGES_20);
}

int ranges_finish(struct ranges *r)
{
	size_t width = r->width, size = 2 * width;
	unsigned char *end = r->pairs.data, *last = NULL;

	if (r->pairs.failed) {
		errno = ENOMEM;
		return -1;
	}
	if (r->pairs.size == 0)
		return 0;
	qsort(r->pairs.data, r->pairs.size / size, size,
		r->width == RANGES_4 ? compare_4 : compare_20);
	for (size_t i = 0; i < r->pairs.size; i += size) {
		const unsigned char *pair = r->pairs.data + i;

		if (!last || memcmp(pair, last + width, width) > 0) {
			last = memmove(end, pair, size);
			end += size;
		} else if (memcmp(pair + width, last + width, width) > 0) {
			memcpy(last + width, pair + width, width);
		}
	}
	r->pairs.size = (size_t)(end - r->pairs.data);
	r->count = r->pairs.size / size;
	return 0;
}

bool ranges_have(const struct ranges *r, const void *number)
{
	size_t width = r->width, size = 2 * width;
	size_t from = 0, to = r->count; /* the first range that ends at NUMBER or later is between
					 * these */

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (memcmp(r->pairs.data + middle * size + width, number, width) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from < r->count && memcmp(r->pairs.data + from * size, number, width) <= 0;
}

void ranges_release(struct ranges *r)
{
	bytes_release(&r->pairs);
	*r = (struct ranges){0};
}
