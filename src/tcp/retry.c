/* SPDX-License-Identifier: ISC */
/* retry.c - --wait: try again, at growing intervals, until the time has passed. */

#include "tcp/retry.h"

#include "base/bytes.h"
#include "base/fail.h"
#include "base/num.h"
#include "base/status.h"

static const int64_t first_delay_ns = 50 * NUM_NS_PER_MS;
static const int64_t last_delay_ns = NUM_NS_PER_S;
static const int64_t last_round_ns = 50 * NUM_NS_PER_MS;

void retry_init(
	struct retry *retry, struct loop *loop, int64_t wait_ns, loop_timer_fn *fn, void *arg)
{
	*retry = (struct retry){.loop = loop,
		.wait_ns = wait_ns,
		.give_up_ns = loop_now(loop) + wait_ns,
		.delay_ns = first_delay_ns};
	loop_timer_init(&retry->timer, fn, arg);
}

void retry_stop(struct retry *retry)
{
	if (retry->loop)
		loop_timer_stop(retry->loop, &retry->timer);
}

/* What is left of the time, at least 1; 0: there is only one round. */
static int64_t time_left(const struct retry *retry)
{
	int64_t left = retry->give_up_ns - loop_now(retry->loop);

	return retry->wait_ns == 0 ? 0 : left > 0 ? left : 1;
}

int64_t retry_round_time(const struct retry *retry, int64_t timeout_ns)
{
	int64_t left = time_left(retry);

	if (!left || (timeout_ns && timeout_ns <= left))
		return timeout_ns;
	return left > last_round_ns ? left : last_round_ns;
}

static bool is_worth_waiting(enum status status)
{
	return status == STATUS_REFUSED || status == STATUS_TIMED_OUT || status == STATUS_NOT_FOUND;
}

bool retry_again(struct retry *retry, enum status status)
{
	int64_t left = retry->give_up_ns - loop_now(retry->loop), delay = retry->delay_ns;

	if (!retry->wait_ns || left <= 0 || !is_worth_waiting(status))
		return false;
	retry->delay_ns = delay * 2 < last_delay_ns ? delay * 2 : last_delay_ns;
	if (loop_timer_set(retry->loop, &retry->timer, delay < left ? delay : left) == 0)
		return true;
	/* So that no message claims that there was waiting. */
	retry->wait_ns = 0;
	return false;
}

enum status retry_give_up(const struct retry *retry, enum status status, struct bytes *why)
{
	char time[NUM_TEXT];

	if (!retry->wait_ns || !is_worth_waiting(status))
		return status;
	return fail_with(
		why, STATUS_TIMED_OUT, " (waited %s)", num_show_time(retry->wait_ns, time));
}
