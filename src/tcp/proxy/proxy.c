/* SPDX-License-Identifier: ISC */
/* proxy.c - the proxy that --proxy names. */

#include "tcp/proxy/proxy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/status.h"
#include "base/text.h"

/* socks5h is curl's name for a proxy that resolves names, as ours always do. */
static const struct {
	const char *scheme;
	enum proxy_kind kind;
} schemes[] = {
	{"socks5", PROXY_SOCKS5},
	{"socks5h", PROXY_SOCKS5},
	{"socks4", PROXY_SOCKS4},
	{"socks4a", PROXY_SOCKS4A},
	{"http", PROXY_HTTP},
};

const char *const proxy_urls[] = {"socks5://", "socks4://", "socks4a://", "http://", NULL};

static enum status usage(struct bytes *why, const char *reason)
{
	return fail_with(why, STATUS_USAGE, "bad --proxy: %s", reason);
}

/* What follows the scheme of URL, whose kind is stored in KIND; NULL: unknown scheme. */
static const char *read_scheme(const char *url, enum proxy_kind *kind)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t size = strlen(schemes[i].scheme);

		if (strncasecmp(url, schemes[i].scheme, size) != 0 ||
			strncmp(url + size, "://", 3) != 0)
			continue;
		*kind = schemes[i].kind;
		return url + size + 3;
	}
	return NULL;
}

/* The SIZE bytes at TEXT with percent-encoding decoded, to be released with free(3). NULL:
 * malformed, or a NUL in it, or no memory. */
static char *decode(const char *text, size_t size)
{
	struct bytes out = {0};
	char *copy = NULL;

	/* text_unhex would skip a blank. */
	for (size_t i = 0; i < size; i++) {
		size_t before = out.size;

		if (text[i] != '%') {
			bytes_add_byte(&out, (unsigned char)text[i]);
			continue;
		}
		if (size - i < 3 || text_unhex(text + i + 1, 2, &out) || out.size == before ||
			out.data[before] == 0)
			goto out;
		i += 2;
	}
	if (!out.failed)
		copy = strdup(bytes_text(&out));
out:
	bytes_release(&out);
	return copy;
}

/* Read USER[:PASSWORD], the SIZE bytes at TEXT. */
static bool read_login(struct proxy *p, const char *text, size_t size)
{
	const char *colon = memchr(text, ':', size);
	size_t user_size = colon ? (size_t)(colon - text) : size;

	p->user = decode(text, user_size);
	if (!p->user || !colon)
		return p->user != NULL;
	p->password = decode(colon + 1, size - user_size - 1);
	return p->password != NULL;
}

static enum status read_endpoint(struct proxy *p, const char *text, struct bytes *why)
{
	size_t size = strlen(text);
	char *word;
	struct bytes reason = {0};
	enum status status = STATUS_DONE;

	/* Environment variables like http_proxy often end with a slash. */
	if (size > 0 && text[size - 1] == '/')
		size--;
	word = strndup(text, size);
	if (!word)
		return usage(why, status_reason(ENOMEM));
	if (endpoint_parse(&p->endpoint, ENDPOINT_PEER, &word, 1, &reason) == 0)
		status = usage(why, bytes_reason(&reason));
	else if (p->endpoint.kind != ENDPOINT_INET)
		status = usage(why, "a proxy is HOST:PORT");
	bytes_release(&reason);
	free(word);
	return status;
}

enum status proxy_parse(
	struct proxy *proxy, const char *url, const char *password, struct bytes *why)
{
	const char *rest, *at;

	*proxy = (struct proxy){0};
	rest = read_scheme(url, &proxy->kind);
	if (!rest)
		return usage(why, "it must begin with socks5://, socks4://, socks4a:// or http://");
	at = strrchr(rest, '@');
	if (at && !read_login(proxy, rest, (size_t)(at - rest)))
		return usage(why, "its login is malformed (special characters as %XX)");
	if (proxy->user && !proxy->password && password && proxy->kind != PROXY_SOCKS4 &&
		proxy->kind != PROXY_SOCKS4A) {
		proxy->password = strdup(password);
		if (!proxy->password)
			return usage(why, status_reason(ENOMEM));
	}
	return read_endpoint(proxy, at ? at + 1 : rest, why);
}

void proxy_release(struct proxy *proxy)
{
	endpoint_release(&proxy->endpoint);
	free(proxy->user);
	free(proxy->password);
	*proxy = (struct proxy){0};
}
