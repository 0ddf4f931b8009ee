/* SPDX-License-Identifier: ISC */
/* order.h - lines about packets, kept until it is their turn. Pure. */
#ifndef RAW_SEND_ORDER_H
#define RAW_SEND_ORDER_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/checked.h"

/* All zero is empty. */
struct order {
	struct order_line *first, *last;
};

/* Keep LINE, about the packet NUMBER (from 1), behind all about that one and those before it. 0,
 * and LINE is empty; or -1 with errno ENOMEM, and it is still the caller's. */
int order_add(struct order *o, uint64_t number, struct bytes *line) CHECKED;

/* The packet that the first line is about; 0: there is no line. */
uint64_t order_first(const struct order *o);

/* Take the first line, if there is one, out: into LINE, which was empty. */
void order_take(struct order *o, struct bytes *line);

#endif
