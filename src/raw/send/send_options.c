/* SPDX-License-Identifier: ISC */
/* send_options.c - the command line of raw-send: options, rules, hints, examples. */

#include "raw/send/send_options.h"

#include <string.h>

#include "base/num.h"
#include "raw/commands.h"

#define FIELD(type, member) OPT_FIELD(type, raw_send_options, member)

enum { GROUP_PACE = 1, GROUP_PLACE };

enum { FRAGMENT_MIN = 28, FRAGMENT_MAX = 65535 };

static const char *const oversize_words[] = {"fail", "skip", "fragment", NULL};

static const char *const rate_words[] = {"max", NULL};

/* Packets a second, or max. */
static const char *parse_rate(const char *text, void *field)
{
	uint64_t *rate = field, value;
	const char *reason;

	if (strcmp(text, rate_words[0]) == 0) {
		*rate = SEND_RATE_MAX;
		return NULL;
	}
	reason = num_parse_count(text, &value);
	if (!reason && (value == 0 || value > INT64_MAX))
		reason = "(packets per second, at least 1, or max)";
	if (!reason)
		*rate = value;
	return reason;
}

/* The number of replies; if it is left out, TEXT is empty. */
static const char *parse_replies(const char *text, void *field)
{
	uint64_t *replies = field;

	if (*text)
		return num_parse(text, 1, UINT32_MAX, replies);
	*replies = SEND_REPLIES_ALL;
	return NULL;
}

static const struct opt place_opts[] = {
	{.kind = OPT_TEXT,
		.letter = 'I',
		.name = "interface",
		.arg = "IFNAME",
		.help = "send frames through IFNAME",
		.often = true,
		.offset = FIELD(const char *, interface),
		.value = OPT_INTERFACE},
	{.kind = OPT_TEXT,
		.name = "to",
		.arg = "HOST",
		.help = "destination of a packet without an IP header (the kernel adds one)",
		.offset = FIELD(const char *, to),
		.value = OPT_HOST},
	{.kind = OPT_TEXT,
		.name = "write",
		.arg = "FILE",
		.help = "write the packets to a capture file instead of sending them (needs no "
			"privilege)",
		.offset = FIELD(const char *, write),
		.group = GROUP_PLACE,
		.value = OPT_FILE},
	{.kind = OPT_FLAG,
		.name = "dry-run",
		.help = "show the packets, send nothing",
		.often = true,
		.offset = FIELD(bool, dry_run),
		.group = GROUP_PLACE},
	{.kind = OPT_FLAG,
		.letter = 'x',
		.name = "hexdump",
		.help = "show the packets, decoded and in hex",
		.often = true,
		.offset = FIELD(bool, hexdump)},
	{0},
};

static const struct opt packet_opts[] = {
	{.kind = OPT_FLAG,
		.name = "layers",
		.help = "list the layers and their fields",
		.often = true,
		.offset = FIELD(bool, list)},
	{.kind = OPT_TEXT,
		.name = "replay",
		.arg = "FILE",
		.help = "send the packets of a capture file",
		.often = true,
		.offset = FIELD(const char *, replay),
		.value = OPT_FILE},
	{.kind = OPT_SIZE,
		.name = "fragment",
		.arg = "SIZE",
		.help = "cut IP packets into fragments of at most SIZE bytes",
		.offset = FIELD(uint64_t, fragment),
		.min = FRAGMENT_MIN,
		.max = FRAGMENT_MAX},
	{.kind = OPT_CHOICE,
		.name = "oversize",
		.arg = "HOW",
		.help = "handling of packets that exceed the MTU (default {})",
		.offset = FIELD(int, oversize),
		.choices = oversize_words},
	{0},
};

static const struct opt pace_opts[] = {
	{.kind = OPT_NUM,
		.name = "count",
		.arg = "N",
		.help = "send everything N times (default 1; 0 = forever)",
		.often = true,
		.offset = FIELD(uint64_t, count)},
	{.kind = OPT_TIME,
		.name = "interval",
		.arg = "TIME",
		.help = "pause for TIME between packets",
		.often = true,
		.offset = FIELD(int64_t, interval_ns),
		.group = GROUP_PACE},
	{.kind = OPT_PARSE,
		.name = "rate",
		.arg = "RATE",
		.help = "send at most RATE packets per second, or max",
		.often = true,
		.offset = FIELD(uint64_t, rate),
		.parse = parse_rate,
		.group = GROUP_PACE,
		.choices = rate_words},
	{.kind = OPT_TIME,
		.name = "max-gap",
		.arg = "TIME",
		.help = "shorten longer pauses to TIME",
		.offset = FIELD(int64_t, gap_ns)},
	{0},
};

static const struct opt reply_opts[] = {
	{.kind = OPT_PARSE,
		.letter = 'r',
		.name = "replies",
		.arg = "[=N]",
		.help = "wait for N answers (default: one per packet)",
		.often = true,
		.offset = FIELD(uint64_t, replies),
		.absent = "",
		.is_count = true,
		.parse = parse_replies},
	{.kind = OPT_TIME,
		.letter = 'w',
		.name = "timeout",
		.arg = "TIME",
		.help = "wait this long after the last packet (default {})",
		.often = true,
		.offset = FIELD(int64_t, timeout_ns)},
	{0},
};

static const struct opt_set sets[] = {
	{"Packets", packet_opts, offsetof(struct raw_send_config, send)},
	{"Text", common_text_opts, offsetof(struct raw_send_config, text)},
	{"Destination", place_opts, offsetof(struct raw_send_config, send)},
	{"Sockets", sock_opts, offsetof(struct raw_send_config, socket)},
	{"Repetition and pace", pace_opts, offsetof(struct raw_send_config, send)},
	{"Replies", reply_opts, offsetof(struct raw_send_config, send)},
	{"Progress", meter_opts, offsetof(struct raw_send_config, meter)},
	{"General", common_opts, offsetof(struct raw_send_config, common)},
	{0},
};

static const struct opt_rule rules[] = {
	{"to", OPT_EXCLUDES, "replay", NULL},
	{"timeout", OPT_REQUIRES, "replies", NULL},
	{"max-gap", OPT_REQUIRES, "replay", NULL},
	{"max-gap", OPT_EXCLUDES, "rate interval", NULL},
	{"fragment", OPT_EXCLUDES, "to", "the kernel builds that header"},
	{"replies progress stats", OPT_EXCLUDES, "dry-run write", "nothing is sent"},
	{0},
};

static const struct raw_send_config defaults = {
	.send = {.count = 1,
		.interval_ns = SEND_TIME_UNSET,
		.gap_ns = SEND_TIME_UNSET,
		.timeout_ns = NUM_NS_PER_S},
};

static const struct opt_hint hints[] = {
	{"-i", "-I IFNAME is the interface, --interval TIME the pause"},
	{"-c", "did you mean --count?"},
	{"-t --ttl", "the field ttl of ip: ip dst=192.0.2.1 ttl=3"},
	{"-p --port", "the field dport of udp and tcp: tcp dport=80"},
	{"-S --syn --icmp --tcp --udp -1 -2",
		"layers are words: ip dst=HOST tcp dport=80 flags=syn"},
	{"-a --spoof", "the field src of eth, ip and ip6: ip src=192.0.2.1"},
	{"--rand-source", "the field src of ip: ip src=random"},
	{"--rand-dest", "the field dst of ip: ip dst=random"},
	{"-d --data --data-length", "the layer payload: payload TEXT, payload zero=SIZE"},
	{"--flood --topspeed --fast --faster", "did you mean --rate max?"},
	{"--pps", "did you mean --rate?"},
	{"--mbps", "--rate counts packets per second"},
	{"--loop", "did you mean --count?"},
	{"--pcap --read --file", "did you mean --replay?"},
	{"--intf1 --iface", "did you mean --interface?"},
	{"--traceroute -T", "sweep the field ttl: raw-send -r ip dst=HOST ttl=1-20 icmp echo"},
	{"--scan", "sweep the field dport: raw-send -r ip dst=HOST tcp dport=1-1024 flags=syn"},
	{"-s --source", "the field src of eth, ip and ip6: ip src=192.0.2.1"},
	{0},
};

static const struct opt_example examples[] = {
	{"raw-send -r ip dst=192.0.2.1 icmp echo", "ping"},
	{"raw-send -r -I eth0 eth arp request target=192.0.2.7",
		"find the hardware address of a host"},
	{"raw-send -r ip dst=192.0.2.1 tcp dport=1-1024 flags=syn", "probe ports"},
	{"raw-send --dry-run ip dst=192.0.2.1 udp dport=53", "show a packet, send nothing"},
	{"raw-send -I eth0 --replay FILE.pcap --rate max", "send a capture again"},
	{"raw-send --layers", "list the layers and their fields"},
	{0},
};

const struct command raw_send_command = {
	.name = "raw-send",
	.summary = "build packets layer by layer and send them; replay captures",
	.usage = "[OPTION...] LAYER [FIELD=VALUE...] [LAYER ...]",
	.examples = examples,
	.sets = sets,
	.rules = rules,
	.hints = hints,
	.config_size = sizeof(struct raw_send_config),
	.defaults = &defaults,
	.run = raw_send_main,
};
