/* SPDX-License-Identifier: ISC */
/* proxy_request_http.c - HTTP CONNECT as a proxy sees it. */

#include "tcp/proxy/proxy_request_http.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/status.h"
#include "base/text.h"
#include "tcp/proxy/proxy_users.h"

enum { CREDENTIALS_MAX = 512 };

static enum proxy_step refuse(struct bytes *out, const char *status, const char *header)
{
	bytes_add_format(out, "HTTP/1.1 %s\r\n%sContent-Length: 0\r\nConnection: close\r\n\r\n",
		status, header);
	return PROXY_REFUSED;
}

/* Where the header ends: behind the first empty line; 0: not yet. A bare LF ends a line, too. */
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

/* HOST:PORT, the host perhaps in brackets. */
static bool read_target(struct proxy_request *r, const char *text, size_t size)
{
	const char *colon = size ? memchr(text, ':', size) : NULL;
	char port[6];
	size_t host_size, port_size;

	for (const char *next = colon; next;
		next = memchr(next + 1, ':', (size_t)(text + size - next - 1)))
		colon = next;
	if (!colon)
		return false;
	host_size = (size_t)(colon - text);
	port_size = size - host_size - 1;
	if (host_size > 1 && text[0] == '[' && text[host_size - 1] == ']') {
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
	return strlen(r->host) == host_size && addr_parse_port(port, &r->port);
}

/* The next line of the header at *AT, without its end; NULL: no more. */
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

/* Whether `Basic BASE64` at TEXT names one of USERS. */
static bool is_user(const struct proxy_users *users, const char *text, size_t size)
{
	unsigned char plain[CREDENTIALS_MAX];
	const unsigned char *colon;
	size_t n;

	while (size > 0 && (*text == ' ' || *text == '\t')) {
		text++;
		size--;
	}
	if (size < 6 || strncasecmp(text, "Basic ", 6) != 0)
		return false;
	if (!text_unbase64(text + 6, size - 6, plain, sizeof plain, &n))
		return false;
	colon = memchr(plain, ':', n);
	return colon &&
		proxy_users_permit(users, plain, (size_t)(colon - plain), colon + 1,
			n - (size_t)(colon - plain) - 1);
}

static bool is_permitted(const struct proxy_request *r, const char *header, size_t size, size_t at)
{
	static const char name[] = "Proxy-Authorization:";
	const char *line;
	size_t line_size;

	while (r->users && (line = next_line(header, size, &at, &line_size)))
		if (line_size > sizeof name - 1 && strncasecmp(line, name, sizeof name - 1) == 0)
			return is_user(
				r->users, line + sizeof name - 1, line_size - (sizeof name - 1));
	return !r->users;
}

enum proxy_step http_connect_feed(struct proxy_request *r, const unsigned char *data, size_t size,
	size_t *used, struct bytes *out)
{
	const char *header = (const char *)data, *line, *target, *version;
	size_t whole = header_size(data, size), at = 0, line_size;

	if (whole == 0)
		return PROXY_MORE;
	*used = whole;
	line = next_line(header, whole, &at, &line_size);
	target = memchr(line, ' ', line_size);
	version = target ? memchr(target + 1, ' ', line_size - (size_t)(target + 1 - line)) : NULL;
	if (!version || line_size - (size_t)(version - line) != 9 ||
		strncmp(version + 1, "HTTP/1.", 7) != 0)
		return refuse(out, "400 Bad Request", "");
	if ((size_t)(target - line) != 7 || strncmp(line, "CONNECT", 7) != 0)
		return refuse(out, "405 Method Not Allowed", "Allow: CONNECT\r\n");
	if (!is_permitted(r, header, whole, at))
		return refuse(out, "407 Proxy Authentication Required",
			"Proxy-Authenticate: Basic realm=\"sockit\"\r\n");
	if (!read_target(r, target + 1, (size_t)(version - target - 1)))
		return refuse(out, "400 Bad Request", "");
	return PROXY_READY;
}

void http_connect_answer(int status, struct bytes *out)
{
	switch (status) {
	case STATUS_DONE: bytes_add_text(out, "HTTP/1.1 200 Connection established\r\n\r\n"); break;
	case STATUS_NOT_PERMITTED: refuse(out, "403 Forbidden", ""); break;
	case STATUS_TIMED_OUT: refuse(out, "504 Gateway Timeout", ""); break;
	default: refuse(out, "502 Bad Gateway", ""); break;
	}
}
