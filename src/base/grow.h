/* SPDX-License-Identifier: ISC */
/* grow.h - arrays that double. */
#ifndef BASE_GROW_H
#define BASE_GROW_H

#include <stddef.h>

#include "base/checked.h"

/* ITEMS (NULL: none yet) of SIZE bytes each, with room for LEAST of them: where there is not, twice
 * the room or LEAST, in another place; *ROOM follows. The items are kept. NULL with errno ENOMEM,
 * and all is as before. */
void *grow(void *items, size_t *room, size_t least, size_t size) CHECKED;

#endif
