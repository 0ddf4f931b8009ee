/* SPDX-License-Identifier: ISC */
/* retry.h - --wait: try again, at growing intervals, until the time has passed. */
#ifndef TCP_RETRY_H
#define TCP_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "core/loop/loop.h"

struct bytes;

/* The rounds of one attempt; the memory is the owner's. */
struct retry {
	struct loop *loop;
	int64_t wait_ns; /* 0: one round */
	int64_t give_up_ns;
	int64_t delay_ns; /* before the next round */
	struct loop_timer timer;
};

/* Begin now. FN(ARG), called by the loop, begins each round but the first. WAIT_NS 0: only one
 * round. */
void retry_init(
	struct retry *retry, struct loop *loop, int64_t wait_ns, loop_timer_fn *fn, void *arg);
void retry_stop(struct retry *retry);

/* How long a round that begins now may take, TIMEOUT_NS being its own limit (0: none); 0: no limit.
 * The last round, begun when time is nearly up, still gets a moment. */
int64_t retry_round_time(const struct retry *retry, int64_t timeout_ns);

/* A round failed with STATUS: whether there will be another, because waiting may help (refused,
 * timed out, not found) and time is left. If so, FN is called after a pause. */
CHECKED bool retry_again(struct retry *retry, enum status status);

/* The exit status if no other round follows the one that failed with STATUS; if time ran out, `
 * (waited 60s)` is added to WHY. */
enum status retry_give_up(const struct retry *retry, enum status status, struct bytes *why) CHECKED;

#endif
