#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# collect.bats - tcp-serve --collect and --collect-dir: what many clients send, in separate files or
# as whole lines.

load lib
load crowd

send() {
	sockit tcp-connect "$address"
}

@test "the lines of many clients come out whole" {
	start_server --collect
	run -0 crowd lines 50 400
	wait_lines() { [ "$(wc -l <"$out")" -eq 20000 ]; }
	wait_for wait_lines
	[ "$(grep -cE '^client [0-9]+ line [0-9]+ \.*$' "$out")" -eq 20000 ]
	[ "$(sort -u "$out" | wc -l)" -eq 20000 ]
}

@test "the lines of one client keep their order" {
	text_file lines 20000
	start_server --collect --accept 1
	send <lines
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	cmp lines "$out"
}

@test "a last line without a newline gets one" {
	start_server --collect --accept 2
	printf 'one\ntwo' | send
	printf 'three' | send
	wait_exit "$pid"
	[ "$(cat "$out")" = $'one\ntwo\nthree' ]
	[ "$(size_of "$out")" -eq 14 ]
}

@test "what a client sent before it was reset is kept" {
	start_server --collect --accept 1
	start_peer --connect "$address" 'send:whole line\nhalf a li' wait-for:taken reset
	wait_for grep -q 'whole line' "$out"
	: >taken
	wait_exit "$pid"
	[ "$(cat "$out")" = $'whole line\nhalf a li' ]
}

@test "a line of a MiB is whole, a longer one comes in pieces of that size" {
	start_server --collect --accept 2
	head -c 1M /dev/zero | tr '\0' x | send
	head -c 3000000 /dev/zero | tr '\0' y | send
	wait_exit "$pid"
	[ "$(awk '{ print length() }' "$out" | tr '\n' ' ')" = "1048576 1048576 1048576 902848 " ]
}

@test "bytes that are no text stay what they are" {
	random_file data 1M
	echo >>data
	start_server --collect --accept 1
	send <data
	wait_exit "$pid"
	tr -d '\n' <data >expected
	tr -d '\n' <"$out" | cmp - expected
}

@test "an empty line is a line, and an empty connection is none" {
	start_server --collect --accept 2
	printf '\n\na\n' | send
	send </dev/null
	wait_exit "$pid"
	[ "$(size_of "$out")" -eq 4 ]
}

@test "with --json each line is an object with its sender" {
	start_server --collect --json --accept 2
	printf 'plain "text"\n\n' | send
	printf '\377\376\nend' | send
	wait_exit "$pid"
	"$PEERS/json" data data_base64 <"$out" >lines
	printf '%s\t%s\n' 'plain "text"' - '' - - //4= end - | diff - lines
	[ "$(printf '//4=' | base64 -d | od -An -tx1)" = ' ff fe' ]
	"$PEERS/json" peer <"$out" >peers
	[ "$(uniq -c peers | awk '{ print $1 }' | paste -sd ' ')" = '2 2' ]
	run ! grep -Evx '127\.0\.0\.1:[0-9]+' peers
	"$PEERS/json" time <"$out" >times
	run ! grep -Evx "$rfc3339" times
}

@test "messages of a packet socket are lines" {
	endpoint=unix:s start_server --collect --type seqpacket --accept 1
	start_peer --connect packet:s send:one 'send:two\n' 'send:three\nfour'
	wait_exit "$pid"
	[ "$(cat "$out")" = $'one\ntwo\nthree\nfour' ]
}

@test "a slow standard output stops the clients and loses nothing" {
	text_file lines 400000
	mkfifo slow
	"$SOCKIT" tcp-serve --collect --ready-file ready --accept 2 127.0.0.1:0 >slow 2>err 3>&- &
	pid=$!
	processes+=("$pid")
	exec {reader}<slow
	wait_for test -s ready
	address=$(cat ready)
	send <lines &
	first=$!
	send <lines &
	second=$!
	sleep 0.5 # for both to send more than the one that does not read may cost
	[ ! -r "/proc/$pid/status" ] || [ -n "${SOCKIT_TEST_PATIENCE:-}" ] ||
		[ "$(resident "$pid")" -lt 12288 ]
	wc -l <&"$reader" >count
	exec {reader}<&-
	wait "$first" "$second"
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(cat count)" -eq 800000 ]
}

@test "what is still to be written at SIGTERM is written" {
	start_server --collect --grace 5s
	text_file lines 1000
	send <lines
	stop "$pid"
	[ "$status" -eq 143 ]
	cmp lines "$out"
}

@test "a full disk is said and ends the server with 1" {
	need_full
	"$SOCKIT" tcp-serve --collect --ready-file ready 127.0.0.1:0 >/dev/full 2>err 3>&- &
	pid=$!
	processes+=("$pid")
	wait_for test -s ready
	address=$(cat ready)
	echo text | send || true
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	grep -q 'cannot write to standard output: no space left on device' err
}

@test "a reader of standard output that went away ends the server as it ends cat" {
	mkfifo pipe
	"$SOCKIT" tcp-serve --collect --ready-file ready 127.0.0.1:0 >pipe 2>err 3>&- &
	pid=$!
	processes+=("$pid")
	head -n 1 <pipe >/dev/null &
	wait_for test -s ready
	address=$(cat ready)
	expect_signal PIPE
	echo one | send || true
	wait_exit "$pid"
	[ "$status" -eq 141 ]
}

ended_by_writing() {
	echo more | sockit tcp-connect "$address" 2>/dev/null
	gone "$pid"
}

@test "a directory gets a file for each connection, in order and with its peer" {
	mkdir dir
	start_server --collect-dir dir --accept 2 -v
	random_file data 3M
	send <data
	echo second | send
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	files=(dir/*)
	[ "${#files[@]}" -eq 2 ]
	peers=$(sed -n 's/.*connection from \(.*\):\(.*\)/\1-\2/p' "$err")
	[ "${files[0]}" = "dir/000001-$(head -n 1 <<<"$peers")" ]
	[ "${files[1]}" = "dir/000002-$(tail -n 1 <<<"$peers")" ]
	cmp data "${files[0]}"
	[ "$(cat "${files[1]}")" = second ]
	[ ! -s "$out" ]
}

@test "a second run goes on counting, and overwrites nothing" {
	mkdir dir
	echo old >dir/000041-unix
	ln -s ../outside dir/000042-unix
	endpoint=unix:s start_server --collect-dir dir --accept 2
	echo new | send
	echo newer | send
	wait_exit "$pid"
	[ "$(cat dir/000041-unix)" = old ]
	[ "$(cat dir/000043-unix)" = new ]
	[ "$(cat dir/000044-unix)" = newer ]
	[ ! -e outside ]
}

@test "a Unix client's own path cannot lead elsewhere" {
	mkdir dir
	endpoint=unix:s start_server --collect-dir dir --accept 1
	mkdir -p x
	start_peer --unix x/..%2f --connect unix:s send:hello
	wait_exit "$pid"
	[ "$(ls dir)" = 000001-unix ]
}

@test "a directory that is not there is found out at start" {
	run_sockit tcp-serve --collect-dir nowhere 127.0.0.1:0
	[ "$status" -eq 3 ]
	[[ "$output" == *"cannot collect into nowhere: "* ]]
	touch file
	run_sockit tcp-serve --collect-dir file 127.0.0.1:0
	[ "$status" -eq 1 ]
}

@test "a file that cannot be made ends that connection, with a message, and not the server" {
	mkdir dir
	start_server --collect-dir dir --accept 2
	rmdir dir
	run_sockit tcp-connect "$address" <<<"lost"
	echo "again" | send || true
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	[ "$(grep -c 'cannot create dir/00000[12]-' "$err")" -eq 2 ]
}

@test "a file that cannot be written, or is over the limit of its size, breaks that connection off" {
	mkdir dir
	text_file lines 100000
	# shellcheck disable=SC2016 # for the inner shell
	sh -c 'ulimit -f 64; exec "$@"' sh "$SOCKIT" tcp-serve --collect-dir dir \
		--ready-file ready --accept 2 127.0.0.1:0 2>err 3>&- &
	pid=$!
	processes+=("$pid")
	wait_for test -s ready
	address=$(cat ready)
	run_sockit tcp-connect "$address" <lines
	[ "$status" -eq 1 ]
	echo short | send
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	grep -q 'cannot write dir/000001-.*: file too large' err
	[ "$(cat dir/000002-*)" = short ]
}

@test "at a signal the last lines still reach a terminal" {
	export SOCKIT
	printf 'begun\nunfinished' >lines # which go together
	run terminal 'run:until [ -s ready ]; do sleep .02; done' \
		'run:cat lines | "$SOCKIT" tcp-connect --no-half-close "$(cat ready)" >/dev/null 2>&1 &' \
		'see:^begun' 'type:\x03' 'see:^unfinished' -- \
		sh -c 'exec "$SOCKIT" tcp-serve --collect --grace 0 --ready-file ready 127.0.0.1:0' 3>&-
	[[ $output == *begun*unfinished* ]]
}

@test "two servers that collect into one folder never use a number twice" {
	mkdir dir
	start_server --collect-dir dir
	first=$address
	start_server --collect-dir dir
	for i in {1..20}; do
		echo "$i" | sockit tcp-connect "$first" --send-only &
		clients[i]=$!
		echo "$i" | sockit tcp-connect "$address" --send-only
	done
	for client in "${clients[@]}"; do
		wait "$client"
	done
	all_there() { [ "$(find dir -type f | wc -l)" -eq 40 ]; }
	wait_for all_there
	built_for_linux || return 0 # POSIX cannot lock a folder
	[ "$(find dir -type f | sed 's|dir/||; s|-.*||' | sort -u | wc -l)" -eq 40 ]
}

@test "a hundred connections at once are a hundred files" {
	mkdir dir
	start_server --collect-dir dir
	run -0 crowd lines 100 20
	for file in dir/*; do
		[ "$(cut -d ' ' -f 1-2 "$file" | sort -u | wc -l)" -eq 1 ]
	done
	files=(dir/*)
	[ "${#files[@]}" -eq 100 ]
}
