/* SPDX-License-Identifier: ISC */
/* order.c - keep lines about packets until it is their turn. */
#include "raw/send/order.h"

#include <stdlib.h>

struct order_line {
	struct order_line *next, *previous;
	uint64_t number;
	struct bytes text;
};

int order_add(struct order *o, uint64_t number, struct bytes *line)
{
	struct order_line *new = calloc(1, sizeof(*new)), *before = o->last;

	if (!new)
		return -1;
	/* Most lines come in order. */
	while (before && before->number > number)
		before = before->previous;
	*new = (struct order_line){.next = before ? before->next : o->first,
		.previous = before,
		.number = number,
		.text = *line};
	*(before ? &before->next : &o->first) = new;
	*(new->next ? &new->next->previous : &o->last) = new;
	*line = (struct bytes){0};
	return 0;
}

uint64_t order_first(const struct order *o)
{
	return o->first ? o->first->number : 0;
}

void order_take(struct order *o, struct bytes *line)
{
	struct order_line *taken = o->first;

	if (!taken)
		return;
	o->first = taken->next;
	*(o->first ? &o->first->previous : &o->last) = NULL;
	*line = taken->text;
	free(taken);
}
