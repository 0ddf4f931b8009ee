/* SPDX-License-Identifier: ISC */
/* grow.h - arrays that double. */
#ifndef BASE_GROW_H
#define BASE_GROW_H

#include <stddef.h>

#include "base/checked.h"

/* ITEMS (NULL: none yet) of SIZE bytes each, with room for at least LEAST of them: if there is too
 * little, the room doubles or becomes LEAST, the items move, and *ROOM is updated. NULL with errno
 * ENOMEM, and nothing has changed. */
void *grow(void *items, size_t *room, size_t least, size_t size) CHECKED;

#endif
