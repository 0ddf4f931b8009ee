/* SPDX-License-Identifier: ISC */
/* ready.h - announce that we listen: a line, a file, systemd (sd_notify(3)). */
#ifndef CORE_READY_H
#define CORE_READY_H

#include <stddef.h>

#include "base/checked.h"
#include "base/status.h"

struct bytes;
struct endpoint;
struct listeners;

/* Where to report it, and the endpoints that were asked for. */
struct ready_plan {
	const char *file; /* NULL: none */
	const struct endpoint *endpoints;
	size_t count;
};

/* Log each address of L with -v, or without it if the kernel chose a port; write the addresses, one
 * a line, to the plan's file, atomically; and send READY=1 to $NOTIFY_SOCKET if that is set. An
 * exit status: STATUS_DONE, or one line in WHY about the file; a failure to notify systemd is only
 * logged. */
enum status ready_announce(
	const struct listeners *l, const struct ready_plan *plan, struct bytes *why) CHECKED;

#endif
