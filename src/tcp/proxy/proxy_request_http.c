/* SPDX-License-Identifier: ISC */
/* proxy_request_http.c - HTTP CONNECT, the proxy's side. */

#include "tcp/proxy/proxy_request_http.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/text.h"
#include "tcp/proxy/proxy_users.h"

enum { CREDENTIALS_MAX = 512 };

static enum proxy_step refuse(
	struct proxy_request *r, struct bytes *out, const char *status, const char *refusal)
{
	static const char challenge[] = "Proxy-Authenticate: Basic realm=\"sockit\"\r\n";
	int code = atoi(status);

	r->refusal = refusal;
	bytes_add_format(out, "HTTP/1.1 %s\r\n%sContent-Length: 0\r\nConnection: close\r\n\r\n",
		status,
		code == 405	      ? "Allow: CONNECT\r\n"
			: code == 407 ? challenge
				      : "");
	return PROXY_REFUSED;
}

/* How many bytes of empty lines precede the request (RFC 9112 section 2.2). */
static size_t empty_size(const unsigned char *data, size_t size)
{
	size_t at = 0;

	while (at < size) {
		if (data[at] == '\n')
			at++;
		else if (size - at > 1 && data[at] == '\r' && data[at + 1] == '\n')
			at += 2;
		else
			break;
	}
	return at;
}

/* Where the header ends: after the first empty line; 0: not yet. A bare LF ends a line too. */
static size_t header_size(const unsigned char *data, size_t size)
{
	size_t line = 0; /* where the current one begins */

	for (size_t i = 0; i < size; i++) {
		if (data[i] != '\n')
			continue;
		if (i == line || (i == line + 1 && data[line] == '\r'))
			return i + 1;
		line = i + 1;
	}
	return 0;
}

/* Whether HOST has none of the characters that end or divide a host (RFC 3986, 2.2 and 3.2.2): an
 * IPv6 address needs brackets, or its last part might be taken for the port. */
static bool is_host(const char *host, bool bracketed)
{
	return !strpbrk(host, bracketed ? "[]/?#@" : "[]/?#@:");
}

/* Read HOST:PORT; the host may be in brackets. */
static bool read_target(struct proxy_request *r, const char *text, size_t size)
{
	const char *colon = size ? memchr(text, ':', size) : NULL;
	char port[6];
	size_t host_size, port_size;
	bool bracketed;

	for (const char *next = colon; next;
		next = memchr(next + 1, ':', (size_t)(text + size - next - 1)))
		colon = next;
	if (!colon)
		return false;
	host_size = (size_t)(colon - text);
	port_size = size - host_size - 1;
	bracketed = host_size > 1 && text[0] == '[' && text[host_size - 1] == ']';
	if (bracketed) {
		text++;
		host_size -= 2;
	}
	if (host_size == 0 || host_size > PROXY_HOST_MAX || port_size == 0 ||
		port_size >= sizeof port)
		return false;
	memcpy(port, colon + 1, port_size);
	port[port_size] = '\0';
	memcpy(r->host, text, host_size);
	r->host[host_size] = '\0';
	return strlen(r->host) == host_size && is_host(r->host, bracketed) &&
		addr_parse_port(port, &r->port);
}

/* The next line of the header at *AT, without its end; NULL: none. */
static const char *next_line(const char *header, size_t size, size_t *at, size_t *line_size)
{
	const char *line = header + *at;
	const char *end = *at < size ? memchr(line, '\n', size - *at) : NULL;

	if (!end)
		return NULL;
	*at = (size_t)(end - header) + 1;
	*line_size = (size_t)(end - line);
	if (*line_size > 0 && line[*line_size - 1] == '\r')
		--*line_size;
	return line;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Strip blanks from both ends of the *SIZE bytes at TEXT. */
static const char *trim(const char *text, size_t *size)
{
	for (; *size > 0 && is_blank(*text); text++)
		--*size;
	while (*size > 0 && is_blank(text[*size - 1]))
		--*size;
	return text;
}

/* Whether `Basic BASE64` at TEXT names one of USERS. */
static bool is_user(const struct proxy_users *users, const char *text, size_t size)
{
	static const char scheme[] = "Basic";
	const size_t scheme_size = sizeof scheme - 1;
	unsigned char plain[CREDENTIALS_MAX];
	const unsigned char *colon;
	size_t n;

	if (size <= scheme_size || strncasecmp(text, scheme, scheme_size) != 0 ||
		!is_blank(text[scheme_size]))
		return false;
	size -= scheme_size;
	text = trim(text + scheme_size, &size);
	if (!text_unbase64(text, size, plain, sizeof plain, &n))
		return false;
	colon = memchr(plain, ':', n);
	return colon &&
		proxy_users_permit(users, plain, (size_t)(colon - plain), colon + 1,
			n - (size_t)(colon - plain) - 1);
}

/* What was found in the fields of a header. */
struct fields {
	const char *login; /* the value of Proxy-Authorization; NULL: there is none */
	size_t login_size;
};

/* Look at one field, `NAME: VALUE`; false: it is not one. Some take a line that begins with a blank
 * for a continuation of the one before it and others do not, so it is refused (RFC 9112 section
 * 5.2), and so is a blank before the colon (5.1). */
static bool read_field(const char *line, size_t size, struct fields *fields)
{
	static const char login[] = "Proxy-Authorization";
	const char *colon = memchr(line, ':', size), *value;
	size_t name_size, value_size;

	if (!colon || colon == line || memchr(line, '\0', size) || memchr(line, '\r', size))
		return false;
	name_size = (size_t)(colon - line);
	if (memchr(line, ' ', name_size) || memchr(line, '\t', name_size))
		return false;
	value_size = size - name_size - 1;
	value = trim(colon + 1, &value_size);
	if (!fields->login && name_size == sizeof login - 1 &&
		strncasecmp(line, login, name_size) == 0) {
		fields->login = value;
		fields->login_size = value_size;
	}
	return true;
}

/* Read the fields from AT on, up to the empty line. */
static bool read_fields(const char *header, size_t size, size_t at, struct fields *fields)
{
	const char *line;
	size_t line_size;

	while ((line = next_line(header, size, &at, &line_size)) && line_size > 0)
		if (!read_field(line, line_size, fields))
			return false;
	return true;
}

/* The parts of `CONNECT HOST:PORT HTTP/1.x`. */
struct request_line {
	size_t method_size;
	const char *target;
	size_t target_size;
	const char *version;
};

static bool read_request_line(const char *line, size_t size, struct request_line *parts)
{
	const char *end = line + size;
	const char *target = memchr(line, ' ', size);
	const char *version = target ? memchr(target + 1, ' ', (size_t)(end - target - 1)) : NULL;

	if (!version || end - version != 9 || strncmp(version + 1, "HTTP/", 5) != 0)
		return false;
	*parts = (struct request_line){
		(size_t)(target - line), target + 1, (size_t)(version - target - 1), version + 1};
	return true;
}

/* HEADER is complete, without the empty lines before it. */
static enum proxy_step judge(
	struct proxy_request *r, const char *header, size_t size, struct bytes *out)
{
	static const char malformed[] = "a malformed request";
	struct request_line parts;
	struct fields fields = {0};
	size_t at = 0, line_size = 0;
	const char *line = next_line(header, size, &at, &line_size);

	if (!line || !read_request_line(line, line_size, &parts))
		return refuse(r, out, "400 Bad Request", malformed);
	if (strncmp(parts.version, "HTTP/1.", 7) != 0)
		return refuse(r, out, "505 HTTP Version Not Supported", malformed);
	if (!read_fields(header, size, at, &fields))
		return refuse(r, out, "400 Bad Request", malformed);
	if (parts.method_size != 7 || strncmp(line, "CONNECT", 7) != 0)
		return refuse(r, out, "405 Method Not Allowed", "a request other than CONNECT");
	if (r->users && !fields.login)
		return refuse(r, out, "407 Proxy Authentication Required", "no login was given");
	if (r->users && !is_user(r->users, fields.login, fields.login_size)) {
		r->wrong_login = true;
		return refuse(r, out, "407 Proxy Authentication Required", proxy_wrong_login);
	}
	if (!read_target(r, parts.target, parts.target_size))
		return refuse(r, out, "400 Bad Request", malformed);
	return PROXY_READY;
}

enum proxy_step http_connect_feed(struct proxy_request *r, const unsigned char *data, size_t size,
	size_t *used, struct bytes *out)
{
	size_t before = empty_size(data, size);
	const char *header = (const char *)data + before;
	size_t whole = header_size(data + before, size - before);

	if (whole == 0 && size < PROXY_REQUEST_MAX)
		return PROXY_MORE;
	*used = whole ? before + whole : size;
	if (*used < PROXY_REQUEST_MAX || (whole && *used == PROXY_REQUEST_MAX))
		return judge(r, header, whole, out);
	if (memchr(header, '\n', *used - before))
		return refuse(
			r, out, "431 Request Header Fields Too Large", "a header that is too long");
	return refuse(r, out, "414 URI Too Long", "a request line that is too long");
}

void http_connect_answer(struct proxy_request *r, enum status status, struct bytes *out)
{
	switch (status) {
	case STATUS_DONE: bytes_add_text(out, "HTTP/1.1 200 Connection established\r\n\r\n"); break;
	case STATUS_NOT_PERMITTED: refuse(r, out, "403 Forbidden", NULL); break;
	case STATUS_TIMED_OUT: refuse(r, out, "504 Gateway Timeout", NULL); break;
	default: refuse(r, out, "502 Bad Gateway", NULL); break;
	}
}
