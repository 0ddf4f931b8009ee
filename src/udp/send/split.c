/* SPDX-License-Identifier: ISC */
/* split.c - where in a stream of bytes one datagram ends and the next begins. */
#include "udp/send/split.h"

#include <string.h>

static size_t next_delimited(
	unsigned char delimiter, const unsigned char *data, size_t size, bool ended, size_t *length)
{
	const unsigned char *found = memchr(data, delimiter, size);

	if (found) {
		*length = (size_t)(found - data);
		return *length + 1;
	}
	*length = size;
	return ended ? size : 0;
}

size_t split_next(const struct split_rule *rule, const unsigned char *data, size_t size, bool ended,
	size_t *length)
{
	*length = size;
	if (size == 0)
		return 0;
	switch (rule->mode) {
	case SPLIT_LINE: return next_delimited('\n', data, size, ended, length);
	case SPLIT_NUL: return next_delimited('\0', data, size, ended, length);
	case SPLIT_SIZE:
		if (size >= rule->size) {
			*length = rule->size;
			return rule->size;
		}
		break;
	default: break;
	}
	return ended ? size : 0;
}
