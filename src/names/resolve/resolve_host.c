/* SPDX-License-Identifier: ISC */
/* resolve_host.c - answer questions through libc, each on a thread. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "core/loop/pool.h"
#include "names/dns/type.h"
#include "names/resolve/lookup.h"
#include "names/resolve/resolve_private.h"

/* A look-up on its thread. It has its own copy of what it needs, because it may outlive the
 * question. */
struct host_task {
	struct pool_task task; /* first, so that a task's address is its host_task's */
	struct resolve_run *run;
	struct question *question;
	struct print_style style;
	struct lookup lookup; /* points into this block */
	struct lookup_answer answer;
	struct bytes out;
	bool this_host;
	char text[]; /* as typed */
};

static void task_free(struct pool_task *task)
{
	struct host_task *t = (struct host_task *)task;

	lookup_answer_release(&t->answer);
	bytes_release(&t->out);
	free(t);
}

/* Runs on the thread; the lines are made here too, because that is most of the remaining work. */
static void task_work(struct pool_task *task)
{
	struct host_task *t = (struct host_task *)task;

	lookup_run(&t->lookup, &t->answer);
	if (t->answer.status != STATUS_DONE)
		return;
	if (t->this_host)
		print_host_name(&t->out, t->style.json,
			t->answer.canonical ? t->answer.canonical : t->text);
	else
		print_lookup(&t->out, &t->style, t->text, &t->lookup, &t->answer);
}

/* TEXT, which follows a name, is neither a name nor a service; users of dig mean a type. */
static void add_service_hint(const char *text, struct bytes *why)
{
	uint16_t type;

	bytes_add_text(why, " (and no such service");
	if (!dns_type_parse(text, &type))
		bytes_add_format(why, "; did you mean --type %s?", text);
	bytes_add_byte(why, ')');
}

/* TEXT, which is not a host, may be a host and a port: here those are two words. */
static void add_port_hint(const char *text, struct bytes *why)
{
	char *words[] = {(char *)text};
	struct bytes ignored = {0};
	struct endpoint e;

	if (strchr(text, ':') && endpoint_parse(&e, ENDPOINT_PEER, words, 1, &ignored) == 1) {
		if (e.kind == ENDPOINT_INET)
			bytes_add_format(why, " (did you mean %s %s?)", e.host, e.port);
		endpoint_release(&e);
	}
	bytes_release(&ignored);
}

static void task_done(struct pool_task *task)
{
	struct host_task *t = (struct host_task *)task;
	struct question *q = t->question;

	if (t->answer.status == STATUS_DONE) {
		bytes_join(&q->out, &t->out);
		question_done(q);
	} else {
		if (q->word && q->word->after_name)
			add_service_hint(t->text, &t->answer.why);
		else
			add_port_hint(t->text, &t->answer.why);
		resolve_fail(q, t->answer.status, bytes_reason(&t->answer.why));
	}
	task_free(task);
}

static void task_late(struct pool_task *task)
{
	struct host_task *t = (struct host_task *)task;
	char time[NUM_TEXT];
	struct bytes why = {0};

	bytes_add_format(&why, "no answer for \"%s\" within %s", t->text,
		num_show_time(task->time_ns, time));
	resolve_fail(t->question, STATUS_TIMED_OUT, bytes_reason(&why));
	bytes_release(&why);
}

/* Set what to ask libc for T's text; SERVICE is what follows it (NULL: none). False: there is no
 * such service. */
static bool task_plan(struct host_task *t, const char *service)
{
	const struct resolve_config *c = t->run->config;
	struct resolve_service found = {.type = SOCK_STREAM};

	if (service && !resolve_find_service(t->run, service, &found))
		return false;
	t->lookup = (struct lookup){.host = strcmp(t->text, "*") == 0 ? "" : t->text,
		.service = found.known ? service : NULL,
		.has_port = service != NULL,
		.port = found.port,
		.family = c->common.family,
		.type = found.type,
		.numeric = c->common.numeric,
		.all = c->resolve.all,
		.canonical = c->resolve.canonical || c->resolve.fqdn};
	t->lookup.reverse = !service && !c->resolve.all && !c->common.numeric && !t->this_host &&
		lookup_is_address(t->text);
	return true;
}

static struct host_task *task_new(struct question *q)
{
	struct resolve_run *r = q->arg;
	const char *text = bytes_text(&q->text);
	struct host_task *t = calloc(1, sizeof(*t) + strlen(text) + 1);

	if (!t)
		return NULL;
	memcpy(t->text, text, strlen(text));
	t->task.work = task_work;
	t->task.done = task_done;
	t->task.late = task_late;
	t->task.drop = task_free;
	t->task.time_ns = r->options->timeout_ns;
	t->run = r;
	t->question = q;
	t->style = r->style;
	t->this_host = r->this_host;
	return t;
}

void resolve_host_start(struct question *q)
{
	struct resolve_run *r = q->arg;
	struct host_task *t;

	if (q->bad) {
		resolve_fail(q, STATUS_NOT_FOUND, q->bad);
		return;
	}
	if (r->this_host && !r->options->fqdn) {
		print_host_name(&q->out, r->style.json, bytes_text(&q->text));
		question_done(q);
		return;
	}
	t = task_new(q);
	if (!t) {
		resolve_fail(q, STATUS_FAILED, status_reason(ENOMEM));
		return;
	}
	if (!task_plan(t, q->word ? q->word->service : NULL)) {
		resolve_fail(q, STATUS_NOT_FOUND, "no such service");
		task_free(&t->task);
		return;
	}
	/* If look-ups are forbidden, there is nothing to wait for. */
	if (t->lookup.numeric) {
		task_work(&t->task);
		task_done(&t->task);
		return;
	}
	if (pool_start(r->loop, &t->task) == 0)
		return;
	resolve_fail(q, STATUS_FAILED, status_reason(errno));
	task_free(&t->task);
}
