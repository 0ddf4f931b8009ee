/* SPDX-License-Identifier: ISC */
/* connect.c - tcp-connect: carry standard input to a server and its answer back. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/child.h"
#include "core/drain.h"
#include "core/loop.h"
#include "core/os.h"
#include "core/sock.h"
#include "tcp/command.h"
#include "tcp/commands.h"
#include "tcp/connect_options.h"
#include "tcp/dial.h"
#include "tcp/scan.h"
#include "tcp/session.h"
#include "tcp/tapped.h"
#include "tcp/taps.h"
#include "tcp/types.h"

/* One run of tcp-connect. */
struct run {
	const struct connect_config *config;
	struct loop *loop;
	struct endpoint *endpoints;
	size_t endpoint_count;
	struct command_line command;
	struct sock_options options;
	struct dial_source source;
	struct dial_plan dial_plan;
	struct dial *dial;
	struct session_plan session_plan;
	struct session session;
	struct taps taps;
	struct tapped tapped; /* before a command, if there are taps */
	struct bytes first;   /* --send */
	struct meter meter;
	int64_t input_size; /* of standard input if it is a file; -1 */
	int fd;		    /* a command's connection; -1 */
	pid_t pid;	    /* the command; 0 */
	int status;
	int signo; /* that ended us; 0 */
	bool in_session;
};

static int usage(const char *text)
{
	log_error("%s", text);
	return STATUS_USAGE;
}

/* -z sends nothing and moves nothing, so what is said of moving bytes is a mistake there; and so it
 * is for a command, which has the connection to itself. */
static int check_moving(const struct run *r, const char *with)
{
	const struct connect_config *c = r->config;
	const struct {
		bool given;
		const char *name;
	} moving[] = {
		{c->connect.linger_ns != CONNECT_LINGER_UNSET, "--linger"},
		{c->connect.no_half_close, "--no-half-close"},
		{c->connect.send_only, "--send-only"},
		{c->connect.recv_only, "--recv-only"},
		{c->connect.send.count > 0, "--send"},
		{c->limits.idle_ns > 0, "--idle-timeout"},
		{c->limits.max_ns > 0, "--max-time"},
		{c->meter.progress != METER_NEVER, "--progress"},
		{c->meter.stats != METER_NO_STATS, "--stats"},
	};

	for (size_t i = 0; i < sizeof moving / sizeof *moving; i++) {
		if (moving[i].given) {
			log_error("%s does not go with %s", moving[i].name, with);
			return STATUS_USAGE;
		}
	}
	return STATUS_DONE;
}

/* Taps need something to tap. */
static int check_taps(const struct connect_config *c)
{
	const char *given = NULL, *with = "--scan";

	if (c->scan.on) {
		given = taps_given(&c->taps);
	} else if (c->connect.recv_only && c->connect.send.count == 0) {
		given = taps_given_for_sending(&c->taps);
		with = "--recv-only";
	}
	if (!given)
		return STATUS_DONE;
	log_error("%s does not go with %s", given, with);
	return STATUS_USAGE;
}

static int check(const struct run *r, const struct opt_words *words)
{
	const struct connect_config *c = r->config;

	if (words->operand_count == 0)
		return usage("missing operand: ENDPOINT");
	if (words->command && c->connect.shell)
		return usage("--sh and -- COMMAND exclude each other");
	if (words->command && !words->command[0])
		return usage("missing COMMAND after --");
	if (!c->scan.on && (c->scan.all || c->scan.closed))
		return usage(c->scan.all ? "--all needs --scan" : "--closed needs --scan");
	if (!c->scan.on && c->scan.parallel != CONNECT_PARALLEL)
		return usage("--parallel needs --scan");
	if (check_taps(c) != STATUS_DONE)
		return STATUS_USAGE;
	if (c->scan.on)
		return check_moving(r, "--scan");
	if (r->command.argv)
		return check_moving(r, "a command");
	if (c->connect.send_only && c->connect.no_half_close)
		return usage("--send-only and --no-half-close exclude each other");
	return STATUS_DONE;
}

static int endpoints_read(struct run *r, const struct opt_words *words, struct bytes *why)
{
	enum endpoint_form form = r->config->scan.on ? ENDPOINT_SCAN : ENDPOINT_PEER;
	size_t used = 0;

	r->endpoints = calloc(words->operand_count, sizeof *r->endpoints);
	if (!r->endpoints) {
		bytes_add_text(why, status_reason(ENOMEM));
		return STATUS_FAILED;
	}
	while (used < words->operand_count) {
		size_t n = endpoint_parse(&r->endpoints[r->endpoint_count], form,
			words->operands + used, words->operand_count - used, why);

		if (n == 0)
			return STATUS_USAGE;
		r->endpoint_count++;
		used += n;
		if (form == ENDPOINT_PEER && used < words->operand_count) {
			bytes_add_format(why, "unexpected operand \"%s\"", words->operands[used]);
			return STATUS_USAGE;
		}
	}
	return STATUS_DONE;
}

/* A port list is checked as a whole before anything is sent; an inherited socket has nothing to
 * scan. */
static int scan_check(struct run *r, struct bytes *why)
{
	for (size_t i = 0; i < r->endpoint_count; i++) {
		const struct endpoint *e = &r->endpoints[i];
		size_t count;
		int status;

		if (e->kind == ENDPOINT_FD) {
			bytes_add_format(why, "%s cannot be scanned", e->text);
			return STATUS_USAGE;
		}
		if (e->kind != ENDPOINT_INET)
			continue;
		free(scan_ports(e, r->config->common.numeric, &count, &status, why));
		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

/* A service that does not exist is known before connecting. */
static int port_check(const struct run *r, const struct endpoint *e, struct bytes *why)
{
	struct name_query q = {.host = e->host,
		.port = e->port,
		.type = SOCK_STREAM,
		.numeric = r->config->common.numeric};
	enum name_result found;
	uint16_t port;

	if (e->kind != ENDPOINT_INET)
		return STATUS_DONE;
	found = name_port(e->port, SOCK_STREAM, q.numeric, &port);
	return found == NAME_FOUND ? STATUS_DONE : name_explain(found, &q, why);
}

/* What no look-up could mend: an address of the other family with -4 or -6, a name with -n. */
static int host_check(const struct run *r, const struct endpoint *e, struct bytes *why)
{
	struct name_query q = {.host = e->host,
		.port = "0",
		.family = r->config->common.family,
		.type = SOCK_STREAM,
		.numeric = r->config->common.numeric};
	struct name_answer answer;
	enum name_result found;

	if (e->kind != ENDPOINT_INET || !name_is_immediate(&q))
		return STATUS_DONE;
	found = name_lookup(&q, &answer);
	if (found == NAME_WRONG_FAMILY || found == NAME_NOT_ALLOWED)
		return name_explain(found, &q, why);
	name_answer_release(&answer);
	return STATUS_DONE;
}

/* To be asked before the first descriptor of our own, which might get that very number. */
static int descriptor_check(const struct endpoint *e, struct bytes *why)
{
	if (e->kind != ENDPOINT_FD || fcntl(e->fd, F_GETFD) >= 0)
		return STATUS_DONE;
	bytes_add_format(why, "cannot connect to %s: no such descriptor", e->text);
	return STATUS_NOT_FOUND;
}

static int endpoints_check(struct run *r, struct bytes *why)
{
	int status = r->config->scan.on ? scan_check(r, why) : port_check(r, r->endpoints, why);

	for (size_t i = 0; i < r->endpoint_count && status == STATUS_DONE; i++) {
		status = descriptor_check(&r->endpoints[i], why);
		if (status == STATUS_DONE)
			status = host_check(r, &r->endpoints[i], why);
	}
	return status;
}

/* HOST[:PORT] of --source is an endpoint whose port may stand in --source-port, or be any. */
static int source_read(struct run *r, struct bytes *why)
{
	const struct connect_options *c = &r->config->connect;
	char *words[] = {(char *)(c->source ? c->source : ""),
		(char *)(c->source_port ? c->source_port : "0")};
	struct endpoint source;
	size_t used;
	int status = STATUS_USAGE;

	if (!c->source && !c->source_port)
		return STATUS_DONE;
	used = endpoint_parse(&source, ENDPOINT_PEER, words, 2, why);
	if (used == 0)
		return STATUS_USAGE;
	if (source.kind != ENDPOINT_INET)
		bytes_add_format(why, "bad --source: \"%s\" (HOST or HOST:PORT)", c->source);
	else if (used == 1 && c->source_port)
		bytes_add_text(why, "--source has a port already: --source-port contradicts it");
	else
		status = dial_source_find(&r->source, source.host, source.port,
			r->config->common.family, r->config->common.numeric, why);
	endpoint_release(&source);
	r->dial_plan.source = &r->source;
	return status;
}

static int first_read(struct run *r, struct bytes *why)
{
	const struct opt_texts *send = &r->config->connect.send;

	for (size_t i = 0; i < send->count; i++) {
		const char *reason =
			common_text_read(r->config->text.form, send->item[i], &r->first);

		if (reason) {
			bytes_add_format(why, "bad --send: \"%s\" %s", send->item[i], reason);
			return STATUS_USAGE;
		}
	}
	return r->first.failed ? STATUS_FAILED : STATUS_DONE;
}

/* Everything that the command line says, judged before anything is sent. */
static int prepare(struct run *r, const struct opt_words *words, struct bytes *why)
{
	const struct connect_config *c = r->config;
	int status = endpoints_read(r, words, why);

	if (status == STATUS_DONE &&
		sock_options_parse(&r->options, &c->socket.options, SOCK_STREAM, why) < 0)
		status = STATUS_USAGE;
	if (status == STATUS_DONE)
		status = first_read(r, why);
	if (status == STATUS_DONE)
		status = endpoints_check(r, why);
	if (status == STATUS_DONE)
		status = source_read(r, why);
	/* Last: this is the first that leaves a trace. */
	if (status == STATUS_DONE)
		status = taps_open(&r->taps, &c->taps, why);
	r->dial_plan.family = c->common.family;
	r->dial_plan.type = tcp_type_values[c->connect.type];
	r->dial_plan.numeric = c->common.numeric;
	r->dial_plan.timeout_ns = c->connect.timeout_ns;
	r->dial_plan.wait_ns = c->connect.wait_ns;
	r->dial_plan.options = &r->options;
	return status;
}

static void session_plan_fill(struct run *r)
{
	const struct connect_options *c = &r->config->connect;
	int64_t linger = c->linger_ns;

	if (linger == CONNECT_LINGER_UNSET)
		linger = isatty(STDIN_FILENO) ? 0 : NUM_NS_PER_S;
	r->session_plan =
		(struct session_plan){.relay = {.idle_ns = r->config->limits.idle_ns,
					      .max_ns = r->config->limits.max_ns,
					      .linger_ns = c->send_only ? RELAY_FOREVER : linger,
					      .no_half_close = c->no_half_close || c->recv_only,
					      .one_way = c->send_only},
			.inherited = r->endpoints->kind == ENDPOINT_FD,
			.send_only = c->send_only,
			.recv_only = c->recv_only,
			.first = r->first.data,
			.first_size = r->first.size,
			.taps = &r->taps};
}

static void figures(void *arg, struct meter_figures *f)
{
	struct run *r = arg;

	if (r->in_session)
		session_figures(&r->session, f);
	f->total_bytes = r->input_size;
}

static void log_connected(int fd, const struct addr *peer)
{
	char text[ADDR_TEXT], local_text[ADDR_TEXT];
	struct addr local;

	if (!log_wants(LOG_EVENTS))
		return;
	addr_text(peer, text);
	if (sock_local(fd, &local) == 0)
		addr_text(&local, local_text);
	else
		*local_text = '\0';
	log_event(&(struct log_event){.event = "connected", .local = local_text, .peer = text},
		"connected to %s", text);
}

static void log_closed(const struct session *s, int64_t ns)
{
	char time[NUM_TEXT];

	log_event(&(struct log_event){.event = "closed",
			  .peer = s->peer_text,
			  .reason = s->reason,
			  .received_bytes = s->received_bytes,
			  .sent_bytes = s->sent_bytes,
			  .ns = ns},
		"%s closed: received %llu bytes, sent %llu bytes in %s", s->peer_text,
		(unsigned long long)s->received_bytes, (unsigned long long)s->sent_bytes,
		num_show_time(ns, time));
}

static void session_over(void *arg, struct session *s)
{
	struct run *r = arg;

	r->status = s->status;
	log_closed(s, loop_now(r->loop) - s->started_ns);
	meter_finish(&r->meter);
	if (s->status != STATUS_DONE && !s->broken_output)
		log_error("%s", bytes_text(&s->why));
	loop_stop(r->loop);
}

/* The size of what is left of standard input, where it is a file: for percentage and time left. */
static int64_t input_size(void)
{
	struct stat st;
	off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);

	if (at < 0 || fstat(STDIN_FILENO, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size <= at)
		return -1;
	return (int64_t)(st.st_size - at);
}

static void begin_session(struct run *r, int fd)
{
	struct end none = {.fd = -1, .kind = END_NONE};
	struct end input = r->session_plan.recv_only ? none : end_of_inherited(STDIN_FILENO, false);
	struct end output =
		r->session_plan.send_only ? none : end_of_inherited(STDOUT_FILENO, true);

	if (!r->session_plan.recv_only)
		r->input_size = input_size();
	r->in_session = true;
	session_start(&r->session, r->loop, &r->session_plan, fd, &input, &output, session_over, r);
}

static void connection_drained(void *arg)
{
	struct run *r = arg;

	loop_stop(r->loop);
}

/* What the command said is on its way. */
static void command_untapped(void *arg, struct tapped *tapped)
{
	struct run *r = arg;

	if (tapped->relay.failed_tap && r->status == STATUS_DONE)
		r->status = STATUS_FAILED;
	drain_socket(r->loop, tapped->wire, connection_drained, r);
}

static void command_broken(void *arg, struct tapped *tapped)
{
	struct run *r = arg;

	(void)tapped;
	if (r->pid > 0)
		kill(r->pid, SIGTERM);
}

static int command_tap(struct run *r, int fd, const struct addr *peer)
{
	static const struct relay_plan no_limits;
	char text[ADDR_TEXT];
	const struct tapped_setup setup = {.wire = fd,
		.shared = r->endpoints->kind == ENDPOINT_FD,
		.peer = addr_text(peer, text),
		.taps = &r->taps,
		.limits = &no_limits,
		.on_broken = command_broken,
		.arg = r};

	return tapped_start(&r->tapped, r->loop, &setup);
}

static void command_ended(void *arg, pid_t pid, int wait_status)
{
	struct run *r = arg;

	(void)pid;
	r->pid = 0;
	r->status = child_exit_status(wait_status);
	/* A command that took our signal its own way has the last word. */
	if (WIFEXITED(wait_status))
		r->signo = 0;
	if (r->taps.on)
		tapped_finish(&r->tapped, command_untapped);
	else
		drain_socket(r->loop, r->fd, connection_drained, r);
	r->fd = -1;
}

static void begin_command(struct run *r, int fd, const struct addr *peer)
{
	char *const *argv = r->command.argv;

	/* Not a process group of its own: on a terminal Ctrl-C is for both, and a program that asks
	 * for a password there must be in the foreground. */
	if (r->taps.on && command_tap(r, fd, peer) < 0) {
		log_error("cannot run %s: %s", argv[0], status_reason(errno));
		r->status = STATUS_FAILED;
		loop_stop(r->loop);
		return;
	}
	r->fd = r->taps.on ? r->tapped.inner : fd;
	/* Programs expect descriptors that block; an inherited one has the mode that its owner gave
	 * it. */
	if (r->endpoints->kind != ENDPOINT_FD || r->taps.on)
		fd_set_nonblock(r->fd, false);
	os_cloexec_from(STDERR_FILENO + 1);
	r->pid = command_start(argv, r->fd, fd, peer, false);
	if (r->pid > 0 && loop_child(r->loop, r->pid, command_ended, r) == 0)
		return;
	r->status = child_shell_status(errno);
	log_error("cannot run %s: %s", argv[0], status_reason(errno));
	r->pid = 0;
	loop_stop(r->loop);
}

static void dialled(void *arg, int fd, const struct addr *peer, int status, const char *why)
{
	struct run *r = arg;

	r->dial = NULL;
	if (fd < 0) {
		log_error("%s", why);
		r->status = status;
		loop_stop(r->loop);
		return;
	}
	log_connected(fd, peer);
	if (r->command.argv)
		begin_command(r, fd, peer);
	else
		begin_session(r, fd);
}

static void end_by_signal(void *arg, int signo)
{
	struct run *r = arg;

	if (r->pid && !r->signo) {
		r->signo = signo;
		kill(r->pid, signo);
		return;
	}
	r->signo = signo;
	if (r->in_session && !r->session.over)
		session_stop(&r->session, "signal");
	loop_stop(r->loop);
}

static int signals_catch(struct run *r)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		if (loop_signal(r->loop, signals[i], false, end_by_signal, r) < 0)
			return -1;
	}
	return 0;
}

static int run_connection(struct run *r)
{
	session_plan_fill(r);
	if (signals_catch(r) == 0 &&
		meter_start(&r->meter, r->loop, "tcp-connect", &r->config->meter, figures, r) == 0)
		r->dial = dial_start(r->loop, r->endpoints, &r->dial_plan, dialled, r);
	if (!r->dial || loop_run(r->loop) < 0) {
		log_error("cannot connect to %s: %s", r->endpoints->text, status_reason(errno));
		r->status = STATUS_FAILED;
	}
	dial_cancel(r->dial);
	return r->status;
}

static int become_command(struct run *r)
{
	char *const *argv = r->command.argv;
	int err;

	if (fflush(stdout) != 0) {
		log_error("cannot write to standard output: %s", status_reason(errno));
		return STATUS_FAILED;
	}
	loop_free(r->loop);
	r->loop = NULL;
	signal(SIGCHLD, SIG_DFL);
	fd_restore_limit();
	execvp(argv[0], argv);
	err = errno;
	log_error("cannot run %s: %s", argv[0], status_reason(err));
	return child_shell_status(err);
}

static int run_scan(struct run *r)
{
	const struct connect_config *c = r->config;
	struct scan_plan plan = {.family = c->common.family,
		.type = r->dial_plan.type,
		.numeric = c->common.numeric,
		.all = c->scan.all,
		.closed = c->scan.closed,
		.json = c->common.json,
		.parallel = c->scan.parallel,
		.timeout_ns = c->connect.timeout_ns,
		.wait_ns = c->connect.wait_ns,
		.source = r->dial_plan.source,
		.options = &r->options};
	int status;

	/* Nothing is sent, so this one comes from standard output alone, and from there it should.
	 */
	loop_signal(r->loop, SIGPIPE, false, NULL, NULL);
	status = scan_run(r->loop, r->endpoints, r->endpoint_count, &plan);
	return status == STATUS_DONE && r->command.argv ? become_command(r) : status;
}

static void run_release(struct run *r)
{
	for (size_t i = 0; i < r->endpoint_count; i++)
		endpoint_release(&r->endpoints[i]);
	free(r->endpoints);
	sock_options_release(&r->options);
	bytes_release(&r->first);
	session_release(&r->session);
	tapped_release(&r->tapped);
	loop_free(r->loop);
}

/* Standard output is closed last; what it lost counts, and who closed it is told in cat's way. */
static int finish(struct run *r)
{
	bool broken = r->session.broken_output;
	int status = taps_finish(&r->taps, r->status);

	if (fd_close_stdout() < 0 && status == STATUS_DONE) {
		broken = errno == EPIPE;
		log_error("cannot write to standard output: %s", status_reason(errno));
		status = STATUS_FAILED;
	}
	if (r->signo)
		status_die_of(r->signo);
	if (broken && !loop_signal_was_ignored(SIGPIPE))
		status_die_of(SIGPIPE);
	if (broken)
		log_error("%s", bytes_text(&r->session.why));
	return status;
}

static int connect_run(const void *config, const struct opt_words *words)
{
	struct run r = {.config = config, .fd = -1, .input_size = -1};
	struct bytes why = {0};

	log_setup("tcp-connect", r.config->common.level, r.config->common.json);
	if (sock_options_wants_help(&r.config->socket.options)) {
		sock_options_help(stdout);
		return finish(&r);
	}
	command_line_init(&r.command, words->command, r.config->connect.shell);
	r.status = check(&r, words);
	if (r.status == STATUS_DONE) {
		r.status = prepare(&r, words, &why);
		if (r.status != STATUS_DONE)
			log_error("%s", bytes_text(&why));
	}
	if (r.status == STATUS_DONE) {
		r.loop = loop_new(NULL);
		if (r.loop)
			r.status = r.config->scan.on ? run_scan(&r) : run_connection(&r);
		else
			log_error("cannot start: %s", status_reason(errno));
	}
	bytes_release(&why);
	r.status = finish(&r);
	run_release(&r);
	return r.status;
}

const struct command tcp_connect_command = {
	.name = "tcp-connect",
	.summary = "connect to a server; carry standard input there and its answer back",
	.usage = "[OPTION...] ENDPOINT [-- COMMAND [ARG...]]",
	.sets = connect_sets,
	.config_size = sizeof(struct connect_config),
	.defaults = &connect_defaults,
	.takes_command = true,
	.run = connect_run,
};
