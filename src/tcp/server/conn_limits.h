/* SPDX-License-Identifier: ISC */
/* conn_limits.h - the idle time and the total time of a connection, counted from accept, whatever
 * it is doing: connecting to a target, waiting for a proxy request, or sending what taps still
 * hold. */
#ifndef TCP_SERVER_CONN_LIMITS_H
#define TCP_SERVER_CONN_LIMITS_H

#include <stdint.h>

#include "base/checked.h"

struct conn;

/* For all connections of a server. 0: no limit. */
struct conn_limits {
	int64_t idle_ns, max_ns;
};

/* Watch the clock from now on: once a limit is reached, C is ended as conn_stop does, with the
 * reason "timeout" (idle) or "limit". 0, or -1 with errno. */
int conn_limits_start(struct conn *c) CHECKED;

void conn_limits_stop(struct conn *c);

#endif
