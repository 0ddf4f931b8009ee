/* SPDX-License-Identifier: ISC */
/* proxy_client.c - ask a proxy for a connection: what all protocols share. */

#include "tcp/proxy/proxy_client.h"

#include <stdarg.h>
#include <string.h>

#include "base/status.h"
#include "core/addr/addr.h"
#include "tcp/proxy/proxy_client_private.h"

enum { TEXT_MAX = 255 };

/* A name is copied verbatim into a request whose parts end at blanks, line ends or NULs. */
static const char *check_host(const char *host)
{
	if (*host == '\0')
		return "a proxy requires a host to connect to";
	if (strlen(host) > TEXT_MAX)
		return "the host name is longer than 255 bytes, the limit of proxies";
	for (const char *at = host; *at; at++) {
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return "the host name contains a blank or a control character";
		if (*at == '%')
			return "a zone (%) has no meaning for a proxy";
	}
	return NULL;
}

static const char *check_address(const struct proxy_wish *wish)
{
	struct addr addr;
	bool numeric = addr_parse_numeric(wish->host, 0, &addr) == 0;

	if (wish->kind != PROXY_SOCKS4 && wish->kind != PROXY_SOCKS4A)
		return NULL;
	if (numeric && addr_family(&addr) == AF_INET6)
		return "SOCKS 4 does not support IPv6 addresses";
	if (!numeric && wish->kind == PROXY_SOCKS4)
		return "SOCKS 4 supports only IPv4 addresses";
	return NULL;
}

static const char *check_login(const struct proxy_wish *wish)
{
	const char *user = wish->user, *password = wish->password;

	if ((user && strlen(user) > TEXT_MAX) || (password && strlen(password) > TEXT_MAX))
		return "the proxy's user name or password is longer than 255 bytes";
	if (wish->kind == PROXY_HTTP && user && strchr(user, ':'))
		return "the user name for an http proxy cannot contain a colon";
	if ((wish->kind == PROXY_SOCKS4 || wish->kind == PROXY_SOCKS4A) && password)
		return "SOCKS 4 has no passwords";
	return NULL;
}

const char *proxy_client_check(const struct proxy_wish *wish)
{
	const char *reason = check_host(wish->host);

	if (!reason)
		reason = check_address(wish);
	return reason ? reason : check_login(wish);
}

void proxy_client_fail(struct proxy_client *c, enum status status, const char *format, ...)
{
	va_list args;

	c->state = PROXY_CLIENT_FAILED;
	c->status = status;
	bytes_clear(&c->out);
	va_start(args, format);
	bytes_add_vformat(&c->why, format, args);
	va_end(args);
}

static void check_memory(struct proxy_client *c)
{
	if (c->out.failed)
		proxy_client_fail(c, STATUS_FAILED, "not enough memory");
}

void proxy_client_start(struct proxy_client *c, const struct proxy_wish *wish)
{
	*c = (struct proxy_client){.wish = wish};
	if (wish->kind == PROXY_HTTP)
		proxy_http_start(c);
	else
		proxy_socks_start(c);
	check_memory(c);
}

size_t proxy_client_feed(struct proxy_client *c, const void *data, size_t size)
{
	size_t used = c->wish->kind == PROXY_HTTP ? proxy_http_feed(c, data, size)
						  : proxy_socks_feed(c, data, size);

	check_memory(c);
	return used;
}

void proxy_client_ended(struct proxy_client *c)
{
	bool unanswered =
		c->wish->kind == PROXY_HTTP ? c->total == 0 : proxy_socks_is_unanswered(c);

	if (unanswered)
		proxy_client_fail(c, STATUS_REFUSED,
			"the proxy closed the connection without an answer, as some do when the "
			"destination refuses");
	else
		proxy_client_fail(c, STATUS_FAILED, "incomplete answer from the proxy");
}

void proxy_client_release(struct proxy_client *c)
{
	bytes_release(&c->out);
	bytes_release(&c->why);
}
