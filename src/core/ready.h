/* SPDX-License-Identifier: ISC */
/* ready.h - tell others that we listen: a file, systemd (sd_notify(3)), or a line. */
#ifndef CORE_READY_H
#define CORE_READY_H

#include <stddef.h>

struct bytes;

/* Write LINES (the bound addresses, one a line) to FILE, atomically, where FILE is not NULL, and
 * send READY=1 to $NOTIFY_SOCKET where that is set. 0, or -1 with errno of FILE's failure;
 * systemd's is only logged. */
int ready_announce(const char *file, const char *lines);

#endif
