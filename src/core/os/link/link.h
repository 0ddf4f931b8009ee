/* SPDX-License-Identifier: ISC */
/* link.h - the network interfaces of this host.
 *
 * link.c has what is the same everywhere; link_linux.c, link_posix.c and link_bsd.c each provide
 * the rest. */
#ifndef CORE_OS_LINK_LINK_H
#define CORE_OS_LINK_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"

enum { OS_MAC_SIZE = 6 };

/* A network interface. */
struct os_link {
	const char *name; /* the caller's */
	unsigned index;
	unsigned mtu;
	unsigned char mac[OS_MAC_SIZE];
	bool up;
	bool ethernet; /* takes Ethernet frames; the loopback does too */
};

/* Ask about the interface NAME, which must outlive LINK. 0, or -1 with errno: ENODEV, or ENOSYS if
 * the system does not report it. */
int os_link_find(const char *name, struct os_link *link) CHECKED;

/* The broadcast addresses of this host's IPv4 networks, in host order, into OUT, which has ROOM for
 * so many. Their number; 0 if not known. */
size_t os_broadcasts(uint32_t *out, size_t room);

#endif
