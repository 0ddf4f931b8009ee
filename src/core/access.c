/* SPDX-License-Identifier: ISC */
/* access.c - who may come in: allow and deny lists of networks and Unix users. */
#include "core/access.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/num.h"
#include "base/status.h"
#include "base/text.h"
#include "core/inward.h"
#include "core/name.h"

enum {
	IN_BITS = 32,
	IN6_BITS = 128,
	ZONE_BITS = 32,
	MAPPED_BITS = 96, /* the prefix before the IPv4 address in ::ffff:0:0/96 */
	FILE_MIB = 64,
};

/* How a peer is looked up, as a number of its kind: a user, an IPv4 address, or a zone and an IPv6
 * address. */
struct key {
	enum access_kind kind;
	uint32_t number[RANGES_20 / sizeof(uint32_t)]; /* each in network byte order */
};

/* The context in which rules are read. */
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

/* UID matters only for a Unix peer. False: no rule can match such a peer. */
static bool key_of(const struct addr *peer, uid_t uid, struct key *key)
{
	switch (addr_family(peer)) {
	case AF_UNIX: *key = (struct key){ACCESS_USER, {htonl(uid)}}; return true;
	case AF_INET: *key = (struct key){ACCESS_IN, {peer->u.in.sin_addr.s_addr}}; return true;
	case AF_INET6:
		*key = (struct key){ACCESS_IN6, {htonl(peer->u.in6.sin6_scope_id)}};
		memcpy(&key->number[1], &peer->u.in6.sin6_addr, sizeof(peer->u.in6.sin6_addr));
		return true;
	default: return false;
	}
}

/* Add a rule for the peers whose first BITS are those of KEY. */
static void add_rule(const struct reader *reader, const struct key *key, unsigned bits)
{
	enum access_verdict verdict = !reader->allow ? ACCESS_DENIED
		: bits > 0			     ? ACCESS_NAMED
						     : ACCESS_ALLOWED;
	bool in6 = key->kind == ACCESS_IN6;

	ranges_add(&reader->access->set[key->kind][verdict], in6 ? RANGES_20 : RANGES_4,
		key->number, bits + (in6 ? ZONE_BITS : 0));
}

static void add_rule_for(const struct reader *reader, const struct addr *addr, unsigned bits)
{
	struct key key;

	if (key_of(addr, 0, &key))
		add_rule(reader, &key, bits);
}

static enum status complain(const struct reader *reader, const char *net, const char *reason)
{
	return fail_with(reader->why, STATUS_USAGE, "bad network: \"%s\" %s", net, reason);
}

static enum status add_user(const struct reader *reader, const char *net, const char *number)
{
	uint64_t uid;
	/* -1 is not a user: to system calls it means "no change". */
	const char *reason = num_parse(number, 0, (uid_t)-2, &uid);

	if (reason)
		return complain(reader, net, reason);
	add_rule(reader, &(struct key){ACCESS_USER, {htonl((uid_t)uid)}}, IN_BITS);
	return STATUS_DONE;
}

/* NET is ADDRESS/BITS. */
static enum status add_prefix(const struct reader *reader, const char *net, char *slash)
{
	struct addr addr = {0};
	uint64_t bits;

	*slash = '\0';
	bool numeric = strpbrk(net, ".:") && addr_parse_numeric(net, 0, &addr) == 0;
	*slash = '/';
	if (!numeric)
		return complain(reader, net, "(only a whole address takes a prefix length)");
	bool in6 = addr_family(&addr) == AF_INET6;
	const char *reason = num_parse(slash + 1, 0, in6 ? IN6_BITS : IN_BITS, &bits);
	if (reason)
		return complain(reader, net, reason);
	if (in6 && bits >= MAPPED_BITS) {
		addr_unmap(&addr);
		bits -= addr_family(&addr) == AF_INET ? MAPPED_BITS : 0;
	}
	add_rule_for(reader, &addr, (unsigned)bits);
	return STATUS_DONE;
}

/* NET is an address, or a name with any number of them. */
static enum status add_host(const struct reader *reader, const char *net)
{
	const struct name_query q = {.host = net, .type = SOCK_STREAM, .numeric = reader->numeric};
	struct name_answer answer;

	enum name_result r = name_lookup(&q, &answer);
	if (r != NAME_FOUND)
		return name_explain(r, &q, reader->why);
	for (size_t i = 0; i < answer.count; i++) {
		struct addr *addr = &answer.addrs[i];

		addr_unmap(addr);
		add_rule_for(reader, addr, addr_family(addr) == AF_INET6 ? IN6_BITS : IN_BITS);
	}
	name_answer_release(&answer);
	return STATUS_DONE;
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

/* TEXT without leading and trailing blanks. */
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

	if (!copy)
		return fail_memory(reader->why);
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
		bytes_add_format(reader->why, "%s:%zu: %s", path, number, bytes_reason(&reason));
	bytes_release(&reason);
	return status;
}

static enum status read_file(const struct reader *reader, const char *path)
{
	enum status status;
	char *text = text_read_file(path, FILE_MIB, &status, reader->why);

	if (!text)
		return status;
	status = read_lines(reader, path, text);
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

static enum status finish(struct access *access, struct bytes *why)
{
	for (int kind = 0; kind < ACCESS_KINDS; kind++) {
		for (int verdict = 0; verdict < ACCESS_VERDICTS; verdict++) {
			struct ranges *set = &access->set[kind][verdict];

			if (ranges_finish(set) < 0)
				return fail_with(why, STATUS_FAILED, "%s", status_reason(errno));
			access->has_rules = access->has_rules || set->count > 0;
		}
	}
	return STATUS_DONE;
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
	if (status == STATUS_DONE)
		status = finish(access, why);
	if (status != STATUS_DONE)
		access_release(access);
	return status;
}

void access_release(struct access *access)
{
	for (int kind = 0; kind < ACCESS_KINDS; kind++) {
		for (int verdict = 0; verdict < ACCESS_VERDICTS; verdict++)
			ranges_release(&access->set[kind][verdict]);
	}
	*access = (struct access){0};
}

/* The verdicts of the rules on a peer. */
struct verdicts {
	bool said[ACCESS_VERDICTS];
};

static void judge_key(const struct access *access, const struct key *key, struct verdicts *v)
{
	for (int i = 0; i < ACCESS_VERDICTS; i++)
		v->said[i] = v->said[i] || ranges_have(&access->set[key->kind][i], key->number);
}

static void judge(
	const struct access *access, const struct addr *peer, uid_t uid, struct verdicts *v)
{
	struct key key;

	if (!access->has_rules || !key_of(peer, uid, &key))
		return;
	judge_key(access, &key, v);
	if (key.kind != ACCESS_IN6 || key.number[0] == 0)
		return;
	/* A rule without a zone applies to every zone. */
	key.number[0] = 0;
	judge_key(access, &key, v);
}

static bool permits(const struct access *access, const struct verdicts *v)
{
	return !v->said[ACCESS_DENIED] &&
		(v->said[ACCESS_ALLOWED] || v->said[ACCESS_NAMED] || !access->has_allow);
}

bool access_permits(const struct access *access, const struct addr *peer, uid_t uid)
{
	struct verdicts v = {0};
	struct addr plain = *peer;

	addr_unmap(&plain);
	judge(access, &plain, uid, &v);
	return permits(access, &v);
}

bool access_permits_target(const struct access *access, const struct addr *addr)
{
	struct verdicts v = {0};
	struct addr plain = *addr, embedded;
	bool inward;

	addr_unmap(&plain);
	judge(access, &plain, (uid_t)-1, &v);
	inward = access->closed && addr_is_inward(&plain);
	if (addr_embedded(&plain, &embedded)) {
		judge(access, &embedded, (uid_t)-1, &v);
		inward = inward || (access->closed && addr_is_inward(&embedded));
	}
	return permits(access, &v) && (v.said[ACCESS_NAMED] || !inward);
}

enum status access_check_command(
	const struct access *access, const struct endpoint *e, struct bytes *why)
{
	if (access->has_allow || e->kind != ENDPOINT_INET || *e->host || e->any_written)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE,
		"\"%s\" would run a command for anyone who can reach this host: give "
		"--allow, or write the host, * for every interface",
		e->text);
}
