/* SPDX-License-Identifier: ISC */
/* addr_system_posix.c - socket addresses of Linux and POSIX. */
#include "core/addr/addr_system.h"

/* Linux has abstract names; other systems refuse such an address themselves. */
const bool addr_has_abstract = true;

void addr_begin(struct addr *addr, int family, size_t size)
{
	*addr = (struct addr){.size = (socklen_t)size};
	addr->u.sa.sa_family = (sa_family_t)family;
}
