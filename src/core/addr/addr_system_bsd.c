/* SPDX-License-Identifier: ISC */
/* addr_system_bsd.c - socket addresses of the BSDs and macOS, which contain their own size. */
#include "core/addr/addr_system.h"

const bool addr_has_abstract = false;

void addr_begin(struct addr *addr, int family, size_t size)
{
	*addr = (struct addr){.size = (socklen_t)size};
	addr->u.sa.sa_len = (unsigned char)size;
	addr->u.sa.sa_family = (sa_family_t)family;
}
