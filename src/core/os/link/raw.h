/* SPDX-License-Identifier: ISC */
/* raw.h - how raw IP sockets differ; only for packet_posix.c. raw_posix.c, raw_darwin.c and
 * raw_netbsd.c each provide it. */
#ifndef CORE_OS_LINK_RAW_H
#define CORE_OS_LINK_RAW_H

#include <stdbool.h>

/* Whether the kernel expects the length and the fragment field of an IPv4 header that comes with
 * the packet (IP_HDRINCL of ip(4)) in host order instead of network order. */
extern const bool os_raw_host_order;

#endif
