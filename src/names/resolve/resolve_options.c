/* SPDX-License-Identifier: ISC */
/* resolve_options.c - the command line of resolve: options, rules, hints, examples. */

#include "names/resolve/resolve_options.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "names/commands.h"
#include "names/dns/client.h"
#include "names/dns/type.h"

#define FIELD(type, member) OPT_FIELD(type, resolve_options, member)

/* Store TYPE[,TYPE...] in FIELD. */
static const char *parse_types(const char *text, void *field)
{
	enum { LONGEST = 32 }; /* far longer than any name */
	struct resolve_types *types = field;
	char word[LONGEST];

	for (types->count = 0;; text++) {
		size_t size = strcspn(text, ",");
		uint16_t *type = &types->list[types->count];

		if (types->count++ == RESOLVE_TYPES_MOST)
			return "(at most 16 types at once)";
		snprintf(word, sizeof(word), "%.*s", (int)size, text);
		const char *reason = dns_type_parse(size < LONGEST ? word : "", type);
		if (reason)
			return reason;
		text += size;
		if (!*text)
			break;
	}
	for (size_t i = 0; types->count > 1 && i < types->count; i++)
		if (types->list[i] == DNS_TYPE_AXFR)
			return "(AXFR, a whole zone, cannot be queried with other types)";
	return NULL;
}

static const char *parse_class(const char *text, void *field)
{
	return dns_class_parse(text, field);
}

static const struct opt answer_opts[] = {
	{.kind = OPT_FLAG,
		.name = "all",
		.help = "print every result: family, type, protocol, address, port, canonical name",
		.often = true,
		.offset = FIELD(bool, all)},
	{.kind = OPT_FLAG,
		.name = "canonical",
		.help = "print the canonical name first",
		.often = true,
		.offset = FIELD(bool, canonical)},
	{.kind = OPT_FLAG,
		.name = "fqdn",
		.help = "print the full name of this host",
		.often = true,
		.offset = FIELD(bool, fqdn)},
	{.kind = OPT_TIME,
		.letter = 'w',
		.name = "timeout",
		.arg = "TIME",
		.help = "give up on a name after TIME (default: when libc does; 5s for DNS "
			"queries)",
		.offset = FIELD(int64_t, timeout_ns),
		.min = NUM_NS_PER_MS},
	{0},
};

static const struct opt dns_opts[] = {
	{.kind = OPT_PARSE,
		.name = "type",
		.arg = "TYPE[,TYPE...]",
		.help = "query DNS for records: A, AAAA, MX, TXT, SRV, HTTPS, TYPE65, or AXFR for "
			"a whole zone",
		.often = true,
		.offset = FIELD(struct resolve_types, types),
		.parse = parse_types,
		.choices = dns_type_common},
	{.kind = OPT_TEXTS,
		.name = "server",
		.arg = "HOST[:PORT]",
		.help = "query this DNS server (repeatable)",
		.often = true,
		.offset = FIELD(struct opt_texts, servers),
		.value = OPT_HOST},
	{.kind = OPT_FLAG,
		.name = "tcp",
		.help = "query DNS over TCP",
		.often = true,
		.offset = FIELD(bool, tcp)},
	{.kind = OPT_FLAG,
		.name = "dnssec",
		.help = "ask for signatures too, and with -v report whether the server checked "
			"them",
		.offset = FIELD(bool, dnssec)},
	{.kind = OPT_PARSE,
		.name = "class",
		.arg = "CLASS",
		.help = "class of the records: IN (default), CH, HS, ANY, CLASS3",
		.offset = FIELD(uint16_t, class),
		.parse = parse_class,
		.choices = dns_class_common},
	{0},
};

static const struct opt batch_opts[] = {
	{.kind = OPT_TEXT,
		.name = "batch",
		.arg = "[=FILE]",
		.help = "look up the names in FILE, one per line (default: standard input); print "
			"each with its addresses, in input order",
		.often = true,
		.offset = FIELD(const char *, batch),
		.absent = "-",
		.value = OPT_FILE},
	{.kind = OPT_NUM,
		.name = "parallel",
		.arg = "N",
		.help = "number of names looked up at once (default 16; 64 for DNS queries)",
		.offset = FIELD(uint64_t, parallel),
		.min = 1,
		.max = DNS_OPEN_MAX},
	{0},
};

static const struct opt_set sets[] = {
	{"Output", answer_opts, offsetof(struct resolve_config, resolve)},
	{"DNS queries", dns_opts, offsetof(struct resolve_config, resolve)},
	{"Batch", batch_opts, offsetof(struct resolve_config, resolve)},
	{"Progress", meter_opts, offsetof(struct resolve_config, meter)},
	{"General", common_opts, offsetof(struct resolve_config, common)},
	{0},
};

static const struct opt_rule rules[] = {
	{"fqdn all", OPT_EXCLUDES, "batch", NULL},
	{"all canonical", OPT_EXCLUDES, "type server tcp dnssec class", "they query DNS, not libc"},
	{"numeric", OPT_EXCLUDES, "type server tcp dnssec class fqdn", "they need a look-up"},
	{0},
};

static const struct resolve_config defaults = {0};

static const struct opt_hint hints[] = {
	{"-t", "did you mean --type?"},
	{"-x --reverse", "not needed: for an ADDRESS its name is printed"},
	{"-a", "use --all for every result, --type ANY for every record"},
	{"-p --port", "did you mean --server HOST:PORT?"},
	{"-s --dns --nameserver --resolver", "did you mean --server?"},
	{"-q --short", "not needed: without --type only addresses are printed"},
	{"--axfr", "did you mean --type AXFR?"},
	{"--mx --txt --ns --soa --srv --ptr", "did you mean --type?"},
	{"--ttl", "not needed: --type shows it"},
	{"--trace", "it asks one server at a time: --server HOST"},
	{"-f --file", "did you mean --batch=FILE?"},
	{0},
};

static const struct opt_example examples[] = {
	{"resolve example.org", "its addresses, in the order programs try them"},
	{"resolve 192.0.2.1", "its name"},
	{"resolve --type MX example.org", "query DNS"},
	{"resolve example.org https", "addresses with the port of a service"},
	{"resolve --server 127.0.0.1:5353 --type A example.org", "query one server"},
	{"resolve --batch --parallel 32 <names", "look up many names"},
	{0},
};

const struct command resolve_command = {
	.name = "resolve",
	.summary = "look up names as programs on this host do, or query DNS",
	.usage = "[OPTION...] [NAME|ADDRESS [SERVICE]]...",
	.examples = examples,
	.sets = sets,
	.rules = rules,
	.hints = hints,
	.config_size = sizeof(struct resolve_config),
	.defaults = &defaults,
	.run = resolve_main,
};
