/* SPDX-License-Identifier: ISC */
/* listen_setup.c - udp-listen: check what was typed, and give up rights once it is bound. */
#include <errno.h>
#include <stdlib.h>

#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/confine.h"
#include "core/loop/child.h"
#include "core/opt/common.h"
#include "udp/listen/listen_private.h"

enum { SPARE_DESCRIPTORS = 64 /* for everything other than sessions */ };

static enum status check(const struct udp_listen_run *r, struct bytes *why)
{
	const struct udp_listen_config *c = r->config;

	if (!c->common.json || c->output.format < 0 || c->output.format == FORMAT_JSON)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE, "--json cannot be used with --format %s",
		format_names[c->output.format]);
}

static void read_command(struct udp_listen_run *r, const struct opt_words *words)
{
	command_line_init(&r->command, words->command, r->config->way.shell);
	r->runner.argv = r->command.argv;
	r->runner.parallel = (size_t)r->config->way.parallel;
	r->runner.limit_ns = r->config->way.command_ns;
}

/* With a command or --forward, datagrams are not written out unless a format was asked for. */
static void plan_output(struct udp_listen_run *r)
{
	const struct udp_listen_config *c = r->config;
	bool forwards = c->way.forward.count > 0;
	bool said = c->output.format >= 0 || c->common.json || c->output.from;

	r->format = c->common.json	? FORMAT_JSON
		: c->output.format >= 0 ? (enum format_kind)c->output.format
					: FORMAT_RAW;
	r->writes = said || !(r->runner.argv || forwards);
	r->runs = r->format == FORMAT_RAW && !c->output.from && !r->runner.argv && !forwards;
	r->left = c->limits.count ? c->limits.count : UINT64_MAX;
}

/* Check -o for the sockets that receive, and for those to the targets. */
static enum status read_options(struct udp_listen_run *r, struct bytes *why)
{
	const struct opt_texts *texts = &r->config->socket.options;
	bool forwards = r->config->way.forward.count > 0;

	if (r->endpoint.kind == ENDPOINT_FD && texts->count > 0 && !forwards)
		return fail_with(why, STATUS_USAGE,
			"-o cannot be used with %s: the program that opened that "
			"socket has set its options",
			r->endpoint.text);
	if (sock_options_parse(&r->options, texts, SOCK_DGRAM, why) < 0 ||
		(forwards && sock_options_parse(&r->forward_options, texts, SOCK_DGRAM, why) < 0))
		return STATUS_USAGE;
	return STATUS_DONE;
}

/* Add the best defaults, which -o can override. */
static enum status add_options(struct udp_listen_run *r, struct bytes *why)
{
	if (r->endpoint.kind == ENDPOINT_UNIX)
		return STATUS_DONE;
	/* Other receivers of the same group on this host are legitimate. */
	if (sock_options_add(&r->options, "rcvbuf", "4M") == 0 &&
		(r->groups.count == 0 || sock_options_add(&r->options, "reuseaddr", "1") == 0))
		return STATUS_DONE;
	return fail_with(why, STATUS_FAILED, "%s", status_reason(errno));
}

static enum status find_target(struct udp_listen_run *r, const char *word, struct bytes *why)
{
	struct endpoint e;
	struct target_plan plan = {.endpoint = &e,
		.family = r->config->common.family,
		.numeric = r->config->common.numeric,
		.permit = "-o broadcast",
		.broadcast = sock_options_has(&r->forward_options, "broadcast"),
		.replies = true,
		.options = &r->forward_options};
	enum status status = endpoint_read_option(&e, ENDPOINT_PEER, "--forward", word, why);

	if (status != STATUS_DONE)
		return status;
	if (e.kind == ENDPOINT_FD) {
		status = fail_with(why, STATUS_USAGE,
			"cannot forward to %s: each sender needs a socket of its own", word);
	} else if (r->config->way.keep_source && e.kind != ENDPOINT_INET) {
		status = fail_with(why, STATUS_USAGE,
			"--keep-source cannot be used with %s: it has no IP address", word);
	} else {
		status = target_find(&r->targets[r->target_count++], &plan, why);
	}
	endpoint_release(&e);
	return status;
}

static enum status find_targets(struct udp_listen_run *r, struct bytes *why)
{
	const struct opt_texts *words = &r->config->way.forward;
	enum status status = STATUS_DONE;

	if (words->count == 0)
		return STATUS_DONE;
	if (r->config->way.keep_source &&
		(r->endpoint.kind == ENDPOINT_UNIX || r->endpoint.kind == ENDPOINT_VSOCK))
		return fail_with(why, STATUS_USAGE,
			"--keep-source cannot be used with %s: senders there have "
			"no IP address",
			r->endpoint.text);
	r->targets = calloc(words->count, sizeof(*r->targets));
	if (!r->targets)
		return fail_memory(why);
	for (size_t i = 0; i < words->count && status == STATUS_DONE; i++)
		status = find_target(r, words->item[i], why);
	return status;
}

/* Allow as many sessions and commands as descriptors permit. */
static void plan_answers(struct udp_listen_run *r)
{
	const struct listen_way *way = &r->config->way;
	size_t most = r->target_count > 0 || r->runner.argv ? fd_raise_limit() : 0;

	r->forward.targets = r->targets;
	r->forward.target_count = r->target_count;
	r->forward.options = &r->forward_options;
	r->forward.timeout_ns = way->session_ns;
	most = most > SPARE_DESCRIPTORS ? most - SPARE_DESCRIPTORS : 1;
	r->forward.sessions_max = r->target_count > 0 ? most / r->target_count : 0;
	if (r->forward.sessions_max == 0)
		r->forward.sessions_max = 1;
	if (way->sessions_max && way->sessions_max < r->forward.sessions_max)
		r->forward.sessions_max = (size_t)way->sessions_max;
}

static enum status check_command(const struct udp_listen_run *r, struct bytes *why)
{
	return r->runner.argv ? child_check(r->runner.argv[0], why) : STATUS_DONE;
}

static enum status find_privileges(struct udp_listen_run *r, struct bytes *why)
{
	enum status status = privilege_find(&r->privilege, &r->config->privilege, why);

	/* Another root has other commands. */
	return status == STATUS_DONE && !r->config->privilege.chroot ? check_command(r, why)
								     : status;
}

static enum status read_reply(struct udp_listen_run *r, struct bytes *why)
{
	const struct udp_listen_config *c = r->config;

	return c->way.reply
		? common_text_take(c->text.form, "--reply", c->way.reply, &r->reply, why)
		: STATUS_DONE;
}

static enum status read_access(struct udp_listen_run *r, struct bytes *why)
{
	enum status status =
		access_init(&r->access, &r->config->access, r->config->common.numeric, why);

	return status == STATUS_DONE && r->runner.argv
		? access_check_command(&r->access, &r->endpoint, why)
		: status;
}

enum status listen_setup(struct udp_listen_run *r, const struct opt_words *words, struct bytes *why)
{
	enum status status = check(r, why);

	if (status == STATUS_DONE)
		status = endpoint_read(
			&r->endpoint, ENDPOINT_LOCAL, words->operands, words->operand_count, why);
	if (status != STATUS_DONE)
		return status;
	read_command(r, words);
	plan_output(r);
	status = read_options(r, why);
	if (status == STATUS_DONE)
		status = groups_read(&r->groups, &r->config->bind.groups, why);
	if (status == STATUS_DONE)
		status = add_options(r, why);
	if (status == STATUS_DONE)
		status = read_access(r, why);
	if (status == STATUS_DONE)
		status = read_reply(r, why);
	if (status == STATUS_DONE)
		status = find_privileges(r, why);
	if (status == STATUS_DONE)
		status = find_targets(r, why);
	plan_answers(r);
	return status;
}

enum status listen_secure(struct udp_listen_run *r, struct bytes *why)
{
	enum status status = privilege_drop(&r->privilege, why);

	if (status == STATUS_DONE && r->config->privilege.chroot)
		status = check_command(r, why);
	if (status != STATUS_DONE)
		return status;
	/* To answer, this host's addresses are looked up, and abstract Unix sockets are sent to. */
	confine_enter(&(struct confine){.options = &r->config->privilege,
		.listeners = &r->ports.sockets,
		.runs_commands = r->runner.argv != NULL,
		.sealed = !listen_answers(r)});
	return STATUS_DONE;
}
