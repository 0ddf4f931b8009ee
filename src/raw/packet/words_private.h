/* SPDX-License-Identifier: ISC */
/* words_private.h - words being read: what words.c and words_unknown.c share. */
#ifndef RAW_PACKET_WORDS_PRIVATE_H
#define RAW_PACKET_WORDS_PRIVATE_H

#include "base/checked.h"
#include "raw/packet/spec.h"

/* Reading is under way. */
struct reader {
	struct spec *spec;
	const struct spec_reading *how;
	char *const *words;
	size_t count, next;
	struct bytes *why;
};

/* The layer that words are about now, or NULL. */
struct spec_layer *words_current(const struct reader *r);

/* WORD, which R has passed, means no layer; or, being FIELD=VALUE, no field of LAYER. The status,
 * with a line in WHY of R that says what may have been meant. */
enum status words_unknown_layer(struct reader *r, const char *word) CHECKED;
enum status words_unknown_field(
	struct reader *r, const struct layer *layer, const char *word) CHECKED;

#endif
