/* SPDX-License-Identifier: ISC */
/* bucket.c - tests of base/bucket.h. */
#include "base/bucket.h"

#include "base/num.h"
#include "tap.h"

/* Whether TOKENS come after WAIT_NS plus a nanosecond for the processor's rounding: the x87 of
 * 32-bit systems rounds differently. */
static bool comes_after(const struct bucket *b, double tokens, int64_t wait_ns)
{
	int64_t ns = bucket_wait_ns(b, tokens);

	return ns >= wait_ns && ns <= wait_ns + 1;
}

static void test_rate(void)
{
	const int64_t start_ns = 5 * NUM_NS_PER_S;
	struct bucket b = {.rate = 10, .most = 2, .credit = 1};

	OK(bucket_earn(&b, start_ns) == 1, "a bucket begins with what it was given");
	bucket_spend(&b, 1);
	OK(comes_after(&b, 1, NUM_NS_PER_S / 10), "the next token comes a tenth later");
	OK(bucket_earn(&b, start_ns + NUM_NS_PER_S / 20) == 0.5, "half the time, half a token");
	OK(bucket_earn(&b, start_ns + NUM_NS_PER_S) == 2, "no more is kept than fits");
	bucket_spend(&b, 5);
	OK(bucket_earn(&b, start_ns + NUM_NS_PER_S) == -3, "what was overspent is owed");
	OK(comes_after(&b, 0, 3 * NUM_NS_PER_S / 10), "and comes first");
}

static void test_slow(void)
{
	const int64_t hour_ns = 3600 * NUM_NS_PER_S;
	struct bucket b = {.rate = 1e-9, .most = 1};

	OK(bucket_earn(&b, 1) == 0, "it may begin empty");
	OK(bucket_wait_ns(&b, 1) == hour_ns + 1, "nobody waits for more than an hour at once");
}

int main(void)
{
	test_rate();
	test_slow();
	return tap_end();
}
