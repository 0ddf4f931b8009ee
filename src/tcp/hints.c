/* SPDX-License-Identifier: ISC */
/* hints.c - what to type in the place of options of nc, ncat and others. */
#include "tcp/hints.h"

const struct opt_hint connect_hints[] = {
	{"-l --listen --ready-file --handler --forward", "to listen: sockit tcp-serve"},
	{"-k --keep-open", "to listen: sockit tcp-serve -k"},
	{"-u --udp", "for UDP: sockit udp-send"},
	{"-U --unixsock", "a Unix socket is the endpoint unix:PATH"},
	{"-e --exec", "a command goes behind --"},
	{"-c --sh-exec", "--sh runs a command"},
	{"-N", "not needed: the end of input is passed on"},
	{"-q", "not needed: it ends when the peer does; -i and --linger are time limits"},
	{"-d", "--recv-only reads no input"},
	{"-X -P --proxy-type --proxy-auth", "--proxy has it all: socks5://USER@HOST:PORT"},
	{"-T --tos", "did you mean -o dscp=NAME?"},
	{"-M", "did you mean -o ttl=N?"},
	{"-I", "did you mean -o rcvbuf=SIZE?"},
	{"-O", "did you mean -o sndbuf=SIZE?"},
	{"--ssl --tls", "TLS is spoken through --via 'openssl s_client -quiet -connect %h:%p'"},
	{"--timeout", "there are --connect-timeout, --idle-timeout and --max-time"},
	{0},
};

const struct opt_hint serve_hints[] = {
	{"-l --listen", "not needed: tcp-serve listens"},
	{"-p --port --source-port", "the port is the operand: sockit tcp-serve PORT"},
	{"-s --source", "the address is the operand: sockit tcp-serve HOST:PORT"},
	{"-u --udp", "for UDP: sockit udp-listen"},
	{"-U --unixsock", "a Unix socket is the endpoint unix:PATH"},
	{"-e --exec", "a command goes behind --"},
	{"-c --sh-exec", "--sh runs a command"},
	{"-m", "did you mean --max-conns?"},
	{"-z --scan", "to scan: sockit tcp-connect -z"},
	{"-N", "not needed: the end of input is passed on"},
	{"-q", "not needed: it ends when the peer does; -i is a time limit"},
	{"-d", "</dev/null gives it no input"},
	{"--proxy", "to be one: --proxy-server; through one: sockit tcp-connect --proxy"},
	{"--proxy-type", "did you mean --proxy-server?"},
	{"--ssl --tls", "there is no TLS: put stunnel, haproxy or ssh in front"},
	{"--wait --send --expect --prompt", "of sockit tcp-connect"},
	{"--timeout", "there are --idle-timeout and --max-time, for each connection"},
	{0},
};
