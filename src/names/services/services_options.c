/* SPDX-License-Identifier: ISC */
/* services_options.c - the command line of services: options, rules, hints, examples. */

#include "names/services/services_options.h"

#include "names/commands.h"

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

static const struct opt_set sets[] = {
	{"Output", services_opts, offsetof(struct services_config, services)},
	{"General", common_opts, offsetof(struct services_config, common)},
	{0},
};

static const struct opt_rule rules[] = {
	{"proto", OPT_EXCLUDES, "protocols", NULL},
	{0},
};

static const struct services_config defaults = {0};

static const struct opt_hint hints[] = {
	{"-t --tcp", "did you mean --proto tcp?"},
	{"-u --udp", "did you mean --proto udp?"},
	{"-p", "--port prints only port numbers, --proto names the protocol"},
	{"-l --list --all", "not needed: without an operand all are listed"},
	{0},
};

static const struct opt_example examples[] = {
	{"services ssh 53 8000-8100/tcp", "by name, port and range"},
	{"services --port https", "print only the port number"},
	{"services --match sql", "search names and aliases"},
	{"services --protocols", "list IP protocol numbers"},
	{0},
};

const struct command services_command = {
	.name = "services",
	.summary = "list services and their port numbers",
	.usage = "[OPTION...] [NAME|PORT|PORT-PORT][/PROTO]...",
	.examples = examples,
	.sets = sets,
	.rules = rules,
	.hints = hints,
	.config_size = sizeof(struct services_config),
	.defaults = &defaults,
	.run = services_main,
};
