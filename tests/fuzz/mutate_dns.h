/* SPDX-License-Identifier: ISC */
/* mutate_dns.h - messages of the DNS that a fuzzer changes where it counts: the data of a record
 * with its length, types, pointers within names, the number of records. */
#ifndef FUZZ_MUTATE_DNS_H
#define FUZZ_MUTATE_DNS_H
#ifdef FUZZER

#include "fuzz.h"
#include "mutate.h"

enum { DNS_FIXED = 12, DNS_RECORD = 10, DNS_MARKS = 64 };

/* Where the data of a record and the fixed part before it begin, and where they end. */
struct dns_mark {
	size_t name, fixed, data, end;
};

/* The position after the name at AT, whose pointers are not followed; SIZE: it has no end. */
static inline size_t dns_skip_name(const uint8_t *data, size_t size, size_t at)
{
	while (at < size) {
		if (data[at] >= 0xc0)
			return at + 2 < size ? at + 2 : size;
		if (data[at] == 0)
			return at + 1;
		at += 1 + (size_t)data[at];
	}
	return size;
}

/* Find the records. Returns how many there are. */
static inline size_t dns_find_records(const uint8_t *data, size_t size, struct dns_mark *marks)
{
	size_t at = DNS_FIXED, count = 0;

	if (size > DNS_FIXED && mutate_get(data + 4, 2) > 0)
		at = dns_skip_name(data, size, at) + 4;
	while (count < DNS_MARKS && at < size) {
		struct dns_mark *m = &marks[count];

		*m = (struct dns_mark){at, dns_skip_name(data, size, at), 0, 0};
		m->data = m->fixed + DNS_RECORD;
		if (m->data > size)
			break;
		m->end = m->data + mutate_get(data + m->data - 2, 2);
		if (m->end > size)
			m->end = size;
		at = m->end;
		count++;
	}
	return count;
}

/* Give the record M other data, or cut or lengthen them; its length is right. */
static inline size_t dns_change_data(
	uint8_t *data, size_t size, size_t most, const struct dns_mark *m)
{
	size_t room = most - size, length = m->end - m->data, now;

	now = mutate_part(data, size, m->data, length, room < 64 ? room : 64);
	mutate_put(data + m->data - 2, 2, now);
	return size - length + now;
}

/* Append the record M again. */
static inline size_t dns_repeat(uint8_t *data, size_t size, size_t most, const struct dns_mark *m)
{
	size_t length = m->end - m->name;

	if (length > most - size)
		return size;
	memmove(data + size, data + m->name, length);
	mutate_put(data + 6, 2, mutate_get(data + 6, 2) + 1);
	return size + length;
}

static inline size_t dns_mutate(uint8_t *data, size_t size, size_t most, uint64_t *random)
{
	struct dns_mark marks[DNS_MARKS];
	size_t count = size > DNS_FIXED ? dns_find_records(data, size, marks) : 0;
	const struct dns_mark *m = count > 0 ? &marks[mutate_pick(random, count)] : NULL;

	switch (m ? mutate_pick(random, 6) : 5) {
	case 0: return dns_change_data(data, size, most, m);
	case 1: return dns_repeat(data, size, most, m);
	case 2: mutate_put(data + m->fixed, 2, mutate_pick(random, 300)); return size;
	case 3:
		/* A pointer, from anywhere in the record, to anywhere before or after it. */
		if (m->end - m->name >= 2) {
			size_t at = m->name + mutate_pick(random, m->end - m->name - 1);

			mutate_put(data + at, 2, 0xc000 | mutate_pick(random, size));
		}
		return size;
	case 4: mutate_put(data + 6, 2, count); return size;
	default: return LLVMFuzzerMutate(data, size, most);
	}
}

#endif
#endif
