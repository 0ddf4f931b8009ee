/* SPDX-License-Identifier: ISC */
/* dns_name.c - domain names, from text and from untrusted bytes. */

#include "names/dns/name.h"

#include <arpa/inet.h>

#include "base/bytes.h"
#include "core/addr/addr.h"
#include "tap.h"

/* 63 letters. */
#define LABEL "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static bool turns_into(const char *text, const char *expected)
{
	struct bytes out = {0};
	struct dns_name name;
	const char *reason = dns_name_parse(text, &name);

	if (!reason)
		dns_name_add(&out, &name);
	bool same = tap_same(reason ? reason : bytes_text(&out), expected);
	if (!same)
		printf("# %s\n", reason ? reason : bytes_text(&out));
	bytes_release(&out);
	return same;
}

static void test_text(void)
{
	static const struct {
		const char *text, *expected, *what;
	} rows[] = {
		{"example.org", "example.org", "a name"},
		{"example.org.", "example.org", "the final dot goes"},
		{".", ".", "the root"},
		{"a\\.b.c", "a\\.b.c", "a dot within a part"},
		{"a\\032\\000b", "a\\032\\000b", "bytes by number"},
		{"\\195\\169", "\\195\\169", "bytes that are not ASCII, as escapes"},
		{"\xc3\xa9", "is not ASCII (write its ASCII form, xn--...)", "as they are"},
		{"\x1b[31m\n", "\\027[31m\\010", "nothing reaches a terminal"},
		{"_x-1.*.org", "_x-1.*.org", "underscores and stars"},
		{"\"(;)@$", "\\\"\\(\\;\\)\\@\\$", "what a zone file would misread"},
		{"", "is empty", "nothing"},
		{"a..b", "has an empty part", "two dots"},
		{".a", "has an empty part", "a dot first"},
		{"..", "has an empty part", "only dots"},
		{"a\\", "has a bad escape", "an escape cut short"},
		{"a\\25", "has a bad escape", "a number cut short"},
		{"a\\256", "has a bad escape", "a number that is no byte"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		OK(turns_into(rows[i].text, rows[i].expected), "%s", rows[i].what);
}

static void test_lengths(void)
{
	OK(turns_into(LABEL ".x", LABEL ".x"), "a part of 63 bytes");
	OK(turns_into(LABEL "x", "has a part of more than 63 bytes"), "one more");
	OK(turns_into(LABEL "." LABEL "." LABEL "." LABEL, "is longer than 255 bytes"),
		"257 bytes");
	OK(turns_into(LABEL "." LABEL "." LABEL "."
			    "1234567890123456789012345678901234567890"
			    "123456789012345678901",
		   LABEL "." LABEL "." LABEL "."
			 "1234567890123456789012345678901234567890"
			 "123456789012345678901"),
		"255 bytes");
	OK(turns_into(LABEL "." LABEL "." LABEL "."
			    "1234567890123456789012345678901234567890"
			    "1234567890123456789012",
		   "is longer than 255 bytes"),
		"256 bytes");
}

static const char *read_at(const char *data, size_t size, size_t at, struct dns_name *name)
{
	return dns_name_read((const unsigned char *)data, size, &at, name);
}

static void test_wire(void)
{
	struct dns_name name, www;
	size_t at = 5;
	static const unsigned char good[] = "\3org\0\3www\xc0\0tail";

	OK(!dns_name_read(good, sizeof(good) - 1, &at, &name), "a compressed name");
	OK(at == 11, "what follows it is found");
	dns_name_parse("WWW.org", &www);
	OK(dns_name_equal(&name, &www), "it is the name, case aside");
	OK(tap_same(read_at("\xc0\0", 2, 0, &name), "a name is compressed in a loop"),
		"a pointer to itself");
	OK(tap_same(read_at("\1a\xc0\0", 4, 0, &name), "a name is compressed in a loop"),
		"a pointer to its own beginning");
	OK(tap_same(read_at("\xc0\2\xc0\0", 4, 2, &name), "a name is compressed in a loop"),
		"two pointers to each other");
	OK(tap_same(read_at("\xc0\2\0", 3, 0, &name), "a name is compressed in a loop"),
		"a pointer forward");
	OK(tap_same(read_at("\5abc", 4, 0, &name), "it ends within a name"), "cut short");
	OK(tap_same(read_at("\1a", 2, 0, &name), "it ends within a name"), "no end");
	OK(tap_same(read_at("\xc0", 1, 0, &name), "it ends within a name"), "half a pointer");
	OK(tap_same(read_at("", 0, 0, &name), "it ends within a name"), "nothing");
	OK(tap_same(read_at("\x41"
			    "a",
			    2, 0, &name),
		   "a name has a part of an unknown kind"),
		"an unknown kind of label");
}

static size_t end_at(const char *data, size_t size, size_t at)
{
	return dns_name_end((const unsigned char *)data, size, at);
}

static void test_end(void)
{
	static const char good[] = "\3org\0\3www\xc0\0tail";

	OK(end_at(good, sizeof(good) - 1, 0) == 5, "the end of a name");
	OK(end_at(good, sizeof(good) - 1, 5) == 11, "of a compressed one");
	OK(end_at("\0x", 2, 0) == 1, "of the root");
	OK(end_at("\5abc", 4, 0) == 4, "cut short: not behind the message");
	OK(end_at("\1a", 2, 0) == 2, "no end");
	OK(end_at("\1a\xc0", 3, 0) == 3, "half a pointer");
	OK(end_at("", 0, 0) == 0, "nothing");
}

static void test_address(void)
{
	struct dns_name name, expected;
	struct addr addr;

	addr_parse_numeric("192.0.2.10", 0, &addr);
	dns_name_of_address(&addr, &name);
	dns_name_parse("10.2.0.192.in-addr.arpa", &expected);
	OK(dns_name_equal(&name, &expected), "an IPv4 address");
	addr_parse_numeric("2001:db8::567:89ab", 0, &addr);
	dns_name_of_address(&addr, &name);
	dns_name_parse("b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
		&expected);
	OK(dns_name_equal(&name, &expected), "an IPv6 address");
}

static bool is_below(const char *a, const char *b)
{
	struct dns_name name, above;

	dns_name_parse(a, &name);
	dns_name_parse(b, &above);
	return dns_name_is_below(&name, &above);
}

static void test_below(void)
{
	OK(is_below("www.example.org", "ORG"), "a name is below its domain, case aside");
	OK(is_below("org", "."), "all are below the root");
	OK(!is_below("example.org", "example.org"), "not below itself");
	OK(!is_below("myexample.org", "example.org"), "not by its letters alone");
	OK(!is_below("org", "example.org"), "not above");
	OK(!is_below("a.org", "\\001a.org"), "not by the length of a part");
}

int main(void)
{
	test_text();
	test_lengths();
	test_wire();
	test_end();
	test_address();
	test_below();
	return tap_end();
}
