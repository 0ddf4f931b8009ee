/* SPDX-License-Identifier: ISC */
/* serve_options.c - the command line of tcp-serve: options, rules, hints, examples. */

#include "tcp/serve/serve_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "tcp/commands.h"
#include "tcp/proxy/proxy_header.h"
#include "tcp/services/handlers.h"

#define WAY(type, member)    OPT_FIELD(type, serve_way, member)
#define LISTEN(type, member) OPT_FIELD(type, serve_listen, member)
#define LIMIT(type, member)  OPT_FIELD(type, serve_limits, member)

enum {
	GROUP_WAY = PROXY_GROUP_WAY,
	BACKLOG_DEFAULT = 4096,
	BACKLOG_MAX = 1 << 20,
	MODE_MAX = 0777,
	WORKERS_MAX = 1024
};

/* An octal mode, as for chmod(1). */
static const char *parse_mode(const char *text, void *field)
{
	size_t digits = strspn(text, "01234567");
	unsigned long mode = strtoul(text, NULL, 8);

	if (digits == 0 || digits > 4 || text[digits] || mode > MODE_MAX)
		return "(an octal mode such as 660)";
	*(int *)field = (int)mode;
	return NULL;
}

static const struct opt way_opts[] = {
	{.kind = OPT_FLAG,
		.letter = 'k',
		.name = "keep-open",
		.help = "after one connection ends, take the next",
		.often = true,
		.offset = WAY(bool, keep_open)},
	{.kind = OPT_TEXT,
		.name = "sh",
		.arg = "COMMAND",
		.help = "run a shell command for each connection",
		.offset = WAY(const char *, shell),
		.group = GROUP_WAY,
		.value = OPT_SHELL},
	{.kind = OPT_FLAG,
		.name = "pty",
		.help = "give the command a terminal of its own",
		.offset = WAY(bool, pty)},
	{.kind = OPT_TEXT,
		.name = "forward",
		.arg = "ENDPOINT",
		.help = "relay each connection to ENDPOINT",
		.often = true,
		.offset = WAY(const char *, forward),
		.group = GROUP_WAY,
		.value = OPT_ENDPOINT},
	{.kind = OPT_CHOICE,
		.name = "send-proxy",
		.arg = "v1|v2",
		.help = "first send a PROXY protocol header that names the client",
		.offset = WAY(int, send_proxy),
		.choices = proxy_header_versions},
	{.kind = OPT_CHOICE,
		.name = "handler",
		.arg = "NAME",
		.help = "run a built-in service",
		.often = true,
		.offset = WAY(int, handler),
		.choices = handler_names,
		.group = GROUP_WAY},
	{.kind = OPT_TEXT,
		.name = "reply",
		.arg = "TEXT",
		.help = "send TEXT, then close",
		.often = true,
		.offset = WAY(const char *, reply),
		.group = GROUP_WAY},
	{.kind = OPT_TEXT,
		.name = "reply-file",
		.arg = "FILE",
		.help = "send FILE, then close",
		.offset = WAY(const char *, reply_file),
		.group = GROUP_WAY,
		.value = OPT_FILE},
	{.kind = OPT_FLAG,
		.name = "broker",
		.help = "send what one client sends to all the others, and standard input to all",
		.offset = WAY(bool, broker),
		.group = GROUP_WAY},
	{.kind = OPT_FLAG,
		.name = "chat",
		.help = "like --broker, line by line, each with the address of its sender",
		.offset = WAY(bool, chat),
		.group = GROUP_WAY},
	{.kind = OPT_FLAG,
		.name = "collect",
		.help = "merge the lines of all clients into one output",
		.often = true,
		.offset = WAY(bool, collect),
		.group = GROUP_WAY},
	{.kind = OPT_TEXT,
		.name = "collect-dir",
		.arg = "DIR",
		.help = "write what each connection sends to a new file in DIR",
		.offset = WAY(const char *, collect_dir),
		.group = GROUP_WAY,
		.value = OPT_FOLDER},
	{.kind = OPT_TIME,
		.letter = 'w',
		.name = "connect-timeout",
		.arg = "TIME",
		.help = "give up connecting after TIME (default {})",
		.offset = WAY(int64_t, connect_timeout_ns)},
	{0},
};

static const struct opt listen_opts[] = {
	{.kind = OPT_TEXTS,
		.name = "also",
		.arg = "ENDPOINT",
		.help = "listen on this endpoint, too (repeatable)",
		.offset = LISTEN(struct opt_texts, also),
		.value = OPT_LOCAL},
	{.kind = OPT_NUM,
		.name = "backlog",
		.arg = "N",
		.help = "length of the accept queue (default {})",
		.offset = LISTEN(uint64_t, backlog),
		.min = 1,
		.max = BACKLOG_MAX},
	{.kind = OPT_CHOICE,
		.name = "type",
		.arg = "stream|seqpacket",
		.help = "type of the Unix socket (default {})",
		.offset = LISTEN(int, type),
		.choices = tcp_type_names},
	{.kind = OPT_PARSE,
		.name = "unix-mode",
		.arg = "MODE",
		.help = "mode of the Unix socket file, in octal",
		.offset = LISTEN(int, unix_mode),
		.parse = parse_mode},
	{.kind = OPT_FLAG,
		.name = "proxy-protocol",
		.help = "expect a PROXY header that names the client",
		.offset = LISTEN(bool, proxy_protocol)},
	{.kind = OPT_TEXT,
		.name = "ready-file",
		.arg = "FILE",
		.help = "once listening, write the bound addresses to FILE",
		.offset = LISTEN(const char *, ready_file),
		.value = OPT_FILE},
	{.kind = OPT_NUM,
		.name = "workers",
		.arg = "N",
		.help = "accept and serve with N processes",
		.offset = LISTEN(uint64_t, workers),
		.min = 1,
		.max = WORKERS_MAX},
	{0},
};

static const struct opt limit_opts[] = {
	{.kind = OPT_NUM,
		.name = "accept",
		.arg = "N",
		.help = "exit after N connections have been served",
		.often = true,
		.offset = LIMIT(uint64_t, accept_max),
		.min = 1},
	{.kind = OPT_TIME,
		.name = "accept-timeout",
		.arg = "TIME",
		.help = "exit when there has been no connection for TIME (default: never)",
		.offset = LIMIT(int64_t, accept_timeout_ns)},
	{.kind = OPT_NUM,
		.name = "max-conns",
		.arg = "N",
		.help = "serve at most N at once; others wait (default: as many as descriptors "
			"allow; 128 for commands)",
		.often = true,
		.offset = LIMIT(uint64_t, conns_max),
		.min = 1},
	{.kind = OPT_NUM,
		.name = "max-per-host",
		.arg = "N",
		.help = "close connections beyond N from one address",
		.offset = LIMIT(uint64_t, per_host),
		.min = 1},
	{.kind = OPT_TIME,
		.name = "grace",
		.arg = "TIME",
		.help = "on SIGTERM or SIGINT, let open connections finish for TIME (default {})",
		.offset = LIMIT(int64_t, grace_ns)},
	{0},
};

static const struct opt_set sets[] = {
	{"How to serve", way_opts, offsetof(struct serve_config, way)},
	{"Text", common_text_opts, offsetof(struct serve_config, text)},
	{"Proxy server", proxy_opts, offsetof(struct serve_config, proxy)},
	{"Listening", listen_opts, offsetof(struct serve_config, listen)},
	{"Sockets", sock_opts, offsetof(struct serve_config, socket)},
	{"Access control", access_opts, offsetof(struct serve_config, access)},
	{"Privileges", privilege_opts, offsetof(struct serve_config, privilege)},
	{"Limits", limit_opts, offsetof(struct serve_config, serve)},
	{"Timeouts", common_limit_opts, offsetof(struct serve_config, limits)},
	{"Transforming and recording data", taps_opts, offsetof(struct serve_config, taps)},
	{"Progress", meter_opts, offsetof(struct serve_config, meter)},
	{"General", common_opts, offsetof(struct serve_config, common)},
	{0},
};

#define MANY "broker chat collect collect-dir"

static const struct opt_rule rules[] = {
	{"sh forward handler reply reply-file proxy-server " MANY, OPT_EXCLUDES, "--", NULL},
	{"pty", OPT_REQUIRES, "sh --", NULL},
	{"send-proxy", OPT_REQUIRES, "forward", NULL},
	{"connect-timeout", OPT_REQUIRES, "forward proxy-server", NULL},
	{"to-allow to-deny auth-file", OPT_REQUIRES, "proxy-server", NULL},
	{"escapes hex", OPT_REQUIRES, "reply", NULL},
	{"keep-open", OPT_EXCLUDES, MANY, "it already serves many connections"},
	{MANY " accept accept-timeout max-per-host progress", OPT_EXCLUDES, "workers",
		"it cannot be divided among processes"},
	{0},
};

static const struct serve_config defaults = {
	.way = {.handler = -1, .send_proxy = -1, .connect_timeout_ns = 10 * NUM_NS_PER_S},
	.listen = {.backlog = BACKLOG_DEFAULT, .unix_mode = -1},
	.proxy = {.kind = -1},
	.serve = {.grace_ns = 5 * NUM_NS_PER_S},
};

static const struct opt_hint hints[] = {
	{"-l --listen", "not needed: tcp-serve listens"},
	{"-p --port --source-port", "the port is the operand: sockit tcp-serve PORT"},
	{"-s --source --bind --host --source-addr --local",
		"the address is the operand: sockit tcp-serve HOST:PORT"},
	{"-u --udp", "for UDP: sockit udp-listen"},
	{"-U --unixsock", "a Unix socket is the endpoint unix:PATH"},
	{"--vsock", "a vsock socket is the endpoint vsock:CID:PORT"},
	{"-e --exec", "put the command after --"},
	{"-c --sh-exec", "--sh runs a shell command"},
	{"-m --max-connections", "did you mean --max-conns?"},
	{"-z --scan", "to scan: sockit tcp-connect -z"},
	{"-N --no-shutdown", "not needed: the end of input is passed on"},
	{"-q", "not needed: it ends when the peer does; -i is a time limit"},
	{"-d", "</dev/null gives it no input"},
	{"-D", "use -vv for details"},
	{"--proxy --socks --socks5",
		"to be a proxy: --proxy-server; to use one: sockit tcp-connect "
		"--proxy"},
	{"--proxy-type", "did you mean --proxy-server?"},
	{"--proxy-auth", "did you mean --auth-file?"},
	{"--target --to --upstream --relay -L", "did you mean --forward?"},
	{"--max-clients --max-children", "did you mean --max-conns?"},
	{"--reuseaddr --reuse-address", "not needed: the address is reused always"},
	{"--address -b -a", "the address is the operand: sockit tcp-serve HOST:PORT"},
	{"--log --logfile", "redirect standard error: 2>FILE; -v reports connections"},
	{"--pidfile --pid", "--ready-file says when it listens; $! is its process ID"},
	{"--root --directory --http --www",
		"it speaks no HTTP; --reply-file sends one file to everyone"},
	{"--once -1", "not needed: without -k it serves one connection; --accept N serves N"},
	{"--ssl --tls --cert --key --ssl-cert --ssl-key",
		"put stunnel, haproxy or ssh in front; --proxy-protocol takes the client's "
		"address from them"},
	{"--wait --send --expect --prompt", "an option of sockit tcp-connect"},
	{"-W --timeout", "use --idle-timeout or --max-time, for each connection"},
	{"--fork --daemon --background",
		"it serves many at once; to run it in the background add &, or use a service "
		"manager"},
	{"--echo", "did you mean --handler echo?"},
	{"--output --append-output", "redirect standard output, or use --save-received FILE"},
	{"--keepalive", "did you mean -o keepalive?"},
	{"--nodelay --no-delay", "did you mean -o nodelay?"},
	{"--quiet --silent", "not needed: it is silent unless -v is given"},
	{"--lines --line", "did you mean --collect?"},
	{0},
};

static const struct opt_example examples[] = {
	{"tcp-serve 8080 >received", "receive one connection into a file"},
	{"tcp-serve --forward db:5432 5432", "relay connections to another host"},
	{"tcp-serve '*:7000' -- ./answer", "run a command for each connection"},
	{"tcp-serve --handler echo 127.0.0.1:7", "send back what each client sends"},
	{"tcp-serve --chat 7000", "let clients talk to each other"},
	{"tcp-serve --collect 5140 >>lines", "merge the lines of many clients"},
	{"tcp-serve --proxy-server socks 127.0.0.1:1080", "be a SOCKS proxy"},
	{"tcp-serve --allow 192.0.2.0/24 --sh 'cat file' 7000", "serve one network"},
	{0},
};

const struct command tcp_serve_command = {
	.name = "tcp-serve",
	.summary = "listen for connections and serve each one",
	.usage = "[OPTION...] ENDPOINT [-- COMMAND [ARG...]]",
	.operand = "ENDPOINT, as PORT, HOST:PORT or unix:PATH (sockit help endpoints)",
	.examples = examples,
	.sets = sets,
	.rules = rules,
	.hints = hints,
	.config_size = sizeof(struct serve_config),
	.defaults = &defaults,
	.takes_command = true,
	.run = serve_main,
};
