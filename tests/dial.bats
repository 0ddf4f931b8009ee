#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# dial.bats - many addresses, and waiting for one that answers.

load lib
load net

client() {
	sockit tcp-connect "$@" </dev/null
}

# start_hello HOST [PORT] - start a peer that sends hello to everybody.
start_hello() {
	start_peer --times 0 --host "$1" --port "${2:-0}" send:hello
}

# named ADDRESS... - run tcp-connect, for which the host many.test has these addresses, in this
# order.
named() {
	local addresses=()
	while [ "$1" != -- ]; do
		addresses+=("$1")
		shift
	done
	printf '%s many.test\n' "${addresses[@]}" >hosts
	with_hosts hosts "$SOCKIT" tcp-connect "${@:2}" </dev/null
}

# event_time TEXT - print the time of the first event with TEXT, in ms since 1970.
event_time() {
	local line
	line=$(grep -m 1 -F "$1" events)
	line=${line#*'"time":"'}
	date -d "${line%%\"*}" +%s%3N
}

# No other test uses this address: a port that was reserved at 127.0.0.1 is free there, too.
own=127.0.0.62

# is_next_at_once - no pause between a refusal by the first address and the next try.
is_next_at_once() {
	named 127.0.0.1 "$own" -- -vv --json many.test "$peer_port" >>answer 2>events &&
		(($(event_time "trying $own") - $(event_time "127.0.0.1:$peer_port: connection refused") < 200))
}

@test "when the first address refuses, the next one is tried at once" {
	need_hosts
	start_refusing
	start_hello "$own" "$refused_port"
	wait_for is_next_at_once
	grep -qx '\(hello\)\{1,\}' answer # for each try
}

@test "when the first address is silent, the next one is tried beside it after 250 ms" {
	need_hosts
	start_silent 127.0.0.1
	start_hello "$own" "$silent_port"
	milliseconds named 127.0.0.1 "$own" -- -vv many.test "$peer_port" >answer 2>events
	[ "$(cat answer)" = hello ]
	has "trying 127.0.0.1:$peer_port" events
	((elapsed >= 240))
}

@test "an address that was slow may still win the race" {
	need_hosts
	start_silent 127.0.0.1
	first=$silent_pid
	start_silent "$own" "$silent_port"
	named 127.0.0.1 "$own" -- -vv -w 8s --max-time 100ms many.test "$silent_port" 2>events &
	processes+=("$!")
	wait_for has "trying $own:$silent_port" events
	# Now the first one answers, when its SYN is sent again after a second.
	kill -USR1 "$first"
	wait_for has "connected to 127.0.0.1:$silent_port" events
}

@test "the connect timeout holds for all addresses together, and its message names the host" {
	need_hosts
	start_silent 127.0.0.2
	milliseconds run named 127.0.0.2 127.0.0.2 -- -w 400ms many.test "$silent_port"
	[ "$status" -eq 5 ]
	[ "$output" = "sockit tcp-connect: cannot connect to many.test:$silent_port: timed out after 0.400s" ]
	((elapsed >= 400))
}

@test "with little time and many silent addresses, the last one still has its turn" {
	need_hosts
	start_silent 0.0.0.0
	# Only we listen at the last one; all others share one listener with a full backlog. If
	# everything is slow, the time may be over between two of them.
	all_tried() {
		named 127.0.0.{2,3,4,5,6,7,8} -- -vv -w 500ms many.test "$silent_port" 2>events || true
		has "trying 127.0.0.8:$silent_port" events && [ "$(grep -c trying events)" -eq 7 ]
	}
	wait_for all_tried
}

@test "the families take turns" {
	need_namespace
	need_hosts
	printf '%s many.test\n' fd00::1 fd00::2 fd00::3 127.0.0.1 127.0.0.2 127.0.0.3 >hosts
	run -4 unshare -rnm sh -c 'ip link set lo up
		for n in 1 2 3; do ip address add fd00::$n/128 dev lo nodad; done
		mountover hosts /etc/hosts
		exec "$1" tcp-connect -vv many.test 9' sh "$SOCKIT"
	families=$(grep trying <<<"$output" | sed -E 's/.*trying (\[?).*/\1/; s/^$/4/' | tr -d '\n')
	[[ $families == '[4[4[4' || $families == '4[4[4[' ]]
}

@test "of several failures the one that tells most is told" {
	need_hosts
	need_namespace
	printf '%s many.test\n' 192.0.2.1 127.0.0.1 >hosts
	run -4 unshare -rnm sh -c 'ip link set lo up && mountover hosts /etc/hosts
		exec "$1" tcp-connect many.test 9' sh "$SOCKIT"
	[ "$output" = "sockit tcp-connect: cannot connect to many.test:9: connection refused" ]
}

@test "a port of the ephemeral range that connects to itself is refused, not open" {
	need_namespace
	run in_namespace bash -c 'echo "40000 40003" >/proc/sys/net/ipv4/ip_local_port_range
		for _ in {1..30}; do
			"$1" tcp-connect 127.0.0.1 40000 </dev/null 2>&1; echo $?
		done' bash "$SOCKIT"
	[ "$(sort -u <<<"$output")" = $'4\nsockit tcp-connect: cannot connect to 127.0.0.1:40000: connection refused' ]
}

@test "a target of --forward that would connect to itself is refused, however many ask" {
	need_namespace
	run in_namespace bash -c 'echo "40000 40003" >/proc/sys/net/ipv4/ip_local_port_range
		"$1" tcp-serve --ready-file ready --forward 127.0.0.1:40000 unix:relay 2>err &
		while [ ! -s ready ]; do sleep 0.02; done
		for _ in {1..60}; do
			"$1" tcp-connect unix:relay <<<"it met itself" 2>&1
		done
		kill $!
		wait' bash "$SOCKIT"
	[[ $output != *"it met itself"* ]]
	grep -q 'cannot connect to 127.0.0.1:40000: connection refused' err
}

@test "a Unix socket whose backlog is full is waited for" {
	start_silent_socket socket
	start_sockit tcp-connect -vv unix:socket </dev/null
	wait_for has trying "$err"
	kill -USR1 "$silent_pid"
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(cat "$out")" = hello ]
}

# --- --wait ---

@test "--wait keeps trying until a server appears" {
	start_peer --deaf-until heard send:hello
	start_sockit tcp-connect -vv --wait 60s 127.0.0.1 "$peer_port" </dev/null
	wait_for has "connection refused" "$err"
	: >heard
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(cat "$out")" = hello ]
}

@test "--wait waits for a Unix socket, too" {
	start_sockit tcp-connect -vv --wait 10s unix:socket </dev/null
	wait_for has "no such file" "$err"
	start_peer --unix "$PWD/socket" send:hello
	wait_exit "$pid"
	[ "$(cat "$out")" = hello ]
}

@test "--wait waits for a name to become known" {
	need_hosts
	start_hello 127.0.0.1
	echo '127.0.0.1 nobody.invalid' >hosts
	with_hosts hosts "$SOCKIT" tcp-connect --wait 60s late.invalid "$peer_port" \
		</dev/null >answer 2>errors &
	pid=$!
	processes+=("$pid")
	sleep 0.2 # for it to have asked in vain
	echo '127.0.0.1 late.invalid' >>hosts
	wait_exit "$pid"
	[ "$(cat answer)" = hello ]
}

@test "--wait is 5 when the time has passed, with the last reason" {
	start_refusing
	milliseconds run client --wait 300ms 127.0.0.1 "$refused_port"
	[ "$status" -eq 5 ]
	[ "$output" = "sockit tcp-connect: cannot connect to 127.0.0.1:$refused_port: connection refused (waited 0.300s)" ]
	((elapsed >= 300))
}

@test "--wait ends in time though the peer is silent and the connect timeout longer" {
	start_silent
	milliseconds run client --wait 300ms -w 8s 127.0.0.1 "$silent_port"
	[ "$status" -eq 5 ]
	[[ $output == *": timed out after 0."*"s (waited 0.300s)" ]] # this try began later
	((elapsed >= 300))
}

@test "--wait tries often at first, and at least once a second" {
	start_refusing
	often() {
		run client -vv --wait 800ms 127.0.0.1 "$refused_port"
		tries=$(grep -c "trying" <<<"$output")
		((tries >= 4))
	}
	wait_for often # under load there may be less
	((tries <= 8))
}

@test "--wait does not wait for what no time mends" {
	run -2 client --wait 600s -4 ::1 80
	run -2 client --wait 600s -n nosuch.invalid 80
	run -3 client --wait 600s 127.0.0.1 nosuchservice
	run -7 client --wait 600s -s 192.0.2.77 127.0.0.1 80
	[[ $output != *waited* ]]
}

# --- a reset before anybody looked ---

@test "a greeting before a reset that came before anybody looked is delivered, and the reset reported" {
	start_hasty
	start_sockit tcp-connect 127.0.0.1 "$hasty_port" </dev/null
	look_late "$pid"
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	[ "$(cat "$out")" = hello ]
	grep -Eqx "sockit tcp-connect: 127.0.0.1:$hasty_port: cannot (send|receive): connection reset by peer \(sent 0 bytes, received 5 bytes\)" "$err"
}

@test "such a greeting is delivered where something was to be sent, too" {
	start_hasty
	start_sockit tcp-connect 127.0.0.1 "$hasty_port" <<<"a line"
	look_late "$pid"
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	[ "$(cat "$out")" = hello ]
	grep -Eqx "sockit tcp-connect: 127.0.0.1:$hasty_port: cannot (send|receive): .* \(sent 0 bytes, received 5 bytes\)" "$err"
}

@test "such a greeting may be what --expect waits for" {
	start_hasty
	start_sockit tcp-connect --expect hello 127.0.0.1 "$hasty_port" </dev/null
	look_late "$pid"
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

@test "a client of --forward gets such a greeting of its target, and then the reset" {
	start_hasty
	start_server --forward "127.0.0.1:$hasty_port"
	start_peer --connect "$port" read
	look_late "$pid"
	wait_exit "$peer_pid"
	[ "$(cat "$peer_log")" = "reset after 5 bytes" ]
}

@test "a port that resets a connection before anybody looked is open" {
	start_hasty
	start_sockit tcp-connect -z 127.0.0.1 "$hasty_port"
	look_late "$pid"
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(cat "$out")" = "127.0.0.1 $hasty_port/tcp open -" ]
}
