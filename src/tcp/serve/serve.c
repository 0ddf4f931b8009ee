/* SPDX-License-Identifier: ISC */
/* serve.c - tcp-serve: listen, and serve each connection. */

#include "tcp/serve/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/loop/pool.h"
#include "core/opt/opt.h"
#include "core/os/os.h"
#include "core/ready.h"
#include "tcp/command.h"
#include "tcp/commands.h"
#include "tcp/hints.h"
#include "tcp/serve/serve_secure.h"
#include "tcp/serve/serve_workers.h"

enum {
	COMMANDS_MAX = 128,
	SPARE_DESCRIPTORS = 32, /* for everything but connections */
};

static bool is_stdio(const struct serve_run *r)
{
	return serve_is_stdio(&r->set);
}

/* As many connections as descriptors allow, where nothing was said. */
static uint64_t conns_allowed(const struct serve_run *r)
{
	const struct serve_way *way = &r->config->way;
	bool pairs = way->forward || way->collect_dir || r->config->proxy.kind >= 0;
	uint64_t each = pairs ? 2 : 1;
	uint64_t between = r->set.taps.on ? 2 : 0;
	size_t most;

	if (r->config->serve.conns_max)
		return r->config->serve.conns_max;
	if (is_stdio(r))
		return 1;
	if (r->set.command.argv)
		return COMMANDS_MAX;
	/* Commands do not get here: the soft limit is theirs too, and select(2) relies on it. */
	most = fd_raise_limit();
	each += between;
	return most > SPARE_DESCRIPTORS + each ? (most - SPARE_DESCRIPTORS) / each : 1;
}

/* At a terminal Ctrl-C is meant for the one connection there is. */
static int64_t grace_of(const struct serve_run *r)
{
	bool at_terminal = is_stdio(r) && isatty(STDIN_FILENO);

	return at_terminal ? 0 : r->config->serve.grace_ns;
}

void serve_plan(struct serve_run *r)
{
	const struct serve_config *c = r->config;
	bool once = is_stdio(r) && !c->way.keep_open;

	r->plan =
		(struct server_plan){.accept_max = c->serve.accept_max ? c->serve.accept_max : once,
			.conns_max = conns_allowed(r),
			.per_host = c->serve.per_host,
			.grace_ns = grace_of(r),
			.accept_timeout_ns = c->serve.accept_timeout_ns,
			.proxy_protocol = c->listen.proxy_protocol,
			.limits = {c->limits.idle_ns, c->limits.max_ns},
			.relay = {.linger_ns = RELAY_FOREVER},
			.access = &r->set.access,
			.options = &r->set.options};
	r->server.plan = &r->plan;
	r->server.loop = r->loop;
}

static void stdio_fill(struct serve_run *r)
{
	bool keep = r->plan.accept_max != 1;

	r->stdio = (struct stdio_service){.plan = {.relay = {.idle_ns = r->plan.limits.idle_ns,
							   .max_ns = r->plan.limits.max_ns}},
		.input = end_of_inherited(STDIN_FILENO, false),
		.output = end_of_inherited(STDOUT_FILENO, true),
		.rtt_ns = -1,
		.retransmits = -1};
	/* A background job's input is /dev/null: such a server only receives. */
	r->stdio.plan.relay.keep_if_empty = true;
	r->stdio.plan.relay.linger_ns = isatty(STDIN_FILENO) ? 0 : NUM_NS_PER_S;
	if (keep) {
		r->stdio.input.flags |= END_KEEP;
		r->stdio.output.flags |= END_KEEP;
	}
}

/* Whether nobody from another host can connect. */
static bool listens_locally(const struct serve_run *r)
{
	for (size_t i = 0; i < r->server.listeners.count; i++) {
		const struct addr *addr = &r->server.listeners.item[i].addr;

		if (addr_family(addr) != AF_UNIX && !addr_is_loopback(addr))
			return false;
	}
	return true;
}

static void service_choose(struct serve_run *r)
{
	const struct serve_way *way = &r->config->way;
	struct server *s = &r->server;

	if (serve_many_way(way)) {
		serve_many_choose(&r->many, r->config, s);
	} else if (way->handler >= 0) {
		s->service = serve_handlers[way->handler];
		s->config = &r->roster;
	} else if (way->forward) {
		s->service = &forward_service;
		s->config = &r->set.forward;
	} else if (r->config->proxy.kind >= 0) {
		proxy_service_aim(&r->set.proxy, listens_locally(r));
		s->service = &proxy_service;
		s->config = &r->set.proxy;
	} else if (way->reply) {
		s->service = &reply_service;
		s->config = &r->set.reply;
	} else if (way->reply_file) {
		s->service = &reply_file_service;
		s->config = (void *)way->reply_file;
	} else if (r->set.command.argv) {
		r->command_service.argv = r->set.command.argv;
		os_cloexec_from(STDERR_FILENO + 1);
		s->service = &command_service;
		s->config = &r->command_service;
	} else {
		stdio_fill(r);
		stdio_service_start(&r->stdio, s);
		s->service = &stdio_service;
		s->config = &r->stdio;
	}
}

static void taps_place(struct serve_run *r)
{
	if (!r->set.taps.on)
		return;
	r->set.taps.names_peer = true;
	r->plan.taps = &r->set.taps;
	r->stdio.plan.taps = &r->set.taps;
}

void serve_choose(struct serve_run *r)
{
	service_choose(r);
	taps_place(r);
}

int serve_listen(struct serve_run *r, struct bytes *why)
{
	const struct serve_listen *c = &r->config->listen;
	struct listener_plan plan = {.family = r->config->common.family,
		.type = SOCK_STREAM,
		.unix_type = tcp_type_values[c->type],
		.backlog = (int)c->backlog,
		.unix_mode = c->unix_mode,
		.numeric = r->config->common.numeric,
		.options = &r->set.options};

	for (size_t i = 0; i < r->set.endpoint_count; i++) {
		int status = listeners_add(&r->server.listeners, &r->set.endpoints[i], &plan, why);

		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

int serve_announce(const struct serve_run *r, struct bytes *why)
{
	const struct ready_plan plan = {.file = r->config->listen.ready_file,
		.endpoints = r->set.endpoints,
		.count = r->set.endpoint_count};

	return ready_announce(&r->server.listeners, &plan, why);
}

static void signalled(void *arg, int signo)
{
	struct serve_run *r = arg;

	server_stop(&r->server, signo);
}

void serve_done(void *arg)
{
	struct serve_run *r = arg;

	loop_stop(r->loop);
}

static void figures(void *arg, struct meter_figures *f)
{
	struct serve_run *r = arg;
	uint64_t received, sent;

	server_measure(&r->server, &received, &sent);
	if (!r->server.uncounted) {
		f->received_bytes = (int64_t)received;
		f->sent_bytes = (int64_t)sent;
	}
	f->connections = (int64_t)r->server.accepted;
	f->reason = r->server.signo ? "signal" : "done";
	f->reason_text = r->server.signo ? "signal" : "done";
	if (!is_stdio(r) || !r->stdio.reason)
		return;
	f->peer = r->stdio.peer;
	f->rtt_ns = r->stdio.rtt_ns;
	f->retransmits = r->stdio.retransmits;
	f->reason = r->stdio.reason;
	f->reason_text = strcmp(f->reason, "done") == 0 ? "peer closed" : f->reason;
}

void serve_catch(struct serve_run *r, loop_signal_fn *fn)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	/* Of signals that exist and can be caught, this cannot fail. */
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		UNCHECKED(loop_signal(r->loop, signals[i], false, fn, r));
}

static int start(struct serve_run *r, struct bytes *why)
{
	int status = serve_listen(r, why);

	if (status != STATUS_DONE)
		return status;
	serve_catch(r, signalled);
	serve_choose(r);
	if (server_start(&r->server, serve_done, r) < 0 ||
		meter_start(&r->meter, r->loop, "tcp-serve", &r->config->meter, figures, r) < 0) {
		bytes_add_format(why, "cannot start: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	/* Told while we may still write where the user said; nobody is served before the rest is
	 * done. */
	status = serve_announce(r, why);
	if (status == STATUS_DONE)
		status = serve_settle(r, why);
	if (status == STATUS_DONE)
		serve_confine(r);
	return status;
}

static int serve(struct serve_run *r, struct bytes *why)
{
	int status;

	r->loop = loop_new(NULL);
	if (!r->loop) {
		bytes_add_format(why, "cannot start: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	serve_plan(r);
	status = r->config->listen.workers ? serve_workers_start(r, why) : start(r, why);
	if (status != STATUS_DONE)
		return status;
	if (loop_run(r->loop) < 0) {
		bytes_add_format(why, "cannot go on: %s", status_reason(errno));
		status = STATUS_FAILED;
	}
	meter_finish(&r->meter);
	return status;
}

static int outcome(const struct serve_run *r)
{
	if (r->server.never_came)
		return STATUS_TIMED_OUT;
	if (is_stdio(r))
		return r->stdio.status;
	if (r->set.command.argv && r->plan.accept_max == 1)
		return r->command_service.last_status;
	return serve_many_status(&r->many);
}

static void run_release(struct serve_run *r)
{
	workers_release(&r->workers);
	stdio_service_release(&r->stdio);
	if (r->loop)
		server_release(&r->server);
	serve_many_release(&r->many);
	serve_setup_release(&r->set);
	roster_release(&r->roster);
	pool_close();
	loop_free(r->loop);
}

static int finish(struct serve_run *r, int status)
{
	bool broken = r->stdio.broken_output || r->many.collector.broken;
	int signo = r->server.signo;

	status = taps_finish(&r->set.taps, status);
	run_release(r);
	if (fd_close_stdout() < 0 && status == STATUS_DONE) {
		log_error("cannot write to standard output: %s", status_reason(errno));
		status = STATUS_FAILED;
	}
	if (broken && !loop_signal_was_ignored(SIGPIPE))
		status_die_of(SIGPIPE);
	if (broken)
		log_error("cannot write to standard output: %s", status_reason(EPIPE));
	if (signo)
		status_die_of(signo);
	return status;
}

static int serve_run(const void *config, const struct opt_words *words)
{
	struct serve_run r = {.config = config};
	struct bytes why = {0};
	int status;

	log_setup("tcp-serve", r.config->common.level, r.config->common.json);
	status = serve_prepare(&r.set, r.config, words, &why);
	if (status == STATUS_DONE)
		status = serve(&r, &why);
	if (status != STATUS_DONE)
		opt_report(words, status, &why);
	else
		status = outcome(&r);
	bytes_release(&why);
	return finish(&r, status);
}

static const struct opt_example examples[] = {
	{"tcp-serve 8080 >received", "receive one connection into a file"},
	{"tcp-serve --forward db:5432 5432", "relay connections to another host"},
	{"tcp-serve '*:7000' -- ./answer", "run a command for each connection"},
	{"tcp-serve --handler echo 127.0.0.1:7", "send back what each client sends"},
	{"tcp-serve --chat 7000", "let clients talk to each other"},
	{"tcp-serve --collect 5140 >>lines", "merge the lines of many clients"},
	{"tcp-serve --proxy-server socks 127.0.0.1:1080", "be a SOCKS proxy"},
	{"tcp-serve --allow 192.0.2.0/24 --sh 'cat file' 7000", "serve one network"},
	{0},
};

const struct command tcp_serve_command = {
	.name = "tcp-serve",
	.summary = "listen for connections and serve each one",
	.usage = "[OPTION...] ENDPOINT [-- COMMAND [ARG...]]",
	.operand = "ENDPOINT, as PORT, HOST:PORT or unix:PATH (sockit help endpoints)",
	.examples = examples,
	.sets = serve_sets,
	.rules = serve_rules,
	.hints = serve_hints,
	.config_size = sizeof(struct serve_config),
	.defaults = &serve_defaults,
	.takes_command = true,
	.run = serve_run,
};
