/* SPDX-License-Identifier: ISC */
/* raw_posix.c - raw IP sockets that take an IPv4 header as it goes out, as FreeBSD and OpenBSD
 * do. */
#include "core/os/link/raw.h"

const bool os_raw_host_order = false;
