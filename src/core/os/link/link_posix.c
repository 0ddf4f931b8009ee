/* SPDX-License-Identifier: ISC */
/* link_posix.c - POSIX knows only the name and number of an interface. */
#define _DEFAULT_SOURCE /* struct timeval in net/if.h of some systems */
#include "core/os/link/link.h"

#include <errno.h>
#include <net/if.h>

int os_link_find(const char *name, struct os_link *link)
{
	*link = (struct os_link){.name = name, .index = if_nametoindex(name)};
	errno = link->index == 0 ? ENODEV : ENOSYS;
	return -1;
}
