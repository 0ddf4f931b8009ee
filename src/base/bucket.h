/* SPDX-License-Identifier: ISC */
/* bucket.h - a token bucket: RATE tokens a second come in, up to MOST of them are kept. Pure: the
 * caller says what time it is (clock_ns). */
#ifndef BASE_BUCKET_H
#define BASE_BUCKET_H

#include <stdint.h>

/* RATE (above zero) and MOST are set, and CREDIT to what it begins with; the rest is zero. */
struct bucket {
	double rate;
	double most;
	double credit; /* below zero after more was spent than was there */
	int64_t asked_ns;
};

/* How many tokens there are NOW. */
double bucket_earn(struct bucket *b, int64_t now_ns);

void bucket_spend(struct bucket *b, double tokens);

/* How long after the last bucket_earn there are TOKENS of them: 1 ns to an hour, which is far
 * enough ahead, and fits. */
int64_t bucket_wait_ns(const struct bucket *b, double tokens);

#endif
