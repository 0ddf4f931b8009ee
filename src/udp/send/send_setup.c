/* SPDX-License-Identifier: ISC */
/* send_setup.c - udp-send: check what was typed, and open the socket. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/status.h"
#include "core/opt/common.h"
#include "udp/send/send_private.h"

/* Append NAME=VALUE for all sockets, as if -o had been given first. */
static enum status option_add(
	struct udp_send_run *r, const char *name, const char *value, struct bytes *why)
{
	if (sock_options_add(&r->options, name, value) == 0)
		return STATUS_DONE;
	return fail_with(
		why, STATUS_FAILED, "cannot set socket option %s: %s", name, status_reason(errno));
}

/* An inherited socket is used as it is. */
static enum status inherited_check(const struct udp_send_run *r, struct bytes *why)
{
	const char *option = r->config->socket.options.count > 0 ? "-o"
		: r->config->replies.anyone			 ? "--any-source"
								 : NULL;

	if (r->endpoint.kind != ENDPOINT_FD || !option)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE,
		"%s cannot be used with %s: that socket already has its options and "
		"its peer",
		option, r->endpoint.text);
}

static bool is_inet(const struct udp_send_run *r)
{
	return r->endpoint.kind == ENDPOINT_INET;
}

/* --ttl, --interface and --loop are options of the socket. */
static enum status options_add(struct udp_send_run *r, struct bytes *why)
{
	const struct send_local *c = &r->config->local;
	enum status status = STATUS_DONE;

	if (!is_inet(r)) {
		if (c->ttl >= 0 || c->interface || c->loop >= 0 || c->broadcast)
			return fail_with(why, STATUS_USAGE,
				"--ttl, --interface, --loop and --broadcast require a host or a "
				"multicast group");
		return inherited_check(r, why);
	}
	snprintf(r->ttl, sizeof(r->ttl), "%d", c->ttl);
	if (c->ttl >= 0)
		status = option_add(r, "multicast-ttl", r->ttl, why);
	if (status == STATUS_DONE && c->ttl > 0)
		status = option_add(r, "ttl", r->ttl, why);
	if (status == STATUS_DONE && c->loop >= 0)
		status = option_add(r, "multicast-loop", c->loop ? "1" : "0", why);
	if (status == STATUS_DONE && c->interface && if_nametoindex(c->interface) == 0)
		return fail_with(why, STATUS_NOT_FOUND, "no such interface: \"%s\"", c->interface);
	if (status == STATUS_DONE && c->interface)
		status = option_add(r, "multicast-interface", c->interface, why);
	return status;
}

static struct split_rule split_rule(const struct udp_send_run *r)
{
	const struct send_split *c = &r->config->split;
	struct split_rule rule = {.mode = (enum split_mode)c->mode, .size = (size_t)c->size};

	if (rule.mode == SPLIT_UNSET)
		rule.mode = isatty(STDIN_FILENO) ? SPLIT_LINE : SPLIT_WHOLE;
	return rule;
}

static enum status open_messages(
	struct udp_send_run *r, char *const messages[], size_t count, struct bytes *why)
{
	struct messages_plan plan = {.rule = split_rule(r),
		.form = r->config->text.form,
		.limit = r->target.limit,
		.repeat = r->config->pace.count,
		.skip = r->config->keep_going};
	enum status status = count > 0 ? messages_open(&r->messages, &plan, messages, count)
				       : messages_open_input(&r->messages, &plan, STDIN_FILENO);

	if (status != STATUS_DONE)
		bytes_add_text(why, bytes_reason(&r->messages.why));
	return status;
}

/* The interface for groups that -I, or -o instead of it, gives; 0: by the routing table. */
static unsigned interface_of(const struct udp_send_run *r)
{
	const char *name = r->config->local.interface;

	if (!name)
		name = sock_options_value(&r->options, "multicast-interface");
	return name ? if_nametoindex(name) : 0;
}

static enum status target_prepare(struct udp_send_run *r, struct bytes *why)
{
	const struct udp_send_config *c = r->config;
	struct target_plan plan = {.endpoint = &r->endpoint,
		.family = c->common.family,
		.numeric = c->common.numeric,
		.source = c->local.source,
		.source_port = c->local.source_port,
		.permit = "--broadcast",
		.broadcast = c->local.broadcast || sock_options_has(&r->options, "broadcast"),
		.replies = c->replies.wanted > 0,
		.anyone = c->replies.anyone,
		.interface = interface_of(r),
		.groups_only = c->local.loop >= 0 ? "--loop"
			: c->local.ttl == 0	  ? "--ttl 0"
						  : NULL,
		.options = &r->options};

	return target_open(&r->target, &plan, why);
}

/* Detect words that are not messages before a name is looked up. */
static enum status messages_check(
	const struct udp_send_run *r, char *const messages[], size_t count, struct bytes *why)
{
	enum status status = STATUS_DONE;

	if (count > 0 && r->config->split.mode != SPLIT_UNSET)
		return fail_with(why, STATUS_USAGE,
			"--split cannot be used with MESSAGE: it splits standard input");
	for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
		struct bytes text = {0};

		status = common_text_take(r->config->text.form, "MESSAGE", messages[i], &text, why);
		bytes_release(&text);
	}
	return status;
}

enum status send_setup(struct udp_send_run *r, const struct opt_words *words, struct bytes *why)
{
	const struct udp_send_config *c = r->config;
	size_t used;
	enum status status;

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
	if (status == STATUS_DONE && r->endpoint.kind == ENDPOINT_FD)
		os_dgram_save(r->target.fd, addr_family(&r->target.peer), &r->before);
	if (status == STATUS_DONE)
		status = open_messages(r, words->operands + used, words->operand_count - used, why);
	return status;
}
