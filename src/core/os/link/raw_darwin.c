/* SPDX-License-Identifier: ISC */
/* raw_darwin.c - raw IP sockets of macOS. */
#include "core/os/link/raw.h"

const bool os_raw_host_order = true;
