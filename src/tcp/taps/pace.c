/* SPDX-License-Identifier: ISC */
/* pace.c - how much may go on when. */

#include "tcp/taps/pace.h"

#include <string.h>

#include "base/num.h"

enum {
	PIECES = 50,  /* a second */
	CATCH_UP = 4, /* a quarter of a second */
};

static double at_least_one(double bytes)
{
	return bytes < 1 ? 1 : bytes;
}

static void earn(struct pace_rate *p, int64_t now_ns)
{
	double rate = (double)p->rate, most = at_least_one(rate / (double)CATCH_UP);

	if (p->asked_ns == 0)
		p->credit = at_least_one(rate / (double)PIECES);
	else
		p->credit += rate * ((double)(now_ns - p->asked_ns) / (double)NUM_NS_PER_S);
	if (p->credit > most)
		p->credit = most;
	p->asked_ns = now_ns;
}

size_t pace_rate_allow(struct pace_rate *p, struct tap_question *q)
{
	double rate = (double)p->rate, piece = at_least_one(rate / (double)PIECES);

	earn(p, q->now_ns);
	if (piece > (double)q->size)
		piece = (double)q->size;
	/* An hour is far enough ahead, and fits. */
	if (p->credit < piece) {
		double wait = (piece - p->credit) / rate;

		q->again_ns = q->now_ns + 1 +
			(int64_t)((wait < 3600 ? wait : 3600) * (double)NUM_NS_PER_S);
		return 0;
	}
	return p->credit < (double)q->size ? (size_t)p->credit : q->size;
}

void pace_rate_spend(struct pace_rate *p, size_t size)
{
	p->credit -= (double)size;
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
