/* SPDX-License-Identifier: ISC */
/* connect_options.c - the options of tcp-connect. */

#include "tcp/connect/connect_options.h"

#include <string.h>

#include "base/num.h"
#include "core/stream/relay.h"
#include "tcp/unix_types.h"

static const char *const linger_words[] = {"inf", NULL};

/* TIME, or inf. */
static const char *parse_linger(const char *text, void *field)
{
	int64_t *ns = field;

	if (strcmp(text, linger_words[0]) != 0)
		return num_parse_time(text, ns);
	*ns = RELAY_FOREVER;
	return NULL;
}

#define FIELD(type, member)	 OPT_FIELD(type, connect_options, member)
#define SCAN_FIELD(type, member) OPT_FIELD(type, connect_scan, member)

enum { GROUP_DIRECTION = 1, PARALLEL_MAX = 65536 };

static const struct opt local_opts[] = {
	{.kind = OPT_TEXT,
		.letter = 's',
		.name = "source",
		.arg = "HOST[:PORT]",
		.help = "connect from this address",
		.often = true,
		.offset = FIELD(const char *, source),
		.value = OPT_HOST},
	{.kind = OPT_TEXT,
		.letter = 'p',
		.name = "source-port",
		.arg = "PORT",
		.help = "connect from this port",
		.offset = FIELD(const char *, source_port),
		.value = OPT_PORT},
	{.kind = OPT_TIME,
		.letter = 'w',
		.name = "connect-timeout",
		.arg = "TIME",
		.help = "give up connecting after TIME (default {})",
		.often = true,
		.offset = FIELD(int64_t, timeout_ns)},
	{.kind = OPT_TIME,
		.name = "wait",
		.arg = "TIME",
		.help = "retry until connected, for up to TIME",
		.often = true,
		.offset = FIELD(int64_t, wait_ns)},
	{.kind = OPT_CHOICE,
		.name = "type",
		.arg = "stream|seqpacket",
		.help = "type of the Unix socket (default {})",
		.offset = FIELD(int, type),
		.choices = tcp_type_names},
	{0},
};

static const struct opt end_opts[] = {
	{.kind = OPT_PARSE,
		.name = "linger",
		.arg = "TIME|inf",
		.help = "after the peer closes, exit once standard input has been silent for TIME; "
			"inf = never (default 1s; 0 on a terminal)",
		.offset = FIELD(int64_t, linger_ns),
		.parse = parse_linger,
		.choices = linger_words},
	{.kind = OPT_FLAG,
		.letter = 'k',
		.name = "no-half-close",
		.help = "do not signal the end of standard input to the peer; exit when the peer "
			"closes",
		.offset = FIELD(bool, no_half_close)},
	{.kind = OPT_FLAG,
		.name = "send-only",
		.help = "send only; exit when the peer has it all",
		.often = true,
		.offset = FIELD(bool, send_only),
		.group = GROUP_DIRECTION},
	{.kind = OPT_FLAG,
		.name = "recv-only",
		.help = "receive only; never read standard input",
		.offset = FIELD(bool, recv_only),
		.group = GROUP_DIRECTION},
	{0},
};

static const struct opt data_opts[] = {
	{.kind = OPT_TEXTS,
		.name = "send",
		.arg = "TEXT",
		.help = "send TEXT before standard input (repeatable)",
		.often = true,
		.offset = FIELD(struct opt_texts, send)},
	{0},
};

static const struct opt command_opts[] = {
	{.kind = OPT_TEXT,
		.name = "sh",
		.arg = "COMMAND",
		.help = "run a shell command with the connection as its standard input and output",
		.offset = FIELD(const char *, shell),
		.value = OPT_SHELL},
	{.kind = OPT_FLAG,
		.name = "pty",
		.help = "give the command a terminal of its own",
		.offset = FIELD(bool, pty)},
	{.kind = OPT_FLAG,
		.name = "pass-fd",
		.help = "pass the connected socket over standard output and exit (ssh's "
			"ProxyUseFdpass)",
		.offset = FIELD(bool, pass_fd)},
	{.kind = OPT_FLAG,
		.name = "raw",
		.help = "put the terminal into raw mode; Ctrl-] leaves",
		.offset = FIELD(bool, raw)},
	{0},
};

static const struct opt scan_opts[] = {
	{.kind = OPT_FLAG,
		.letter = 'z',
		.name = "scan",
		.help = "check which ports are open; send nothing",
		.often = true,
		.offset = SCAN_FIELD(bool, on)},
	{.kind = OPT_FLAG,
		.name = "all",
		.help = "report closed and filtered ports, too",
		.offset = SCAN_FIELD(bool, all)},
	{.kind = OPT_FLAG,
		.name = "closed",
		.help = "succeed when nothing listens",
		.offset = SCAN_FIELD(bool, closed)},
	{.kind = OPT_NUM,
		.name = "parallel",
		.arg = "N",
		.help = "number of connection attempts at a time (default {})",
		.offset = SCAN_FIELD(uint64_t, parallel),
		.min = 1,
		.max = PARALLEL_MAX},
	{0},
};

const struct opt_set connect_sets[] = {
	{"Connecting", local_opts, offsetof(struct connect_config, connect)},
	{"Proxies", connect_path_opts, offsetof(struct connect_config, path)},
	{"TLS", connect_tls_opts, offsetof(struct connect_config, path)},
	{"Sockets", sock_opts, offsetof(struct connect_config, socket)},
	{"When to stop", end_opts, offsetof(struct connect_config, connect)},
	{"Timeouts", common_limit_opts, offsetof(struct connect_config, limits)},
	{"Data to send", data_opts, offsetof(struct connect_config, connect)},
	{"Commands and terminals", command_opts, offsetof(struct connect_config, connect)},
	{"Request and reply", connect_dialogue_opts, offsetof(struct connect_config, dialogue)},
	{"Text", common_text_opts, offsetof(struct connect_config, text)},
	{"Transforming and recording data", taps_opts, offsetof(struct connect_config, taps)},
	{"Transforming and recording data", taps_interval_opts,
		offsetof(struct connect_config, taps)},
	{"Scanning ports", scan_opts, offsetof(struct connect_config, scan)},
	{"Progress", meter_opts, offsetof(struct connect_config, meter)},
	{"General", common_opts, offsetof(struct connect_config, common)},
	{0},
};

#define MOVES_BYTES                                                                                \
	"linger no-half-close send-only recv-only send idle-timeout max-time "                     \
	"expect prompt"
#define TAPS "crlf telnet rate hexdump save-sent save-received interval"

const struct opt_rule connect_rules[] = {
	{"all closed parallel", OPT_REQUIRES, "scan", NULL},
	{"escapes hex", OPT_REQUIRES, "send prompt", NULL},
	/* A scan sends nothing and moves nothing, and a command has the connection to itself. */
	{MOVES_BYTES " stats " TAPS " via send-proxy", OPT_EXCLUDES, "scan", NULL},
	{MOVES_BYTES " progress stats", OPT_EXCLUDES, "sh --", NULL},
	{"sh", OPT_EXCLUDES, "--", NULL},
	{"pty", OPT_EXCLUDES, "scan", NULL},
	{"pty", OPT_REQUIRES, "sh --", NULL},
	{"no-half-close linger", OPT_EXCLUDES, "send-only", NULL},
	/* What decides by itself when it ends needs both directions. */
	{"expect", OPT_EXCLUDES, "prompt", NULL},
	{"expect prompt", OPT_EXCLUDES, "send-only linger", NULL},
	{"prompt", OPT_EXCLUDES, "recv-only", NULL},
	{"tls-ca tls-name tls-no-verify", OPT_REQUIRES, "tls", NULL},
	{"tls-no-verify", OPT_EXCLUDES, "tls-ca", NULL},
	{"tls", OPT_EXCLUDES, "scan via", NULL},
	{MOVES_BYTES " progress stats " TAPS " sh -- scan tls via json", OPT_EXCLUDES, "pass-fd",
		NULL},
	{"raw", OPT_EXCLUDES, "recv-only scan sh -- prompt expect pass-fd", NULL},
	/* A command makes its own connection: the options of ours do not apply to it. */
	{"source source-port option connect-timeout wait ipv4 ipv6", OPT_EXCLUDES, "via", NULL},
	{0},
};

const struct connect_config connect_defaults = {
	.connect = {.timeout_ns = 10 * NUM_NS_PER_S, .linger_ns = CONNECT_LINGER_UNSET},
	.scan = {.parallel = CONNECT_PARALLEL},
	.path = {.send_proxy = -1},
};
