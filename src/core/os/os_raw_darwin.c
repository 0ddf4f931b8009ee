/* SPDX-License-Identifier: ISC */
/* os_raw_darwin.c - raw IP sockets of macOS. */
#include "core/os/os_raw.h"

const bool os_raw_host_order = true;
