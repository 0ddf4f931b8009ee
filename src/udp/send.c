/* SPDX-License-Identifier: ISC */
/* send.c - udp-send: send messages, or what standard input is cut into, as datagrams. */
#include "udp/send.h"

#include <errno.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/opt/common.h"
#include "core/opt/opt.h"
#include "udp/commands.h"
#include "udp/hints.h"

static int usage(struct bytes *why, const char *text)
{
	bytes_add_text(why, text);
	return STATUS_USAGE;
}

/* Append NAME=VALUE for all sockets, as if -o had been given first. */
static int option_add(struct send_run *r, const char *name, const char *value, struct bytes *why)
{
	if (sock_options_add(&r->options, name, value) == 0)
		return STATUS_DONE;
	bytes_add_format(why, "cannot set socket option %s: %s", name, status_reason(errno));
	return STATUS_FAILED;
}

static bool is_inet(const struct send_run *r)
{
	return r->endpoint.kind == ENDPOINT_INET;
}

/* --ttl, --interface and --loop are options of the socket. */
static int options_add(struct send_run *r, struct bytes *why)
{
	const struct send_local *c = &r->config->local;
	int status = STATUS_DONE;

	if (!is_inet(r)) {
		if (c->ttl >= 0 || c->interface || c->loop >= 0 || c->broadcast)
			return usage(why,
				"--ttl, --interface, --loop and --broadcast are for hosts and "
				"groups");
		return STATUS_DONE;
	}
	snprintf(r->ttl, sizeof(r->ttl), "%d", c->ttl);
	if (c->ttl >= 0)
		status = option_add(r, "multicast-ttl", r->ttl, why);
	if (status == STATUS_DONE && c->ttl > 0)
		status = option_add(r, "ttl", r->ttl, why);
	if (status == STATUS_DONE && c->loop >= 0)
		status = option_add(r, "multicast-loop", c->loop ? "1" : "0", why);
	if (status == STATUS_DONE && c->interface && if_nametoindex(c->interface) == 0) {
		bytes_add_format(why, "no such interface: \"%s\"", c->interface);
		return STATUS_NOT_FOUND;
	}
	if (status == STATUS_DONE && c->interface)
		status = option_add(r, "multicast-interface", c->interface, why);
	return status;
}

static struct split_rule split_rule(const struct send_run *r)
{
	const struct send_split *c = &r->config->split;
	struct split_rule rule = {.mode = (enum split_mode)c->mode, .size = (size_t)c->size};

	if (rule.mode == SPLIT_UNSET)
		rule.mode = isatty(STDIN_FILENO) ? SPLIT_LINE : SPLIT_WHOLE;
	return rule;
}

static int source_open(struct send_run *r, char *const messages[], size_t count, struct bytes *why)
{
	struct source_plan plan = {.rule = split_rule(r),
		.form = r->config->text.form,
		.limit = r->target.limit,
		.repeat = r->config->pace.count};
	int status = count > 0 ? source_open_messages(&r->source, &plan, messages, count)
			       : source_open_input(&r->source, &plan, STDIN_FILENO);

	if (status != STATUS_DONE)
		bytes_add_text(why, bytes_text(&r->source.why));
	return status;
}

static int target_prepare(struct send_run *r, struct bytes *why)
{
	const struct send_config *c = r->config;
	struct target_plan plan = {.endpoint = &r->endpoint,
		.family = c->common.family,
		.numeric = c->common.numeric,
		.source = c->local.source,
		.source_port = c->local.source_port,
		.broadcast = c->local.broadcast || sock_options_has(&r->options, "broadcast"),
		.replies = c->replies.wanted > 0,
		.interface = c->local.interface ? if_nametoindex(c->local.interface) : 0,
		.options = &r->options};

	return target_open(&r->target, &plan, why);
}

/* Words that are no messages are found out before a name is looked up. */
static int messages_check(
	const struct send_run *r, char *const messages[], size_t count, struct bytes *why)
{
	int status = STATUS_DONE;

	if (count > 0 && r->config->split.mode != SPLIT_UNSET)
		return usage(
			why, "--split is for standard input, which a MESSAGE takes the place of");
	for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
		struct bytes text = {0};

		status = common_text_take(r->config->text.form, "MESSAGE", messages[i], &text, why);
		bytes_release(&text);
	}
	return status;
}

/* Everything that the command line says, judged before anything is sent. */
static int prepare(struct send_run *r, const struct opt_words *words, struct bytes *why)
{
	const struct send_config *c = r->config;
	size_t used;
	int status = STATUS_DONE;

	if (status != STATUS_DONE)
		return status;
	used = endpoint_parse(
		&r->endpoint, ENDPOINT_PEER, words->operands, words->operand_count, why);
	if (used == 0)
		return STATUS_USAGE;
	if (sock_options_parse(&r->options, &c->socket.options, SOCK_DGRAM, why) < 0)
		return STATUS_USAGE;
	status = options_add(r, why);
	if (status == STATUS_DONE)
		status =
			messages_check(r, words->operands + used, words->operand_count - used, why);
	if (status == STATUS_DONE)
		status = target_prepare(r, why);
	if (status == STATUS_DONE)
		status = source_open(r, words->operands + used, words->operand_count - used, why);
	return status;
}

static void on_signal(void *arg, int signo)
{
	struct send_run *r = arg;

	r->signo = signo;
	loop_stop(r->loop);
}

static void figures(void *arg, struct meter_figures *f)
{
	const struct send_run *r = arg;

	f->sent_bytes = (int64_t)r->sent_bytes;
	f->sent_datagrams = (int64_t)r->sent;
	if (r->config->replies.wanted) {
		f->received_bytes = (int64_t)r->received_bytes;
		f->received_datagrams = (int64_t)r->received;
	}
	f->total_bytes = r->input_size;
	f->errors = r->config->meter.stats == METER_STATS_JSON ? r->status == STATUS_FAILED : -1;
	f->peer = r->endpoint.text;
	f->reason = r->signo			? "signal"
		: r->status == STATUS_TIMED_OUT ? "timeout"
		: r->status != STATUS_DONE	? "error"
						: "done";
	f->reason_text = f->reason;
}

static void log_sending(const struct send_run *r)
{
	char text[ADDR_TEXT], local_text[ADDR_TEXT];
	struct addr local;

	if (!log_wants(LOG_EVENTS))
		return;
	addr_text(&r->target.peer, text);
	if (sock_local(r->target.fd, &local) == 0 && local.size > 0)
		addr_text(&local, local_text);
	else
		*local_text = '\0';
	log_event(&(struct log_event){.event = "connected",
			  .local = *local_text ? local_text : NULL,
			  .peer = text},
		"sending to %s", text);
}

static void say_closed(const struct send_run *r)
{
	struct meter_figures f = METER_NO_FIGURES;
	char text[ADDR_TEXT];

	if (!log_wants(LOG_EVENTS))
		return;
	figures((void *)r, &f);
	log_closed(&(struct log_event){.peer = addr_text(&r->target.peer, text),
		.reason = f.reason,
		.received_bytes = r->received_bytes,
		.sent_bytes = r->sent_bytes,
		.ns = loop_now(r->loop) - r->meter.started_ns});
}

static int start(struct send_run *r)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	r->loop = loop_new(NULL);
	if (!r->loop)
		return -1;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (loop_signal(r->loop, signals[i], false, on_signal, r) < 0)
			return -1;
	}
	r->input_size =
		r->source.from_memory || r->config->pace.count != 1 ? -1 : fd_left(STDIN_FILENO);
	if (replies_init(r) < 0)
		return -1;
	return meter_start(&r->meter, r->loop, "udp-send", &r->config->meter, figures, r);
}

static void send_all(struct send_run *r)
{
	if (start(r) < 0) {
		bytes_add_format(&r->why, "cannot start: %s", status_reason(errno));
		r->status = STATUS_FAILED;
		return;
	}
	log_sending(r);
	send_begin(r);
	if (loop_run(r->loop) < 0) {
		bytes_add_format(&r->why, "cannot go on: %s", status_reason(errno));
		r->status = STATUS_FAILED;
	}
	say_closed(r);
	meter_finish(&r->meter);
}

static void run_release(struct send_run *r)
{
	if (r->output.loop)
		output_release(&r->output);
	batch_release(&r->batch);
	source_release(&r->source);
	target_release(&r->target);
	if (r->endpoint.text)
		endpoint_release(&r->endpoint);
	sock_options_release(&r->options);
	loop_free(r->loop);
	bytes_release(&r->why);
}

/* Standard output is closed last; what it lost counts, and who closed it is told in cat's way. */
static int finish(struct send_run *r)
{
	int err = r->output.error, status = r->status, signo = r->signo;

	run_release(r);
	if (fd_close_stdout() < 0 && !err)
		err = errno;
	if (signo)
		status_die_of(signo);
	if (err == EPIPE && !loop_signal_was_ignored(SIGPIPE))
		status_die_of(SIGPIPE);
	if (err) {
		log_error("cannot write to standard output: %s", status_reason(err));
		status = status == STATUS_DONE ? STATUS_FAILED : status;
	}
	return status;
}

static int send_run(const void *config, const struct opt_words *words)
{
	struct send_run r = {.config = config, .target = {.fd = -1}, .source.input.fd = -1};

	log_setup("udp-send", r.config->common.level, r.config->common.json);
	r.status = prepare(&r, words, &r.why);
	if (r.status == STATUS_DONE)
		send_all(&r);
	if (r.why.size > 0)
		opt_report(words, r.status, &r.why);
	return finish(&r);
}

static const struct opt_example examples[] = {
	{"udp-send metrics:8125 'jobs:1|c'", "send one datagram"},
	{"udp-send --replies -E dns 53 'query'", "send a message and wait for a reply"},
	{"udp-send -l collector:514 <lines", "send each line as a datagram"},
	{"udp-send --count 0 --interval 1s host 9 tick", "send one each second"},
	{"udp-send '<broadcast>:9' --hex ffffffffffff", "send to everyone on the network"},
	{"udp-send -I eth0 --ttl 4 239.1.2.3:5000 hello", "send to a multicast group"},
	{0},
};

const struct command udp_send_command = {
	.name = "udp-send",
	.summary = "send messages or standard input as datagrams",
	.usage = "[OPTION...] ENDPOINT [MESSAGE...]",
	.operand = "ENDPOINT, as HOST PORT, HOST:PORT or unix:PATH (sockit help endpoints)",
	.examples = examples,
	.sets = send_sets,
	.rules = send_rules,
	.hints = send_hints,
	.config_size = sizeof(struct send_config),
	.defaults = &send_defaults,
	.run = send_run,
};
