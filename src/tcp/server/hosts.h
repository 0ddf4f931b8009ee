/* SPDX-License-Identifier: ISC */
/* hosts.h - how many connections each host has. An IPv6 host has a /64 to itself. */
#ifndef TCP_SERVER_HOSTS_H
#define TCP_SERVER_HOSTS_H

#include <stdint.h>

#include "base/checked.h"
#include "core/addr/addr.h"

struct hosts;

/* An empty table; NULL with errno ENOMEM. */
struct hosts *hosts_new(void) CHECKED;
void hosts_free(struct hosts *h);

/* One more connection of ADDR's host (of a family that has hosts; neither the port counts nor what
 * follows the first 64 bits of an IPv6 address): how many it has now; 0 if memory ran out, and it
 * was not added. */
uint64_t hosts_add(struct hosts *h, const struct addr *addr) CHECKED;

/* One fewer. It must have been added. */
void hosts_drop(struct hosts *h, const struct addr *addr);

#endif
