/* SPDX-License-Identifier: ISC */
/* scan.c - find out which ports of hosts are open: rounds, and the verdict. */

#include "tcp/connect/scan/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/results.h"
#include "tcp/connect/scan/scan_private.h"
#include "tcp/dial_reason.h"

enum {
	SPARE_DESCRIPTORS = 32, /* for everything but probes */
};

void scan_port_done(struct scan_target *t, size_t index)
{
	uint8_t state = t->results[index].state;

	t->open += state == SCAN_OPEN;
	t->closed += state == SCAN_CLOSED;
	t->filtered += state == SCAN_FILTERED;
	t->scan->done++;
	/* With --wait, only the final round is reported. */
	if (!t->scan->plan->wait_ns)
		scan_report(t);
}

static bool is_fulfilled(const struct scan_target *t)
{
	return !t->status && (t->scan->plan->closed ? t->open == 0 : t->open > 0);
}

/* Whether T failed in a way that waiting cannot fix; a name may still become known. */
static bool is_hopeless(const struct scan_target *t)
{
	return t->status && t->status != STATUS_NOT_FOUND && t->status != STATUS_TIMED_OUT;
}

/* The exit status for the ports of T: timed out only if all did. */
static enum status ports_status(const struct scan_target *t)
{
	if (t->scan->plan->closed)
		return STATUS_FAILED;
	if (t->closed)
		return STATUS_REFUSED;
	for (size_t i = 0; i < t->port_count; i++) {
		if (t->results[i].error != ETIMEDOUT)
			return status_of_errno(t->results[i].error);
	}
	return STATUS_TIMED_OUT;
}

static enum status target_status(const struct scan_target *t)
{
	if (t->scan->plan->wait_ns && !is_hopeless(t))
		return STATUS_TIMED_OUT;
	return t->status ? t->status : ports_status(t);
}

static void explain_port(struct scan_target *t, const struct scan_result *result)
{
	if (t->scan->plan->proxy) {
		bytes_add_reason(&t->why, &t->proxy_why);
		return;
	}
	bytes_add_format(&t->why, "cannot connect to %s: ", t->endpoint->text);
	(void)dial_reason_explain(
		&t->names.addrs[result->address], result->error, t->scan->plan->source, &t->why);
}

static void explain_ports(struct scan_target *t)
{
	const char *name = t->endpoint->text;

	if (t->scan->plan->closed)
		bytes_add_format(&t->why, "%s is still open", name);
	else if (t->port_count == 1)
		explain_port(t, &t->results[0]);
	else
		bytes_add_format(&t->why, "no open port at %s (%zu closed, %zu filtered)", name,
			t->closed, t->filtered);
}

/* Report a target that failed: in a line, or with --json as an object among the results. */
static void explain_target(struct scan_target *t, enum status status)
{
	const struct scan_plan *plan = t->scan->plan;
	char time[NUM_TEXT];

	if (!t->status)
		explain_ports(t);
	if (plan->wait_ns && !is_hopeless(t))
		bytes_add_format(&t->why, " (waited %s)", num_show_time(plan->wait_ns, time));
	if (plan->json && plan->output == STDOUT_FILENO)
		scan_report_failure(t, status);
	else
		log_error("%s", bytes_reason(&t->why));
}

/* The first target that failed gives the status; timed out only if all that failed timed out. */
static enum status verdict(struct scan *s)
{
	enum status status = STATUS_DONE;

	for (size_t i = 0; i < s->target_count; i++) {
		struct scan_target *t = &s->targets[i];
		enum status own = t->fulfilled ? STATUS_DONE : target_status(t);

		if (own == STATUS_DONE)
			continue;
		explain_target(t, own);
		if (status == STATUS_DONE || status == STATUS_TIMED_OUT)
			status = own;
	}
	return status;
}

static void target_reset(struct scan_target *t)
{
	t->ready = false;
	t->started = t->reported = 0;
	t->open = t->closed = t->filtered = 0;
	t->status = STATUS_DONE;
	bytes_clear(&t->why);
	memset(t->results, 0, t->port_count * sizeof *t->results);
}

void scan_round_done(struct scan *s)
{
	bool done = true, hopeless = false;

	for (size_t i = 0; i < s->target_count; i++) {
		struct scan_target *t = &s->targets[i];

		t->fulfilled = t->fulfilled || is_fulfilled(t);
		done = done && t->fulfilled;
		hopeless = hopeless || is_hopeless(t);
	}
	if (done || hopeless || !retry_again(&s->retry, STATUS_REFUSED))
		loop_stop(s->loop);
}

/* The ports of T can be tried from now on. */
static void target_ready(struct scan_target *t)
{
	size_t index = (size_t)(t - t->scan->targets);

	t->ready = true;
	if (index < t->scan->current)
		t->scan->current = index;
}

static void target_named(struct scan_target *t, enum name_result r, struct name_answer *answer)
{
	struct scan *s = t->scan;
	struct name_query q = {
		.host = t->endpoint->host, .port = t->endpoint->port, .family = s->plan->family};

	if (r == NAME_FOUND) {
		name_answer_release(&t->names);
		t->names = *answer;
		target_ready(t);
	} else {
		t->status = name_explain(r, &q, &t->why);
	}
	s->unresolved--;
}

/* Names do not wait for each other: the ports of this one are tried at once. */
static void name_known(void *arg, enum name_result r, struct name_answer *answer)
{
	struct scan_target *t = arg;

	t->request = NULL;
	target_named(t, r, answer);
	scan_fill(t->scan);
}

static void target_lookup(struct scan_target *t)
{
	struct scan *s = t->scan;
	struct name_query q = {.host = t->endpoint->host,
		.family = s->plan->family,
		.type = SOCK_STREAM,
		.numeric = s->plan->numeric,
		.time_ns = retry_round_time(&s->retry, s->plan->timeout_ns)};
	struct name_answer answer = {0};

	s->unresolved++;
	if (name_is_immediate(&q)) {
		enum name_result r = name_lookup(&q, &answer);

		target_named(t, r, &answer);
		return;
	}
	t->request = name_start(s->loop, &q, name_known, t);
	if (!t->request)
		target_named(t, NAME_FAILED, &answer);
}

static void target_start(struct scan_target *t)
{
	if (t->fulfilled)
		return;
	target_reset(t);
	/* A proxy looks up names itself. */
	if (t->endpoint->kind != ENDPOINT_INET || t->scan->plan->proxy)
		target_ready(t);
	else
		target_lookup(t);
}

static void round_start(void *arg)
{
	struct scan *s = arg;

	s->current = s->done = 0;
	for (size_t i = 0; i < s->target_count; i++)
		target_start(&s->targets[i]);
	scan_fill(s);
}

static enum status target_init(
	struct scan_target *t, struct scan *s, const struct endpoint *e, struct bytes *why)
{
	enum status status = STATUS_DONE;

	*t = (struct scan_target){.scan = s, .endpoint = e, .port_count = 1};
	if (e->kind == ENDPOINT_INET) {
		t->ports = scan_ports(e, s->plan->numeric, &t->port_count, &status, why);
		if (!t->ports)
			return status;
	} else {
		t->names.addrs = malloc(sizeof *t->names.addrs);
		if (t->names.addrs)
			*t->names.addrs = e->addr;
		t->names.count = 1;
	}
	t->results = calloc(t->port_count, sizeof *t->results);
	if (t->results && (t->ports || t->names.addrs))
		return STATUS_DONE;
	return fail_memory(why);
}

static void target_release(struct scan_target *t)
{
	name_answer_release(&t->names);
	free(t->ports);
	free(t->results);
	bytes_release(&t->why);
	bytes_release(&t->proxy_why);
	if (t->request)
		name_cancel(t->request);
}

/* As many connects in flight as requested, if descriptors allow. */
static size_t parallel_allowed(size_t wanted)
{
	size_t most = fd_raise_limit();

	if (most <= SPARE_DESCRIPTORS + 1)
		return 1;
	return wanted < most - SPARE_DESCRIPTORS ? wanted : most - SPARE_DESCRIPTORS;
}

/* How many ports of this round have been tried. */
static void figures(void *arg, struct meter_figures *f)
{
	const struct scan *s = arg;

	f->items = (int64_t)s->done;
	f->total_items = 0;
	for (size_t i = 0; i < s->target_count; i++)
		f->total_items += (int64_t)s->targets[i].port_count;
	f->items_word = "port";
}

/* A report that nobody reads any longer is not worth the rest of the scan. */
static void reader_gone(void *arg)
{
	struct scan *s = arg;

	s->status = STATUS_FAILED;
	loop_stop(s->loop);
}

static int watch_reader(struct scan *s)
{
	return s->plan->output == STDOUT_FILENO ? results_watch(s->loop, reader_gone, s) : 0;
}

static enum status scan_targets(struct scan *s, const struct endpoint *targets, size_t count)
{
	struct bytes why = {0};
	enum status status = STATUS_DONE;

	for (; s->target_count < count && status == STATUS_DONE; s->target_count++)
		status = target_init(
			&s->targets[s->target_count], s, &targets[s->target_count], &why);
	if (status != STATUS_DONE)
		log_error("%s", bytes_reason(&why));
	bytes_release(&why);
	if (status != STATUS_DONE)
		return status;
	loop_defer(s->loop, &s->more, round_start, s);
	if (meter_start(&s->meter, s->loop, "tcp-connect", s->plan->meter, figures, s) < 0 ||
		watch_reader(s) < 0 || loop_run(s->loop) < 0) {
		log_error("cannot wait for answers: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	meter_finish(&s->meter);
	/* Targets that were not scanned have no verdict. */
	if (results_error())
		return STATUS_FAILED;
	for (size_t i = 0; i < count; i++)
		scan_report(&s->targets[i]);
	if (scan_flush(s) < 0)
		return STATUS_FAILED;
	status = verdict(s);
	return scan_flush(s) < 0 ? STATUS_FAILED : status;
}

enum status scan_run(struct loop *loop, const struct endpoint *targets, size_t count,
	const struct scan_plan *plan)
{
	struct scan_plan allowed = *plan;
	struct scan s = {
		.loop = loop, .plan = &allowed, .targets = calloc(count, sizeof *s.targets)};
	enum status status = STATUS_FAILED;

	allowed.parallel = parallel_allowed(plan->parallel);
	retry_init(&s.retry, loop, plan->wait_ns, round_start, &s);
	if (s.targets)
		status = scan_targets(&s, targets, count);
	else
		log_error("%s", status_reason(ENOMEM));
	for (size_t i = 0; s.targets && i < s.target_count; i++)
		target_release(&s.targets[i]);
	scan_sockets_close(&s);
	retry_stop(&s.retry);
	bytes_release(&s.report);
	free(s.targets);
	return status;
}
