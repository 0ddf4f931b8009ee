/* SPDX-License-Identifier: ISC */
/* table.c - a hash table of nodes that are embedded in what is looked up. */
#include "base/table.h"

#include <stdlib.h>
#include <string.h>

enum { ROOM_FIRST = 64 };

/* The finalizer of splitmix64: each bit of the result depends on each bit of X. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

uint64_t table_hash(const struct table *t, const void *data, size_t size)
{
	const unsigned char *at = data;
	uint64_t hash = mix(t->salt ^ size);

	while (size > 0) {
		uint64_t word = 0;
		size_t n = size < sizeof(word) ? size : sizeof(word);

		memcpy(&word, at, n);
		hash = mix(hash ^ word);
		at += n;
		size -= n;
	}
	return hash;
}

/* ROOM is a power of two. */
static struct table_node **chain_of(struct table *t, uint64_t hash)
{
	return t->chains ? &t->chains[hash & (t->room - 1)] : &t->one;
}

static void link_node(struct table *t, struct table_node *node)
{
	struct table_node **chain = chain_of(t, node->hash);

	node->next = *chain;
	*chain = node;
}

/* Double the number of chains, if there is memory. */
static void grow(struct table *t)
{
	struct table old = *t;
	size_t room = old.chains ? 2 * old.room : ROOM_FIRST;
	struct table_node **chains = calloc(room, sizeof(struct table_node *));

	if (!chains)
		return;
	t->chains = chains;
	t->room = room;
	for (size_t i = 0; i == 0 || i < old.room; i++) {
		struct table_node *node = old.chains ? old.chains[i] : old.one, *next;

		for (; node; node = next) {
			next = node->next;
			link_node(t, node);
		}
	}
	free(old.chains);
}

void table_add(struct table *t, struct table_node *node, uint64_t hash)
{
	if (t->count >= t->room)
		grow(t);
	node->hash = hash;
	link_node(t, node);
	t->count++;
}

void table_remove(struct table *t, const struct table_node *node)
{
	struct table_node **link = chain_of(t, node->hash);

	while (*link != node)
		link = &(*link)->next;
	*link = node->next;
	t->count--;
}

/* NODE, or the first after it that has HASH. */
static struct table_node *skip_to(struct table_node *node, uint64_t hash)
{
	while (node && node->hash != hash)
		node = node->next;
	return node;
}

struct table_node *table_find(const struct table *t, uint64_t hash)
{
	return skip_to(t->chains ? t->chains[hash & (t->room - 1)] : t->one, hash);
}

struct table_node *table_next(const struct table_node *node)
{
	return skip_to(node->next, node->hash);
}

void table_release(struct table *t, void (*drop)(struct table_node *node))
{
	for (size_t i = 0; drop && (i == 0 || i < t->room); i++) {
		struct table_node *node = t->chains ? t->chains[i] : t->one, *next;

		for (; node; node = next) {
			next = node->next;
			drop(node);
		}
	}
	free(t->chains);
	*t = (struct table){.salt = t->salt};
}
