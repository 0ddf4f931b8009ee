/* SPDX-License-Identifier: ISC */
/* proxy_client.c - what a proxy may answer, however it is cut: the same verdict, no byte too many.
 * The first byte is the kind of proxy.
 *
 * covers: tcp/proxy/proxy_client.c tcp/proxy/proxy_client_http.c
 * tcp/proxy/proxy_client_socks.c */
#include "tcp/proxy/proxy_client.h"

#include "pieces.h"

enum { PROXY_CUTS = 64, PROXY_KINDS = 4, PROXY_LOGIN = 4, PROXY_ADDRESS = 8, PROXY_ADDRESS6 = 16 };

static struct proxy_wish proxy_wish;
static struct proxy_client proxy_client;
static size_t proxy_used;

static void proxy_begin(void)
{
	proxy_client_release(&proxy_client);
	proxy_client_start(&proxy_client, &proxy_wish);
	proxy_used = 0;
}

static void proxy_hear(struct bytes *out)
{
	bytes_add(out, proxy_client.out.data, proxy_client.out.size);
	bytes_clear(&proxy_client.out);
}

static void proxy_take(const unsigned char *data, size_t size, struct bytes *out)
{
	size_t used = proxy_client_feed(&proxy_client, data, size);

	if (used > size || (used < size && proxy_client.state == PROXY_CLIENT_MORE))
		abort();
	proxy_used += used;
	proxy_hear(out);
}

static void proxy_end(struct bytes *out)
{
	/* A client that is refused may not have had time to send everything. */
	if (proxy_client.state == PROXY_CLIENT_FAILED) {
		bytes_clear(out);
		if (proxy_client.status <= 0 || proxy_client.why.size == 0)
			abort();
	}
	bytes_add_format(out, " %d %d %zu %s", (int)proxy_client.state, proxy_client.status,
		proxy_used, bytes_text(&proxy_client.why));
}

static const struct pieces_subject proxy_subject = {proxy_begin, proxy_take, proxy_end};

/* Check a wish made of the words of TEXT. */
static void check_wish(enum proxy_kind kind, char *text)
{
	char *words[4];
	size_t count = fuzz_words(text, ' ', words, 3);
	struct proxy_wish wish = {.kind = kind,
		.host = words[0],
		.port = 80,
		.user = count > 1 ? words[1] : NULL,
		.password = count > 2 ? words[2] : NULL};
	struct proxy_client c;

	if (proxy_client_check(&wish) != NULL)
		return;
	must(*wish.host && strlen(wish.host) <= 255 && !strpbrk(wish.host, "\r\n\t%"));
	proxy_client_start(&c, &wish);
	must(c.state == PROXY_CLIENT_MORE && c.out.size > 0);
	proxy_client_release(&c);
}

static const char *proxy_host(int choice)
{
	if (choice % PROXY_KINDS == PROXY_SOCKS4 || choice & PROXY_ADDRESS)
		return "192.0.2.1";
	if (choice & PROXY_ADDRESS6 && choice % PROXY_KINDS != PROXY_SOCKS4A)
		return "2001:db8::1";
	return "example.org";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int choice = size > 0 ? data[0] : 0;

	proxy_wish = (struct proxy_wish){.kind = (enum proxy_kind)(choice % PROXY_KINDS),
		.host = proxy_host(choice),
		.port = 80,
		.user = choice & PROXY_LOGIN ? "me" : NULL};
	if (size > 0 && !pieces_agree(&proxy_subject, data + 1, size - 1, PROXY_CUTS))
		abort();
	/* An end in the middle is a failure with a reason. */
	proxy_begin();
	if (size > 0)
		proxy_client_feed(&proxy_client, data + 1, size - 1);
	if (proxy_client.state == PROXY_CLIENT_MORE) {
		proxy_client_ended(&proxy_client);
		must(proxy_client.state == PROXY_CLIENT_FAILED && proxy_client.why.size > 0);
	}
	must(proxy_client_check(&proxy_wish) == NULL);
	char *text = fuzz_text(data, size);
	if (size > 0)
		check_wish(proxy_wish.kind, text + 1);
	free(text);
	proxy_client_release(&proxy_client);
	proxy_client = (struct proxy_client){.wish = NULL};
	return 0;
}
