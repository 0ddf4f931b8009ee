/* SPDX-License-Identifier: ISC */
/* resolve_options.c - the options of resolve. */

#include "names/resolve/resolve_options.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "names/dns/client.h"
#include "names/dns/type.h"

#define FIELD(type, member) OPT_FIELD(type, resolve_options, member)

/* TYPE[,TYPE...], in FIELD. */
static const char *parse_types(const char *text, void *field)
{
	enum { LONGEST = 32 }; /* far over any name */
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

const struct opt_set resolve_sets[] = {
	{"Output", answer_opts, offsetof(struct resolve_config, resolve)},
	{"DNS queries", dns_opts, offsetof(struct resolve_config, resolve)},
	{"Batch", batch_opts, offsetof(struct resolve_config, resolve)},
	{"Progress", meter_opts, offsetof(struct resolve_config, meter)},
	{"General", common_opts, offsetof(struct resolve_config, common)},
	{0},
};

const struct opt_rule resolve_rules[] = {
	{"fqdn all", OPT_EXCLUDES, "batch", NULL},
	{"all canonical", OPT_EXCLUDES, "type server tcp dnssec class", "they query DNS, not libc"},
	{"numeric", OPT_EXCLUDES, "type server tcp dnssec class fqdn", "they need a look-up"},
	{0},
};

const struct resolve_config resolve_defaults = {0};
