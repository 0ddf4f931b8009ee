/* SPDX-License-Identifier: ISC */
/* pace.h - how much may go on when: so many bytes a second, or a pause after each line. Pure: the
 * caller says what time it is. */
#ifndef TCP_TAPS_PACE_H
#define TCP_TAPS_PACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bucket.h"
#include "core/stream/tap.h"

/* Bytes a second. What is let on comes in small pieces, fifty a second; what a late wake-up missed
 * is made up for, up to a quarter of a second. The bucket holds bytes; below zero after bytes that
 * were not asked for. */
struct bucket pace_rate_bucket(uint64_t bytes_per_second);

/* As tap_kind's allow; bucket_spend tells what went on. */
size_t pace_rate_allow(struct bucket *bucket, struct tap_question *q);

/* A pause after each line. PAUSE_NS is set, all else zero. A line goes on whole: once its newline
 * has come, or no more comes. */
struct pace_lines {
	int64_t pause_ns;
	int64_t until_ns; /* the pause ends */
	int64_t asked_ns;
};

size_t pace_lines_allow(struct pace_lines *p, struct tap_question *q);

/* These bytes went on. */
void pace_lines_spend(struct pace_lines *p, const unsigned char *data, size_t size);

#endif
