/* SPDX-License-Identifier: ISC */
/* lines.c - put pieces of a stream together to whole lines. */

#include "tcp/services/lines.h"

#include <errno.h>
#include <string.h>

static int keep(struct lines *l, const unsigned char *data, size_t size)
{
	bytes_add(&l->begun, data, size);
	if (!l->begun.failed)
		return 0;
	errno = ENOMEM;
	return -1;
}

/* Pass on the incomplete line with the SIZE bytes that complete it. */
static int complete(
	struct lines *l, const unsigned char *data, size_t size, lines_fn *fn, void *arg)
{
	if (l->begun.size == 0) {
		fn(arg, data, size);
		return 0;
	}
	if (keep(l, data, size) < 0)
		return -1;
	fn(arg, l->begun.data, l->begun.size);
	bytes_release(&l->begun);
	return 0;
}

static int cut(struct lines *l, const unsigned char *at, size_t size, size_t limit, lines_fn *fn,
	void *arg)
{
	const unsigned char *end = at + size;

	while (at < end) {
		size_t left = (size_t)(end - at);
		size_t room = l->begun.size < limit ? limit - l->begun.size : 0;
		/* One byte more than fits, because the newline may follow LIMIT bytes. */
		size_t look = left > room ? room + 1 : left;
		const unsigned char *newline = memchr(at, '\n', look);
		size_t n = newline ? (size_t)(newline - at) : room;

		if (!newline && left <= room)
			return keep(l, at, left);
		if (complete(l, at, n, fn, arg) < 0)
			return -1;
		at += n + (newline != NULL);
	}
	return 0;
}

int lines_feed(
	struct lines *l, const void *data, size_t size, size_t limit, lines_fn *fn, void *arg)
{
	struct lines_total none = {0}, *total = l->total ? l->total : &none;
	int result;

	if (total->bytes > LINES_TOTAL_MAX && limit > LINES_SHORT)
		limit = LINES_SHORT;
	total->bytes -= l->total ? l->begun.size : 0;
	result = cut(l, data, size, limit, fn, arg);
	total->bytes += l->begun.size;
	return result;
}

void lines_release(struct lines *l)
{
	if (l->total)
		l->total->bytes -= l->begun.size;
	bytes_release(&l->begun);
}

void lines_end(struct lines *l, lines_fn *fn, void *arg)
{
	if (l->begun.size > 0 && !l->begun.failed)
		fn(arg, l->begun.data, l->begun.size);
	lines_release(l);
}
