#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# connect-command.bats - tcp-connect with a command: -- COMMAND and --sh on the connection.

load lib
load net

client() {
	sockit tcp-connect "$@"
}

@test "-- COMMAND has the connection as its standard input and output" {
	start_peer send:question shutdown save:answer
	client 127.0.0.1 "$peer_port" -- sh -c 'echo "got $(cat)"' >ours
	[ ! -s ours ]
	wait_exit "$peer_pid"
	[ "$(cat answer)" = "got question" ]
}

@test "--sh does the same with a line of shell" {
	start_peer save:answer
	client 127.0.0.1 "$peer_port" --sh 'echo one; echo two | tr a-z A-Z'
	wait_exit "$peer_pid"
	[ "$(cat answer)" = $'one\nTWO' ]
}

@test "standard error stays ours, standard input is not read" {
	start_peer read
	{
		client 127.0.0.1 "$peer_port" -- sh -c 'echo told >&2' 2>errors
		cat
	} <<<"left" >rest
	[ "$(cat errors)" = told ]
	[ "$(cat rest)" = left ]
}

@test "words after -- are the command's, options too" {
	start_peer save:answer
	client 127.0.0.1 "$peer_port" -- printf '%s|' --send -x -- 'a b' ''
	wait_exit "$peer_pid"
	[ "$(cat answer)" = '--send|-x|--|a b||' ]
}

@test "the status is the command's" {
	start_peer --times 0 read
	for code in 0 1 2 7 99 128; do
		run client 127.0.0.1 "$peer_port" -- sh -c "exit $code"
		[ "$status" -eq "$code" ]
		run client 127.0.0.1 "$peer_port" --sh "exit $code"
		[ "$status" -eq "$code" ]
	done
}

@test "a command that a signal ended is 128 and that signal" {
	expect_signal KILL
	expect_signal TERM
	start_peer --times 2 read
	run -137 client 127.0.0.1 "$peer_port" -- sh -c 'kill -KILL $$'
	run -143 client 127.0.0.1 "$peer_port" -- sh -c 'kill -TERM $$'
}

@test "a command that does not exist is 127, one that cannot be run 126" {
	start_peer --times 0 read
	run_sockit -127 tcp-connect 127.0.0.1 "$peer_port" -- nosuchcommand
	[ "$output" = "sockit tcp-connect: cannot run nosuchcommand: no such file or directory" ]
	run_sockit -127 tcp-connect 127.0.0.1 "$peer_port" -- ./nosuchcommand
	touch plain
	run_sockit -126 tcp-connect 127.0.0.1 "$peer_port" -- ./plain
	[ "$output" = "sockit tcp-connect: cannot run ./plain: permission denied" ]
	run_sockit -126 tcp-connect 127.0.0.1 "$peer_port" -- /
}

@test "when the connection fails the command is not run, and the status is ours" {
	start_refusing
	run_sockit -4 tcp-connect 127.0.0.1 "$refused_port" -- touch ran
	[ ! -e ran ]
}

@test "the environment tells both ends, as UCSPI has it" {
	need_loopback_addresses
	start_peer read
	client -s 127.0.0.2 127.0.0.1 "$peer_port" -- sh -c \
		'echo "$PROTO $TCPREMOTEIP $TCPREMOTEPORT $TCPLOCALIP ${TCPLOCALPORT:+port}" >&2' 2>told
	[ "$(cat told)" = "TCP 127.0.0.1 $peer_port 127.0.0.2 port" ]
	need_ipv6
	start_peer --host ::1 read
	client ::1 "$peer_port" -- sh -c 'echo "$PROTO $TCPREMOTEIP $TCPLOCALIP" >&2' 2>told
	[ "$(cat told)" = "TCP ::1 ::1" ]
}

@test "the environment of a Unix socket tells its path and the user" {
	start_peer --unix "$PWD/socket" read
	client "unix:$PWD/socket" -- sh -c \
		'echo "$PROTO $IPCREMOTEPATH $IPCREMOTEEUID $IPCREMOTEEGID ${TCPREMOTEIP-none}" >&2' 2>told
	user="$(id -u) $(id -g)"
	built_for_linux || user=" "
	[ "$(cat told)" = "IPC $PWD/socket $user none" ]
}

@test "the rest of the environment is passed on; what it said of a connection before is replaced" {
	start_peer save:env
	TCPREMOTEIP=1.2.3.4 PROTO=x OTHER='a b' client 127.0.0.1 "$peer_port" -- env
	wait_exit "$peer_pid"
	has_line 'OTHER=a b' env
	[ "$(grep -c -e ^PROTO= -e ^TCPREMOTEIP= env)" -eq 2 ]
	has_line 'TCPREMOTEIP=127\.0\.0\.1' env
}

@test "the command has the descriptors 0, 1 and 2 and nothing else, whatever we were given" {
	need_proc
	start_peer save:open
	exec 5</dev/null 9</dev/null
	client 127.0.0.1 "$peer_port" -- ls /proc/self/fd
	wait_exit "$peer_pid"
	[ "$(tr '\n' ' ' <open)" = "0 1 2 3 " ] # 3 is the directory
}

@test "the connection blocks, as commands expect" {
	start_peer save:flags
	client 127.0.0.1 "$peer_port" -- "$PEERS/flags" 0 1
	wait_exit "$peer_pid"
	[ "$(cat flags)" = $'blocking\nblocking' ]
}

# ignored_by COMMAND... - the signals that a program started by COMMAND ignores, as a number;
# without 32 and 33, which libc reserves.
ignored_by() {
	local mask
	mask=$("$@" sh -c 'sed -n "s/^SigIgn:.//p" /proc/self/status >&2' 2>&1 >/dev/null)
	echo $((16#$mask & 0x7fffffff))
}

@test "signals are the default ones again, but what nohup and background jobs ignore stays so" {
	need_proc
	start_peer --times 0 read
	[ "$(ignored_by "$SOCKIT" tcp-connect 127.0.0.1 "$peer_port" --)" = "$(ignored_by env)" ]
	trap '' HUP INT QUIT PIPE USR1
	[ $(($(ignored_by env) & 7)) -eq 7 ]
	[ "$(ignored_by "$SOCKIT" tcp-connect 127.0.0.1 "$peer_port" --)" -eq 7 ]
}

@test "what the command leaves unread does not destroy what it said last" {
	random_file data 1M
	start_peer send-file:data read
	# After its end the input is thrown away for two seconds: it ends once there is some.
	client 127.0.0.1 "$peer_port" --sh 'head -c 1 >/dev/null; echo "last words"'
	wait_exit "$peer_pid"
	[ "$(cat "$peer_log")" = "end after 11 bytes" ]
}

@test "a peer that never ends holds us up for two seconds after the command, no longer" {
	start_peer --times 0 read-until:words hold
	quick 3500 client 127.0.0.1 "$peer_port" -- echo words
	((elapsed >= 1900))
	has_line "read words" "$peer_log"
}

@test "signals that the parent had blocked end it, and tell that a command has ended" {
	env --block-signal=CHLD true 2>/dev/null || skip "env cannot block signals"
	# shellcheck disable=SC2016 # for the shell that runs it
	printf '#!/bin/sh\nexec env --block-signal=CHLD,TERM "%s" "$@"\n' "$SOCKIT" >blocked
	chmod +x blocked
	SOCKIT=$PWD/blocked
	start_peer read
	start_sockit tcp-connect 127.0.0.1 "$peer_port" -- sh -c 'exit 3'
	wait_exit "$pid"
	[ "$status" -eq 3 ]
	start_server --handler echo
	stop "$pid"
	[ "$status" -eq 143 ]
}

@test "SIGTERM goes to the command, and ends us when it has ended" {
	start_peer --times 2 read
	start_sockit tcp-connect 127.0.0.1 "$peer_port" -- \
		sh -c 'trap "echo >ended; exit 5" TERM; echo >up; while :; do sleep 0.05; done'
	wait_for [ -e up ]
	kill -TERM "$pid"
	wait_exit "$pid"
	[ -e ended ]
	[ "$status" -eq 5 ]
	rm up
	start_sockit tcp-connect 127.0.0.1 "$peer_port" -- sh -c 'echo >up; exec sleep 60'
	wait_for [ -e up ]
	stop "$pid"
	[ "$status" -eq 143 ]
}

@test "what is said of moving bytes is a usage error with a command" {
	for option in --send-only --recv-only --no-half-close '--linger 1' '--send x' '-i 1' \
		'--max-time 1' --progress --stats; do
		# shellcheck disable=SC2086 # several words
		run_sockit -2 tcp-connect $option 127.0.0.1:1 -- true
		[[ $output == *" cannot be used with a command "* ]]
	done
	run_sockit -2 tcp-connect --sh true 127.0.0.1:1 -- true
	[[ $output == *" cannot be used with a command "* ]]
	run_sockit -2 tcp-connect 127.0.0.1:1 --
	[[ $output == *"no command after -- "* ]]
}

@test "a connection that was inherited is passed on" {
	start_peer save:answer
	exec 5<>"/dev/tcp/127.0.0.1/$peer_port"
	client fd:5 -- echo hello
	exec 5>&-
	wait_exit "$peer_pid"
	[ "$(cat answer)" = hello ]
}
