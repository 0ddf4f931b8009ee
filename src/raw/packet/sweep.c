/* SPDX-License-Identifier: ISC */
/* sweep.c - the values that one field takes in turn. */
#include "raw/packet/sweep.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/status.h"
#include "core/opt/opt_value.h"

/* Bits of a hardware address: multicast, and locally administered. */
#define MAC_GROUP (UINT64_C(1) << 40)
#define MAC_LOCAL (UINT64_C(1) << 41)

uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

void sweep_draw(struct sweep *s, const struct field *f, uint64_t *random)
{
	struct value max = field_max(f);

	if (f->kind == FIELD_SIZE)
		max.low = s->size_max;
	if (f->kind == FIELD_SIZE || f->width == 0) {
		s->now = (struct value){.low = random_next(random) % (max.low + 1)};
		return;
	}
	/* The largest value of a field with a place is all ones. */
	s->now.low = random_next(random) & max.low;
	if (f->kind == FIELD_MAC)
		s->now.low = (s->now.low & ~MAC_GROUP) | MAC_LOCAL;
	s->now.high = max.high ? random_next(random) & max.high : 0;
}

void sweep_rewind(struct sweep *s)
{
	s->range = 0;
	if (s->range_count > 0)
		s->now = s->ranges[0].from;
}

bool sweep_next(struct sweep *s)
{
	if (s->random)
		return false;
	if (value_less(s->now, s->ranges[s->range].to)) {
		s->now = value_add(s->now, 1);
		return true;
	}
	if (++s->range < s->range_count) {
		s->now = s->ranges[s->range].from;
		return true;
	}
	sweep_rewind(s);
	return false;
}

struct value sweep_value(const struct sweep *s, uint64_t index)
{
	for (size_t i = 0; i < s->range_count; i++) {
		struct value span = value_subtract(s->ranges[i].to, s->ranges[i].from);

		if (span.high > 0 || index <= span.low)
			return value_add(s->ranges[i].from, index);
		index -= span.low + 1;
	}
	return s->now;
}

void sweep_to_largest(struct sweep *s)
{
	if (s->random)
		s->now = (struct value){.low = s->size_max};
	for (size_t i = 0; i < s->range_count; i++) {
		if (value_less(s->now, s->ranges[i].to)) {
			s->now = s->ranges[i].to;
			s->range = i;
		}
	}
}

void sweep_to_smallest(struct sweep *s)
{
	if (s->random)
		s->now = (struct value){0};
	for (size_t i = 0; i < s->range_count; i++) {
		if (value_less(s->ranges[i].from, s->now)) {
			s->now = s->ranges[i].from;
			s->range = i;
		}
	}
}

static enum status add_range(struct sweep *s, struct value from, struct value to, struct bytes *why)
{
	struct value span = value_subtract(to, from);
	size_t size = (s->range_count + 1) * sizeof(*s->ranges);
	struct sweep_range *ranges = realloc(s->ranges, size);
	uint64_t count = span.high || span.low == UINT64_MAX ? UINT64_MAX : span.low + 1;

	if (!ranges)
		return fail_memory(why);
	s->ranges = ranges;
	ranges[s->range_count++] = (struct sweep_range){from, to};
	s->count = count > UINT64_MAX - s->count ? UINT64_MAX : s->count + count;
	return STATUS_DONE;
}

/* Split ITEM, `A-B`; dashes may be part of A and B. ITEM is restored. */
static bool split_range(const struct field *f, char *item, struct value *from, struct value *to)
{
	bool found = false;

	/* Someone who types syn-ack means syn,ack, not fifteen packets. */
	if (f->kind == FIELD_PAIR || (f->kind == FIELD_FLAGS && !isdigit((unsigned char)*item)))
		return false;
	for (char *dash = strchr(item, '-'); dash && !found; dash = strchr(dash + 1, '-')) {
		*dash = '\0';
		found = field_parse(f, item, from) && field_parse(f, dash + 1, to);
		*dash = '-';
	}
	return found;
}

static enum status read_item(struct sweep *s, const struct field *f, char *item,
	const struct field_reading *reading, struct bytes *why)
{
	struct value from, to;
	enum status status;

	if (field_parse(f, item, &from))
		return add_range(s, from, from, why);
	if (split_range(f, item, &from, &to)) {
		if (!value_less(to, from))
			return add_range(s, from, to, why);
		opt_add_quoted(item, why);
		return fail_with(why, STATUS_USAGE, " (the range runs backwards)");
	}
	status = field_read(f, item, reading, &from, why);
	return status == STATUS_DONE ? add_range(s, from, from, why) : status;
}

static enum status read_items(struct sweep *s, const struct field *f, char *list,
	const struct field_reading *reading, struct bytes *why)
{
	enum status status = STATUS_DONE;

	for (char *item = list, *comma; item && status == STATUS_DONE; item = comma) {
		/* Commas separate the flags of one value. */
		comma = f->kind == FIELD_FLAGS ? NULL : strchr(item, ',');
		if (comma)
			*comma++ = '\0';
		status = read_item(s, f, item, reading, why);
	}
	return status;
}

enum status sweep_read(struct sweep *s, const struct field *f, const char *text,
	const struct field_reading *reading, struct bytes *why)
{
	enum status status;
	char *list;

	*s = (struct sweep){0};
	if (strcmp(text, "random") == 0) {
		s->random = true;
		s->count = 1;
		s->size_max = FIELD_SIZE_MAX;
		return STATUS_DONE;
	}
	list = strdup(text);
	if (!list)
		return fail_memory(why);
	status = read_items(s, f, list, reading, why);
	free(list);
	sweep_rewind(s);
	return status;
}

void sweep_release(struct sweep *s)
{
	free(s->ranges);
	*s = (struct sweep){0};
}
