/* SPDX-License-Identifier: ISC */
/* proxy_client_socks.c - SOCKS 4, 4a and 5, the client's side. */

#include <string.h>

#include "base/status.h"
#include "core/addr/addr.h"
#include "tcp/proxy/proxy_client_private.h"
#include "tcp/proxy/socks.h"

enum {
	REPLY_HEAD = 4,	  /* version, code, reserved, address type */
	ANSWER_START = 2, /* the part of every answer that has the verdict */
	REPLY4_SIZE = 8,
};

enum step { METHOD, LOGIN, REPLY5, REPLY5_ADDRESS, REPLY4, LAST };

/* RFC 1928 section 6. */
static const struct {
	enum status status;
	const char *text;
} refusals[] = {
	[SOCKS5_FAILED] = {STATUS_REFUSED, "general failure"},
	[SOCKS5_NOT_ALLOWED] = {STATUS_REFUSED, "not allowed by its rules"},
	[SOCKS5_NET_UNREACHABLE] = {STATUS_REFUSED, "network unreachable"},
	[SOCKS5_HOST_UNREACHABLE] = {STATUS_REFUSED, "host unreachable"},
	[SOCKS5_REFUSED] = {STATUS_REFUSED, "connection refused"},
	[SOCKS5_EXPIRED] = {STATUS_TIMED_OUT, "time to live expired"},
	[SOCKS5_BAD_COMMAND] = {STATUS_FAILED, "command not supported"},
	[SOCKS5_BAD_ADDRESS] = {STATUS_FAILED, "address type not supported"},
};

/* Wait for NEED bytes in all for STEP. */
static void expect(struct proxy_client *c, enum step step, size_t need)
{
	c->step = (int)step;
	c->need = need;
}

static void expect_answer(struct proxy_client *c, enum step step)
{
	c->size = 0;
	expect(c, step, ANSWER_START);
}

/* Append a length byte and TEXT, which has been checked to be no longer than the byte can
 * express. */
static void add_counted(struct proxy_client *c, const char *text)
{
	size_t size = text ? strlen(text) : 0;

	bytes_add_byte(&c->out, (unsigned char)size);
	bytes_add(&c->out, text, size);
}

/* The name goes to the proxy unresolved: it may know what we do not, and asking our own name
 * service would tell others where we are going. */
static void add_destination(struct proxy_client *c)
{
	struct addr addr;

	if (addr_parse_numeric(c->wish->host, c->wish->port, &addr) == 0) {
		socks5_add_address(&c->out, &addr);
		return;
	}
	bytes_add_byte(&c->out, SOCKS5_NAME);
	add_counted(c, c->wish->host);
	bytes_add_be16(&c->out, c->wish->port);
}

static void ask_socks5(struct proxy_client *c)
{
	static const unsigned char head[] = {SOCKS5, SOCKS_CONNECT, 0};

	bytes_add(&c->out, head, sizeof head);
	add_destination(c);
	expect_answer(c, REPLY5);
}

static void log_in(struct proxy_client *c)
{
	bytes_add_byte(&c->out, SOCKS5_LOGIN_VERSION);
	add_counted(c, c->wish->user);
	add_counted(c, c->wish->password);
	expect_answer(c, LOGIN);
}

static void start_socks4(struct proxy_client *c)
{
	/* In SOCKS 4a, 0.0.0.x means that a name follows the user. */
	static const unsigned char no_address[] = {0, 0, 0, 1};
	const char *user = c->wish->user ? c->wish->user : "";
	struct addr addr;
	bool numeric = addr_parse_numeric(c->wish->host, 0, &addr) == 0;

	bytes_add_byte(&c->out, SOCKS4);
	bytes_add_byte(&c->out, SOCKS_CONNECT);
	bytes_add_be16(&c->out, c->wish->port);
	bytes_add(&c->out, numeric ? (const void *)&addr.u.in.sin_addr : no_address,
		sizeof no_address);
	bytes_add(&c->out, user, strlen(user) + 1);
	if (!numeric)
		bytes_add(&c->out, c->wish->host, strlen(c->wish->host) + 1);
	expect_answer(c, REPLY4);
}

void proxy_socks_start(struct proxy_client *c)
{
	static const unsigned char without[] = {SOCKS5, 1, SOCKS5_NO_LOGIN};
	static const unsigned char with[] = {SOCKS5, 2, SOCKS5_NO_LOGIN, SOCKS5_LOGIN};

	if (c->wish->kind != PROXY_SOCKS5) {
		start_socks4(c);
		return;
	}
	if (c->wish->user)
		bytes_add(&c->out, with, sizeof with);
	else
		bytes_add(&c->out, without, sizeof without);
	expect_answer(c, METHOD);
}

static void garbage(struct proxy_client *c)
{
	proxy_client_fail(c, STATUS_FAILED, "the answer of the proxy is not SOCKS %d",
		c->wish->kind == PROXY_SOCKS5 ? SOCKS5 : SOCKS4);
}

static void take_method(struct proxy_client *c)
{
	int method = c->in[1];

	if (c->in[0] != SOCKS5)
		garbage(c);
	else if (method == SOCKS5_NO_LOGIN)
		ask_socks5(c);
	else if (method == SOCKS5_LOGIN && c->wish->user)
		log_in(c);
	else if (method != SOCKS5_NO_METHOD)
		garbage(c);
	else if (c->wish->user)
		proxy_client_fail(c, STATUS_NOT_PERMITTED,
			"the proxy does not accept a login by user and password");
	else
		proxy_client_fail(
			c, STATUS_NOT_PERMITTED, "the proxy requires a login, and none was given");
}

static void take_login(struct proxy_client *c)
{
	if (c->in[0] != SOCKS5_LOGIN_VERSION)
		garbage(c);
	else if (c->in[1] != 0)
		proxy_client_fail(c, STATUS_NOT_PERMITTED, "the proxy refused the login");
	else
		ask_socks5(c);
}

static void take_reply5(struct proxy_client *c)
{
	size_t code = c->in[1];

	if (c->in[0] != SOCKS5)
		garbage(c);
	else if (code == SOCKS5_DONE)
		expect(c, REPLY5_ADDRESS, REPLY_HEAD + 1);
	else if (code < sizeof refusals / sizeof *refusals)
		proxy_client_fail(
			c, refusals[code].status, "the proxy answered: %s", refusals[code].text);
	else
		garbage(c);
}

/* The address that the proxy bound is of no use, but must be skipped. */
static void take_address_type(struct proxy_client *c)
{
	switch (c->in[REPLY_HEAD - 1]) {
	case SOCKS5_IPV4: expect(c, LAST, REPLY_HEAD + 4 + 2); break;
	case SOCKS5_IPV6: expect(c, LAST, REPLY_HEAD + 16 + 2); break;
	case SOCKS5_NAME: expect(c, LAST, REPLY_HEAD + 1 + (size_t)c->in[REPLY_HEAD] + 2); break;
	default: garbage(c);
	}
}

static void take_reply4(struct proxy_client *c)
{
	int code = c->in[1];

	if (c->in[0] != 0 || code < SOCKS4_GRANTED || code > SOCKS4_OTHER_USER)
		garbage(c);
	else if (code == SOCKS4_GRANTED)
		expect(c, LAST, REPLY4_SIZE);
	else if (code == SOCKS4_REFUSED)
		proxy_client_fail(c, STATUS_REFUSED, "the proxy refused or could not connect");
	else
		proxy_client_fail(c, STATUS_NOT_PERMITTED, "the proxy refused the user (identd)");
}

static void take_step(struct proxy_client *c)
{
	switch ((enum step)c->step) {
	case METHOD: take_method(c); break;
	case LOGIN: take_login(c); break;
	case REPLY5: take_reply5(c); break;
	case REPLY5_ADDRESS: take_address_type(c); break;
	case REPLY4: take_reply4(c); break;
	case LAST: c->state = PROXY_CLIENT_DONE; break;
	}
}

bool proxy_socks_is_unanswered(const struct proxy_client *c)
{
	return (c->step == REPLY5 || c->step == REPLY4) && c->size == 0;
}

size_t proxy_socks_feed(struct proxy_client *c, const unsigned char *data, size_t size)
{
	size_t used = 0;

	while (used < size && c->state == PROXY_CLIENT_MORE) {
		c->in[c->size++] = data[used++];
		if (c->size == c->need)
			take_step(c);
	}
	return used;
}
