/* SPDX-License-Identifier: ISC */
/* os_raw_netbsd.c - raw IP sockets of NetBSD. */
#include "core/os/os_raw.h"

const bool os_raw_host_order = true;
