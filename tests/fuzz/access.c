/* SPDX-License-Identifier: ISC */
/* access.c - files of networks as anybody may write them: they are refused with a reason, or permit
 * what another reading of them permits. A line of a percent sign ends those that are allowed; what
 * follows is denied.
 *
 * covers: core/access.c */
#include "core/access.h"

#include <arpa/inet.h>
#include <ctype.h>

#include "base/bytes.h"
#include "fuzz.h"

enum { RULES_MAX = 64, UID = 7 };

/* A line, read by other code: the first BITS of HOST, IPv4 as mapped IPv6; or a user. */
struct rule {
	bool allow, is_user;
	unsigned char host[16];
	unsigned bits;
	uid_t uid;
};

struct model {
	struct rule rules[RULES_MAX];
	size_t count;
	bool has_allow;
	bool known; /* this code understands all lines */
};

/* The number in TEXT, at most MAX; -1: TEXT is not just a number. */
static long number(const char *text, long max)
{
	size_t size = strspn(text, "0123456789");
	long value = size > 0 && size < 12 && !text[size] ? strtol(text, NULL, 10) : -1;

	return value <= max ? value : -1;
}

static bool read_host(const char *text, unsigned char host[16], bool *in4)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

	memcpy(host, mapped, sizeof mapped);
	*in4 = inet_pton(AF_INET, text, host + sizeof mapped) == 1;
	return *in4 || inet_pton(AF_INET6, text, host) == 1;
}

/* Read LINE, which has no blanks at its ends. False: it cannot be judged here. */
static bool read_rule(char *line, struct rule *rule)
{
	char *slash = strchr(line, '/');
	long bits = -1;
	bool in4;

	if (strncmp(line, "uid:", 4) == 0) {
		*rule = (struct rule){.is_user = true, .uid = (uid_t)number(line + 4, 100000)};
		return rule->uid != (uid_t)-1;
	}
	if (slash)
		*slash++ = '\0';
	if (!read_host(line, rule->host, &in4))
		return false;
	if (slash)
		bits = number(slash, in4 ? 32 : 128);
	else
		bits = in4 ? 32 : 128;
	rule->bits = (unsigned)(in4 ? bits + 96 : bits);
	return bits >= 0;
}

static void read_model(struct model *m, const uint8_t *data, size_t size, bool allow)
{
	char *text = fuzz_text(data, size), *rest, *line;

	m->known = m->known && strlen(text) == size;
	m->has_allow |= allow;
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		struct rule rule = {0};

		line[strcspn(line, "#")] = '\0';
		line += strspn(line, " \t\r");
		for (size_t n = strlen(line); n > 0 && strchr(" \t\r", line[n - 1]); n--)
			line[n - 1] = '\0';
		if (!*line)
			continue;
		if (m->count == RULES_MAX || !read_rule(line, &rule)) {
			m->known = false;
			break;
		}
		rule.allow = allow;
		m->rules[m->count++] = rule;
	}
	free(text);
}

/* Whether RULE matches the IPv6 address HOST, or the user UID if HOST is NULL. */
static bool has(const struct rule *rule, const unsigned char *host)
{
	if (!host || rule->is_user)
		return !host && rule->is_user && rule->uid == UID;
	/* IPv4 addresses do not match a shorter prefix of IPv6. */
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	if (memcmp(host, mapped, sizeof mapped) == 0 && rule->bits < 96)
		return false;
	for (unsigned i = 0; i < rule->bits; i++) {
		if ((host[i / 8] ^ rule->host[i / 8]) >> (7 - i % 8) & 1)
			return false;
	}
	return true;
}

static bool model_permits(const struct model *m, const unsigned char *host)
{
	bool allowed = !m->has_allow;

	for (size_t i = 0; i < m->count; i++) {
		if (!has(&m->rules[i], host))
			continue;
		if (!m->rules[i].allow)
			return false;
		allowed = true;
	}
	return allowed;
}

static void compare(const struct access *access, const struct model *m, const unsigned char *host)
{
	struct addr addr;

	addr_any(AF_INET6, 80, &addr);
	memcpy(&addr.u.in6.sin6_addr, host, 16);
	bool permitted = access_permits(access, &addr, (uid_t)-1);
	must(!m->known || permitted == model_permits(m, host));
	/* If an address stands for two, both must be permitted. */
	bool target = access_permits_target(access, &addr);
	must(m->has_allow || permitted || !target);
}

/* Compare for each address of a rule, and those that differ in one bit. */
static void compare_all(const struct access *access, const struct model *m)
{
	static const unsigned char hosts[][16] = {{0}, {[15] = 1}, {0xfe, 0x80, [15] = 1},
		{0, 0x64, 0xff, 0x9b, [12] = 192, 0, 2, 1}, {0x20, 0x02, 192, 0, 2, 1}};
	struct addr user;

	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		compare(access, m, hosts[i]);
	for (size_t i = 0; i < m->count && i < 8; i++) {
		unsigned char host[16];

		memcpy(host, m->rules[i].host, sizeof host);
		compare(access, m, host);
		for (unsigned bit = 80; bit < 128; bit += 3) {
			host[bit / 8] ^= (unsigned char)(0x80 >> bit % 8);
			compare(access, m, host);
			host[bit / 8] ^= (unsigned char)(0x80 >> bit % 8);
		}
	}
	must(addr_set_unix(&user, "/run/x") == 0);
	must(!m->known || access_permits(access, &user, UID) == model_permits(m, NULL));
}

/* Read the input as the value of an option. */
static void read_list(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	const char *item[] = {text};
	const struct access_sources sources = {.deny = {item, 1}};
	struct access access;
	struct bytes why = {0};

	if (access_init(&access, &sources, true, &why) == STATUS_DONE)
		access_release(&access);
	else
		must(why.size > 0);
	bytes_release(&why);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *mark = size ? memchr(data, '%', size) : NULL;
	size_t first = mark ? (size_t)(mark - data) : size;
	const char *allow[1], *deny[1];
	struct access_sources sources = {.allow_files = {allow, first > 0}};
	struct access access;
	struct model m = {.known = true};
	struct bytes why = {0};

	read_list(data, size);
	read_model(&m, data, first, true);
	m.has_allow = first > 0;
	allow[0] = fuzz_file(data, first);
	if (mark) {
		read_model(&m, mark + 1, size - first - 1, false);
		deny[0] = fuzz_other_file(mark + 1, size - first - 1);
		sources.deny_files = (struct opt_texts){deny, 1};
	}
	if (access_init(&access, &sources, true, &why) == STATUS_DONE) {
		/* Only sometimes, because it asks the system for its addresses each time. */
		access.closed = size % 32 == 0;
		compare_all(&access, &m);
		access_release(&access);
	} else {
		must(why.size > 0 && !m.known);
	}
	bytes_release(&why);
	return 0;
}
