/* SPDX-License-Identifier: ISC */
/* bucket.h - a token bucket: RATE tokens a second come in, and up to MOST of them are kept. Pure:
 * the caller passes the time (clock_ns). */
#ifndef BASE_BUCKET_H
#define BASE_BUCKET_H

#include <stdint.h>

/* The owner sets RATE (above zero), MOST and the initial CREDIT; the rest is zero. */
struct bucket {
	double rate;
	double most;
	double credit; /* below zero once more was spent than there was */
	int64_t asked_ns;
};

/* The number of tokens at NOW_NS. */
double bucket_earn(struct bucket *b, int64_t now_ns);

void bucket_spend(struct bucket *b, double tokens);

/* How long after the last bucket_earn there will be TOKENS tokens: from 1 ns to an hour, which is
 * far enough ahead and cannot overflow. */
int64_t bucket_wait_ns(const struct bucket *b, double tokens);

#endif
