/* SPDX-License-Identifier: ISC */
/* bucket.c - a token bucket. */

#include "base/bucket.h"

#include "base/num.h"

double bucket_earn(struct bucket *b, int64_t now_ns)
{
	if (b->asked_ns != 0)
		b->credit += b->rate * ((double)(now_ns - b->asked_ns) / (double)NUM_NS_PER_S);
	if (b->credit > b->most)
		b->credit = b->most;
	b->asked_ns = now_ns;
	return b->credit;
}

void bucket_spend(struct bucket *b, double tokens)
{
	b->credit -= tokens;
}

int64_t bucket_wait_ns(const struct bucket *b, double tokens)
{
	const double hour_s = 3600;
	double wait_s = (tokens - b->credit) / b->rate;

	return 1 + (int64_t)((wait_s < hour_s ? wait_s : hour_s) * (double)NUM_NS_PER_S);
}
