/* SPDX-License-Identifier: ISC */
/* ports.h - the sockets on which udp-listen takes datagrams. */
#ifndef UDP_PORTS_H
#define UDP_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/addr/addr.h"
#include "core/listener.h"
#include "core/os/os_dgram.h"
#include "core/sock/sock.h"
#include "udp/group.h"
#include "udp/port.h"

struct bytes;

struct ports {
	struct listeners sockets;
	struct port *item; /* one for each of them */
	size_t count;
};

struct ports_plan {
	int family; /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool numeric;
	const struct sock_options *options;
	const struct groups *groups;
	struct os_dgram_wishes wishes;
};

/* Bind to E, as listeners_add does, and join the groups. An exit status: STATUS_DONE, or one line
 * in WHY. */
int ports_open(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why);

/* The sum of what the kernel has dropped; -1: unknown. */
int64_t ports_drops(const struct ports *ports);

void ports_close(struct ports *ports);

#endif
