/* SPDX-License-Identifier: ISC */
/* packet.h - routes and packets below the socket interface of POSIX.
 *
 * packet_linux.c and packet_posix.c each provide all of it. What a system lacks fails with
 * errno ENOSYS. */
#ifndef CORE_OS_LINK_PACKET_H
#define CORE_OS_LINK_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include "base/checked.h"
#include "core/addr/addr.h"
#include "core/os/link/link.h"

/* The address that packets to TO would come FROM, and the MTU on the way there (0: not known), by
 * the routing table; through the interface IFNAME if that is not NULL. 0, or -1 with errno
 * (ENETUNREACH, ...). */
int os_route(const struct addr *to, const char *ifname, struct addr *from, unsigned *mtu) CHECKED;

/* A socket that sends whole Ethernet frames on LINK and receives nothing. Needs CAP_NET_RAW. -1
 * with errno. */
int os_frame_open(const struct os_link *link) CHECKED;

/* A socket of FAMILY that sends IP packets, with headers that the kernel builds for PROTOCOL, or
 * with OS_RAW_HEADER those in the packet; only through IFNAME if that is not NULL. The kernel adds
 * nothing else to the packet. Needs CAP_NET_RAW. -1 with errno. */
enum { OS_RAW_HEADER = -1 };
int os_raw_open(int family, int protocol, const char *ifname) CHECKED;

/* Limit packets whose headers the kernel builds, on a socket of os_raw_open of FAMILY, to HOPS
 * hops, also to groups. 0, or -1 with errno. */
int os_raw_hops(int fd, int family, int hops) CHECKED;

/* Send COUNT packets, at most OS_PACKETS, in order, with as few system calls as possible. TO is
 * NULL on a socket of os_frame_open. Returns how many were sent, or -1 with errno of the first. */
struct os_packet {
	const void *data;
	size_t size;
	const struct addr *to;
};
enum { OS_PACKETS = 256 };
int os_send_packets(int fd, const struct os_packet *packets, size_t count) CHECKED;

/* A socket that receives all frames of LINK or, if LINK is NULL, all IP packets of FAMILY, from the
 * IP header on. Needs CAP_NET_RAW. -1 with errno. */
int os_capture_open(const struct os_link *link, int family) CHECKED;

/* Read the next one from such a socket into DATA. A VLAN tag that the kernel took out is put back
 * in its place. Returns its length (what exceeds SIZE is cut off), or -1 with errno (EAGAIN). */
struct os_captured {
	struct timespec when; /* CLOCK_REALTIME, by the kernel */
	bool outgoing;	      /* one of this host's own */
};
ssize_t os_capture_read(int fd, void *data, size_t size, struct os_captured *info) CHECKED;

#endif
