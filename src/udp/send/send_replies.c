/* SPDX-License-Identifier: ISC */
/* send_replies.c - udp-send: replies, and refusals, once something was sent. */
#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/num.h"
#include "base/status.h"
#include "udp/format.h"
#include "udp/send/send_private.h"

/* How long to wait for a refusal; from this host it is there at once. */
static const int64_t refusal_ns = 10 * NUM_NS_PER_MS;

/* How many batches may be read after the time limit: more than a socket usually holds. */
enum { LAST_BATCHES = 256 };

/* If no replies are wanted, reports show up as something to read. */
static bool wants_to_read(const struct udp_send_run *r)
{
	uint64_t wanted = r->config->replies.wanted;

	return wanted ? r->received < wanted && !output_is_blocked(&r->output) : r->sent_all;
}

static bool is_over(const struct udp_send_run *r)
{
	return r->sent_all && (r->timed_out || r->received >= r->config->replies.wanted) &&
		!output_is_blocked(&r->output) && !outgoing_waits(&r->out);
}

static void watch(struct udp_send_run *r)
{
	if (outgoing_read(&r->out, wants_to_read(r)) < 0)
		send_broken(r, "replies", errno);
}

static void settle(struct udp_send_run *r)
{
	char time[NUM_TEXT];

	if (r->status != STATUS_DONE)
		return;
	if (r->output.error) {
		send_end(r, STATUS_FAILED);
		return;
	}
	watch(r);
	if (!is_over(r))
		return;
	if (r->received > 0) {
		send_end(r, STATUS_DONE);
		return;
	}
	send_end(r,
		fail_with(&r->why, STATUS_TIMED_OUT, "no reply within %s",
			num_show_time(r->config->replies.wait_ns, time)));
}

static void wait_for(struct udp_send_run *r, int64_t ns)
{
	if (loop_timer_set(r->loop, &r->wait, ns) < 0)
		send_broken(r, "replies", errno);
}

static void write_reply(struct udp_send_run *r, struct datagram *d)
{
	enum format_kind format = r->config->common.json ? FORMAT_JSON : FORMAT_RAW;

	r->received++;
	r->received_bytes += d->size;
	d->delay_ns = r->last_ns ? clock_ns() - r->last_ns : 0;
	if (d->time.tv_sec == 0)
		d->time = clock_wall();
	/* A connected Unix socket need not say where it came from. */
	if (d->peer->size == 0)
		d->peer = &r->target.peer;
	format_add(&r->output.text, format, r->config->replies.from, d);
}

/* Returns whether there was something. */
static bool take_batch(struct udp_send_run *r)
{
	uint64_t left = r->config->replies.wanted - r->received;
	struct datagram d;

	if (batch_receive(&r->batch, r->target.fd, left) < 0) {
		if (fd_would_block(errno))
			return false;
		send_report(r, errno);
		return true;
	}
	while (batch_next(&r->batch, false, &d))
		write_reply(r, &d);
	output_flush(&r->output);
	return true;
}

/* The time is over. What came in time still counts, if only this process or the reader of its
 * output was late. */
static void take_last(struct udp_send_run *r)
{
	while (r->status == STATUS_DONE && !r->output.error && wants_to_read(r) &&
		r->last_batches-- > 0) {
		if (!take_batch(r))
			return;
	}
}

static void on_output(void *arg)
{
	struct udp_send_run *r = arg;

	if (r->timed_out)
		take_last(r);
	settle(r);
}

static void on_wait(void *arg)
{
	struct udp_send_run *r = arg;

	if (!r->config->replies.wanted) {
		if (outgoing_waits(&r->out))
			wait_for(r, refusal_ns);
		else
			send_end(r, STATUS_DONE);
		return;
	}
	r->timed_out = true;
	r->last_batches = LAST_BATCHES;
	take_last(r);
	settle(r);
}

int replies_init(struct udp_send_run *r)
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

/* Read nothing but what the network reports about what was sent. */
static void read_report(struct udp_send_run *r)
{
	int err = sock_error(r->target.fd);

	if (err)
		send_report(r, err);
	else if (outgoing_read(&r->out, false) < 0) /* a datagram, which would wake us forever */
		send_broken(r, "replies", errno);
	if (r->status == STATUS_DONE)
		wait_for(r, refusal_ns);
}

void replies_read(struct udp_send_run *r)
{
	if (!r->config->replies.wanted)
		read_report(r);
	else if (take_batch(r))
		settle(r);
}

/* No reply is expected, but learning of a refusal is worth waiting for a moment. */
static void wait_for_refusal(struct udp_send_run *r)
{
	int err = r->target.connected && r->sent > 0 ? sock_error(r->target.fd) : 0;

	if (err)
		send_report(r, err);
	if (r->status != STATUS_DONE)
		return;
	if (!outgoing_waits(&r->out) &&
		(r->sent == 0 || !r->target.connected || addr_is_loopback(&r->target.peer) ||
			addr_family(&r->target.peer) == AF_UNIX)) {
		send_end(r, STATUS_DONE);
		return;
	}
	watch(r);
	wait_for(r, refusal_ns);
}

void replies_wait(struct udp_send_run *r)
{
	if (!r->config->replies.wanted) {
		wait_for_refusal(r);
		return;
	}
	if (r->config->replies.wait_ns > 0)
		wait_for(r, r->config->replies.wait_ns);
	settle(r);
}
