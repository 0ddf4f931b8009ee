#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# connect-events.bats - what tcp-connect reports, what signals do to it, and other programs as its
# peers.

load lib
load net

client() {
	sockit tcp-connect "$@"
}

# --- signals ---

connected() {
	has "connected to" "$err"
}

@test "SIGINT, SIGTERM and SIGHUP end it by that very signal" {
	start_peer --times 3 hold
	for signal in INT TERM HUP; do
		# Background jobs of a shell without job control ignore SIGINT, and what nohup runs
		# ignores SIGHUP.
		started=$((started + 1))
		err=sockit.$started.err
		env --default-signal=INT,HUP "$SOCKIT" tcp-connect -v 127.0.0.1 "$peer_port" \
			</dev/null 2>"$err" 3>&- &
		pid=$!
		processes+=("$pid")
		wait_for connected
		stop "-$signal" "$pid"
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
	done
}

@test "a signal ends it while it is still connecting" {
	start_silent
	start_sockit tcp-connect -vv 127.0.0.1 "$silent_port" </dev/null
	wait_for has "trying" "$err"
	stop "$pid"
	[ "$status" -eq 143 ]
}

@test "under nohup it stays" {
	start_peer echo
	mkfifo gate
	exec 5<>gate
	(
		trap '' HUP
		exec "$SOCKIT" tcp-connect -v 127.0.0.1 "$peer_port" <gate >back 2>events 3>&- 5>&-
	) &
	pid=$!
	processes+=("$pid")
	wait_for has "connected to" events
	kill -HUP "$pid"
	echo alive >&5
	exec 5>&-
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(cat back)" = alive ]
}

@test "SIGUSR1 prints one line of progress, and the transfer goes on" {
	start_peer echo
	mkfifo gate
	exec 5<>gate
	start_sockit tcp-connect 127.0.0.1 "$peer_port" <gate 5>&-
	echo hello >&5
	wait_for [ -s "$out" ]
	kill -USR1 "$pid"
	wait_for [ -s "$err" ]
	exec 5>&-
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(wc -l <"$err")" -eq 1 ]
	has_line '12 B +[0-9.]+ [KMG]?B/s +0:0[0-9]' "$err"
}

# --- what it says ---

@test "it is silent on success" {
	start_peer echo
	[ "$(client 127.0.0.1 "$peer_port" <<<"x" 2>&1)" = x ]
}

@test "--progress never draws onto a pipe unless forced" {
	start_peer --times 2 echo
	[ -z "$(client --progress 127.0.0.1 "$peer_port" <<<"x" 2>&1 >/dev/null)" ]
	client --progress=always 127.0.0.1 "$peer_port" <<<"x" 2>shown >/dev/null
	# It is drawn repeatedly if that takes long.
	[[ $(tr '\r' '\n' <shown | grep . | tail -n 1) == "4 B "* ]]
}

@test "--progress draws one line on a terminal, with the percentage of a file" {
	random_file data 1M
	start_peer count
	# shellcheck disable=SC2016 # for the inner shell
	terminal -- sh -c 'exec "$0" tcp-connect --progress 127.0.0.1 "$1" <data >/dev/null' \
		"$SOCKIT" "$peer_port" >shown 3>&-
	[ "$(grep -c . shown)" -eq 1 ]
	has "1.0 MB" shown
	has "100%" shown
	[ "$(tail -c 2 raw)" = $'\r' ]
}

@test "--stats prints one line: bytes each way, time, rate, round trip and why it ended" {
	start_peer count
	client --stats 127.0.0.1 "$peer_port" <<<"hello" 2>stats
	kernel=', rtt [0-9.]+ms, [0-9]+ retransmitted'
	built_for_linux || kernel=
	has_line "sockit tcp-connect: sent 6 bytes, received 2 bytes in [0-9.]+s \([0-9.]+ [KMG]?B/s\)$kernel; peer closed" stats
}

@test "--stats=json prints the same as one object" {
	start_peer count
	client --stats=json 127.0.0.1 "$peer_port" <<<"hello" 2>stats
	"$PEERS/json" command peer sent_bytes received_bytes reason seconds bytes_per_second rtt_seconds \
		retransmits <stats | tr '\t' ' ' >values
	read -r command peer sent received reason seconds rate rtt retransmits <values
	[ "$command $peer $sent $received $reason" = "tcp-connect 127.0.0.1:$peer_port 6 2 done" ]
	awk -v seconds="$seconds" -v rate="$rate" 'BEGIN {
		off = rate - 8 / seconds
		exit !(seconds > 0 && off <= 1000 && off >= -1000) }'
	! built_for_linux || awk -v rtt="$rtt" -v again="$retransmits" 'BEGIN { exit !(rtt > 0 && again >= 0) }'
}

@test "--stats tells of the limit and of the signal that ended it" {
	start_peer --times 3 hold
	[[ $(client --stats -i 100ms 127.0.0.1 "$peer_port" 2>&1 </dev/null) == *"; timeout"* ]]
	[[ $(client --stats --max-time 100ms 127.0.0.1 "$peer_port" 2>&1 </dev/null) == *"; limit"* ]]
	start_sockit tcp-connect -v --stats 127.0.0.1 "$peer_port" </dev/null
	wait_for connected
	stop "$pid"
	grep -q "; signal$" "$err"
}

@test "-v tells of connecting and closing, and changes nothing on the wire" {
	start_peer --times 2 count
	client 127.0.0.1 "$peer_port" <<<"hello" >plain
	client -v 127.0.0.1 "$peer_port" <<<"hello" >verbose 2>events
	cmp plain verbose
	has_line "sockit tcp-connect: connected to 127.0.0.1:$peer_port" events
	has_line "sockit tcp-connect: 127.0.0.1:$peer_port closed: received 2 bytes, sent 6 bytes in [0-9.]+s" events
}

@test "-vv tells also of each address tried and each option set" {
	start_peer count
	client -vv -o nodelay 127.0.0.1 "$peer_port" </dev/null 2>events
	has "trying 127.0.0.1:$peer_port" events
	has "nodelay" events
}

@test "-v --json tells it as JSON Lines" {
	start_peer count
	client -v --json 127.0.0.1 "$peer_port" <<<"hello" 2>events
	"$PEERS/json" event command local peer sent_bytes received_bytes reason <events |
		sed -E 's/127\.0\.0\.1:[0-9]+\t/ADDRESS\t/' >values
	printf '%s\n' "connected tcp-connect ADDRESS 127.0.0.1:$peer_port - - -" \
		"closed tcp-connect - ADDRESS 6 2 done" | tr ' ' '\t' | diff - values
	"$PEERS/json" time <events >times
	run ! grep -Evx "$rfc3339" times
}

@test "with --json and -v a failure is an object, too; without -v it is a line for people" {
	start_refusing
	run_sockit -4 tcp-connect -v --json 127.0.0.1 "$refused_port"
	[[ $output == '{"time":"'*'"event":"error"'*'connection refused"}' ]]
	run_sockit -4 tcp-connect --json 127.0.0.1 "$refused_port"
	[ "$output" = "sockit tcp-connect: cannot connect to 127.0.0.1:$refused_port: connection refused" ]
}

# --- other programs on the other side ---

# start_other COMMAND... - start another program as the server, which reports on standard error that
# it listens, with the port as the last number; its input is `data`, its output goes to `copy`.
start_other() {
	rm -f other.log
	"$@" <data >copy 2>other.log 3>&- &
	processes+=("$!")
	other_pid=$!
	wait_for grep -Eqis 'listening on' other.log
	other_port=$(grep -Eo '[0-9]+' other.log | tail -n 1)
}

@test "a file each way with socat on the other side" {
	need socat
	random_file data 1M
	random_file ours 700k
	start_other socat -d -d -t 5 TCP-LISTEN:0,bind=127.0.0.1 -
	# It ends when we do, whatever it still has to send; so let it end first.
	client --no-half-close --linger 0 127.0.0.1 "$other_port" <ours >theirs
	cmp theirs data
	wait_exit "$other_pid"
	cmp copy ours
}

# As a server, nc may end with the first direction that ends, so it gets one at a time.
@test "a file to OpenBSD's nc on the other side, and one from it" {
	need nc.openbsd
	random_file data 1M
	start_other nc.openbsd -lvnd 127.0.0.1 0
	client --send-only 127.0.0.1 "$other_port" <data
	wait_exit "$other_pid"
	cmp copy data
	start_other nc.openbsd -lvn -N 127.0.0.1 0
	client --recv-only 127.0.0.1 "$other_port" | cmp - data
}

@test "a file to ncat on the other side, and one from it" {
	need ncat
	random_file data 1M
	start_other ncat -lvU --recv-only one
	client --send-only unix:one <data
	wait_exit "$other_pid"
	cmp copy data
	start_other ncat -lvU --send-only two
	client --recv-only unix:two | cmp - data
}
