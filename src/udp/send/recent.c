/* SPDX-License-Identifier: ISC */
/* recent.c - copies of the last datagrams sent. */
#include "udp/send/recent.h"

#include <stdlib.h>
#include <string.h>

void recent_refer(struct recent *r, const struct iovec *one)
{
	r->item[r->next] = *one;
	r->next = (r->next + 1) % RECENT_MAX;
}

void recent_add(struct recent *r, const struct iovec *one)
{
	struct iovec *own = &r->own[r->next], copy = {.iov_len = one->iov_len};

	if (own->iov_len < one->iov_len) {
		void *grown = realloc(own->iov_base, one->iov_len);

		if (!grown)
			return;
		own->iov_base = grown;
		own->iov_len = one->iov_len;
	}
	copy.iov_base = own->iov_base;
	if (one->iov_len > 0)
		memcpy(copy.iov_base, one->iov_base, one->iov_len);
	recent_refer(r, &copy);
}

bool recent_take(struct recent *r, size_t size, struct iovec *one)
{
	for (size_t i = 0; i < RECENT_MAX; i++) {
		struct iovec *item = &r->item[(r->next + i) % RECENT_MAX];

		if (item->iov_len <= size)
			continue;
		*one = *item;
		item->iov_len = 0;
		return true;
	}
	return false;
}

void recent_release(struct recent *r)
{
	for (size_t i = 0; i < RECENT_MAX; i++)
		free(r->own[i].iov_base);
}
