/* SPDX-License-Identifier: ISC */
/* send_go.c - udp-send at work: from the source to the socket, at the pace asked for. */
#include <errno.h>

#include "base/clock.h"
#include "base/num.h"
#include "base/status.h"
#include "udp/send.h"

enum {
	ROUNDS = 16,	       /* batches a turn */
	BURSTS_A_SECOND = 100, /* what was missed is made up for in bursts no larger than that */
};

static const int64_t no_room_ns = NUM_NS_PER_MS;

static void go(struct send_run *r, bool readable);

void send_end(struct send_run *r, int status)
{
	r->status = status;
	loop_stop(r->loop);
}

void send_fail(struct send_run *r, int err, size_t size)
{
	char text[ADDR_TEXT];

	addr_text(&r->target.peer, text);
	if (err == EMSGSIZE)
		bytes_add_format(&r->why,
			"cannot send %zu bytes to %s: more than a datagram holds there (at most "
			"%zu)",
			size, text, r->target.limit);
	else
		bytes_add_format(&r->why, "cannot send to %s: %s", text, status_reason(err));
	if (err == EPERM)
		bytes_add_text(&r->why, " (a firewall rule of this host)");
	send_end(r, err == EMSGSIZE ? STATUS_FAILED : (int)status_of_errno(err));
}

/* The socket can take more. */
static void go_on(struct send_run *r)
{
	r->blocked = false;
	send_watch(r);
	go(r, false);
}

static void on_socket(void *arg, int fd, unsigned ready)
{
	struct send_run *r = arg;

	(void)fd;
	if (ready & LOOP_READ)
		replies_read(r);
	if ((ready & LOOP_WRITE) && r->blocked)
		go_on(r);
}

void send_watch(struct send_run *r)
{
	unsigned want = (replies_are_wanted(r) ? LOOP_READ : 0) | (r->blocked ? LOOP_WRITE : 0);

	loop_watch(r->loop, r->target.fd, want, on_socket, r);
}

static void on_input(void *arg, int fd, unsigned ready)
{
	struct send_run *r = arg;

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

/* How many datagrams may go now; if none, *DELAY says how long to wait. */
static int allowed_by_rate(struct send_run *r, int64_t now, int64_t *delay)
{
	double rate = (double)r->config->pace.rate;
	double burst = rate / BURSTS_A_SECOND < 1 ? 1 : rate / BURSTS_A_SECOND;
	double due =
		(double)(now - r->pace_ns) * rate / (double)NUM_NS_PER_S + 1 - (double)r->paced;

	if (due > burst) {
		r->pace_ns += (int64_t)((due - burst) / rate * (double)NUM_NS_PER_S);
		due = burst;
	}
	if (due >= 1)
		return (int)(due < OS_DGRAM_SEND ? due : OS_DGRAM_SEND);
	*delay = (int64_t)((1 - due) / rate * (double)NUM_NS_PER_S) + 1;
	return 0;
}

static int allowed_by_interval(const struct send_run *r, int64_t now, int64_t *delay)
{
	int64_t left = r->last_ns + r->config->pace.interval_ns - now;

	if (r->sent == 0 || left <= 0)
		return 1;
	*delay = left;
	return 0;
}

static int allowed(struct send_run *r, int64_t *delay)
{
	const struct send_pace *pace = &r->config->pace;
	int count = OS_DGRAM_SEND;
	int64_t now = pace->rate || pace->interval_ns ? clock_ns() : 0;

	if (r->pace_ns == 0)
		r->pace_ns = now;
	if (pace->rate)
		count = allowed_by_rate(r, now, delay);
	if (pace->interval_ns && count > 0)
		count = allowed_by_interval(r, now, delay);
	return count;
}

static void note_sent(struct send_run *r, int count)
{
	for (int i = 0; i < count; i++)
		r->sent_bytes += r->each[r->next + i].iov_len;
	r->next += count;
	r->sent += (uint64_t)count;
	r->paced += (uint64_t)count;
	if (r->config->pace.interval_ns || r->config->replies.wanted)
		r->last_ns = clock_ns();
}

/* The socket did not take it: wait until it does, and never lose any. */
static void wait_for_room(struct send_run *r, int err)
{
	switch (err) {
	case EAGAIN:
		r->blocked = true;
		send_watch(r);
		break;
	/* The queue of an interface is full: nothing tells when it is not. */
	case ENOBUFS:
	case ENOMEM: loop_timer_set(r->loop, &r->send_more, no_room_ns); break;
	default: send_fail(r, err, r->each[r->next].iov_len);
	}
}

/* Send of what is there; whether more can be sent at once. */
static bool send_some(struct send_run *r)
{
	struct os_dgram_route route = target_route(&r->target);
	int64_t delay = 0;
	int count = allowed(r, &delay), n;

	if (count == 0) {
		loop_timer_set(r->loop, &r->send_more, delay);
		return false;
	}
	if (count > r->count - r->next)
		count = r->count - r->next;
	n = os_dgram_send(r->target.fd, &route, r->each + r->next, count, &r->merge);
	if (n < 0) {
		wait_for_room(r, errno);
		return false;
	}
	note_sent(r, n);
	return true;
}

/* Fetch from the source; whether there is something to send. */
static bool fetch(struct send_run *r, bool readable)
{
	r->next = r->count = 0;
	switch (source_next(&r->source, readable, &r->each, &r->count)) {
	case SOURCE_READY: return true;
	case SOURCE_WAIT:
		if (loop_watch(r->loop, r->source.input.fd, LOOP_READ, on_input, r) < 0) {
			bytes_add_format(&r->why, "cannot wait for standard input: %s",
				status_reason(errno));
			send_end(r, STATUS_FAILED);
		}
		break;
	case SOURCE_ENDED:
		r->sent_all = true;
		replies_wait(r);
		break;
	case SOURCE_FAILED:
		bytes_add_text(&r->why, bytes_text(&r->source.why));
		send_end(r, STATUS_FAILED);
		break;
	}
	return false;
}

static void go(struct send_run *r, bool readable)
{
	for (int round = 0; round < ROUNDS; round++) {
		if (r->next == r->count && !fetch(r, readable))
			return;
		readable = false;
		if (!send_some(r))
			return;
	}
	loop_defer(r->loop, &r->again, on_again, r);
}

void send_begin(struct send_run *r)
{
	loop_timer_init(&r->send_more, on_time, r);
	r->merge = os_dgram_can_merge(r->target.fd);
	send_watch(r);
	go(r, false);
}
