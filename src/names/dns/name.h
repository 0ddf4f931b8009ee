/* SPDX-License-Identifier: ISC */
/* name.h - domain names: text, and the bytes of a message (RFC 1035 sections 3.1 and 4.1.4). */
#ifndef NAMES_DNS_NAME_H
#define NAMES_DNS_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"

struct addr;
struct bytes;

enum { DNS_NAME_MAX = 255, DNS_LABEL_MAX = 63 };

/* A name as labels, each preceded by its length, ending with the empty one of the root; not
 * compressed. */
struct dns_name {
	unsigned char wire[DNS_NAME_MAX];
	size_t size;
};

/* Read TEXT, with or without a dot at its end; `\.`, `\\` and `\DDD` are bytes of a label. NULL, or
 * the reason. */
const char *dns_name_parse(const char *text, struct dns_name *name) CHECKED;

/* The name below in-addr.arpa or ip6.arpa that stands for the address ADDR (IPv4 or IPv6). */
void dns_name_of_address(const struct addr *addr, struct dns_name *name);

/* Read the name at *AT of the MESSAGE, SIZE bytes long, following compression, and set *AT to its
 * end. Pointers may only go back, so this always terminates. NULL, or the reason. */
const char *dns_name_read(
	const unsigned char *message, size_t size, size_t *at, struct dns_name *name) CHECKED;

/* Where the name at AT of the MESSAGE, SIZE bytes long, ends, if it is one that dns_name_read can
 * read; otherwise any position, but not beyond the message. */
size_t dns_name_end(const unsigned char *message, size_t size, size_t at);

/* Append NAME as in a zone file without the final dot; the root is `.`. Always plain ASCII. */
void dns_name_add(struct bytes *out, const struct dns_name *name);

/* Whether both are the same, ignoring case. */
bool dns_name_equal(const struct dns_name *a, const struct dns_name *b);

/* Whether NAME is in the domain ABOVE, but not equal to it. */
bool dns_name_is_below(const struct dns_name *name, const struct dns_name *above);

#endif
