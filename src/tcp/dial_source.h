/* SPDX-License-Identifier: ISC */
/* dial_source.h - the local end that a connection is to be made from. */
#ifndef TCP_DIAL_SOURCE_H
#define TCP_DIAL_SOURCE_H

#include <stdbool.h>

#include "core/addr.h"

struct bytes;

/* The local end to bind first, one address for each family; size 0: none of that family. */
struct dial_source {
	struct addr in, in6;
};

/* Find the local end HOST ("": any address), PORT (NULL: any port), for FAMILY. An exit status:
 * STATUS_DONE, or one line in WHY. Looks names up, blocking: for use at start. */
int dial_source_find(struct dial_source *source, const char *host, const char *port, int family,
	bool numeric, struct bytes *why);

/* Bind FD, a socket of FAMILY, to SOURCE; nothing for families that are not IP. 0, or -1 with errno
 * (EAFNOSUPPORT: SOURCE has no address of this family). */
int dial_bind(int fd, int family, const struct dial_source *source);

/* Add one line to WHY: binding SOURCE's address of FAMILY failed with ERR. The exit status. */
int dial_explain_source(const struct dial_source *source, int family, int err, struct bytes *why);

#endif
