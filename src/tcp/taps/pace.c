/* SPDX-License-Identifier: ISC */
/* pace.c - how much may go on, and when. */

#include "tcp/taps/pace.h"

#include <string.h>

enum {
	PIECES = 50,  /* a second */
	CATCH_UP = 4, /* a quarter of a second */
};

static double at_least_one(double bytes)
{
	return bytes < 1 ? 1 : bytes;
}

static double piece_of(double rate)
{
	return at_least_one(rate / (double)PIECES);
}

struct bucket pace_rate_bucket(uint64_t bytes_per_second)
{
	double rate = (double)bytes_per_second;

	return (struct bucket){.rate = rate,
		.most = at_least_one(rate / (double)CATCH_UP),
		.credit = piece_of(rate)};
}

size_t pace_rate_allow(struct bucket *bucket, struct tap_question *q)
{
	double piece = piece_of(bucket->rate), size = (double)q->size;
	double credit = bucket_earn(bucket, q->now_ns);

	if (piece > size)
		piece = size;
	if (credit < piece) {
		q->again_ns = q->now_ns + bucket_wait_ns(bucket, piece);
		return 0;
	}
	return credit < size ? (size_t)credit : q->size;
}

size_t pace_lines_allow(struct pace_lines *p, struct tap_question *q)
{
	const unsigned char *newline = memchr(q->data, '\n', q->size);

	p->asked_ns = q->now_ns;
	if (!newline && !q->last) {
		q->again_ns = TAP_WHEN_MORE_CAME;
		return 0;
	}
	if (q->now_ns < p->until_ns) {
		q->again_ns = p->until_ns;
		return 0;
	}
	return newline ? (size_t)(newline - q->data) + 1 : q->size;
}

void pace_lines_spend(struct pace_lines *p, const unsigned char *data, size_t size)
{
	if (data[size - 1] == '\n')
		p->until_ns = p->asked_ns + p->pause_ns;
}
