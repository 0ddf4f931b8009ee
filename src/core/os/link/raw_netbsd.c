/* SPDX-License-Identifier: ISC */
/* raw_netbsd.c - raw IP sockets of NetBSD. */
#include "core/os/link/raw.h"

const bool os_raw_host_order = true;
