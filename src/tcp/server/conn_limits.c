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

/* When it will have been idle for too long, unless bytes move. Finding out may cost a system
 * call. */
static int64_t idle_moment(struct conn *c)
{
	int64_t idle_ns = limits_of(c)->idle_ns;

	return idle_ns ? conn_moved_ns(c) + idle_ns : INT64_MAX;
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
	idle = idle_moment(c);
	if (seen >= idle)
		conn_stop(c, "timeout");
	else if (conn_limits_start(c) < 0)
		conn_stop(c, conn_complain(c, errno));
}

int conn_limits_start(struct conn *c)
{
	struct loop *loop = c->server->loop;
	int64_t idle = idle_moment(c), last = last_moment(c);
	int64_t next = idle < last ? idle : last;

	struct loop_timer *limit;

	if (next == INT64_MAX)
		return 0;
	limit = &conn_rare(c)->limit;
	loop_timer_init(limit, look, c);
	return loop_timer_set(loop, limit, next - loop_now(loop));
}

void conn_limits_stop(struct conn *c)
{
	struct conn_rare *rare = conn_rare(c);

	if (rare)
		loop_timer_stop(c->server->loop, &rare->limit);
}
