/* SPDX-License-Identifier: ISC */
/* flood.h - show a few a second of the warnings that a stranger can cause at will, and count the
 * rest. */
#ifndef BASE_FLOOD_H
#define BASE_FLOOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLOOD_A_SECOND = 5, FLOOD_KINDS = 16, FLOOD_TEXT = 160 };

/* The warnings of one kind. */
struct flood_kind {
	const void *kind;      /* identifies it, by address */
	int64_t since_ns;      /* when its second began */
	unsigned shown;	       /* in that second */
	uint64_t hidden;       /* not shown, and not reported yet */
	char text[FLOOD_TEXT]; /* the last that was shown, as much as fits */
};

/* All zero: no warning yet. */
struct flood {
	struct flood_kind kinds[FLOOD_KINDS];
};

/* A warning of KIND (never NULL) at NOW_NS: its entry if it is to be shown, whose TEXT the caller
 * then sets; NULL if it was counted instead. */
struct flood_kind *flood_admit(struct flood *f, const void *kind, int64_t now_ns);

/* The next entry whose count is due to be reported because its second is over at NOW_NS; the caller
 * reports HIDDEN and sets it to 0. NULL: none. */
struct flood_kind *flood_due(struct flood *f, int64_t now_ns);

#endif
