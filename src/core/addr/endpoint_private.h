/* SPDX-License-Identifier: ISC */
/* endpoint_private.h - what endpoint.c and endpoint_inet.c share. */
#ifndef CORE_ADDR_ENDPOINT_PRIVATE_H
#define CORE_ADDR_ENDPOINT_PRIVATE_H

#include <stddef.h>

#include "core/addr/addr.h"

struct bytes;

/* Add `WHAT "TEXT"HINT` to WHY, TEXT being SIZE bytes, cut if very long. */
void endpoint_complain(
	struct bytes *why, const char *what, const char *text, size_t size, const char *hint);

/* As endpoint_parse where WORDS begin with a host or a port. The caller always releases E. */
size_t endpoint_parse_inet(struct endpoint *e, enum endpoint_form form, char *const words[],
	size_t count, struct bytes *why);

#endif
