/* SPDX-License-Identifier: ISC */
/* send_run.c - udp-send at work: from the messages to the socket, at the requested pace. */
#include <errno.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "udp/send/send_private.h"

enum {
	ROUNDS = 16,	       /* batches a turn */
	BURSTS_A_SECOND = 100, /* lost time is made up for in bursts of at most RATE / this */
	PATH_MIN = 500,	       /* every path takes this many bytes (RFC 1122, 3.3.3) */
};

static void go(struct udp_send_run *r, bool readable);

void send_end(struct udp_send_run *r, enum status status)
{
	r->status = status;
	if (status == STATUS_DONE && r->errors > 0)
		r->status = fail_with(&r->why, STATUS_FAILED, "%llu datagram%s failed",
			(unsigned long long)r->errors, num_plural(r->errors));
	loop_stop(r->loop);
}

void send_broken(struct udp_send_run *r, const char *what, int err)
{
	send_end(r,
		fail_with(&r->why, STATUS_FAILED, "cannot wait for %s: %s", what,
			status_reason(err)));
}

static void explain_size(const struct udp_send_run *r, size_t size, struct bytes *why)
{
	char text[ADDR_TEXT];

	addr_text(&r->target.peer, text);
	if (r->path > 0 && size <= r->target.limit)
		bytes_add_format(why,
			"cannot send %zu bytes to %s: the path takes at most %zu in one piece "
			"(-o mtu-discover=want allows fragments)",
			size, text, r->path);
	else
		bytes_add_format(why,
			"cannot send %zu bytes to %s: a datagram there holds at most %zu", size,
			text, r->target.limit);
}

static void explain(const struct udp_send_run *r, int err, size_t size, struct bytes *why)
{
	char text[ADDR_TEXT];

	if (err == EMSGSIZE) {
		explain_size(r, size, why);
		return;
	}
	bytes_add_format(
		why, "cannot send to %s: %s", addr_text(&r->target.peer, text), status_reason(err));
	if (err == EPERM)
		bytes_add_text(why, " (look at the firewall of this host)");
}

/* A datagram of SIZE bytes (0: some earlier one) was not sent, or did not arrive, because of ERR:
 * end, or with --keep-going warn. */
static void failed(struct udp_send_run *r, int err, size_t size)
{
	struct bytes text = {0};

	r->errors++;
	if (r->config->keep_going) {
		explain(r, err, size, &text);
		log_warning("%s", bytes_text(&text));
		bytes_release(&text);
		return;
	}
	explain(r, err, size, &r->why);
	send_end(r, err == EMSGSIZE ? STATUS_FAILED : status_of_errno(err));
}

/* Send again what a router has dropped: the kernel now knows the limit of the path, and fragments
 * longer datagrams if it may. */
static void send_again(struct udp_send_run *r)
{
	size_t limit = os_dgram_path_limit(r->target.fd, addr_family(&r->target.peer));
	struct outgoing_datagram d = {.route = target_route(&r->target)};

	if (limit == 0 || limit >= r->path)
		return;
	r->path = limit;
	while (recent_take(&r->recent, limit, &d.part))
		outgoing_put(&r->out, &d);
}

void send_report(struct udp_send_run *r, int err)
{
	if (err == EMSGSIZE && r->path > 0)
		send_again(r);
	else
		failed(r, err, 0);
}

static void on_done(void *arg, const struct outgoing_datagram *d, int err)
{
	if (err)
		failed(arg, err, d->part.iov_len);
}

static void on_room(void *arg)
{
	go(arg, false);
}

static void on_readable(void *arg)
{
	replies_read(arg);
}

static void on_input(void *arg, int fd, unsigned ready)
{
	struct udp_send_run *r = arg;

	(void)ready;
	loop_forget(r->loop, fd);
	go(r, true);
}

static void on_time(void *arg)
{
	go(arg, false);
}

static void on_again(void *arg)
{
	go(arg, false);
}

static struct bucket pace_of(uint64_t datagrams_per_second)
{
	double rate = (double)datagrams_per_second, burst = rate / (double)BURSTS_A_SECOND;

	return (struct bucket){.rate = rate, .most = burst < 1 ? 1 : burst, .credit = 1};
}

/* How many datagrams may go now; if none, *DELAY is how long to wait. */
static int allowed_by_rate(struct udp_send_run *r, int64_t now, int64_t *delay)
{
	double due = bucket_earn(&r->pace, now);

	if (due >= 1)
		return due < (double)OS_DGRAM_SEND ? (int)due : OS_DGRAM_SEND;
	*delay = bucket_wait_ns(&r->pace, 1);
	return 0;
}

static int allowed_by_interval(const struct udp_send_run *r, int64_t now, int64_t *delay)
{
	int64_t left = r->last_ns + r->config->pace.interval_ns - now;

	if (r->last_ns == 0 || left <= 0)
		return 1;
	*delay = left;
	return 0;
}

static int allowed(struct udp_send_run *r, int64_t *delay)
{
	const struct send_pace *pace = &r->config->pace;
	int count = OS_DGRAM_SEND;
	int64_t now = pace->rate || pace->interval_ns ? clock_ns() : 0;

	if (pace->rate)
		count = allowed_by_rate(r, now, delay);
	if (pace->interval_ns && count > 0)
		count = allowed_by_interval(r, now, delay);
	return count;
}

/* COUNT datagrams are done with, whether they failed or not. */
static void note_passed(struct udp_send_run *r, int count)
{
	r->next += count;
	bucket_spend(&r->pace, count);
	if (r->config->pace.interval_ns || r->config->replies.wanted)
		r->last_ns = clock_ns();
}

static void note_sent(struct udp_send_run *r, int count)
{
	for (int i = 0; i < count; i++) {
		const struct iovec *one = &r->each[r->next + i];

		r->sent_bytes += one->iov_len;
		if (one->iov_len > PATH_MIN && one->iov_len <= r->path)
			(r->messages.from_memory ? recent_refer : recent_add)(&r->recent, one);
	}
	r->sent += (uint64_t)count;
	note_passed(r, count);
}

/* The next datagram cannot be sent. Returns whether to go on with the one after it. */
static bool skip(struct udp_send_run *r, int err)
{
	size_t size = r->each[r->next].iov_len;

	if (r->config->keep_going && target_connect_again(&r->target) == 0) {
		struct os_dgram_route route = target_route(&r->target);
		int sent;

		if (outgoing_send(&r->out, &route, r->each + r->next, 1, &sent) == OUTGOING_SENT) {
			note_sent(r, sent);
			return true;
		}
	}
	failed(r, err, size);
	note_passed(r, 1);
	return r->config->keep_going;
}

/* Datagrams were sent: see what the network reports about earlier ones. A batch that was sent in
 * part may have swallowed a report. */
static bool look_back(struct udp_send_run *r)
{
	int err = outgoing_earlier(&r->out);

	if (err && err != EMSGSIZE)
		send_report(r, err);
	if (r->path > 0)
		send_again(r);
	return r->status == STATUS_DONE && !outgoing_waits(&r->out);
}

/* Send some of what is there; returns whether more can be sent at once. */
static bool send_some(struct udp_send_run *r)
{
	struct os_dgram_route route = target_route(&r->target);
	int64_t delay = 0;
	int count = allowed(r, &delay), sent;

	if (count == 0) {
		if (loop_timer_set(r->loop, &r->send_more, delay) < 0)
			send_broken(r, "the next moment to send", errno);
		return false;
	}
	if (count > r->count - r->next)
		count = r->count - r->next;
	switch (outgoing_send(&r->out, &route, r->each + r->next, count, &sent)) {
	case OUTGOING_FULL: return false;
	case OUTGOING_FAILED: return skip(r, errno);
	default: note_sent(r, sent); return look_back(r);
	}
}

/* Fetch what comes next; returns whether there is something to send. */
static bool fetch(struct udp_send_run *r, bool readable)
{
	r->next = r->count = 0;
	switch (messages_next(&r->messages, readable, &r->each, &r->count)) {
	case MESSAGES_READY: return true;
	case MESSAGES_WAIT:
		if (loop_watch(r->loop, r->messages.input.fd, LOOP_READ, on_input, r) < 0)
			send_broken(r, "standard input", errno);
		break;
	case MESSAGES_ENDED:
		r->sent_all = true;
		replies_wait(r);
		break;
	case MESSAGES_SKIPPED:
		r->errors++;
		log_warning("%s", bytes_reason(&r->messages.why));
		bytes_clear(&r->messages.why);
		return true;
	case MESSAGES_FAILED:
		send_end(
			r, fail_with(&r->why, STATUS_FAILED, "%s", bytes_reason(&r->messages.why)));
		break;
	}
	return false;
}

static void go(struct udp_send_run *r, bool readable)
{
	for (int round = 0; round < ROUNDS; round++) {
		if (r->sent_all || r->status != STATUS_DONE)
			return;
		if (r->next == r->count && !fetch(r, readable))
			return;
		readable = false;
		if (r->next < r->count && !send_some(r))
			return;
	}
	loop_defer(r->loop, &r->again, on_again, r);
}

/* Whether there may be routers on the way: only to other hosts. */
static bool has_path(const struct udp_send_run *r)
{
	return r->target.connected && addr_family(&r->target.peer) != AF_UNIX &&
		!addr_is_loopback(&r->target.peer);
}

void send_begin(struct udp_send_run *r)
{
	static const struct outgoing_calls calls = {
		.readable = on_readable, .room = on_room, .done = on_done};

	r->pace = pace_of(r->config->pace.rate);
	loop_timer_init(&r->send_more, on_time, r);
	outgoing_init(&r->out, r->loop, r->target.fd, &calls, r);
	if (has_path(r))
		r->path = os_dgram_path_limit(r->target.fd, addr_family(&r->target.peer));
	if (r->config->replies.wanted && outgoing_read(&r->out, true) < 0)
		send_broken(r, "replies", errno);
	else
		go(r, false);
}
