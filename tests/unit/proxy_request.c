/* SPDX-License-Identifier: ISC */
/* proxy_request.c - requests of proxy clients, fed in one piece, byte by byte, and cut at every
 * place. */
#define _DEFAULT_SOURCE /* mkstemp */

#include "tcp/proxy/proxy_request.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/status.h"
#include "tap.h"
#include "tcp/proxy/proxy_users.h"

#define TEXT(literal) (literal), sizeof(literal) - 1

/* What a client sends, and the expected result. */
struct dialogue {
	const char *name;
	enum proxy_server_kind kind;
	bool with_users;
	const char *data;
	size_t size;
	enum proxy_step step;
	const char *host;
	uint16_t port;
	size_t left; /* bytes that belong to the target */
	const char *out;
	size_t out_size;
};

#define BAD_REQUEST "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

static const struct dialogue dialogues[] = {
	{"socks5, IPv4", PROXY_SERVER_SOCKS, false, TEXT("\5\1\0\5\1\0\1\177\0\0\1\0\120"),
		PROXY_READY, "127.0.0.1", 80, 0, TEXT("\5\0")},
	{"socks5, IPv6", PROXY_SERVER_SOCKS, false,
		TEXT("\5\2\2\0\5\1\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\1\0"), PROXY_READY, "::1",
		256, 0, TEXT("\5\0")},
	{"socks5, a name and data behind it", PROXY_SERVER_SOCKS, false,
		TEXT("\5\1\0\5\1\0\3\4host\0\120hello"), PROXY_READY, "host", 80, 5, TEXT("\5\0")},
	{"socks5, user and password", PROXY_SERVER_SOCKS, true,
		TEXT("\5\1\2\1\3bob\6secret\5\1\0\1\1\2\3\4\0\1"), PROXY_READY, "1.2.3.4", 1, 0,
		TEXT("\5\2\1\0")},
	{"socks5, wrong password", PROXY_SERVER_SOCKS, true, TEXT("\5\1\2\1\3bob\5wrong"),
		PROXY_REFUSED, "", 0, 0, TEXT("\5\2\1\1")},
	{"socks5, no method that will do", PROXY_SERVER_SOCKS, true, TEXT("\5\1\0"), PROXY_REFUSED,
		"", 0, 0, TEXT("\5\377")},
	{"socks5, UDP ASSOCIATE", PROXY_SERVER_SOCKS, false, TEXT("\5\1\0\5\3\0\1\0\0\0\0\0\0"),
		PROXY_REFUSED, "", 0, 0, TEXT("\5\0\5\7\0\1\0\0\0\0\0\0")},
	{"socks5, an address of no known type", PROXY_SERVER_SOCKS, false,
		TEXT("\5\1\0\5\1\0\7\0\0"), PROXY_REFUSED, "", 0, 0,
		TEXT("\5\0\5\10\0\1\0\0\0\0\0\0")},
	{"socks5, a name with a NUL", PROXY_SERVER_SOCKS, false, TEXT("\5\1\0\5\1\0\3\3a\0b\0\1"),
		PROXY_REFUSED, "", 0, 0, TEXT("\5\0\5\1\0\1\0\0\0\0\0\0")},
	{"socks5, an empty name", PROXY_SERVER_SOCKS, false, TEXT("\5\1\0\5\1\0\3\0\0\1"),
		PROXY_REFUSED, "", 0, 0, TEXT("\5\0\5\1\0\1\0\0\0\0\0\0")},
	{"socks4", PROXY_SERVER_SOCKS, false, TEXT("\4\1\0\120\1\2\3\4me\0x"), PROXY_READY,
		"1.2.3.4", 80, 1, TEXT("")},
	{"socks4a", PROXY_SERVER_SOCKS, false, TEXT("\4\1\0\120\0\0\0\1\0host\0"), PROXY_READY,
		"host", 80, 0, TEXT("")},
	{"socks4, where a password is asked for", PROXY_SERVER_SOCKS, true,
		TEXT("\4\1\0\120\1\2\3\4bob\0"), PROXY_REFUSED, "", 0, 0,
		TEXT("\0\135\0\0\0\0\0\0")},
	{"socks4, BIND", PROXY_SERVER_SOCKS, false, TEXT("\4\2\0\120\1\2\3\4\0"), PROXY_REFUSED, "",
		0, 0, TEXT("\0\133\0\0\0\0\0\0")},
	{"no SOCKS at all", PROXY_SERVER_SOCKS, false, TEXT("GET / HTTP/1.0\r\n\r\n"),
		PROXY_REFUSED, "", 0, 0, TEXT("")},
	{"CONNECT", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT host:443 HTTP/1.1\r\nHost: host:443\r\n\r\nhello"), PROXY_READY,
		"host", 443, 5, TEXT("")},
	{"CONNECT to IPv6, with bare LFs", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT [::1]:443 HTTP/1.0\n\n"), PROXY_READY, "::1", 443, 0, TEXT("")},
	{"CONNECT with a password", PROXY_SERVER_HTTP, true,
		TEXT("CONNECT h:1 HTTP/1.1\r\nproxy-authorization:  basic "
		     "Ym9iOnNlY3JldA==\r\n\r\n"),
		PROXY_READY, "h", 1, 0, TEXT("")},
	{"CONNECT to no port", PROXY_SERVER_HTTP, false, TEXT("CONNECT host HTTP/1.1\r\n\r\n"),
		PROXY_REFUSED, "", 0, 0,
		TEXT("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")},
	{"CONNECT to a port that is none", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT host:99999 HTTP/1.1\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")},
	{"CONNECT to a bracket that is not closed", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT [::1:80 HTTP/1.1\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT(BAD_REQUEST)},
	{"CONNECT to a bracket that was not opened", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT ::1]:80 HTTP/1.1\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT(BAD_REQUEST)},
	{"CONNECT to IPv6 without brackets", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT 2001:db8::1:80 HTTP/1.1\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT(BAD_REQUEST)},
	{"CONNECT to a URL", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT http://host:80 HTTP/1.1\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT(BAD_REQUEST)},
	{"CONNECT to somebody at a host", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT me@host:80 HTTP/1.1\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT(BAD_REQUEST)},
	{"GET", PROXY_SERVER_HTTP, false, TEXT("GET http://h/ HTTP/1.1\r\n\r\n"), PROXY_REFUSED, "",
		0, 0,
		TEXT("HTTP/1.1 405 Method Not Allowed\r\nAllow: CONNECT\r\nContent-Length: 0\r\n"
		     "Connection: close\r\n\r\n")},
	{"CONNECT without the password", PROXY_SERVER_HTTP, true,
		TEXT("CONNECT h:1 HTTP/1.1\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic "
		     "realm=\"sockit\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")},
	{"CONNECT with a wrong password", PROXY_SERVER_HTTP, true,
		TEXT("CONNECT h:1 HTTP/1.1\r\nProxy-Authorization: Basic Ym9iOnNlY3JldAo=\r\n\r\n"),
		PROXY_REFUSED, "", 0, 0,
		TEXT("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic "
		     "realm=\"sockit\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")},
	{"CONNECT behind empty lines", PROXY_SERVER_HTTP, false,
		TEXT("\r\n\n\r\nCONNECT host:443 HTTP/1.1\r\n\r\nhello"), PROXY_READY, "host", 443,
		5, TEXT("")},
	{"blanks and tabs around values, and behind Basic", PROXY_SERVER_HTTP, true,
		TEXT("CONNECT h:1 HTTP/1.1\r\nX:\r\nProxy-Authorization:\t Basic \t "
		     "Ym9iOnNlY3JldA== \t\r\n\r\n"),
		PROXY_READY, "h", 1, 0, TEXT("")},
	{"a folded field", PROXY_SERVER_HTTP, true,
		TEXT("CONNECT h:1 HTTP/1.1\r\nProxy-Authorization: Basic\r\n "
		     "Ym9iOnNlY3JldA==\r\n\r\n"),
		PROXY_REFUSED, "", 0, 0, TEXT(BAD_REQUEST)},
	{"a folded field where nothing is asked for", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT h:1 HTTP/1.1\r\nX: a\r\n\tb\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT(BAD_REQUEST)},
	{"a blank before the colon", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT h:1 HTTP/1.1\r\nHost : a\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT(BAD_REQUEST)},
	{"a line that is no field", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT h:1 HTTP/1.1\r\nnonsense\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT(BAD_REQUEST)},
	{"a NUL in a field", PROXY_SERVER_HTTP, false,
		TEXT("CONNECT h:1 HTTP/1.1\r\nX: a\0b\r\n\r\n"), PROXY_REFUSED, "", 0, 0,
		TEXT(BAD_REQUEST)},
	{"another version of HTTP", PROXY_SERVER_HTTP, false, TEXT("PRI * HTTP/2.0\r\n\r\n"),
		PROXY_REFUSED, "", 0, 0,
		TEXT("HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Length: 0\r\n"
		     "Connection: close\r\n\r\n")},
};

static struct proxy_users users;

/* Feed D in two parts, the first of CUT bytes, or byte by byte (CUT 0); returns whether the result
 * is as expected. */
static bool comes_out(const struct dialogue *d, size_t cut)
{
	struct proxy_request r = {.kind = d->kind, .users = d->with_users ? &users : NULL};
	struct bytes out = {0};
	enum proxy_step step = PROXY_MORE;
	size_t at = 0, have = cut ? cut : 1, used;
	bool good;

	for (;;) {
		step = proxy_request_feed(
			&r, (const unsigned char *)d->data + at, have - at, &used, &out);
		at += used;
		if (step == PROXY_READY || step == PROXY_REFUSED ||
			(step == PROXY_MORE && have == d->size))
			break;
		if (step == PROXY_MORE)
			have = cut ? d->size : have + 1;
	}
	good = step == d->step && out.size == d->out_size &&
		(out.size == 0 || memcmp(out.data, d->out, out.size) == 0);
	if (good && step == PROXY_READY)
		good = tap_same(r.host, d->host) && r.port == d->port && d->size - at == d->left;
	/* A wrong login is distinguished from all other refusals. */
	good = good && (r.refusal != NULL) == (step == PROXY_REFUSED) &&
		r.wrong_login == (strstr(d->name, "wrong password") != NULL);
	bytes_release(&out);
	return good;
}

static bool comes_out_however_cut(const struct dialogue *d)
{
	for (size_t cut = 0; cut <= d->size; cut++) {
		if (!comes_out(d, cut))
			return false;
	}
	return true;
}

static void test_endless(enum proxy_server_kind kind, const char *begin, const char *answer)
{
	struct proxy_request r = {.kind = kind};
	static unsigned char data[PROXY_REQUEST_MAX];
	struct bytes out = {0};
	size_t used;

	memset(data, 'x', sizeof data);
	memcpy(data, begin, strlen(begin));
	OK(proxy_request_feed(&r, data, sizeof data - 1, &used, &out) == PROXY_MORE,
		"not yet too long");
	OK(proxy_request_feed(&r, data, sizeof data, &used, &out) == PROXY_REFUSED && r.refusal,
		"too long");
	OK(strncmp(bytes_text(&out), answer, strlen(answer)) == 0, "and answered %.12s", answer);
	bytes_release(&out);
}

static void test_answer(
	enum proxy_server_kind kind, int version, enum status status, const char *out, size_t size)
{
	struct proxy_request r = {.kind = kind, .version = version};
	struct bytes got = {0};
	struct addr local;

	addr_loopback(AF_INET, 258, &local);
	proxy_answer(&r, status, &local, &got);
	OK(got.size == size && memcmp(got.data, out, size) == 0, "answer %d to version %d",
		(int)status, version);
	bytes_release(&got);
}

static void read_users(void)
{
	char path[] = "/tmp/sockit-users-XXXXXX";
	struct bytes why = {0};
	FILE *file = fdopen(mkstemp(path), "w");

	fputs("# who\n\nann:other:colon\r\nbob:secret\n", file);
	fclose(file);
	OK(proxy_users_read(&users, path, &why) == STATUS_DONE && users.count == 2,
		"users are read");
	OK(proxy_users_permit(&users, "ann", 3, "other:colon", 11), "a password with a colon");
	OK(!proxy_users_permit(&users, "bob", 3, "secre", 5), "a shorter password");
	OK(!proxy_users_permit(&users, "bob", 3, "secretsecret", 12), "a longer password");
	OK(!proxy_users_permit(&users, "", 0, "", 0), "nobody");
	remove(path);
	bytes_release(&why);
}

/* User I has two passwords. */
static void test_many_users(void)
{
	enum { USERS = 5000 };
	struct proxy_users many;
	struct bytes text = {0};
	char name[16], password[16];
	bool good = true;

	for (int i = 0; i < 2 * USERS; i++)
		bytes_add_format(&text, "user%d:pass%d\n", i % USERS, i);
	bytes_add_byte(&text, '\0');
	OK(proxy_users_parse(&many, (char *)text.data) == 0 && many.count == 2 * USERS,
		"thousands of users are read");
	for (int i = 0; i < 2 * USERS && good; i++) {
		int name_size = snprintf(name, sizeof name, "user%d", i % USERS);
		int size = snprintf(password, sizeof password, "pass%d", i);

		good = proxy_users_permit(&many, name, (size_t)name_size, password, (size_t)size) &&
			!proxy_users_permit(
				&many, name, (size_t)name_size - 1, password, (size_t)size);
	}
	OK(good, "each has the passwords of its lines, and nobody else has");
	proxy_users_release(&many);
}

int main(void)
{
	test_many_users();
	read_users();
	for (size_t i = 0; i < sizeof dialogues / sizeof *dialogues; i++)
		OK(comes_out_however_cut(&dialogues[i]), "%s", dialogues[i].name);
	test_endless(PROXY_SERVER_HTTP, "CO", "HTTP/1.1 414 URI Too Long\r\n");
	test_endless(PROXY_SERVER_HTTP, "\r\nCONNECT h:1 HTTP/1.1\r\nX: ",
		"HTTP/1.1 431 Request Header Fields Too Large\r\n");
	test_endless(PROXY_SERVER_SOCKS, "\4\1", "");
	test_answer(PROXY_SERVER_SOCKS, 5, STATUS_DONE, TEXT("\5\0\0\1\177\0\0\1\1\2"));
	test_answer(PROXY_SERVER_SOCKS, 5, STATUS_REFUSED, TEXT("\5\5\0\1\0\0\0\0\0\0"));
	test_answer(PROXY_SERVER_SOCKS, 5, STATUS_NOT_PERMITTED, TEXT("\5\2\0\1\0\0\0\0\0\0"));
	test_answer(PROXY_SERVER_SOCKS, 4, STATUS_DONE, TEXT("\0\132\0\0\0\0\0\0"));
	test_answer(PROXY_SERVER_SOCKS, 4, STATUS_TIMED_OUT, TEXT("\0\133\0\0\0\0\0\0"));
	test_answer(PROXY_SERVER_HTTP, 0, STATUS_DONE,
		TEXT("HTTP/1.1 200 Connection established\r\n\r\n"));
	proxy_users_release(&users);
	return tap_end();
}
