/* SPDX-License-Identifier: ISC */
/* table.c - a hash table: everything in it is found, nothing else is, and chains stay short. */
#include "base/table.h"

#include <stdbool.h>
#include <stdlib.h>

#include "tap.h"

enum { KEYS = 1000, STEPS = 100000, CHAIN_MOST = 16 };

struct item {
	struct table_node node; /* first */
	unsigned key;
	bool present;
};

static struct item items[KEYS];
static int dropped;

static struct item *find(const struct table *t, unsigned key)
{
	struct table_node *node = table_find(t, table_hash(t, &key, sizeof(key)));

	while (node && ((struct item *)node)->key != key)
		node = table_next(node);
	return (struct item *)node;
}

static unsigned draw(unsigned below)
{
	static uint64_t seed = 1;

	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(seed >> 33) % below;
}

/* Add or remove one of the items at a time, and look up another each time. */
static void test_steps(void)
{
	struct table t = {.salt = 7};
	bool good = true;
	size_t count = 0;

	for (unsigned i = 0; i < STEPS && good; i++) {
		struct item *item = &items[draw(KEYS)], *other = &items[draw(KEYS)];

		item->key = (unsigned)(item - items);
		other->key = (unsigned)(other - items);
		if (item->present)
			table_remove(&t, &item->node);
		else
			table_add(&t, &item->node, table_hash(&t, &item->key, sizeof(item->key)));
		item->present = !item->present;
		count += item->present ? 1 : (size_t)-1;
		good = find(&t, other->key) == (other->present ? other : NULL) && t.count == count;
	}
	OK(good, "what was added is found until it is removed");
	table_release(&t, NULL);
	OK(t.count == 0 && !find(&t, 1), "a table that was released is empty");
}

static void drop(struct table_node *node)
{
	dropped += ((struct item *)node)->key == 1;
}

static void test_same_hash(void)
{
	struct table t = {0};
	struct item twins[3] = {{.key = 1}, {.key = 1}, {.key = 1}};
	int found = 0;

	for (int i = 0; i < 3; i++)
		table_add(&t, &twins[i].node, 42);
	for (struct table_node *n = table_find(&t, 42); n; n = table_next(n))
		found++;
	OK(found == 3 && !table_find(&t, 43), "several may have one hash");
	table_release(&t, drop);
	OK(dropped == 3, "each is dropped once at the end");
}

/* Keys that differ little: the addresses of a network, the ports of a host. */
static void test_spread(void)
{
	struct table t = {.salt = 0x123456789abcdef};
	size_t longest = 0;

	for (unsigned i = 0; i < KEYS; i++) {
		unsigned char key[] = {192, 0, (unsigned char)(i >> 8), (unsigned char)i};

		table_add(&t, &items[i].node, table_hash(&t, key, sizeof(key)));
	}
	for (size_t i = 0; i < t.room; i++) {
		size_t length = 0;

		for (const struct table_node *n = t.chains[i]; n; n = n->next)
			length++;
		longest = length > longest ? length : longest;
	}
	OK(t.room >= KEYS && longest < CHAIN_MOST, "the longest of %zu chains has %zu of %u",
		t.room, longest, (unsigned)KEYS);
	table_release(&t, NULL);
}

static void test_hash(void)
{
	struct table one = {.salt = 1}, other = {.salt = 2};

	OK(table_hash(&one, "abc", 3) == table_hash(&one, "abcd", 3) &&
			table_hash(&one, "abc", 3) != table_hash(&one, "abd", 3),
		"a hash is of all bytes, and of no others");
	OK(table_hash(&one, "abc", 3) != table_hash(&one, "abc\0", 4), "a NUL is a byte");
	OK(table_hash(&one, "abc", 3) != table_hash(&other, "abc", 3), "the salt matters");
}

int main(void)
{
	test_steps();
	test_same_hash();
	test_spread();
	test_hash();
	return tap_end();
}
