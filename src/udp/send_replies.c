/* SPDX-License-Identifier: ISC */
/* send_replies.c - udp-send: replies, and refusals, once something was sent. */
#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "base/status.h"
#include "udp/format.h"
#include "udp/send.h"

/* A refusal takes a moment to come back; from this host it is there at once. */
static const int64_t refusal_ns = 10 * NUM_NS_PER_MS;

bool replies_are_wanted(const struct send_run *r)
{
	uint64_t wanted = r->config->replies.wanted;

	if (r->output.loop && output_is_blocked(&r->output))
		return false;
	/* Without replies it is refusals that show as something to read. */
	return wanted ? r->received < wanted : r->sent_all;
}

static bool is_over(const struct send_run *r)
{
	return r->sent_all && (r->timed_out || r->received >= r->config->replies.wanted) &&
		!output_is_blocked(&r->output);
}

static void settle(struct send_run *r)
{
	char time[NUM_TEXT];

	if (r->output.error) {
		send_end(r, STATUS_FAILED);
		return;
	}
	send_watch(r);
	if (!is_over(r))
		return;
	if (r->received > 0) {
		send_end(r, STATUS_DONE);
		return;
	}
	bytes_add_format(
		&r->why, "no reply within %s", num_show_time(r->config->replies.wait_ns, time));
	send_end(r, STATUS_TIMED_OUT);
}

static void on_output(void *arg)
{
	settle(arg);
}

static void on_wait(void *arg)
{
	struct send_run *r = arg;

	if (!r->config->replies.wanted) {
		send_end(r, STATUS_DONE);
		return;
	}
	r->timed_out = true;
	settle(r);
}

int replies_init(struct send_run *r)
{
	struct os_dgram_wishes wishes = {.time = r->config->common.json};

	loop_timer_init(&r->wait, on_wait, r);
	if (!r->config->replies.wanted)
		return 0;
	wishes.destination = wishes.time;
	os_dgram_prepare(r->target.fd, addr_family(&r->target.peer), &wishes);
	if (output_init(&r->output, r->loop, STDOUT_FILENO, on_output, r) < 0)
		return -1;
	return batch_init(&r->batch, OS_DGRAM_ROOM);
}

static void write_reply(struct send_run *r, struct datagram *d)
{
	enum format_kind format = r->config->common.json ? FORMAT_JSON : FORMAT_RAW;

	r->received++;
	r->received_bytes += d->size;
	d->delay_ns = r->last_ns ? clock_ns() - r->last_ns : 0;
	if (d->time.tv_sec == 0)
		d->time = clock_wall();
	/* A connected Unix socket need not tell who it was. */
	if (d->peer->size == 0)
		d->peer = &r->target.peer;
	format_add(&r->output.text, format, r->config->replies.from, d);
	if (r->output.text.failed)
		r->output.error = ENOMEM;
}

/* What the socket has to say if it is no reply. */
static void read_error(struct send_run *r)
{
	int err = sock_error(r->target.fd);

	if (err != 0)
		send_fail(r, err, 0);
	else if (r->sent_all)
		send_watch(r);
}

void replies_read(struct send_run *r)
{
	uint64_t left = r->config->replies.wanted - r->received;
	struct datagram d;

	if (!r->config->replies.wanted) {
		read_error(r);
		/* A datagram that nobody asked for would wake us again and again. */
		loop_forget(r->loop, r->target.fd);
		return;
	}
	if (batch_receive(&r->batch, r->target.fd,
		    left < OS_DGRAM_BATCH ? (int)left : OS_DGRAM_BATCH) < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			send_fail(r, errno, 0);
		return;
	}
	while (batch_next(&r->batch, false, &d))
		write_reply(r, &d);
	output_flush(&r->output);
	settle(r);
}

/* Nothing is expected back; but if nobody is there, that is worth a moment. */
static void wait_for_refusal(struct send_run *r)
{
	int err = r->target.connected && r->sent > 0 ? sock_error(r->target.fd) : 0;

	if (err != 0) {
		send_fail(r, err, 0);
		return;
	}
	if (r->sent == 0 || !r->target.connected || addr_is_loopback(&r->target.peer) ||
		addr_family(&r->target.peer) == AF_UNIX) {
		send_end(r, STATUS_DONE);
		return;
	}
	send_watch(r);
	loop_timer_set(r->loop, &r->wait, refusal_ns);
}

void replies_wait(struct send_run *r)
{
	if (!r->config->replies.wanted) {
		wait_for_refusal(r);
		return;
	}
	loop_timer_set(r->loop, &r->wait, r->config->replies.wait_ns);
	settle(r);
}
