/* SPDX-License-Identifier: ISC */
/* target.h - a socket that sends to one endpoint: a host, a group, a subnet, a Unix socket. */
#ifndef UDP_TARGET_H
#define UDP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/addr/addr.h"
#include "core/os/os_dgram.h"
#include "core/sock/sock.h"
#include "udp/unix_name.h"

struct bytes;

struct target_plan {
	const struct endpoint *endpoint;
	int family; /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool numeric;
	const char *source;	 /* HOST[:PORT], or unix:PATH; NULL: any */
	const char *source_port; /* NULL: any */
	bool broadcast;		 /* the user knows */
	bool replies;		 /* answers must find the socket */
	unsigned interface;	 /* 0: as the routes say */
	const struct sock_options *options;
};

struct target {
	int fd;
	struct addr peer;
	bool connected; /* else answers may come from anyone: of a group, of a subnet */
	unsigned interface;
	size_t limit; /* bytes that a datagram holds */
	struct unix_name name;
	char *source_path; /* a Unix socket's own file; NULL: none */
};

/* Open T. An exit status: STATUS_DONE, or one line in WHY. Looks names up, blocking. Release in any
 * case. */
int target_open(struct target *t, const struct target_plan *plan, struct bytes *why);
void target_release(struct target *t);

/* How os_dgram_send reaches it. */
struct os_dgram_route target_route(const struct target *t);

#endif
