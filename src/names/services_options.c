/* SPDX-License-Identifier: ISC */
/* services_options.c - the options of services. */

#include "names/services_options.h"

#define FIELD(type, member) OPT_FIELD(type, services_options, member)

enum { GROUP_FIELD = 1 };

static const struct opt services_opts[] = {
	{.kind = OPT_TEXT,
		.name = "proto",
		.arg = "NAME",
		.help = "only services of this protocol, such as tcp or udp",
		.offset = FIELD(const char *, protocol),
		.value = OPT_PROTOCOL},
	{.kind = OPT_TEXT,
		.name = "match",
		.arg = "TEXT",
		.help = "only those with TEXT in their name or an alias, in either case",
		.offset = FIELD(const char *, match)},
	{.kind = OPT_FLAG,
		.name = "port",
		.help = "print the port alone",
		.offset = FIELD(bool, port_only),
		.group = GROUP_FIELD},
	{.kind = OPT_FLAG,
		.name = "name",
		.help = "print the name alone",
		.offset = FIELD(bool, name_only),
		.group = GROUP_FIELD},
	{.kind = OPT_FLAG,
		.name = "protocols",
		.help = "IP protocols and their numbers instead of services",
		.offset = FIELD(bool, protocols)},
	{.kind = OPT_FLAG,
		.name = "builtin",
		.help = "use the table built in, not this host's database",
		.offset = FIELD(bool, builtin)},
	{0},
};

const struct opt_set services_sets[] = {
	{"What is listed", services_opts, offsetof(struct services_config, services)},
	{"General", common_opts, offsetof(struct services_config, common)},
	{0},
};

const struct opt_rule services_rules[] = {
	{"proto", OPT_EXCLUDES, "protocols", NULL},
	{0},
};

const struct services_config services_defaults = {0};
