/* SPDX-License-Identifier: ISC */
/* block.c - the addresses of a block, one by one. */

#include "names/resolve/block.h"

#include <string.h>

#include "base/num.h"

enum { BITS_IN_BYTE = 8, BITS_MOST = 32, BYTE = 0xff };

/* The bytes of ADDR that number the host, most significant first; their number in *SIZE. */
static unsigned char *host_bytes(struct addr *addr, size_t *size)
{
	bool in6 = addr_family(addr) == AF_INET6;

	*size = in6 ? sizeof(addr->u.in6.sin6_addr) : sizeof(addr->u.in.sin_addr);
	return in6 ? addr->u.in6.sin6_addr.s6_addr : (unsigned char *)&addr->u.in.sin_addr;
}

static void clear_behind(struct addr *addr, size_t bits)
{
	size_t size;
	unsigned char *bytes = host_bytes(addr, &size);

	for (size_t i = 0; i < size; i++) {
		size_t kept = bits > i * BITS_IN_BYTE ? bits - i * BITS_IN_BYTE : 0;

		if (kept < BITS_IN_BYTE)
			bytes[i] &= (unsigned char)~(BYTE >> kept);
	}
}

enum block_read block_read(struct block *block, const char *text)
{
	const char *slash = strchr(text, '/');
	char host[ADDR_HOST_TEXT];
	uint64_t bits;
	size_t size;

	if (!slash || slash == text || (size_t)(slash - text) >= sizeof(host))
		return BLOCK_NONE;
	memcpy(host, text, (size_t)(slash - text));
	host[slash - text] = '\0';
	if (addr_parse_numeric(host, 0, &block->next) < 0)
		return BLOCK_NONE;
	host_bytes(&block->next, &size);
	size *= BITS_IN_BYTE;
	if (num_parse(slash + 1, 0, UINT64_MAX, &bits))
		return BLOCK_NONE;
	if (bits > size)
		return BLOCK_TOO_SMALL;
	if (size - bits > BITS_MOST)
		return BLOCK_TOO_LARGE;
	clear_behind(&block->next, (size_t)bits);
	block->left = UINT64_C(1) << (size - bits);
	return BLOCK_READ;
}

const char *block_next(struct block *block, char out[ADDR_TEXT])
{
	size_t size;
	unsigned char *bytes = host_bytes(&block->next, &size);

	addr_text_host(&block->next, out);
	block->left--;
	while (size > 0 && ++bytes[size - 1] == 0)
		size--;
	return out;
}
