/* SPDX-License-Identifier: ISC */
/* ports.h - the sockets on which udp-listen receives datagrams. */
#ifndef UDP_LISTEN_PORTS_H
#define UDP_LISTEN_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/listener.h"
#include "core/os/dgram/dgram.h"
#include "core/sock/sock.h"
#include "udp/group.h"
#include "udp/port.h"

struct bytes;

struct ports {
	struct listeners sockets;
	struct port *item; /* one for each of them */
	size_t count;
	const struct groups *groups;
};

struct ports_plan {
	int family; /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool numeric;
	const struct sock_options *options;
	struct groups *groups; /* must stay until ports_close */
	struct os_dgram_wishes wishes;
};

/* Bind to E, as listeners_add does, and join the groups. An exit status: STATUS_DONE, or one line
 * in WHY. */
enum status ports_open(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why) CHECKED;

/* Whether ADDR belongs to one of these sockets: it may be any address of this host to which the
 * socket is bound. */
bool ports_have(const struct ports *ports, const struct addr *addr);

/* How many datagrams the kernel has dropped on all of them; -1: unknown. */
int64_t ports_drops(const struct ports *ports);

/* Close the sockets; the options of an inherited one are restored. */
void ports_close(struct ports *ports);

#endif
