/* SPDX-License-Identifier: ISC */
/* tcp.h - what the kernel knows about a connection, and how it is kept alive.
 *
 * tcp_linux.c, tcp_posix.c, tcp_bsd.c (FreeBSD, NetBSD), tcp_darwin.c and tcp_openbsd.c each
 * provide all of it. */
#ifndef CORE_OS_TCP_H
#define CORE_OS_TCP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"

/* The bytes sent on the TCP or Unix stream socket FD that its peer has not acknowledged, or -1 with
 * errno. Some systems count the end of sending as one. */
int os_unsent(int fd);

/* Whether something is on its way and moves: BYTES are left of it, and were not at the last look,
 * *LAST (at first 0), which becomes BYTES. */
static inline bool os_delivers(uint32_t bytes, uint32_t *last)
{
	bool moves = bytes > 0 && bytes != *last;

	*last = bytes;
	return moves;
}

/* The kernel's view of a TCP connection. 0, or -1 with errno. */
struct os_tcp_info {
	int64_t rtt_ns;
	int64_t retransmits; /* -1: unknown */

	/* 0 unless os_tcp_counts: */
	uint64_t received_bytes;
	uint64_t acked_bytes;
	uint64_t sent_bytes; /* given to the socket, whether or not they have left it */
	int64_t silent_ns;   /* since data was last sent or received, to the millisecond */
};
int os_tcp_info(int fd, struct os_tcp_info *info) CHECKED;

/* Whether the system counts the bytes of a connection, and knows how long it has been silent. */
extern const bool os_tcp_counts;

/* The options of IPPROTO_TCP for when an idle peer is probed and at what interval, in seconds, and
 * for how many probes it may miss; -1 for one that does not exist, which setsockopt(2) refuses. */
enum { OS_KEEPALIVE = 3 };
extern const int os_tcp_keepalive[OS_KEEPALIVE];

/* The option of SOL_SOCKET whose struct linger is in seconds. */
extern const int os_tcp_linger;

#endif
