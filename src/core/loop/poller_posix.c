/* SPDX-License-Identifier: ISC */
/* poller_posix.c - POSIX has poll(2) alone. */
#include "core/loop/poller.h"

#include <stddef.h>

const struct poller *const pollers[] = {&poller_poll, NULL};
