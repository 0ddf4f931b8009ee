/* SPDX-License-Identifier: ISC */
/* loop_timer.c - the loop's timers, a binary heap, and its deferred calls. */
#include "core/loop/loop.h"

#include "base/grow.h"
#include "core/loop/loop_private.h"

void loop_timer_init(struct loop_timer *timer, loop_timer_fn *fn, void *arg)
{
	*timer = (struct loop_timer){.fn = fn, .arg = arg};
}

static void put(struct loop *loop, struct loop_timer *timer, size_t slot)
{
	loop->timers[slot] = timer;
	timer->slot = slot;
}

static void rise(struct loop *loop, struct loop_timer *timer, size_t slot)
{
	while (slot > 1 && timer->at_ns < loop->timers[slot / 2]->at_ns) {
		put(loop, loop->timers[slot / 2], slot);
		slot /= 2;
	}
	put(loop, timer, slot);
}

static void sink(struct loop *loop, struct loop_timer *timer, size_t slot)
{
	for (;;) {
		size_t child = 2 * slot;
		if (child < loop->timer_count &&
			loop->timers[child + 1]->at_ns < loop->timers[child]->at_ns)
			child++;
		if (child > loop->timer_count || timer->at_ns <= loop->timers[child]->at_ns)
			break;
		put(loop, loop->timers[child], slot);
		slot = child;
	}
	put(loop, timer, slot);
}

/* Put TIMER in its place in the heap, starting at SLOT. */
static void place(struct loop *loop, struct loop_timer *timer, size_t slot)
{
	rise(loop, timer, slot);
	sink(loop, timer, timer->slot);
}

static int make_room(struct loop *loop)
{
	size_t least = loop->timer_count + 2; /* slot 0 is not used */
	struct loop_timer **larger = grow(loop->timers, &loop->timer_room, least, sizeof(*larger));
	if (!larger)
		return -1;
	loop->timers = larger;
	return 0;
}

int loop_timer_set(struct loop *loop, struct loop_timer *timer, int64_t delay_ns)
{
	if (!timer->slot && make_room(loop) != 0)
		return -1;
	int64_t now = loop_now(loop);
	/* A timer is never due in the turn that sets it: one that sets itself again must not keep
	 * the loop from its descriptors. */
	if (delay_ns < 1)
		delay_ns = 1;
	timer->at_ns = delay_ns > INT64_MAX - now ? INT64_MAX : now + delay_ns;
	place(loop, timer, timer->slot ? timer->slot : ++loop->timer_count);
	return 0;
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	if (!timer->slot)
		return;
	struct loop_timer *last = loop->timers[loop->timer_count--];
	if (last != timer)
		place(loop, last, timer->slot);
	timer->slot = 0;
}

int64_t loop_timers_left(const struct loop *loop)
{
	if (loop->timer_count == 0)
		return -1;
	int64_t left = loop->timers[1]->at_ns - loop->now_ns;
	return left <= 1 ? 0 : left; /* 1: it was set with a delay of 0 */
}

void loop_timers_run(struct loop *loop)
{
	while (loop->timer_count > 0 && loop->timers[1]->at_ns <= loop->seen_ns && !loop->stopped) {
		struct loop_timer *timer = loop->timers[1];
		loop_timer_stop(loop, timer);
		timer->fn(timer->arg);
	}
}

void loop_defer(struct loop *loop, struct loop_defer *node, loop_post_fn *fn, void *arg)
{
	node->fn = fn;
	node->arg = arg;
	if (node->queued)
		return;
	node->queued = true;
	node->next = NULL;
	if (loop->deferred)
		loop->deferred_last->next = node;
	else
		loop->deferred = node;
	loop->deferred_last = node;
}

/* Remove NODE from the list at FIRST. Returns the node before it; NULL: none. */
static struct loop_defer *take_out(struct loop_defer **first, const struct loop_defer *node)
{
	struct loop_defer *before = NULL;
	for (struct loop_defer **link = first; *link; link = &(*link)->next) {
		if (*link == node) {
			*link = node->next;
			return before;
		}
		before = *link;
	}
	return NULL;
}

void loop_defer_cancel(struct loop *loop, struct loop_defer *node)
{
	if (!node->queued)
		return;
	node->queued = false;
	take_out(&loop->deferred_now, node);
	struct loop_defer *before = take_out(&loop->deferred, node);
	if (loop->deferred_last == node)
		loop->deferred_last = before;
}

void loop_deferred_run(struct loop *loop)
{
	if (!loop->deferred_now) {
		loop->deferred_now = loop->deferred;
		loop->deferred = NULL;
	}
	while (loop->deferred_now && !loop->stopped) {
		struct loop_defer *node = loop->deferred_now;
		loop->deferred_now = node->next;
		node->queued = false;
		node->fn(node->arg);
	}
}
