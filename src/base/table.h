/* SPDX-License-Identifier: ISC */
/* table.h - a hash table of nodes that are embedded in what is looked up.
 *
 * It grows with what is in it, so that a look-up takes the same time however many there are.
 * Without memory for that it goes on as it is: longer chains only cost time, and adding never
 * fails. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table_node {
	struct table_node *next; /* in the chain */
	uint64_t hash;
};

/* All zero is empty. SALT is set by the owner, before anything is added, to what nobody can guess
 * (os_random), where strangers choose the keys: else they could choose those of one chain. */
struct table {
	uint64_t salt;
	struct table_node **chains; /* NULL: there is but ONE */
	struct table_node *one;
	size_t room, count;
};

/* The hash of the key of SIZE bytes at DATA. */
uint64_t table_hash(const struct table *t, const void *data, size_t size);

/* Add NODE under HASH, even if others have the same. It stays the caller's. */
void table_add(struct table *t, struct table_node *node, uint64_t hash);

/* Take NODE out, which is in T. */
void table_remove(struct table *t, const struct table_node *node);

/* The first node under HASH, and the one after NODE that has the same hash; NULL: there is none.
 * The caller compares the keys. */
struct table_node *table_find(const struct table *t, uint64_t hash);
struct table_node *table_next(const struct table_node *node);

/* Free what T allocated, after DROP (unless NULL) was called for each node. T is empty then. */
void table_release(struct table *t, void (*drop)(struct table_node *node));

#endif
