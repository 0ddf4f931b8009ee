/* SPDX-License-Identifier: ISC */
/* split.h - where in a stream of bytes one datagram ends and the next begins. Pure. */
#ifndef UDP_SEND_SPLIT_H
#define UDP_SEND_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

enum split_mode { SPLIT_UNSET, SPLIT_WHOLE, SPLIT_LINE, SPLIT_NUL, SPLIT_SIZE };

struct split_rule {
	enum split_mode mode;
	size_t size; /* for SPLIT_SIZE */
};

/* Find the first datagram in the SIZE bytes at DATA; ENDED: nothing comes after them. Returns how
 * many bytes it takes up, including its delimiter, and in *LENGTH its own length; 0: there is none
 * yet or, at the end, no more. */
size_t split_next(const struct split_rule *rule, const unsigned char *data, size_t size, bool ended,
	size_t *length);

#endif
