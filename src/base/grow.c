/* SPDX-License-Identifier: ISC */
/* grow.c - arrays that double. */
#include "base/grow.h"

#include <stdlib.h>

enum { ROOM_FIRST = 16 };

void *grow(void *items, size_t *room, size_t least, size_t size)
{
	size_t wanted = *room ? 2 * *room : ROOM_FIRST;
	void *grown;

	if (least <= *room)
		return items;
	if (wanted < least)
		wanted = least;
	grown = realloc(items, wanted * size);
	if (grown)
		*room = wanted;
	return grown;
}
