/* SPDX-License-Identifier: ISC */
/* words_private.h - reading words: what words.c and words_unknown.c share. */
#ifndef RAW_PACKET_WORDS_PRIVATE_H
#define RAW_PACKET_WORDS_PRIVATE_H

#include "base/checked.h"
#include "raw/packet/spec.h"

/* The state of reading. */
struct reader {
	struct spec *spec;
	const struct spec_reading *how;
	char *const *words;
	size_t count, next;
	struct bytes *why;
};

/* The layer to which words apply now, or NULL. */
struct spec_layer *words_current(const struct reader *r);

/* WORD, which R has passed, does not name a layer; or, being FIELD=VALUE, does not name a field of
 * LAYER. Returns the status, with a line in R's WHY that suggests what may have been meant. */
enum status words_unknown_layer(struct reader *r, const char *word) CHECKED;
enum status words_unknown_field(
	struct reader *r, const struct layer *layer, const char *word) CHECKED;

#endif
