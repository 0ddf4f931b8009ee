/* SPDX-License-Identifier: ISC */
/* inet.h - the local address to which a datagram over IPv4 was sent, or from which one is sent;
 * only for this folder.
 *
 * inet_posix.c (with Linux), inet_bsd.c and inet_darwin.c each provide all of it. */
#ifndef CORE_OS_DGRAM_INET_H
#define CORE_OS_DGRAM_INET_H

#include <netinet/in.h>

#include "core/os/dgram/control.h"

/* The option that dgram_inet_request sets, and its value on a new socket. */
extern const struct dgram_option dgram_inet_option;

/* Make FD report the destination of each datagram. */
void dgram_inet_request(int fd);

/* Read the control message C of IPPROTO_IP into D. False: it is not one that is known here. */
bool dgram_inet_read(const struct cmsghdr *c, struct os_dgram *d);

/* Append to M the source FROM (NULL: as the system chooses), and the INTERFACE (0: by the routing
 * table) if the system supports that. */
void dgram_inet_add(struct msghdr *m, const struct in_addr *from, unsigned interface);

#endif
