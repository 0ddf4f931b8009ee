/* SPDX-License-Identifier: ISC */
/* group.h - multicast groups to join: GROUP[@IFNAME] or SOURCE@GROUP[@IFNAME]. */
#ifndef UDP_GROUP_H
#define UDP_GROUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/addr/addr.h"

struct bytes;
struct opt_texts;

struct group {
	struct addr group;
	struct addr source; /* size 0: any */
	unsigned interface; /* 0: by the routing table */
	const char *text;   /* as typed */
	bool joined;	    /* by us, not by the program that opened the socket */
};

struct groups {
	struct group *item;
	size_t count;
};

/* Read TEXTS. An exit status: STATUS_DONE, or one line in WHY. Release after success. */
enum status groups_read(
	struct groups *groups, const struct opt_texts *texts, struct bytes *why) CHECKED;
void groups_release(struct groups *groups);

/* Whether a socket of FAMILY, which takes IPv4 too if DUAL, can join G. */
bool group_fits(const struct group *g, int family, bool dual);

/* Join on FD; already being a member is not a failure. An exit status: STATUS_DONE, or one line in
 * WHY. */
enum status group_join(struct group *g, int fd, struct bytes *why) CHECKED;
void group_leave(const struct group *g, int fd);

#endif
