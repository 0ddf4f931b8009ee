/* SPDX-License-Identifier: ISC */
/* listen_options.c - the options of udp-listen. */
#include "udp/listen/listen_options.h"

#include <stddef.h>

#include "base/num.h"
#include "udp/format.h"

#define OUTPUT(type, member) OPT_FIELD(type, listen_output, member)
#define LIMIT(type, member)  OPT_FIELD(type, listen_limits, member)
#define WAY(type, member)    OPT_FIELD(type, listen_way, member)
#define BIND(type, member)   OPT_FIELD(type, listen_bind, member)

enum { GROUP_WAY = 1, SIZE_MAX_TAKEN = 65535, PARALLEL = 32, PARALLEL_MAX = 4096 };

static const struct opt output_opts[] = {
	{.kind = OPT_CHOICE,
		.name = "format",
		.arg = "raw|line|hex|json",
		.help = "print datagrams as they are (default), with their senders, as a dump, or "
			"as objects",
		.often = true,
		.offset = OUTPUT(int, format),
		.choices = format_names},
	{.kind = OPT_FLAG,
		.name = "from",
		.help = "print the sender before each datagram",
		.offset = OUTPUT(bool, from)},
	{.kind = OPT_SIZE,
		.name = "max-size",
		.arg = "SIZE",
		.help = "longest datagram to receive; longer ones are cut off (default {})",
		.offset = OUTPUT(uint64_t, max_size),
		.min = 1,
		.max = SIZE_MAX_TAKEN},
	{0},
};

static const struct opt limit_opts[] = {
	{.kind = OPT_NUM,
		.name = "count",
		.arg = "N",
		.help = "exit after N datagrams",
		.often = true,
		.offset = LIMIT(uint64_t, count),
		.min = 1},
	{.kind = OPT_TIME,
		.letter = 'w',
		.name = "timeout",
		.arg = "TIME",
		.help = "exit with 5 if nothing has arrived in TIME",
		.often = true,
		.offset = LIMIT(int64_t, wait_ns)},
	{.kind = OPT_TIME,
		.letter = 'i',
		.name = "idle-timeout",
		.arg = "TIME",
		.help = "exit once nothing has arrived for TIME",
		.often = true,
		.offset = LIMIT(int64_t, idle_ns)},
	{0},
};

static const struct opt way_opts[] = {
	{.kind = OPT_TEXT,
		.name = "reply",
		.arg = "TEXT",
		.help = "answer each datagram with TEXT",
		.often = true,
		.offset = WAY(const char *, reply),
		.group = GROUP_WAY},
	{.kind = OPT_FLAG,
		.name = "echo",
		.help = "send each datagram back",
		.often = true,
		.offset = WAY(bool, echo),
		.group = GROUP_WAY},
	{.kind = OPT_TEXT,
		.name = "sh",
		.arg = "COMMAND",
		.help = "run a shell command for each datagram and answer with its output",
		.offset = WAY(const char *, shell),
		.group = GROUP_WAY,
		.value = OPT_SHELL},
	{.kind = OPT_NUM,
		.name = "parallel",
		.arg = "N",
		.help = "run at most N commands at once (default {})",
		.offset = WAY(uint64_t, parallel),
		.min = 1,
		.max = PARALLEL_MAX},
	{.kind = OPT_TIME,
		.name = "command-timeout",
		.arg = "TIME",
		.help = "stop a command after TIME (default {}; 0 = never)",
		.offset = WAY(int64_t, command_ns)},
	{.kind = OPT_TEXTS,
		.name = "forward",
		.arg = "ENDPOINT",
		.help = "relay datagrams, and replies back (repeatable)",
		.often = true,
		.offset = WAY(struct opt_texts, forward),
		.group = GROUP_WAY,
		.value = OPT_ENDPOINT},
	{.kind = OPT_FLAG,
		.name = "keep-source",
		.help = "forward with the sender's own address and port (needs CAP_NET_RAW)",
		.offset = WAY(bool, keep_source)},
	{.kind = OPT_TIME,
		.name = "session-timeout",
		.arg = "TIME",
		.help = "forget a sender that has been silent for TIME (default {})",
		.offset = WAY(int64_t, session_ns),
		.min = NUM_NS_PER_MS},
	{.kind = OPT_NUM,
		.name = "max-sessions",
		.arg = "N",
		.help = "number of senders at a time (default: as many as descriptors allow)",
		.offset = WAY(uint64_t, sessions_max),
		.min = 1},
	{0},
};

static const struct opt bind_opts[] = {
	{.kind = OPT_TEXTS,
		.name = "group",
		.arg = "GROUP",
		.help = "join a multicast group, GROUP[@IFNAME], or for one source only, "
			"SOURCE@GROUP[@IFNAME] (repeatable)",
		.offset = BIND(struct opt_texts, groups),
		.value = OPT_GROUP},
	{.kind = OPT_TEXT,
		.name = "ready-file",
		.arg = "FILE",
		.help = "once listening, write the bound addresses to FILE",
		.offset = BIND(const char *, ready_file),
		.value = OPT_FILE},
	{0},
};

const struct opt_set udp_listen_sets[] = {
	{"Output", output_opts, offsetof(struct udp_listen_config, output)},
	{"Answering and forwarding", way_opts, offsetof(struct udp_listen_config, way)},
	{"Text", common_text_opts, offsetof(struct udp_listen_config, text)},
	{"When to stop", limit_opts, offsetof(struct udp_listen_config, limits)},
	{"Listening", bind_opts, offsetof(struct udp_listen_config, bind)},
	{"Sockets", sock_opts, offsetof(struct udp_listen_config, socket)},
	{"Access control", access_opts, offsetof(struct udp_listen_config, access)},
	{"Privileges", privilege_opts, offsetof(struct udp_listen_config, privilege)},
	{"Progress", meter_opts, offsetof(struct udp_listen_config, meter)},
	{"General", common_opts, offsetof(struct udp_listen_config, common)},
	{0},
};

const struct opt_rule udp_listen_rules[] = {
	{"forward reply echo sh", OPT_EXCLUDES, "--", NULL},
	{"keep-source max-sessions session-timeout", OPT_REQUIRES, "forward", NULL},
	{"max-sessions session-timeout", OPT_EXCLUDES, "keep-source", NULL},
	{"parallel command-timeout", OPT_REQUIRES, "sh --", NULL},
	{"escapes hex", OPT_REQUIRES, "reply", NULL},
	{0},
};

const struct udp_listen_config udp_listen_defaults = {
	.output = {.format = -1, .max_size = SIZE_MAX_TAKEN},
	.way = {.parallel = PARALLEL,
		.command_ns = 60 * NUM_NS_PER_S,
		.session_ns = 60 * NUM_NS_PER_S},
};
