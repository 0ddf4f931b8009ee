/* SPDX-License-Identifier: ISC */
/* send_options.c - the command line of udp-send: options, rules, hints, examples. */
#include "udp/send/send_options.h"

#include <stddef.h>
#include <string.h>

#include "base/num.h"
#include "udp/commands.h"
#include "udp/send/split.h"

#define SPLIT(type, member)   OPT_FIELD(type, send_split, member)
#define PACE(type, member)    OPT_FIELD(type, send_pace, member)
#define REPLIES(type, member) OPT_FIELD(type, send_replies, member)
#define LOCAL(type, member)   OPT_FIELD(type, send_local, member)

enum { GROUP_SPLIT = 1, HOPS_MAX = 255 };

static const char *const split_words[] = {"whole", "line", "nul", NULL};
static const char *const loop_words[] = {"0", "1", NULL};

static const char *parse_split(const char *text, void *field)
{
	struct send_split *split = field;
	const char *reason;
	uint64_t size;

	for (int i = 0; split_words[i]; i++) {
		if (strcmp(text, split_words[i]) == 0) {
			split->mode = SPLIT_WHOLE + i;
			return NULL;
		}
	}
	reason = num_parse_size(text, &size);
	if (reason || size == 0)
		return "(whole, line, nul, or a size from 1)";
	split->mode = SPLIT_SIZE;
	split->size = size;
	return NULL;
}

static const char *parse_ttl(const char *text, void *field)
{
	uint64_t hops;
	const char *reason = num_parse(text, 0, HOPS_MAX, &hops);

	if (!reason)
		*(int *)field = (int)hops;
	return reason;
}

static const struct opt split_opts[] = {
	{.kind = OPT_PARSE,
		.name = "split",
		.arg = "whole|line|nul|SIZE",
		.help = "how to cut standard input into datagrams: all in one (default; line on a "
			"terminal), one per line, NUL-separated, or SIZE bytes each",
		.offset = SPLIT(int, mode),
		.parse = parse_split,
		.group = GROUP_SPLIT,
		.choices = split_words},
	{.kind = OPT_CONST,
		.letter = 'l',
		.name = "lines",
		.help = "send each line as a datagram (--split line)",
		.often = true,
		.offset = SPLIT(int, mode),
		.min = SPLIT_LINE,
		.group = GROUP_SPLIT},
	{0},
};

static const struct opt pace_opts[] = {
	{.kind = OPT_NUM,
		.name = "count",
		.arg = "N",
		.help = "send everything N times (default {}; 0 = forever)",
		.often = true,
		.offset = PACE(uint64_t, count)},
	{.kind = OPT_TIME,
		.name = "interval",
		.arg = "TIME",
		.help = "pause for TIME between datagrams",
		.often = true,
		.offset = PACE(int64_t, interval_ns)},
	{.kind = OPT_COUNT,
		.name = "rate",
		.arg = "RATE",
		.help = "send at most RATE datagrams per second",
		.often = true,
		.offset = PACE(uint64_t, rate),
		.min = 1},
	{0},
};

static const struct opt failure_opts[] = {
	{.kind = OPT_FLAG,
		.name = "keep-going",
		.help = "if a datagram fails, warn and send the next one (exit with 1 at the end)",
		.offset = OPT_FIELD(bool, udp_send_config, keep_going)},
	{0},
};

static const struct opt reply_opts[] = {
	{.kind = OPT_NUM,
		.letter = 'r',
		.name = "replies",
		.arg = "[=N]",
		.help = "wait for N replies and print them (default 1)",
		.often = true,
		.offset = REPLIES(uint64_t, wanted),
		.absent = "1",
		.is_count = true,
		.min = 1},
	{.kind = OPT_TIME,
		.letter = 'w',
		.name = "timeout",
		.arg = "TIME",
		.help = "wait this long for replies (default {})",
		.often = true,
		.offset = REPLIES(int64_t, wait_ns)},
	{.kind = OPT_FLAG,
		.name = "from",
		.help = "print the sender before each reply",
		.offset = REPLIES(bool, from)},
	{.kind = OPT_FLAG,
		.name = "any-source",
		.help = "accept replies from any address and port (TFTP, SIP, DHCP, SSDP)",
		.offset = REPLIES(bool, anyone)},
	{0},
};

static const struct opt local_opts[] = {
	{.kind = OPT_TEXT,
		.letter = 's',
		.name = "source",
		.arg = "HOST[:PORT]",
		.help = "send from this address",
		.often = true,
		.offset = LOCAL(const char *, source),
		.value = OPT_HOST},
	{.kind = OPT_TEXT,
		.letter = 'p',
		.name = "source-port",
		.arg = "PORT",
		.help = "send from this port",
		.offset = LOCAL(const char *, source_port),
		.value = OPT_PORT},
	{.kind = OPT_FLAG,
		.name = "broadcast",
		.help = "allow the broadcast address of a subnet",
		.offset = LOCAL(bool, broadcast)},
	{.kind = OPT_PARSE,
		.name = "ttl",
		.arg = "N",
		.help = "hop limit of the datagrams",
		.offset = LOCAL(int, ttl),
		.parse = parse_ttl},
	{.kind = OPT_TEXT,
		.letter = 'I',
		.name = "interface",
		.arg = "IFNAME",
		.help = "send through interface IFNAME",
		.offset = LOCAL(const char *, interface),
		.value = OPT_INTERFACE},
	{.kind = OPT_CHOICE,
		.name = "loop",
		.arg = "0|1",
		.help = "whether this host receives its own multicast",
		.offset = LOCAL(int, loop),
		.choices = loop_words},
	{0},
};

static const struct opt_set sets[] = {
	{"Data to send", split_opts, offsetof(struct udp_send_config, split)},
	{"Text", common_text_opts, offsetof(struct udp_send_config, text)},
	{"Repetition and pace", pace_opts, offsetof(struct udp_send_config, pace)},
	{"Errors", failure_opts, 0},
	{"Replies", reply_opts, offsetof(struct udp_send_config, replies)},
	{"Source and destination", local_opts, offsetof(struct udp_send_config, local)},
	{"Sockets", sock_opts, offsetof(struct udp_send_config, socket)},
	{"Progress", meter_opts, offsetof(struct udp_send_config, meter)},
	{"General", common_opts, offsetof(struct udp_send_config, common)},
	{0},
};

static const struct opt_rule rules[] = {
	{"interval", OPT_EXCLUDES, "rate", NULL},
	{"from timeout any-source", OPT_REQUIRES, "replies", NULL},
	{0},
};

static const struct udp_send_config defaults = {
	.pace = {.count = 1},
	.replies = {.wait_ns = NUM_NS_PER_S},
	.local = {.ttl = -1, .loop = -1},
};

static const struct opt_hint hints[] = {
	{"-u --udp", "not needed: udp-send is for UDP"},
	{"-k --keep-open --listen --fork", "to listen: sockit udp-listen"},
	{"-U --unixsock", "a Unix socket is the endpoint unix:PATH"},
	{"-b --bcast", "did you mean --broadcast?"},
	{"-q -i -W --idle-timeout", "--replies waits for replies, for as long as -w says"},
	{"-N --no-shutdown", "UDP has no end of input to pass on; --replies waits for replies"},
	{"-c", "did you mean --count?"},
	{"-d --delay", "did you mean --interval?"},
	{"-e --exec --sh", "to answer datagrams with a command: sockit udp-listen"},
	{"-z --scan", "--replies shows whether something answers"},
	{"-T --tos", "did you mean -o dscp=NAME?"},
	{"-M", "did you mean --ttl?"},
	{"--line", "did you mean --lines?"},
	{"--bind --source-addr --local", "did you mean --source?"},
	{"--host --port", "host and port are operands: sockit udp-send HOST PORT"},
	{"--quiet --silent", "not needed: it is silent unless -v is given"},
	{"--output", "redirect standard output"},
	{"--file --input -f", "redirect standard input: <FILE"},
	{"--data --message --payload --text", "the message is an operand: HOST:PORT MESSAGE"},
	{"--size --length", "the size is the message's: head -c SIZE /dev/zero |"},
	{"--pps", "did you mean --rate?"},
	{"--repeat", "did you mean --count?"},
	{"--iface --mcast-if", "did you mean --interface?"},
	{"--mcast --multicast", "not needed: a group is an ENDPOINT like any other"},
	{"--retry --wait", "--count and --interval repeat; --replies waits"},
	{0},
};

static const struct opt_example examples[] = {
	{"udp-send metrics:8125 'jobs:1|c'", "send one datagram"},
	{"udp-send --replies -E dns 53 'query'", "send a message and wait for a reply"},
	{"udp-send -l collector:514 <lines", "send each line as a datagram"},
	{"udp-send --count 0 --interval 1s host 9 tick", "send one each second"},
	{"udp-send '<broadcast>:9' --hex ffffffffffff", "send to everyone on the network"},
	{"udp-send -I eth0 --ttl 4 239.1.2.3:5000 hello", "send to a multicast group"},
	{0},
};

const struct command udp_send_command = {
	.name = "udp-send",
	.summary = "send messages or standard input as datagrams",
	.usage = "[OPTION...] ENDPOINT [MESSAGE...]",
	.operand = "ENDPOINT, as HOST PORT, HOST:PORT or unix:PATH (sockit help endpoints)",
	.examples = examples,
	.sets = sets,
	.rules = rules,
	.hints = hints,
	.config_size = sizeof(struct udp_send_config),
	.defaults = &defaults,
	.run = udp_send_main,
};
