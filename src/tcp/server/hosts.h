/* SPDX-License-Identifier: ISC */
/* hosts.h - how many connections each host has. A /64 of IPv6 counts as one host. */
#ifndef TCP_SERVER_HOSTS_H
#define TCP_SERVER_HOSTS_H

#include <stdint.h>

#include "base/checked.h"
#include "core/addr/addr.h"

struct hosts;

/* An empty table; NULL with errno ENOMEM. */
struct hosts *hosts_new(void) CHECKED;
void hosts_free(struct hosts *h);

/* Add a connection of ADDR's host; ADDR is of a family that has hosts, and its port does not
 * matter, nor what follows the first 64 bits of an IPv6 address. Returns how many the host has now;
 * 0 if memory ran out, and none was added. */
uint64_t hosts_add(struct hosts *h, const struct addr *addr) CHECKED;

/* Remove one, which must have been added. */
void hosts_drop(struct hosts *h, const struct addr *addr);

#endif
