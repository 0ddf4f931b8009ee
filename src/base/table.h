/* SPDX-License-Identifier: ISC */
/* table.h - a hash table of nodes that are embedded in what is looked up.
 *
 * It grows with the number of nodes, so that a look-up takes the same time however many there are.
 * If there is no memory for that, it stays as it is: longer chains only cost time, and adding never
 * fails. */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table_node {
	struct table_node *next; /* in the chain */
	uint64_t hash;
};

/* All zero is empty. If strangers choose the keys, the owner sets SALT before anything is added, to
 * a value that nobody can guess (os_random): otherwise they could choose keys of one chain. */
struct table {
	uint64_t salt;
	struct table_node **chains; /* NULL: there is only ONE */
	struct table_node *one;
	size_t room, count;
};

/* The hash of the key of SIZE bytes at DATA. */
uint64_t table_hash(const struct table *t, const void *data, size_t size);

/* Add NODE under HASH, even if others have the same. It stays the caller's. */
void table_add(struct table *t, struct table_node *node, uint64_t hash);

/* Remove NODE, which must be in T. */
void table_remove(struct table *t, const struct table_node *node);

/* The first node under HASH, and the one after NODE that has the same hash; NULL: none. The caller
 * compares the keys. */
struct table_node *table_find(const struct table *t, uint64_t hash);
struct table_node *table_next(const struct table_node *node);

/* Call DROP (unless NULL) for each node, free what T allocated, and leave T empty. */
void table_release(struct table *t, void (*drop)(struct table_node *node));

#endif
