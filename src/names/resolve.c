/* SPDX-License-Identifier: ISC */
/* resolve.c - resolve: names to addresses and back, as programs here see them, or from DNS itself.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/loop/loop.h"
#include "core/loop/pool.h"
#include "core/name.h"
#include "core/results.h"
#include "names/batch.h"
#include "names/commands.h"
#include "names/lookup.h"
#include "names/resolve_run.h"

enum {
	HOST_NAME_ROOM = 256,
	THREADS = 16, /* a local server is as fast with 8; more bridge a distant one's delays */
	THREADS_MOST = 256,
	QUEUED_FOR_EACH = 4, /* look-ups, so that no thread runs dry while the loop is busy */
	QUESTIONS = 64,	     /* in flight to DNS; more only lose datagrams */
};

static const int64_t dns_timeout_ns = 5 * NUM_NS_PER_S;

static bool asks_dns(const struct resolve_options *o)
{
	return o->type || o->servers.count > 0 || o->tcp;
}

void resolve_fail(struct question *q, int status, const char *why)
{
	const struct resolve_run *r = q->arg;
	struct print_style style = r->style;
	const char *text = bytes_text(&q->text);

	style.type = r->dns ? resolve_dns_type(r, text) : 0;
	if (!print_error(&q->out, &style, text, status, why))
		bytes_add_text(&q->why, why);
	q->status = status;
	question_done(q);
}

bool resolve_find_service(
	const struct resolve_run *r, const char *word, struct resolve_service *service)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};

	*service = (struct resolve_service){.type = SOCK_STREAM};
	if (addr_parse_port(word, &service->port))
		return true;
	if (r->config->common.numeric)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		service->type = types[i];
		if (name_port(word, types[i], false, &service->port) == NAME_FOUND) {
			service->known = !name_services_builtin();
			return true;
		}
	}
	return false;
}

/* Put the operands into WORDS: a service belongs to the name before it. Their number. */
static size_t words_read(
	struct resolve_run *r, const struct opt_words *operands, struct batch_word *words)
{
	struct resolve_service service;
	size_t count = 0;

	for (size_t i = 0; i < operands->operand_count; i++) {
		const char *text = operands->operands[i];
		bool after_name = count > 0 && !words[count - 1].service && !asks_dns(r->options);

		if (after_name && resolve_find_service(r, text, &service))
			words[count - 1].service = text;
		else
			words[count++] = (struct batch_word){text, NULL, after_name};
	}
	return count;
}

/* What options have to do with operands: NULL, or what is wrong. */
static const char *check_options(const struct resolve_run *r, size_t operands)
{
	const struct resolve_options *o = r->options;

	if (operands > 0 && o->batch)
		return "--batch reads names from its input, not from operands";
	if (o->fqdn && operands > 0)
		return "--fqdn is about this host and takes no name";
	if (operands == 0 && !o->batch && (o->all || o->canonical || asks_dns(o)))
		return "missing operand: NAME";
	if (o->parallel && !o->batch && operands == 0)
		return "--parallel requires names to look up";
	return NULL;
}

/* Whether what WORD says can be known to be wrong without asking anyone. */
static int check_word(const struct resolve_run *r, const char *word, struct bytes *why)
{
	const struct common_options *c = &r->config->common;
	struct name_query q = {
		.host = word, .family = c->family, .type = SOCK_STREAM, .numeric = c->numeric};
	struct name_answer answer = {0};
	struct dns_name name;

	if (asks_dns(r->options)) {
		const char *reason = resolve_dns_name(r, word, &name);

		if (reason)
			bytes_add_format(why, "bad name: \"%s\" %s", word, reason);
		return reason ? STATUS_USAGE : STATUS_DONE;
	}
	if (strcmp(word, "*") == 0 || !name_is_immediate(&q))
		return STATUS_DONE;
	enum name_result found = name_lookup(&q, &answer);
	if (found == NAME_FOUND)
		name_answer_release(&answer);
	else if (found == NAME_WRONG_FAMILY || found == NAME_NOT_ALLOWED)
		return name_explain(found, &q, why);
	return STATUS_DONE;
}

/* This host's own name. */
static int answer_host_name(const struct resolve_run *r, struct bytes *out)
{
	char name[HOST_NAME_ROOM];
	struct lookup l = {.host = name,
		.family = r->config->common.family,
		.type = SOCK_STREAM,
		.canonical = true};
	struct lookup_answer a = {0};
	int status = STATUS_DONE;

	if (gethostname(name, sizeof(name)) < 0) {
		log_error("cannot get this host's name: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	name[sizeof(name) - 1] = '\0';
	if (r->options->fqdn) {
		lookup_run(&l, &a);
		status = a.status;
	}
	if (status == STATUS_DONE)
		print_host_name(out, r->style.json, a.canonical ? a.canonical : name);
	else if (!print_error(out, &r->style, name, status, bytes_text(&a.why)))
		log_error("%s", bytes_text(&a.why));
	lookup_answer_release(&a);
	return status;
}

/* Prepare for asking DNS itself. */
static int dns_prepare(struct resolve_run *r, struct bytes *why)
{
	const struct resolve_options *o = r->options;
	int64_t timeout_ns = o->timeout_ns > 0 ? o->timeout_ns : dns_timeout_ns;
	int status = dns_servers_find(&r->servers, &o->servers, r->config->common.family, why);

	if (status != STATUS_DONE)
		return status;
	r->dns = dns_client_new(r->loop, &r->servers, o->tcp, timeout_ns);
	if (r->dns)
		return STATUS_DONE;
	bytes_add_text(why, status_reason(ENOMEM));
	return STATUS_FAILED;
}

static int open_input(const char *path, int *fd, struct bytes *why)
{
	*fd = STDIN_FILENO;
	if (strcmp(path, "-") == 0)
		return STATUS_DONE;
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (*fd >= 0)
		return STATUS_DONE;
	int err = errno;
	bytes_add_format(why, "cannot open %s: %s", path, status_reason(err));
	return (int)status_of_errno(err);
}

static void plan_ways(struct resolve_run *r, struct batch_plan *plan)
{
	size_t parallel = (size_t)r->options->parallel;

	/* Each may need a descriptor, libc's look-ups too. */
	fd_raise_limit();
	if (r->dns) {
		plan->open_most = parallel ? parallel : QUESTIONS;
		plan->start = resolve_dns_start;
		return;
	}
	size_t threads = parallel ? parallel : THREADS;
	if (threads > THREADS_MOST)
		threads = THREADS_MOST;
	/* --parallel is kept to; without it slow names need not hold up the others. */
	pool_limit((unsigned)threads, parallel > 0);
	plan->open_most = threads * QUEUED_FOR_EACH;
	plan->start = resolve_host_start;
}

static int run_batch(struct resolve_run *r, struct batch_plan *plan)
{
	const struct batch_result *result = &r->result;

	plan->arg = r;
	plan_ways(r, plan);
	int ended = batch_run(r->loop, plan, &r->result);
	meter_finish(&r->meter);
	if (ended < 0) {
		if (!results_error())
			log_error("cannot read the names: %s", status_reason(result->error));
		return STATUS_FAILED;
	}
	/* Many names have one status among them. */
	return result->status != STATUS_DONE && r->options->batch ? STATUS_NOT_FOUND
								  : result->status;
}

static void figures(void *arg, struct meter_figures *f)
{
	const struct resolve_run *r = arg;

	f->items = r->result.answered;
	f->total_items = r->result.asked;
	f->items_word = "names";
	f->errors = r->result.failed;
	f->reason = r->result.error ? "error" : "done";
}

static int run_names(struct resolve_run *r, struct batch_word *words, size_t count)
{
	struct batch_plan plan = {.words = words, .word_count = count, .fd = -1};
	struct bytes why = {0};
	int status = STATUS_DONE;

	for (size_t i = 0; i < count && status == STATUS_DONE; i++)
		status = check_word(r, words[i].text, &why);
	if (status == STATUS_DONE && r->options->batch) {
		plan.words = NULL;
		status = open_input(r->options->batch, &plan.fd, &why);
	}
	if (status == STATUS_DONE && asks_dns(r->options))
		status = dns_prepare(r, &why);
	if (status != STATUS_DONE)
		log_error("%s", bytes_text(&why));
	else
		status = run_batch(r, &plan);
	bytes_release(&why);
	return status;
}

static int run(struct resolve_run *r, const struct opt_words *operands)
{
	struct batch_word *words;
	struct bytes out = {0};
	int status;

	r->result.asked = -1;
	if (operands->operand_count == 0 && !r->options->batch) {
		status = answer_host_name(r, &out);
		results_add(&out);
		bytes_release(&out);
		return status;
	}
	r->loop = loop_new(NULL);
	words = calloc(operands->operand_count + 1, sizeof *words);
	if (r->loop && words &&
		meter_start(&r->meter, r->loop, "resolve", &r->config->meter, figures, r) == 0) {
		status = run_names(r, words, words_read(r, operands, words));
	} else {
		log_error("cannot start: %s", status_reason(errno));
		status = STATUS_FAILED;
	}
	free(words);
	return status;
}

static int resolve_main(const void *config, const struct opt_words *operands)
{
	struct resolve_run r = {.config = config};
	struct bytes why = {0};
	const char *reason;
	int status;

	r.options = &r.config->resolve;
	r.style.json = r.config->common.json;
	r.style.batch = r.options->batch != NULL;
	log_setup("resolve", r.config->common.level, r.config->common.json);
	reason = check_options(&r, operands->operand_count);
	if (reason)
		bytes_add_text(&why, reason);
	status = reason ? opt_report(operands, STATUS_USAGE, &why) : run(&r, operands);
	bytes_release(&why);
	pool_close();
	dns_client_free(r.dns);
	dns_servers_release(&r.servers);
	loop_free(r.loop);
	return (int)results_finish((enum status)status, 0);
}

static const struct opt_hint hints[] = {
	{"-t", "did you mean --type?"},
	{"-x --reverse", "not needed: an ADDRESS is answered with its name"},
	{"-a", "--all has every tuple, --type ANY every record"},
	{"-p --port", "did you mean --server HOST:PORT?"},
	{"-f --file", "did you mean --batch=FILE?"},
	{0},
};

static const struct opt_example examples[] = {
	{"resolve example.org", "its addresses, in the order programs try them"},
	{"resolve 192.0.2.1", "its name"},
	{"resolve --type MX example.org", "query DNS"},
	{"resolve example.org https", "addresses with the port of a service"},
	{"resolve --server 127.0.0.1:5353 --type A example.org", "query one server"},
	{"resolve --batch --parallel 32 <names", "look up many names"},
	{0},
};

const struct command resolve_command = {
	.name = "resolve",
	.summary = "look up names as programs on this host do, or query DNS",
	.usage = "[OPTION...] [NAME|ADDRESS [SERVICE]]...",
	.examples = examples,
	.sets = resolve_sets,
	.rules = resolve_rules,
	.hints = hints,
	.config_size = sizeof(struct resolve_config),
	.defaults = &resolve_defaults,
	.run = resolve_main,
};
