/* SPDX-License-Identifier: ISC */
/* pieces.h - feed input in pieces: the result must not depend on where it was cut. */
#ifndef PIECES_H
#define PIECES_H

#include "base/bytes.h"
#include "fuzz.h"

/* Start again; take SIZE bytes at DATA; end: write the result of everything since the start to
 * OUT. */
struct pieces_subject {
	void (*begin)(void);
	void (*take)(const unsigned char *data, size_t size, struct bytes *out);
	void (*end)(struct bytes *out);
};

/* A piece in its own memory, so that a checker detects reads beyond it. */
static inline void pieces_take(const struct pieces_subject *subject, const unsigned char *data,
	size_t size, struct bytes *out)
{
	unsigned char *copy = fuzz_copy(data, size);

	subject->take(copy, size, out);
	free(copy);
}

/* Feed all SIZE bytes at DATA, cut after CUT bytes and then every STEP (0: nowhere else). */
static inline void pieces_run(const struct pieces_subject *subject, const unsigned char *data,
	size_t size, size_t cut, size_t step, struct bytes *out)
{
	bytes_clear(out);
	subject->begin();
	pieces_take(subject, data, cut, out);
	for (size_t at = cut; at < size; at += step) {
		if (step == 0 || step > size - at)
			step = size - at;
		pieces_take(subject, data + at, step, out);
	}
	subject->end(out);
}

/* Whether the result is the same in one piece, byte by byte, and cut at every place (the first
 * MAX). */
static inline bool pieces_agree(
	const struct pieces_subject *subject, const unsigned char *data, size_t size, size_t max)
{
	struct bytes whole = {0}, cut = {0};
	bool good;

	pieces_run(subject, data, size, 0, 0, &whole);
	pieces_run(subject, data, size, 0, 1, &cut);
	good = cut.size == whole.size &&
		memcmp(bytes_text(&cut), bytes_text(&whole), cut.size) == 0;
	for (size_t at = 0; at <= size && at < max && good; at++) {
		pieces_run(subject, data, size, at, 0, &cut);
		good = cut.size == whole.size &&
			memcmp(bytes_text(&cut), bytes_text(&whole), cut.size) == 0;
	}
	bytes_release(&whole);
	bytes_release(&cut);
	return good;
}

#endif
