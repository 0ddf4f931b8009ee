#!/usr/bin/env bats
# shellcheck disable=SC2154 # variables set by run and lib.bash
# SPDX-License-Identifier: ISC
# udp-forward.bats - udp-listen --forward: sessions, several targets, what goes stale, and limits.

load lib
load udp-lib

# Senders one after the other have addresses of their own, as the system might give two of them the
# same port.
@test "forward: a session for each sender, replies carried back" {
	need_loopback_addresses
	start_listen --sh 'printf "%s " "$UDPREMOTEPORT"; cat'
	target=$address
	start_listen -v --forward "$target"
	run_sockit -0 udp-send -r --replies=2 -w 20 "$address" a b
	[ "${output%% a*}" = "$(echo "$output" | sed 's/^[0-9]* [ab]\([0-9]*\) [ab]$/\1/')" ] ||
		[ "${output%% b*}" = "$(echo "$output" | sed 's/^[0-9]* [ab]\([0-9]*\) [ab]$/\1/')" ]
	first=${output%% *}
	run_sockit -0 udp-send -r -w 20 -s 127.0.0.2 "$address" c
	[ "${output%% *}" != "$first" ]
	[ "$(grep -c 'session for' "$err")" -eq 2 ]
	[ ! -s "$out" ]
}

@test "forward: silent sessions are forgotten, and a target that is gone ends nothing" {
	endpoint=127.0.0.1:$(freeport) start_listen --echo
	target=$address echo_pid=$pid
	start_listen -v --session-timeout 2s --forward "$target"
	# An answer that comes after the end of its session is lost.
	answered() { [ "$(sockit udp-send -r -w 3 "$address" a)" = a ]; }
	wait_for answered
	wait_for grep -q 'closed: received 1 byte, sent 1 byte' "$err"
	stop "$echo_pid"
	run_sockit -5 udp-send -r -w 300ms "$address" b
	run_sockit -5 udp-send -r -w 300ms "$address" c
	gone "$pid" && false
	true
}

@test "forward: the end of a session says why it ended" {
	need_loopback_addresses
	start_listen --echo
	target=$address
	start_listen -v --json --session-timeout 100ms --forward "$target"
	run_sockit -0 udp-send "$address" a
	wait_for grep -q '"event":"closed".*"reason":"timeout"' "$err"
	start_listen -v --json --max-sessions 1 --forward "$target"
	run_sockit -0 udp-send -r -w 20 "$address" a
	run_sockit -0 udp-send -r -w 20 -s 127.0.0.2 "$address" b
	wait_for grep -q '"event":"closed".*"reason":"limit"' "$err"
	stop "$pid"
	wait_for grep -q '"event":"closed".*"reason":"signal"' "$err"
}

@test "forward: a thousand sessions, and their end" {
	start_listen --echo
	target=$address
	start_listen --no-sandbox --session-timeout 3s --forward "$target"
	before=$(descriptors "$pid" 2>/dev/null) || before=
	run -0 "$PEERS/crowd" "udp:$port" sessions 1000
	[ -n "$before" ] || return 0
	few() { [ "$(descriptors "$pid")" -le "$before" ]; }
	wait_for few
}

@test "forward between UDP and Unix datagrams" {
	endpoint=unix:$PWD/sock start_listen --echo
	start_listen --forward "unix:$PWD/sock"
	run_sockit -0 udp-send -r -w 20 "$address" a
	[ "$output" = a ]
}

@test "forward: the session that is idle longest makes room for a new sender" {
	need_loopback_addresses
	start_listen --echo
	target=$address
	start_listen -v --max-sessions 2 --forward "$target"
	run_sockit -0 udp-send -r -w 20 "$address" a
	run_sockit -0 udp-send -r -w 20 -s 127.0.0.2 "$address" b
	run_sockit -0 udp-send -r -w 20 -s 127.0.0.3 "$address" c
	[ "$output" = c ]
	[ "$(grep -c 'session for' "$err")" -eq 3 ]
	first=$(sed -n 's/.*session for //p' "$err" | head -n 1)
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
	lost=127.0.0.1:1
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
	need_loopback_addresses
	start_listen --echo
	target=$address
	endpoint='*:0' start_listen --forward "$target"
	for host in 127.0.0.1 127.0.0.2 127.0.0.3; do
		run_sockit -0 udp-send -r -w 10 --from -s 127.0.0.9:4009 "$host:$port" hi
		[ "$output" = "$host:$port: hi" ]
	done
}

@test "forward: answers keep it from being idle" {
	# All six take longer than -i.
	start_peer --datagram take:1 reply:1 wait:0.5 reply:2 wait:0.5 reply:3 wait:0.5 reply:4 \
		wait:0.5 reply:5 wait:0.5 reply:6
	start_listen -i 2400ms --forward "127.0.0.1:$peer_port"
	run_sockit -0 udp-send --replies=6 -w 20 "$address" go
	[ "$output" = 123456 ]
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

@test "forward: -o holds for the sockets towards the target" {
	need strace
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # which does not work under strace
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
	need_loopback_addresses
	port=$(freeport)
	run_sockit -2 udp-listen --forward "127.0.0.1:$port" "127.0.0.1:$port"
	[[ $output == *'that is the socket it listens on'* ]]
	run_sockit -2 udp-listen --forward "127.0.0.7:$port" "*:$port"
}

@test "forward --keep-source: what it needs is named" {
	need_linux
	local unprivileged=()
	if [ "$(id -u)" -eq 0 ]; then
		need setpriv
		unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all)
	fi
	run -6 "${unprivileged[@]}" "$SOCKIT" udp-listen --keep-source --forward 127.0.0.1:9 127.0.0.1:0
	[[ $output == *"cannot forward with the sender's address: "*'CAP_NET_RAW'* ]]
	run_sockit -2 udp-listen --keep-source 127.0.0.1:0
	[[ $output == *'--keep-source requires --forward'* ]]
	run_sockit -2 udp-listen --keep-source --forward "unix:$PWD/x" 127.0.0.1:0
	run_sockit -2 udp-listen --keep-source --max-sessions 3 --forward 127.0.0.1:9 127.0.0.1:0
}

@test "forward --keep-source: several targets, and a full queue loses nothing" {
	need_namespace
	need_linux
	share_wait_for
	export -f has_bytes size_of
	# Portions that the buffer of a receiver that is not awake holds.
	# shellcheck disable=SC2016 # for the inner shell
	run unshare -rn bash -euc 'ip link set lo up
		for n in 1 2; do
			"$1" udp-listen --ready-file ready$n --count 2000 -w 20 -i 20 127.0.0.1:500$n >out$n &
			wait_for test -s ready$n
		done
		"$1" udp-listen --ready-file ready --count 2000 --keep-source --forward 127.0.0.1:5001 \
			--forward 127.0.0.1:5002 127.0.0.1:5000 &
		wait_for test -s ready
		seq -f "line %.0f" 2000 >lines
		tr -d "\n" <lines >wanted
		split -l 200 lines part.
		sent=0
		for part in part.*; do
			"$1" udp-send -l 127.0.0.1:5000 <$part
			sent=$((sent + $(tr -d "\n" <$part | wc -c)))
			wait_for has_bytes out1 $sent
			wait_for has_bytes out2 $sent
		done
		wait
		cmp wanted out1
		cmp wanted out2' bash "$SOCKIT" 3>&-
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "forward: a group and everybody are targets like others" {
	need_namespace
	# shellcheck disable=SC2016 # for the inner shell
	run in_namespace sh -euc '
		waits() { i=0; until [ -s "$1" ] || [ $i -gt 500 ]; do i=$((i + 1)); sleep 0.02; done; }
		ip link add net0 type veth peer name net9 2>/dev/null || exit 98
		ip link set net0 up
		ip link set net9 up
		ip addr add 192.0.2.1/24 brd 192.0.2.255 dev net0
		ip route add 224.0.0.0/4 dev net0
		ip route add 255.255.255.255/32 dev net0
		"$1" udp-listen --ready-file group --count 1 -w 20 --reply from-group --group 239.1.1.1@net0 "*:5001" >out1 &
		waits group
		"$1" udp-listen --ready-file all --count 1 -w 20 "*:5002" >out2 &
		waits all
		"$1" udp-listen --ready-file ready --forward 239.1.1.1:5001 --forward "<broadcast>:5002" 127.0.0.1:5000 &
		relay=$!
		waits ready
		[ "$("$1" udp-send -r -w 20 127.0.0.1:5000 wake)" = from-group ]
		kill $relay
		wait
		[ "$(cat out1 out2)" = wakewake ]
		status=0
		"$1" udp-listen --forward 192.0.2.255:9 127.0.0.1:5000 2>err || status=$?
		[ $status -eq 2 ]
		grep -q "192.0.2.255 is a broadcast address, which requires -o broadcast" err
		"$1" udp-listen -o broadcast --ready-file late --forward 192.0.2.255:9 127.0.0.1:5000 &
		waits late
		kill $!' sh "$SOCKIT"
	echo "$output"
	[ "$status" -ne 98 ] || skip "this kernel has no veth interface"
	[ "$status" -eq 0 ]
}

@test "forward: --count ends once every target has refused, and waits for one that may still answer" {
	start_listen --count 1 --forward 127.0.0.1:1
	run_sockit -0 udp-send "$address" a
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	grep -q 'cannot forward from .* to 127.0.0.1:1: connection refused' "$err"
	# The refusal of the other comes first.
	start_peer --datagram take:1 wait:0.3 reply:late
	start_listen --count 1 --session-timeout 4s --forward 127.0.0.1:1 \
		--forward "127.0.0.1:$peer_port"
	run_sockit -0 udp-send -r -w 20 "$address" x
	[ "$output" = late ]
	wait_exit "$pid"
}
