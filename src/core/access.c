/* SPDX-License-Identifier: ISC */
/* access.c - who may come in: allow and deny lists of networks and Unix users. */
#include "core/access.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/num.h"
#include "base/status.h"
#include "core/inward.h"
#include "core/name.h"

enum {
	IN_BITS = 32,
	IN6_BITS = 128,
	MAPPED_BITS = 96, /* what stands before the IPv4 address in ::ffff:0:0/96 */
	FILE_MAX = 64 << 20,
};

/* The addresses whose first BITS are those of ADDR; or, with no address, a Unix user. */
struct access_rule {
	struct addr addr;
	unsigned bits;
	uid_t uid;
	bool allow;
};

/* What the rules are read with. */
struct reader {
	struct access *access;
	struct bytes *why;
	bool allow;
	bool numeric;
};

const struct opt access_opts[] = {
	{.kind = OPT_TEXTS,
		.name = "allow",
		.arg = "NET[,NET...]",
		.help = "admit only these clients (repeatable)",
		.often = true,
		.offset = OPT_FIELD(struct opt_texts, access_sources, allow),
		.value = OPT_NET},
	{.kind = OPT_TEXTS,
		.name = "deny",
		.arg = "NET[,NET...]",
		.help = "refuse these clients; takes precedence over --allow (repeatable)",
		.offset = OPT_FIELD(struct opt_texts, access_sources, deny),
		.value = OPT_NET},
	{.kind = OPT_TEXTS,
		.name = "allow-file",
		.arg = "FILE",
		.help = "like --allow, with one NET per line of FILE",
		.offset = OPT_FIELD(struct opt_texts, access_sources, allow_files),
		.value = OPT_FILE},
	{.kind = OPT_TEXTS,
		.name = "deny-file",
		.arg = "FILE",
		.help = "like --deny, with one NET per line of FILE",
		.offset = OPT_FIELD(struct opt_texts, access_sources, deny_files),
		.value = OPT_FILE},
	{0},
};

static enum status add_rule(const struct reader *reader, const struct access_rule *rule)
{
	struct access *access = reader->access;
	struct access_rule *grown =
		realloc(access->rules, (access->count + 1) * sizeof(*access->rules));

	if (!grown) {
		bytes_add_text(reader->why, status_reason(ENOMEM));
		return STATUS_FAILED;
	}
	access->rules = grown;
	grown[access->count] = *rule;
	grown[access->count++].allow = reader->allow;
	return STATUS_DONE;
}

static enum status complain(const struct reader *reader, const char *net, const char *reason)
{
	bytes_add_format(reader->why, "bad network: \"%s\" %s", net, reason);
	return STATUS_USAGE;
}

static enum status add_user(const struct reader *reader, const char *net, const char *number)
{
	uint64_t uid;
	/* -1 is nobody's number: system calls take it for "no change". */
	const char *reason = num_parse(number, 0, (uid_t)-2, &uid);

	if (reason)
		return complain(reader, net, reason);
	return add_rule(reader, &(struct access_rule){.uid = (uid_t)uid});
}

/* NET is ADDRESS/BITS. */
static enum status add_prefix(const struct reader *reader, const char *net, char *slash)
{
	struct access_rule rule = {0};
	uint64_t bits;

	*slash = '\0';
	bool numeric = strpbrk(net, ".:") && addr_parse_numeric(net, 0, &rule.addr) == 0;
	*slash = '/';
	if (!numeric)
		return complain(reader, net, "(only a whole address takes a prefix length)");
	bool in6 = addr_family(&rule.addr) == AF_INET6;
	const char *reason = num_parse(slash + 1, 0, in6 ? IN6_BITS : IN_BITS, &bits);
	if (reason)
		return complain(reader, net, reason);
	if (in6 && bits >= MAPPED_BITS) {
		addr_unmap(&rule.addr);
		bits -= addr_family(&rule.addr) == AF_INET ? MAPPED_BITS : 0;
	}
	rule.bits = (unsigned)bits;
	return add_rule(reader, &rule);
}

/* NET is an address, or a name with any number of them. */
static enum status add_host(const struct reader *reader, const char *net)
{
	const struct name_query q = {.host = net, .type = SOCK_STREAM, .numeric = reader->numeric};
	struct name_answer answer;
	enum status status = STATUS_DONE;

	enum name_result r = name_lookup(&q, &answer);
	if (r != NAME_FOUND)
		return name_explain(r, &q, reader->why);
	for (size_t i = 0; i < answer.count && status == STATUS_DONE; i++) {
		struct access_rule rule = {.addr = answer.addrs[i]};
		addr_unmap(&rule.addr);
		rule.bits = addr_family(&rule.addr) == AF_INET6 ? IN6_BITS : IN_BITS;
		status = add_rule(reader, &rule);
	}
	name_answer_release(&answer);
	return status;
}

/* NET may be changed while this works. */
static enum status add_net(const struct reader *reader, char *net)
{
	static const char uid[] = "uid:";
	char *slash = strchr(net, '/');
	struct addr addr;

	if (strncmp(net, uid, strlen(uid)) == 0)
		return add_user(reader, net, net + strlen(uid));
	if (slash)
		return add_prefix(reader, net, slash);
	/* 10 and 192.168 would be taken for 0.0.0.10 and 192.0.0.168. */
	if (strspn(net, "0123456789.") == strlen(net) &&
		(!strchr(net, '.') || addr_parse_numeric(net, 0, &addr) < 0))
		return complain(reader, net, "(an address, ADDRESS/BITS, a name, or uid:N)");
	return add_host(reader, net);
}

/* TEXT without the blanks around it. */
static char *trim(char *text)
{
	static const char blanks[] = " \t\r";
	size_t size;

	text += strspn(text, blanks);
	for (size = strlen(text); size > 0 && strchr(blanks, text[size - 1]); size--)
		;
	text[size] = '\0';
	return text;
}

static enum status read_list(const struct reader *reader, const char *list)
{
	char *copy = strdup(list);
	enum status status = STATUS_DONE;

	if (!copy) {
		bytes_add_text(reader->why, status_reason(ENOMEM));
		return STATUS_FAILED;
	}
	for (char *net = copy, *next; net && status == STATUS_DONE; net = next) {
		next = strchr(net, ',');
		if (next)
			*next++ = '\0';
		status = add_net(reader, trim(net));
	}
	free(copy);
	return status;
}

/* TEXT is changed. */
static enum status read_lines(const struct reader *reader, const char *path, char *text)
{
	struct bytes reason = {0};
	struct reader lines = *reader;
	enum status status = STATUS_DONE;
	size_t number = 0;

	lines.why = &reason;
	for (char *line = text, *next; line && status == STATUS_DONE; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		line[strcspn(line, "#")] = '\0';
		number++;
		line = trim(line);
		if (*line)
			status = add_net(&lines, line);
	}
	if (status != STATUS_DONE)
		bytes_add_format(reader->why, "%s:%zu: %s", path, number, bytes_text(&reason));
	bytes_release(&reason);
	return status;
}

static enum status read_file(const struct reader *reader, const char *path)
{
	size_t size;
	char *text = fd_read_file(path, FILE_MAX, &size);
	enum status status;

	if (!text) {
		int err = errno;
		bytes_add_format(reader->why, "cannot read %s: %s", path, status_reason(err));
		return status_of_errno(err);
	}
	/* What stands behind a NUL would be a rule that is not seen. */
	if (strlen(text) == size) {
		status = read_lines(reader, path, text);
	} else {
		bytes_add_format(reader->why, "%s is not a text file", path);
		status = STATUS_USAGE;
	}
	free(text);
	return status;
}

typedef enum status read_fn(const struct reader *reader, const char *word);

static enum status read_all(
	const struct reader *reader, const struct opt_texts *words, read_fn *read)
{
	enum status status = STATUS_DONE;

	for (size_t i = 0; i < words->count && status == STATUS_DONE; i++)
		status = read(reader, words->item[i]);
	return status;
}

enum status access_init(struct access *access, const struct access_sources *sources, bool numeric,
	struct bytes *why)
{
	const struct reader allow = {access, why, .allow = true, .numeric = numeric};
	const struct reader deny = {access, why, .allow = false, .numeric = numeric};

	*access = (struct access){0};
	/* A file without a single rule allows nobody. */
	access->has_allow = sources->allow.count > 0 || sources->allow_files.count > 0;
	enum status status = read_all(&allow, &sources->allow, read_list);
	if (status == STATUS_DONE)
		status = read_all(&allow, &sources->allow_files, read_file);
	if (status == STATUS_DONE)
		status = read_all(&deny, &sources->deny, read_list);
	if (status == STATUS_DONE)
		status = read_all(&deny, &sources->deny_files, read_file);
	if (status != STATUS_DONE)
		access_release(access);
	return status;
}

void access_release(struct access *access)
{
	free(access->rules);
	*access = (struct access){0};
}

static bool same_bits(const void *a, const void *b, unsigned bits)
{
	const unsigned char *x = a, *y = b;
	unsigned bytes = bits / 8, rest = bits % 8;

	if (memcmp(x, y, bytes) != 0)
		return false;
	return rest == 0 || (x[bytes] ^ y[bytes]) >> (8 - rest) == 0;
}

static bool matches(const struct access_rule *rule, const struct addr *peer, uid_t uid)
{
	int family = addr_family(peer);
	uint32_t zone = rule->addr.u.in6.sin6_scope_id;

	if (family == AF_UNIX)
		return rule->addr.size == 0 && rule->uid == uid;
	if (family != addr_family(&rule->addr))
		return false;
	if (family == AF_INET)
		return same_bits(&peer->u.in.sin_addr, &rule->addr.u.in.sin_addr, rule->bits);
	return family == AF_INET6 && (zone == 0 || zone == peer->u.in6.sin6_scope_id) &&
		same_bits(&peer->u.in6.sin6_addr, &rule->addr.u.in6.sin6_addr, rule->bits);
}

/* What the rules say of a peer. */
struct verdict {
	bool denied;
	bool allowed;
	bool named; /* allowed by a rule that does not have all addresses */
};

static void judge(
	const struct access *access, const struct addr *peer, uid_t uid, struct verdict *v)
{
	for (size_t i = 0; i < access->count; i++) {
		const struct access_rule *rule = &access->rules[i];

		if (rule->allow && v->named)
			continue;
		if (!matches(rule, peer, uid))
			continue;
		v->denied |= !rule->allow;
		v->allowed |= rule->allow;
		v->named |= rule->allow && rule->bits > 0;
	}
}

static bool permits(const struct access *access, const struct verdict *v)
{
	return !v->denied && (v->allowed || !access->has_allow);
}

bool access_permits(const struct access *access, const struct addr *peer, uid_t uid)
{
	struct verdict v = {0};
	struct addr plain = *peer;

	addr_unmap(&plain);
	judge(access, &plain, uid, &v);
	return permits(access, &v);
}

bool access_permits_target(const struct access *access, const struct addr *addr)
{
	struct verdict v = {0};
	struct addr plain = *addr, embedded;
	bool inward;

	addr_unmap(&plain);
	judge(access, &plain, (uid_t)-1, &v);
	inward = access->closed && addr_is_inward(&plain);
	if (addr_embedded(&plain, &embedded)) {
		judge(access, &embedded, (uid_t)-1, &v);
		inward = inward || (access->closed && addr_is_inward(&embedded));
	}
	return permits(access, &v) && (v.named || !inward);
}

enum status access_check_command(
	const struct access *access, const struct endpoint *e, struct bytes *why)
{
	if (access->has_allow || e->kind != ENDPOINT_INET || *e->host || e->any_written)
		return STATUS_DONE;
	bytes_add_format(why,
		"\"%s\" would run a command for anyone who can reach this host: give "
		"--allow, or write the host, * for every interface",
		e->text);
	return STATUS_USAGE;
}
