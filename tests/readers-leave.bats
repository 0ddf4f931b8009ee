#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# readers-leave.bats - tcp-connect, in all its modes, notices at once that the reader of standard
# output has gone, even if it has nothing to write. A reader that stays and does not read keeps
# no command from ending.

load lib
load net
load clients

# leaves ARG... - run tcp-connect with a reader that leaves at once, and an input that never ends.
# It must die of SIGPIPE.
leaves() {
	[ -p idle ] || mkfifo idle pipe
	exec 5<>idle 6<>pipe
	expect_signal PIPE
	"$SOCKIT" tcp-connect "$@" 3>&- <&5 >pipe 5>&- 6>&- &
	pid=$!
	processes+=("$pid")
	wait_for opened "$pid"
	exec 6>&-
	wait_exit "$pid"
	[ "$status" -eq 141 ]
}

# opened PID - whether it is sockit by now, past the shell that opened its output.
opened() {
	[[ $(readlink "/proc/$1/exe") != */bash ]]
}

@test "a reader that leaves: plain, --recv-only, and with what stands between" {
	need_proc
	start_peer --times 0 read hold
	leaves 127.0.0.1 "$peer_port"
	leaves --recv-only 127.0.0.1 "$peer_port"
	leaves -x=dump 127.0.0.1 "$peer_port"
	leaves --send question 127.0.0.1 "$peer_port"
}

@test "a reader that leaves: --expect and --prompt" {
	need_proc
	start_peer --times 0 read hold
	leaves --send question --expect never 127.0.0.1 "$peer_port"
	leaves --expect never 127.0.0.1 "$peer_port"
	leaves --prompt '' 127.0.0.1 "$peer_port"
}

@test "a reader that leaves: a scan that waits" {
	need_proc
	start_refusing
	leaves -z --wait 60s 127.0.0.1 "$refused_port"
}

@test "a reader that leaves: while the peer is waited for, and between two exchanges" {
	need_proc
	start_refusing
	leaves --wait 60s 127.0.0.1 "$refused_port"
	leaves --wait 60s --send question --expect never 127.0.0.1 "$refused_port"
	start_peer --times 0 read:1 close
	leaves --wait 60s --send question --expect never 127.0.0.1 "$peer_port"
}

@test "modes that never write do not look: --send-only goes on without a reader" {
	start_peer save:got
	{ printf one && wait_for test -s got && printf two; } |
		sockit tcp-connect --send-only 127.0.0.1 "$peer_port" | true
	wait_exit "$peer_pid"
	[ "$(cat got)" = onetwo ]
}

# is_held PID FILE - whether it has filled FILE, a pipe that nobody reads, and waits.
is_held() {
	[ -n "$(dd if="$2" bs=1 count=1 iflag=nonblock 2>/dev/null)" ] && stands_still "$1"
}

# ends_unread COMMAND... - with all that it writes going to a pipe that nobody reads, it ends when it
# is asked to.
ends_unread() {
	[ -p unread ] || mkfifo unread
	exec 6<>unread
	rm -f ready
	"$@" 3>&- >&6 2>&6 &
	pid=$!
	processes+=("$pid")
	if [ "$2" = tcp-serve ]; then
		wait_for settled "$pid" ready
		start_peer --connect "$(sed 's/.*://' ready)" send-file:much hold
	fi
	wait_for is_held "$pid" unread
	stop "$pid"
	[ "$status" -eq 143 ]
	exec 6>&-
}

@test "a reader that never reads: each command ends when it is asked to" {
	need_proc
	head -c 3000000 /dev/zero | tr '\0' x >much
	start_peer --times 0 send-file:much hold
	connect=("$SOCKIT" tcp-connect 127.0.0.1 "$peer_port")
	ends_unread "${connect[@]}"
	ends_unread "${connect[@]}" -x
	ends_unread "${connect[@]}" -x --recv-only
	ends_unread "${connect[@]}" --save-received /dev/stdout
	ends_unread "$SOCKIT" tcp-serve --ready-file ready -x --handler echo 127.0.0.1:0
	ends_unread "$SOCKIT" tcp-serve --ready-file ready --workers 2 -x --handler echo 127.0.0.1:0
	ends_unread "$SOCKIT" raw-send --dry-run --count 100000 ip dst=127.0.0.1 / udp dport=9
}

waits_for_reader() {
	catches_usr1 "$1" && stands_still "$1"
}

@test "a ready file that nobody opens: SIGUSR1 ends nothing, and SIGTERM does" {
	need_signals
	mkfifo ready
	for command in 'tcp-serve --handler echo' 'tcp-serve --workers 2 --handler echo' udp-listen; do
		# shellcheck disable=SC2086 # words
		"$SOCKIT" $command --ready-file ready 127.0.0.1:0 3>&- &
		pid=$!
		processes+=("$pid")
		wait_for waits_for_reader "$pid"
		kill -s USR1 "$pid"
		wait_for waits_for_reader "$pid"
		stop "$pid"
		[ "$status" -eq 143 ]
	done
}
