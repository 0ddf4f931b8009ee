/* SPDX-License-Identifier: ISC */
/* control.h - the ancillary data of datagrams, only for this folder. */
#ifndef CORE_OS_DGRAM_CONTROL_H
#define CORE_OS_DGRAM_CONTROL_H

#include <stddef.h>
#include <sys/socket.h>

#include "base/checked.h"
#include "core/os/dgram/dgram.h"

/* A time, two addresses (IPv4 and IPv6) and a segment size take 128 bytes. */
enum { DGRAM_CONTROL = 160 };

/* Room for all ancillary data of one datagram. */
struct dgram_control {
	_Alignas(struct cmsghdr) unsigned char bytes[DGRAM_CONTROL];
};

/* Make FD report the destination of each datagram, if the system can. */
void dgram_control_request(int fd, int family);

/* setsockopt(2), best effort. */
void dgram_option_set(int fd, int level, int option, int value);

/* An option of a socket, and its value on a new one. */
struct dgram_option {
	int family; /* AF_UNSPEC: any */
	int level, option;
	int value;
};

/* Save and restore COUNT OPTIONS (at most 4), and those that dgram_control_request sets; those of
 * IPv6 only if FAMILY is AF_INET6. */
void dgram_options_save(int fd, int family, const struct dgram_option *options, size_t count,
	struct os_dgram_state *state);
void dgram_options_restore(int fd, int family, const struct dgram_option *options, size_t count,
	const struct os_dgram_state *state);

/* Read one control message into D. False: it is not one that is known here. */
bool dgram_control_read(const struct cmsghdr *c, struct os_dgram *d);

/* The control message of M that follows C (NULL: the first), or NULL. */
struct cmsghdr *dgram_control_next(struct msghdr *m, struct cmsghdr *c);

/* Append SIZE bytes of DATA as a control message to M, whose msg_control has room. */
void dgram_control_add(struct msghdr *m, int level, int type, const void *data, size_t size);

/* Append the source and the interface of ROUTE. */
void dgram_control_add_route(struct msghdr *m, const struct os_dgram_route *route);

#endif
