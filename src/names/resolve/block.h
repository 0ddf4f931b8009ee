/* SPDX-License-Identifier: ISC */
/* block.h - the addresses of a block, `192.0.2.0/28`, one by one. Pure. */
#ifndef NAMES_RESOLVE_BLOCK_H
#define NAMES_RESOLVE_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/addr/addr.h"

/* LEFT addresses from NEXT on. */
struct block {
	struct addr next;
	uint64_t left;
};

enum block_read { BLOCK_READ, BLOCK_NONE, BLOCK_TOO_LARGE, BLOCK_TOO_SMALL };

/* Read TEXT, ADDRESS/BITS of either family; the bits of the address after the first BITS are
 * ignored. BLOCK_NONE: TEXT has another form. BLOCK_TOO_LARGE: over 2^32 addresses.
 * BLOCK_TOO_SMALL: more BITS than an address has. */
enum block_read block_read(struct block *block, const char *text) CHECKED;

/* Write the next address as text; LEFT must not be 0. Returns OUT. */
const char *block_next(struct block *block, char out[ADDR_TEXT]);

#endif
