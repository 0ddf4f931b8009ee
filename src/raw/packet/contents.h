/* SPDX-License-Identifier: ISC */
/* contents.h - lists of addresses and bytes, which stand behind the fixed part of a header. */
#ifndef RAW_CONTENTS_H
#define RAW_CONTENTS_H

#include <stdbool.h>

#include "raw/packet/packet.h"

/* Append to the header that begins at START of OUT what S, no number, gives for its layer L. */
void contents_add(
	struct bytes *out, const struct spec_layer *l, const struct spec_setting *s, size_t start);

/* Find what is there in the header Q of the field F, no number: from PLACE->at to PLACE->end.
 * False: nothing, or it was cut off; or other fields say it all. */
bool contents_find(const struct packet *p, const struct piece *q, const struct field *f,
	struct piece *place) CHECKED;

/* Append what contents_find has found in the order in which it is given. */
void contents_get(const struct packet *p, const struct piece *q, const struct field *f,
	const struct piece *place, struct bytes *out);

#endif
