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
	bool broadcast;		 /* it was given */
	bool replies;		 /* answers must find the socket */
	bool anyone;		 /* answers may come from others than the one asked */
	unsigned interface;	 /* 0: as the routes say */
	const char *groups_only; /* an option that was given and means groups; NULL: none */
	const struct sock_options *options;
};

struct target {
	int fd;
	struct addr peer;
	bool connected; /* else answers may come from any address: to a group or a subnet */
	bool many;	/* it is a group or a broadcast address */
	unsigned interface;
	size_t limit; /* bytes that a datagram holds */
	struct unix_name name;
	char *source_path; /* a Unix socket's own file; NULL: none */
};

/* Open T. An exit status: STATUS_DONE, or one line in WHY. Looks names up, blocking. Release in any
 * case. */
enum status target_open(
	struct target *t, const struct target_plan *plan, struct bytes *why) CHECKED;
void target_release(struct target *t);

/* The same for a socket that is opened again and again: T has no socket, and is to be released all
 * the same. It is no failure if there is no route to it, or no socket, for now. */
enum status target_find(
	struct target *t, const struct target_plan *plan, struct bytes *why) CHECKED;

/* A socket towards what target_find has found in MODEL. 0, or -1 with errno and nothing to release.
 */
int target_open_again(
	const struct target *model, const struct sock_options *options, struct target *t) CHECKED;

/* Forget to which peer the socket is connected, and connect it again: for a peer that has bound its
 * path anew, or a changed address of this host. 0, or -1 with errno. */
int target_connect_again(const struct target *t) CHECKED;

/* Let FD send to broadcast addresses. 0, or -1 with errno. */
int target_allow_broadcast(int fd) CHECKED;

/* How os_dgram_send reaches it. */
struct os_dgram_route target_route(const struct target *t);

#endif
