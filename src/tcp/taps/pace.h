/* SPDX-License-Identifier: ISC */
/* pace.h - how much may go on, and when: so many bytes a second, or a pause after each line. Pure:
 * the caller passes the time. */
#ifndef TCP_TAPS_PACE_H
#define TCP_TAPS_PACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/bucket.h"
#include "core/stream/tap.h"

/* A bucket for so many bytes a second. They go on in small pieces, fifty a second; a late wake-up
 * is made up for, up to a quarter of a second. The bucket counts bytes, and is below zero after
 * bytes that went on without being asked about. */
struct bucket pace_rate_bucket(uint64_t bytes_per_second);

/* As tap_kind's allow; report what went on with bucket_spend. */
size_t pace_rate_allow(struct bucket *bucket, struct tap_question *q);

/* A pause after each line. The owner sets PAUSE_NS; everything else is zero. A line goes on as a
 * whole, once its newline has come or no more will come. */
struct pace_lines {
	int64_t pause_ns;
	int64_t until_ns; /* when the pause ends */
	int64_t asked_ns;
};

size_t pace_lines_allow(struct pace_lines *p, struct tap_question *q);

/* These bytes went on. */
void pace_lines_spend(struct pace_lines *p, const unsigned char *data, size_t size);

#endif
