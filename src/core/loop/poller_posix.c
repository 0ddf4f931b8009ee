/* SPDX-License-Identifier: ISC */
/* poller_posix.c - POSIX has only poll(2). */
#include "core/loop/poller.h"

#include <stddef.h>

const struct poller *const pollers[] = {&poller_poll, NULL};
