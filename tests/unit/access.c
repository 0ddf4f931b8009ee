/* SPDX-License-Identifier: ISC */
/* access.c - unit tests of core/access.h: who may come in. */
#include "core/access.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/status.h"
#include "tap.h"

enum { USER = 1000 };

static struct opt_texts texts_of(const char **word)
{
	return (struct opt_texts){word, *word ? 1 : 0};
}

/* The status of reading the lists ALLOW and DENY (NULL: none). */
static enum status read_lists(
	struct access *access, const char *allow, const char *deny, struct bytes *why)
{
	const struct access_sources sources = {.allow = texts_of(&allow), .deny = texts_of(&deny)};

	return access_init(access, &sources, true, why);
}

static bool permits(const struct access *access, const char *host)
{
	struct addr addr;

	if (host[0] == '/')
		addr_set_unix(&addr, host);
	else
		addr_parse_numeric(host, 1234, &addr);
	return access_permits(access, &addr, USER);
}

static void test_peers(void)
{
	static const struct {
		const char *allow, *deny, *host;
		bool permitted;
	} cases[] = {
		{NULL, NULL, "192.0.2.1", true},
		{"192.0.2.0/24", NULL, "192.0.2.255", true},
		{"192.0.2.0/24", NULL, "192.0.3.0", false},
		{"192.0.2.0/24", NULL, "::1", false},
		{"192.0.2.0/24", NULL, "::ffff:192.0.2.7", true},
		{"192.0.2.0/24", "192.0.2.7", "192.0.2.7", false},
		{"192.0.2.0/24", "192.0.2.7", "192.0.2.8", true},
		{NULL, "192.0.2.7", "192.0.2.7", false},
		{NULL, "192.0.2.7", "192.0.2.8", true},
		{"192.0.2.128/25", NULL, "192.0.2.127", false},
		{"192.0.2.128/25", NULL, "192.0.2.128", true},
		{"192.0.2.77/31", NULL, "192.0.2.76", true},
		{"0.0.0.0/0", NULL, "203.0.113.9", true},
		{"0.0.0.0/0", NULL, "2001:db8::1", false},
		{"::/0", NULL, "2001:db8::1", true},
		{"::/0", NULL, "192.0.2.1", false},
		{"::ffff:192.0.2.0/120", NULL, "192.0.2.9", true},
		{"::ffff:192.0.2.1", NULL, "192.0.2.1", true},
		{"2001:db8::/32", NULL, "2001:db8:ffff::1", true},
		{"2001:db8::/33", NULL, "2001:db8:8000::1", false},
		{"fe80::1%lo", NULL, "fe80::1%lo", true},
		{"fe80::1%lo", NULL, "fe80::1", false},
		{"10.0.0.1,192.0.2.0/24 , ::1", NULL, "::1", true},
		{"10.0.0.1,192.0.2.0/24 , ::1", NULL, "192.0.2.1", true},
		{"uid:1000", NULL, "/run/x", true},
		{"uid:0", NULL, "/run/x", false},
		{NULL, "uid:1000", "/run/x", false},
		{NULL, "uid:0", "/run/x", true},
		{"0.0.0.0/0,::/0", NULL, "/run/x", false},
		{NULL, "0.0.0.0/0,::/0", "/run/x", true},
		{"uid:1000", NULL, "192.0.2.1", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct access access;
		struct bytes why = {0};
		const char *allow = cases[i].allow, *deny = cases[i].deny;
		OK(read_lists(&access, allow, deny, &why) == STATUS_DONE &&
				permits(&access, cases[i].host) == cases[i].permitted,
			"allow %s, deny %s: %s is %s %s", allow ? allow : "nothing",
			deny ? deny : "nothing", cases[i].host,
			cases[i].permitted ? "permitted" : "denied", bytes_text(&why));
		access_release(&access);
		bytes_release(&why);
	}
}

/* Whether a proxy, closed to this host or not, with these lists connects to HOST. */
static bool permits_target(bool closed, const char *allow, const char *deny, const char *host)
{
	struct access access;
	struct bytes why = {0};
	struct addr addr;
	bool permitted = read_lists(&access, allow, deny, &why) == STATUS_DONE;

	access.closed = closed;
	addr_parse_numeric(host, 80, &addr);
	permitted = permitted && access_permits_target(&access, &addr);
	access_release(&access);
	bytes_release(&why);
	return permitted;
}

static void test_targets(void)
{
	static const struct {
		const char *allow, *deny, *host;
		bool permitted;
	} cases[] = {
		{NULL, NULL, "192.0.2.1", true},
		{NULL, NULL, "2001:db8::1", true},
		{NULL, NULL, "127.0.0.1", false},
		{NULL, NULL, "127.9.9.9", false},
		{NULL, NULL, "::ffff:127.0.0.1", false},
		{NULL, NULL, "::127.0.0.1", false},
		{NULL, NULL, "::ffff:0:127.0.0.1", false},
		{NULL, NULL, "64:ff9b::127.0.0.1", false},
		{NULL, NULL, "2002:7f00:1::1", false},
		{NULL, NULL, "2002:a9fe:a9fe::1", false},
		{NULL, NULL, "64:ff9b::192.0.2.1", true},
		{NULL, NULL, "0.0.0.0", false},
		{NULL, NULL, "0.1.2.3", false},
		{NULL, NULL, "169.254.169.254", false},
		{NULL, NULL, "::", false},
		{NULL, NULL, "::1", false},
		{NULL, NULL, "fe80::1", false},
		{"127.0.0.0/8", NULL, "127.0.0.1", true},
		{"127.0.0.0/8", NULL, "64:ff9b::127.0.0.1", true},
		{"127.0.0.0/8", NULL, "::1", false},
		{"127.0.0.0/8", "127.0.0.2", "127.0.0.2", false},
		{"0.0.0.0/0,::/0", NULL, "127.0.0.1", false},
		{"0.0.0.0/0,::/0", NULL, "192.0.2.1", true},
		{"0.0.0.0/0,::1", NULL, "::1", true},
		{NULL, "10.0.0.0/8", "64:ff9b::10.0.0.1", false},
		{NULL, "10.0.0.0/8", "2002:a00:1::1", false},
		{NULL, "64:ff9b::/96", "64:ff9b::192.0.2.1", false},
		{"192.0.2.0/24", NULL, "64:ff9b::192.0.2.1", true},
		{"192.0.2.0/24", NULL, "64:ff9b::198.51.100.1", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *allow = cases[i].allow, *deny = cases[i].deny;

		OK(permits_target(true, allow, deny, cases[i].host) == cases[i].permitted,
			"to-allow %s, to-deny %s: a proxy that others reach %s to %s",
			allow ? allow : "nothing", deny ? deny : "nothing",
			cases[i].permitted ? "connects" : "does not connect", cases[i].host);
	}
	OK(permits_target(false, NULL, NULL, "127.0.0.1") &&
			permits_target(false, NULL, NULL, "64:ff9b::127.0.0.1"),
		"a proxy that only this host reaches connects to this host");
}

static void test_bad_lists(void)
{
	static const char whole[] = "(only a whole address takes a prefix length)";
	static const char forms[] = "(an address, ADDRESS/BITS, a name, or uid:N)";
	static const struct {
		const char *list, *net, *reason;
	} cases[] = {
		{"", "", forms},
		{"10.0.0.1,", "", forms},
		{"10", "10", forms},
		{"192.168", "192.168", forms},
		{"10/8", "10/8", whole},
		{"192.168/16", "192.168/16", whole},
		{"example.org/24", "example.org/24", whole},
		{"/8", "/8", whole},
		{"10.0.0.0/33", "10.0.0.0/33", "(0-32)"},
		{"10.0.0.0/", "10.0.0.0/", "(not a whole number)"},
		{"10.0.0.0/-1", "10.0.0.0/-1", "(not a whole number)"},
		{"10.0.0.0/8/8", "10.0.0.0/8/8", "(not a whole number)"},
		{"::/129", "::/129", "(0-128)"},
		{"uid:", "uid:", "(not a whole number)"},
		{"uid:4294967295", "uid:4294967295", "(0-4294967294)"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct access access;
		struct bytes why = {0}, expected = {0};
		bytes_add_format(
			&expected, "bad network: \"%s\" %s", cases[i].net, cases[i].reason);
		OK(read_lists(&access, cases[i].list, NULL, &why) == STATUS_USAGE &&
				tap_same(bytes_text(&why), bytes_text(&expected)),
			"%s: %s", cases[i].list, bytes_text(&why));
		bytes_release(&why);
		bytes_release(&expected);
	}
}

static void test_names_forbidden(void)
{
	struct access access;
	struct bytes why = {0};

	OK(read_lists(&access, "localhost", NULL, &why) == STATUS_USAGE,
		"a name is refused where look-ups are forbidden: %s", bytes_text(&why));
	bytes_release(&why);
}

/* The status of reading an allow file with SIZE bytes of TEXT. */
static enum status read_file(
	struct access *access, const char *text, size_t size, struct bytes *why)
{
	char path[] = "/tmp/access-XXXXXX";
	const char *word = path;
	const struct access_sources sources = {.allow_files = texts_of(&word)};
	int fd = mkstemp(path);

	if (write(fd, text, size) != (ssize_t)size)
		abort();
	close(fd);
	enum status status = access_init(access, &sources, true, why);
	unlink(path);
	return status;
}

static void test_files(void)
{
	static const char good[] = "# ours\n\n  192.0.2.0/24\t# lab\r\n::1";
	static const char bad[] = "192.0.2.0/24\n10/8\n::1\n";
	static const char nul[] = "192.0.2.0/24\n\0::1\n";
	struct access access;
	struct bytes why = {0};

	OK(read_file(&access, good, strlen(good), &why) == STATUS_DONE, "a file is read");
	OK(permits(&access, "192.0.2.1") && permits(&access, "::1") && !permits(&access, "::2"),
		"its lines hold");
	access_release(&access);
	OK(read_file(&access, "", 0, &why) == STATUS_DONE && !permits(&access, "::1"),
		"an empty allow file allows nobody");
	access_release(&access);
	OK(read_file(&access, bad, strlen(bad), &why) == STATUS_USAGE &&
			strstr(bytes_text(&why), ":2: bad network: \"10/8\""),
		"an error has its line: %s", bytes_text(&why));
	bytes_clear(&why);
	OK(read_file(&access, nul, sizeof(nul) - 1, &why) == STATUS_USAGE,
		"a NUL hides no rule: %s", bytes_text(&why));
	bytes_release(&why);
}

static void test_missing_file(void)
{
	const char *path = "/nonexistent/allow";
	const struct access_sources sources = {.deny_files = texts_of(&path)};
	struct access access;
	struct bytes why = {0};

	OK(access_init(&access, &sources, true, &why) == STATUS_NOT_FOUND,
		"a missing file is not found: %s", bytes_text(&why));
	bytes_release(&why);
}

int main(void)
{
	test_peers();
	test_targets();
	test_bad_lists();
	test_names_forbidden();
	test_files();
	test_missing_file();
	return tap_end();
}
