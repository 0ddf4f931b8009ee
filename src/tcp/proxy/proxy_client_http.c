/* SPDX-License-Identifier: ISC */
/* proxy_client_http.c - HTTP CONNECT (RFC 9110 section 9.3.6), the client's side. */

#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "tcp/proxy/proxy_client_private.h"

enum {
	VERSION_SIZE = 8, /* of `HTTP/1.1`; at least one blank follows */
	CODE_SIZE = 3,
	MINOR_AT = 7,
	INTERIM = 100,
	SWITCHING = 101,
	SUCCESS = 200,
	CLIENT_ERROR = 400,
	LOGIN_REQUIRED = 407,
	GATEWAY_TIMEOUT = 504,
	CODES_END = 600,
};

/* The step is the code of the answer whose header is being read; 0: the status line is being
 * read. */
enum { STATUS_LINE = 0 };

static void add_login(struct proxy_client *c)
{
	const char *password = c->wish->password ? c->wish->password : "";
	struct bytes login = {0};

	bytes_add_format(&login, "%s:%s", c->wish->user, password);
	bytes_add_text(&c->out, "Proxy-Authorization: Basic ");
	text_add_base64(&c->out, login.data, login.size);
	bytes_add_text(&c->out, "\r\n");
	if (login.failed)
		c->out.failed = true;
	bytes_release(&login);
}

void proxy_http_start(struct proxy_client *c)
{
	const char *host = c->wish->host;
	bool in6 = strchr(host, ':') != NULL;
	const char *open = in6 ? "[" : "", *close = in6 ? "]" : "";
	unsigned port = c->wish->port;

	bytes_add_format(&c->out, "CONNECT %s%s%s:%u HTTP/1.1\r\n", open, host, close, port);
	bytes_add_format(&c->out, "Host: %s%s%s:%u\r\n", open, host, close, port);
	if (c->wish->user)
		add_login(c);
	bytes_add_text(&c->out, "\r\n");
}

static void garbage(struct proxy_client *c)
{
	proxy_client_fail(c, STATUS_FAILED, "the answer of the proxy is not HTTP");
}

static bool is_digit(unsigned char byte)
{
	return byte >= '0' && byte <= '9';
}

/* The position of the code in the status line in IN; some servers have several blanks before it. */
static size_t code_at(const struct proxy_client *c)
{
	size_t at = VERSION_SIZE;

	while (at < c->size && c->in[at] == ' ')
		at++;
	return at;
}

/* The code of the status line in IN, or -1. */
static int read_code(const struct proxy_client *c)
{
	size_t start = code_at(c), end = start + CODE_SIZE;
	const unsigned char *at = c->in + start;
	int code = 0;

	if (c->size < end || !is_digit(c->in[MINOR_AT]) || start == VERSION_SIZE)
		return -1;
	if (c->size > end && c->in[end] != ' ')
		return -1;
	for (int i = 0; i < CODE_SIZE; i++) {
		if (!is_digit(at[i]))
			return -1;
		code = code * 10 + (at[i] - '0');
	}
	return code >= INTERIM && code != SWITCHING && code < CODES_END ? code : -1;
}

/* Fail with the part of the line that was kept, without its version. */
static void refuse(struct proxy_client *c, int code)
{
	enum status status = code == LOGIN_REQUIRED ? STATUS_NOT_PERMITTED
		: code == GATEWAY_TIMEOUT	    ? STATUS_TIMED_OUT
		: code >= CLIENT_ERROR		    ? STATUS_REFUSED
						    : STATUS_FAILED;
	size_t at = code_at(c);
	const char *what = "the proxy answered";

	if (code == LOGIN_REQUIRED)
		what = c->wish->user ? "the proxy refused the login"
				     : "the proxy requires a login, and none was given";
	proxy_client_fail(
		c, status, "%s: %.*s", what, (int)(c->size - at), (const char *)c->in + at);
}

static void take_status_line(struct proxy_client *c)
{
	int code = read_code(c);

	if (code < 0)
		garbage(c);
	else if (code < SUCCESS || code / 100 == SUCCESS / 100)
		c->step = code;
	else
		refuse(c, code);
}

/* A line is complete; its end is not in IN. An empty line ends a header; after the header of an
 * interim answer comes the next answer. */
static void take_line(struct proxy_client *c)
{
	if (c->size > 0 && c->in[c->size - 1] == '\r')
		c->size--;
	if (c->step == STATUS_LINE)
		take_status_line(c);
	else if (c->size == 0 && c->step >= SUCCESS)
		c->state = PROXY_CLIENT_DONE;
	else if (c->size == 0)
		c->step = STATUS_LINE;
	c->size = 0;
}

static void take_byte(struct proxy_client *c, unsigned char byte)
{
	static const char version[] = "HTTP/1.";
	const size_t version_size = sizeof version - 1;

	if (byte == '\n') {
		take_line(c);
		return;
	}
	/* Beyond what is kept, only the length matters, and only whether it is zero. */
	if (c->size < PROXY_CLIENT_STATUS_LINE)
		c->in[c->size++] = byte;
	if (c->step == STATUS_LINE && c->size <= version_size &&
		byte != (unsigned char)version[c->size - 1])
		garbage(c);
}

size_t proxy_http_feed(struct proxy_client *c, const unsigned char *data, size_t size)
{
	size_t used = 0;

	while (used < size && c->state == PROXY_CLIENT_MORE) {
		if (c->total++ == PROXY_CLIENT_HTTP_MAX) {
			proxy_client_fail(c, STATUS_FAILED,
				"the header of the proxy's answer is longer than %d bytes",
				PROXY_CLIENT_HTTP_MAX);
			break;
		}
		take_byte(c, data[used++]);
	}
	return used;
}
