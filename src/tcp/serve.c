/* SPDX-License-Identifier: ISC */
/* serve.c - tcp-serve: listen, and serve each connection. */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/child.h"
#include "core/common.h"
#include "core/meter.h"
#include "core/opt.h"
#include "core/os.h"
#include "core/ready.h"
#include "tcp/command.h"
#include "tcp/commands.h"
#include "tcp/serve_options.h"
#include "tcp/services.h"
#include "tcp/taps.h"

enum {
	COMMANDS_MAX = 128,
	SPARE_DESCRIPTORS = 32, /* for everything but connections */
};

/* One run of tcp-serve. */
struct run {
	const struct serve_config *config;
	struct loop *loop;
	struct endpoint *endpoints; /* the operand's, then --also's */
	size_t endpoint_count;
	struct endpoint target; /* --forward */
	struct command_line command;
	struct sock_options options;
	struct access access;
	struct taps taps;
	struct server_plan plan;
	struct server server;
	struct meter meter;
	/* The service's configuration, of which one is used. */
	struct bytes reply;
	struct roster roster;
	struct forward forward;
	struct command_service command_service;
	struct stdio_service stdio;
	bool started;
};

static int usage(const char *text)
{
	log_error("%s", text);
	return STATUS_USAGE;
}

static bool is_stdio(const struct run *r)
{
	const struct serve_way *way = &r->config->way;

	return !r->command.argv && !way->forward && way->handler < 0 && !way->reply &&
		!way->reply_file;
}

/* The name of the way to serve that excludes a command, or NULL. */
static const char *other_way(const struct serve_way *way)
{
	return way->forward	    ? "--forward"
		: way->handler >= 0 ? "--handler"
		: way->reply	    ? "--reply"
		: way->reply_file   ? "--reply-file"
		: way->shell	    ? "--sh"
				    : NULL;
}

static int check(const struct run *r, const struct opt_words *words)
{
	const struct serve_way *way = &r->config->way;

	if (words->operand_count == 0)
		return usage("missing operand: ENDPOINT");
	if (words->command && other_way(way)) {
		log_error("%s and -- COMMAND exclude each other", other_way(way));
		return STATUS_USAGE;
	}
	if (words->command && !words->command[0])
		return usage("missing COMMAND after --");
	return STATUS_DONE;
}

/* Read the endpoint in the first of WORDS; all must be used. */
static int endpoint_read(struct endpoint *e, enum endpoint_form form, char *const *words,
	size_t count, struct bytes *why)
{
	size_t used = endpoint_parse(e, form, words, count, why);

	if (used == 0)
		return STATUS_USAGE;
	if (used == count)
		return STATUS_DONE;
	bytes_add_format(why, "unexpected operand \"%s\"", words[used]);
	endpoint_release(e);
	return STATUS_USAGE;
}

static int endpoints_read(struct run *r, const struct opt_words *words, struct bytes *why)
{
	const struct opt_texts *also = &r->config->listen.also;
	int status;

	r->endpoints = calloc(1 + also->count, sizeof *r->endpoints);
	if (!r->endpoints) {
		bytes_add_text(why, status_reason(ENOMEM));
		return STATUS_FAILED;
	}
	status = endpoint_read(
		r->endpoints, ENDPOINT_LOCAL, words->operands, words->operand_count, why);
	if (status != STATUS_DONE)
		return status;
	r->endpoint_count = 1;
	for (size_t i = 0; i < also->count; i++, r->endpoint_count++) {
		char *word = (char *)also->item[i];

		status = endpoint_read(
			&r->endpoints[r->endpoint_count], ENDPOINT_LOCAL, &word, 1, why);
		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

/* A command run for anyone who can reach this host should be somebody's decision. */
static int exposure_check(const struct run *r, struct bytes *why)
{
	for (size_t i = 0; i < r->endpoint_count; i++) {
		const struct endpoint *e = &r->endpoints[i];

		if (!r->command.argv || r->access.has_allow || e->kind != ENDPOINT_INET ||
			*e->host || e->any_written)
			continue;
		bytes_add_format(why,
			"\"%s\" would run a command for anyone who can reach this host: give "
			"--allow, or write the host, * for every interface",
			e->text);
		return STATUS_USAGE;
	}
	return STATUS_DONE;
}

static int forward_read(struct run *r, struct bytes *why)
{
	const struct serve_config *c = r->config;
	char *word = (char *)c->way.forward;
	int status;

	if (!word)
		return STATUS_DONE;
	status = endpoint_read(&r->target, ENDPOINT_PEER, &word, 1, why);
	if (status != STATUS_DONE)
		return status;
	if (r->target.kind == ENDPOINT_FD) {
		bytes_add_format(why, "%s cannot be forwarded to: it is one connection", word);
		return STATUS_USAGE;
	}
	r->forward = (struct forward){.target = &r->target,
		.dial = {.family = c->common.family,
			.type = tcp_type_values[c->listen.type],
			.numeric = c->common.numeric,
			.timeout_ns = c->way.connect_timeout_ns}};
	return STATUS_DONE;
}

/* A target that does not exist at all is a mistake; one that cannot be looked up now may be later.
 */
static int forward_check(struct run *r, struct bytes *why)
{
	struct name_query q = {.host = r->target.host,
		.port = r->target.port,
		.family = r->config->common.family,
		.type = SOCK_STREAM,
		.numeric = r->config->common.numeric};
	struct name_answer answer;
	enum name_result found;

	if (!r->config->way.forward || r->target.kind != ENDPOINT_INET)
		return STATUS_DONE;
	found = name_lookup(&q, &answer);
	if (found == NAME_FOUND)
		name_answer_release(&answer);
	else if (found != NAME_NO_ANSWER)
		return name_explain(found, &q, why);
	return STATUS_DONE;
}

static int command_check(const struct run *r, struct bytes *why)
{
	if (!r->command.argv || child_find(r->command.argv[0]) == 0)
		return STATUS_DONE;
	bytes_add_format(why, "cannot run %s: %s", r->command.argv[0], status_reason(errno));
	return (int)status_of_errno(errno);
}

static int reply_check(struct run *r, struct bytes *why)
{
	const struct serve_config *c = r->config;
	const char *path = c->way.reply_file;
	const char *reason =
		c->way.reply ? common_text_read(c->text.form, c->way.reply, &r->reply) : NULL;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	struct stat st = {.st_mode = S_IFREG};

	if (reason) {
		bytes_add_format(why, "bad --reply: \"%s\" %s", c->way.reply, reason);
		return STATUS_USAGE;
	}
	if (!path)
		return STATUS_DONE;
	if (fd < 0 || fstat(fd, &st) < 0 || S_ISDIR(st.st_mode)) {
		int err = S_ISDIR(st.st_mode) ? EISDIR : errno;

		fd_close(fd);
		bytes_add_format(why, "cannot read %s: %s", path, status_reason(err));
		return (int)status_of_errno(err);
	}
	fd_close(fd);
	return STATUS_DONE;
}

/* Everything that the command line says, judged before anything is bound. */
static int prepare(struct run *r, const struct opt_words *words, struct bytes *why)
{
	const struct serve_config *c = r->config;
	int status = endpoints_read(r, words, why);

	if (status == STATUS_DONE &&
		sock_options_parse(&r->options, &c->socket.options, SOCK_STREAM, why) < 0)
		status = STATUS_USAGE;
	if (status == STATUS_DONE)
		status = forward_read(r, why);
	if (status == STATUS_DONE)
		status = access_init(&r->access, &c->access, c->common.numeric, why);
	if (status == STATUS_DONE)
		status = exposure_check(r, why);
	if (status == STATUS_DONE)
		status = command_check(r, why);
	if (status == STATUS_DONE)
		status = reply_check(r, why);
	if (status == STATUS_DONE)
		status = forward_check(r, why);
	/* Last: this is the first that leaves a trace. */
	if (status == STATUS_DONE)
		status = taps_open(&r->taps, &c->taps, why);
	return status;
}

/* As many connections as descriptors allow, where nothing was said. */
static uint64_t conns_allowed(const struct run *r)
{
	uint64_t each = r->taps.on ? 3 : r->config->way.forward ? 2 : 1;
	uint64_t most = fd_raise_limit();

	if (r->config->serve.conns_max)
		return r->config->serve.conns_max;
	if (is_stdio(r))
		return 1;
	if (r->command.argv)
		return COMMANDS_MAX;
	return most > SPARE_DESCRIPTORS + each ? (most - SPARE_DESCRIPTORS) / each : 1;
}

/* At a terminal Ctrl-C is meant for the one connection there is. */
static int64_t grace_of(const struct run *r)
{
	bool at_terminal = is_stdio(r) && isatty(STDIN_FILENO);

	return at_terminal ? 0 : r->config->serve.grace_ns;
}

static void plan_fill(struct run *r)
{
	const struct serve_config *c = r->config;
	bool once = is_stdio(r) && !c->way.keep_open;

	r->plan =
		(struct server_plan){.accept_max = c->serve.accept_max ? c->serve.accept_max : once,
			.conns_max = conns_allowed(r),
			.per_host = c->serve.per_host,
			.grace_ns = grace_of(r),
			.relay = {.idle_ns = c->limits.idle_ns,
				.max_ns = c->limits.max_ns,
				.linger_ns = RELAY_FOREVER},
			.access = &r->access,
			.options = &r->options};
	r->server.plan = &r->plan;
	r->server.loop = r->loop;
}

static void stdio_fill(struct run *r)
{
	bool keep = r->plan.accept_max != 1;

	r->stdio = (struct stdio_service){.plan = {.relay = r->plan.relay},
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

static void service_choose(struct run *r)
{
	const struct serve_way *way = &r->config->way;
	struct server *s = &r->server;

	if (way->handler >= 0) {
		s->service = serve_handlers[way->handler];
		s->config = &r->roster;
	} else if (way->forward) {
		s->service = &forward_service;
		s->config = &r->forward;
	} else if (way->reply) {
		s->service = &reply_service;
		s->config = &r->reply;
	} else if (way->reply_file) {
		s->service = &reply_file_service;
		s->config = (void *)way->reply_file;
	} else if (r->command.argv) {
		r->command_service.argv = r->command.argv;
		os_cloexec_from(STDERR_FILENO + 1);
		s->service = &command_service;
		s->config = &r->command_service;
	} else {
		stdio_fill(r);
		s->service = &stdio_service;
		s->config = &r->stdio;
	}
}

/* A service that is not aware of the taps has a relay of their own before it, which sees to the
 * limits: what is idle behind it need not be so before it. */
static void taps_place(struct run *r)
{
	if (!r->taps.on)
		return;
	r->taps.names_peer = true;
	r->plan.taps = &r->taps;
	r->stdio.plan.taps = &r->taps;
	r->plan.tapped = r->plan.relay;
	if (!r->server.service->takes_taps)
		r->plan.relay.idle_ns = r->plan.relay.max_ns = 0;
}

static int listen_everywhere(struct run *r, struct bytes *why)
{
	const struct serve_listen *c = &r->config->listen;
	struct listener_plan plan = {.family = r->config->common.family,
		.type = tcp_type_values[c->type],
		.backlog = (int)c->backlog,
		.unix_mode = c->unix_mode,
		.numeric = r->config->common.numeric,
		.options = &r->options};

	for (size_t i = 0; i < r->endpoint_count; i++) {
		int status = listeners_add(&r->server.listeners, &r->endpoints[i], &plan, why);

		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

/* Whether the kernel chose a port: then the user has to be told which. */
static bool chose_port(const struct run *r)
{
	uint16_t port;

	for (size_t i = 0; i < r->endpoint_count; i++) {
		if (r->endpoints[i].kind == ENDPOINT_INET &&
			addr_parse_port(r->endpoints[i].port, &port) && port == 0)
			return true;
	}
	return false;
}

static void log_listening(const struct run *r)
{
	char text[ADDR_TEXT];

	for (size_t i = 0; i < r->server.listeners.count; i++) {
		addr_text_local(&r->server.listeners.item[i].addr, text);
		if (log_wants(LOG_EVENTS))
			log_event(&(struct log_event){.event = "listening", .local = text},
				"listening on %s", text);
		else if (chose_port(r))
			log_warning("listening on %s", text);
	}
}

static int announce(struct run *r, struct bytes *why)
{
	const char *file = r->config->listen.ready_file;
	struct bytes lines = {0};
	int status = STATUS_DONE;

	log_listening(r);
	listeners_text(&r->server.listeners, &lines);
	if (ready_announce(file, bytes_text(&lines)) < 0) {
		bytes_add_format(why, "cannot write %s: %s", file, status_reason(errno));
		status = (int)status_of_errno(errno);
	}
	bytes_release(&lines);
	return status;
}

static void signalled(void *arg, int signo)
{
	struct run *r = arg;

	server_stop(&r->server, signo);
}

static void served(void *arg)
{
	struct run *r = arg;

	loop_stop(r->loop);
}

static void figures(void *arg, struct meter_figures *f)
{
	struct run *r = arg;
	uint64_t received, sent;

	server_measure(&r->server, &received, &sent);
	f->received_bytes = (int64_t)received;
	f->sent_bytes = (int64_t)sent;
	f->connections = (int64_t)r->server.accepted;
	f->reason = r->server.signo ? "signal" : "done";
	f->reason_text = r->server.signo ? "signal" : "done";
	if (!is_stdio(r) || !r->stdio.reason)
		return;
	f->rtt_ns = r->stdio.rtt_ns;
	f->retransmits = r->stdio.retransmits;
	f->reason = r->stdio.reason;
	f->reason_text = strcmp(f->reason, "done") == 0 ? "peer closed" : f->reason;
}

static int start(struct run *r, struct bytes *why)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	int status = listen_everywhere(r, why);

	if (status != STATUS_DONE)
		return status;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		loop_signal(r->loop, signals[i], false, signalled, r);
	service_choose(r);
	taps_place(r);
	if (server_start(&r->server, served, r) < 0 ||
		meter_start(&r->meter, r->loop, "tcp-serve", &r->config->meter, figures, r) < 0) {
		bytes_add_format(why, "cannot start: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	r->started = true;
	return announce(r, why);
}

static int serve(struct run *r, struct bytes *why)
{
	int status;

	r->loop = loop_new(NULL);
	if (!r->loop) {
		bytes_add_format(why, "cannot start: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	plan_fill(r);
	status = start(r, why);
	if (status != STATUS_DONE)
		return status;
	if (loop_run(r->loop) < 0) {
		bytes_add_format(why, "cannot go on: %s", status_reason(errno));
		status = STATUS_FAILED;
	}
	meter_finish(&r->meter);
	return status;
}

static int outcome(const struct run *r)
{
	if (is_stdio(r))
		return r->stdio.status;
	if (r->command.argv && r->plan.accept_max == 1)
		return r->command_service.last_status;
	return STATUS_DONE;
}

static void run_release(struct run *r)
{
	if (r->loop)
		server_release(&r->server);
	for (size_t i = 0; i < r->endpoint_count; i++)
		endpoint_release(&r->endpoints[i]);
	free(r->endpoints);
	if (r->target.text)
		endpoint_release(&r->target);
	sock_options_release(&r->options);
	access_release(&r->access);
	bytes_release(&r->reply);
	roster_release(&r->roster);
	loop_free(r->loop);
}

static int finish(struct run *r, int status)
{
	bool broken = r->stdio.broken_output;
	int signo = r->server.signo;

	run_release(r);
	status = taps_finish(&r->taps, status);
	if (fd_close_stdout() < 0 && status == STATUS_DONE) {
		log_error("cannot write to standard output: %s", status_reason(errno));
		status = STATUS_FAILED;
	}
	if (broken && !loop_signal_was_ignored(SIGPIPE))
		status_die_of(SIGPIPE);
	if (signo)
		status_die_of(signo);
	return status;
}

static int serve_run(const void *config, const struct opt_words *words)
{
	struct run r = {.config = config};
	struct bytes why = {0};
	int status;

	log_setup("tcp-serve", r.config->common.level, r.config->common.json);
	if (sock_options_wants_help(&r.config->socket.options)) {
		sock_options_help(stdout);
		return finish(&r, STATUS_DONE);
	}
	command_line_init(&r.command, words->command, r.config->way.shell);
	status = check(&r, words);
	if (status == STATUS_DONE) {
		status = prepare(&r, words, &why);
		if (status == STATUS_DONE)
			status = serve(&r, &why);
		if (status != STATUS_DONE)
			log_error("%s", bytes_text(&why));
		else
			status = outcome(&r);
	}
	bytes_release(&why);
	return finish(&r, status);
}

const struct command tcp_serve_command = {
	.name = "tcp-serve",
	.summary = "listen, and serve each connection",
	.usage = "[OPTION...] ENDPOINT [-- COMMAND [ARG...]]",
	.sets = serve_sets,
	.config_size = sizeof(struct serve_config),
	.defaults = &serve_defaults,
	.takes_command = true,
	.run = serve_run,
};
