#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# workers.bats - tcp-serve --workers: several processes behind one address.

load lib
load clients
load crowd

# workers - print the pids of the children of $pid (Linux).
workers() {
	children "$pid"
}

# count N - there are N workers.
count() {
	[ "$(workers | wc -l)" -eq "$1" ]
}

# start_workers N ARG... - start them and wait until they are there.
start_workers() {
	need_proc
	endpoint=${endpoint:-127.0.0.1:$(freeport)} start_server --workers "$@"
	wait_for count "$1"
}

# replaced - $victim is gone, and another has come.
replaced() {
	workers | grep -q . && ! workers | grep -qx "$victim"
}

# answers - an echo comes back.
answers() {
	[ "$(echo ping | sockit tcp-connect "$address" -w 5s)" = ping ]
}

@test "all workers serve the same address, and one ready file tells it" {
	start_workers 3 --handler echo
	[ "$(wc -l <"$BATS_TEST_TMPDIR/ready.1")" -eq 1 ]
	run -0 crowd short 300
	count 3
}

@test "work goes on in the others while one is stopped" {
	start_workers 2 --handler echo
	kill -STOP "$(workers | head -n 1)"
	for _ in 1 2 3 4 5 6; do
		answers
	done
	kill -CONT "$(workers | head -n 1)"
}

@test "a worker that dies is named and replaced" {
	start_workers 2 --handler echo
	victim=$(workers | head -n 1)
	kill -KILL "$victim"
	wait_for replaced
	wait_for count 2
	grep -q "worker $victim was killed by signal 9; starting another" "$err"
	run -0 crowd short 20
}

@test "a worker that dies at once is not started in a busy circle" {
	start_workers 1 --handler echo
	for _ in 1 2 3; do
		wait_for count 1
		victim=$(workers)
		kill -KILL "$victim"
		wait_for replaced
	done
	answers
	[ "$(grep -c 'starting another' "$err")" -eq 3 ]
	[ ! -r "/proc/$pid/stat" ] || [ "$(cpu_ticks "$pid")" -lt 50 ]
}

# begin_talk - start a client, $client, that stays, is fed through the descriptor $feed, and has had
# its first answer.
begin_talk() {
	mkfifo in
	"$SOCKIT" tcp-connect "$address" <in >out 3>&- &
	client=$!
	processes+=("$client")
	exec {feed}>in
	echo before >&"$feed"
	wait_for grep -qx before out
}

@test "SIGTERM reaches all, and open connections get their grace" {
	start_workers 2 --handler echo --grace 60s
	begin_talk
	expect_signal TERM
	kill -TERM "$pid"
	wait_for refused
	echo after >&"$feed"
	wait_for grep -qx after out
	exec {feed}>&-
	wait_exit "$client"
	wait_exit "$pid"
	[ "$status" -eq 143 ]
}

refused() {
	! sockit tcp-connect "$address" -z
}

@test "a signal to the whole group, as from a terminal or a supervisor, counts once" {
	start_workers 2 --handler echo --grace 60s
	begin_talk
	expect_signal INT
	# shellcheck disable=SC2046 # a list of pids
	kill -TERM "$pid" $(workers)
	expect_signal TERM
	wait_for refused
	echo after >&"$feed"
	wait_for grep -qx after out
	exec {feed}>&-
	wait_exit "$pid"
	[ "$status" -eq 143 ]
}

@test "a second signal ends all at once" {
	start_workers 2 --handler echo --grace 60s
	begin_talk
	expect_signal TERM
	kill -TERM "$pid"
	wait_for refused
	kill -TERM "$pid"
	wait_exit "$pid"
	[ "$status" -eq 143 ]
}

@test "workers go when the one that watches over them was killed" {
	start_workers 2 --handler echo
	mapfile -t orphans < <(workers)
	expect_signal KILL
	kill -KILL "$pid"
	wait_exit "$pid"
	wait_for gone "${orphans[0]}"
	wait_for gone "${orphans[1]}"
}

@test "a Unix socket's file stays while a worker is replaced, and goes at the end" {
	endpoint=unix:s start_workers 2 --handler echo
	victim=$(workers | head -n 1)
	kill -TERM "$victim"
	wait_for gone "$victim"
	[ -S s ]
	answers
	stop "$pid"
	[ ! -e s ]
}

@test "--stats adds up what all workers did" {
	start_workers 3 --handler echo --stats=json
	run -0 crowd short 50
	stop "$pid"
	grep -q '"connections":50' "$err"
	grep -q '"received_bytes":200' "$err"
	[ "$(grep -c connections "$err")" -eq 1 ]
}

@test "SIGUSR1 prints one line for all" {
	start_workers 2 --handler echo
	run -0 crowd short 10
	kill -USR1 "$pid"
	wait_for grep -q '80 B ' "$err"
	count 2
	[ "$(grep -c ' B ' "$err")" -eq 1 ]
}

@test "commands run under workers, each with its own limit" {
	start_workers 2 --max-conns 3 --sh 'echo "$PROTO"; cat'
	run_sockit tcp-connect "$address" <<<"hello"
	[ "$output" = $'TCP\nhello' ]
}

@test "a second start finds the address in use" {
	start_workers 2 --handler echo
	run_sockit tcp-serve --workers 2 --handler echo "$address"
	[ "$status" -eq 7 ]
}

@test "what cannot be divided is a usage error" {
	for way in '' --broker --chat --collect '--collect-dir .' '--handler roster' \
		'--handler echo --accept 3' '--handler echo --max-per-host 3' \
		'--handler echo --progress=always'; do
		# shellcheck disable=SC2086 # options and their values
		run_sockit tcp-serve --workers 2 $way 127.0.0.1:0
		[ "$status" -eq 2 ]
		[[ "$output" == *"cannot be divided among"* ]]
	done
	run_sockit tcp-serve --workers 3 --max-conns 2 --handler echo 127.0.0.1:0
	[ "$status" -eq 2 ]
	run_sockit tcp-serve --workers 2 --handler echo fd:3
	[ "$status" -eq 2 ]
	run_sockit tcp-serve --workers 0 --handler echo 127.0.0.1:0
	[ "$status" -eq 2 ]
}

@test "what lies between client and service does so in every worker" {
	start_server --workers 2 --handler echo --crlf --hexdump=dump --save-received saved
	for text in one two three four; do
		echo "$text" | sockit tcp-connect "$address" >>got
	done
	printf '%s\r\n' one two three four | cmp - got
	printf '%s\n' one two three four | cmp - saved
	[ "$(grep -c '^<' dump)" -eq 4 ]
	[ "$(grep -c '^>' dump)" -eq 4 ]
}
