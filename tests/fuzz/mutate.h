/* SPDX-License-Identifier: ISC */
/* mutate.h - shared by targets that mutate their input themselves. */
#ifndef FUZZ_MUTATE_H
#define FUZZ_MUTATE_H

#include "raw/packet/sweep.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

static inline size_t mutate_get(const uint8_t *data, size_t size)
{
	size_t value = 0;

	while (size-- > 0)
		value = value << 8 | *data++;
	return value;
}

static inline void mutate_put(uint8_t *data, size_t size, size_t value)
{
	while (size-- > 0) {
		data[size] = (uint8_t)value;
		value >>= 8;
	}
}

/* A number below MOST, which is at least 1. */
static inline size_t mutate_pick(uint64_t *random, size_t most)
{
	return (size_t)(random_next(random) % most);
}

/* Mutate the LENGTH bytes at AT of the SIZE bytes at DATA, adding at most MORE, and move what
 * follows. Returns how many bytes there are now. */
static inline size_t mutate_part(uint8_t *data, size_t size, size_t at, size_t length, size_t more)
{
	/* LLVMFuzzerMutate makes a byte even if there is none and none is allowed. */
	if (length + more == 0)
		return 0;
	uint8_t *part = malloc(length + more);
	size_t now;

	must(part != NULL);
	memcpy(part, data + at, length);
	now = LLVMFuzzerMutate(part, length, length + more);
	memmove(data + at + now, data + at + length, size - at - length);
	memcpy(data + at, part, now);
	free(part);
	return now;
}

#endif
