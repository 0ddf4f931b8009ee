/* SPDX-License-Identifier: ISC */
/* serve_ways.c - the ways to serve, a row each. */

#include "tcp/serve/serve_ways.h"

#include <unistd.h>

#include "base/num.h"
#include "base/status.h"
#include "core/os/os.h"
#include "tcp/serve/serve_run.h"
#include "tcp/services/handlers.h"

enum { COMMANDS_MAX = 128 };

static bool has_broker(const struct serve_setup *s)
{
	return s->config->way.broker;
}

static bool has_chat(const struct serve_setup *s)
{
	return s->config->way.chat;
}

static void broker_prepare(struct serve_run *r)
{
	broker_init(&r->broker, &r->server, r->config->way.chat);
	r->server.config = &r->broker;
}

static bool has_collect(const struct serve_setup *s)
{
	return s->config->way.collect;
}

static void collect_prepare(struct serve_run *r)
{
	collector_init(&r->collector, &r->server, r->config->common.json);
	r->server.config = &r->collector;
}

static enum status collect_status(const struct serve_run *r)
{
	return r->collector.status;
}

static bool has_collect_dir(const struct serve_setup *s)
{
	return s->config->way.collect_dir;
}

static void collect_dir_prepare(struct serve_run *r)
{
	r->server.config = &r->collect_dir;
}

static enum status collect_dir_begin(struct serve_run *r, struct bytes *why)
{
	return collect_dir_open(&r->collect_dir, r->config->way.collect_dir, why);
}

static enum status collect_dir_status(const struct serve_run *r)
{
	return r->collect_dir.status;
}

static bool has_handler(const struct serve_setup *s)
{
	return s->config->way.handler >= 0;
}

static void handler_prepare(struct serve_run *r)
{
	r->server.config = &r->roster;
}

static bool has_forward(const struct serve_setup *s)
{
	return s->config->way.forward;
}

static void forward_prepare(struct serve_run *r)
{
	r->server.config = &r->set.forward;
}

static bool has_proxy(const struct serve_setup *s)
{
	return s->config->proxy.kind >= 0;
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

static void proxy_prepare(struct serve_run *r)
{
	proxy_service_aim(&r->set.proxy, listens_locally(r));
	r->server.config = &r->set.proxy;
}

static bool has_reply(const struct serve_setup *s)
{
	return s->config->way.reply;
}

static void reply_prepare(struct serve_run *r)
{
	r->server.config = &r->set.reply;
}

static bool has_reply_file(const struct serve_setup *s)
{
	return s->config->way.reply_file;
}

static void reply_file_prepare(struct serve_run *r)
{
	r->server.config = (void *)r->config->way.reply_file;
}

static bool has_command(const struct serve_setup *s)
{
	return s->command.argv;
}

static void command_prepare(struct serve_run *r)
{
	/* A command that could not even be started leaves no status. */
	r->command_service =
		(struct command_service){.argv = r->set.command.argv, .last_status = STATUS_FAILED};
	os_cloexec_from(STDERR_FILENO + 1);
	r->server.config = &r->command_service;
}

static enum status command_status(const struct serve_run *r)
{
	return r->plan.accept_max == 1 ? (enum status)r->command_service.last_status : STATUS_DONE;
}

static bool has_nothing_else(const struct serve_setup *s)
{
	(void)s;
	return true;
}

static void stdio_prepare(struct serve_run *r)
{
	bool keep = r->plan.accept_max != 1;

	r->stdio = (struct stdio_service){.plan = {.relay = {.idle_ns = r->plan.limits.idle_ns,
							   .max_ns = r->plan.limits.max_ns}},
		.input = end_of_inherited(STDIN_FILENO, false),
		.output = end_of_inherited(STDOUT_FILENO, true),
		.rtt_ns = -1,
		.retransmits = -1};
	/* The input of a background job is /dev/null: such a server only receives. */
	r->stdio.plan.relay.keep_if_empty = true;
	r->stdio.plan.measured = r->config->meter.stats != METER_NO_STATS;
	r->stdio.plan.relay.linger_ns = isatty(STDIN_FILENO) ? 0 : NUM_NS_PER_S;
	if (keep) {
		r->stdio.input.flags |= END_KEEP;
		r->stdio.output.flags |= END_KEEP;
	}
	stdio_service_start(&r->stdio, &r->server);
	r->server.config = &r->stdio;
}

static enum status stdio_status(const struct serve_run *r)
{
	return r->stdio.status;
}

/* The last row is the default. */
static const struct serve_way_row ways[] = {
	{.option = "--broker",
		.service = &broker_service,
		.chosen = has_broker,
		.prepare = broker_prepare},
	{.option = "--chat",
		.service = &broker_service,
		.chosen = has_chat,
		.prepare = broker_prepare},
	{.option = "--collect",
		.service = &collect_service,
		.chosen = has_collect,
		.prepare = collect_prepare,
		.status = collect_status},
	{.option = "--collect-dir",
		.service = &collect_dir_service,
		.chosen = has_collect_dir,
		.prepare = collect_dir_prepare,
		.open = collect_dir_begin,
		.status = collect_dir_status},
	{.option = "--handler", .chosen = has_handler, .prepare = handler_prepare},
	{.option = "--forward",
		.service = &forward_service,
		.chosen = has_forward,
		.prepare = forward_prepare},
	{.option = "--proxy-server",
		.service = &proxy_service,
		.chosen = has_proxy,
		.prepare = proxy_prepare},
	{.option = "--reply",
		.service = &reply_service,
		.chosen = has_reply,
		.prepare = reply_prepare},
	{.option = "--reply-file",
		.service = &reply_file_service,
		.chosen = has_reply_file,
		.prepare = reply_file_prepare},
	{.option = "a command",
		.service = &command_service,
		.conns_max = COMMANDS_MAX,
		.chosen = has_command,
		.prepare = command_prepare,
		.status = command_status},
	{.option = "standard input and output",
		.service = &stdio_service,
		.conns_max = 1,
		.chosen = has_nothing_else,
		.prepare = stdio_prepare,
		.status = stdio_status},
};

const struct serve_way_row *serve_way_of(const struct serve_setup *s)
{
	const struct serve_way_row *w = ways;

	while (!w->chosen(s))
		w++;
	return w;
}

const struct service *serve_way_service(const struct serve_way_row *w, const struct serve_setup *s)
{
	return w->service ? w->service : handlers[s->config->way.handler];
}
