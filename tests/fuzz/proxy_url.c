/* SPDX-License-Identifier: ISC */
/* proxy_url.c - the URL of a proxy as anybody may type it: refused with a reason that does not have
 * the password, or read as another reader of URLs does.
 *
 * covers: tcp/proxy/proxy.c */
#include "tcp/proxy/proxy.h"

#include <strings.h>

#include "base/bytes.h"
#include "fuzz.h"

static int hex(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return !at ? -1 : at - digits < 16 ? (int)(at - digits) : (int)(at - digits) - 6;
}

/* SIZE bytes of TEXT without percent-encoding; NULL: malformed. */
static char *decode(const char *text, size_t size)
{
	char *out = malloc(size + 1);
	size_t n = 0;

	must(out != NULL);
	for (size_t i = 0; i < size; i++) {
		out[n++] = text[i];
		if (text[i] != '%')
			continue;
		int high = i + 2 < size ? hex(text[i + 1]) : -1;
		int low = high < 0 ? -1 : hex(text[i + 2]);
		if (low < 0 || high + low == 0) {
			free(out);
			return NULL;
		}
		out[n - 1] = (char)(high * 16 + low);
		i += 2;
	}
	out[n] = '\0';
	return out;
}

static bool is_kind(const char *url, enum proxy_kind kind)
{
	static const char *const schemes[] = {[PROXY_SOCKS5] = "socks5",
		[PROXY_SOCKS4] = "socks4",
		[PROXY_SOCKS4A] = "socks4a",
		[PROXY_HTTP] = "http"};
	size_t size = strcspn(url, ":");

	if (kind == PROXY_SOCKS5 && size == 7 && strncasecmp(url, "socks5h", size) == 0)
		return true;
	return size == strlen(schemes[kind]) && strncasecmp(url, schemes[kind], size) == 0;
}

/* Check what is between the scheme and the host. */
static void check_login(const struct proxy *p, const char *login, size_t size)
{
	const char *colon = memchr(login, ':', size);
	size_t user_size = colon ? (size_t)(colon - login) : size;
	char *user = decode(login, user_size);
	char *password = colon ? decode(colon + 1, size - user_size - 1) : NULL;

	must(user && p->user && strcmp(user, p->user) == 0);
	must(!colon || (password && p->password && strcmp(password, p->password) == 0));
	free(user);
	free(password);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *url = fuzz_text(data, size);
	const char *rest = strstr(url, "://"), *at = rest ? strrchr(rest, '@') : NULL;
	struct bytes why = {0};
	struct proxy p;

	if (proxy_parse(&p, url, size % 2 ? "given" : NULL, &why) == STATUS_DONE) {
		must(rest && is_kind(url, p.kind) && p.endpoint.kind == ENDPOINT_INET);
		if (at)
			check_login(&p, rest + 3, (size_t)(at - rest) - 3);
		else
			must(!p.user && !p.password);
	} else {
		must(why.size > 0);
	}
	proxy_release(&p);
	bytes_release(&why);
	free(url);
	return 0;
}
