/* SPDX-License-Identifier: ISC */
/* mutate_pcapng.h - mutate capture files block by block: each block has its length at both ends, in
 * the byte order of its section. */
#ifndef FUZZ_MUTATE_PCAPNG_H
#define FUZZ_MUTATE_PCAPNG_H
#ifdef FUZZER

#include "fuzz.h"
#include "mutate.h"

enum { PCAPNG_LEAST = 12, PCAPNG_MARKS = 64 };

struct pcapng_mark {
	size_t at, size;
	bool big; /* the first byte of a number is the highest one */
};

static inline uint32_t pcapng_get(const uint8_t *data, bool big)
{
	uint8_t other[4] = {data[3], data[2], data[1], data[0]};

	return (uint32_t)mutate_get(big ? data : other, 4);
}

static inline void pcapng_put(uint8_t *data, bool big, size_t value)
{
	uint8_t one[4];

	mutate_put(one, 4, value);
	for (int i = 0; i < 4; i++)
		data[i] = one[big ? i : 3 - i];
}

static inline size_t pcapng_find_blocks(const uint8_t *data, size_t size, struct pcapng_mark *marks)
{
	size_t at = 0, count = 0;
	bool big = false;

	while (count < PCAPNG_MARKS && size - at >= PCAPNG_LEAST) {
		if (memcmp(data + at, "\n\r\r\n", 4) == 0)
			big = data[at + 8] == 0x1a;
		size_t length = pcapng_get(data + at + 4, big);
		if (length < PCAPNG_LEAST || length > size - at)
			break;
		marks[count++] = (struct pcapng_mark){at, length, big};
		at += length;
	}
	return count;
}

/* Give the block M another body of whole words; both lengths are right. */
static inline size_t pcapng_change_body(
	uint8_t *data, size_t size, size_t most, const struct pcapng_mark *m)
{
	size_t room = most - size, body = m->size - PCAPNG_LEAST, now;

	now = mutate_part(data, size, m->at + 8, body, room < 64 ? room : 64);
	size += now - body;
	while (now % 4 != 0 && size < most) {
		memmove(data + m->at + 8 + now + 1, data + m->at + 8 + now, size - m->at - 8 - now);
		data[m->at + 8 + now++] = 0;
		size++;
	}
	pcapng_put(data + m->at + 4, m->big, now + PCAPNG_LEAST);
	pcapng_put(data + m->at + 8 + now, m->big, now + PCAPNG_LEAST);
	return size;
}

/* Append the block M again, perhaps with another type. */
static inline size_t pcapng_repeat(
	uint8_t *data, size_t size, size_t most, const struct pcapng_mark *m, uint64_t *random)
{
	static const uint32_t types[] = {1, 2, 3, 6, 0x0a0d0d0a};

	if (m->size > most - size)
		return size;
	memmove(data + size, data + m->at, m->size);
	if (mutate_pick(random, 2))
		pcapng_put(data + size, m->big, types[mutate_pick(random, 5)]);
	return size + m->size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
	struct pcapng_mark marks[PCAPNG_MARKS];
	uint64_t random = seed;
	size_t count = pcapng_find_blocks(data, size, marks);
	const struct pcapng_mark *m = count > 0 ? &marks[mutate_pick(&random, count)] : NULL;

	switch (m ? mutate_pick(&random, 5) : 0) {
	case 1:
	case 2: return pcapng_change_body(data, size, most, m);
	case 3: return pcapng_repeat(data, size, most, m, &random);
	case 4:
		/* A number of the body. */
		if (m->size >= PCAPNG_LEAST + 4)
			pcapng_put(data + m->at + 8 + mutate_pick(&random, m->size / 4 - 3) * 4,
				m->big, mutate_pick(&random, 80));
		return size;
	default: return LLVMFuzzerMutate(data, size, most);
	}
}

#endif
#endif
