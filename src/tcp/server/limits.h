/* SPDX-License-Identifier: ISC */
/* limits.h - the idle and the total time of a connection that no relay serves. */
#ifndef TCP_SERVER_LIMITS_H
#define TCP_SERVER_LIMITS_H

#include <stdint.h>

#include "core/loop/loop.h"
#include "core/stream/relay.h"

/* REASON: "timeout" (idle) or "limit" (too long). */
typedef void limits_fn(void *arg, const char *reason);

struct limits {
	struct loop *loop;
	const struct relay_plan *plan; /* idle_ns and max_ns count; 0: no limit */
	int64_t started_ns, moved_ns;
	struct loop_timer timer;
	limits_fn *fn;
	void *arg;
};

/* Watch the clock from now on; FN is called once when a limit is reached. */
void limits_start(struct limits *l, struct loop *loop, const struct relay_plan *plan, limits_fn *fn,
	void *arg);

/* Bytes moved: the idle time begins anew. Costs nothing. */
void limits_moved(struct limits *l);

/* From FN: bytes moved after all; go on watching. */
void limits_again(struct limits *l);

void limits_stop(struct limits *l);

#endif
