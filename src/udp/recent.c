/* SPDX-License-Identifier: ISC */
/* recent.c - copies of the datagrams that were sent last. */
#include "udp/recent.h"

#include <stdlib.h>
#include <string.h>

void recent_add(struct recent *r, const struct iovec *one)
{
	struct iovec *item = &r->item[r->next];

	item->iov_len = 0;
	if (r->room[r->next] < one->iov_len) {
		void *grown = realloc(item->iov_base, one->iov_len);

		if (!grown)
			return;
		item->iov_base = grown;
		r->room[r->next] = one->iov_len;
	}
	if (one->iov_len > 0)
		memcpy(item->iov_base, one->iov_base, one->iov_len);
	item->iov_len = one->iov_len;
	r->next = (r->next + 1) % RECENT_MAX;
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
		free(r->item[i].iov_base);
}
