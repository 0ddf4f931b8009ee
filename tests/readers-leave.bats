#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# readers-leave.bats - tcp-connect, in all its modes, notices at once that the reader of standard
# output has gone, even if it has nothing to write.

load lib
load net

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
