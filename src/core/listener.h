/* SPDX-License-Identifier: ISC */
/* listener.h - the sockets on which a server waits for connections, or for datagrams. */
#ifndef CORE_LISTENER_H
#define CORE_LISTENER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/sock/sock.h"
#include "core/unix_file.h"

struct bytes;

struct listener {
	int fd;
	int family;	  /* of the socket: AF_INET6 where it takes IPv4 too */
	int type;	  /* of the socket, and of those it accepts */
	struct addr addr; /* as bound */
	bool inherited;	  /* its O_NONBLOCK must not be changed: accept only what poll announced */
	bool owns_file;	  /* we created the Unix socket file */
	struct unix_file file;
};

struct listeners {
	struct listener *item;
	size_t count;
};

struct listener_plan {
	int family;    /* AF_UNSPEC, AF_INET, AF_INET6 */
	int type;      /* SOCK_STREAM, SOCK_DGRAM */
	int unix_type; /* for a Unix socket; SOCK_SEQPACKET too */
	int backlog;   /* for connections */
	int unix_mode; /* mode of the Unix socket file; -1: by the umask */
	bool numeric;
	const struct sock_options *options;
};

/* Listen on E and add it to L: an empty host on IPv6 and IPv4 together, a name on all its addresses
 * (with one port number for all if it is 0), a Unix path (only a stale socket file is replaced), or
 * an inherited socket. Returns an exit status; if that is not STATUS_DONE, WHY has one line. */
enum status listeners_add(struct listeners *l, const struct endpoint *e,
	const struct listener_plan *plan, struct bytes *why) CHECKED;

/* Leave removing the files to another process. */
void listeners_disown(struct listeners *l);

/* Close all, remove the files that are still ours, and forget them. */
void listeners_close(struct listeners *l);

#endif
