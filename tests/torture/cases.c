/* SPDX-License-Identifier: ISC */
/* cases.c - the command lines in which calls are made to fail: each mode of each command. */
#include "cases.h"

#define LOCAL "127.0.0.1:0"

const struct helper helpers[] = {
	{"echo", "tcp-serve " LOCAL " --handler echo"},
	{"discard", "tcp-serve " LOCAL " --handler discard"},
	{"reply", "tcp-serve " LOCAL " --reply PONG"},
	{"socks", "tcp-serve " LOCAL " --proxy-server socks --to-allow 127.0.0.1"},
	{"http", "tcp-serve " LOCAL " --proxy-server http --to-allow 127.0.0.1"},
	{"headed", "tcp-serve " LOCAL " --proxy-protocol --handler echo"},
	{"packets", "tcp-serve unix:@torture-packets --type seqpacket --handler echo"},
	{"line", "tcp-serve " LOCAL " --sh 'head -c 12'"},
	{"udpecho", "udp-listen " LOCAL " --echo"},
	{"dns", NULL},
	{"tls", NULL},
};
const size_t helper_count = sizeof(helpers) / sizeof(*helpers);

/* A client that is compared by its standard output. */
#define CONNECT(name, in, want, words)                                                             \
	{                                                                                          \
		name, "tcp-connect " words, NULL, NULL, in, TO_FILE, want, 0, 0                    \
	}
#define COMMAND(name, want, words)                                                                 \
	{                                                                                          \
		name, words, NULL, NULL, FROM_NOTHING, TO_FILE, want, 0, 0                         \
	}
#define SERVE(name, client, want, words)                                                           \
	{                                                                                          \
		name, "tcp-serve " words, LOCAL, client, FROM_NOTHING, TO_FILE, want, 0, 0         \
	}
#define LISTEN(name, words)                                                                        \
	{                                                                                          \
		name, "udp-listen " words, LOCAL, datagram, FROM_NOTHING, TO_FILE, "<small", 0, 0  \
	}
#define VARIED(name, words, flags)                                                                 \
	{                                                                                          \
		name, words, NULL, NULL, FROM_NOTHING, TO_FILE, NULL, 0, VARIES | (flags)          \
	}

#define PACKET "ip src=127.0.0.1 dst=127.0.0.1 id=1 udp sport=1 dport=9 payload hello"

const struct torture_case cases[] = {
	CONNECT("connect", FROM_SMALL, "<small", "@echo"),
	CONNECT("big", FROM_BIG, "<big", "@echo"),
	{"piped", "tcp-connect @echo", NULL, NULL, FROM_PIPE, TO_PIPE, "<small", 0, 0},
	{"big-to-pipe", "tcp-connect @echo", NULL, NULL, FROM_BIG, TO_PIPE, "<big", 0, 0},
	CONNECT("send-only", FROM_BIG, "", "--send-only @discard"),
	CONNECT("recv-only", FROM_NOTHING, "PONG", "--recv-only @reply"),
	CONNECT("expect", FROM_NOTHING, "PONG", "--send PING --expect PONG @reply"),
	/* glibc's regexec reports no match if there is no memory, so it is tried again. */
	VARIED("wait-expect", "tcp-connect --wait 1s --send PING --expect PONG @reply", 0),
	CONNECT("prompt", FROM_SMALL, "<small", "--prompt '> ' @echo"),
	CONNECT("crlf", FROM_SMALL, "hello\r\nworld\r\n", "-C -t --interval 1ms @echo"),
	CONNECT("taps", FROM_SMALL, "<small", "-x=dump --save-sent sent --rate 1M @echo"),
	{"save", "tcp-connect --save-received side @echo", NULL, NULL, FROM_BIG, TO_FILE, "<big", 0,
		SIDE},
	CONNECT("verbose", FROM_SMALL, "<small",
		"-vv --json --stats=json -o nodelay -s 127.0.0.1 @echo"),
	CONNECT("socks5", FROM_SMALL, "<small", "--proxy socks5://@socks @echo"),
	CONNECT("socks4", FROM_SMALL, "<small", "--proxy socks4a://@socks @echo"),
	CONNECT("http", FROM_SMALL, "<small", "--proxy http://@http @echo"),
	CONNECT("via", FROM_SMALL, "<small", "--via '@sockit tcp-connect %h %p' @echo"),
	CONNECT("header", FROM_SMALL, "<small", "--send-proxy v2 @headed"),
	CONNECT("packets", FROM_SMALL, "<small", "--type seqpacket @packets"),
	{"sh", "tcp-connect --sh 'cat >side' @reply", NULL, NULL, FROM_NOTHING, TO_FILE, "PONG", 0,
		SIDE},
	{"sh-taps", "tcp-connect --save-sent side --sh 'cat big' @discard", NULL, NULL,
		FROM_NOTHING, TO_FILE, "<big", 0, SIDE | OF_COMMAND},
	{"pty", "tcp-connect --pty --sh 'head -c 4 >side' @reply", NULL, NULL, FROM_NOTHING,
		TO_FILE, "PONG", 0, SIDE | OF_COMMAND},
	{"raw", "tcp-connect --raw @reply", NULL, NULL, FROM_TERMINAL, TO_FILE, "PONG", 0, 0},
	{"raw-keys", "tcp-connect --raw @line", NULL, NULL, FROM_KEYS, TO_FILE, "<small", 0, 0},
	{"pass-fd", "tcp-connect --pass-fd @echo", NULL, NULL, FROM_NOTHING, TO_SOCKET, "<small", 0,
		0},
	{"tls",
		"tcp-connect --tls --tls-no-verify -E --send 'GET /small HTTP/1.0\\r\\n\\r\\n' "
		"@tls",
		NULL, NULL, FROM_NOTHING, TO_FILE, NULL, 0, TLS},
	VARIED("scan", "tcp-connect -z -n --all 127.0.0.1:1,@echo#", 0),
	CONNECT("scan-proxy", FROM_NOTHING, NULL, "-z -n --proxy socks5://@socks @echo"),
	VARIED("scan-names", "tcp-connect -z --wait 2s localhost:@echo# localhost:@reply#", 0),
	CONNECT("scan-command", FROM_NOTHING, "hi", "-z @echo -- printf hi"),

	SERVE("serve-echo", talk_big, "<big", "--handler echo"),
	SERVE("serve-reply", listen_only, "hi", "--reply hi"),
	SERVE("serve-file", listen_only, "<big", "--reply-file big"),
	SERVE("serve-reverse", talk_small, "olleh\ndlrow\n", "--handler reverse"),
	{"serve-roster", "tcp-serve --handler roster", LOCAL, ask_name, FROM_NOTHING, TO_FILE, NULL,
		0, MERGED},
	SERVE("serve-sh", talk_small, "<small", "--sh cat"),
	SERVE("serve-pty", listen_only, "hi", "--pty --sh 'printf hi'"),
	SERVE("serve-taps", talk_small, "<small", "--sh cat -x=dump --rate 1M"),
	SERVE("serve-taps-file", listen_only, "<big", "--reply-file big -x=dump"),
	SERVE("forward", talk_big, "<big", "--forward @echo"),
	SERVE("forward-header", talk_small, "<small", "--forward @headed --send-proxy v1"),
	/* The v2 header has 28 bytes; what follows it is the client's. */
	{"forward-named", "tcp-serve --forward @echo --send-proxy v2", LOCAL, talk_big,
		FROM_NOTHING, TO_FILE, "<big", 28, 0},
	SERVE("serve-socks", through_socks, "<small", "--proxy-server socks --to-allow 127.0.0.1"),
	SERVE("serve-http", through_http, "<small", "--proxy-server http --to-allow 127.0.0.1"),
	SERVE("broker", two, "<small", "--broker"),
	{"broker-behind", "tcp-serve --broker -o sndbuf=64k", LOCAL, lag_behind, FROM_NOTHING,
		TO_FILE, NULL, 0, LEAVES},
	SERVE("serve-header", with_header, "<small", "--proxy-protocol --handler echo"),
	{"workers", "tcp-serve --workers 2 --handler echo", LOCAL, talk_small, FROM_NOTHING,
		TO_FILE, "<small", 0, MAY_END},
	SERVE("limits", talk_small, "<small",
		"-vv --max-conns 1 --max-per-host 3 --allow 127.0.0.0/8 --deny-file nets -i 9s "
		"--stats "
		"--also 127.0.0.1:0 --handler echo"),
	/* Its socket is announced before it is confined, which may fail. */
	{"confined", "tcp-serve --chroot . --handler echo", LOCAL, talk_small, FROM_NOTHING,
		TO_FILE, "<small", 0, MAY_END},
	{"serve-unix", "tcp-serve --handler echo", "unix:socket", talk_small, FROM_NOTHING, TO_FILE,
		"<small", 0, 0},
	{"serve-stdio", "tcp-serve", LOCAL, talk_big, FROM_NOTHING, TO_FILE, "<big", 0,
		ONCE | STDOUT},
	{"keep-open", "tcp-serve -k", LOCAL, talk_small, FROM_NOTHING, TO_FILE, NULL, 0,
		STDOUT | MERGED},
	{"collect", "tcp-serve --collect", LOCAL, talk_small, FROM_NOTHING, TO_FILE, NULL, 0,
		STDOUT | MERGED},
	{"collect-stay", "tcp-serve --collect", LOCAL, stay, FROM_NOTHING, TO_FILE, NULL, 0,
		STDOUT | MERGED},
	{"collect-dir", "tcp-serve --collect-dir .", LOCAL, talk_small, FROM_NOTHING, TO_FILE, "",
		0, STDOUT},

	COMMAND("udp-send", "", "udp-send @udpecho hello"),
	COMMAND("udp-replies", "hello", "udp-send --replies @udpecho hello"),
	{"udp-lines", "udp-send --replies=2 --lines @udpecho", NULL, NULL, FROM_SMALL, TO_FILE,
		"helloworld", 0, 0},
	{"udp-split", "udp-send --split 1000 --rate 10k @udpecho", NULL, NULL, FROM_BIG, TO_FILE,
		"", 0, 0},
	{"udp-listen", "udp-listen --count 1", LOCAL, datagram, FROM_NOTHING, TO_FILE, "<small", 0,
		ONCE | STDOUT},
	LISTEN("udp-echo", "--echo"),
	LISTEN("udp-sh", "--sh cat"),
	LISTEN("udp-forward", "--session-timeout 300ms --forward @udpecho"),
	/* Its socket is not watched while answers do not fit, and watching it again may then
	 * fail. */
	{"udp-forward-late", "udp-listen --session-timeout 300ms --forward @udpecho", "unix:socket",
		read_late, FROM_NOTHING, TO_FILE, NULL, 0, MAY_END},
	LISTEN("udp-forward-all", "--forward @udpecho --forward 127.0.0.1:9 --max-sessions 1"),
	{"udp-keep-source", "udp-listen --keep-source --forward @udpecho", LOCAL, datagram,
		FROM_NOTHING, TO_FILE, NULL, 0, PRIVILEGED},
	{"udp-group", "udp-listen --group 239.1.2.3@lo --echo", "0.0.0.0:0", datagram, FROM_NOTHING,
		TO_FILE, "<small", 0, PRIVILEGED},

	COMMAND("dry-run", NULL, "raw-send --dry-run " PACKET),
	COMMAND("sweep", NULL,
		"raw-send --dry-run --fragment 28 ip src=127.0.0.1 dst=127.0.0.1 ttl=1-3 udp "
		"sport=1 dport=9 "
		"payload zero=100"),
	{"pcap", "raw-send --write side " PACKET, NULL, NULL, FROM_NOTHING, TO_FILE, NULL, 40,
		SIDE},
	{"raw-ip", "raw-send --count 3 " PACKET, NULL, NULL, FROM_NOTHING, TO_FILE, "", 0,
		PRIVILEGED},
	{"raw-eth", "raw-send -I lo eth dst=00:00:00:00:00:00 " PACKET, NULL, NULL, FROM_NOTHING,
		TO_FILE, "", 0, PRIVILEGED},
	{"replay", "raw-send -I lo --replay capture", NULL, NULL, FROM_NOTHING, TO_FILE, "", 0,
		PRIVILEGED},
	VARIED("ping", "raw-send -r ip dst=127.0.0.1 icmp echo", PRIVILEGED),

	COMMAND("resolve", "127.0.0.1:80\n", "resolve -n 127.0.0.1 80"),
	COMMAND("resolve-all", NULL, "resolve --all localhost http"),
	{"batch", "resolve -n --batch=names", NULL, NULL, FROM_NOTHING, TO_FILE,
		"127.0.0.1\t127.0.0.1\n::1\t::1\n", 0, 0},
	COMMAND("dns", NULL, "resolve --server @dns --type A,MX a-3.test"),
	COMMAND("dns-tcp", NULL, "resolve --server @dns --tcp --type A --json a-3.test"),
	COMMAND("axfr", NULL, "resolve --server @dns --type AXFR zone-250.test"),
	COMMAND("services", NULL, "services https"),
	COMMAND("services-builtin", NULL, "services --builtin --json"),
	COMMAND("help", NULL, "tcp-serve --help"),
	VARIED("version", "--version -v", 0),
};
const size_t case_count = sizeof(cases) / sizeof(*cases);
