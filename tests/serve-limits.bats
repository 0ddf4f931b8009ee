#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# serve-limits.bats - which clients tcp-serve accepts, how many, for how long, and how it ends.

load lib
load net
load clients

# join_as FD - one more client that stays.
join_as() {
	eval "exec $1<>/dev/tcp/127.0.0.1/$port"
}

# answered FD - does the server answer that client?
answered() {
	echo "client $1" >&"$1" && read -r -t $((10 * patience)) -u "$1" line && [ "$line" = "client $1" ]
}

# ended FD - has the server ended that connection, rather than being silent?
ended() {
	local code=0
	read -r -t $((10 * patience)) -u "$1" || code=$?
	[ "$code" -eq 1 ]
}

# start_through WORDS ARG... - start_server, with these shell words before the binary.
start_through() {
	# shellcheck disable=SC2016 # for the inner shell
	printf '#!/bin/sh\n%s "%s" "$@"\n' "$1" "$SOCKIT" >through
	chmod +x through
	shift
	SOCKIT=./through start_server "$@"
}

@test "--max-conns: those past it wait, and are served when one ends" {
	start_server --max-conns 2 --handler echo
	for fd in 5 6 7; do
		join_as "$fd"
	done
	answered 6
	answered 5
	echo "client 7" >&7
	run ! read -r -t 0.2 -u 7
	exec 6>&-
	read -r -t 10 -u 7 line
	[ "$line" = "client 7" ]
}

@test "--max-conns holds for commands" {
	start_server --max-conns 1 --sh 'echo ready; cat'
	join_as 5
	read -r -t 10 -u 5
	join_as 6
	run ! read -r -t 0.2 -u 6
	exec 5>&-
	read -r -t 10 -u 6 line
	[ "$line" = ready ]
}

@test "--max-per-host closes what is more, at once, and counts each host for itself" {
	need_loopback_addresses
	start_server -v --max-per-host 2 --handler echo
	for fd in 5 6 7; do
		join_as "$fd"
	done
	ended 7
	grep -Eq '127.0.0.1:[0-9]+ denied' "$err"
	answered 5
	run -0 ask_from 127.0.0.2
	[ "$output" = hello ]
	exec 6>&-
	wait_for grep -q '127\.0\.0\.1:[0-9]* closed: ' "$err"
	join_as 8
	answered 8
}

@test "--allow and --deny: who comes in" {
	need_loopback_addresses
	while read -r verdict client rules; do
		# shellcheck disable=SC2086 # a list of arguments
		start_server $rules --handler echo
		run ask_from "$client"
		if [ "$output" = hello ] && [ "$verdict" = in ]; then
			continue
		fi
		if [ "$output" = hello ] || [ "$verdict" = in ]; then
			echo "$client with $rules: $output"
			false
		fi
	done <<-END
		in 127.0.0.1
		in 127.0.0.1 --allow 127.0.0.1
		out 127.0.0.2 --allow 127.0.0.1
		in 127.0.0.2 --allow 10.0.0.0/8,127.0.0.0/30
		out 127.0.0.4 --allow 10.0.0.0/8,127.0.0.0/30
		in 127.0.0.4 --allow 10.0.0.0/8 --allow 127.0.0.4
		out 127.0.0.1 --deny 127.0.0.1
		in 127.0.0.2 --deny 127.0.0.1
		out 127.0.0.5 --deny 127.0.0.0/29 --allow 127.0.0.0/8
		in 127.0.0.9 --deny 127.0.0.0/29 --allow 127.0.0.0/8
		out 127.0.0.1 --deny 0.0.0.0/0
		in 127.0.0.1 --deny ::/0
		in 127.0.0.1 --allow localhost
		out 127.0.0.2 --allow localhost
	END
}

@test "--allow and --deny of IPv6, and of IPv4 on a dual-stack socket" {
	need_loopback_addresses
	need_ipv6
	endpoint="*:0" start_server --allow ::1/128,127.0.0.8 --handler echo
	run sockit tcp-connect "[::1]:$port" <<<hello
	[ "$output" = hello ]
	run ask_from 127.0.0.8
	[ "$output" = hello ]
	run ask_from 127.0.0.1
	[ "$output" != hello ]
	endpoint="*:0" start_server --deny ::1,127.0.0.0/8 --handler echo
	run sockit tcp-connect "[::1]:$port" <<<hello
	[ "$output" != hello ]
	run ask_from 127.0.0.1
	[ "$output" != hello ]
}

@test "lists may stand in files, with comments and blank lines" {
	need_loopback_addresses
	printf '# ours\n127.0.0.1\n\n  127.0.0.2 # and this\r\n' >allowed
	printf '127.0.0.2/32' >denied
	start_server --allow-file allowed --deny-file denied --handler echo
	run ask_from 127.0.0.1
	[ "$output" = hello ]
	run ask_from 127.0.0.2
	[ "$output" != hello ]
	run ask_from 127.0.0.3
	[ "$output" != hello ]
}

@test "a list without a single line allows nobody" {
	: >allowed
	start_server --allow-file allowed --handler echo
	run ask hello
	[ "$output" != hello ]
}

@test "a bad line of a list is named by file and number" {
	printf '# ours\n127.0.0.1\n127.0.0.1/33\n' >list
	for option in --allow-file --deny-file; do
		run_sockit tcp-serve "$option" list --handler echo 127.0.0.1:0
		[ "$status" -eq 2 ]
		[[ $output == *"list:3: "*'"127.0.0.1/33"'* ]]
	done
	run_sockit tcp-serve --allow-file nowhere --handler echo 127.0.0.1:0
	[ "$status" -eq 3 ]
	[[ $output == *nowhere* ]]
	head -c 100 /dev/zero >list
	run_sockit tcp-serve --allow-file list --handler echo 127.0.0.1:0
	[ "$status" -eq 2 ]
}

@test "five thousand denied clients leave the number of descriptors where it was, and end nothing" {
	need_loopback_addresses
	start_server --no-sandbox --deny 127.0.0.1 --handler echo
	before=$(descriptors "$pid")
	for i in {1..5000}; do
		: <>"/dev/tcp/127.0.0.1/$port"
	done
	run ask_from 127.0.0.2
	[ "$output" = hello ]
	wait_for has_descriptors "$pid" "$before"
}

@test "no descriptors left: said once, no spin, and served again afterwards" {
	need_proc
	start_through 'ulimit -n 24; exec' --max-conns 1000 --handler echo
	local fds=() fd
	for _ in {1..30}; do
		exec {fd}<>"/dev/tcp/127.0.0.1/$port"
		fds+=("$fd")
	done
	wait_for grep -qi 'cannot accept connections for now: too many open files' "$err"
	answered "${fds[0]}"
	wait_for stands_still "$pid"
	[ "$(grep -c 'cannot accept' "$err")" -eq 1 ]
	for fd in "${fds[@]:0:20}"; do
		exec {fd}>&-
	done
	for fd in "${fds[@]:20}"; do
		answered "$fd"
	done
}

@test "by itself it takes no more than the descriptors allow" {
	start_through 'ulimit -n 48; exec' --handler echo
	local fds=() fd
	for _ in {1..60}; do
		exec {fd}<>"/dev/tcp/127.0.0.1/$port"
		fds+=("$fd")
	done
	for fd in "${fds[@]}"; do
		answered "$fd"
		exec {fd}>&-
	done
	run ! grep -q 'cannot accept' "$err"
}

@test "the soft limit of descriptors is raised to the hard one" {
	[ "$(ulimit -Hn)" = unlimited ] || [ "$(ulimit -Hn)" -ge 256 ] || skip "the hard limit is low"
	start_through 'ulimit -Sn 40; exec' --handler echo
	for _ in {1..100}; do
		exec {fd}<>"/dev/tcp/127.0.0.1/$port"
	done
	answered "$fd"
}

@test "whatever error accept(2) gives, the server goes on" {
	need strace
	strace -D -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	trace='exec strace -D -f -qq -o /dev/null -e trace=accept4'
	# LeakSanitizer cannot work in a traced process.
	export ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS
	for error in EMFILE ENFILE ENOBUFS ENOMEM ECONNABORTED EPROTO EPERM EAGAIN EINTR ENETDOWN; do
		start_through "$trace -e inject=accept4:error=$error:when=1..3" --handler echo
		run -0 ask hello
		[ "$output" = hello ]
	done
}

# is_busy - does the server answer the client that joined?
is_busy() {
	(echo busy >&5) 2>/dev/null && hear && [[ $line == *busy ]]
}

# outlives_idle HANDLER - is one client that is busy answered until the server has ended another
# that is idle, and once more? Stores in code how the other one was ended.
outlives_idle() {
	start_server -i "$((2 * patience))s" --handler "$1" || return 1
	join
	join_as 6
	code=142
	while ((code > 128)); do
		is_busy || return 1
		code=0
		read -r -t 0.25 -u 6 || code=$?
	done
	is_busy
}

@test "-i ends a connection that is idle, not one that is busy, and not the server" {
	for handler in echo timestamp; do
		wait_for outlives_idle "$handler" # a client that gets no processor is idle, too
		[ "$code" -eq 1 ]
	done
}

@test "-i holds for every handler" {
	for handler in echo discard chargen timestamp reverse roster; do
		start_server -v --json -i 50ms --handler "$handler"
		join
		wait_for grep -q '"reason":"timeout"' "$err"
		leave
	done
}

@test "--max-time ends a connection that is busy" {
	start_server -v --json --max-time 100ms --handler chargen
	join
	status=0
	hear_all >/dev/null || status=$?
	[ "$status" -ne 0 ] # a reset: it was cut off
	wait_for grep -q '"reason":"limit"' "$err"
}

@test "--max-time and -i count while the target of --forward does not answer" {
	start_silent
	for option in --max-time -i; do
		start_server -v -w 1m "$option" 300ms --forward "127.0.0.1:$silent_port"
		run_sockit tcp-connect --recv-only "$address"
		[ "$status" -ne 0 ]
		wait_for grep -q ' closed: ' "$err"
	done
}

@test "a client that is cut off in the middle sees a reset, not an end" {
	start_peer --times 0 send:begun hold
	for way in "--handler echo" "--handler discard" "--handler chargen" "--handler timestamp" \
		--broker --chat --collect "--forward 127.0.0.1:$peer_port"; do
		# shellcheck disable=SC2086 # a list of arguments
		start_server --max-time 200ms $way
		# A reset that comes before the client has seen that it is connected is a refusal.
		kill -s STOP "$pid"
		rm -f events
		# What chargen sends in that time would be hundreds of megabytes to keep.
		sockit tcp-connect -v --no-half-close "$address" < <(echo hello) >/dev/null 2>events &
		client=$!
		processes+=("$client")
		wait_for has 'connected to' events
		kill -s CONT "$pid"
		wait_exit "$client"
		[ "$status" -eq 1 ]
		# shellcheck disable=SC2086 # a list of arguments
		start_server --grace 0 -v $way
		server=$pid server_err=$err
		rm -f sent
		start_peer --connect "$port" send:hello touch:sent read
		# One that is reset earlier would not get as far as reading.
		wait_for test -e sent
		wait_for grep -q 'connection from' "$server_err"
		stop "$server"
		wait_for grep -q 'reset after' "$peer_log"
	done
}

@test "--backlog is what the kernel is told, 4096 if nothing is said" {
	need ss
	start_server --handler echo
	[ "$(ss -ltnH "src 127.0.0.1:$port" | awk '{ print $3 }')" -eq "$(least 4096)" ]
	start_server --backlog 7 --handler echo
	[ "$(ss -ltnH "src 127.0.0.1:$port" | awk '{ print $3 }')" -eq 7 ]
}

# least N - N, or what the kernel allows.
least() {
	local most
	most=$(cat /proc/sys/net/core/somaxconn)
	echo $(($1 < most ? $1 : most))
}

@test "a client that is killed in the middle costs nothing" {
	need_proc
	start_server --no-sandbox -v --handler chargen
	before=$(descriptors "$pid")
	server=$pid server_err=$err
	start_sockit tcp-connect --recv-only 127.0.0.1 "$port"
	wait_for test -s "$out"
	expect_signal KILL
	kill -KILL "$pid"
	wait_for grep -q ' closed: ' "$server_err"
	wait_for has_descriptors "$server" "$before"
}

@test "a client that vanishes without a word is let go after -i" {
	need_namespace
	cat >script <<-'END'
		"$SOCKIT" tcp-serve -v --json -i 200ms --handler chargen 127.0.0.1:1234 2>err &
		trap "kill $!" EXIT
		i=0
		until grep -q '"listening"' err || [ $((i += 1)) -gt 500 ]; do sleep 0.02; done
		exec 5<>/dev/tcp/127.0.0.1/1234
		read -r -N 100 -u 5 && ip link set lo down
		until grep -q '"closed"' err || [ $((i += 1)) -gt 1000 ]; do sleep 0.02; done
	END
	export SOCKIT
	in_namespace bash script
	grep -q '"reason":"timeout"' err
}

@test "stopping and continuing it harms nothing" {
	start_server --handler echo
	join_as 5
	kill -STOP "$pid"
	echo "client 5" >&5
	kill -CONT "$pid"
	read -r -t 10 -u 5 line
	[ "$line" = "client 5" ]
}

@test "a storm of signals changes nothing" {
	random_file data 8M
	start_server --handler echo
	sockit tcp-connect 127.0.0.1 "$port" <data >got &
	client=$!
	while kill -0 "$client" 2>/dev/null; do
		kill -USR1 "$pid"
		kill -CHLD "$pid"
	done
	wait "$client"
	cmp data got
}

@test "SIGTERM lets what is open finish, and takes nothing new" {
	endpoint=127.0.0.1:$(freeport) start_server --handler echo
	join_as 5
	answered 5
	expect_signal TERM
	kill -TERM "$pid"
	wait_for refused
	answered 5
	exec 5>&-
	wait_exit "$pid"
	[ "$status" -eq 143 ]
}

@test "--grace bounds how long" {
	start_server --grace 100ms --handler echo
	join_as 5
	answered 5
	stop "$pid"
	[ "$status" -eq 143 ]
	ended 5
}

@test "a second signal ends at once" {
	endpoint=127.0.0.1:$(freeport) start_server --grace 1h --handler echo
	join_as 5
	answered 5
	expect_signal TERM
	kill -TERM "$pid"
	wait_for refused
	kill -0 "$pid"
	stop "$pid"
	[ "$status" -eq 143 ]
}

@test "--grace 0 ends at the first signal" {
	start_server --grace 0 --handler echo
	join_as 5
	answered 5
	stop "$pid"
	[ "$status" -eq 143 ]
}

@test "SIGINT and SIGHUP end it, and it dies of them" {
	# A shell without job control makes background jobs ignore SIGINT.
	find_default_signals
	[ -n "${default_signals[*]}" ] || skip "env cannot set signals here"
	for signal in INT HUP; do
		start_through "exec ${default_signals[*]}" --handler echo
		stop "-$signal" "$pid"
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
	done
}

@test "under nohup a hang-up ends nothing" {
	trap '' HUP
	start_server --handler echo
	trap - HUP
	kill -HUP "$pid"
	run -0 ask hello
	[ "$output" = hello ]
}

@test "a signal ends the standard-input mode in the middle, with what it has counted" {
	mkfifo input
	exec 6<>input
	start_server --grace 50ms --stats <input 6>&-
	exec 6>&-
	join_as 5
	echo hello >&5
	wait_for holds hello "$out"
	stop "$pid"
	[ "$status" -eq 143 ]
	grep -q 'received 6 bytes' "$err"
}

@test "commands may finish within the grace, and are ended after it" {
	need_proc
	endpoint=127.0.0.1:$(freeport) start_server --grace 10s --sh 'read -r line; echo "$line"'
	join
	before=$(cpu_ticks "$pid")
	expect_signal TERM
	kill -TERM "$pid"
	wait_for refused
	echo done >&5
	hear
	[ "$line" = done ]
	leave
	wait_exit "$pid"
	[ "$status" -eq 143 ]
	start_server --grace 50ms --sh 'echo $$; exec sleep 60'
	join
	hear
	stop "$pid"
	wait_for dead "$line"
}

@test "as process 1 it obeys SIGTERM, and reaps children it does not know" {
	need unshare
	sandbox=(unshare --fork --pid --mount-proc)
	[ "$(id -u)" -eq 0 ] || sandbox+=(--map-root-user)
	"${sandbox[@]}" true 2>/dev/null || skip "cannot make a pid namespace"
	find_default_signals
	sandbox+=("${default_signals[@]}")
	# The child outlives its parent a little.
	start_through "exec ${sandbox[*]}" --sh '(sleep 0.05 >/dev/null </dev/null &); echo $PPID'
	one=$(children "$pid")
	run -0 ask
	[ "$output" = 1 ]
	for _ in 1 2 3 4 5; do
		ask >/dev/null
	done
	wait_for childless "$one"
	kill -TERM "$one"
	expect_signal TERM
	wait_exit "$pid"
}
