#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# shellcheck disable=SC2016 # what is in quotes is for the command's shell
# pty.bats - --pty of tcp-connect and tcp-serve: the command has a terminal of its own.

load lib
load net
load clients

# talk_to [TEXT] - send TEXT (with escapes) to the server at $address, and print what its terminal
# says, without carriage returns.
talk_to() {
	# shellcheck disable=SC2059 # it is meant as a format
	printf "${1:-}" | sockit tcp-connect "$address" | tr -d '\r'
}

# serve_unix ARG... - start_server at a Unix socket.
serve_unix() {
	endpoint=unix:$PWD/socket start_server "$@"
}

# connect_pty COMMAND... - run tcp-connect --pty with COMMAND at a peer that only listens; the file
# `said` gets what the command's terminal shows, and status its exit status.
connect_pty() {
	start_peer shutdown save:said
	run sockit tcp-connect --pty 127.0.0.1 "$peer_port" -- "$@"
	wait_for gone "$peer_pid"
	tr -d '\r' <said >lines
}

show_terminal='tty; test -t 0 && test -t 1 && test -t 2 && echo three; tty </dev/tty'

is_terminal() {
	[[ $1 == /dev/pts/*$'\n'three$'\n'/dev/* ]]
}

@test "tcp-serve --pty: standard input, output and error are a terminal, the controlling one" {
	start_server --pty --sh "$show_terminal"
	is_terminal "$(talk_to)"
	serve_unix --pty -- sh -c "$show_terminal"
	is_terminal "$(talk_to)"
}

@test "tcp-connect --pty: standard input, output and error are a terminal, the controlling one" {
	connect_pty sh -c "$show_terminal"
	is_terminal "$(cat lines)"
	serve_unix --accept 1 <&-
	run_sockit -0 tcp-connect --pty "$address" --sh "$show_terminal"
	wait_exit "$pid"
	is_terminal "$(tr -d '\r' <"$out")"
}

@test "--pty: standard error goes to the peer, too" {
	start_server --pty --sh 'echo oops >&2'
	[ "$(talk_to)" = oops ]
	[ "$(grep -c oops "$err")" -eq 0 ]
}

@test "--pty: 80 columns by 24 rows where we have no terminal" {
	need stty
	start_server --pty --sh 'stty size'
	[ "$(talk_to)" = "24 80" ]
	connect_pty stty size 2>&1 </dev/null
	[ "$(cat lines)" = "24 80" ]
}

@test "tcp-connect --pty: the size of the window of our own terminal" {
	need stty
	start_peer shutdown save:said
	export SOCKIT peer_port
	# The window has its width once something can be typed.
	run terminal columns:101 'type:\n' -- sh -c \
		'read _; "$SOCKIT" tcp-connect --pty 127.0.0.1 "$peer_port" -- stty size' 3>&-
	wait_for gone "$peer_pid"
	[ "$(tr -d '\r' <said)" = "24 101" ]
}

# Process, group, session and foreground group, as Linux counts them.
@test "--pty: the command leads a session of its own, in the foreground" {
	need_proc
	for command in serve connect; do
		if [ "$command" = serve ]; then
			start_server --pty --sh 'cat /proc/$$/stat; :'
			line=$(talk_to)
		else
			connect_pty sh -c 'cat /proc/$$/stat; :'
			line=$(cat lines)
		fi
		read -r process _ _ _ group session _ foreground _ <<<"$line"
		[ "$group" = "$process" ]
		[ "$session" = "$process" ]
		[ "$foreground" = "$process" ]
	done
}

@test "--pty: a shell has job control" {
	start_server --accept 1 --pty -- sh -i
	output=$(talk_to 'echo mode=$-\nsleep 60 &\njobs\nkill -KILL %%1\nexit 3\n' 2>&1)
	[[ $output =~ mode=[a-zA-Z]*m ]]
	[[ $output == *Running*"sleep 60"* ]]
	[[ $output != *"job control turned off"* && $output != *"can't access tty"* ]]
	wait_exit "$pid"
	[ "$status" -eq 3 ]
}

@test "--pty: Ctrl-C typed by the peer interrupts the command" {
	start_server --accept 1 --pty --sh 'trap "echo caught; exit 9" INT; echo ready; while :; do sleep 0.05; done'
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	hear
	[ "$line" = $'ready\r' ]
	printf '\003' >&5
	[[ $(hear_all) == *caught* ]]
	wait_exit "$pid"
	[ "$status" -eq 9 ]
}

@test "--pty: the exit status is passed on, that of a signal too" {
	expect_signal KILL
	for code in 0 7 137; do
		start_server --accept 1 --pty --sh "[ $code -lt 128 ] || kill -KILL \$\$; exit $code"
		talk_to >/dev/null
		wait_exit "$pid"
		[ "$status" -eq "$code" ]
		connect_pty sh -c "[ $code -lt 128 ] || kill -KILL \$\$; exit $code"
		[ "$status" -eq "$code" ]
	done
}

@test "--pty: the end of what the peer sends is the terminal's end of file, and the answer is whole" {
	for text in 'one\ntwo\n' 'one\ntwo' ''; do
		start_server --accept 1 --pty --sh 'cat >got; echo "status $?"; cat text'
		text_file text 1000
		# shellcheck disable=SC2059
		printf "$text" >sent
		talk_to "$text" >answer
		wait_exit "$pid"
		cmp sent got
		grep -q 'status 0$' answer
		tail -n 1000 answer | cmp - text
	done
}

@test "--pty: a megabyte of output is whole, over TCP and a Unix socket" {
	text_file text 50000
	start_server --accept 1 --pty -- cat text
	talk_to | cmp - text
	wait_exit "$pid"
	serve_unix --accept 1 --pty -- cat text
	talk_to | cmp - text
	wait_exit "$pid"
	connect_pty cat text
	[ "$status" -eq 0 ]
	cmp lines text
}

@test "--pty: what is read only after the command has ended is whole" {
	text_file text 3000
	start_server --accept 1 --pty --sh 'cat text; touch ended'
	sockit tcp-connect "$address" </dev/null | { wait_for [ -e ended ]; tr -d '\r'; } | cmp - text
	wait_exit "$pid"
}

@test "--pty: what the command leaves running does not hold the connection open" {
	start_server --accept 1 --pty --sh 'trap "" HUP; sleep 600 & echo $!; echo end'
	run talk_to
	kill "${lines[0]}"
	[ "${lines[1]}" = end ]
	wait_exit "$pid"
}

@test "tcp-serve --pty: the command is hung up when the client goes" {
	start_server --accept 1 --pty --sh 'trap "echo hangup >file; exit 4" HUP
		echo ready; while :; do echo tick; done'
	start_sockit tcp-connect "$address" </dev/null
	client=$pid
	wait_for grep -q ready "$out"
	expect_signal KILL
	kill -KILL "$client"
	wait_for [ -s file ]
}

@test "tcp-connect --pty: the command is hung up when the peer breaks off" {
	start_peer read:5 reset
	run sockit tcp-connect --pty 127.0.0.1 "$peer_port" -- \
		sh -c 'trap "echo hangup >file; exit 4" HUP; echo ready; while :; do read line; done'
	[ "$status" -eq 4 ]
	[ "$(cat file)" = hangup ]
}

@test "--pty: the command gets no descriptors but its terminal" {
	need_proc
	start_server --pty --sh 'for one in /proc/$$/fd/*; do readlink "$one"; done | sort -u'
	[[ $(talk_to) == /dev/pts/* ]]
	[ "$(talk_to | grep -c -v '^/dev/pts/\|^pipe:\|/fd$')" -eq 0 ]
	connect_pty sh -c 'for one in /proc/$$/fd/*; do readlink "$one"; done | sort -u'
	[ "$(grep -c -v '^/dev/pts/\|^pipe:\|/fd$' lines)" -eq 0 ]
}

@test "--pty: none are left open in a server, connection after connection" {
	need_proc
	start_server --pty -- true
	talk_to
	before=$(descriptors "$pid")
	for _ in {1..5}; do
		talk_to
	done
	wait_for eval '[ "$(descriptors "$pid")" -le "$before" ]'
}

@test "--pty: with taps, a hex dump has what goes over the wire" {
	start_server --accept 1 --pty -x=dump --sh 'echo word'
	[ "$(talk_to)" = word ]
	wait_exit "$pid"
	grep -q '77 6f 72 64 0d 0a' dump
	start_peer shutdown save:said
	run_sockit -0 tcp-connect --pty -x=dump2 127.0.0.1 "$peer_port" --sh 'echo word'
	grep -q '77 6f 72 64 0d 0a' dump2
}

@test "--pty: -i ends a silent terminal, at a Unix socket too" {
	mkfifo never
	# No trap has to wait for another process: SIGKILL comes two seconds after the hang-up.
	serve_unix --accept 1 -i 2s --pty --sh 'exec 9<>never; trap "" TERM
		trap "echo hangup >file; exit 4" HUP; echo ready; while :; do read line <&9; done'
	# The silence begins once the command runs; the terminal echoes what comes before.
	: >said
	{ until grep -q ready said; do echo; pause 0.1; done; } | sockit tcp-connect "$address" >said
	[ "$(tr -d '\r\n' <said)" = ready ]
	wait_for [ -s file ]
}

@test "--pty requires a command, and is none of -z" {
	run_sockit -2 tcp-connect --pty 127.0.0.1 1
	[[ $output == *"--pty requires --sh or a command"* ]]
	run_sockit -2 tcp-serve --pty 127.0.0.1:0
	[[ $output == *"--pty requires --sh or a command"* ]]
	run_sockit -2 tcp-connect -z --pty 127.0.0.1 1 -- true
	[[ $output == *"--pty cannot be used with --scan"* ]]
}

@test "--pty: without /dev/pts it is refused at the start, with the reason" {
	need unshare mount
	unshare -rm mount -t tmpfs none /dev/pts 2>/dev/null || skip "cannot make a mount namespace"
	for line in 'tcp-connect --pty 127.0.0.1 1 -- tty' 'tcp-serve --accept 1 --pty 127.0.0.1:0 -- tty'; do
		run timeout 20 unshare -rm sh -c "mount -t tmpfs none /dev/pts && exec '$SOCKIT' $line" 3>&-
		[[ $status -eq 3 || $status -eq 1 ]]
		[[ $output =~ ^"sockit tcp-"[a-z]+": cannot open a pseudo-terminal for --pty: ".*"(/dev/pts must be mounted)"$ ]]
	done
}

@test "--pty: over IPv6, over sequenced packets, and over an inherited socket" {
	endpoint=unix:$PWD/packets start_server --type seqpacket --pty --sh "$show_terminal"
	is_terminal "$(sockit tcp-connect --type seqpacket "$address" </dev/null | tr -d '\r')"
	"$PEERS/hand" --kind listen --port-file bound "$SOCKIT" tcp-serve --pty fd:3 --sh "$show_terminal" 3>&- 2>/dev/null &
	processes+=("$!")
	wait_for [ -s bound ]
	address=127.0.0.1:$(cat bound)
	is_terminal "$(talk_to)"
	need_ipv6
	endpoint='[::1]:0' start_server --pty --sh "$show_terminal"
	is_terminal "$(talk_to)"
	endpoint='[::1]:0' start_server --accept 1 <&-
	run_sockit -0 tcp-connect --pty "$address" --sh "$show_terminal"
	wait_exit "$pid"
	is_terminal "$(tr -d '\r' <"$out")"
}

@test "--pty: a command's terminal over TLS" {
	need openssl
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -days 2 \
		-subj /CN=localhost -addext 'subjectAltName=DNS:localhost' 2>/dev/null
	mkfifo typed
	exec 5<>typed
	openssl s_server -unix "tls.$test_shell" -cert cert -key key -quiet -naccept 1 3>&- <&5 >received 2>/dev/null &
	processes+=("$!")
	wait_for listens_at "tls.$test_shell"
	start_server -k --forward "unix:$PWD/tls.$test_shell"
	run_sockit -5 tcp-connect --tls --tls-ca cert --pty "localhost:$port" --sh 'tty; read line; echo "got $line"; exit 5' &
	talker=$!
	wait_for grep -q /dev/pts/ received
	printf 'hi\r' >&5
	wait_for grep -q 'got hi' received
	wait "$talker"
}
