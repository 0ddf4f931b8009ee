/* SPDX-License-Identifier: ISC */
/* connect_through.c - tcp-connect's ways through others: --proxy, --via, --send-proxy. */

#include "tcp/connect/connect_through.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/status.h"
#include "core/name.h"
#include "tcp/connect/connect_options.h"
#include "tcp/connect/prologue.h"
#include "tcp/proxy/proxy_header.h"
#include "tcp/types.h"

#define FIELD(type, member) OPT_FIELD(type, connect_through_options, member)

enum { GROUP_THROUGH = 20, PORT_TEXT = 8 };

const struct opt connect_through_opts[] = {
	{.kind = OPT_TEXT,
		.name = "proxy",
		.arg = "URL",
		.help = "through a proxy: socks5://, socks4://, socks4a:// or http:// and "
			"[USER[:PASSWORD]@]HOST:PORT",
		.offset = FIELD(const char *, proxy),
		.group = GROUP_THROUGH,
		.value = OPT_URL,
		.choices = proxy_urls},
	{.kind = OPT_TEXT,
		.name = "via",
		.arg = "COMMAND",
		.help = "through a command's standard input and output (%h is the host, %p the "
			"port)",
		.offset = FIELD(const char *, via),
		.group = GROUP_THROUGH,
		.value = OPT_SHELL},
	{.kind = OPT_CHOICE,
		.name = "send-proxy",
		.arg = "v1|v2",
		.help = "begin with a PROXY protocol header of this version",
		.offset = FIELD(int, send_proxy),
		.choices = proxy_header_versions},
	{0},
};

struct given {
	bool given;
	const char *name;
};

static int exclude(const char *with, const struct given *given, size_t count, struct bytes *why)
{
	for (size_t i = 0; i < count; i++) {
		if (!given[i].given)
			continue;
		bytes_add_format(why, "%s does not go with %s", given[i].name, with);
		return STATUS_USAGE;
	}
	return STATUS_DONE;
}

/* A command makes its own connection: nothing that is said of ours can hold for it. */
static int check_via(const struct connect_config *c, struct bytes *why)
{
	const struct connect_options *o = &c->connect;
	const struct given given[] = {
		{o->source != NULL, "--source"},
		{o->source_port != NULL, "--source-port"},
		{c->socket.options.count > 0, "-o"},
		{o->timeout_ns != connect_defaults.connect.timeout_ns, "--connect-timeout"},
		{o->wait_ns != 0, "--wait"},
		{c->common.family == AF_INET, "-4"},
		{c->common.family == AF_INET6, "-6"},
	};

	return c->through.via ? exclude("--via", given, sizeof given / sizeof *given, why)
			      : STATUS_DONE;
}

int connect_through_check(const struct connect_config *c, struct bytes *why)
{
	const struct given given[] = {
		{c->through.proxy != NULL, "--proxy"},
		{c->through.via != NULL, "--via"},
		{c->through.send_proxy != PROLOGUE_NO_HEADER, "--send-proxy"},
	};
	const size_t count = sizeof given / sizeof *given;

	if (c->scan.on)
		return exclude("--scan", given, count, why);
	if (tcp_type_values[c->connect.type] != SOCK_STREAM)
		return exclude("--type seqpacket", given, count, why);
	return check_via(c, why);
}

static int read_via(struct connect_through *t, const struct connect_config *c,
	const struct endpoint *e, struct bytes *why)
{
	uint16_t port;
	char port_text[PORT_TEXT];
	const char *reason;

	name_port(e->port, SOCK_STREAM, c->common.numeric, &port);
	snprintf(port_text, sizeof port_text, "%u", (unsigned)port);
	reason = via_expand(c->through.via, e->host, port_text, &t->via);
	if (reason) {
		bytes_add_format(why, "bad --via: \"%s\" %s", c->through.via, reason);
		return STATUS_USAGE;
	}
	t->plan.via = bytes_text(&t->via);
	return STATUS_DONE;
}

int connect_through_read(struct connect_through *t, const struct connect_config *c,
	const struct endpoint *e, const struct dial_plan *dial, struct bytes *why)
{
	const struct connect_through_options *o = &c->through;
	int status = STATUS_DONE;

	t->plan = (struct reach_plan){.dial = dial, .via = o->via, .header = o->send_proxy};
	if (o->proxy) {
		status = proxy_parse(&t->proxy, o->proxy, getenv("SOCKIT_PROXY_PASSWORD"), why);
		t->plan.proxy = &t->proxy;
	}
	if (status == STATUS_DONE)
		status = reach_check(e, &t->plan, why);
	if (status == STATUS_DONE && o->via)
		status = read_via(t, c, e, why);
	return status;
}

void connect_through_release(struct connect_through *t)
{
	proxy_release(&t->proxy);
	bytes_release(&t->via);
}
