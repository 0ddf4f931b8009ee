/* SPDX-License-Identifier: ISC */
/* relay_private.h - what the parts of relay share. */
#ifndef CORE_STREAM_RELAY_PRIVATE_H
#define CORE_STREAM_RELAY_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/checked.h"
#include "core/stream/relay.h"

/* Whether flow F may still bring something to its sink. */
bool relay_is_live(const struct relay *relay, int f);

/* What of FD is waited for: of enum loop_want, 0 for nothing. */
unsigned relay_wanted(const struct relay *relay, int fd);

/* When the next limit is reached, and what it means; INT64_MAX: never, and *REASON is unchanged. */
int64_t relay_next_limit(const struct relay *relay, enum relay_reason *reason);

/* Have the timer set for what comes next, or before it: traffic moves limits, but not the timer. It
 * is made when it is needed first. 0, or -1 with errno. */
int relay_set_timer(struct relay *relay) CHECKED;

/* What the timer calls, with the relay. */
void relay_on_time(void *arg);

#endif
