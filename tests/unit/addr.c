/* SPDX-License-Identifier: ISC */
/* addr.c - unit tests of core/addr.h: addresses and endpoints, to and from text. */
#include "core/addr/addr.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "tap.h"

enum { WORDS_MAX = 3, LONG_WORD = 1 << 20 };

static size_t count_words(const char *const words[WORDS_MAX])
{
	size_t count = 0;

	while (count < WORDS_MAX && words[count])
		count++;
	return count;
}

static size_t parse(struct endpoint *e, enum endpoint_form form, const char *const words[WORDS_MAX],
	struct bytes *why)
{
	char *copy[WORDS_MAX] = {0};
	size_t count = count_words(words);

	for (size_t i = 0; i < count; i++)
		copy[i] = strdup(words[i]);
	size_t used = endpoint_parse(e, form, copy, count, why);
	for (size_t i = 0; i < count; i++)
		free(copy[i]);
	return used;
}

static void test_good_endpoints(void)
{
	static const struct {
		enum endpoint_form form;
		const char *words[WORDS_MAX];
		size_t used;
		const char *host, *port, *text;
	} cases[] = {
		{ENDPOINT_PEER, {"localhost", "80"}, 2, "localhost", "80", "localhost:80"},
		{ENDPOINT_PEER, {"localhost:80"}, 1, "localhost", "80", "localhost:80"},
		{ENDPOINT_PEER, {"localhost:80", "90"}, 1, "localhost", "80", "localhost:80"},
		{ENDPOINT_PEER, {"a.example", "http", "x"}, 2, "a.example", "http",
			"a.example:http"},
		{ENDPOINT_PEER, {"::1", "80"}, 2, "::1", "80", "[::1]:80"},
		{ENDPOINT_PEER, {"::1:80", "90"}, 2, "::1:80", "90", "[::1:80]:90"},
		{ENDPOINT_PEER, {"[::1]", "80"}, 2, "::1", "80", "[::1]:80"},
		{ENDPOINT_PEER, {"[::1]:80"}, 1, "::1", "80", "[::1]:80"},
		{ENDPOINT_PEER, {"[fe80::1%eth0]:80"}, 1, "fe80::1%eth0", "80",
			"[fe80::1%eth0]:80"},
		{ENDPOINT_PEER, {"fe80::1%eth0", "80"}, 2, "fe80::1%eth0", "80",
			"[fe80::1%eth0]:80"},
		{ENDPOINT_PEER, {":80"}, 1, "", "80", ":80"},
		{ENDPOINT_PEER, {"*:80"}, 1, "", "80", "*:80"},
		{ENDPOINT_PEER, {"*", "80"}, 2, "", "80", "*:80"},
		{ENDPOINT_PEER, {"", "80"}, 2, "", "80", ":80"},
		{ENDPOINT_PEER, {"2130706433:0"}, 1, "2130706433", "0", "2130706433:0"},
		{ENDPOINT_PEER, {"<broadcast>:9"}, 1, "<broadcast>", "9", "<broadcast>:9"},
		{ENDPOINT_PEER, {"x:65535"}, 1, "x", "65535", "x:65535"},
		{ENDPOINT_LOCAL, {"80"}, 1, "", "80", "80"},
		{ENDPOINT_LOCAL, {"http"}, 1, "", "http", "http"},
		{ENDPOINT_LOCAL, {"127.0.0.1", "80"}, 2, "127.0.0.1", "80", "127.0.0.1:80"},
		{ENDPOINT_SCAN, {"h:22,80,8000-8010,http"}, 1, "h", "22,80,8000-8010,http",
			"h:22,80,8000-8010,http"},
		{ENDPOINT_SCAN, {"h", "1-65535"}, 2, "h", "1-65535", "h:1-65535"},
		{ENDPOINT_SCAN, {"db:5432", "cache:6379"}, 1, "db", "5432", "db:5432"},
		{ENDPOINT_SCAN, {"::1", "22", "80"}, 2, "::1", "22", "[::1]:22"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct endpoint e;
		struct bytes why = {0};
		size_t used = parse(&e, cases[i].form, cases[i].words, &why);
		OK(used == cases[i].used && e.kind == ENDPOINT_INET &&
				tap_same(e.host, cases[i].host) &&
				tap_same(e.port, cases[i].port) && tap_same(e.text, cases[i].text),
			"%s %s: host %s, port %s, in one word %s%s", cases[i].words[0],
			cases[i].words[1] ? cases[i].words[1] : "", cases[i].host, cases[i].port,
			cases[i].text, bytes_text(&why));
		OK(e.any_written == (cases[i].words[0][0] == '*'), "a written * is remembered");
		endpoint_release(&e);
		bytes_release(&why);
	}
}

#define BAD_PORT(port) "bad port: \"" port "\" (0-65535 or a service name)"

static const struct {
	enum endpoint_form form;
	const char *words[WORDS_MAX];
	const char *why;
} bad_endpoints[] = {
	{ENDPOINT_PEER, {NULL}, "missing endpoint"},
	{ENDPOINT_PEER, {""}, "empty endpoint (HOST:PORT or HOST PORT)"},
	{ENDPOINT_PEER, {"h: 80"}, BAD_PORT(" 80")},
	{ENDPOINT_PEER, {"h", " 80"}, BAD_PORT(" 80")},
	{ENDPOINT_PEER, {"h:80x"}, BAD_PORT("80x")},
	{ENDPOINT_PEER, {"h:0x50"}, BAD_PORT("0x50")},
	{ENDPOINT_PEER, {"h:-1"}, BAD_PORT("-1")},
	{ENDPOINT_PEER, {"h:+80"}, BAD_PORT("+80")},
	{ENDPOINT_PEER, {"h:65536"}, BAD_PORT("65536")},
	{ENDPOINT_PEER, {"h:99999"}, BAD_PORT("99999")},
	{ENDPOINT_PEER, {"h:4294967376"}, BAD_PORT("4294967376")},
	{ENDPOINT_PEER, {"h:18446744073709551696"}, BAD_PORT("18446744073709551696")},
	{ENDPOINT_PEER, {"h", ""}, BAD_PORT("")},
	{ENDPOINT_PEER, {"h:22,80"}, BAD_PORT("22,80")},
	{ENDPOINT_PEER, {"h", "x:80"}, BAD_PORT("x:80")},
	{ENDPOINT_LOCAL, {" 80"}, BAD_PORT(" 80")},
	{ENDPOINT_LOCAL, {"80x"}, BAD_PORT("80x")},
	{ENDPOINT_LOCAL, {"65536"}, BAD_PORT("65536")},
	{ENDPOINT_LOCAL, {"*"}, "missing port in \"*\" (HOST:PORT or HOST PORT)"},
	{ENDPOINT_LOCAL, {"127.0.0.1"}, "missing port in \"127.0.0.1\" (127.0.0.1:PORT)"},
	{ENDPOINT_PEER, {"host"}, "missing port in \"host\" (host:PORT)"},
	{ENDPOINT_PEER, {"80"}, "missing port in \"80\" (HOST:80 or HOST 80)"},
	{ENDPOINT_PEER, {"host:"}, "missing port in \"host:\" (host:PORT)"},
	{ENDPOINT_PEER, {":"}, "missing port in \":\" (HOST:PORT or HOST PORT)"},
	{ENDPOINT_PEER, {"[::1]"}, "missing port in \"[::1]\" ([::1]:PORT)"},
	{ENDPOINT_PEER, {"[::1]:"}, "missing port in \"[::1]:\" ([::1]:PORT)"},
	{ENDPOINT_PEER, {"/run/x"}, "bad endpoint: \"/run/x\" (a Unix socket is unix:PATH)"},
	{ENDPOINT_LOCAL, {"./x"}, "bad endpoint: \"./x\" (a Unix socket is unix:PATH)"},
	{ENDPOINT_PEER, {"http://h:80/"},
		"bad endpoint: \"http://h:80/\" (this is a URL; use HOST:PORT)"},
	{ENDPOINT_PEER, {"[::1"}, "missing ] in \"[::1\""},
	{ENDPOINT_PEER, {"[::1]80"}, "missing : after ] in \"[::1]80\""},
	{ENDPOINT_PEER, {"[1:2]:80"}, "bad host: \"1:2\" (not an IPv6 address)"},
	{ENDPOINT_PEER, {"[[h]]:80"}, "missing : after ] in \"[[h]]:80\""},
	{ENDPOINT_PEER, {"[h"}, "missing ] in \"[h\""},
	{ENDPOINT_PEER, {"::1:80"},
		"missing port in \"::1:80\" (an IPv6 address goes in brackets: "
		"[::1]:80)"},
	{ENDPOINT_PEER, {":::80"},
		"missing port in \":::80\" (an IPv6 address goes in brackets: "
		"[::]:80)"},
	{ENDPOINT_LOCAL, {"::1"},
		"missing port in \"::1\" (an IPv6 address goes in brackets: "
		"[::1]:PORT)"},
	{ENDPOINT_PEER, {"a:b:80"}, "bad host: \"a:b\" (a name or an address; IPv6 in brackets)"},
	{ENDPOINT_PEER, {"a b:80"}, "bad host: \"a b\" (a name or an address)"},
	{ENDPOINT_PEER, {"4294967296:80"},
		"bad host: \"4294967296\" (as a number, an IPv4 address is at most "
		"4294967295)"},
	{ENDPOINT_SCAN, {"h:22,,80"}, BAD_PORT("")},
	{ENDPOINT_SCAN, {"h:22,80x,90"}, BAD_PORT("80x")},
	{ENDPOINT_SCAN, {"h:1-99999"}, BAD_PORT("99999")},
	{ENDPOINT_SCAN, {"h:1-"}, BAD_PORT("")},
	{ENDPOINT_SCAN, {"h:80-70"}, "bad port range: \"80-70\" (FIRST-LAST in numbers)"},
	{ENDPOINT_SCAN, {"h:80-http"}, "bad port range: \"80-http\" (FIRST-LAST in numbers)"},
	{ENDPOINT_SCAN, {"80"}, "missing port in \"80\" (a list of ports is one word: 22,80)"},
	{ENDPOINT_SCAN, {"h", "cache:6379"}, "missing port in \"h\" (HOST:PORT or HOST PORT)"},
	{ENDPOINT_PEER, {"unix:"}, "missing path in \"unix:\""},
	{ENDPOINT_PEER, {"unix:@"}, "missing path in \"unix:@\""},
	{ENDPOINT_PEER, {"fd:"}, "bad descriptor: \"\" (not a whole number)"},
	{ENDPOINT_PEER, {"fd:x"}, "bad descriptor: \"x\" (not a whole number)"},
	{ENDPOINT_PEER, {"fd:-1"}, "bad descriptor: \"-1\" (not a whole number)"},
	{ENDPOINT_PEER, {"fd:2147483648"}, "bad descriptor: \"2147483648\" (0-2147483647)"},
	{ENDPOINT_PEER, {"vsock:2"}, "missing port in vsock endpoint: \"2\" (vsock:CID:PORT)"},
};

static void test_bad_endpoints(void)
{
	for (size_t i = 0; i < sizeof(bad_endpoints) / sizeof(bad_endpoints[0]); i++) {
		struct endpoint e;
		struct bytes why = {0};
		const char *word = bad_endpoints[i].words[0];
		OK(parse(&e, bad_endpoints[i].form, bad_endpoints[i].words, &why) == 0 &&
				tap_same(bytes_text(&why), bad_endpoints[i].why),
			"%s %s: %s", word ? word : "nothing",
			word && bad_endpoints[i].words[1] ? bad_endpoints[i].words[1] : "",
			bytes_text(&why));
		bytes_release(&why);
	}
}

static void test_unix_endpoints(void)
{
	char path[256] = "unix:";
	char text[ADDR_TEXT];
	struct endpoint e;
	struct bytes why = {0};

	memset(path + 5, 'x', addr_unix_limit());
	OK(parse(&e, ENDPOINT_PEER, (const char *[WORDS_MAX]){path}, &why) == 1,
		"a path of the greatest length is taken");
	OK(tap_same(addr_text(&e.addr, text), path), "and shown whole");
	endpoint_release(&e);
	path[5 + addr_unix_limit()] = 'x';
	OK(parse(&e, ENDPOINT_PEER, (const char *[WORDS_MAX]){path}, &why) == 0 &&
			strstr(bytes_text(&why), "(108 bytes; a Unix socket path has at most 107)"),
		"one byte more is refused with the limit: %s", bytes_text(&why));
	OK(parse(&e, ENDPOINT_LOCAL, (const char *[WORDS_MAX]){"unix:@name", "80"}, &why) == 1,
		"an abstract name is one word");
	OK(e.kind == ENDPOINT_UNIX && e.addr.u.un.sun_path[0] == '\0', "it begins with a NUL");
	OK(tap_same(addr_text(&e.addr, text), "unix:@name"), "it is shown with @");
	endpoint_release(&e);
	bytes_release(&why);
}

static void test_other_endpoints(void)
{
	struct endpoint e;
	struct bytes why = {0};

	OK(parse(&e, ENDPOINT_LOCAL, (const char *[WORDS_MAX]){"fd:3"}, &why) == 1 &&
			e.kind == ENDPOINT_FD && e.fd == 3 && tap_same(e.text, "fd:3"),
		"fd:3 is a descriptor");
	endpoint_release(&e);
	OK(parse(&e, ENDPOINT_PEER, (const char *[WORDS_MAX]){"vsock:x:1"}, &why) == 0 &&
			strstr(bytes_text(&why), "bad vsock endpoint: \"x:1\" "),
		"a bad CID is refused: %s", bytes_text(&why));
	bytes_release(&why);
}

static void test_long_words(void)
{
	static const char *const beginnings[] = {
		"", "h:", "[", "[::1]:", "fd:", "unix:", "vsock:", "vsock:1:", "::1%"};
	char *word = malloc(LONG_WORD + 1);

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++) {
		struct endpoint e;
		struct bytes why = {0};
		memset(word, 'a', LONG_WORD);
		word[LONG_WORD] = '\0';
		memcpy(word, beginnings[i], strlen(beginnings[i]));
		for (int form = ENDPOINT_PEER; form <= ENDPOINT_SCAN; form++)
			OK(endpoint_parse(&e, (enum endpoint_form)form, &word, 1, &why) == 0,
				"a megabyte behind \"%s\" is refused", beginnings[i]);
		bytes_release(&why);
	}
	free(word);
}

static void test_ports(void)
{
	static const char *const bad[] = {
		"", " 80", "80 ", "+80", "-1", "80x", "0x50", "65536", "4294967376", "http"};
	uint16_t port = 1;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(!addr_parse_port(bad[i], &port) && port == 1, "\"%s\" is no port", bad[i]);
	OK(addr_parse_port("0", &port) && port == 0, "0 is a port");
	OK(addr_parse_port("65535", &port) && port == 65535, "65535 is a port");
}

static void test_numeric(void)
{
	static const struct {
		const char *host, *text;
	} good[] = {{"127.0.0.1", "127.0.0.1:80"}, {"2130706433", "127.0.0.1:80"},
		{"0", "0.0.0.0:80"}, {"4294967295", "255.255.255.255:80"},
		{"<broadcast>", "255.255.255.255:80"}, {"::1", "[::1]:80"},
		{"fe80::1%lo", "[fe80::1%lo]:80"}, {"fe80::1%1", "[fe80::1%lo]:80"},
		{"::ffff:192.0.2.1", "192.0.2.1:80"}, {"[::1]", "[::1]:80"},
		{"[192.0.2.1]", "192.0.2.1:80"}};
	static const char *const bad[] = {"", "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256",
		"01.2.3.4", "4294967296", "-1", "0x7f000001", ":", ":::", "1::2::3", "[::1", "[]",
		"[[::1]]", "%1", "1.2.3.4%lo", " 1.2.3.4"};
	static const char *const zones[] = {"fe80::1%", "fe80::1%nosuch0", "fe80::1%0",
		"fe80::1%4294967296", "fe80::1%averyveryverylongname"};
	struct addr addr;
	char text[ADDR_TEXT];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		OK(addr_parse_numeric(good[i].host, 80, &addr) == 0 &&
				tap_same(addr_text(&addr, text), good[i].text),
			"%s is %s", good[i].host, good[i].text);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		OK(addr_parse_numeric(bad[i], 80, &addr) < 0 && errno != ENODEV,
			"\"%s\" is not numeric", bad[i]);
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		OK(addr_parse_numeric(zones[i], 80, &addr) < 0 && errno == ENODEV,
			"%s has no such zone", zones[i]);
}

static void test_texts(void)
{
	struct addr addr;
	char text[ADDR_TEXT];

	addr_any(AF_INET6, 80, &addr);
	OK(tap_same(addr_text_local(&addr, text), "*:80"), "the wildcard listens on *");
	OK(tap_same(addr_text(&addr, text), "[::]:80"), "and is an address elsewhere");
	addr_any(AF_INET, 80, &addr);
	OK(tap_same(addr_text_local(&addr, text), "*:80"), "of IPv4 too");
	OK(tap_same(addr_text(&addr, text), "0.0.0.0:80"), "zeros are digits");
	OK(!addr_parse_numeric("255.10.109.100", 65535, &addr), "numbers of all lengths");
	OK(tap_same(addr_text(&addr, text), "255.10.109.100:65535"), "with a port");
	OK(tap_same(addr_text_host(&addr, text), "255.10.109.100"), "and alone");
	addr_loopback(AF_INET6, 80, &addr);
	OK(tap_same(addr_text_host(&addr, text), "::1"), "a host stands without brackets");
	OK(addr_is_loopback(&addr) && !addr_is_any(&addr), "::1 is a loopback address");
	addr_set_unix(&addr, "/run/x");
	OK(tap_same(addr_text_host(&addr, text), "/run/x"), "the host of a socket is its path");
	addr.size = offsetof(struct sockaddr_un, sun_path);
	OK(tap_same(addr_text(&addr, text), "unix:"), "an unnamed socket is shown as such");
	memset(addr.u.un.sun_path, 'x', sizeof(addr.u.un.sun_path));
	addr.size = sizeof(addr.u.un);
	OK(strlen(addr_text(&addr, text)) == 5 + sizeof(addr.u.un.sun_path),
		"a path without a NUL at its end is shown whole");
	addr.size = 0;
	OK(addr_family(&addr) == AF_UNSPEC && addr_port(&addr) == 0, "no address has no family");
}

static void test_equal(void)
{
	struct addr a, b;

	addr_loopback(AF_INET, 80, &a);
	addr_loopback(AF_INET, 81, &b);
	OK(addr_equal_host(&a, &b) && !addr_equal(&a, &b), "ports tell addresses apart");
	addr_set_port(&b, 80);
	OK(addr_equal(&a, &b), "the same host and port are equal");
	addr_parse_numeric("::ffff:127.0.0.1", 80, &b);
	OK(!addr_equal(&a, &b), "a mapped address is another");
	addr_unmap(&b);
	OK(addr_equal(&a, &b) && addr_port(&b) == 80, "until it is unmapped");
	addr_set_unix(&a, "/x");
	addr_set_unix(&b, "/x");
	OK(addr_equal(&a, &b), "the same path is equal");
	addr_set_unix(&b, "@x");
	OK(!addr_equal(&a, &b), "an abstract name is not a path");
}

static uint64_t key_of(const char *host)
{
	struct addr addr;

	return addr_parse_numeric(host, 80, &addr) == 0 ? addr_host_key(&addr) : 0;
}

static void test_host_key(void)
{
	OK(key_of("192.0.2.1") != key_of("192.0.2.2"), "IPv4 hosts are told apart");
	OK(key_of("192.0.2.1") == key_of("::ffff:192.0.2.1"), "mapped or not");
	OK(key_of("2001:db8::1") == key_of("2001:db8::2"), "a /64 is one host");
	OK(key_of("2001:db8::1") != key_of("2001:db8:0:1::1"), "another /64 is another host");
	OK(key_of("::1") != 0, "no key is 0");
}

int main(void)
{
	test_good_endpoints();
	test_bad_endpoints();
	test_unix_endpoints();
	test_other_endpoints();
	test_long_words();
	test_ports();
	test_numeric();
	test_texts();
	test_equal();
	test_host_key();
	return tap_end();
}
