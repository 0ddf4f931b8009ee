/* SPDX-License-Identifier: ISC */
/* conn_limits.c - the idle time and the total time of a connection. */

#include "tcp/server/conn_limits.h"

#include <errno.h>

#include "tcp/server/conn.h"
#include "tcp/server/server.h"

static const struct conn_limits *limits_of(const struct conn *c)
{
	return &c->server->plan->limits;
}

/* When the connection ends at the latest. */
static int64_t last_moment(const struct conn *c)
{
	int64_t max_ns = limits_of(c)->max_ns;

	return max_ns ? c->started_ns + max_ns : INT64_MAX;
}

/* When it will have been idle for too long, unless bytes move after MOVED_NS. */
static int64_t idle_moment(const struct conn *c, int64_t moved_ns)
{
	int64_t idle_ns = limits_of(c)->idle_ns;

	return idle_ns ? moved_ns + idle_ns : INT64_MAX;
}

/* Look again when the first limit is reached, which for idleness is IDLE. 0, or -1 with errno. */
static int look_at(struct conn *c, int64_t idle)
{
	struct loop *loop = c->server->loop;
	int64_t last = last_moment(c), next = idle < last ? idle : last;

	if (next == INT64_MAX)
		return 0;
	return loop_timer_set(loop, &conn_rare(c)->limit, next - loop_now(loop));
}

/* Traffic only stores the time, so the timer may fire too early; then it is set again. */
static void look(void *arg)
{
	struct conn *c = arg;
	int64_t seen = loop_seen(c->server->loop), idle;

	if (seen >= last_moment(c)) {
		conn_stop(c, "limit");
		return;
	}
	/* Finding out may cost a system call. */
	idle = idle_moment(c, limits_of(c)->idle_ns ? conn_moved_ns(c) : 0);
	if (seen >= idle)
		conn_stop(c, "timeout");
	else if (look_at(c, idle) < 0)
		conn_stop(c, conn_complain(c, errno));
}

int conn_limits_start(struct conn *c)
{
	struct conn_rare *rare = conn_rare(c);

	if (rare)
		loop_timer_init(&rare->limit, look, c);
	return look_at(c, idle_moment(c, c->moved_ns));
}

void conn_limits_stop(struct conn *c)
{
	struct conn_rare *rare = conn_rare(c);

	if (rare)
		loop_timer_stop(c->server->loop, &rare->limit);
}
