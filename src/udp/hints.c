/* SPDX-License-Identifier: ISC */
/* hints.c - what to type in the place of options of nc, ncat and others. */
#include "udp/hints.h"

const struct opt_hint udp_send_hints[] = {
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
	{"--retry --wait", "--count and --interval repeat; --replies waits"},
	{0},
};

const struct opt_hint udp_listen_hints[] = {
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
	{"--daemon --background", "add & to the command line, or use a service manager"},
	{"--quiet --silent", "not needed: it is silent unless -v is given"},
	{0},
};
