/* SPDX-License-Identifier: ISC */
/* raw_posix.c - raw IP sockets that expect an IPv4 header in network order, as on FreeBSD and
 * OpenBSD. */
#include "core/os/link/raw.h"

const bool os_raw_host_order = false;
