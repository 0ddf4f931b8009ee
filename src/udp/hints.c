/* SPDX-License-Identifier: ISC */
/* hints.c - what to type in the place of options of nc, ncat and others. */
#include "udp/hints.h"

const struct opt_hint send_hints[] = {
	{"-u --udp", "not needed: udp-send is for UDP"},
	{"-k --keep-open --listen", "to listen: sockit udp-listen"},
	{"-U --unixsock", "a Unix socket is the endpoint unix:PATH"},
	{"-b", "did you mean --broadcast?"},
	{"-q -i --idle-timeout", "--replies waits, -w says how long"},
	{"-c", "did you mean --count?"},
	{"-e --exec --sh", "to answer datagrams with a command: sockit udp-listen"},
	{"-z --scan", "--replies asks, and says what came"},
	{"-T --tos", "did you mean -o dscp=NAME?"},
	{0},
};

const struct opt_hint listen_hints[] = {
	{"-l --listen", "not needed: udp-listen listens"},
	{"-u --udp", "not needed: udp-listen is for UDP"},
	{"-k --keep-open", "not needed: it goes on, and --count ends it"},
	{"-p --port --source-port", "the port is the operand: sockit udp-listen PORT"},
	{"-s --source", "the address is the operand: sockit udp-listen HOST:PORT"},
	{"-U --unixsock", "a Unix socket is the endpoint unix:PATH"},
	{"-e --exec", "a command goes behind --"},
	{"-c --sh-exec", "--sh runs a command"},
	{"-W --accept", "did you mean --count?"},
	{"-r --replies", "to ask and wait: sockit udp-send --replies"},
	{"-x --hexdump", "did you mean --format hex?"},
	{"--handler", "there are --echo, --reply and commands"},
	{"-N -q", "UDP has no end: -i and -w are time limits"},
	{"--max-time", "-i ends it after silence, --count after datagrams"},
	{0},
};
