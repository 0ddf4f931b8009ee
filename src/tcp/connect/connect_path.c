/* SPDX-License-Identifier: ISC */
/* connect_path.c - how the peer is reached: the options --proxy, --via, --send-proxy, --tls. */

#include "tcp/connect/connect_path.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/secret.h"
#include "base/status.h"
#include "core/loop/child.h"
#include "core/name.h"
#include "tcp/connect/connect_options.h"
#include "tcp/connect/reach/handshake.h"
#include "tcp/proxy/proxy_header.h"
#include "tcp/unix_types.h"

#define FIELD(type, member) OPT_FIELD(type, connect_path_options, member)

enum { GROUP_THROUGH = 20, PORT_TEXT = 8 };

const struct opt connect_path_opts[] = {
	{.kind = OPT_TEXT,
		.name = "proxy",
		.arg = "URL",
		.help = "connect through a proxy: socks5://, socks4://, socks4a:// or http://, "
			"then [USER[:PASSWORD]@]HOST:PORT",
		.offset = FIELD(const char *, proxy),
		.group = GROUP_THROUGH,
		.value = OPT_URL,
		.choices = proxy_urls},
	{.kind = OPT_TEXT,
		.name = "via",
		.arg = "COMMAND",
		.help = "reach the peer through the standard input and output of a command (%h = "
			"host, %p = port)",
		.offset = FIELD(const char *, via),
		.group = GROUP_THROUGH,
		.value = OPT_SHELL},
	{.kind = OPT_CHOICE,
		.name = "send-proxy",
		.arg = "v1|v2",
		.help = "first send a PROXY protocol header of this version",
		.offset = FIELD(int, send_proxy),
		.choices = proxy_header_versions},
	{0},
};

const struct opt connect_tls_opts[] = {
	{.kind = OPT_FLAG,
		.name = "tls",
		.help = "speak TLS through openssl(1), and verify certificate and host name",
		.often = true,
		.offset = FIELD(bool, tls)},
	{.kind = OPT_TEXT,
		.name = "tls-ca",
		.arg = "FILE",
		.help = "trust the CA certificates in FILE (PEM) instead of the system's",
		.offset = FIELD(const char *, tls_ca),
		.value = OPT_FILE},
	{.kind = OPT_TEXT,
		.name = "tls-name",
		.arg = "NAME",
		.help = "expect a certificate for NAME, not for HOST",
		.offset = FIELD(const char *, tls_name),
		.value = OPT_HOST},
	{.kind = OPT_FLAG,
		.name = "tls-no-verify",
		.help = "accept any certificate",
		.offset = FIELD(bool, tls_no_verify)},
	{0},
};

enum status connect_path_check(const struct connect_config *c, struct bytes *why)
{
	const struct connect_path_options *o = &c->path;
	const char *given = o->proxy		       ? "--proxy"
		: o->tls			       ? "--tls"
		: o->via			       ? "--via"
		: o->send_proxy != HANDSHAKE_NO_HEADER ? "--send-proxy"
						       : NULL;

	if (!given || tcp_type_values[c->connect.type] == SOCK_STREAM)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE, "%s cannot be used with --type seqpacket", given);
}

static enum status read_via(struct connect_path *t, const struct connect_config *c,
	const struct endpoint *e, struct bytes *why)
{
	uint16_t port = 0;
	char port_text[PORT_TEXT];
	const char *reason;

	/* reach_check has made sure that it can be opened. */
	UNCHECKED(name_port(e->port, SOCK_STREAM, c->common.numeric, &port));
	snprintf(port_text, sizeof port_text, "%u", (unsigned)port);
	reason = via_expand(c->path.via, e->host, port_text, &t->via);
	if (reason)
		return fail_with(why, STATUS_USAGE, "bad --via: \"%s\" %s", c->path.via, reason);
	t->plan.via = bytes_text(&t->via);
	return STATUS_DONE;
}

enum status connect_path_read(struct connect_path *t, const struct connect_config *c,
	const struct endpoint *e, const struct dial_plan *dial, struct bytes *why)
{
	const struct connect_path_options *o = &c->path;
	enum status status = STATUS_DONE;

	t->plan = (struct reach_plan){.dial = dial,
		.wait_ns = c->connect.wait_ns,
		.via = o->via,
		.header = o->send_proxy};
	if (o->proxy) {
		status = proxy_parse(&t->proxy, o->proxy, secret_proxy_password(), why);
		t->plan.proxy = &t->proxy;
	}
	if (status == STATUS_DONE)
		status = reach_check(e, &t->plan, why);
	if (status == STATUS_DONE && o->via)
		status = read_via(t, c, e, why);
	return status;
}

enum status connect_tls_read(struct connect_path *t, const struct connect_config *c,
	const struct endpoint *e, struct bytes *why)
{
	const struct connect_path_options *o = &c->path;
	bool named = e->kind == ENDPOINT_INET && *e->host;

	if (!o->tls)
		return STATUS_DONE;
	t->tls = (struct tls_plan){.verify = !o->tls_no_verify,
		.ca = o->tls_ca,
		.name = o->tls_name ? o->tls_name
			: named	    ? e->host
				    : NULL};
	t->plan.tls = &t->tls;
	if (t->tls.verify && !t->tls.name)
		return fail_with(why, STATUS_USAGE,
			"--tls requires --tls-name with %s, which has no host name", e->text);
	if (o->tls_ca && access(o->tls_ca, R_OK) < 0) {
		int err = errno;

		return fail_with(why, status_of_errno(err), "cannot read %s: %s", o->tls_ca,
			status_reason(err));
	}
	if (access(tls_directory(), W_OK | X_OK) < 0) {
		int err = errno;

		return fail_with(why, status_of_errno(err),
			"cannot make a socket for --tls in %s: %s (TMPDIR names the directory)",
			tls_directory(), status_reason(err));
	}
	if (child_find("openssl") == 0)
		return STATUS_DONE;
	return fail_with(why, STATUS_NOT_FOUND,
		"cannot run openssl, which --tls requires: %s (install the package "
		"openssl)",
		status_reason(errno));
}

void connect_path_release(struct connect_path *t)
{
	proxy_release(&t->proxy);
	bytes_release(&t->via);
}
