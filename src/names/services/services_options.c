/* SPDX-License-Identifier: ISC */
/* services_options.c - the options of services. */

#include "names/services/services_options.h"

#define FIELD(type, member) OPT_FIELD(type, services_options, member)

enum { GROUP_FIELD = 1 };

static const struct opt services_opts[] = {
	{.kind = OPT_TEXT,
		.name = "proto",
		.arg = "NAME",
		.help = "list only services of this protocol, such as tcp",
		.often = true,
		.offset = FIELD(const char *, protocol),
		.value = OPT_PROTOCOL},
	{.kind = OPT_TEXT,
		.name = "match",
		.arg = "TEXT",
		.help = "list only those with TEXT in a name or alias",
		.often = true,
		.offset = FIELD(const char *, match)},
	{.kind = OPT_FLAG,
		.name = "port",
		.help = "print only port numbers",
		.often = true,
		.offset = FIELD(bool, port_only),
		.group = GROUP_FIELD},
	{.kind = OPT_FLAG,
		.name = "name",
		.help = "print only names",
		.often = true,
		.offset = FIELD(bool, name_only),
		.group = GROUP_FIELD},
	{.kind = OPT_FLAG,
		.name = "protocols",
		.help = "list IP protocols and their numbers instead",
		.often = true,
		.offset = FIELD(bool, protocols)},
	{.kind = OPT_FLAG,
		.name = "builtin",
		.help = "use the built-in table, not this host's database",
		.often = true,
		.offset = FIELD(bool, builtin)},
	{0},
};

const struct opt_set services_sets[] = {
	{"Output", services_opts, offsetof(struct services_config, services)},
	{"General", common_opts, offsetof(struct services_config, common)},
	{0},
};

const struct opt_rule services_rules[] = {
	{"proto", OPT_EXCLUDES, "protocols", NULL},
	{0},
};

const struct services_config services_defaults = {0};
