/* SPDX-License-Identifier: ISC */
/* listen.c - udp-listen: take datagrams from anyone; write, answer or pass them on. */
#include "udp/listen.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/name.h"
#include "core/opt/common.h"
#include "core/opt/opt.h"
#include "core/os/os.h"
#include "core/ready.h"
#include "udp/commands.h"
#include "udp/hints.h"
#include "udp/listen_secure.h"

enum { SPARE_DESCRIPTORS = 64 /* for everything but sessions */ };

static int check(const struct listen_run *r, struct bytes *why)
{
	const struct listen_config *c = r->config;

	if (!c->common.json || c->output.format < 0 || c->output.format == FORMAT_JSON)
		return STATUS_DONE;
	bytes_add_format(
		why, "--json cannot be used with --format %s", format_names[c->output.format]);
	return STATUS_USAGE;
}

static int target_find(struct listen_run *r, struct bytes *why)
{
	const struct common_options *c = &r->config->common;
	struct name_query q = {.host = r->target.host,
		.port = r->target.port,
		.family = c->family,
		.type = SOCK_DGRAM,
		.numeric = c->numeric};
	struct name_answer answer;
	enum name_result found = name_lookup(&q, &answer);

	if (found != NAME_FOUND)
		return name_explain(found, &q, why);
	r->forward.target = answer.addrs[0];
	name_answer_release(&answer);
	return STATUS_DONE;
}

static int forward_read(struct listen_run *r, struct bytes *why)
{
	const char *word = r->config->way.forward;
	int status;

	if (!word)
		return STATUS_DONE;
	status = endpoint_read_option(&r->target, ENDPOINT_PEER, "--forward", word, why);
	if (status != STATUS_DONE)
		return status;
	if (r->target.kind == ENDPOINT_FD) {
		bytes_add_format(why, "%s cannot be forwarded to: it is one socket", word);
		return STATUS_USAGE;
	}
	if (r->target.kind == ENDPOINT_INET)
		return target_find(r, why);
	r->forward.target = r->target.addr;
	return STATUS_DONE;
}

/* What is the best default here, before what -o says. */
static int options_add(struct listen_run *r, struct bytes *why)
{
	if (r->endpoint.kind == ENDPOINT_UNIX)
		return STATUS_DONE;
	/* Other receivers of the same group on this host are no mistake. */
	if (sock_options_add(&r->options, "rcvbuf", "4M") == 0 &&
		(r->groups.count == 0 || sock_options_add(&r->options, "reuseaddr", "1") == 0))
		return STATUS_DONE;
	bytes_add_text(why, status_reason(errno));
	return STATUS_FAILED;
}

/* Everything that the command line says, judged before anything is bound. */
static int prepare(struct listen_run *r, const struct opt_words *words, struct bytes *why)
{
	const struct listen_config *c = r->config;
	int status = endpoint_read(
		&r->endpoint, ENDPOINT_LOCAL, words->operands, words->operand_count, why);

	if (status == STATUS_DONE &&
		sock_options_parse(&r->options, &c->socket.options, SOCK_DGRAM, why) < 0)
		status = STATUS_USAGE;
	if (status == STATUS_DONE)
		status = groups_read(&r->groups, &c->bind.groups, why);
	if (status == STATUS_DONE)
		status = options_add(r, why);
	if (status == STATUS_DONE)
		status = access_init(&r->access, &c->access, c->common.numeric, why);
	if (status == STATUS_DONE && r->runner.argv)
		status = access_check_command(&r->access, &r->endpoint, why);
	if (status == STATUS_DONE && c->way.reply)
		status = common_text_take(c->text.form, "--reply", c->way.reply, &r->reply, why);
	if (status == STATUS_DONE)
		status = listen_secure_find(r, why);
	if (status == STATUS_DONE)
		status = forward_read(r, why);
	return status;
}

static void command_read(struct listen_run *r, const struct opt_words *words)
{
	const char *shell = r->config->way.shell;

	r->runner.argv = words->command;
	r->runner.parallel = (size_t)r->config->way.parallel;
	r->runner.limit_ns = r->config->way.command_ns;
	if (!shell)
		return;
	r->shell[0] = (char *)"/bin/sh";
	r->shell[1] = (char *)"-c";
	r->shell[2] = (char *)shell;
	r->runner.argv = r->shell;
}

/* A command and --forward take the datagrams for themselves, unless a format was asked for. */
static void plan_output(struct listen_run *r)
{
	const struct listen_config *c = r->config;
	bool said = c->output.format >= 0 || c->common.json || c->output.from;

	r->format = c->common.json	? FORMAT_JSON
		: c->output.format >= 0 ? (enum format_kind)c->output.format
					: FORMAT_RAW;
	r->writes = said || !(r->runner.argv || c->way.forward);
	r->runs = r->format == FORMAT_RAW && !c->output.from && !r->runner.argv && !c->way.forward;
	r->left = c->limits.count ? c->limits.count : UINT64_MAX;
}

static void plan_forward(struct listen_run *r)
{
	const struct listen_way *way = &r->config->way;
	size_t most = way->forward ? fd_raise_limit() : 0;

	r->forward.timeout_ns = way->session_ns;
	r->forward.sessions_max = most > SPARE_DESCRIPTORS ? most - SPARE_DESCRIPTORS : 1;
	if (way->sessions_max && way->sessions_max < r->forward.sessions_max)
		r->forward.sessions_max = (size_t)way->sessions_max;
}

static int open_ports(struct listen_run *r, struct bytes *why)
{
	bool json = r->format == FORMAT_JSON && r->writes;
	struct ports_plan plan = {.family = r->config->common.family,
		.numeric = r->config->common.numeric,
		.options = &r->options,
		.groups = &r->groups,
		.wishes = {.destination = json || listen_answers(r),
			.time = json,
			/* Taken by one call, they could not be left to whoever comes next. */
			.merged = r->left == UINT64_MAX && !r->runner.argv,
			.own_groups = r->groups.count > 0}};

	return ports_open(&r->ports, &r->endpoint, &plan, why);
}

static int announce(const struct listen_run *r, struct bytes *why)
{
	const struct ready_plan plan = {
		.file = r->config->bind.ready_file, .endpoints = &r->endpoint, .count = 1};

	return ready_announce(&r->ports.sockets, &plan, why);
}

static void on_signal(void *arg, int signo)
{
	struct listen_run *r = arg;

	if (r->signo || r->ending)
		loop_stop(r->loop);
	r->signo = signo;
	r->limit = "signal";
	listen_end(r);
}

static void figures(void *arg, struct meter_figures *f)
{
	const struct listen_run *r = arg;

	f->received_bytes = (int64_t)r->totals.received_bytes;
	f->received_datagrams = (int64_t)r->totals.received;
	f->dropped_datagrams = r->ports.count > 0 ? ports_drops(&r->ports) : r->drops;
	if (listen_answers(r)) {
		f->sent_bytes = (int64_t)r->totals.sent_bytes;
		f->sent_datagrams = (int64_t)r->totals.sent;
	}
	f->errors = r->totals.errors > 0 || r->config->meter.stats == METER_STATS_JSON
		? (int64_t)r->totals.errors
		: -1;
	f->reason = r->limit ? r->limit : r->output.error ? "error" : "done";
	f->reason_text = f->reason;
}

static int start(struct listen_run *r, struct bytes *why)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	int status;

	if (r->runner.argv)
		os_cloexec_from(STDERR_FILENO + 1);
	status = open_ports(r, why);
	if (status != STATUS_DONE)
		return status;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		loop_signal(r->loop, signals[i], false, on_signal, r);
	if (listen_start(r) < 0 ||
		meter_start(&r->meter, r->loop, "udp-listen", &r->config->meter, figures, r) < 0) {
		bytes_add_format(why, "cannot start: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	/* Told while we may still write where the user said. */
	status = announce(r, why);
	return status == STATUS_DONE ? listen_secure(r, why) : status;
}

/* Nothing is lost in silence. */
static void say_drops(struct listen_run *r)
{
	r->drops = r->ports.count > 0 ? ports_drops(&r->ports) : -1;
	if (r->drops > 0)
		log_warning("the kernel dropped %lld datagrams because they were not taken in time",
			(long long)r->drops);
}

static int serve(struct listen_run *r, struct bytes *why)
{
	int status;

	r->loop = loop_new(NULL);
	if (!r->loop) {
		bytes_add_format(why, "cannot start: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	plan_forward(r);
	status = start(r, why);
	if (status != STATUS_DONE)
		return status;
	if (loop_run(r->loop) < 0) {
		bytes_add_format(why, "cannot go on: %s", status_reason(errno));
		r->status = STATUS_FAILED;
	}
	say_drops(r);
	meter_finish(&r->meter);
	return r->status;
}

static void run_release(struct listen_run *r)
{
	if (r->loop) {
		runner_release(&r->runner);
		forward_release(&r->forward);
		if (r->output.loop)
			output_release(&r->output);
	}
	ports_close(&r->ports);
	batch_release(&r->batch);
	if (r->endpoint.text)
		endpoint_release(&r->endpoint);
	if (r->target.text)
		endpoint_release(&r->target);
	sock_options_release(&r->options);
	access_release(&r->access);
	groups_release(&r->groups);
	bytes_release(&r->reply);
	loop_free(r->loop);
}

/* Standard output is closed last; what it lost counts, and who closed it is told in cat's way. */
static int finish(struct listen_run *r, int status)
{
	int err = r->output.error;
	int signo = r->signo;

	run_release(r);
	if (fd_close_stdout() < 0 && !err)
		err = errno;
	if (err == EPIPE && !loop_signal_was_ignored(SIGPIPE))
		status_die_of(SIGPIPE);
	if (err) {
		log_error("cannot write to standard output: %s", status_reason(err));
		status = STATUS_FAILED;
	}
	if (signo)
		status_die_of(signo);
	return status;
}

static int listen_run(const void *config, const struct opt_words *words)
{
	struct listen_run r = {.config = config, .drops = -1};
	struct bytes why = {0};
	int status;

	log_setup("udp-listen", r.config->common.level, r.config->common.json);
	status = check(&r, &why);
	if (status == STATUS_DONE) {
		command_read(&r, words);
		plan_output(&r);
		status = prepare(&r, words, &why);
		if (status == STATUS_DONE)
			status = serve(&r, &why);
	}
	if (why.size > 0)
		opt_report(words, status, &why);
	bytes_release(&why);
	return finish(&r, status);
}

static const struct opt_example examples[] = {
	{"udp-listen --format line 5140", "print what arrives, with its sender"},
	{"udp-listen --echo 7", "send each datagram back"},
	{"udp-listen --forward collector:514 514", "relay datagrams, and replies back"},
	{"udp-listen --count 1 -w 5s 5000", "wait for one datagram"},
	{"udp-listen --group 239.1.2.3@eth0 5000", "receive a multicast group"},
	{"udp-listen 127.0.0.1:5000 -- ./answer", "answer each one with a command"},
	{0},
};

const struct command udp_listen_command = {
	.name = "udp-listen",
	.summary = "receive datagrams; print, answer or forward them",
	.usage = "[OPTION...] ENDPOINT [-- COMMAND [ARG...]]",
	.operand = "ENDPOINT, as PORT, HOST:PORT or unix:PATH (sockit help endpoints)",
	.examples = examples,
	.sets = listen_sets,
	.rules = listen_rules,
	.hints = listen_hints,
	.config_size = sizeof(struct listen_config),
	.defaults = &listen_defaults,
	.takes_command = true,
	.run = listen_run,
};
