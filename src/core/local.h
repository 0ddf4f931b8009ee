/* SPDX-License-Identifier: ISC */
/* local.h - the local end that a socket is to be bound to before it connects or sends. */
#ifndef CORE_LOCAL_H
#define CORE_LOCAL_H

#include <stdbool.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"

struct bytes;

/* One address for each family; size 0: none of that family. */
struct local {
	struct addr in, in6;
	int type;
};

/* What the user said of it, one of the two at the least. */
struct local_plan {
	const char *source;	 /* HOST[:PORT]; NULL: any address */
	const char *source_port; /* NULL: that of SOURCE, else any */
	int family;		 /* AF_UNSPEC, AF_INET, AF_INET6 */
	int type;		 /* SOCK_STREAM, SOCK_DGRAM: services differ */
	bool numeric;
};

/* Find LOCAL. An exit status: STATUS_DONE, or one line in WHY. Looks names up, blocking: for use
 * at start. */
enum status local_read(
	struct local *local, const struct local_plan *plan, struct bytes *why) CHECKED;

/* Whether LOCAL (NULL: anything will do) has no address of FAMILY, one of IP; then local_explain
 * says so, whatever ERR is. */
bool local_lacks(const struct local *local, int family);

/* Bind FD, a socket of FAMILY, to LOCAL; nothing for families that are not IP. 0, or -1 with errno
 * (EAFNOSUPPORT: LOCAL has no address of this family). */
int local_bind(int fd, int family, const struct local *local) CHECKED;

/* Add one line to WHY: local_bind failed with ERR. The exit status. */
enum status local_explain(const struct local *local, int family, int err, struct bytes *why);

#endif
