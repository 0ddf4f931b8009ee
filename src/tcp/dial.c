/* SPDX-License-Identifier: ISC */
/* dial.c - connect to an endpoint: all its addresses raced as RFC 8305 says. */

#include "tcp/dial.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/checked.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/os/host.h"
#include "core/sock/sock.h"
#include "tcp/dial_reason.h"

/* RFC 8305 section 5: the Connection Attempt Delay. */
static const int64_t attempt_delay_ns = 250 * NUM_NS_PER_MS;
static const int64_t full_backlog_delay_ns = 10 * NUM_NS_PER_MS;

/* One address being tried. */
struct attempt {
	struct dial *dial;
	struct addr addr;
	int fd;			 /* -1: not started, or failed */
	struct loop_timer again; /* a Unix listener's backlog was full */
};

struct dial {
	struct loop *loop;
	const struct endpoint *endpoint;
	const struct dial_plan *plan;
	dial_fn *fn;
	void *arg;
	struct name_request *request;
	struct attempt *attempts; /* in the order in which they are to be tried */
	size_t count, started, failed;
	struct loop_timer next;	   /* the next attempt */
	struct loop_timer timeout; /* of all */
	struct loop_defer begin;
	uint64_t owner; /* of look-ups */
	struct dial_reason reason;
};

static void attempt_next(void *arg);

static void attempt_close(struct attempt *a)
{
	loop_timer_stop(a->dial->loop, &a->again);
	if (a->fd < 0)
		return;
	loop_close(a->dial->loop, a->fd);
	a->fd = -1;
}

static void race_release(struct dial *d)
{
	for (size_t i = 0; i < d->count; i++)
		attempt_close(&d->attempts[i]);
	free(d->attempts);
	d->attempts = NULL;
	d->count = d->started = d->failed = 0;
	loop_timer_stop(d->loop, &d->next);
	loop_timer_stop(d->loop, &d->timeout);
	loop_defer_cancel(d->loop, &d->begin);
	if (d->request)
		name_cancel(d->request);
	d->request = NULL;
}

void dial_cancel(struct dial *d)
{
	if (!d)
		return;
	race_release(d);
	bytes_release(&d->reason.why);
	free(d);
}

static void dial_finish(struct dial *d, int fd, const struct addr *peer)
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

/* All addresses failed, or there are none. */
static void dial_failed(struct dial *d)
{
	dial_finish(d, -1, NULL);
}

static void attempt_failed(struct attempt *a)
{
	struct dial *d = a->dial;

	attempt_close(a);
	d->failed++;
	if (d->failed == d->count)
		dial_failed(d);
	else if (d->started < d->count)
		attempt_next(d);
}

static void attempt_won(struct attempt *a)
{
	struct dial *d = a->dial;
	struct addr peer = a->addr;
	int fd = a->fd;
	const struct sock_setting *bad;

	/* Most are watched next: a change for the poller is one call, out and in are two. */
	loop_pause(d->loop, fd);
	if (sock_options_apply(d->plan->options, SOCK_CONNECTED, fd, addr_family(&peer), &bad) <
		0) {
		dial_reason_option(&d->reason, bad, errno);
		attempt_failed(a);
		return;
	}
	a->fd = -1;
	dial_finish(d, fd, &peer);
}

/* Whether A met itself, which needs a local port that is the target's, chosen by the system or by
 * the user. */
static bool met_itself(const struct attempt *a)
{
	uint16_t port = addr_port(&a->addr);

	return (a->dial->plan->source || os_may_choose_port(port)) && sock_met_itself(a->fd, port);
}

static void attempt_result(struct attempt *a, int err)
{
	if (!err && met_itself(a))
		err = ECONNREFUSED;
	if (!err) {
		attempt_won(a);
		return;
	}
	if (!a->dial->plan->source)
		err = sock_connect_errno(&a->addr, err);
	dial_reason_address(&a->dial->reason, &a->addr, err);
	attempt_failed(a);
}

static void attempt_ready(void *arg, int fd, unsigned ready)
{
	attempt_result(arg, ready & LOOP_GONE ? sock_connect_result(fd) : 0);
}

/* To an address of this host a connect has mostly ended by now, which the loop would tell only in
 * its next turn. What A is ready for. */
static unsigned look_at_once(const struct attempt *a)
{
	struct pollfd one = {.fd = a->fd, .events = POLLOUT};

	if (!addr_is_loopback(&a->addr) || poll(&one, 1, 0) <= 0)
		return 0;
	return one.revents == POLLOUT ? LOOP_WRITE : LOOP_WRITE | LOOP_GONE;
}

/* The connect of A goes on. */
static void attempt_await(struct attempt *a)
{
	unsigned ready = look_at_once(a);

	if (ready)
		attempt_ready(a, a->fd, ready);
	else if (loop_watch(a->dial->loop, a->fd, LOOP_WRITE | LOOP_GONE, attempt_ready, a) < 0)
		attempt_result(a, errno);
}

static void attempt_connect(void *arg)
{
	struct attempt *a = arg;
	struct loop *loop = a->dial->loop;
	int err = sock_connect(a->fd, &a->addr) == 0 ? 0 : errno;

	if (err == EAGAIN) {
		/* A Unix listener's backlog is full, and poll(2) cannot wait for that. */
		if (loop_timer_set(loop, &a->again, full_backlog_delay_ns) < 0)
			attempt_result(a, errno);
	} else if (err == EINPROGRESS || err == EINTR) {
		attempt_await(a);
	} else {
		attempt_result(a, err);
	}
}

static int socket_type(const struct dial_plan *plan, int family)
{
	return family == AF_UNIX ? plan->type : SOCK_STREAM;
}

struct end dial_end(const struct dial_plan *plan, int fd, const struct addr *peer)
{
	int family = addr_family(peer);

	return end_of_kind(fd, end_kind(family, socket_type(plan, family)));
}

static void attempt_start(struct attempt *a)
{
	struct dial *d = a->dial;
	const struct sock_setting *bad = NULL;
	int family = addr_family(&a->addr);
	char text[ADDR_TEXT];

	if (log_wants(LOG_DETAILS))
		log_detail("trying %s", addr_text(&a->addr, text));
	loop_timer_init(&a->again, attempt_connect, a);
	a->fd = sock_open(family, socket_type(d->plan, family), d->plan->options, &bad);
	if (a->fd < 0 && bad)
		dial_reason_option(&d->reason, bad, errno);
	else if (a->fd < 0)
		dial_reason_address(&d->reason, &a->addr, errno);
	if (a->fd < 0) {
		attempt_failed(a);
		return;
	}
	if (d->plan->source && local_bind(a->fd, family, d->plan->source) < 0) {
		if (errno == EAFNOSUPPORT)
			dial_reason_address(&d->reason, &a->addr, errno);
		else
			dial_reason_local(&d->reason, family, errno);
		attempt_failed(a);
		return;
	}
	attempt_connect(a);
}

/* The pause before the next attempt: shorter where the time allowed would otherwise run out before
 * the last address had its turn. */
static int64_t attempt_pause(const struct dial *d)
{
	int64_t fair = d->plan->timeout_ns / (int64_t)(d->count + 1);

	return d->plan->timeout_ns && fair < attempt_delay_ns ? fair : attempt_delay_ns;
}

static void attempt_next(void *arg)
{
	struct dial *d = arg;
	struct attempt *a = &d->attempts[d->started++];

	/* Without memory for the timer the next one begins when this one has failed. */
	if (d->started < d->count)
		UNCHECKED(loop_timer_set(d->loop, &d->next, attempt_pause(d)));
	else
		loop_timer_stop(d->loop, &d->next);
	attempt_start(a);
}

static void dial_timeout(void *arg)
{
	struct dial *d = arg;

	dial_reason_timeout(&d->reason, d->plan->timeout_ns);
	dial_failed(d);
}

/* RFC 8305 section 4: the first address stays first, after it the families take turns. */
static void interleave(struct attempt *attempts, const struct name_answer *answer, struct dial *d)
{
	size_t next[2] = {0, 0};
	int first = answer->count ? addr_family(&answer->addrs[0]) : AF_UNSPEC;
	int turn = 0;

	for (size_t n = 0; n < answer->count; turn = !turn) {
		size_t *i = &next[turn];

		while (*i < answer->count && (addr_family(&answer->addrs[*i]) != first) != turn)
			++*i;
		if (*i < answer->count)
			attempts[n++] = (struct attempt){
				.dial = d, .addr = answer->addrs[(*i)++], .fd = -1};
	}
}

/* Keep the addresses of ANSWER that may be connected to; their number. */
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

static void race_start(struct dial *d, const struct name_answer *answer)
{
	d->attempts = calloc(answer->count ? answer->count : 1, sizeof *d->attempts);
	if (!d->attempts || answer->count == 0) {
		dial_reason_text(&d->reason, STATUS_FAILED,
			status_reason(d->attempts ? EAFNOSUPPORT : ENOMEM));
		dial_failed(d);
		return;
	}
	interleave(d->attempts, answer, d);
	d->count = answer->count;
	attempt_next(d);
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
		dial_failed(d);
		return;
	}
	if (d->plan->targets && keep_allowed(d, answer) == 0) {
		dial_reason_text(&d->reason, STATUS_NOT_PERMITTED, "this target is not allowed");
		dial_failed(d);
	} else {
		race_start(d, answer);
	}
	name_answer_release(answer);
}

static void lookup_start(struct dial *d)
{
	const struct name_query q = query_of(d);
	struct name_answer answer = {0};

	if (d->plan->known) {
		race_start(d, d->plan->known);
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

/* An inherited socket is connected already, or it is no use. */
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
		race_start(d, &answer);
}

struct dial *dial_start(struct loop *loop, const struct endpoint *e, const struct dial_plan *plan,
	dial_fn *fn, void *arg)
{
	struct dial *d = calloc(1, sizeof *d);

	if (!d)
		return NULL;
	d->loop = loop;
	d->endpoint = e;
	d->plan = plan;
	d->fn = fn;
	d->arg = arg;
	d->reason = (struct dial_reason){.endpoint = e, .plan = plan, .status = STATUS_FAILED};
	loop_timer_init(&d->next, attempt_next, d);
	loop_timer_init(&d->timeout, dial_timeout, d);
	loop_defer(loop, &d->begin, begin, d);
	return d;
}

void dial_set_owner(struct dial *d, uint64_t owner)
{
	d->owner = owner;
}
