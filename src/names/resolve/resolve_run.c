/* SPDX-License-Identifier: ISC */
/* resolve_run.c - resolve at work: many questions at once, and their progress. */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/loop/pool.h"
#include "core/results.h"
#include "names/dns/type.h"
#include "names/resolve/resolve_private.h"

enum {
	HOST_NAME_ROOM = 256,
	THREADS = 16, /* a local server is as fast with 8; more make up for the delays of a distant
		       * one */
	THREADS_MOST = 256,
	QUEUED_FOR_EACH = 4, /* look-ups, so that no thread runs dry while the loop is busy */
	QUESTIONS = 64,	     /* in flight to DNS; with more, datagrams are only lost */
};

void resolve_fail(struct question *q, enum status status, const char *why)
{
	const struct resolve_run *r = q->arg;
	struct print_style style = r->style;
	const char *text = bytes_text(&q->text);

	if (r->dns) {
		struct resolve_types types = resolve_dns_types(r, text);

		style.type = types.count == 1 ? types.list[0] : 0;
	}
	if (!print_error(&q->out, &style, text, status, why))
		bytes_add_text(&q->why, why);
	q->status = status;
	question_done(q);
}

static void plan_ways(struct resolve_run *r, struct batch_plan *plan)
{
	size_t parallel = (size_t)r->options->parallel;
	const struct resolve_types *types = &r->options->types;

	plan->blocks = types->count == 0 || types->list[0] == DNS_TYPE_PTR;

	/* Each question may need a descriptor, including libc's look-ups. */
	fd_raise_limit();
	if (r->dns) {
		size_t each = types->count ? types->count : 1;
		size_t most = DNS_OPEN_MAX / each;

		plan->open_most = parallel ? parallel : QUESTIONS;
		if (plan->open_most > most)
			plan->open_most = most;
		plan->start = resolve_dns_start;
		return;
	}
	size_t threads = parallel ? parallel : THREADS;
	if (threads > THREADS_MOST)
		threads = THREADS_MOST;
	/* --parallel is a strict limit; without it, slow names need not hold up the others. */
	pool_limit((unsigned)threads, parallel > 0);
	plan->open_most = threads * QUEUED_FOR_EACH;
	plan->start = resolve_host_start;
}

static enum status run_batch(struct resolve_run *r, struct batch_plan *plan)
{
	const struct batch_result *result = &r->result;

	plan->arg = r;
	plan_ways(r, plan);
	if (batch_run(r->loop, plan, &r->result) < 0) {
		if (!results_error())
			log_error("cannot read the names: %s", status_reason(result->error));
		return STATUS_FAILED;
	}
	/* Many names share one status. */
	return result->status != STATUS_DONE && r->options->batch ? STATUS_NOT_FOUND
								  : result->status;
}

static void figures(void *arg, struct meter_figures *f)
{
	const struct resolve_run *r = arg;

	f->items = r->result.answered;
	f->total_items = r->result.asked;
	f->items_word = "name";
	f->errors = r->result.failed;
	f->reason = r->result.error ? "error" : "done";
}

static int start_meter(struct resolve_run *r)
{
	return meter_start(&r->meter, r->loop, "resolve", &r->config->meter, figures, r);
}

static enum status run_names(struct resolve_run *r, struct batch_word *words, size_t count)
{
	struct batch_plan plan = {
		.words = r->options->batch ? NULL : words, .word_count = count, .fd = -1};
	struct bytes why = {0};
	enum status status = resolve_prepare(r, words, r->this_host ? 0 : count, &plan.fd, &why);

	if (status == STATUS_DONE && start_meter(r) < 0)
		status = fail_with(&why, STATUS_FAILED, "cannot start: %s", status_reason(errno));
	if (status != STATUS_DONE) {
		log_error("%s", bytes_reason(&why));
	} else {
		status = resolve_transfers_zone(r->options) ? resolve_transfers(r, words, count)
							    : run_batch(r, &plan);
		meter_finish(&r->meter);
	}
	bytes_release(&why);
	return status;
}

/* Nobody typed this host's name: it is asked for as it is, whatever it looks like. */
static enum status run_this_host(struct resolve_run *r)
{
	char name[HOST_NAME_ROOM];
	struct batch_word word = {.text = name};

	if (gethostname(name, sizeof(name)) < 0) {
		log_error("cannot get this host's name: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	name[sizeof(name) - 1] = '\0';
	r->this_host = true;
	return run_names(r, &word, 1);
}

enum status resolve_go(struct resolve_run *r, const struct opt_words *operands)
{
	struct batch_word *words;
	enum status status = STATUS_FAILED;

	r->result.asked = -1;
	r->loop = loop_new(NULL);
	words = calloc(operands->operand_count + 1, sizeof *words);
	if (r->loop && words && operands->operand_count == 0 && !r->options->batch)
		status = run_this_host(r);
	else if (r->loop && words)
		status = run_names(r, words, resolve_words(r, operands, words));
	else
		log_error("cannot start: %s", status_reason(errno));
	free(words);
	return status;
}
