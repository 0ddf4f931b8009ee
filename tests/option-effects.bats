#!/usr/bin/env bats
# shellcheck disable=SC2154 # variables set by run and lib.bash
# SPDX-License-Identifier: ISC
# option-effects.bats - an option that udp-send or udp-listen accepts has its effect, whatever the
# endpoint; if it could have none, it is refused.

load lib
load udp-lib

# Options of sockets with a value, and what strace(1) calls what they set.
sockets='
broadcast	SO_BROADCAST
device=lo	SO_BINDTODEVICE
dscp=ef	IP_TOS|IPV6_TCLASS
freebind	IP_FREEBIND|IPV6_FREEBIND
mark=0	SO_MARK
mtu-discover=do	IP_MTU_DISCOVER|IPV6_MTU_DISCOVER
multicast-interface=lo	IP_MULTICAST_IF|IPV6_MULTICAST_IF
multicast-loop=0	IP_MULTICAST_LOOP|IPV6_MULTICAST_LOOP
multicast-ttl=3	IP_MULTICAST_TTL|IPV6_MULTICAST_HOPS
priority=1	SO_PRIORITY
rcvbuf=64k	SO_RCVBUF
reuseaddr=1	SO_REUSEADDR
reuseport	SO_REUSEPORT
sndbuf=64k	SO_SNDBUF
transparent	IP_TRANSPARENT|IPV6_TRANSPARENT
ttl=7	IP_TTL|IPV6_UNICAST_HOPS
'

need_trace() {
	need strace
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # which does not work under strace
	strace -D -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	need_linux
}

# traced OPTION ARG... - sockit ARG... with -o OPTION; what it sets is in the file trace.
traced() {
	timeout $((20 * patience)) strace -D -f -qq -e trace=setsockopt -o trace \
		"$SOCKIT" "${@:2}" -o "$1" 3>&- </dev/null >output 2>&1
}

# has_effect OPTION CALLS ARG... - OPTION is set, or refused by name.
has_effect() {
	local code=0
	traced "$1" "${@:3}" || code=$?
	if grep -q "socket option ${1%%=*}" output; then
		[ "$code" -ne 0 ] && return
	elif grep -Eq "$2" trace; then
		return
	fi
	printf 'sockit %s -o %s: status %d, no effect\n' "${*:3}" "$1" "$code"
	cat output
	return 1
}

@test "each option of sockets is in the table of this test, or for streams" {
	"$SOCKIT" udp-send -o help | sed 's/^ *\([a-z-]*\).*/\1/' | while read -r name; do
		run sockit udp-send -o "$name" 127.0.0.1:9 x
		[[ $output == *'is for TCP only'* ]] || cut -f 1 <<<"$sockets" | grep -Eq "^$name(=|\$)" || {
			echo "$name: $output"
			exit 1
		}
	done
}

@test "udp-send -o: set, or refused by name, for hosts and Unix sockets" {
	need_trace
	endpoint=unix:$PWD/sock start_listen
	grep . <<<"$sockets" | while IFS=$'\t' read -r option calls; do
		has_effect "$option" "$calls" udp-send 127.0.0.1:9 x
		has_effect "$option" "$calls" udp-send "unix:$PWD/sock" x
	done
}

@test "udp-send -o: over IPv6" {
	need_trace
	need_ipv6
	grep . <<<"$sockets" | while IFS=$'\t' read -r option calls; do
		has_effect "$option" "$calls" udp-send '[::1]:9' x
	done
}

@test "udp-listen -o: set, or refused by name, for hosts and Unix sockets" {
	need_trace
	grep . <<<"$sockets" | while IFS=$'\t' read -r option calls; do
		has_effect "$option" "$calls" udp-listen -w 10ms 127.0.0.1:0
		has_effect "$option" "$calls" udp-listen -w 10ms "unix:$PWD/listen"
	done
}

# refused ARG... - a usage error.
refused() {
	run_sockit -2 "$@"
}

@test "what could have no effect on this endpoint is refused" {
	endpoint=unix:$PWD/sock start_listen
	for words in '--ttl 3' '--loop 1' '-I lo' --broadcast '-p 9'; do
		# shellcheck disable=SC2086 # several words
		refused udp-send $words "unix:$PWD/sock" x
	done
	for words in '--loop 0' '--ttl 0'; do
		# shellcheck disable=SC2086
		refused udp-send $words 127.0.0.1:9 x
	done
	for words in '--any-source' '--from' '-w 3'; do
		# shellcheck disable=SC2086
		refused udp-send $words 127.0.0.1:9 x
	done
	refused udp-send --split 3 127.0.0.1:9 x
	refused udp-send -o ttl=3 fd:0 x
	refused udp-send -r --any-source fd:0 x
	refused udp-send -s 127.0.0.1 fd:0 x
	refused udp-send --interval 1 --rate 3 127.0.0.1:9 x
	for words in '--session-timeout 60s' '--max-sessions 3' --keep-source '--parallel 32' \
		'--command-timeout 60s' -E --hex; do
		# shellcheck disable=SC2086
		refused udp-listen $words 127.0.0.1:0
	done
	refused udp-listen --group 239.1.1.1 "unix:$PWD/other"
	refused udp-listen --group ff15::1 -4 :0
	refused udp-listen -o ttl=3 fd:0
}

@test "udp-send: --ttl, --source, --source-port and --interface" {
	need_trace
	start_listen --format line --count 3
	traced priority=1 udp-send --ttl 9 "$address" x
	grep -q 'IP_TTL, \[9\]' trace
	traced priority=1 udp-send --interface lo -s 127.0.0.3 "$address" x
	grep -q 'SO_BINDTODEVICE, "lo' trace
	run_sockit -0 udp-send -p 0 -s 127.0.0.4 "$address" x
	wait_exit "$pid"
	grep -q '^127.0.0.3:' "$out"
	grep -q '^127.0.0.4:' "$out"
}

@test "udp-listen: every limit of --forward and of commands holds when it is its own default" {
	start_listen --echo
	run_sockit -5 udp-listen -w 10ms --session-timeout 60s --forward "$address" 127.0.0.1:0
	run_sockit -5 udp-listen -w 10ms --parallel 32 --command-timeout 60s 127.0.0.1:0 -- cat
}
