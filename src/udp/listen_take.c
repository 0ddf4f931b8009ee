/* SPDX-License-Identifier: ISC */
/* listen_take.c - udp-listen at work: receive, write, answer, and hold where one of these cannot
 * keep up. */
#include "udp/listen.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"

/* Batches a turn, so that a flood does not starve timers, signals and answers. */
enum { ROUNDS = 16 };

static const int64_t grace_ns = NUM_NS_PER_S;

bool listen_answers(const struct listen_run *r)
{
	const struct listen_way *way = &r->config->way;

	return r->runner.argv || way->forward || way->reply || way->echo;
}

/* Whether anything that datagrams go to cannot take more. */
static bool is_blocked(const struct listen_run *r)
{
	if (output_is_blocked(&r->output) || runner_is_full(&r->runner) ||
		forward_is_blocked(&r->forward))
		return true;
	for (size_t i = 0; i < r->ports.count; i++) {
		if (port_is_blocked(&r->ports.item[i]))
			return true;
	}
	return false;
}

static void read_ports(struct listen_run *r, bool on)
{
	for (size_t i = 0; i < r->ports.count; i++)
		port_read(&r->ports.item[i], on);
}

static void stop_if_done(struct listen_run *r)
{
	bool waits = is_blocked(r) || !runner_is_idle(&r->runner) || r->forward.session_count > 0;

	if (r->ending && (!waits || r->output.error))
		loop_stop(r->loop);
}

static void on_grace(void *arg)
{
	struct listen_run *r = arg;

	loop_stop(r->loop);
}

void listen_end(struct listen_run *r)
{
	if (r->ending)
		return;
	r->ending = true;
	read_ports(r, false);
	loop_timer_stop(r->loop, &r->wait);
	loop_timer_stop(r->loop, &r->idle);
	/* Told to stop, it does not wait for those who may never come. */
	if (r->signo) {
		runner_release(&r->runner);
		forward_release(&r->forward);
		loop_timer_set(r->loop, &r->grace, grace_ns);
	}
	stop_if_done(r);
}

/* Unix senders have no user that a datagram would tell. */
static bool is_permitted(const struct listen_run *r, const struct addr *peer)
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
	log_warning("a datagram of %zu bytes from %s was cut to %zu", d->whole,
		addr_text(d->peer, text), d->size);
}

static void write_out(struct listen_run *r, const struct datagram *d)
{
	struct output *o = &r->output;

	if (!r->writes || o->end.kind == END_NULL)
		return;
	if (r->format == FORMAT_RAW && !r->config->output.from)
		output_borrow(o, d->data, d->size);
	else
		format_add(&o->text, r->format, r->config->output.from, d);
	if (o->text.failed)
		o->error = ENOMEM;
}

static void answer_echo(struct listen_run *r, const struct datagram *d)
{
	size_t step = d->segment ? d->segment : d->size;
	size_t at = 0;

	do {
		size_t size = d->size - at < step ? d->size - at : step;

		port_answer(r->current, d->peer, d->answer, d->data + at, size);
		at += size;
	} while (at < d->size);
}

static void answer(struct listen_run *r, const struct datagram *d, size_t count)
{
	if (r->runner.argv)
		runner_start(&r->runner, r->current, d);
	else if (r->config->way.forward)
		forward_take(&r->forward, r->current, d);
	else if (r->config->way.echo)
		answer_echo(r, d);
	for (size_t i = 0; r->config->way.reply && i < count; i++)
		port_answer(r->current, d->peer, d->answer, r->reply.data, r->reply.size);
}

static void take(struct listen_run *r, struct datagram *d)
{
	size_t count = d->segment ? (d->size + d->segment - 1) / d->segment : 1;

	if (!is_permitted(r, d->peer))
		return;
	if (r->totals.received == 0 && r->config->limits.idle_ns)
		loop_timer_set(r->loop, &r->idle, r->config->limits.idle_ns);
	r->moved_ns = loop_now(r->loop);
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

/* Deal with what is left of the batch, as far as others can keep up. */
static void drain(struct listen_run *r)
{
	struct datagram d;

	while (r->left > 0 && !is_blocked(r) && !r->output.error &&
		batch_next(&r->batch, r->runs, &d))
		take(r, &d);
	output_flush(&r->output);
	if (r->current)
		port_flush(r->current);
}

static void go_on(struct listen_run *r)
{
	if (r->left == 0 || r->output.error) {
		listen_end(r);
		return;
	}
	r->held = is_blocked(r);
	read_ports(r, !r->held);
}

/* A part can take more. */
static void resume(void *arg)
{
	struct listen_run *r = arg;

	if (!r->ending && r->held) {
		drain(r);
		go_on(r);
	}
	stop_if_done(r);
}

static void on_output(void *arg)
{
	struct listen_run *r = arg;

	if (r->output.error)
		listen_end(r);
	resume(r);
}

static void on_drained(void *arg, struct port *port)
{
	struct listen_run *r = arg;

	if (r->config->way.forward)
		forward_resume(&r->forward, port);
	resume(r);
}

/* That datagrams cannot be received for a moment ends nothing. */
static void note_failure(struct listen_run *r, const struct port *port, int err)
{
	char text[ADDR_TEXT];

	if (err == EAGAIN || err == EWOULDBLOCK || err == ECONNREFUSED)
		return;
	r->totals.errors++;
	log_warning("%s: %s", addr_text_local(&port->addr, text), status_reason(err));
}

static void on_readable(void *arg, struct port *port)
{
	struct listen_run *r = arg;

	for (int round = 0; round < ROUNDS && !r->held && !r->ending; round++) {
		int limit = r->left < OS_DGRAM_BATCH ? (int)r->left : OS_DGRAM_BATCH;
		int got = batch_receive(&r->batch, port->fd, limit);

		if (got < 0) {
			note_failure(r, port, errno);
			break;
		}
		r->current = port;
		drain(r);
		go_on(r);
		if (got < limit)
			break;
	}
	stop_if_done(r);
}

static void on_wait(void *arg)
{
	struct listen_run *r = arg;
	char time[NUM_TEXT];

	if (r->totals.received > 0)
		return;
	log_error("no datagram came within %s", num_show_time(r->config->limits.wait_ns, time));
	r->status = STATUS_TIMED_OUT;
	r->limit = "timeout";
	listen_end(r);
}

static void on_idle(void *arg)
{
	struct listen_run *r = arg;
	int64_t left = r->moved_ns + r->config->limits.idle_ns - loop_now(r->loop);

	/* While we hold them up it is not they who are silent. */
	if (r->held)
		left = r->config->limits.idle_ns;
	if (left > 0) {
		loop_timer_set(r->loop, &r->idle, left);
		return;
	}
	r->limit = "timeout";
	forward_release(&r->forward);
	listen_end(r);
}

/* Datagrams go there, or what commands say to senders that cannot be answered. */
static bool writes_output(const struct listen_run *r)
{
	return r->writes || (r->runner.argv && r->endpoint.kind != ENDPOINT_INET);
}

int listen_start(struct listen_run *r)
{
	if (batch_init(&r->batch, r->config->output.max_size) < 0)
		return -1;
	if (writes_output(r) && output_init(&r->output, r->loop, STDOUT_FILENO, on_output, r) < 0)
		return -1;
	r->runner.loop = r->forward.loop = r->loop;
	r->runner.fn = r->forward.fn = resume;
	r->runner.arg = r->forward.arg = r;
	r->runner.output = &r->output;
	loop_timer_init(&r->wait, on_wait, r);
	loop_timer_init(&r->idle, on_idle, r);
	loop_timer_init(&r->grace, on_grace, r);
	if (r->config->way.forward && forward_init(&r->forward) < 0)
		return -1;
	for (size_t i = 0; i < r->ports.count; i++) {
		r->ports.item[i].totals = &r->totals;
		port_start(&r->ports.item[i], r->loop, on_readable, on_drained, r);
	}
	read_ports(r, true);
	if (r->config->limits.wait_ns)
		return loop_timer_set(r->loop, &r->wait, r->config->limits.wait_ns);
	return 0;
}
