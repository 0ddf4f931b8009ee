/* SPDX-License-Identifier: ISC */
/* proxy_client.c - tests of tcp/proxy_client.h. */
#include "tcp/proxy/proxy_client.h"

#include <stdlib.h>

#include "base/status.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DATA(text)   text, sizeof(text) - 1
#define TEN	     "aaaaaaaaaa"
#define FIFTY	     TEN TEN TEN TEN TEN
#define NAME255	     FIFTY FIFTY FIFTY FIFTY FIFTY "aaaaa"

#define NAME                                                                                       \
	{                                                                                          \
		PROXY_SOCKS5, "example.org", 80, NULL, NULL                                        \
	}
#define LOGIN                                                                                      \
	{                                                                                          \
		PROXY_SOCKS5, "example.org", 80, "me", "pw"                                        \
	}
#define IN                                                                                         \
	{                                                                                          \
		PROXY_SOCKS5, "192.0.2.1", 80, NULL, NULL                                          \
	}
#define IN6                                                                                        \
	{                                                                                          \
		PROXY_SOCKS5, "2001:db8::1", 443, NULL, NULL                                       \
	}
#define S4                                                                                         \
	{                                                                                          \
		PROXY_SOCKS4, "192.0.2.1", 80, NULL, NULL                                          \
	}
#define S4_USER                                                                                    \
	{                                                                                          \
		PROXY_SOCKS4, "192.0.2.1", 80, "me", NULL                                          \
	}
#define S4A                                                                                        \
	{                                                                                          \
		PROXY_SOCKS4A, "example.org", 80, "me", NULL                                       \
	}
#define S4A_IN                                                                                     \
	{                                                                                          \
		PROXY_SOCKS4A, "192.0.2.1", 80, NULL, NULL                                         \
	}
#define HTTP                                                                                       \
	{                                                                                          \
		PROXY_HTTP, "example.org", 80, NULL, NULL                                          \
	}
#define HTTP_PW                                                                                    \
	{                                                                                          \
		PROXY_HTTP, "2001:db8::1", 443, "Aladdin", "open sesame"                           \
	}

#define ASK_NAME "\5\1\0\3\013example.org\0\x50"
#define CONNECT	 "CONNECT example.org:80 HTTP/1.1\r\nHost: example.org:80\r\n\r\n"

/* What a proxy answers, whatever it is asked, and the result. */
static const struct {
	struct proxy_wish wish;
	const char *answer;
	size_t answer_size;
	size_t used;	  /* of the answer; what follows is the connection's */
	const char *said; /* by us, in total */
	size_t said_size;
	int status; /* -1: the answer is not complete */
} cases[] = {
	{NAME, DATA("\5\0\5\0\0\1\x7f\0\0\1\x12\x34GET"), 12, DATA("\5\1\0" ASK_NAME), 0},
	{NAME, DATA("\5\0\5\0\0\4aaaabbbbccccddddppx"), 24, DATA("\5\1\0" ASK_NAME), 0},
	{NAME, DATA("\5\0\5\0\0\3\4nameppx"), 13, DATA("\5\1\0" ASK_NAME), 0},
	{NAME, DATA("\5\0\5\0\0\3\0ppx"), 9, DATA("\5\1\0" ASK_NAME), 0},
	{NAME, DATA("\5\0\5\0\0\3\xff" NAME255 "ppx"), 264, DATA("\5\1\0" ASK_NAME), 0},
	{NAME, DATA("\5\0\5\0\0\3\xff" NAME255 "p"), 263, DATA("\5\1\0" ASK_NAME), -1},
	{IN, DATA("\5\0\5\0\0\1aaaapp"), 12, DATA("\5\1\0\5\1\0\1\xc0\0\2\1\0\x50"), 0},
	{IN6, DATA("\5\0\5\0\0\1aaaapp"), 12,
		DATA("\5\1\0\5\1\0\4\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x01\xbb"), 0},
	{LOGIN, DATA("\5\0\5\0\0\1aaaapp"), 12, DATA("\5\2\0\2" ASK_NAME), 0},
	{LOGIN, DATA("\5\2\1\0\5\0\0\1aaaapp"), 14, DATA("\5\2\0\2\1\2me\2pw" ASK_NAME), 0},
	{LOGIN, DATA("\5\2\1\1"), 4, DATA("\5\2\0\2\1\2me\2pw"), STATUS_NOT_PERMITTED},
	{LOGIN, DATA("\5\2\5\0"), 4, DATA("\5\2\0\2\1\2me\2pw"), STATUS_FAILED},
	{LOGIN, DATA("\5\xff"), 2, DATA("\5\2\0\2"), STATUS_NOT_PERMITTED},
	{LOGIN, DATA("\5\1"), 2, DATA("\5\2\0\2"), STATUS_FAILED},
	{NAME, DATA("\5\xff"), 2, DATA("\5\1\0"), STATUS_NOT_PERMITTED},
	{NAME, DATA("\5\2"), 2, DATA("\5\1\0"), STATUS_FAILED},
	{NAME, DATA("\4\0"), 2, DATA("\5\1\0"), STATUS_FAILED},
	{NAME, DATA("SSH-2.0"), 2, DATA("\5\1\0"), STATUS_FAILED},
	{NAME, DATA("\5"), 1, DATA("\5\1\0"), -1},
	{NAME, DATA("\5\0\5\1"), 4, DATA("\5\1\0" ASK_NAME), STATUS_REFUSED},
	{NAME, DATA("\5\0\5\5\0\1aaaapp"), 4, DATA("\5\1\0" ASK_NAME), STATUS_REFUSED},
	{NAME, DATA("\5\0\5\6"), 4, DATA("\5\1\0" ASK_NAME), STATUS_TIMED_OUT},
	{NAME, DATA("\5\0\5\7"), 4, DATA("\5\1\0" ASK_NAME), STATUS_FAILED},
	{NAME, DATA("\5\0\5\x09"), 4, DATA("\5\1\0" ASK_NAME), STATUS_FAILED},
	{NAME, DATA("\5\0\5\xff"), 4, DATA("\5\1\0" ASK_NAME), STATUS_FAILED},
	{NAME, DATA("\5\0\4\0"), 4, DATA("\5\1\0" ASK_NAME), STATUS_FAILED},
	{NAME, DATA("\5\0\5\0\0\2aaaa"), 7, DATA("\5\1\0" ASK_NAME), STATUS_FAILED},
	{S4,
		DATA("\0\x5a"
		     "ppaaaax"),
		8, DATA("\4\1\0\x50\xc0\0\2\1\0"), 0},
	{S4,
		DATA("\0\x5a"
		     "ppaaa"),
		7, DATA("\4\1\0\x50\xc0\0\2\1\0"), -1},
	{S4_USER, DATA("\0\x5b"), 2, DATA("\4\1\0\x50\xc0\0\2\1me\0"), STATUS_REFUSED},
	{S4_USER, DATA("\0\x5d"), 2, DATA("\4\1\0\x50\xc0\0\2\1me\0"), STATUS_NOT_PERMITTED},
	{S4_USER, DATA("\0\x5e"), 2, DATA("\4\1\0\x50\xc0\0\2\1me\0"), STATUS_FAILED},
	{S4_USER, DATA("\4\x5a"), 2, DATA("\4\1\0\x50\xc0\0\2\1me\0"), STATUS_FAILED},
	{S4A,
		DATA("\0\x5a"
		     "ppaaaa"),
		8, DATA("\4\1\0\x50\0\0\0\1me\0example.org\0"), 0},
	{S4A_IN,
		DATA("\0\x5a"
		     "ppaaaa"),
		8, DATA("\4\1\0\x50\xc0\0\2\1\0"), 0},
	{HTTP, DATA("HTTP/1.1 200 OK\r\n\r\nSSH-2"), 19, DATA(CONNECT), 0},
	{HTTP, DATA("HTTP/1.0 200\r\nA: b\r\n\r\n\r\n"), 22, DATA(CONNECT), 0},
	{HTTP, DATA("HTTP/1.1 204 x\n\nx"), 16, DATA(CONNECT), 0},
	{HTTP, DATA("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX: y\r\n\r\n"), 50,
		DATA(CONNECT), 0},
	{HTTP, DATA("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), 38, DATA(CONNECT), 0},
	{HTTP, DATA("HTTP/1.1 200 OK\r\nA: " NAME255 NAME255 "\r\n\r\n"), 534, DATA(CONNECT), 0},
	{HTTP, DATA("HTTP/1.1 200 OK\r\n\r"), 18, DATA(CONNECT), -1},
	{HTTP, DATA("HTTP/1.1 2000 OK\r\n\r\n"), 18, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("HTTP/1.1 20\r\n\r\n"), 13, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("HTTP/1.1  200 OK\r\n\r\n"), 20, DATA(CONNECT), STATUS_DONE},
	{HTTP, DATA("HTTP/1.1 -20 OK\r\n"), 17, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("HTTP/1.1 999 OK\r\n"), 17, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("HTTP/1.1 101 Up\r\n"), 17, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("HTTP/2.0 200 OK\r\n"), 6, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("SSH-2.0-x\r\n"), 1, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("\r\n\r\n"), 1, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("\n"), 1, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("HTTP/1.1 301 Moved\r\n"), 20, DATA(CONNECT), STATUS_FAILED},
	{HTTP, DATA("HTTP/1.1 403 Forbidden\r\n"), 24, DATA(CONNECT), STATUS_REFUSED},
	{HTTP, DATA("HTTP/1.1 407 Who?\r\n"), 19, DATA(CONNECT), STATUS_NOT_PERMITTED},
	{HTTP, DATA("HTTP/1.1 502 Bad\r\n"), 18, DATA(CONNECT), STATUS_REFUSED},
	{HTTP, DATA("HTTP/1.1 504 Slow\r\n"), 19, DATA(CONNECT), STATUS_TIMED_OUT},
	{HTTP_PW, DATA("HTTP/1.1 200 OK\r\n\r\n"), 19,
		DATA("CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n"
		     "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n"),
		0},
};

/* A conversation: what we send is gathered. */
struct talk {
	struct proxy_client client;
	struct bytes said;
	size_t used;
};

static void listen_to(struct talk *t)
{
	bytes_add(&t->said, t->client.out.data, t->client.out.size);
	bytes_clear(&t->client.out);
}

static void begin(struct talk *t, const struct proxy_wish *wish)
{
	*t = (struct talk){.used = 0};
	proxy_client_start(&t->client, wish);
	listen_to(t);
}

/* From a block of exactly that size, so that a read beyond it is detected. */
static void feed(struct talk *t, const char *data, size_t size)
{
	char *block = malloc(size + 1);

	memcpy(block + 1, data, size);
	t->used += proxy_client_feed(&t->client, block + 1, size);
	listen_to(t);
	free(block);
}

static bool is_right(struct talk *t, size_t i)
{
	const struct proxy_client *c = &t->client;
	/* A client that is refused may not have had time to send everything. */
	size_t least = cases[i].status > STATUS_DONE ? 1 : cases[i].said_size;
	bool good = t->used == cases[i].used && t->said.size >= least &&
		t->said.size <= cases[i].said_size &&
		memcmp(t->said.data, cases[i].said, t->said.size) == 0;

	if (cases[i].status == -1)
		return good && c->state == PROXY_CLIENT_MORE;
	if (cases[i].status == STATUS_DONE)
		return good && c->state == PROXY_CLIENT_DONE;
	return good && c->state == PROXY_CLIENT_FAILED && (int)c->status == cases[i].status &&
		c->why.size > 0;
}

static void end(struct talk *t)
{
	proxy_client_release(&t->client);
	bytes_release(&t->said);
}

static void test_answers(void)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct talk t;
		bool good = true;

		for (size_t cut = 0; cut <= cases[i].answer_size; cut++) {
			begin(&t, &cases[i].wish);
			feed(&t, cases[i].answer, cut);
			feed(&t, cases[i].answer + cut, cases[i].answer_size - cut);
			good = good && is_right(&t, i);
			end(&t);
		}
		OK(good, "answer %zu, cut at every place", i);
		begin(&t, &cases[i].wish);
		for (size_t n = 0; n < cases[i].answer_size; n++)
			feed(&t, cases[i].answer + n, 1);
		OK(is_right(&t, i), "answer %zu, byte by byte", i);
		end(&t);
	}
}

static void test_endless_header(void)
{
	const struct proxy_wish wish = HTTP;
	struct talk t;

	begin(&t, &wish);
	feed(&t, DATA("HTTP/1.1 200 OK\r\n"));
	for (int i = 0; i < PROXY_CLIENT_HTTP_MAX && t.client.state == PROXY_CLIENT_MORE; i++)
		feed(&t, DATA("A: b\r\n"));
	OK(t.client.state == PROXY_CLIENT_FAILED && t.used == PROXY_CLIENT_HTTP_MAX,
		"a header without end is given up");
	end(&t);
	begin(&t, &wish);
	for (int i = 0; i < PROXY_CLIENT_HTTP_MAX && t.client.state == PROXY_CLIENT_MORE; i++)
		feed(&t, DATA("HTTP/1.1 100 Continue\r\n\r\n"));
	OK(t.client.state == PROXY_CLIENT_FAILED, "interim answers without end are given up");
	end(&t);
}

static void test_check(void)
{
	static const struct {
		struct proxy_wish wish;
		bool refused;
	} wishes[] = {
		{NAME, false},
		{IN6, false},
		{S4, false},
		{S4A, false},
		{HTTP_PW, false},
		{{PROXY_SOCKS5, NAME255, 80, NAME255, NAME255}, false},
		{{PROXY_SOCKS5, NAME255 "a", 80, NULL, NULL}, true},
		{{PROXY_HTTP, NAME255 "a", 80, NULL, NULL}, true},
		{{PROXY_SOCKS5, "a", 80, NAME255 "a", NULL}, true},
		{{PROXY_SOCKS5, "a", 80, "me", NAME255 "a"}, true},
		{{PROXY_SOCKS5, "", 80, NULL, NULL}, true},
		{{PROXY_HTTP, "a\r\nX: y", 80, NULL, NULL}, true},
		{{PROXY_HTTP, "a b", 80, NULL, NULL}, true},
		{{PROXY_SOCKS5, "fe80::1%lo", 80, NULL, NULL}, true},
		{{PROXY_HTTP, "a", 80, "me:you", "pw"}, true},
		{{PROXY_SOCKS5, "a", 80, "me:you", "pw"}, false},
		{{PROXY_SOCKS4, "a", 80, NULL, NULL}, true},
		{{PROXY_SOCKS4, "::1", 80, NULL, NULL}, true},
		{{PROXY_SOCKS4A, "::1", 80, NULL, NULL}, true},
		{{PROXY_SOCKS4A, "a", 80, "me", "pw"}, true},
	};

	for (size_t i = 0; i < COUNT(wishes); i++)
		OK(!proxy_client_check(&wishes[i].wish) != wishes[i].refused, "wish %zu", i);
}

int main(void)
{
	test_answers();
	test_endless_header();
	test_check();
	return tap_end();
}
