/* SPDX-License-Identifier: ISC */
/* order.h - keep lines about packets until it is their turn. Pure. */
#ifndef RAW_SEND_ORDER_H
#define RAW_SEND_ORDER_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/checked.h"

/* All zero is empty. */
struct order {
	struct order_line *first, *last;
};

/* Keep LINE, about the packet NUMBER (from 1), after all lines about that packet and those before
 * it. 0, and LINE is empty; or -1 with errno ENOMEM, and it is still the caller's. */
int order_add(struct order *o, uint64_t number, struct bytes *line) CHECKED;

/* The number of the packet that the first line is about; 0: there is no line. */
uint64_t order_first(const struct order *o);

/* Remove the first line, if any, into LINE, which was empty. */
void order_take(struct order *o, struct bytes *line);

#endif
