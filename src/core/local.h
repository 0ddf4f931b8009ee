/* SPDX-License-Identifier: ISC */
/* local.h - the local address to which a socket is bound before it connects or sends. */
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

/* What the user gave: SOURCE, SOURCE_PORT, or both. */
struct local_plan {
	const char *source;	 /* HOST[:PORT]; NULL: any address */
	const char *source_port; /* NULL: that of SOURCE, or any */
	int family;		 /* AF_UNSPEC, AF_INET, AF_INET6 */
	int type;		 /* SOCK_STREAM, SOCK_DGRAM: services differ */
	bool numeric;
};

/* Find LOCAL. An exit status: STATUS_DONE, or one line in WHY. It looks up names, which blocks: for
 * use at start. */
enum status local_read(
	struct local *local, const struct local_plan *plan, struct bytes *why) CHECKED;

/* Whether LOCAL (NULL: any address will do) lacks an address of FAMILY, which is AF_INET or
 * AF_INET6; local_explain then reports that, whatever ERR is. */
bool local_lacks(const struct local *local, int family);

/* Bind FD, a socket of FAMILY, to LOCAL; does nothing for families other than IP. 0, or -1 with
 * errno (EAFNOSUPPORT: LOCAL has no address of this family). */
int local_bind(int fd, int family, const struct local *local) CHECKED;

/* Add one line to WHY that explains why local_bind failed with ERR. Returns the exit status. */
enum status local_explain(const struct local *local, int family, int err, struct bytes *why);

#endif
