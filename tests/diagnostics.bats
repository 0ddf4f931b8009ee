#!/usr/bin/env bats
# shellcheck disable=SC2154 # variables that lib.bash sets
# SPDX-License-Identifier: ISC
# diagnostics.bats - what goes to standard error never holds up the work, and is never a flood.

load lib

# Make a FIFO that nobody reads and that is full: `fill_fifo NAME` leaves it open as descriptor 5.
fill_fifo() {
	mkfifo "$1"
	exec 5<>"$1"
	fill 5
}

# fill FD - fill the pipe until it takes no more: one byte at a time at the end.
fill() {
	dd if=/dev/zero of=/dev/fd/"$1" bs=4096 count=1000 oflag=nonblock 2>/dev/null || true
	dd if=/dev/zero of=/dev/fd/"$1" bs=1 count=5000 oflag=nonblock 2>/dev/null || true
}

# drain FD - print everything that waits in the pipe, without the filling.
drain() {
	dd if=/dev/fd/"$1" bs=65536 iflag=nonblock 2>/dev/null | tr -d '\0'
}

# serve_unread ARG... - start a server whose standard error is descriptor 5; sets pid and port.
serve_unread() {
	"$SOCKIT" tcp-serve --ready-file ready 127.0.0.1:0 "$@" 2>&5 3>&- 5>&- </dev/null &
	pid=$!
	processes+=("$pid")
	wait_for test -s ready
	port=$(sed 's/.*://' ready)
}

@test "a standard error that nobody reads holds up no server" {
	fill_fifo err
	serve_unread -vv --handler echo
	for _ in 1 2 3; do
		[ "$(echo still here | sockit tcp-connect -w 5s 127.0.0.1:"$port")" = "still here" ]
	done
	stop "$pid"
}

@test "what standard error had no room for is counted, and said once there is room" {
	fill_fifo err
	serve_unread -v --handler echo
	echo one | sockit tcp-connect 127.0.0.1:"$port"
	drain 5 >early
	echo two | sockit tcp-connect 127.0.0.1:"$port"
	stop "$pid"
	drain 5 >late
	run cat late
	[[ $output =~ "sockit tcp-serve: "[2-9]" lines were lost because standard error was not read" ]]
	[[ $output == *"closed: received 4 bytes"* ]]
}

@test "a full standard error that another user has opened is not waited for either" {
	need setpriv
	[ "$(id -u)" = 0 ] || skip "needs root, to become another user"
	fill_fifo err
	chmod 600 err
	setpriv --reuid 65534 --clear-groups "$SOCKIT" tcp-serve "unix:@$BATS_TEST_TMPDIR" -vv \
		--handler echo 2>&5 3>&- 5>&- </dev/null &
	processes+=($!)
	wait_for sockit tcp-connect -z "unix:@$BATS_TEST_TMPDIR"
	[ "$(echo here | sockit tcp-connect -w 5s "unix:@$BATS_TEST_TMPDIR")" = here ]
}

@test "O_NONBLOCK is not set on the standard error that others share" {
	mkfifo err
	exec 5<>err
	serve_unread -v --handler echo
	[ -z "$(awk '/flags/ && substr($2, length($2) - 3, 1) >= 4' /proc/"$pid"/fdinfo/2)" ]
}

@test "progress on a standard error that nobody reads does not hold the transfer up" {
	fill_fifo err
	random_file data 300k
	start_server --handler discard
	run "$SOCKIT" tcp-connect --send-only --progress=always -v --stats \
		127.0.0.1:"$port" <data 2>&5 3>&-
	[ "$status" -eq 0 ]
}

@test "warnings of one kind are a few a second, the others are counted" {
	start_server --handler echo --proxy-protocol
	# All 30 wait before it looks at the first.
	kill -s STOP "$pid"
	start_peer --connect "$port" --times 30 'send:no header\r\n' read
	kill -s CONT "$pid"
	wait_exit "$peer_pid"
	stop "$pid"
	[ "$(grep -c ': not a PROXY header' "$err")" -le 25 ]
	shown=$(grep -c '^sockit tcp-serve: 127[^ ]*: ' "$err")
	hidden=$(sed -n 's/^sockit tcp-serve: \([0-9]*\) more warnings* like this one: .*/\1/p' "$err" |
		awk '{ n += $1 } END { print n + 0 }')
	[ "$hidden" -gt 0 ]
	[ $((shown + hidden)) -eq 30 ]
}

@test "warnings about datagrams are a few a second, too" {
	start_ready udp-listen --max-size 1
	sockit udp-send --count 200 127.0.0.1:"$port" too-long
	wait_for eval '[ "$(size_of "$out")" -eq 200 ]'
	stop "$pid"
	[ "$(grep -c 'was cut to 1$' "$err")" -lt 200 ]
	grep -q 'more warnings like this one: a datagram of 8 bytes from 127.0.0.1' "$err"
}

@test "a line without a command shows the overview, which holds nothing up either: 2" {
	run_sockit -2 --separate-stderr
	[ -z "$output" ]
	[[ $stderr == "usage: sockit COMMAND "* && $stderr == *"man sockit-from-netcat" ]]
	fill_fifo err
	status=0
	sockit 2>&5 5>&- || status=$?
	[ "$status" -eq 2 ]
}

@test "one byte, datagram, packet, name or port is no plural, in any summary or event" {
	start_server -v --handler echo --accept 1
	run_sockit -0 tcp-connect --stats "$address" <<<''
	[[ $output == *'sent 1 byte, received 1 byte in '* ]]
	wait_for grep -q 'closed: received 1 byte, sent 1 byte in ' "$err"
	start_ready udp-listen --format hex --stats --count 1
	run_sockit -0 udp-send --stats "$address" x
	[[ $output == *'sent 1 datagram (1 byte) in '* ]]
	wait_exit "$pid"
	[[ $(<"$err") == *'received 1 datagram (1 byte)'[\ ,]* && $(head -n 1 "$out") == *': 1 byte' ]]
	run_sockit -0 raw-send --dry-run payload x
	[[ $output == $'packet 1: 1 byte\npayload: 1 byte at 0\n'* ]]
	run_sockit -0 resolve -n --batch --stats <<<127.0.0.1
	[[ $output == *'resolve: 1 of 1 name, '* ]]
	run_sockit tcp-connect -z --progress=always 127.0.0.1 1
	[[ $output == *'1 of 1 port '* ]]
	# New messages must handle the plural too.
	left=$(grep -rnE '(%(zu|u|d|llu|lld|ju)|PRI[ud]64) "? ?(more )?(bytes|packets|datagrams|errors|records|lines|times|connections|answers|messages|names|ports|warnings)\>' \
		"$BATS_TEST_DIRNAME/../src" | grep -v 'limit\|at most\|longer than\|more than\|over %d\|too large\|exceed\|send_length') || true
	echo "$left"
	[ -z "$left" ]
}
