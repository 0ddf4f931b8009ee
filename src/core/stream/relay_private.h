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

/* End the relay, for REASON; or because END could not be read or written (ERROR is the errno). */
void relay_end(struct relay *relay, enum relay_reason reason);
void relay_fail(struct relay *relay, const struct end *end, bool writing, int error);

/* Flow F has run: if it has failed, the relay fails; if it is done, its end is passed on, or noted
 * if there is no half-close. */
void relay_heed_flow(struct relay *relay, int f);

/* Nobody reads side 0's output any longer. */
void relay_reader_gone(struct relay *relay);

/* End it if both flows have, or a limit is reached. */
void relay_judge(struct relay *relay);

/* What to wait for on FD, in bits of enum loop_want; 0 for nothing. */
unsigned relay_wanted(const struct relay *relay, int fd);

/* When the next limit is reached, and what it means; INT64_MAX: never, and *REASON is unchanged. */
int64_t relay_next_limit(const struct relay *relay, enum relay_reason *reason);

/* Make sure that the timer is set for the next limit or for an earlier time: traffic moves limits,
 * but not the timer. The timer is allocated when it is first needed. 0, or -1 with errno. */
int relay_set_timer(struct relay *relay) CHECKED;

/* The timer's function; ARG is the relay. */
void relay_on_time(void *arg);

#endif
