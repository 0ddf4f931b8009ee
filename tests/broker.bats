#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# broker.bats - tcp-serve --broker and --chat: what one client sends goes to all the others.

load lib
load crowd

@test "what one client sends goes to all the others, and not back" {
	start_server --broker -v
	start_client a
	a=$client_fd
	start_client b
	start_client c
	echo "hello all" >&"$a"
	wait_for has b.out "hello all"
	wait_for has c.out "hello all"
	[ ! -s a.out ]
	[ ! -s "$out" ]
}

@test "standard input goes to all clients" {
	mkfifo in
	start_server --broker -v <>in
	start_client a
	start_client b
	echo "from the server" >in
	wait_for has a.out "from the server"
	wait_for has b.out "from the server"
}

@test "standard input waits for the first client" {
	text_file lines 2000
	start_server --broker <lines
	start_sockit tcp-connect "$address" --recv-only
	wait_for cmp -s lines "$out"
	run ! gone "$pid"
}

@test "every client hears every other, in order" {
	start_server --broker
	run -0 crowd exchange 100
	[ "$output" = "all heard all" ]
}

@test "a client whose input is empty only listens, and goes on" {
	start_server --broker -v
	"$SOCKIT" tcp-connect "$address" </dev/null >quiet.out 3>&- &
	processes+=("$!")
	wait_for connections 1
	sockit tcp-connect "$address" --send-only <<<"one"
	sockit tcp-connect "$address" --send-only <<<"two"
	wait_for has quiet.out two
	wait_for has quiet.out one
}

@test "a client that has sent something and ends its side is done" {
	start_server --broker
	run_sockit tcp-connect "$address" <<<"bye"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "chat: each line comes whole, with the address of its sender" {
	start_server --chat -v
	start_client a
	a=$client_fd
	start_client b
	printf 'begun' >&"$a"
	echo ' and ended' >&"$a"
	peer=$(sed -n 's/.*connection from //p' "$err" | head -n 1)
	wait_for has b.out "<$peer> begun and ended"
	[ "$(wc -l <b.out)" -eq 1 ]
}

@test "chat: a last line without a newline gets one" {
	start_server --chat -v
	start_client a
	printf 'no newline' | sockit tcp-connect "$address" --send-only
	wait_for eval '[ "$(wc -l <a.out)" -eq 1 ]'
	grep -qxE '<127\.0\.0\.1:[0-9]+> no newline' a.out
}

@test "chat: standard input speaks as <server>, and a line too long is cut" {
	mkfifo in
	start_server --chat -v <>in
	start_client a
	echo "welcome" >in
	wait_for has a.out "<server> welcome"
	head -c 100000 /dev/zero | tr '\0' y | sockit tcp-connect "$address" --send-only
	wait_for eval '[ "$(wc -l <a.out)" -eq 3 ]'
	[ "$(grep -c '> y*$' a.out)" -eq 2 ]
	[ "$(tail -n 2 a.out | cut -d ' ' -f 2 | tr -d '\n' | wc -c)" -eq 100000 ]
}

@test "clients of a Unix socket chat under the number of their connection" {
	endpoint=unix:s start_server --chat -v
	start_client a
	sockit tcp-connect unix:s --send-only <<<"hi"
	wait_for has a.out "<unix:2> hi"
}

@test "a packet socket keeps messages, however many come at once" {
	endpoint=unix:s start_server --broker --type seqpacket
	crowd_address=packet:s
	run -0 crowd messages 3000
	[ "$output" = "all came whole" ]
}

@test "a packet socket takes messages of 256 KiB and empty ones, and nobody is closed for them" {
	built_for_linux || skip "to a POSIX build an empty message is the end"
	endpoint=unix:s start_server --broker --type seqpacket
	crowd_address=packet:s
	run -0 crowd giants 10 262144
	[ "$output" = "all came whole" ]
	[ ! -s "$err" ]
}

@test "in the background of a shell a broker does not read the terminal, and serves" {
	export SOCKIT
	run terminal 'see:^\$' \
		'type:"$SOCKIT" tcp-serve --broker -v --ready-file ready 127.0.0.1:0 &\n' \
		'see:listening on' 'run:until [ -s ready ]; do sleep .02; done' \
		'run:"$SOCKIT" tcp-connect "$(cat ready)" --recv-only >heard 2>/dev/null </dev/null &' \
		'see:connection from' 'type:echo this is for the shell\n' 'see:^this is for the shell' \
		'run:echo said | "$SOCKIT" tcp-connect "$(cat ready)" --send-only' \
		'run:until grep -q said heard; do sleep .02; done' \
		'type:fg\n' 'see:^"\$SOCKIT" tcp-serve' 'type:from the terminal\n' \
		'run:until grep -q "from the terminal" heard; do sleep .02; done' \
		'type:\x03' 'type:\x03' 'see:^\$ ?$' 'type:exit 7\n' -- \
		env TERM=dumb PS1='$ ' bash --norc --noprofile -i 3>&-
	[ "$status" -eq 7 ]
}

# pass_deaf N DROPPED ARG... - start a broker (with ARG...) and send 64 MiB to one client that reads and
# N that do not, for each of which its standard error has a line with DROPPED. On a busy machine the
# reader may stand still for so long that it is dropped, too, and named; but only a fault drops it each
# time.
pass_deaf() {
	local deaf=$1 dropped=$2
	for _ in 1 2 3 4 5; do
		start_server --broker "${@:3}"
		run crowd deaf "$deaf" $((64 * 1024 * 1024))
		[ "$status" -ne 0 ] || break
		wait_for eval '[ "$(grep -cF "$dropped" "$err")" -gt "$deaf" ]'
	done
	[ "$output" = "the reader got all" ]
}

@test "who does not read is dropped and named; who reads gets everything" {
	pass_deaf 3 ': dropped: it does not read'
	[ "$(grep -cE '127\.0\.0\.1:[0-9]+: dropped: it does not read, and 1 MiB waits' "$err")" -eq 3 ]
}

@test "a client that does not read is dropped behind a copy, a dump or a rate too; the server goes on" {
	head -c 16M /dev/zero | tr '\0' y >much
	for tap in --save-sent=/dev/null --hexdump=/dev/null --crlf --rate=1G; do
		start_server --broker -v "$tap"
		exec {deaf}<>"/dev/tcp/127.0.0.1/$port"
		wait_for connections 1
		sockit tcp-connect "$address" --send-only <much
		wait_for grep -q 'dropped' "$err"
		wait_for grep -q 'closed: received 16777216 bytes' "$err"
		exec {other}<>"/dev/tcp/127.0.0.1/$port"
		wait_for connections 3
		echo "and on" | sockit tcp-connect "$address" --send-only
		IFS= read -r -t $((10 * patience)) -u "$other" line
		[ "${line%$'\r'}" = "and on" ]
		# Not stop: after the first SIGTERM, the server may go on reading from a client that
		# has ended for 5 s.
		end_one "$pid"
		forget "$pid"
		exec {deaf}>&- {other}>&-
	done
}

@test "a client that was dropped behind a copy, and still does not read, is cut off" {
	need_proc
	head -c 16M /dev/zero >much
	start_server --no-sandbox --broker -v --save-sent=/dev/null
	exec {deaf}<>"/dev/tcp/127.0.0.1/$port"
	wait_for connections 1
	sockit tcp-connect "$address" --send-only <much
	wait_for grep -q 'dropped' "$err"
	only_listens() { [ "$(readlink "/proc/$pid"/fd/* | grep -c '^socket:')" -eq 1 ]; }
	# Twice 2 s pass before this is so.
	wait_for only_listens
	exec {deaf}>&-
}

@test "many that do not read cost no more memory than one" {
	need_proc
	[ -z "${SOCKIT_TEST_PATIENCE:-}" ] || skip "checkers need memory of their own"
	pass_deaf 100 '"reason":"limit"' -v --json
	[ "$(grep -c '"reason":"limit"' "$err")" -eq 100 ]
	[ "$(resident "$pid")" -lt 16384 ]
}

@test "a thousand clients that connect and vanish leave the broker as it was" {
	start_server --no-sandbox --broker -v
	start_client listener
	run -0 crowd vanish 1000
	asked=0
	back() {
		asked=$((asked + 1))
		sockit tcp-connect "$address" --send-only <<<"are you there?"
		[ ! -d "/proc/$pid/fd" ] || [ "$(descriptors "$pid")" -lt 40 ]
	}
	wait_for back
	# What was still on its way would be heard by those that come now.
	all_heard() { [ "$(grep -acF "are you there?" listener.out)" -eq "$asked" ]; }
	wait_for all_heard
	run -0 crowd exchange 10
}

@test "a client that went away without a word is forgotten" {
	need_proc
	endpoint=unix:s start_server --broker -v
	run_sockit tcp-connect unix:s --recv-only --max-time 200ms
	"$SOCKIT" tcp-connect unix:s </dev/null 3>&- &
	client=$!
	processes+=("$client")
	wait_for connections 2
	stop "$client"
	wait_for grep -q 'closed: received 0 bytes' "$err"
	closed() { [ "$(grep -c ' closed: ' "$err")" -eq 2 ]; }
	wait_for closed
}

@test "an idle client ends when it was idle too long" {
	start_server --broker --idle-timeout 200ms -v
	start_client a
	wait_for grep -q ' closed: ' "$err"
}

@test "SIGTERM gives the clients their grace, and then ends them" {
	start_server --broker --grace 300ms -v
	start_client a
	stop "$pid"
	[ "$status" -eq 143 ]
	grep -q ' closed: ' "$err"
}

@test "a broker has no other way to serve beside it" {
	for other in --chat --collect '--handler echo' '--sh cat' -k; do
		# shellcheck disable=SC2086 # an option and its value
		run_sockit tcp-serve --broker $other 127.0.0.1:0
		[ "$status" -eq 2 ]
		[[ "$output" == *--broker* ]]
	done
	run_sockit tcp-serve --broker 127.0.0.1:0 -- cat
	[ "$status" -eq 2 ]
}
