/* SPDX-License-Identifier: ISC */
/* listen_run.c - udp-listen at work: receive, write, answer, and pause while one of these cannot
 * keep up. */
#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "udp/listen/listen_private.h"

enum {
	ROUNDS = 16,   /* batches a turn, so that a flood does not starve timers, signals and
			* answers */
	FAILURES = 50, /* successive failures to receive before it gives up */
};

static const int64_t grace_ns = 2 * NUM_NS_PER_S;
static const int64_t receive_again_ns = 100 * NUM_NS_PER_MS;

bool listen_answers(const struct udp_listen_run *r)
{
	const struct listen_way *way = &r->config->way;

	return r->runner.argv || way->forward.count > 0 || way->reply || way->echo;
}

static void fail(struct udp_listen_run *r, const char *what, int err)
{
	if (!bytes_any(&r->why))
		bytes_add_format(&r->why, "cannot %s: %s", what, status_reason(err));
	r->status = STATUS_FAILED;
	loop_stop(r->loop);
}

static void read_ports(struct udp_listen_run *r, bool on)
{
	for (size_t i = 0; i < r->ports.count; i++) {
		if (port_read(&r->ports.item[i], on) < 0)
			fail(r, "receive datagrams", errno);
	}
}

static bool may_receive(const struct udp_listen_run *r)
{
	return gate_is_open(&r->takes) && !r->ending && !r->receive_again.slot;
}

static void stop_if_done(struct udp_listen_run *r)
{
	if (r->ending && ((gate_is_open(&r->takes) && gate_is_open(&r->works)) || r->output.error))
		loop_stop(r->loop);
}

static void on_grace(void *arg)
{
	struct udp_listen_run *r = arg;

	loop_stop(r->loop);
}

/* Stop receiving, and end once what was received is dealt with. */
static void end(struct udp_listen_run *r)
{
	if (r->ending)
		return;
	r->ending = true;
	forward_finish(&r->forward);
	read_ports(r, false);
	loop_timer_stop(r->loop, &r->wait);
	loop_timer_stop(r->loop, &r->idle);
	loop_timer_stop(r->loop, &r->receive_again);
	stop_if_done(r);
}

const char *listen_reason(const struct udp_listen_run *r)
{
	return r->limit ? r->limit : r->output.error ? "error" : "done";
}

void listen_stop(struct udp_listen_run *r)
{
	runner_stop(&r->runner);
	forward_release(&r->forward, listen_reason(r));
	if (loop_timer_set(r->loop, &r->grace, grace_ns) < 0)
		loop_stop(r->loop);
	end(r);
	stop_if_done(r);
}

/* A datagram does not tell the user of a Unix sender. */
static bool is_permitted(const struct udp_listen_run *r, const struct addr *peer)
{
	char text[ADDR_TEXT];

	if (access_permits(&r->access, peer, (uid_t)-1))
		return true;
	if (log_wants(LOG_EVENTS)) {
		addr_text(peer, text);
		log_event(&(struct log_event){.event = "denied", .peer = text}, "%s denied", text);
	}
	return false;
}

static void note_cut(const struct datagram *d)
{
	char text[ADDR_TEXT];

	if (d->whole <= d->size)
		return;
	log_warning("a datagram of %zu byte%s from %s was cut to %zu", d->whole,
		num_plural(d->whole), addr_text(d->peer, text), d->size);
}

static void write_out(struct udp_listen_run *r, const struct datagram *d)
{
	struct output *o = &r->output;

	if (!r->writes || o->end.kind == END_NULL)
		return;
	if (r->format == FORMAT_RAW && !r->config->output.from)
		output_borrow(o, d->data, d->size);
	else
		format_add(&o->text, r->format, r->config->output.from, d);
}

static void answer_echo(struct udp_listen_run *r, const struct datagram *d)
{
	size_t step = d->segment ? d->segment : d->size;
	size_t at = 0;

	do {
		size_t size = d->size - at < step ? d->size - at : step;

		port_answer(r->current, d->peer, d->answer, d->data + at, size);
		at += size;
	} while (at < d->size);
}

/* A forged datagram that seems to come from us would make us answer ourselves forever. */
static bool is_own(struct udp_listen_run *r, const struct datagram *d)
{
	char text[ADDR_TEXT];

	if (!ports_have(&r->ports, d->peer))
		return false;
	r->totals.errors++;
	log_warning("not answered: a datagram that claims to come from %s, which is this socket",
		addr_text(d->peer, text));
	return true;
}

static void answer(struct udp_listen_run *r, const struct datagram *d, size_t count)
{
	if (!listen_answers(r) || is_own(r, d))
		return;
	if (r->runner.argv)
		runner_start(&r->runner, r->current, d);
	else if (r->target_count > 0)
		forward_take(&r->forward, r->current, d);
	else if (r->config->way.echo)
		answer_echo(r, d);
	for (size_t i = 0; r->config->way.reply && i < count; i++)
		port_answer(r->current, d->peer, d->answer, r->reply.data, r->reply.size);
}

static void set_timer(struct udp_listen_run *r, struct loop_timer *timer, int64_t ns)
{
	if (loop_timer_set(r->loop, timer, ns) < 0)
		fail(r, "set a timer", errno);
}

static void take(struct udp_listen_run *r, struct datagram *d)
{
	size_t count = d->segment ? (d->size + d->segment - 1) / d->segment : 1;

	if (!is_permitted(r, d->peer))
		return;
	if (r->totals.received == 0 && r->config->limits.idle_ns)
		set_timer(r, &r->idle, r->config->limits.idle_ns);
	r->totals.moved_ns = loop_now(r->loop);
	r->totals.received += count;
	r->totals.received_bytes += d->size;
	note_cut(d);
	if (d->asked->size == 0 && !addr_is_any(&r->current->addr))
		d->asked = &r->current->addr;
	if (d->time.tv_sec == 0 && r->format == FORMAT_JSON)
		d->time = clock_wall();
	write_out(r, d);
	answer(r, d, count);
	r->left -= r->left == UINT64_MAX ? 0 : count;
}

/* Deal with what is left of the batch as far as all parts keep up, then receive or pause
 * accordingly. */
static void deal(struct udp_listen_run *r)
{
	struct datagram d;

	while (r->left > 0 && gate_is_open(&r->takes) && !r->output.error &&
		batch_next(&r->batch, r->runs, &d))
		take(r, &d);
	output_flush(&r->output);
	if (r->current)
		port_flush(r->current);
	if (r->left == 0 || r->output.error)
		end(r);
	else
		read_ports(r, may_receive(r));
}

/* All parts can take more. */
static void on_takes(void *arg)
{
	struct udp_listen_run *r = arg;

	forward_resume(&r->forward);
	if (!r->ending)
		deal(r);
	stop_if_done(r);
}

/* Nothing is left to do. */
static void on_works(void *arg)
{
	stop_if_done(arg);
}

static void on_output(void *arg)
{
	struct udp_listen_run *r = arg;

	if (r->output.error)
		end(r);
	stop_if_done(r);
}

static void on_receive_again(void *arg)
{
	struct udp_listen_run *r = arg;

	read_ports(r, may_receive(r));
}

/* A momentary lack of memory ends nothing; a lasting failure does. */
static void note_failure(struct udp_listen_run *r, const struct port *port, int err)
{
	char text[ADDR_TEXT];

	if (fd_would_block(err) || outgoing_is_answer(err))
		return;
	r->totals.errors++;
	addr_text_local(&port->addr, text);
	if (++r->failures == FAILURES) {
		r->status = fail_with(&r->why, status_of_errno(err), "cannot receive on %s: %s",
			text, status_reason(err));
		r->limit = "error";
		end(r);
		return;
	}
	if (r->failures == 1)
		log_warning("cannot receive on %s for now: %s", text, status_reason(err));
	set_timer(r, &r->receive_again, receive_again_ns);
	read_ports(r, false);
}

static void on_readable(void *arg, struct port *port)
{
	struct udp_listen_run *r = arg;

	if (!may_receive(r))
		read_ports(r, false);
	for (int round = 0; round < ROUNDS && may_receive(r); round++) {
		int got = batch_receive(&r->batch, port->fd, r->left);

		if (got < 0) {
			note_failure(r, port, errno);
			break;
		}
		r->failures = 0;
		r->current = port;
		deal(r);
		if (!r->batch.more)
			break;
	}
	stop_if_done(r);
}

static void on_wait(void *arg)
{
	struct udp_listen_run *r = arg;
	char time[NUM_TEXT];

	if (r->totals.received > 0)
		return;
	r->status = fail_with(&r->why, STATUS_TIMED_OUT, "no datagram arrived within %s",
		num_show_time(r->config->limits.wait_ns, time));
	r->limit = "timeout";
	end(r);
}

static void on_idle(void *arg)
{
	struct udp_listen_run *r = arg;
	int64_t left = r->totals.moved_ns + r->config->limits.idle_ns - loop_seen(r->loop);

	/* While we hold up the senders, they do not count as silent. */
	if (!gate_is_open(&r->takes))
		left = r->config->limits.idle_ns;
	if (left > 0) {
		set_timer(r, &r->idle, left);
		return;
	}
	r->limit = "timeout";
	forward_release(&r->forward, listen_reason(r));
	end(r);
}

/* Whether standard output gets datagrams, or the output of commands for senders that cannot be
 * answered. */
static bool writes_output(const struct udp_listen_run *r)
{
	return r->writes || (r->runner.argv && r->endpoint.kind != ENDPOINT_INET);
}

static void init_timers(struct udp_listen_run *r)
{
	loop_timer_init(&r->wait, on_wait, r);
	loop_timer_init(&r->idle, on_idle, r);
	loop_timer_init(&r->grace, on_grace, r);
	loop_timer_init(&r->receive_again, on_receive_again, r);
}

static int start_parts(struct udp_listen_run *r)
{
	gate_init(&r->takes, r->loop, on_takes, r);
	gate_init(&r->works, r->loop, on_works, r);
	if (writes_output(r) && output_init(&r->output, r->loop, STDOUT_FILENO, on_output, r) < 0)
		return -1;
	r->output.gate = &r->takes;
	r->runner.loop = r->forward.loop = r->loop;
	r->runner.takes = r->forward.takes = &r->takes;
	r->runner.works = r->forward.works = &r->works;
	r->runner.output = &r->output;
	runner_init(&r->runner);
	if (r->config->way.keep_source) {
		keep_source_init(&r->keep_source, r->loop, &r->takes);
		r->forward.keep_source = &r->keep_source;
	}
	return r->target_count > 0 ? forward_init(&r->forward) : 0;
}

int listen_start(struct udp_listen_run *r)
{
	init_timers(r);
	if (batch_init(&r->batch, (size_t)r->config->output.max_size) < 0 || start_parts(r) < 0)
		return -1;
	for (size_t i = 0; i < r->ports.count; i++) {
		struct port *port = &r->ports.item[i];

		port->totals = &r->totals;
		port_start(port, r->loop, &r->takes, on_readable, r);
		if (port_read(port, true) < 0)
			return -1;
	}
	if (r->config->limits.wait_ns)
		return loop_timer_set(r->loop, &r->wait, r->config->limits.wait_ns);
	return 0;
}
