/* SPDX-License-Identifier: ISC */
/* resolve_options.c - the options of resolve. */

#include "names/resolve_options.h"

#include "base/num.h"
#include "names/dns_client.h"
#include "names/dns_type.h"

#define FIELD(type, member) OPT_FIELD(type, resolve_options, member)

static const char *parse_type(const char *text, void *field)
{
	return dns_type_parse(text, field);
}

static const struct opt answer_opts[] = {
	{.kind = OPT_FLAG,
		.name = "all",
		.help = "every tuple: family, type, protocol, address, port, canonical name",
		.offset = FIELD(bool, all)},
	{.kind = OPT_FLAG,
		.name = "canonical",
		.help = "the canonical name first",
		.offset = FIELD(bool, canonical)},
	{.kind = OPT_FLAG,
		.name = "fqdn",
		.help = "without a name: this host's full name",
		.offset = FIELD(bool, fqdn)},
	{.kind = OPT_TIME,
		.letter = 'w',
		.name = "timeout",
		.arg = "TIME",
		.help = "give up a name after TIME (default: as long as libc tries; 5s when DNS "
			"itself is asked)",
		.offset = FIELD(int64_t, timeout_ns),
		.min = NUM_NS_PER_MS},
	{0},
};

static const struct opt dns_opts[] = {
	{.kind = OPT_PARSE,
		.name = "type",
		.arg = "TYPE",
		.help = "ask DNS for records of TYPE: A, AAAA, MX, TXT, SRV, HTTPS, or TYPE65",
		.offset = FIELD(uint16_t, type),
		.parse = parse_type,
		.choices = dns_type_common},
	{.kind = OPT_TEXTS,
		.name = "server",
		.arg = "HOST[:PORT]",
		.help = "ask this DNS server, not those of /etc/resolv.conf (repeatable)",
		.offset = FIELD(struct opt_texts, servers),
		.value = OPT_HOST},
	{.kind = OPT_FLAG,
		.name = "tcp",
		.help = "ask DNS over TCP from the start",
		.offset = FIELD(bool, tcp)},
	{0},
};

static const struct opt batch_opts[] = {
	{.kind = OPT_TEXT,
		.name = "batch",
		.arg = "[=FILE]",
		.help = "names from standard input or FILE, a line each; NAME and its addresses "
			"with tabs between, in the order of the input",
		.offset = FIELD(const char *, batch),
		.absent = "-",
		.value = OPT_FILE},
	{.kind = OPT_NUM,
		.name = "parallel",
		.arg = "N",
		.help = "names looked up at once (default 16; 64 when DNS itself is asked)",
		.offset = FIELD(uint64_t, parallel),
		.min = 1,
		.max = DNS_OPEN_MAX},
	{0},
};

const struct opt_set resolve_sets[] = {
	{"What is told", answer_opts, offsetof(struct resolve_config, resolve)},
	{"Asking DNS itself", dns_opts, offsetof(struct resolve_config, resolve)},
	{"Many names", batch_opts, offsetof(struct resolve_config, resolve)},
	{"General", common_opts, offsetof(struct resolve_config, common)},
	{0},
};

const struct opt_rule resolve_rules[] = {
	{"fqdn all", OPT_EXCLUDES, "batch", NULL},
	{"all canonical", OPT_EXCLUDES, "type server tcp", "they query DNS, not libc"},
	{"numeric", OPT_EXCLUDES, "type server tcp fqdn", "they need a look-up"},
	{0},
};

const struct resolve_config resolve_defaults = {0};
