/* SPDX-License-Identifier: ISC */
/* hosts.c - how many connections each host has. */

#include "tcp/server/hosts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/bytes.h"

/* More chains than a server has hosts at once, most of the time; a long chain only costs time. */
enum { CHAINS = 4096 };

struct host {
	struct host *next;
	struct addr addr;
	uint64_t count;
};

struct hosts {
	struct host *chain[CHAINS];
};

struct hosts *hosts_new(void)
{
	return calloc(1, sizeof(struct hosts));
}

void hosts_free(struct hosts *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < CHAINS; i++) {
		while (h->chain[i]) {
			struct host *next = h->chain[i]->next;

			free(h->chain[i]);
			h->chain[i] = next;
		}
	}
	free(h);
}

/* The bytes of ADDR that tell its host. */
static const unsigned char *key_of(const struct addr *addr, size_t *size)
{
	bool is6 = addr_family(addr) == AF_INET6;

	*size = is6 ? 8 : 4;
	return is6 ? addr->u.in6.sin6_addr.s6_addr : (const unsigned char *)&addr->u.in.sin_addr;
}

static bool is_same_host(const struct addr *a, const struct addr *b)
{
	size_t size;
	const unsigned char *one = key_of(a, &size), *other = key_of(b, &size);

	return addr_family(a) == addr_family(b) && memcmp(one, other, size) == 0;
}

static size_t chain_of(const struct addr *addr)
{
	size_t size;
	const unsigned char *bytes = key_of(addr, &size);

	return bytes_hash(BYTES_HASH_SEED, bytes, size) % CHAINS;
}

static struct host **find(struct hosts *h, const struct addr *addr)
{
	struct host **link = &h->chain[chain_of(addr)];

	while (*link && !is_same_host(&(*link)->addr, addr))
		link = &(*link)->next;
	return link;
}

uint64_t hosts_add(struct hosts *h, const struct addr *addr)
{
	struct host **link = find(h, addr);

	if (!*link) {
		*link = calloc(1, sizeof **link);
		if (!*link)
			return 0;
		(*link)->addr = *addr;
	}
	return ++(*link)->count;
}

void hosts_drop(struct hosts *h, const struct addr *addr)
{
	struct host **link = find(h, addr);
	struct host *gone = *link;

	if (!gone || --gone->count > 0)
		return;
	*link = gone->next;
	free(gone);
}
