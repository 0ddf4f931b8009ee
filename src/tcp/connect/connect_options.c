/* SPDX-License-Identifier: ISC */
/* connect_options.c - the command line of tcp-connect: options, rules, hints, examples. */

#include "tcp/connect/connect_options.h"

#include <string.h>

#include "base/num.h"
#include "core/stream/relay.h"
#include "tcp/commands.h"
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

static const struct opt_set sets[] = {
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

static const struct opt_rule rules[] = {
	{"all closed parallel", OPT_REQUIRES, "scan", NULL},
	{"escapes hex", OPT_REQUIRES, "send prompt", NULL},
	/* A scan moves no data, and a command has the connection to itself. */
	{MOVES_BYTES " stats " TAPS " via send-proxy", OPT_EXCLUDES, "scan", NULL},
	{MOVES_BYTES " progress stats", OPT_EXCLUDES, "sh --", NULL},
	{"sh", OPT_EXCLUDES, "--", NULL},
	{"pty", OPT_EXCLUDES, "scan", NULL},
	{"pty", OPT_REQUIRES, "sh --", NULL},
	{"no-half-close linger", OPT_EXCLUDES, "send-only", NULL},
	{"linger", OPT_EXCLUDES, "recv-only", NULL},
	/* Options that decide themselves when to end need both directions. */
	{"expect", OPT_EXCLUDES, "prompt", NULL},
	{"expect prompt", OPT_EXCLUDES, "send-only linger", NULL},
	{"prompt", OPT_EXCLUDES, "recv-only", NULL},
	{"tls-ca tls-name tls-no-verify", OPT_REQUIRES, "tls", NULL},
	{"tls-no-verify", OPT_EXCLUDES, "tls-ca", NULL},
	{"tls", OPT_EXCLUDES, "scan via", NULL},
	{MOVES_BYTES " progress stats " TAPS " sh -- scan tls via json", OPT_EXCLUDES, "pass-fd",
		NULL},
	{"raw", OPT_EXCLUDES, "recv-only scan sh -- prompt expect pass-fd", NULL},
	/* The --via command makes its own connection: options for ours do not apply to it. */
	{"source source-port option connect-timeout wait ipv4 ipv6", OPT_EXCLUDES, "via", NULL},
	{0},
};

static const struct connect_config defaults = {
	.connect = {.timeout_ns = 10 * NUM_NS_PER_S, .linger_ns = CONNECT_LINGER_UNSET},
	.scan = {.parallel = CONNECT_PARALLEL},
	.path = {.send_proxy = -1},
};

static const struct opt_hint hints[] = {
	{"-l --listen --ready-file --handler --forward --fork --echo --reply --allow --broker "
	 "--chat",
		"to listen: sockit tcp-serve"},
	{"--keep-open", "to listen: sockit tcp-serve -k"},
	{"-u --udp", "for UDP: sockit udp-send"},
	{"-U --unixsock", "a Unix socket is the endpoint unix:PATH"},
	{"--vsock", "a vsock socket is the endpoint vsock:CID:PORT"},
	{"-e --exec", "put the command after --"},
	{"-c --sh-exec", "--sh runs a shell command"},
	{"-N --no-shutdown",
		"not needed: the end of input is passed on; --no-half-close keeps it back"},
	{"-q", "not needed: it ends when the peer does; -i and --linger are time limits"},
	{"-d", "--recv-only does not read standard input; --interval pauses between lines"},
	{"-W --timeout", "use --connect-timeout, --idle-timeout or --max-time"},
	{"-b", "use -o broadcast with sockit udp-send"},
	{"-r", "to scan in any order: -z HOST PORTS"},
	{"-D", "use -vv for details"},
	{"-m --max-connections", "to serve N at once: sockit tcp-serve --max-conns N"},
	{"-F", "--pass-fd passes the connected socket"},
	{"-X -P -S --proxy-type --proxy-auth --proxy-dns --socks --socks4 --socks5",
		"use --proxy socks5://USER@HOST:PORT, or socks4://, socks4a://, http://"},
	{"-T --tos", "did you mean -o dscp=NAME?"},
	{"-M --ttl", "did you mean -o ttl=N?"},
	{"-I --rcvbuf", "did you mean -o rcvbuf=SIZE?"},
	{"-O --sndbuf", "did you mean -o sndbuf=SIZE?"},
	{"-K --keepalive", "did you mean -o keepalive?"},
	{"--nodelay --no-delay", "did you mean -o nodelay?"},
	{"--ssl --ssl-verify --openssl", "did you mean --tls?"},
	{"--output", "redirect standard output, or use --save-received FILE"},
	{"--append-output", "redirect standard output: >>FILE"},
	{"--delay", "did you mean --interval?"},
	{"--retry --retries", "did you mean --wait TIME?"},
	{"--bind --source-addr --local", "did you mean --source?"},
	{"--host --port", "host and port are operands: sockit tcp-connect HOST PORT"},
	{"--line --lines", "not needed: bytes are sent as they come"},
	{"--daemon --background", "add & to the command line, or use a service manager"},
	{"--quiet --silent", "not needed: it is silent unless -v is given"},
	{"--send-file --file --input -f", "redirect standard input: <FILE"},
	{"--data --message --text --payload", "did you mean --send TEXT?"},
	{"--insecure --no-check-certificate", "did you mean --tls-no-verify?"},
	{"--cacert --ssl-trustfile --CAfile", "did you mean --tls-ca?"},
	{"--servername --sni --ssl-servername", "did you mean --tls-name?"},
	{"--starttls",
		"for STARTTLS: --via 'openssl s_client -quiet -starttls PROTOCOL "
		"-connect %h:%p'"},
	{"--cert --key --ssl-cert --ssl-key",
		"for a client certificate: --via 'openssl s_client "
		"-quiet -cert FILE -connect %h:%p'"},
	{"--open", "not needed: -z lists the open ports, --all the others too"},
	{"--top-ports -A --script", "-z HOST PORTS tries each port, and no more"},
	{"-L", "to relay a local port: sockit tcp-serve --forward HOST:PORT PORT"},
	{"--mx --type-mx", "for DNS records: sockit resolve --type MX NAME"},
	{"--bcast", "for broadcast: sockit udp-send"},
	{0},
};

static const struct opt_example examples[] = {
	{"tcp-connect example.org 25", "type to the server, read its answers"},
	{"tcp-connect --send-only db 9000 <dump", "send a file, to the last byte"},
	{"tcp-connect -z db:5432 cache:6379", "check which ports are open"},
	{"tcp-connect -z --wait 60s db:5432 -- ./start", "wait for a service, then start"},
	{"tcp-connect -E --send 'PING\\r\\n' --expect PONG cache 6379", "health check"},
	{"tcp-connect --proxy socks5://gw:1080 db 5432", "connect through a proxy"},
	{"tcp-connect unix:/run/app.sock", "connect to a Unix socket"},
	{0},
};

const struct command tcp_connect_command = {
	.name = "tcp-connect",
	.summary = "connect to a server; send standard input, print the answer",
	.usage = "[OPTION...] ENDPOINT [-- COMMAND [ARG...]]",
	.operand = "ENDPOINT, as HOST PORT, HOST:PORT or unix:PATH (sockit help endpoints)",
	.examples = examples,
	.sets = sets,
	.rules = rules,
	.hints = hints,
	.config_size = sizeof(struct connect_config),
	.defaults = &defaults,
	.takes_command = true,
	.run = connect_main,
};
