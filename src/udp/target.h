/* SPDX-License-Identifier: ISC */
/* target.h - a socket that sends to one endpoint: a host, a group, a subnet, a Unix socket. */
#ifndef UDP_TARGET_H
#define UDP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/os/dgram/dgram.h"
#include "core/sock/sock.h"
#include "udp/unix_name.h"

struct bytes;

struct target_plan {
	const struct endpoint *endpoint;
	int family; /* AF_UNSPEC, AF_INET, AF_INET6 */
	bool numeric;
	const char *source;	 /* HOST[:PORT], or unix:PATH; NULL: any */
	const char *source_port; /* NULL: any */
	const char *permit;	 /* the option that allows a subnet's broadcast address */
	bool broadcast;		 /* that option was given */
	bool replies;		 /* the socket must be able to receive answers */
	bool anyone;		 /* answers may come from others than the one asked */
	unsigned interface;	 /* 0: by the routing table */
	const char *groups_only; /* an option that was given and applies to groups only; NULL:
				  * none */
	const struct sock_options *options;
};

struct target {
	int fd;
	struct addr peer;
	bool connected; /* if not, answers may come from any address: it is a group or a subnet */
	bool many;	/* it is a group or a broadcast address */
	unsigned interface;
	size_t limit; /* bytes that a datagram can hold */
	struct unix_name name;
	char *source_path; /* a Unix socket's own file; NULL: none */
};

/* Open T. An exit status: STATUS_DONE, or one line in WHY. Looks up names, which blocks. Release T
 * in any case. */
enum status target_open(
	struct target *t, const struct target_plan *plan, struct bytes *why) CHECKED;
void target_release(struct target *t);

/* As target_open for sockets that are opened again and again: T has no socket, but must be released
 * all the same. It is not a failure if there is no route to the peer, or no such socket, for
 * now. */
enum status target_find(
	struct target *t, const struct target_plan *plan, struct bytes *why) CHECKED;

/* Open T, a socket to what target_find has found in MODEL. 0, or -1 with errno and nothing to
 * release. */
int target_open_again(
	const struct target *model, const struct sock_options *options, struct target *t) CHECKED;

/* Disconnect the socket from its peer and connect it again: for a peer that has bound its path
 * anew, or after an address of this host has changed. 0, or -1 with errno. */
int target_connect_again(const struct target *t) CHECKED;

/* Let FD send to broadcast addresses. 0, or -1 with errno. */
int target_allow_broadcast(int fd) CHECKED;

/* The route to T for os_dgram_send. */
struct os_dgram_route target_route(const struct target *t);

#endif
