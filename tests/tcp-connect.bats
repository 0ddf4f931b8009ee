#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# tcp-connect.bats - what is carried over a connection, and how and when that ends.

load lib
load net

client() {
	sockit tcp-connect "$@"
}

# from KIND COMMAND... - run COMMAND with that kind of standard input; `data` has what it delivers.
from() {
	local kind=$1
	shift
	case $kind in
	file) "$@" <data ;;
	pipe) cat data | "$@" ;;
	null) "$@" </dev/null ;;
	closed) "$@" <&- ;;
	terminal) at_terminal 'typed\n\x04' "$@" ;;
	esac
}

# The bytes that each kind of input has, given a `data` of 300000.
bytes_from() {
	case $1 in
	file | pipe) echo 300000 ;;
	terminal) echo 6 ;;
	*) echo 0 ;;
	esac
}

inputs='file pipe null closed terminal'

@test "every kind of standard input arrives whole, and the answer, in a file and in a pipe" {
	random_file data 300000
	start_peer --times 0 count
	for kind in $inputs; do
		from "$kind" "$SOCKIT" tcp-connect 127.0.0.1 "$peer_port" >answer
		from "$kind" "$SOCKIT" tcp-connect 127.0.0.1 "$peer_port" | cat >answer.pipe
		echo "$kind: $(cat answer) $(cat answer.pipe)"
		[ "$(cat answer)" = "$(bytes_from "$kind")" ]
		cmp answer answer.pipe
	done
}

@test "a closed standard output and a full disk are exit 1 with both counts, whatever the input" {
	random_file data 300000
	need_full
	start_peer --times 0 count
	for kind in $inputs; do
		for sink in '&-' /dev/full; do
			code=0
			eval 'from "$kind" "$SOCKIT" tcp-connect 127.0.0.1 "$peer_port" 2>errors' \
				">$sink" || code=$?
			[ "$kind" != terminal ] || cp terminal errors
			echo "$kind >$sink: status $code: $(cat errors)"
			[ "$code" -eq 1 ]
			has "cannot write to standard output: " errors
			has "(sent $(bytes_from "$kind") bytes, received " errors
		done
	done
}

@test "what goes to /dev/null is taken as well" {
	random_file data 3M
	start_peer send-file:data
	client --stats 127.0.0.1 "$peer_port" </dev/null >/dev/null 2>stats
	has "received 3145728 bytes" stats
}

@test "a closed standard output is exit 1 where there is no /dev/null, too" {
	need unshare mount
	unshare -rm mount -t tmpfs none /dev 2>/dev/null || skip "cannot make a mount namespace"
	start_peer read send:back
	echo data >in
	run -1 timeout 20 unshare -rm sh -c 'mount -t tmpfs none /dev && exec "$@" <in >&-' sh \
		"$SOCKIT" tcp-connect 127.0.0.1 "$peer_port" 3>&-
	[[ $output == *"cannot write to standard output: bad file descriptor (sent 5 bytes, received 4 bytes)" ]]
}

@test "random bytes come back unchanged over IPv4, IPv6 and Unix sockets" {
	random_file data 2M
	start_peer echo
	client 127.0.0.1 "$peer_port" <data | cmp - data
	start_peer --unix "$PWD/socket" echo
	client unix:socket <data >back
	cmp back data
	need_ipv6
	start_peer --host ::1 echo
	client ::1 "$peer_port" <data >back
	cmp back data
}

@test "both directions run at once: a peer that only talks does not hold up what we send" {
	random_file data 4M
	start_peer send-file:data save:copy
	client 127.0.0.1 "$peer_port" <data >back
	cmp back data
	wait_exit "$peer_pid"
	cmp copy data
}

@test "closed standard descriptors never become the connection" {
	start_peer --times 0 count
	for closed in '0<&-' '1>&-' '2>&-' '0<&- 1>&-' '0<&- 2>&-' '1>&- 2>&-' '0<&- 1>&- 2>&-'; do
		code=0
		eval 'client 127.0.0.1 "$peer_port" </dev/null >answer 2>/dev/null' "$closed" ||
			code=$?
		if [[ $closed == *'1>&-'* ]]; then
			[ "$code" -eq 1 ]
		else
			[ "$code $(cat answer)" = "0 0" ]
		fi
	done
	run ! grep -v 'end after 0 bytes' "$peer_log"
}

# --- how it ends ---

@test "an answer that comes long after the end of our input arrives whole" {
	start_peer read wait:0.8 'send:late answer'
	run -0 client 127.0.0.1 "$peer_port" <<<"question"
	[ "$output" = "late answer" ]
	has "end after 9 bytes" "$peer_log"
}

@test "when the peer ends first, a file is still sent to its last byte" {
	random_file data 5M
	start_peer send:hi shutdown wait:0.3 save:copy
	run -0 client --linger 0 127.0.0.1 "$peer_port" <data
	[ "$output" = hi ]
	wait_exit "$peer_pid"
	cmp copy data
}

@test "when the peer ends first, a pipe is read as long as data keeps coming" {
	say_slowly() {
		for line in 1 2 3 4 5 6 7; do
			echo "$line"
			sleep 0.4 # all together take longer than --linger
		done
	}
	is_read_on() {
		start_peer shutdown save:copy &&
			say_slowly | client --linger 2500ms 127.0.0.1 "$peer_port" &&
			wait_exit "$peer_pid" && [ "$(tr -d '\n' <copy)" = 1234567 ]
	}
	wait_for is_read_on # an input that gets no processor is idle
}

@test "when the peer has ended, an idle input holds us up for a second, no longer" {
	start_peer --times 0 send:bye close
	mkfifo idle
	exec 5<>idle
	milliseconds client 127.0.0.1 "$peer_port" <&5 >answer
	[ "$(cat answer)" = bye ]
	((elapsed >= 950))
	quick 3000 client 127.0.0.1 "$peer_port" <&5
}

@test "--linger 0 and --linger 300ms set that time" {
	start_peer --times 0 send:bye close
	mkfifo idle
	exec 5<>idle
	quick 900 client --linger 0 127.0.0.1 "$peer_port" <&5
	quick 1200 client --linger 600ms 127.0.0.1 "$peer_port" <&5
	((elapsed >= 590))
}

@test "--linger inf waits for the end of the input" {
	start_peer shutdown save:copy
	mkfifo idle
	exec 5<>idle
	start_sockit tcp-connect --linger inf 127.0.0.1 "$peer_port" <idle 5>&-
	sleep 1.1 # longer than it waits without that option
	echo more >&5
	exec 5>&-
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	wait_exit "$peer_pid"
	[ "$(cat copy)" = more ]
}

@test "at a terminal nothing lingers" {
	start_peer --times 0 send:bye close
	quick 900 at_terminal '' "$SOCKIT" tcp-connect 127.0.0.1 "$peer_port" >answer
	grep -qx '\(bye\)\{1,\}' answer # for each try
}

@test "a peer that is gone altogether is told from one that only stopped talking" {
	start_peer send:bye close
	run_sockit -1 tcp-connect --linger inf 127.0.0.1 "$peer_port" < <(
		wait_for gone "$peer_pid"
		echo one
		sleep 0.2 # for the reset that comes back to the first
		echo two
	)
	grep -Eq "cannot (send|receive): (connection reset by peer|the peer closed the connection) \(sent [0-9]+ bytes, received 3 bytes\)" <<<"$output"
}

@test "--no-half-close keeps the end of the input to itself, and ends when the peer does" {
	# The command's second read ends at once, with 1, if it sees our end; otherwise it times
	# out.
	start_server -- bash -c 'read -r seconds; read -r -t "$seconds" line; echo "$?"'
	[ "$(client 127.0.0.1 "$port" <<<20)" = 1 ]
	[ "$(client --no-half-close 127.0.0.1 "$port" <<<0.4)" -gt 128 ]
}

@test "--send-only goes on when the peer ends, and discards what comes back" {
	random_file data 2M
	start_peer send-file:data shutdown save:copy
	cat data | client --send-only 127.0.0.1 "$peer_port" >answer
	[ ! -s answer ]
	wait_exit "$peer_pid"
	cmp copy data
}

@test "--send-only ends when the peer's TCP has acknowledged every byte, not before" {
	random_file data 200k
	start_peer --recv-buffer 4096 wait:0.6 read
	milliseconds client --send-only 127.0.0.1 "$peer_port" <data
	((elapsed >= 400))
	wait_exit "$peer_pid"
	has "end after 204800 bytes" "$peer_log"
}

@test "--send-only does not wait for a peer that has it all and never ends" {
	start_peer read hold
	client --send-only -w 5s 127.0.0.1 "$peer_port" <<<"all of it"
	wait_for has "end after 10 bytes" "$peer_log"
}

@test "--send-only is exit 1 when the connection is reset before every byte was acknowledged" {
	random_file data 200k
	start_peer --recv-buffer 4096 read:1000 wait:0.3 reset
	run_sockit -1 tcp-connect --send-only 127.0.0.1 "$peer_port" <data
	[[ $output == *"127.0.0.1:$peer_port: "*"connection reset by peer"*"(sent "*" bytes, received 0 bytes)" ]]
}

@test "--recv-only never reads standard input" {
	text_file data 1000
	start_peer send:answer close
	{
		client --recv-only 127.0.0.1 "$peer_port"
		cat >rest
	} <data >answer
	[ "$(cat answer)" = answer ]
	cmp rest data
}

@test "--recv-only does not hang on an idle input" {
	start_peer --times 0 send:answer close
	mkfifo idle
	exec 5<>idle
	quick 900 client --recv-only 127.0.0.1 "$peer_port" <&5 >answer
	grep -qx '\(answer\)\{1,\}' answer # for each try
}

@test "--send goes before standard input, as typed, with escapes, and as hex" {
	start_peer --times 3 echo
	[ "$(client --send 'a\n' --send b 127.0.0.1 "$peer_port" <<<"c")" = 'a\nbc' ]
	printf . | client -E --send '\x41\t\\\0' 127.0.0.1 "$peer_port" >back
	[ "$(od -An -tx1 back)" = " 41 09 5c 00 2e" ]
	printf . | client --hex --send '41:42 0a' 127.0.0.1 "$peer_port" >back
	[ "$(od -An -tx1 back)" = " 41 42 0a 2e" ]
	start_peer read-until:x send:y close
	[ "$(client --recv-only --send x 127.0.0.1 "$peer_port")" = y ]
}

@test "--send of a text that cannot be read is a usage error" {
	for text in '-E --send \q' '-E --send \x4' '--hex --send 4' '--hex --send xy'; do
		# shellcheck disable=SC2086 # several words
		run_sockit -2 tcp-connect $text 127.0.0.1 1
		[[ $output == 'sockit tcp-connect: bad --send: "'* ]]
	done
}

@test "a reset in mid-transfer is exit 1 with the counts of both directions" {
	start_peer send:abc read:100000 reset
	run_sockit -1 --separate-stderr tcp-connect 127.0.0.1 "$peer_port" </dev/zero
	[ "$output" = abc ]
	[[ $stderr =~ ^"sockit tcp-connect: 127.0.0.1:$peer_port: cannot "(send|receive)": connection reset by peer (sent "[0-9]+" bytes, received 3 bytes)"$ ]]
}

@test "a reset while receiving is exit 1, too, and what came before it is there" {
	start_peer send:abc read:1 reset
	run_sockit -1 --separate-stderr tcp-connect --no-half-close 127.0.0.1 "$peer_port" <<<"x"
	[ "$output" = abc ]
	[[ $stderr == *"cannot receive: connection reset by peer (sent 2 bytes, received 3 bytes)" ]]
}

@test "an input that cannot be read is exit 1" {
	start_peer count
	run_sockit -1 tcp-connect 127.0.0.1 "$peer_port" </
	[[ $output == *"cannot read standard input: is a directory (sent 0 bytes, received "* ]]
	# The wrong end of a pipe.
	mkfifo wrong
	cat wrong >/dev/null 3>&- &
	processes+=($!)
	start_peer count
	run_sockit -1 tcp-connect --max-time 5 127.0.0.1 "$peer_port" 0>wrong
	[[ $output == *"cannot read standard input: bad file descriptor (sent 0 bytes, received "* ]]
}

@test "a full disk does not destroy what we sent: the peer sees an end, not a reset" {
	need_full
	random_file data 1M
	start_peer send-file:data wait:0.2 read
	mkfifo open
	exec 5<>open
	echo "a line" >&5
	code=0
	client 127.0.0.1 "$peer_port" <&5 >/dev/full || code=$?
	[ "$code" -eq 1 ]
	wait_exit "$peer_pid"
	[ "$(cat "$peer_log")" = "end after 7 bytes" ]
}

# --- limits ---

@test "-i ends with 5 once nothing has moved for that time" {
	start_peer --times 0 send:abc hold
	said() {
		run_sockit --separate-stderr tcp-connect -i 2s 127.0.0.1 "$peer_port" </dev/null
		[ "$output" = abc ]
	}
	wait_for said # a peer that gets no processor says nothing
	[ "$status" -eq 5 ]
	[[ $stderr == *": timed out: no data moved for 2.000s (sent 0 bytes, received 3 bytes)" ]]
}

@test "-i does not end a connection on which bytes trickle" {
	start_peer --times 0 drip:abcdefghijklmnopqrstuvwxyz
	trickle() { [ "$(client -i 300ms 127.0.0.1 "$peer_port" </dev/null | wc -c)" -eq 26 ]; }
	wait_for trickle # a peer that gets no processor is silent
}

@test "-i does not end a connection whose peer still takes what is under way" {
	head -c 1000000 /dev/zero >million
	start_peer --times 0 --recv-buffer 16384 slow:20000 # 2.5 s
	delivered() { client -i 700ms 127.0.0.1 "$peer_port" <million; }
	wait_for delivered # a peer that gets no processor takes nothing
	stop "$peer_pid"
	# It fills the socket again after each look.
	start_peer --times 0 --unix "$PWD/sock" slow:12000
	filled() { client -i 700ms "unix:$PWD/sock" <million; }
	wait_for filled
	start_peer --times 0 send-file:million
	start_server -i 700ms --forward "127.0.0.1:$peer_port"
	taken() {
		start_peer --connect "$port" --recv-buffer 16384 slow:20000
		wait_exit "$peer_pid"
		grep -qx 'end after 1000000 bytes' "$peer_log"
	}
	wait_for taken
	start_server -v --json -i 1s --max-time 4s --handler chargen
	limited() {
		: >"$err"
		start_peer --connect "$port" --recv-buffer 65536 slow:5000
		wait_for grep -q '"event":"closed"' "$err"
		grep -q '"reason":"limit"' "$err"
	}
	wait_for limited
}

@test "--max-time ends with 5 though bytes move" {
	start_peer --times 0 flood
	moved() {
		code=0
		client --max-time 300ms 127.0.0.1 "$peer_port" </dev/null >/dev/null 2>errors || code=$?
		[ "$code" -eq 5 ] &&
			grep -Eq ": timed out: not finished after 0.300s \(sent 0 bytes, received [1-9][0-9]* bytes\)" errors
	}
	wait_for moved # a peer that gets no processor sends nothing
}

# --- what stays as it is around us ---

# flags_of N - print the O_NONBLOCK of descriptor N as seen by another program that shares it.
flags_of() {
	"$PEERS/flags" "$1"
}

@test "O_NONBLOCK is never set on standard input and output, while it runs and after" {
	mkfifo in out
	exec 5<>in 6<>out
	start_peer --times 0 echo
	"$SOCKIT" tcp-connect 127.0.0.1 "$peer_port" <&5 >&6 3>&- &
	pid=$!
	processes+=("$pid")
	echo here >&5
	read -r -t 10 line <&6
	[ "$(flags_of 5 && flags_of 6)" = $'blocking\nblocking' ]
	stop -KILL "$pid"
	[ "$(flags_of 5 && flags_of 6)" = $'blocking\nblocking' ]
}

@test "O_NONBLOCK is never set on a socket or a terminal that was passed on" {
	start_peer --times 0 echo
	cat >pass <<-'END'
		exec 5<&0 # which the background would not have
		"$SOCKIT" tcp-connect "127.0.0.1:$1" <&5 5<&- &
		pid=$!
		until [ -e back ]; do sleep 0.02; done
		"$PEERS/flags" 0 1 >running
		kill -KILL "$pid"
		wait "$pid" 2>/dev/null
		"$PEERS/flags" 0 1 >after
	END
	export SOCKIT PEERS
	"$PEERS/hand" --kind accept --fd 0 --port-file port sh pass "$peer_port" 3>&- </dev/null 2>errors &
	passed=$!
	processes+=("$passed")
	wait_for [ -s port ]
	start_aside --connect "$(cat port)" 'send:here\n' 'read-until:here\n' 'touch:back' read
	wait_exit "$passed"
	[ "$(cat running after)" = $'blocking\nblocking\nblocking\nblocking' ]
	rm back running after
	terminal 'type:here\n' 'see:here' 'run:touch back' 'run:until [ -s after ]; do sleep 0.02; done' -- \
		sh pass "$peer_port" 3>&-
	[ "$(cat running after)" = $'blocking\nblocking\nblocking\nblocking' ]
}

@test "an output whose reader has gone ends us by SIGPIPE, as it ends cat" {
	expect_signal PIPE
	start_peer --times 2 flood
	{ client 127.0.0.1 "$peer_port" </dev/null 2>errors || echo $? >code; } | head -c 5 >/dev/null
	[ "$(cat code)" -eq 141 ]
	[ ! -s errors ]
	{
		trap '' PIPE
		client 127.0.0.1 "$peer_port" </dev/null 2>errors || echo $? >code
	} | head -c 5 >/dev/null
	[ "$(cat code)" -eq 1 ]
	has "cannot write to standard output: broken pipe" errors
}

# peak COMMAND... - write the most memory it used, in KiB, to the file peak.
peak() {
	"$PEERS/peak" peak "$@" 3>&-
}

@test "memory does not grow behind a slow reader, on either side" {
	[ -z "${SOCKIT_TEST_CHECKER:-}" ] || skip "$SOCKIT_TEST_CHECKER needs memory of its own"
	head -c 50M /dev/zero >data
	start_peer send-file:data
	peak "$SOCKIT" tcp-connect 127.0.0.1 "$peer_port" </dev/null | {
		sleep 0.3 # for all that can be buffered to be that
		wc -c >count
	}
	(($(cat count) == 52428800 && $(cat peak) < 32768))
	start_peer --recv-buffer 4096 read:10 wait:0.3 read
	cat data | peak "$SOCKIT" tcp-connect 127.0.0.1 "$peer_port"
	(($(cat peak) < 32768))
	has "end after 52428790 bytes" "$peer_log"
}

@test "waiting costs no processor time, with a peer that ended and an input that hung up, too" {
	need_proc
	start_peer --times 2 shutdown hold
	mkfifo idle
	exec 5<>idle
	start_sockit tcp-connect --linger inf 127.0.0.1 "$peer_port" <&5
	first=$pid
	start_sockit tcp-connect --no-half-close --send x 127.0.0.1 "$peer_port" </dev/null
	wait_exit "$pid" # the peer has ended, and so do we
	start_peer read hold
	start_sockit tcp-connect 127.0.0.1 "$peer_port" < <(echo)
	wait_for has "end after 1 bytes" "$peer_log"
	ticks=$(($(cpu_ticks "$first") + $(cpu_ticks "$pid")))
	sleep 0.5 # in which a loop that spins would take processor time
	(($(cpu_ticks "$first") + $(cpu_ticks "$pid") < ticks + 20))
}

@test "being stopped, continued and asked for progress a hundred times loses nothing" {
	random_file data 8M
	start_peer echo
	mkfifo gate
	exec 5<>gate
	start_sockit tcp-connect 127.0.0.1 "$peer_port" <gate 5>&-
	head -c 4M data >&5
	wait_for [ -s "$out" ]
	for _ in {1..50}; do
		kill -USR1 "$pid"
		kill -STOP "$pid"
		kill -CONT "$pid"
		kill -USR1 "$pid"
	done
	tail -c 4M data >&5
	exec 5>&-
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	cmp "$out" data
}

# --- ending early ---

@test "a time limit that cuts a transfer short is a reset for the peer, not an end" {
	mkfifo input
	exec 5<>input
	start_peer read
	printf 12 >&5
	run_sockit -5 tcp-connect --max-time 300ms 127.0.0.1 "$peer_port" <&5
	wait_for grep -q 'after' "$peer_log"
	grep -qx 'reset after 2 bytes' "$peer_log"
	start_peer read
	printf 12 >&5
	run_sockit -5 tcp-connect -i 300ms 127.0.0.1 "$peer_port" <&5
	wait_for grep -q 'after' "$peer_log"
	grep -qx 'reset after 2 bytes' "$peer_log"
}

@test "a signal that cuts a transfer short is a reset for the peer, not an end" {
	mkfifo input
	exec 5<>input
	for signal in TERM HUP; do
		start_peer read:2 read
		start_sockit tcp-connect 127.0.0.1 "$peer_port" <&5
		printf 12 >&5
		wait_for test -s "$peer_log"
		stop "-$signal" "$pid"
		wait_for grep -q 'after' "$peer_log"
		grep -qx 'reset after 0 bytes' "$peer_log"
	done
}

@test "a limit after the input has ended is a plain end" {
	start_peer read:2 wait:0.6 read
	printf 12 >input
	run_sockit -5 tcp-connect -k --max-time 300ms 127.0.0.1 "$peer_port" <input
	wait_for grep -q 'after' "$peer_log"
	grep -qx 'end after 0 bytes' "$peer_log"
}

@test "fd:0 and fd:1 cannot be the connection and our own input or output as well" {
	run_sockit -2 tcp-connect fd:0 </dev/null
	[[ $output == *"fd:0 is standard input"* ]]
	run_sockit -2 tcp-connect fd:1 </dev/null
	[[ $output == *"fd:1 is standard output"* ]]
}

@test "a link-local address without a zone is a usage error that says so" {
	run_sockit -2 tcp-connect fe80::1 80 </dev/null
	[[ $output == "sockit tcp-connect: fe80::1 is a link-local address and requires a zone: fe80::1%INTERFACE"* ]]
	run_sockit -2 tcp-connect -z fe80::1 80
	zone="fe80::1 is a link-local address and requires a zone: fe80::1%INTERFACE"
	for words in "udp-send fe80::1 80 x" "udp-send [fe80::1]:80 -r --any-source x" "tcp-serve fe80::1 0" \
		"udp-listen fe80::1 0" "udp-listen --forward [fe80::1]:80 127.0.0.1 0" \
		"tcp-connect -s fe80::1 ::1 80" "udp-send -s fe80::1 ::1 80 x" \
		"tcp-serve --forward [fe80::1]:80 127.0.0.1 0" "resolve --server [fe80::1] --type A x.test" \
		"resolve --server [fe80::1]:53 x.test"; do
		# shellcheck disable=SC2086 # words
		run_sockit -2 $words </dev/null
		[[ $output == *"$zone"* ]]
	done
}

@test "a host without IPv6 is unreachable by it: 4, not a local address" {
	need_namespace
	run unshare -rn "$SOCKIT" tcp-connect ::1 80 </dev/null
	[ "$status" -eq 4 ]
	run unshare -rn "$SOCKIT" tcp-connect -z ::1 80 </dev/null
	[ "$status" -eq 4 ]
	run unshare -rn "$SOCKIT" udp-send ::1 9 x
	[ "$status" -eq 4 ]
	[[ $output == *"network is unreachable"* ]]
	run unshare -rn "$SOCKIT" udp-send -r --any-source ::1 9 x
	[ "$status" -eq 4 ]
}
