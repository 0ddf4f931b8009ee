/* SPDX-License-Identifier: ISC */
/* dial.c - connect to an endpoint: its addresses, known or looked up, and the end. */

#include "tcp/dial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/status.h"
#include "core/sock/sock.h"
#include "tcp/dial_private.h"

void dial_cancel(struct dial *d)
{
	if (!d)
		return;
	dial_race_stop(d);
	loop_timer_stop(d->loop, &d->timeout);
	loop_defer_cancel(d->loop, &d->begin);
	if (d->request)
		name_cancel(d->request);
	bytes_release(&d->reason.why);
	free(d);
}

void dial_finish(struct dial *d, int fd, const struct addr *peer)
{
	dial_fn *fn = d->fn;
	void *arg = d->arg;
	struct bytes why = d->reason.why;
	enum status status = fd >= 0 ? STATUS_DONE : d->reason.status;

	d->reason.why = (struct bytes){0};
	dial_cancel(d);
	fn(arg, fd, peer, status, fd >= 0 ? NULL : bytes_reason(&why));
	bytes_release(&why);
}

static void dial_timeout(void *arg)
{
	struct dial *d = arg;

	dial_reason_timeout(&d->reason, d->plan->timeout_ns);
	dial_finish(d, -1, NULL);
}

/* Keep the addresses of ANSWER that may be connected to; returns their number. */
static size_t keep_allowed(const struct dial *d, struct name_answer *answer)
{
	size_t kept = 0;

	for (size_t i = 0; i < answer->count; i++) {
		addr_unmap(&answer->addrs[i]);
		if (access_permits_target(d->plan->targets, &answer->addrs[i]))
			answer->addrs[kept++] = answer->addrs[i];
	}
	answer->count = kept;
	return kept;
}

static struct name_query query_of(const struct dial *d)
{
	return (struct name_query){.host = d->endpoint->host,
		.port = d->endpoint->port,
		.family = d->plan->family,
		.type = SOCK_STREAM,
		.numeric = d->plan->numeric,
		.owner = d->owner};
}

static void names_known(void *arg, enum name_result r, struct name_answer *answer)
{
	struct dial *d = arg;
	const struct name_query q = query_of(d);

	d->request = NULL;
	if (r != NAME_FOUND) {
		dial_reason_name(&d->reason, r, &q);
		dial_finish(d, -1, NULL);
		return;
	}
	if (d->plan->targets && keep_allowed(d, answer) == 0) {
		dial_reason_text(&d->reason, STATUS_NOT_PERMITTED, "this target is not allowed");
		dial_finish(d, -1, NULL);
	} else {
		dial_race_start(d, answer);
	}
	name_answer_release(answer);
}

static void lookup_start(struct dial *d)
{
	const struct name_query q = query_of(d);
	struct name_answer answer = {0};

	if (d->plan->known) {
		dial_race_start(d, d->plan->known);
		return;
	}
	if (name_is_immediate(&q)) {
		names_known(d, name_lookup(&q, &answer), &answer);
		return;
	}
	d->request = name_start(d->loop, &q, names_known, d);
	if (!d->request)
		names_known(d, NAME_FAILED, &answer);
}

/* An inherited socket is already connected, or of no use. */
static void adopt(struct dial *d)
{
	int fd = d->endpoint->fd;
	struct addr peer;

	if (sock_peer(fd, &peer) == 0) {
		dial_finish(d, fd, &peer);
		return;
	}
	if (errno == EBADF)
		dial_reason_text(&d->reason, STATUS_NOT_FOUND, "no such descriptor");
	else
		dial_reason_text(&d->reason, STATUS_FAILED,
			errno == ENOTCONN ? "not a connected socket" : status_reason(errno));
	dial_finish(d, -1, NULL);
}

static void begin(void *arg)
{
	struct dial *d = arg;
	struct name_answer answer = {.addrs = (struct addr *)&d->endpoint->addr, .count = 1};

	if (d->endpoint->kind == ENDPOINT_FD) {
		adopt(d);
		return;
	}
	if (d->plan->timeout_ns && loop_timer_set(d->loop, &d->timeout, d->plan->timeout_ns) < 0) {
		dial_reason_text(&d->reason, STATUS_FAILED, status_reason(errno));
		dial_finish(d, -1, NULL);
		return;
	}
	if (d->endpoint->kind == ENDPOINT_INET)
		lookup_start(d);
	else
		dial_race_start(d, &answer);
}

struct dial *dial_start(struct loop *loop, const struct endpoint *e, const struct dial_plan *plan,
	dial_fn *fn, void *arg)
{
	struct dial *d = malloc(sizeof *d);

	if (!d)
		return NULL;
	*d = (struct dial){.loop = loop,
		.endpoint = e,
		.plan = plan,
		.fn = fn,
		.arg = arg,
		.reason = {.endpoint = e, .plan = plan, .status = STATUS_FAILED}};
	loop_timer_init(&d->timeout, dial_timeout, d);
	loop_defer(loop, &d->begin, begin, d);
	return d;
}

void dial_set_owner(struct dial *d, uint64_t owner)
{
	d->owner = owner;
}
