#!/usr/bin/env bats
# shellcheck disable=SC2154 # variables set by run and lib.bash
# SPDX-License-Identifier: ISC
# udp-forward.bats - udp-listen --forward: sessions, several targets, what goes stale, and limits.

load lib
load udp-lib

@test "forward: a session for each sender, replies carried back" {
	start_listen --sh 'printf "%s " "$UDPREMOTEPORT"; cat'
	target=$address
	start_listen -v --forward "$target"
	run_sockit -0 udp-send -r --replies=2 -w 5 "$address" a b
	[ "${output%% a*}" = "$(echo "$output" | sed 's/^[0-9]* [ab]\([0-9]*\) [ab]$/\1/')" ] ||
		[ "${output%% b*}" = "$(echo "$output" | sed 's/^[0-9]* [ab]\([0-9]*\) [ab]$/\1/')" ]
	first=${output%% *}
	run_sockit -0 udp-send -r -w 5 "$address" c
	[ "${output%% *}" != "$first" ]
	[ "$(grep -c 'session of' "$err")" -eq 2 ]
	[ ! -s "$out" ]
}

@test "forward: silent sessions are forgotten, and a target that is gone ends nothing" {
	start_listen --echo
	target=$address echo_pid=$pid
	start_listen -v --session-timeout 300ms --forward "$target"
	run_sockit -0 udp-send -r -w 5 "$address" a
	wait_for grep -q 'closed: received 1 bytes, sent 1 bytes' "$err"
	stop "$echo_pid"
	run_sockit -5 udp-send -r -w 300ms "$address" b
	run_sockit -5 udp-send -r -w 300ms "$address" c
	gone "$pid" && false
	true
}

@test "forward: a thousand sessions, and their end" {
	start_listen --echo
	target=$address
	start_listen --session-timeout 1s --forward "$target"
	before=$(descriptors "$pid" 2>/dev/null || echo 0)
	run -0 "$PEERS/crowd" "udp:$port" sessions 1000
	[ -d "/proc/$pid/fd" ] || return 0
	few() { [ "$(descriptors "$pid")" -le "$before" ]; }
	wait_for -t 20 few
}

@test "forward between UDP and Unix datagrams" {
	endpoint=unix:$PWD/sock start_listen --echo
	start_listen --forward "unix:$PWD/sock"
	run_sockit -0 udp-send -r -w 5 "$address" a
	[ "$output" = a ]
}

@test "forward: the session that is idle longest makes room for a new sender" {
	start_listen --echo
	target=$address
	start_listen -v --max-sessions 2 --forward "$target"
	run_sockit -0 udp-send -r -w 5 "$address" a
	run_sockit -0 udp-send -r -w 5 "$address" b
	run_sockit -0 udp-send -r -w 5 "$address" c
	[ "$output" = c ]
	[ "$(grep -c 'session of' "$err")" -eq 3 ]
	first=$(sed -n 's/.*session of //p' "$err" | head -n 1)
	[ "$(grep -c ' closed: ' "$err")" -eq 1 ]
	grep -q "$first closed: " "$err"
}

@test "forward: each target gets every datagram, and the answers of all come back" {
	start_listen --format line --reply one
	first=$address first_out=$out
	start_listen --format line --reply two
	second=$address second_out=$out
	endpoint=unix:$PWD/third start_listen --format line --reply three
	third_out=$out
	start_listen --forward "$first" --forward "$second" --forward "unix:$PWD/third"
	run_sockit -0 udp-send --replies=6 -w 20 "$address" a b
	[ "$(grep -o one <<<"$output" | wc -l)" -eq 2 ]
	[ "$(grep -o two <<<"$output" | wc -l)" -eq 2 ]
	[ "$(grep -o three <<<"$output" | wc -l)" -eq 2 ]
	for file in "$first_out" "$second_out" "$third_out"; do
		[ "$(sed 's/.*: //' "$file" | paste -sd '')" = ab ]
	done
}

@test "forward: a target that is gone takes nothing away from the other, and is counted" {
	start_listen --format line
	kept=$address kept_out=$out
	start_listen
	lost=$address
	stop "$pid"
	start_listen --stats=json --forward "$lost" --forward "$kept"
	text_file lines 100
	sockit udp-send -l --rate 2k "$address" <lines
	wait_for has_lines "$kept_out" 100
	sed 's/^[^ ]* //' "$kept_out" | cmp lines
	stop "$pid"
	grep -q "cannot forward from 127.0.0.1:[0-9]* to $lost: connection refused" "$err"
	[ "$(sed -n 's/.*"errors":\([0-9]*\).*/\1/p' "$err")" -ge 50 ]
}

@test "forward: a Unix target that has bound its path anew is found again" {
	endpoint=unix:$PWD/target start_listen --format line
	target=$pid target_out=$out
	start_listen --forward "unix:$PWD/target"
	forward=$address forwarder=$pid
	# One sender, so one session, which has the old socket.
	mkfifo lines
	sockit udp-send -l "$forward" <lines &
	processes+=($!)
	exec 7>lines
	echo one >&7
	wait_for has_lines "$target_out" 1
	stop "$target"
	endpoint=unix:$PWD/target start_listen --format line --count 2
	printf 'two\nthree\n' >&7
	wait_exit "$pid"
	exec 7>&-
	[ "$(sed 's/.*: //' "$out" | paste -sd ' ')" = 'two three' ]
	gone "$forwarder" && false
	true
}

@test "forward: answers leave from the address that was asked, whoever was asked first" {
	start_listen --echo
	target=$address
	endpoint='*:0' start_listen --forward "$target"
	for host in 127.0.0.1 127.0.0.2 127.0.0.3; do
		run_sockit -0 udp-send -r -w 10 --from -s 127.0.0.9:40009 "$host:$port" hi
		[ "$output" = "$host:$port: hi" ]
	done
}

@test "forward: answers keep it from being idle" {
	start_listen --sh 'for i in 1 2 3 4 5 6; do "$SOCKIT" udp-send -p "$UDPLOCALPORT" -o reuseport "127.0.0.1:$UDPREMOTEPORT" "$i"; sleep 0.2; done' -o reuseport
	target=$address
	start_listen -i 500ms --forward "$target"
	export SOCKIT
	run_sockit -0 udp-send --replies=6 -w 20 "$address" go
	[ "$output" = 123456 ]
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

@test "forward: -o holds for the sockets towards the target" {
	need strace
	start_listen
	target=$address
	strace -D -f -qq -e trace=setsockopt -o trace "$SOCKIT" udp-listen --ready-file ready -o ttl=7 \
		-o dscp=ef --forward "$target" 127.0.0.1:0 3>&- &
	processes+=($!)
	wait_for test -s ready
	before=$(grep -c 'IP_TTL, \[7\]' trace)
	run_sockit -0 udp-send "$(cat ready)" hello
	wait_for has_bytes "$out" 5
	[ "$(grep -c 'IP_TTL, \[7\]' trace)" -gt "$before" ]
	[ "$(grep -c 'IP_TOS' trace)" -ge 2 ]
}

@test "forward: an option that the target's socket lacks is found out at the start" {
	run_sockit -1 udp-listen -o ttl=7 --forward "unix:$PWD/nowhere" 127.0.0.1:0
	[[ $output == *ttl=7*'not for a socket of this kind'* ]]
}

@test "forward: to itself is refused" {
	start_listen
	stop "$pid"
	run_sockit -2 udp-listen --forward "127.0.0.1:$port" "127.0.0.1:$port"
	[[ $output == *'that is this socket itself'* ]]
	run_sockit -2 udp-listen --forward "127.0.0.7:$port" "*:$port"
}
