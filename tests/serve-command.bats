#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# serve-command.bats - tcp-serve with a command for each connection: -- COMMAND and --sh.

load lib
load net
load clients

# variables - print our lines of the environment in $output, sorted.
variables() {
	grep -E '^(PROTO|TCP|IPC)' <<<"$output" | sort
}

# run_once COMMAND... - serve one connection with COMMAND; sets status and output.
run_once() {
	start_server --accept 1 -- "$@"
	output=$(ask)
	wait_exit "$pid"
}

@test "a command has the connection as its standard input and output" {
	start_server -- tr a-z A-Z
	run -0 ask "hello\n"
	[ "$output" = HELLO ]
}

@test "--sh runs a shell command" {
	start_server --sh 'read name && echo "hello, $name" && cat'
	run -0 ask "world\nand\nmore"
	[ "$output" = "$(printf 'hello, world\nand\nmore')" ]
}

@test "each connection has a process of its own, many at once" {
	start_server -- cat
	fds=()
	for i in {1..20}; do
		exec {fd}<>"/dev/tcp/127.0.0.1/$port"
		fds+=("$fd")
	done
	for fd in "${fds[@]}"; do
		echo "$fd" >&"$fd"
		read -r -t 20 -u "$fd" line
		[ "$line" = "$fd" ]
	done
}

@test "big files pass through a command, to whatever client" {
	random_file data 8M
	start_server -- cat
	for client in nc ncat socat sockit; do
		has_client "$client" || continue
		talk "$client" <data >got
		cmp data got
	done
}

@test "its standard error is sockit's" {
	start_server --sh 'echo to the log >&2'
	run -0 ask
	[ -z "$output" ]
	wait_for has_line 'to the log' "$err"
}

@test "the environment is as UCSPI has it, over TCP" {
	need_loopback_addresses
	PROTO=TLS IPCREMOTEPATH=stale start_server -v -- env
	run -0 ask_from 127.0.0.3
	client=$(sed -n 's/.*connection from 127.0.0.3://p' "$err")
	[ "$(variables | grep -v ^IPC)" = "PROTO=TCP
TCPLOCALIP=127.0.0.1
TCPLOCALPORT=$port
TCPREMOTEIP=127.0.0.3
TCPREMOTEPORT=$client" ]
	[[ $output == *PATH=* ]]
}

@test "the environment has plain IPv6 addresses, and IPv4 ones on a dual-stack socket" {
	need_ipv6
	endpoint="*:0" start_server -- env
	run_sockit tcp-connect "[::1]:$port" </dev/null
	[[ $(variables) == *"TCPLOCALIP=::1"*"TCPREMOTEIP=::1"* ]]
	run_sockit tcp-connect "127.0.0.1:$port" </dev/null
	[[ $(variables) == *"TCPLOCALIP=127.0.0.1"*"TCPREMOTEIP=127.0.0.1"* ]]
}

@test "the environment is as UCSPI has it, over a Unix socket" {
	endpoint=unix:$PWD/socket start_server -- env
	run_sockit tcp-connect unix:socket </dev/null
	user="IPCREMOTEEGID=$(id -g)
IPCREMOTEEUID=$(id -u)
"
	built_for_linux || user=
	[ "$(variables)" = "IPCLOCALPATH=$PWD/socket
${user}IPCREMOTEPATH=
PROTO=IPC" ]
}

@test "IPCREMOTEPATH is the client's own path, however long" {
	need socat
	endpoint=unix:socket start_server -- env
	client=./a-path-that-is-longer-than-any-internet-address
	output=$(socat -t9 - "UNIX-CONNECT:socket,bind=$client" </dev/null)
	[[ $(variables) == *"IPCREMOTEPATH=$client"* ]]
}

@test "with --accept 1 the status is the command's" {
	for code in 0 1 7 100; do
		run_once sh -c "exit $code"
		[ "$status" -eq "$code" ]
	done
	expect_signal KILL
	run_once sh -c 'kill -KILL $$'
	[ "$status" -eq 137 ]
}

@test "with more than one connection the command's status is its own affair" {
	start_server --accept 2 -- false
	ask
	ask
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

@test "the answer of a slow command reaches a client that has ended its side" {
	# The client has ended its side long before.
	start_server --sh 'cat >/dev/null; sleep 0.1; echo late'
	for client in nc ncat socat sockit; do
		has_client "$client" || continue
		[ "$(echo hello | talk "$client")" = late ]
	done
}

@test "an answer is not destroyed by input that the command did not read" {
	# After its end the input is thrown away for two seconds: it ends once there is some.
	start_server --sh 'head -c 1 >/dev/null; echo goodbye'
	join
	head -c 1M /dev/zero >&5
	[ "$(hear_all)" = goodbye ]
}

# passes_another - while a client stays, which the server lets go after two seconds, the next is served.
passes_another() {
	join && hear &&
		[ "$(timeout "$patience" "$SOCKIT" tcp-connect 127.0.0.1 "$port" </dev/null 3>&-)" = goodbye ]
}

@test "a client that stays after the command's end holds up nobody, and is let go" {
	start_server -v -- echo goodbye
	# It is late now and then where everything is slow, but each time only if it is held up.
	wait_for passes_another
	wait_for refuses_input
}

# After a while the server closes: then sending meets a reset.
refuses_input() {
	! (echo more >&5) 2>/dev/null
}

@test "a command has descriptors 0, 1 and 2, and nothing else" {
	need_proc
	start_server --also unix:socket -- ls -l /proc/self/fd 7</dev/null
	run -0 ask
	[ "$(grep -Ec ' [0-9]+ -> ' <<<"$output")" -eq 4 ] # the fourth is what ls reads
	[ "$(grep -c 'socket:' <<<"$output")" -eq 2 ]
}

@test "what a command leaves running keeps no listening socket: a restart finds the address free" {
	port=$(freeport)
	endpoint=127.0.0.1:$port start_server --sh 'sleep 100 >/dev/null 2>&1 </dev/null & echo $!'
	left=$(ask)
	stop "$pid"
	kill -0 "$left"
	endpoint=127.0.0.1:$port start_server --handler echo
	run -0 ask hello
	[ "$output" = hello ]
	kill "$left"
}

@test "a command has default signals and an empty mask" {
	need_proc
	start_server -- grep -E '^Sig(Blk|Ign)' /proc/self/status
	run -0 ask
	read -r _ blocked _ ignored <<<"${output//$'\n'/ }"
	[ "$blocked" = 0000000000000000 ]
	# Real-time signals are up to the library.
	[ $((0x$ignored & 0x7fffffff)) -eq 0 ]
}

@test "a command has default signals whatever sockit was started to ignore, as by systemd" {
	need_proc
	trap '' PIPE HUP ALRM USR2
	start_server --sh 'grep ^SigIgn /proc/self/status'
	run -0 ask
	[ $((0x${output##*$'\t'} & 0x7fffffff)) -eq 0 ]
	start_ready udp-listen --sh 'grep ^SigIgn /proc/self/status'
	run_sockit udp-send -r -w 5s 127.0.0.1 "$port" x
	[ $((0x${output##*$'\t'} & 0x7fffffff)) -eq 0 ]
	start_server --handler discard
	for run in "--via 'grep ^SigIgn /proc/self/status' 127.0.0.1 1" \
		"-z 127.0.0.1 $port -- grep ^SigIgn /proc/self/status"; do
		run -0 eval "sockit tcp-connect $run </dev/null"
		# nohup(1) also applies to what runs in our process group.
		[ $((0x${output##*$'\t'} & 0x7fffffff & ~7)) -eq 0 ]
	done
	trap - PIPE HUP ALRM USR2
}

@test "a command has the limit of descriptors that sockit was started with" {
	ulimit -Sn 300
	start_server --sh 'ulimit -Sn'
	run -0 ask
	[ "$output" = 300 ]
}

@test "a command has a process group of its own" {
	need_proc
	start_server --sh 'echo $$; sed "s/ (.*) / /" /proc/$$/stat | cut -d" " -f4'
	run -0 ask
	[ "${lines[0]}" = "${lines[1]}" ]
	[ "${lines[0]}" != "$pid" ]
}

@test "a command's descriptors block, as programs expect" {
	start_server -- "$PEERS/flags" 0 1
	run -0 ask
	[ "$output" = $'blocking\nblocking' ]
}

@test "a command that does not exist is found out at the start" {
	run_sockit tcp-serve 127.0.0.1:0 -- ./nosuch argument
	[ "$status" -eq 3 ]
	[[ $output == *"cannot run ./nosuch: "* ]]
	run_sockit tcp-serve 127.0.0.1:0 -- nosuchcommand
	[ "$status" -eq 3 ]
	: >plain
	run_sockit tcp-serve 127.0.0.1:0 -- ./plain
	[ "$status" -eq 6 ]
	run_sockit tcp-serve 127.0.0.1:0 --
	[ "$status" -eq 2 ]
	[[ $output == *"command after --"* ]]
}

@test "a command that cannot start later closes that connection with a message, and no other" {
	printf '#!/bin/sh\necho hello\n' >script
	chmod +x script
	start_server -- ./script
	mv script elsewhere
	run -0 ask
	[ -z "$output" ]
	wait_for grep -Eqi '127.0.0.1:[0-9]+: cannot run ./script: no such file' "$err"
	mv elsewhere script
	run -0 ask
	[ "$output" = hello ]
}

@test "a script without its first line is run, or refused with what is missing" {
	echo 'echo hello' >script
	chmod +x script
	start_server -- ./script
	run -0 ask
	# The posix_spawnp(3) of some systems gives it to the shell.
	[ "$output" = hello ] ||
		wait_for grep -Fq 'cannot run ./script: not an executable format (a script begins with #!' "$err"
}

@test "the status of a command that cannot start is 127, as in a shell" {
	printf '#!/bin/sh\n' >script
	chmod +x script
	start_server --accept 1 -- ./script
	rm script
	ask
	wait_exit "$pid"
	[ "$status" -eq 127 ]
}

@test "a command for every interface needs --allow, or the host written out" {
	while read -r arguments; do
		# shellcheck disable=SC2086 # a list of arguments
		run_sockit tcp-serve $arguments
		if [ "$status" -ne 2 ] || [[ $output != *--allow* ]]; then
			echo "$arguments: status $status, $output"
			false
		fi
	done <<-END
		0 -- cat
		:0 -- cat
		:0 --sh cat
		127.0.0.1:0 --also :0 -- cat
		:0 --deny 10.0.0.1 -- cat
	END
	for endpoint in '*:0' 0.0.0.0:0 unix:socket; do
		start_server -- cat
	done
	endpoint=:0 start_server --allow 127.0.0.1 -- cat
	run -0 ask hello
	[ "$output" = hello ]
	endpoint=:0 start_server --handler echo
}

@test "no zombie is left" {
	start_server -- true
	for i in {1..20}; do
		ask
	done
	wait_for childless "$pid"
}

@test "a client that goes away ends a command that writes, with SIGPIPE" {
	start_server -v -- yes
	join
	hear
	leave
	wait_for childless "$pid"
	wait_for grep -q ' closed[: ]' "$err"
}

# cut_off OPTION... - start a server whose --max-time cuts off the command of a client, which joins
# here, once it has written a line, now in $line; that takes longer than the shortest time if
# everything is slow.
cut_off() {
	local time
	for time in 100ms 2s 20s; do
		start_server -v --max-time "$time" "$@"
		join
		! hear 30 || return 0
		leave
	done
	return 1
}

@test "--max-time ends the command and its children" {
	need_proc
	cut_off --sh 'sleep 60 & echo $!; wait'
	wait_for dead "$line"
	wait_for childless "$pid"
	wait_for grep -q ' closed[: ]' "$err"
}

deaf='trap "" TERM; echo ready; while :; do sleep 0.1; done'

@test "--max-time kills a command that does not listen to SIGTERM" {
	cut_off --sh "$deaf"
	[ "$line" = ready ]
	wait_for childless "$pid"
}

@test "with a copy in between, --max-time kills a command that does not listen to SIGTERM, too" {
	cut_off --save-sent copy --sh "$deaf"
	[ "$line" = ready ]
	wait_for childless "$pid"
}

@test "a command that does not listen to SIGTERM does not outlive the server" {
	start_server --grace 0 --sh 'trap "" TERM; echo $$; while :; do sleep 0.1; done'
	join
	hear
	stop "$pid"
	[ "$status" -eq 143 ]
	dead "$line"
}

@test "a client whose command is ended by --max-time sees a reset, not an end" {
	cut_off --sh 'echo half of it; exec sleep 60'
	[ "$line" = "half of it" ]
	run -1 hear_all
	[[ $output == *reset* ]]
}

@test "-i of a command counts from its last byte" {
	built_for_linux || skip "only the kernel knows what a command moves, and a POSIX build cannot ask it"
	sends_in_time() {
		rm -f sent
		start_server -v -i 4s --sh 'exec cat >/dev/null' &&
			start_peer --connect "$port" wait:2 send:x touch:sent hold &&
			wait_for -t 4 test -e sent && ! grep -q ' closed: ' "$err"
	}
	wait_for sends_in_time # a peer that gets no processor sends too late
	first=$(sed -n 's/.*connection from //p' "$err")
	pause 1 # that the other comes later
	start_peer --connect "$port" hold
	# The time of the first one is up 2 s after its first check, a second before that of the
	# other; its next check must not be 4 s later.
	wait_for grep -q ' closed: ' "$err"
	grep -q "$first closed: " "$err"
}

@test "what a command sent and received is counted to the byte, however slowly it is read" {
	built_for_linux || skip "only the kernel knows what a command moves, and a POSIX build cannot ask it"
	start_server -v --sh 'head -c 3000000 /dev/zero; exec cat >/dev/null'
	start_peer --connect "$port" send:hello wait-for:go shutdown read
	# The command has sent everything long before it is read.
	: >go
	wait_for grep -q 'closed: received 5 bytes, sent 3000000 bytes' "$err"
	start_server -v --sh 'head -c 300000 /dev/zero'
	start_peer --connect "$port" slow:20000
	wait_for grep -q 'closed: received 0 bytes, sent 300000 bytes' "$err"
}

@test "bytes that are not known are left out of events and figures" {
	endpoint=unix:s start_server -v --json --stats=json --accept 1 --sh 'echo hello'
	run_sockit tcp-connect unix:s
	[ "$output" = hello ]
	wait_exit "$pid"
	grep -q '"event":"closed"' "$err"
	[ "$(grep -c '_bytes' "$err")" -eq 0 ]
}

@test "a command dies of SIGPIPE and SIGXFSZ as programs do" {
	need_proc
	start_server --sh 'sed -n "s/SigIgn:[[:space:]]*/0x/p" /proc/self/status'
	run -0 ask
	((($output & (1 << 12 | 1 << 24)) == 0))
}

# keeps_talking - does the client that joined have an answer each time?
keeps_talking() {
	for i in 1 2 3 4 5 6 "still here"; do
		{ (echo "$i" >&5) 2>/dev/null && hear; } || return 1
		pause 0.4 # all together take longer than -i
	done
}

@test "-i ends a command whose connection is silent, and not one that talks" {
	built_for_linux || skip "only the kernel knows what a command moves, and a POSIX build cannot ask it"
	is_served() {
		start_server -i "$((2 * patience))s" \
			--sh 'while read -r line; do echo "$line"; done' &&
			join && exec 6<>"/dev/tcp/127.0.0.1/$port" && keeps_talking
	}
	wait_for is_served # a client that gets no processor is silent, too
	[ "$line" = "still here" ]
	code=0
	read -r -t $((10 * patience)) -u 6 || code=$?
	[ "$code" -eq 1 ] # it ended, and did not just stay silent
}

@test "-v counts the bytes that a command had and wrote" {
	built_for_linux || skip "only the kernel knows what a command moves, and a POSIX build cannot ask it"
	start_server -v --sh 'cat >/dev/null; echo hello world'
	ask 12345
	wait_for grep -q 'closed: received 5 bytes, sent 12 bytes in ' "$err"
}

@test "whatever runs out of descriptors, 0 is for a command that did its job" {
	local whole=0 lost=0
	for most in {6..20}; do
		rm -f ready
		(ulimit -n "$most" && exec "$SOCKIT" tcp-serve -x=dump --ready-file ready --accept 1 \
			127.0.0.1:0 -- cat) 3>&- 2>log &
		server_pid=$!
		processes+=("$server_pid")
		wait_for settled "$server_pid" ready
		: >answer
		if [ -s ready ]; then
			sockit tcp-connect "$(cat ready)" <<<hello >answer || true
		fi
		status=0
		wait "$server_pid" || status=$?
		if [ "$(cat answer)" = hello ]; then
			whole=1
			[ "$status" -eq 0 ]
		else
			lost=1
			# musl runs out of them while starting the command.
			[ "$status" -eq 1 ] || [[ $status -eq 126 && $(<log) == *'cannot run cat: '* ]]
			grep 'too many open files$' log
		fi
	done
	[ "$whole$lost" = 11 ]
}
