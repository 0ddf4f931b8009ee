/* SPDX-License-Identifier: ISC */
/* limits.c - the idle and the total time of a connection that no relay serves. */

#include "tcp/server/limits.h"

static int64_t earliest(const struct limits *l)
{
	int64_t idle = l->plan->idle_ns ? l->moved_ns + l->plan->idle_ns : INT64_MAX;
	int64_t end = l->plan->max_ns ? l->started_ns + l->plan->max_ns : INT64_MAX;

	return idle < end ? idle : end;
}

/* Traffic only stores the time; so the timer may come too early, and then is set anew. */
static void look(void *arg)
{
	struct limits *l = arg;
	int64_t now = loop_now(l->loop);

	if (l->plan->max_ns && now >= l->started_ns + l->plan->max_ns)
		l->fn(l->arg, "limit");
	else if (l->plan->idle_ns && now >= l->moved_ns + l->plan->idle_ns)
		l->fn(l->arg, "timeout");
	else
		loop_timer_set(l->loop, &l->timer, earliest(l) - now);
}

void limits_start(struct limits *l, struct loop *loop, const struct relay_plan *plan, limits_fn *fn,
	void *arg)
{
	*l = (struct limits){.loop = loop, .plan = plan, .fn = fn, .arg = arg};
	l->started_ns = l->moved_ns = loop_now(loop);
	loop_timer_init(&l->timer, look, l);
	if (plan->idle_ns || plan->max_ns)
		loop_timer_set(loop, &l->timer, earliest(l) - l->moved_ns);
}

void limits_moved(struct limits *l)
{
	l->moved_ns = loop_now(l->loop);
}

void limits_again(struct limits *l)
{
	limits_moved(l);
	look(l);
}

void limits_stop(struct limits *l)
{
	loop_timer_stop(l->loop, &l->timer);
}
