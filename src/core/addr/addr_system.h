/* SPDX-License-Identifier: ISC */
/* addr_system.h - how socket addresses differ between systems; addr_system_posix.c and
 * addr_system_bsd.c each provide all of it. */
#ifndef CORE_ADDR_ADDR_SYSTEM_H
#define CORE_ADDR_ADDR_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/addr/addr.h"

/* Where a Unix socket's path lies in its address, and how much room it has. */
enum {
	ADDR_PATH_AT = offsetof(struct sockaddr_un, sun_path),
	ADDR_PATH_MAX = sizeof(((struct sockaddr_un *)0)->sun_path),
};

/* Make ADDR an address of FAMILY and SIZE bytes, the rest of which is zero. If an address holds its
 * own size (the BSDs' sa_len), that is set too: an address that is embedded in an option or passed
 * to getnameinfo(3) must have it. */
void addr_begin(struct addr *addr, int family, size_t size);

/* Whether a Unix socket may have a name that is not a path (unix(7)). */
extern const bool addr_has_abstract;

#endif
