#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# unix.bats - tcp-serve on Unix sockets, on inherited sockets, and under systemd.

load lib
load net
load clients

# ask_unix [ADDRESS] - send hello there.
ask_unix() {
	run_sockit tcp-connect "${1:-unix:socket}" <<<hello
}

# count_gone PID... - print how many of them have ended.
count_gone() {
	local one count=0
	for one; do
		! gone "$one" || count=$((count + 1))
	done
	echo "$count"
}

# stale PATH - make a socket file whose server is gone.
stale() {
	endpoint=unix:$1 start_server --handler echo
	kill -KILL "$pid"
	expect_signal KILL
	wait_exit "$pid"
	[ -S "$1" ]
}

@test "clients of all kinds are served, byte for byte" {
	random_file data 2M
	endpoint=unix:socket start_server --handler echo
	for client in "nc -NU socket" "ncat -U socket" "socat -t9 - UNIX-CONNECT:socket"; do
		command -v "${client%% *}" >/dev/null || continue
		timeout $((20 * patience)) $client <data | cmp - data
	done
	sockit tcp-connect unix:socket <data | cmp - data
}

@test "standard input and output work as over TCP, half-close too" {
	random_file down 3M
	random_file up 3M
	endpoint=unix:socket start_server <down
	sockit tcp-connect unix:socket <up | cmp - down
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	cmp up "$out"
}

@test "curl talks to it" {
	need curl
	endpoint=unix:socket start_server -E --reply 'HTTP/1.0 200 OK\r\n\r\nhello'
	[ "$(curl -sS --max-time 20 --unix-socket socket http://localhost/)" = hello ]
}

@test "the file is removed at the end, however it ends" {
	endpoint=unix:socket start_server --handler echo
	[ -S socket ]
	stop "$pid"
	[ ! -e socket ]
	endpoint=unix:socket start_server --accept 1 --handler echo
	ask_unix
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ ! -e socket ]
}

@test "the file is left alone at the end if it is not ours any more" {
	endpoint=unix:socket start_server --handler echo
	first=$pid
	rm socket
	endpoint=unix:socket start_server --handler reverse
	stop "$first"
	ask_unix
	[ "$output" = olleh ]
	stop "$pid"
	[ ! -e socket ]
	endpoint=unix:socket start_server --handler echo
	rm socket
	echo precious >socket
	stop "$pid"
	holds precious socket
}

@test "a stale socket is replaced" {
	stale socket
	endpoint=unix:socket start_server --handler echo
	ask_unix
	[ "$output" = hello ]
}

@test "a socket on which somebody listens is not touched: status 7" {
	endpoint=unix:socket start_server --handler echo
	run_sockit tcp-serve unix:socket --handler reverse
	[ "$status" -eq 7 ]
	[[ $output == *unix:socket* ]]
	ask_unix
	[ "$output" = hello ]
}

@test "a busy socket of another type is not touched either" {
	endpoint=unix:socket start_server --type seqpacket --handler echo
	run_sockit tcp-serve unix:socket --handler reverse
	[ "$status" -eq 7 ]
	run_sockit tcp-connect --type seqpacket unix:socket <<<hello
	[ "$output" = hello ]
}

@test "of several that replace a stale socket at once, exactly one survives" {
	for round in 1 2 3 4 5; do
		stale "socket.$round"
		for _ in {1..8}; do
			start_sockit tcp-serve "unix:socket.$round" --handler echo
			starting+=("$pid")
		done
		sockit tcp-connect --wait 10s "unix:socket.$round" </dev/null
		wait_for eval '[ "$(count_gone "${starting[@]}")" -eq 7 ]'
		ask_unix "unix:socket.$round"
		[ "$output" = hello ]
		starting=()
	done
}

@test "a socket that is bound and does not listen yet is not stale" {
	start_peer --unix socket --deaf-until now echo 3>&-
	run_sockit tcp-serve unix:socket --handler reverse
	[ "$status" -eq 7 ]
	: >now
	run_sockit tcp-connect --wait 5s unix:socket <<<hello
	[ "$output" = hello ]
}

@test "a server is not bothered by one that would like its socket" {
	endpoint=unix:socket start_server -v --handler echo
	run_sockit tcp-serve unix:socket --handler reverse
	[ "$status" -eq 7 ]
	ask_unix
	wait_for grep -q closed "$err"
	[ "$(grep -c 'connection from' "$err")" -eq 1 ]
}

@test "what is in the way of a socket is named" {
	echo precious >file
	mkdir folder
	mkfifo pipe
	ln -s nowhere link
	while read -r path what; do
		run_sockit tcp-serve "unix:$path" --handler echo
		[ "$status" -eq 7 ]
		[ "$output" = "sockit tcp-serve: cannot listen on unix:$path: $what is in the way" ]
		run_sockit udp-listen "unix:$path"
		[ "$status" -eq 7 ]
		[ "$output" = "sockit udp-listen: cannot listen on unix:$path: $what is in the way" ]
	done <<-'END'
		file a regular file
		folder a directory
		pipe a FIFO
		link a symbolic link
	END
}

@test "anything else in the way is never removed: status 7" {
	echo precious >file
	mkdir folder
	mkfifo pipe
	stale socket
	ln -s socket link
	ln -s nowhere dangling
	for path in file folder pipe link dangling; do
		run_sockit tcp-serve "unix:$path" --handler echo
		[ "$status" -eq 7 ]
		[[ $output == *"unix:$path"* ]]
	done
	holds precious file
	[ -d folder ]
	[ -p pipe ]
	[ -S socket ]
	[ -L link ]
	[ -L dangling ]
}

@test "a path over the limit is a usage error that names the limit, and one at it works" {
	path=$(printf 'x%.0s' {1..107})
	endpoint=unix:$path start_server --handler echo
	ask_unix "unix:$path"
	[ "$output" = hello ]
	run_sockit tcp-serve "unix:${path}x" --handler echo
	[ "$status" -eq 2 ]
	[[ $output == *107* ]]
	[ "$(find . -name 'xxx*' | wc -l)" -eq 1 ] # and nothing was cut
	run_sockit tcp-serve "unix:@${path}x" --handler echo
	[ "$status" -eq 2 ]
	run_sockit tcp-serve unix: --handler echo
	[ "$status" -eq 2 ]
}

@test "--unix-mode is the mode of the file, else the umask decides" {
	for mode in 600 660 0666 000; do
		endpoint=unix:socket.$mode start_server --unix-mode "$mode" --handler echo
		[ $((8#$(stat -c %a "socket.$mode"))) -eq $((8#$mode)) ]
	done
	umask 027
	endpoint=unix:socket start_server --handler echo
	[ "$(stat -c %a socket)" = 750 ]
}

@test "a folder that does not exist is status 3, one that we may not write in 6" {
	run_sockit tcp-serve unix:nowhere/socket --handler echo
	[ "$status" -eq 3 ]
	[[ $output == *unix:nowhere/socket* ]]
	need unshare
	mkdir locked
	chmod 555 locked
	# In a user namespace, root has no power over the folder.
	unshare -U true 2>/dev/null || skip "cannot make a user namespace"
	run -6 unshare -U "$SOCKIT" tcp-serve unix:locked/socket --handler echo
	[[ $output == *unix:locked/socket* ]]
}

@test "an abstract name has no file, and is free again at once" {
	name=@sockit-test-$$-$BATS_TEST_NUMBER
	endpoint=unix:$name start_server --handler echo
	[ "$address" = "unix:$name" ]
	ask_unix "unix:$name"
	[ "$output" = hello ]
	[ -z "$(find . -type s)" ]
	run_sockit tcp-serve "unix:$name" --handler echo
	[ "$status" -eq 7 ]
	kill -KILL "$pid"
	expect_signal KILL
	wait_exit "$pid"
	endpoint=unix:$name start_server --handler echo
	if command -v socat >/dev/null; then
		[ "$(socat -t9 - "ABSTRACT-CONNECT:${name#@}" <<<hello)" = hello ]
	fi
}

@test "--type seqpacket keeps messages apart" {
	endpoint=unix:socket start_server --type seqpacket --handler echo
	head -c 9000 /dev/zero | tr '\0' x >long
	start_peer --connect packet:socket send:one send:two send-file:long take:2 sizes:1 shutdown read
	wait_exit "$peer_pid"
	[ "$(cat "$peer_log")" = $'one\ntwo\n9000\nend after 0 bytes' ]
	run_sockit tcp-connect unix:socket </dev/null
	[ "$status" -ne 0 ] # it is no stream
}

@test "a command serves seqpacket, too" {
	endpoint=unix:socket start_server --type seqpacket -- head -n 1
	run_sockit tcp-connect --type seqpacket unix:socket <<<hello
	[ "$output" = hello ]
}

@test "events and lists of a Unix socket" {
	built_for_linux || skip "a POSIX build does not know the user"
	endpoint=unix:socket start_server -v --allow "uid:$(id -u)" --handler echo
	ask_unix
	[ "$output" = hello ]
	wait_for has 'closed: received 6 bytes, sent 6 bytes' "$err"
	has_line 'sockit tcp-serve: connection from unix:.*' "$err"
	endpoint=unix:other start_server -v --deny "uid:$(id -u)" --handler echo
	run sockit tcp-connect unix:other <<<hello
	[ "$output" != hello ]
	wait_for has_line 'sockit tcp-serve: unix:.* denied' "$err"
}

# hand_over OPTION... -- ARG... - tcp-serve ARG..., to which a socket that listens is handed over, as
# the options of tests/peer/hand.c say.
hand_over() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	"$PEERS/hand" "${options[@]}" "$SOCKIT" tcp-serve --ready-file ready "${@:2}" 3>&- </dev/null \
		>handed.out 2>&1 &
	pid=$!
	processes+=("$pid")
	wait_for settled "$pid" ready
	[ -s ready ]
	port=$(sed 's/.*://' ready)
}

@test "a listening socket is taken over as fd:3, as systemd hands it" {
	hand_over -- fd:3 --handler echo
	holds "127.0.0.1:$port" ready
	[ "$port" -gt 0 ]
	for _ in 1 2 3; do
		run -0 ask hello
		[ "$output" = hello ]
	done
}

@test "a listening socket is taken over as fd:0, as inetd hands it" {
	hand_over --fd 0 -- fd:0 --sh 'cat; echo bye'
	run -0 ask "hello\n"
	[ "$output" = "$(printf 'hello\nbye')" ]
}

@test "a socket that was handed over keeps its flags, and its file" {
	# A shell that has the socket too.
	# shellcheck disable=SC2016 # for the inner shell
	"$PEERS/hand" --unix socket sh -c '"$1" tcp-serve --ready-file ready fd:3 --handler echo &
		echo $! >pid
		until [ -e ended ]; do sleep 0.02; done
		"$PEERS/flags" 3 >flags' sh "$SOCKIT" 3>&- </dev/null >handed.out 2>&1 &
	keeper=$!
	processes+=("$keeper")
	wait_for [ -s ready ]
	holds unix:socket ready
	ask_unix
	[ "$output" = hello ]
	wait_for [ -s pid ]
	kill "$(cat pid)"
	wait_for gone "$(cat pid)"
	: >ended
	wait_exit "$keeper"
	holds blocking flags
	[ -S socket ]
}

@test "systemd-socket-activate starts it with the connection waiting" {
	need systemd-socket-activate
	systemd-socket-activate -l "$PWD/socket" "$SOCKIT" tcp-serve fd:3 --handler echo 3>&- \
		>activate.log 2>&1 &
	processes+=("$!")
	wait_for grep -q "^Listening on" activate.log # it has a file before it listens
	ask_unix
	[ "$output" = hello ]
}

@test "a descriptor that is missing is status 3, one that does not listen is 1" {
	run_sockit tcp-serve fd:99 --handler echo
	[ "$status" -eq 3 ]
	[[ $output == *fd:99* ]]
	run_sockit tcp-serve fd:0 --handler echo </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *fd:0* ]]
	run_sockit tcp-serve fd:x --handler echo
	[ "$status" -eq 2 ]
}

@test "NOTIFY_SOCKET hears that it is ready, by path and by abstract name" {
	for name in "$PWD/notify" "@sockit-notify-$$-$BATS_TEST_NUMBER"; do
		start_peer --datagram --unix "$name" take:1
		NOTIFY_SOCKET=$name start_server --handler echo
		wait_exit "$peer_pid"
		grep -q '^READY=1' "$peer_log"
	done
}

@test "a NOTIFY_SOCKET that is not there is a warning, not the end" {
	NOTIFY_SOCKET=$PWD/nowhere start_server --handler echo
	run -0 ask hello
	[ "$output" = hello ]
	has "cannot notify systemd at $PWD/nowhere: " "$err"
}
