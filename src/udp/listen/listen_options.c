/* SPDX-License-Identifier: ISC */
/* listen_options.c - the command line of udp-listen: options, rules, hints, examples. */
#include "udp/listen/listen_options.h"

#include <stddef.h>

#include "base/num.h"
#include "udp/commands.h"
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

static const struct opt_set sets[] = {
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

static const struct opt_rule rules[] = {
	{"forward reply echo sh", OPT_EXCLUDES, "--", NULL},
	{"keep-source max-sessions session-timeout", OPT_REQUIRES, "forward", NULL},
	{"max-sessions session-timeout", OPT_EXCLUDES, "keep-source", NULL},
	{"parallel command-timeout", OPT_REQUIRES, "sh --", NULL},
	{"escapes hex", OPT_REQUIRES, "reply", NULL},
	{0},
};

static const struct udp_listen_config defaults = {
	.output = {.format = -1, .max_size = SIZE_MAX_TAKEN},
	.way = {.parallel = PARALLEL,
		.command_ns = 60 * NUM_NS_PER_S,
		.session_ns = 60 * NUM_NS_PER_S},
};

static const struct opt_hint hints[] = {
	{"-l --listen", "not needed: udp-listen listens"},
	{"-u --udp", "not needed: udp-listen is for UDP"},
	{"-k --keep-open --fork", "not needed: it goes on until --count, -w or -i ends it"},
	{"-p --port --source-port", "the port is the operand: sockit udp-listen PORT"},
	{"-s --source --bind --host --source-addr --local",
		"the address is the operand: sockit udp-listen HOST:PORT"},
	{"-U --unixsock", "a Unix socket is the endpoint unix:PATH"},
	{"-e --exec", "put the command after --"},
	{"-c --sh-exec", "--sh runs a shell command"},
	{"-W --accept", "did you mean --count?"},
	{"-r --replies", "to ask and wait: sockit udp-send --replies"},
	{"-x --hexdump", "did you mean --format hex?"},
	{"--handler", "use --echo, --reply or a command"},
	{"-N -q", "UDP has no end: -i and -w are time limits"},
	{"--max-time", "-i ends it after silence, --count after datagrams"},
	{"--lines --line", "did you mean --format line?"},
	{"--output --append-output", "redirect standard output"},
	{"--multicast --join --mcast", "did you mean --group?"},
	{"--once -1", "did you mean --count 1?"},
	{"--relay --tee --to --target --upstream", "did you mean --forward?"},
	{"-A", "did you mean --format line or hex?"},
	{"--daemon --background", "add & to the command line, or use a service manager"},
	{"--quiet --silent", "not needed: it is silent unless -v is given"},
	{0},
};

static const struct opt_example examples[] = {
	{"udp-listen --format line 5140", "print what arrives, with its sender"},
	{"udp-listen --echo 7", "send each datagram back"},
	{"udp-listen --forward collector:514 514", "relay datagrams, and replies back"},
	{"udp-listen --count 1 -w 5s 5000", "wait for one datagram"},
	{"udp-listen --group 239.1.2.3@eth0 5000", "receive a multicast group"},
	{"udp-listen 127.0.0.1:5000 -- ./answer", "answer each one with a command"},
	{0},
};

const struct command udp_listen_command = {
	.name = "udp-listen",
	.summary = "receive datagrams; print, answer or forward them",
	.usage = "[OPTION...] ENDPOINT [-- COMMAND [ARG...]]",
	.operand = "ENDPOINT, as PORT, HOST:PORT or unix:PATH (sockit help endpoints)",
	.examples = examples,
	.sets = sets,
	.rules = rules,
	.hints = hints,
	.config_size = sizeof(struct udp_listen_config),
	.defaults = &defaults,
	.takes_command = true,
	.run = udp_listen_main,
};
