/* SPDX-License-Identifier: ISC */
/* target_private.h - what target.c and target_inet.c share. An enum status that is not STATUS_DONE
 * comes with one line in WHY. */
#ifndef UDP_TARGET_PRIVATE_H
#define UDP_TARGET_PRIVATE_H

#include "udp/target.h"

/* The longest payload of a datagram: 64 KiB minus its headers (RFC 768, RFC 8200). */
enum { TARGET_INET_MAX = 65507, TARGET_INET6_MAX = 65527 };

/* Open T->fd for FAMILY, with the plan's options. */
enum status target_open_socket(
	struct target *t, int family, const struct target_plan *plan, struct bytes *why) CHECKED;

/* Explain why nothing can be sent to T->peer, which failed with ERR. */
enum status target_explain_peer(const struct target *t, int err, struct bytes *why) CHECKED;

/* connect(2) to T->peer. But if answers may come from others, only find out whether there is a
 * route: a socket that was once connected does not always receive from others afterwards. 0, or -1
 * with errno. */
int target_reach_peer(struct target *t, const struct target_plan *plan) CHECKED;

/* target_open and target_find for an endpoint that is a host and a port. */
enum status target_open_inet(
	struct target *t, const struct target_plan *plan, struct bytes *why) CHECKED;
enum status target_find_inet(
	struct target *t, const struct target_plan *plan, struct bytes *why) CHECKED;

#endif
