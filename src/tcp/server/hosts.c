/* SPDX-License-Identifier: ISC */
/* hosts.c - how many connections each host has. */

#include "tcp/server/hosts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/table.h"
#include "core/os/host.h"

enum { SITE_BYTES = 8, KEY_BYTES = 1 + SITE_BYTES };

struct host {
	struct table_node node; /* first, so that a node's address is its host's */
	unsigned char key[KEY_BYTES];
	uint64_t count;
};

struct hosts {
	struct table table;
};

struct hosts *hosts_new(void)
{
	struct hosts *h = calloc(1, sizeof(struct hosts));

	/* With a guessable salt, clients could slow us down, but no more than that. */
	if (h)
		UNCHECKED(os_random(&h->table.salt, sizeof h->table.salt));
	return h;
}

static void drop_node(struct table_node *node)
{
	free(node);
}

void hosts_free(struct hosts *h)
{
	if (h)
		table_release(&h->table, drop_node);
	free(h);
}

/* The part of ADDR that identifies its host. */
static void key_of(const struct addr *addr, unsigned char key[KEY_BYTES])
{
	char text[ADDR_TEXT];
	uint64_t hash;

	memset(key, 0, KEY_BYTES);
	switch (addr_family(addr)) {
	case AF_INET6:
		key[0] = 1;
		memcpy(key + 1, &addr->u.in6.sin6_addr, SITE_BYTES);
		break;
	case AF_INET: memcpy(key + 1, &addr->u.in.sin_addr, sizeof addr->u.in.sin_addr); break;
	default:
		/* vsock:CID; only as text are the host and the port separate. */
		addr_text_host(addr, text);
		hash = bytes_hash(BYTES_HASH_SEED, text, strlen(text));
		key[0] = 2;
		memcpy(key + 1, &hash, sizeof hash);
	}
}

static struct host *find(const struct hosts *h, const unsigned char key[KEY_BYTES], uint64_t hash)
{
	struct table_node *node = table_find(&h->table, hash);

	while (node && memcmp(((struct host *)node)->key, key, KEY_BYTES) != 0)
		node = table_next(node);
	return (struct host *)node;
}

uint64_t hosts_add(struct hosts *h, const struct addr *addr)
{
	unsigned char key[KEY_BYTES];

	key_of(addr, key);
	uint64_t hash = table_hash(&h->table, key, KEY_BYTES);
	struct host *host = find(h, key, hash);
	if (!host) {
		host = calloc(1, sizeof *host);
		if (!host)
			return 0;
		memcpy(host->key, key, KEY_BYTES);
		table_add(&h->table, &host->node, hash);
	}
	return ++host->count;
}

void hosts_drop(struct hosts *h, const struct addr *addr)
{
	unsigned char key[KEY_BYTES];

	key_of(addr, key);
	struct host *host = find(h, key, table_hash(&h->table, key, KEY_BYTES));
	if (!host || --host->count > 0)
		return;
	table_remove(&h->table, &host->node);
	free(host);
}
