/* SPDX-License-Identifier: ISC */
/* dgram.h - datagrams, where systems differ: many in one call, and what comes with each.
 *
 * dgram_linux.c and dgram_posix.c provide the calls; group_*.c those for groups; control.c and
 * inet_*.c the ancillary data. No call here ever waits, whatever the mode of the descriptor. */
#ifndef CORE_OS_DGRAM_DGRAM_H
#define CORE_OS_DGRAM_DGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>
#include <time.h>

#include "base/checked.h"
#include "core/addr/addr.h"

enum {
	OS_DGRAM_BATCH = 32,   /* how many are received at once */
	OS_DGRAM_ROOM = 65536, /* holds any datagram */
	OS_DGRAM_SEND = 1024,  /* how many are sent with one call */
};

/* What to ask of a socket; all of it best effort. */
struct os_dgram_wishes {
	bool destination; /* report the address that it was sent to */
	bool time;	  /* report when the kernel received it */
	bool merged;	  /* several datagrams of one sender may come as one */
	bool own_groups;  /* only the groups that this very socket has joined */
};
void os_dgram_prepare(int fd, int family, const struct os_dgram_wishes *wishes);

/* The previous values of what os_dgram_prepare changes, for sockets that others share. A value that
 * is not known is taken to be that of a new socket. */
enum { OS_DGRAM_OPTIONS = 6 };
struct os_dgram_state {
	int value[OS_DGRAM_OPTIONS];
};
void os_dgram_save(int fd, int family, struct os_dgram_state *state);
void os_dgram_restore(int fd, int family, const struct os_dgram_state *state);

/* A datagram received, or several of one sender. DATA and ROOM are the caller's. */
struct os_dgram {
	unsigned char *data;
	size_t room;
	size_t size;	      /* bytes stored */
	size_t whole;	      /* bytes it had, if known */
	size_t segment;	      /* not 0: several datagrams of this many bytes; the last may be
			       * shorter */
	struct addr peer;     /* in the form for sending back; size 0: it has no name */
	struct addr asked;    /* where it was sent to, port 0; size 0: unknown */
	struct addr answer;   /* the address from which to answer; size 0: any */
	struct timespec time; /* tv_sec 0: unknown */
};

/* Receive up to COUNT (at most OS_DGRAM_BATCH). Their number, or -1 with errno. */
int os_dgram_receive(int fd, struct os_dgram *each, int count) CHECKED;

/* Where datagrams go. */
struct os_dgram_route {
	const struct addr *peer; /* NULL: the socket is connected */
	const struct addr *from; /* NULL or size 0: as the system chooses */
	unsigned interface;	 /* 0: by the routing table; IPv4 only */
};

/* A socket that sends UDP datagrams of FAMILY with any source that the route and their headers
 * give: what is sent on it begins with the UDP header (RFC 768), and the peer of the route has port
 * 0. It receives nothing. Needs CAP_NET_RAW. -1 with errno (ENOSYS). */
int os_dgram_open_raw(int family) CHECKED;

/* Whether the system can cut one large datagram sent on FD into datagrams of equal size. */
bool os_dgram_can_merge(int fd);

/* Send the COUNT datagrams EACH on FD. Returns how many the kernel took, or -1 with errno if it
 * took none. With *MERGE, runs of equal size are sent as one; if this route turns out not to
 * support that, *MERGE is cleared and nothing is lost. */
int os_dgram_send(int fd, const struct os_dgram_route *route, const struct iovec *each, int count,
	bool *merge) CHECKED;

/* A multicast group, from SOURCE (NULL: any), on INTERFACE (0: by the routing table). */
struct os_dgram_membership {
	const struct addr *group, *source;
	unsigned interface;
};

/* Make the socket FD join it, and leave it again. 0, or -1 with errno (EOPNOTSUPP: the system has
 * no source-specific groups). */
int os_dgram_join(int fd, const struct os_dgram_membership *m) CHECKED;
void os_dgram_leave(int fd, const struct os_dgram_membership *m);

/* How many bytes of payload reach the peer of the connected socket FD of FAMILY unfragmented, as
 * far as the system knows the path; 0: unknown. */
size_t os_dgram_path_limit(int fd, int family);

/* How many datagrams the kernel had to drop on FD; -1: unknown. */
int64_t os_dgram_drops(int fd);

/* Give the Unix socket FD some unused name. 0, or -1 with errno (ENOSYS). */
int os_dgram_name(int fd) CHECKED;

#endif
