/* SPDX-License-Identifier: ISC */
/* connect_setup.c - the command line of tcp-connect, read and checked. */

#include "tcp/connect/connect_setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/num.h"
#include "base/status.h"
#include "tcp/connect/pass_fd.h"
#include "tcp/connect/scan/scan.h"
#include "tcp/unix_types.h"

/* If nothing is sent, options for what is sent make no sense. */
static enum status check_taps(const struct connect_config *c, struct bytes *why)
{
	const char *given = NULL;

	if (c->connect.recv_only && c->connect.send.count == 0)
		given = taps_given_for_sending(&c->taps);
	if (!given)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE, "%s cannot be used with --recv-only", given);
}

static enum status endpoints_read(
	struct connect_setup *s, const struct opt_words *words, struct bytes *why)
{
	enum endpoint_form form = s->config->scan.on ? ENDPOINT_SCAN : ENDPOINT_PEER;
	size_t used = 0;

	s->endpoints = calloc(words->operand_count, sizeof *s->endpoints);
	if (!s->endpoints)
		return fail_memory(why);
	while (used < words->operand_count) {
		size_t n = endpoint_parse(&s->endpoints[s->endpoint_count], form,
			words->operands + used, words->operand_count - used, why);

		if (n == 0)
			return STATUS_USAGE;
		s->endpoint_count++;
		used += n;
		if (form == ENDPOINT_PEER && used < words->operand_count)
			return fail_with(why, STATUS_USAGE,
				"unexpected operand \"%s\" (put the command after --)",
				words->operands[used]);
	}
	return STATUS_DONE;
}

/* A port list is checked as a whole before anything is sent; an inherited socket has nothing to
 * scan. */
static enum status scan_check(struct connect_setup *s, struct bytes *why)
{
	for (size_t i = 0; i < s->endpoint_count; i++) {
		const struct endpoint *e = &s->endpoints[i];
		size_t count;
		enum status status;

		if (e->kind == ENDPOINT_FD)
			return fail_with(why, STATUS_USAGE, "%s cannot be scanned", e->text);
		if (e->kind != ENDPOINT_INET)
			continue;
		free(scan_ports(e, s->config->common.numeric, &count, &status, why));
		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

/* Detect a service that does not exist before connecting. */
static enum status port_check(
	const struct connect_setup *s, const struct endpoint *e, struct bytes *why)
{
	struct name_query q = {.host = e->host,
		.port = e->port,
		.type = SOCK_STREAM,
		.numeric = s->config->common.numeric};
	enum name_result found;
	uint16_t port;

	if (e->kind != ENDPOINT_INET)
		return STATUS_DONE;
	found = name_port(e->port, SOCK_STREAM, q.numeric, &port);
	return found == NAME_FOUND ? STATUS_DONE : name_explain(found, &q, why);
}

/* Check that the source has the family of some address of E. */
static enum status source_check(const struct connect_setup *s, const struct endpoint *e,
	const struct name_answer *answer, struct bytes *why)
{
	const struct local *source = s->dial_plan.source;

	for (size_t i = 0; i < answer->count; i++)
		if (!local_lacks(source, addr_family(&answer->addrs[i])))
			return STATUS_DONE;
	bytes_add_format(why, "cannot connect to %s: ", e->text);
	return local_explain(source, addr_family(&answer->addrs[0]), 0, why);
}

/* Refuse what no look-up could fix: an address of the other family than -4, -6 or the source, or a
 * name with -n. */
static enum status host_check(
	const struct connect_setup *s, const struct endpoint *e, struct bytes *why)
{
	struct name_query q = {.host = e->host,
		.family = s->config->common.family,
		.type = SOCK_STREAM,
		.numeric = s->config->common.numeric};
	struct name_answer answer = {0};
	enum name_result found;
	enum status status = STATUS_DONE;

	if (e->kind != ENDPOINT_INET || !name_is_immediate(&q))
		return STATUS_DONE;
	found = name_lookup(&q, &answer);
	if (found == NAME_WRONG_FAMILY || found == NAME_NOT_ALLOWED)
		return name_explain(found, &q, why);
	if (found == NAME_FOUND && !sock_options_has(&s->options, "device") &&
		addr_explain_zone(&answer.addrs[0], EINVAL, why))
		status = STATUS_USAGE;
	else if (found == NAME_FOUND)
		status = source_check(s, e, &answer, why);
	name_answer_release(&answer);
	return status;
}

/* To be called before we open the first descriptor, which might get that very number. */
static enum status descriptor_check(const struct endpoint *e, struct bytes *why)
{
	if (e->kind != ENDPOINT_FD || fcntl(e->fd, F_GETFD) >= 0)
		return STATUS_DONE;
	return fail_with(
		why, STATUS_NOT_FOUND, "cannot connect to %s: no such descriptor", e->text);
}

/* A connection that is also standard input or output would be relayed to itself. */
static enum status descriptor_use_check(const struct connect_setup *s, struct bytes *why)
{
	const struct connect_options *c = &s->config->connect;
	int fd = s->endpoints->kind == ENDPOINT_FD ? s->endpoints->fd : -1;

	if (s->command.argv || s->config->scan.on)
		return STATUS_DONE;
	if (fd == STDIN_FILENO && !c->recv_only)
		bytes_add_text(why,
			"fd:0 is standard input and cannot be the connection as well "
			"(fd:0 requires a command or --recv-only)");
	else if (fd == STDOUT_FILENO && !c->send_only)
		bytes_add_text(why,
			"fd:1 is standard output and cannot be the connection as well "
			"(fd:1 requires a command or --send-only)");
	else
		return STATUS_DONE;
	return STATUS_USAGE;
}

/* Standard input and output must be of the kind that the options need. */
static enum status streams_check(const struct connect_setup *s, struct bytes *why)
{
	const struct connect_options *c = &s->config->connect;

	if (c->pass_fd && !pass_fd_can(STDOUT_FILENO))
		bytes_add_text(why, "--pass-fd requires a Unix socket as standard output");
	else if (c->raw && isatty(STDIN_FILENO) != 1)
		bytes_add_text(why, "--raw requires a terminal as standard input");
	else
		return STATUS_DONE;
	return STATUS_USAGE;
}

/* Whether something else will connect to the host: then it looks up the name. */
static bool is_through(const struct connect_setup *s)
{
	return s->config->path.proxy || s->config->path.via;
}

static enum status through_read(struct connect_setup *s, struct bytes *why)
{
	const struct endpoint *proxy = &s->path.proxy.endpoint;
	enum status status =
		connect_path_read(&s->path, s->config, s->endpoints, &s->dial_plan, why);

	if (status != STATUS_DONE || !s->config->path.proxy)
		return status;
	status = port_check(s, proxy, why);
	return status == STATUS_DONE ? host_check(s, proxy, why) : status;
}

/* Only an IP address has a family that a source could share, and only streams. */
static enum status kind_check(
	const struct connect_setup *s, const struct endpoint *e, struct bytes *why)
{
	const struct connect_options *c = &s->config->connect;

	if (e->kind == ENDPOINT_INET && tcp_type_values[c->type] != SOCK_STREAM)
		return fail_with(why, STATUS_USAGE, "--type %s cannot be used with %s",
			tcp_type_names[c->type], e->text);
	if (e->kind == ENDPOINT_INET || (!c->source && !c->source_port))
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE, "%s cannot be used with %s",
		c->source ? "--source" : "--source-port", e->text);
}

static enum status endpoints_check(struct connect_setup *s, struct bytes *why)
{
	enum status status =
		s->config->scan.on ? scan_check(s, why) : port_check(s, s->endpoints, why);

	for (size_t i = 0; i < s->endpoint_count && status == STATUS_DONE; i++) {
		status = descriptor_check(&s->endpoints[i], why);
		if (status == STATUS_DONE)
			status = kind_check(s, &s->endpoints[i], why);
		if (status == STATUS_DONE && !is_through(s))
			status = host_check(s, &s->endpoints[i], why);
	}
	if (status == STATUS_DONE)
		status = descriptor_use_check(s, why);
	if (status == STATUS_DONE)
		status = streams_check(s, why);
	if (status == STATUS_DONE)
		status = through_read(s, why);
	if (status == STATUS_DONE)
		status = connect_tls_read(&s->path, s->config, s->endpoints, why);
	for (size_t i = 1; i < s->endpoint_count && status == STATUS_DONE; i++)
		status = reach_check(&s->endpoints[i], &s->path.plan, why);
	return status;
}

static enum status source_read(struct connect_setup *s, struct bytes *why)
{
	const struct connect_config *c = s->config;
	const struct local_plan plan = {.source = c->connect.source,
		.source_port = c->connect.source_port,
		.family = c->common.family,
		.type = SOCK_STREAM,
		.numeric = c->common.numeric};

	if (!plan.source && !plan.source_port)
		return STATUS_DONE;
	s->dial_plan.source = &s->source;
	return local_read(&s->source, &plan, why);
}

static enum status first_read(struct connect_setup *s, struct bytes *why)
{
	const struct opt_texts *send = &s->config->connect.send;
	int form = s->config->text.form;
	enum status status = STATUS_DONE;

	for (size_t i = 0; i < send->count && status == STATUS_DONE; i++)
		status = common_text_take(form, "--send", send->item[i], &s->first, why);
	return status;
}

/* Read and check the whole command line before anything is sent. */
static enum status read_all(
	struct connect_setup *s, const struct opt_words *words, struct bytes *why)
{
	const struct connect_config *c = s->config;
	enum status status = endpoints_read(s, words, why);

	if (status == STATUS_DONE &&
		sock_options_parse(&s->options, &c->socket.options, SOCK_STREAM, why) < 0)
		status = STATUS_USAGE;
	if (status == STATUS_DONE)
		status = first_read(s, why);
	if (status == STATUS_DONE)
		status = source_read(s, why);
	if (status == STATUS_DONE)
		status = endpoints_check(s, why);
	if (status == STATUS_DONE)
		status = taps_open(&s->taps, &c->taps, why);
	if (status == STATUS_DONE && c->connect.pty) {
		taps_give_terminal(&s->taps, true);
		status = taps_check_terminal(why);
	}
	return status;
}

static void dial_plan_fill(struct connect_setup *s)
{
	const struct connect_config *c = s->config;

	s->dial_plan.family = c->common.family;
	s->dial_plan.type = tcp_type_values[c->connect.type];
	s->dial_plan.numeric = c->common.numeric;
	s->dial_plan.timeout_ns = c->connect.timeout_ns;
	s->dial_plan.options = &s->options;
}

static void session_plan_fill(struct connect_setup *s)
{
	const struct connect_options *c = &s->config->connect;
	int64_t linger = c->linger_ns;
	bool interactive = isatty(STDIN_FILENO) == 1;
	/* A user who asks one question and awaits the answer has nothing more to send. */
	bool recv_only = c->recv_only || (s->config->dialogue.expect && c->send.count > 0);

	if (linger == CONNECT_LINGER_UNSET)
		linger = interactive ? 0 : NUM_NS_PER_S;
	s->session_plan = (struct session_plan){
		.relay = {.idle_ns = s->config->limits.idle_ns,
			.max_ns = s->config->limits.max_ns,
			.linger_ns = c->send_only ? RELAY_FOREVER : linger,
			.no_half_close = c->no_half_close || recv_only || s->config->path.tls,
			.keep_if_empty = c->send.count > 0 && !c->send_only,
			/* A command that carries the connection may not have passed all on, and
			 * would be lost to what it writes into a closed one. */
			.one_way = c->send_only && !s->config->path.via},
		.send_only = c->send_only,
		.recv_only = recv_only,
		.measured = s->config->meter.stats != METER_NO_STATS,
		.interactive = interactive,
		.first = s->first.data,
		.first_size = s->first.size,
		.taps = &s->taps};
}

enum status connect_prepare(struct connect_setup *s, const struct connect_config *config,
	const struct opt_words *words, struct bytes *why)
{
	enum status status;

	*s = (struct connect_setup){.config = config};
	command_line_init(&s->command, words->command, config->connect.shell);
	status = check_taps(config, why);
	if (status == STATUS_DONE)
		status = connect_path_check(config, why);
	dial_plan_fill(s);
	if (status == STATUS_DONE)
		status = connect_dialogue_read(&s->dialogue, config, why);
	if (status == STATUS_DONE)
		status = read_all(s, words, why);
	if (status != STATUS_DONE)
		return status;
	session_plan_fill(s);
	return STATUS_DONE;
}

void connect_setup_release(struct connect_setup *s)
{
	for (size_t i = 0; i < s->endpoint_count; i++)
		endpoint_release(&s->endpoints[i]);
	free(s->endpoints);
	sock_options_release(&s->options);
	connect_path_release(&s->path);
	connect_dialogue_release(&s->dialogue);
	bytes_release(&s->first);
}
