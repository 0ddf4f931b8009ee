/* SPDX-License-Identifier: ISC */
/* contents.h - lists of addresses and bytes, which follow the fixed part of a header. */
#ifndef RAW_CONTENTS_H
#define RAW_CONTENTS_H

#include <stdbool.h>

#include "raw/packet/packet.h"

/* Append what S, which is not a number, gives for its layer L to the header that begins at START of
 * OUT. */
void contents_add(
	struct bytes *out, const struct spec_layer *l, const struct spec_setting *s, size_t start);

/* Find the contents of the field F, which is not a number, in the header Q: from PLACE->at to
 * PLACE->end. False: there is nothing, it was cut off, or other fields already show all of it. */
bool contents_find(const struct packet *p, const struct piece *q, const struct field *f,
	struct piece *place) CHECKED;

/* Append what contents_find has found, in the order in which it is typed. */
void contents_get(const struct packet *p, const struct piece *q, const struct field *f,
	const struct piece *place, struct bytes *out);

#endif
