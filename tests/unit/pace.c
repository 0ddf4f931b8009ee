/* SPDX-License-Identifier: ISC */
/* pace.c - a rate and a pause between lines, with our own clock. */
#include "tcp/taps/pace.h"

#include <stdlib.h>

#include "base/num.h"
#include "tap.h"

enum { PLENTY = 1 << 20 };

static const int64_t start_ns = 1000 * NUM_NS_PER_S;
static unsigned char data[PLENTY];

/* The bytes that go on in SECONDS at RATE, if each wake-up is late by up to LATE_NS; *LARGEST is
 * the largest piece. */
static double run_rate(uint64_t rate, int64_t seconds, int64_t late_ns, size_t *largest)
{
	struct bucket p = pace_rate_bucket(rate);
	int64_t now = start_ns, end = start_ns + seconds * NUM_NS_PER_S;
	double sum = 0;

	*largest = 0;
	while (now < end) {
		struct tap_question q = {.data = data, .size = PLENTY, .now_ns = now};
		size_t n = pace_rate_allow(&p, &q);

		if (n == 0) {
			if (q.again_ns <= now)
				return -1;
			now = q.again_ns + (late_ns ? rand() % late_ns : 0);
			continue;
		}
		*largest = n > *largest ? n : *largest;
		bucket_spend(&p, (double)n);
		sum += (double)n;
	}
	return sum;
}

static void test_rate(void)
{
	static const uint64_t rates[] = {1, 3, 50, 1000, 100000, 10000000, UINT64_C(1) << 34};

	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		double wanted = (double)rates[i] * 10;
		size_t largest;
		double sum = run_rate(rates[i], 10, 0, &largest);

		OK(sum >= wanted * 0.95 - 1 && sum <= wanted * 1.05 + 1,
			"%llu bytes a second: %.0f in ten seconds", (unsigned long long)rates[i],
			sum);
		OK(largest <= rates[i] / 25 + 1, "in small pieces");
		sum = run_rate(rates[i], 10, 50 * NUM_NS_PER_MS, &largest);
		OK(sum >= wanted * 0.95 - 1 && sum <= wanted * 1.05 + 1,
			"late wake-ups are made up");
	}
}

static void test_rate_details(void)
{
	struct bucket p = pace_rate_bucket(1000);
	struct tap_question q = {.data = data, .size = 5, .now_ns = start_ns};

	OK(pace_rate_allow(&p, &q) == 5, "a small message goes at once");
	bucket_spend(&p, 105);
	q.now_ns++;
	OK(pace_rate_allow(&p, &q) == 0 && q.again_ns > start_ns + 80 * NUM_NS_PER_MS &&
			q.again_ns < start_ns + 110 * NUM_NS_PER_MS,
		"what was not asked for is made up for by waiting");
	q.now_ns = start_ns + 100 * NUM_NS_PER_S;
	q.size = PLENTY;
	OK(pace_rate_allow(&p, &q) == 250, "silence saves up a quarter of a second at most");
}

static void test_lines(void)
{
	struct pace_lines p = {.pause_ns = NUM_NS_PER_S};
	unsigned char text[] = "one\ntwo\nthr";
	struct tap_question q = {.data = text, .size = sizeof text - 1, .now_ns = start_ns};

	OK(pace_lines_allow(&p, &q) == 4, "the first line goes at once, alone");
	pace_lines_spend(&p, text, 4);
	q.data += 4;
	q.size -= 4;
	OK(pace_lines_allow(&p, &q) == 0 && q.again_ns == start_ns + NUM_NS_PER_S, "then a pause");
	q.now_ns += NUM_NS_PER_S;
	OK(pace_lines_allow(&p, &q) == 4, "then the next");
	pace_lines_spend(&p, q.data, 4);
	q.data += 4;
	q.size -= 4;
	OK(pace_lines_allow(&p, &q) == 0 && q.again_ns == TAP_WHEN_MORE_CAME, "half a line waits");
	q.last = true;
	OK(pace_lines_allow(&p, &q) == 0 && q.again_ns == start_ns + 2 * NUM_NS_PER_S,
		"a last one without a newline waits for the pause only");
	q.now_ns += NUM_NS_PER_S;
	OK(pace_lines_allow(&p, &q) == 3, "and goes");
}

int main(void)
{
	test_rate();
	test_rate_details();
	test_lines();
	return tap_end();
}
