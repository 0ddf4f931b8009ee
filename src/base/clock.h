/* SPDX-License-Identifier: ISC */
/* clock.h - the two clocks: one that only goes forward, and one that people read. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

enum { CLOCK_TEXT = 40 };

/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t clock_ns(void);

/* CLOCK_REALTIME. */
struct timespec clock_wall(void);

/* WHEN in UTC as RFC 3339 with microseconds: 2026-01-31T12:34:56.789012Z. Returns OUT. */
const char *clock_text(struct timespec when, char out[CLOCK_TEXT]);

#endif
