/* SPDX-License-Identifier: ISC */
/* session.c - carry standard input and output over one connection. */

#include "tcp/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/num.h"
#include "base/status.h"
#include "core/os/tcp.h"
#include "core/sock/sock.h"
#include "core/stream/drain.h"

static const int64_t first_settle_ns = NUM_NS_PER_MS;
static const int64_t last_settle_ns = 50 * NUM_NS_PER_MS;

enum { OURS = 0, PEER = 1 };

void session_measure(struct session *s)
{
	struct os_tcp_info info;

	if (s->over || s->fd < 0)
		return;
	s->sent_bytes = relay_bytes_to(&s->relay, PEER);
	s->received_bytes = relay_bytes_from(&s->relay, PEER);
	if (!s->plan->measured || os_tcp_info(s->fd, &info) < 0)
		return;
	s->rtt_ns = info.rtt_ns;
	s->retransmits = info.retransmits;
}

static const char *reason_text(const struct session *s)
{
	if (strcmp(s->reason, "done") != 0)
		return s->reason;
	return s->plan->send_only ? "all sent" : "peer closed";
}

void session_figures(struct session *s, struct meter_figures *f)
{
	session_measure(s);
	f->peer = s->peer_text;
	f->sent_bytes = (int64_t)s->sent_bytes;
	f->received_bytes = (int64_t)s->received_bytes;
	f->rtt_ns = s->rtt_ns;
	f->retransmits = s->retransmits;
	if (!s->over)
		return;
	f->reason = s->reason;
	f->reason_text = reason_text(s);
}

static void fail(struct session *s, enum status status, const char *reason)
{
	s->status = status;
	s->reason = reason;
	bytes_clear(&s->why);
}

static void add_counts(struct session *s)
{
	bytes_add_format(&s->why, " (sent %" PRIu64 " byte%s, received %" PRIu64 " byte%s)",
		s->sent_bytes, num_plural(s->sent_bytes), s->received_bytes,
		num_plural(s->received_bytes));
}

static void closed(void *arg)
{
	struct session *s = arg;

	s->fd = -1;
	s->over = true;
	s->fn(s->arg, s);
}

/* Close the connection. close(2) over unread input sends a reset, which can destroy what the peer
 * has not read yet: then input is discarded for a while first. */
static void session_close(struct session *s, bool patiently)
{
	/* Others may have an inherited socket open too. */
	bool shared = s->relay.side[PEER].in.flags & END_SHARED;

	session_measure(s);
	loop_timer_stop(s->loop, &s->settle);
	relay_release_watched(&s->relay, s->fd);
	if (patiently) {
		s->draining = true;
		(shared ? drain_socket : drain_connection)(s->loop, s->fd, closed, s);
		return;
	}
	if (shared)
		loop_forget(s->loop, s->fd);
	loop_close(s->loop, s->fd);
	closed(s);
}

static bool has_unread(const struct session *s)
{
	char byte;

	return s->sent_bytes > 0 && recv(s->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

/* End a transfer that is cut short so that the peer cannot mistake it for a complete one: with a
 * reset, if the input has not ended. At a terminal the user has seen everything and ended it, so a
 * plain end is what is meant. */
static void session_cut(struct session *s)
{
	static const struct linger at_once = {.l_onoff = 1};
	const struct relay *r = &s->relay;
	bool ended = r->flow_closed[OURS] != RELAY_OPEN || s->plan->recv_only;

	if (ended || s->plan->interactive || (r->side[OURS].in.flags & END_TERMINAL)) {
		session_close(s, has_unread(s));
		return;
	}
	setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	session_close(s, false);
}

static void lost_in_flight(struct session *s, int err)
{
	fail(s, STATUS_FAILED, err == ECONNRESET || err == EPIPE ? "reset" : "error");
	bytes_add_format(&s->why, "%s: %s before the last bytes were acknowledged", s->peer_text,
		status_reason(err));
	add_counts(s);
	session_close(s, false);
}

static bool is_past_limit(struct session *s)
{
	const struct relay_plan *plan = &s->plan->relay;
	int64_t seen = loop_seen(s->loop);

	return (plan->idle_ns && seen - relay_moved_ns(&s->relay) >= plan->idle_ns) ||
		(plan->max_ns && seen - s->started_ns >= plan->max_ns);
}

static void never_acknowledged(struct session *s)
{
	fail(s, STATUS_TIMED_OUT, "timeout");
	bytes_add_format(
		&s->why, "%s: timed out before the last bytes were acknowledged", s->peer_text);
	add_counts(s);
	session_close(s, false);
}

/* Everything is sent, but the status may be 0 only once the peer's TCP has acknowledged it. No
 * event reports that, so check repeatedly, at growing intervals. */
static void settle(void *arg)
{
	struct session *s = arg;
	bool waits = s->relay.side[PEER].in.kind == END_TCP && os_unsent(s->fd) > 0;
	int err = waits ? sock_error(s->fd) : 0;

	if (!waits) {
		session_close(s, s->plan->send_only && (s->received_bytes > 0 || has_unread(s)));
	} else if (err) {
		lost_in_flight(s, err);
	} else if (is_past_limit(s)) {
		never_acknowledged(s);
	} else if (loop_timer_set(s->loop, &s->settle, s->settle_ns) < 0) {
		lost_in_flight(s, errno);
	} else {
		s->settle_ns =
			s->settle_ns * 2 < last_settle_ns ? s->settle_ns * 2 : last_settle_ns;
	}
}

static void explain_failure(struct session *s)
{
	const struct relay *r = &s->relay;
	const char *reason = status_reason(r->error);

	if (r->failed_tap) {
		fail(s, STATUS_FAILED, "error");
		bytes_add_format(&s->why, "cannot write to %s: %s", r->failed_tap->noun, reason);
		s->ours_failed = true;
	} else if (r->failed_side == PEER) {
		bool reset = r->error == ECONNRESET || r->error == EPIPE;

		fail(s, STATUS_FAILED, reset ? "reset" : "error");
		bytes_add_format(&s->why, "%s: cannot %s: %s", s->peer_text,
			r->failed_writing ? "send" : "receive",
			r->error == EPIPE ? "the peer closed the connection" : reason);
	} else {
		fail(s, STATUS_FAILED, "error");
		bytes_add_format(&s->why, "cannot %s: %s",
			r->failed_writing ? "write to standard output" : "read standard input",
			reason);
		s->ours_failed = true;
		s->broken_output = r->failed_writing && r->error == EPIPE;
	}
	add_counts(s);
}

static void explain_limit(struct session *s, const char *what, int64_t ns)
{
	char time[NUM_TEXT];

	bytes_add_format(&s->why, "%s: %s %s", s->peer_text, what, num_show_time(ns, time));
	add_counts(s);
}

static void relay_over(void *arg, struct relay *relay)
{
	struct session *s = arg;

	session_measure(s);
	switch ((enum relay_reason)relay->reason) {
	case RELAY_DONE: settle(s); return;
	case RELAY_FAILED: explain_failure(s); break;
	case RELAY_IDLE:
		fail(s, STATUS_TIMED_OUT, "timeout");
		explain_limit(s, "timed out: no data moved for", s->plan->relay.idle_ns);
		session_cut(s);
		return;
	case RELAY_TOO_LONG:
		fail(s, STATUS_TIMED_OUT, "limit");
		explain_limit(s, "timed out: not finished after", s->plan->relay.max_ns);
		session_cut(s);
		return;
	case RELAY_STOPPED:
		if (s->in_order)
			session_close(s, has_unread(s));
		else
			session_cut(s);
		return;
	}
	if (s->ours_failed && !s->relay.failed_writing)
		session_cut(s);
	else
		session_close(s, !s->broken_output && has_unread(s));
}

/* With --send-only, what comes back must still be read, or a peer that sends would stall; with
 * --recv-only, there may still be something to send first. */
static const struct end null_end = {.fd = -1, .kind = END_NULL};

static void side_choose(const struct session *s, const struct end *input, const struct end *output,
	struct relay_side *ours)
{
	const struct end none = {.fd = -1, .kind = END_NONE};

	ours->in = *input;
	if (s->plan->recv_only)
		ours->in = s->plan->first_size || s->taps ? null_end : none;
	ours->out = s->plan->send_only ? null_end : *output;
}

void session_start(struct session *s, struct loop *loop, const struct session_plan *plan,
	const struct end *connection, const struct end *input, const struct end *output,
	session_fn *fn, void *arg)
{
	struct relay_side ours, peer = {.in = *connection, .out = *connection};
	struct addr peer_addr;
	bool tapped = plan->taps && plan->taps->on;

	*s = (struct session){.loop = loop,
		.plan = plan,
		.fd = connection->fd,
		.fn = fn,
		.arg = arg,
		.settle_ns = first_settle_ns,
		.started_ns = loop_now(loop),
		.rtt_ns = -1,
		.retransmits = -1,
		.reason = "done"};
	loop_timer_init(&s->settle, settle, s);
	if (plan->peer)
		snprintf(s->peer_text, sizeof s->peer_text, "%s", plan->peer);
	else if (sock_peer(s->fd, &peer_addr) == 0)
		addr_text(&peer_addr, s->peer_text);
	s->taps = tapped ? conn_taps_new(plan->taps, s->peer_text) : NULL;
	side_choose(s, input, output, &ours);
	relay_init(&s->relay, loop, &plan->relay, &ours, &peer);
	if (s->taps)
		conn_taps_attach(s->taps, &s->relay, PEER);
	if ((tapped && !s->taps) ||
		relay_prime(&s->relay, PEER, plan->first, plan->first_size) < 0) {
		fail(s, STATUS_FAILED, "error");
		bytes_add_text(&s->why, status_reason(ENOMEM));
		session_close(s, false);
		return;
	}
	relay_start(&s->relay, relay_over, s);
}

void session_stop(struct session *s, const char *reason)
{
	if (s->over || s->fd < 0)
		return;
	if (s->draining) {
		drain_end_all();
		return;
	}
	s->reason = reason;
	if (s->relay.over)
		session_close(s, false);
	else
		relay_stop(&s->relay);
}

void session_finish(struct session *s)
{
	if (s->over || s->fd < 0 || s->relay.over)
		return;
	s->in_order = true;
	relay_stop(&s->relay);
}

void session_break(struct session *s, int error)
{
	if (!s->over && s->fd >= 0)
		relay_break(&s->relay, OURS, error);
}

void session_release(struct session *s)
{
	bytes_release(&s->why);
	conn_taps_free(s->taps);
	s->taps = NULL;
}
