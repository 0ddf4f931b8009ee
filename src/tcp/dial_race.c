/* SPDX-License-Identifier: ISC */
/* dial_race.c - race the addresses of one endpoint according to RFC 8305. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/checked.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "base/uncleared.h"
#include "core/os/host.h"
#include "tcp/dial_private.h"

/* RFC 8305 section 5: the Connection Attempt Delay. */
static const int64_t attempt_delay_ns = 250 * NUM_NS_PER_MS;
static const int64_t full_backlog_delay_ns = 10 * NUM_NS_PER_MS;

static void attempt_close(struct attempt *a)
{
	loop_timer_stop(a->dial->loop, &a->again);
	if (a->fd < 0)
		return;
	loop_close(a->dial->loop, a->fd);
	a->fd = -1;
}

static void attempt_next(void *arg);

static void attempt_failed(struct attempt *a)
{
	struct dial *d = a->dial;

	attempt_close(a);
	d->failed++;
	if (d->failed == d->count)
		dial_finish(d, -1, NULL);
	else if (d->started < d->count)
		attempt_next(d);
}

static void attempt_won(struct attempt *a)
{
	struct dial *d = a->dial;
	struct addr peer = a->addr;
	int fd = a->fd;
	const struct sock_setting *bad;

	/* Most are watched next: a change costs the poller one call, removing and adding two. */
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

/* Whether A met itself, which requires that the local port, chosen by the system or the user, is
 * the target's. */
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

/* A connect to an address of this host has usually finished by now, which the loop would report
 * only in its next turn. Returns what A is ready for. */
static unsigned look_at_once(const struct attempt *a)
{
	struct pollfd one = {.fd = a->fd, .events = POLLOUT};

	if (!addr_is_loopback(&a->addr) || poll(&one, 1, 0) <= 0)
		return 0;
	return one.revents == POLLOUT ? LOOP_WRITE : LOOP_WRITE | LOOP_GONE;
}

/* The connect of A is in progress. */
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
	UNCLEARED char text[ADDR_TEXT];

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

/* The pause before the next attempt: shorter if the time limit would otherwise pass before the last
 * address had its turn. */
static int64_t attempt_pause(const struct dial *d)
{
	int64_t fair = d->plan->timeout_ns / (int64_t)(d->count + 1);

	return d->plan->timeout_ns && fair < attempt_delay_ns ? fair : attempt_delay_ns;
}

static void attempt_next(void *arg)
{
	struct dial *d = arg;
	struct attempt *a = &d->attempts[d->started++];

	/* If there is no memory for the timer, the next one begins when this one has failed. */
	if (d->started < d->count)
		UNCHECKED(loop_timer_set(d->loop, &d->next, attempt_pause(d)));
	else
		loop_timer_stop(d->loop, &d->next);
	attempt_start(a);
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

void dial_race_start(struct dial *d, const struct name_answer *answer)
{
	d->attempts = &d->single;
	if (answer->count > 1)
		d->attempts = calloc(answer->count, sizeof *d->attempts);
	if (!d->attempts || answer->count == 0) {
		dial_reason_text(&d->reason, STATUS_FAILED,
			status_reason(d->attempts ? EAFNOSUPPORT : ENOMEM));
		dial_finish(d, -1, NULL);
		return;
	}
	interleave(d->attempts, answer, d);
	d->count = answer->count;
	loop_timer_init(&d->next, attempt_next, d);
	attempt_next(d);
}

void dial_race_stop(struct dial *d)
{
	for (size_t i = 0; i < d->count; i++)
		attempt_close(&d->attempts[i]);
	if (d->attempts != &d->single)
		free(d->attempts);
	d->attempts = NULL;
	d->count = d->started = d->failed = 0;
	loop_timer_stop(d->loop, &d->next);
}
