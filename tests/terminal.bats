#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# terminal.bats - at a terminal: the progress line, what is written in between, windows, and jobs.

load lib
load net

# at_screen [STEP...] -- COMMAND... - print what COMMAND's terminal shows at the end.
at_screen() {
	export SOCKIT address
	run terminal "$@" 3>&-
	echo "$output"
}

# client - the arguments for at_screen: a tcp-connect to $address that sends what is typed.
client() {
	command=(sh -c 'exec "$SOCKIT" tcp-connect --progress "$address" >out')
}

# The progress line, whole.
line='^[0-9.]+ [KMG]?B  [0-9.]+ [KMG]?B/s  [0-9]+:[0-9]+$'

@test "the progress line is drawn over itself, and ended at the end" {
	start_server --handler discard
	client
	at_screen 'see:^0 B ' 'type:hello\n' 'see:^6 B ' 'type:again\n' 'see:^12 B ' 'type:\x04' -- "${command[@]}"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ $line ]]
	[ "$(tail -c 1 raw | wc -l)" -eq 1 ]
}

@test "in a narrow window the line is as long as fits, in whole figures" {
	start_server --handler discard
	for width in 79 40 22 21 10 5 1; do
		client
		at_screen columns:$width 'type:hello\n' wait:0.3 'type:\x04' -- "${command[@]}"
		[ "$status" -eq 0 ]
		[[ $output != *wider* ]]
		case $width in
		79 | 40) [[ $output =~ $line ]] ;;
		22) [[ $output =~ ^6\ B\ \ [0-9.]+\ [KMG]?B/s(\ \ [0-9]+:[0-9]+)?$ ]] ;;
		10) [ "$output" = '6 B' ] ;;
		1) [ -z "$output" ] ;;
		esac
	done
}

@test "a window that is made narrower, and wider again, has a line that fits" {
	start_server --handler discard
	client
	at_screen 'see: 0:0' columns:9 'unseen: 0:0' columns:60 'see: 0:0' columns:7 'unseen: 0:0' \
		'type:\x04' -- "${command[@]}"
	[ "$status" -eq 0 ]
	[ "$output" = '0 B' ]
}

@test "a terminal that does not know its width has 80 columns" {
	start_server --handler discard
	client
	at_screen columns:0 'see: 0:0' 'type:\x04' -- "${command[@]}"
	[[ $status -eq 0 && $output =~ $line ]]
}

@test "the percentage and the time left are what a narrow window does without" {
	random_file data 1M
	start_server --handler discard
	for width in 80 24; do
		at_screen columns:$width -- sh -c '"$SOCKIT" tcp-connect --progress "$address" <data'
		[[ $status -eq 0 && $output == '1.0 MB  '* && $output != *wider* ]]
	done
	[[ $output != *%* ]]
}

@test "messages stand by themselves, above the progress line" {
	at_screen columns:120 'see: 0:0' 'run:until [ -s ready ]; do sleep 0.02; done' \
		'run:"$SOCKIT" tcp-connect --send-only --send hello "$(cat ready)" </dev/null' 'see:closed' 'see:^5 B ' \
		signal:TERM -- "$SOCKIT" tcp-serve -v --progress --handler discard --ready-file ready 127.0.0.1:0
	[ "$status" -eq 143 ]
	[[ ${lines[0]} == 'sockit tcp-serve: listening on 127.0.0.1:'* ]]
	[[ ${lines[1]} =~ ^'sockit tcp-serve: connection from 127.0.0.1:'[0-9]+$ ]]
	[[ ${lines[2]} =~ ^'sockit tcp-serve: 127.0.0.1:'.*' closed: received 5 bytes, sent 0 bytes in '[0-9.]+s$ ]]
	[[ ${lines[3]} =~ $line ]]
	[ "${#lines[@]}" -eq 4 ]
}

@test "a hex dump and what was received stand by themselves, above the progress line" {
	start_server --handler echo
	at_screen columns:120 'see: 0:0' 'type:hello\n' 'see:^hello$' 'see:^12 B ' 'type:\x04' -- \
		sh -c 'exec "$SOCKIT" tcp-connect -x --progress "$address"'
	[ "$status" -eq 0 ]
	[ "$(grep -cE '^[<>] .* 68 65 6c 6c 6f 0a .*hello\.?' <<<"$output")" -eq 2 ]
	grep -qx hello <<<"$output"
	[[ ${lines[-1]} =~ $line ]]
	[ "${#lines[@]}" -eq 4 ]
}

@test "a line that is not yet ended is not drawn over" {
	start_server --handler echo
	at_screen 'see: 0:0' 'type:login: \x04' 'see:^login:$' wait:0.5 'type:\x04' -- \
		sh -c 'exec "$SOCKIT" tcp-connect --progress "$address"'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = login: ]
	[[ ${lines[1]} =~ $line ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "datagrams and answers stand by themselves, above the progress line" {
	at_screen 'see: 0:0' 'run:until [ -s ready ]; do sleep 0.02; done' \
		'run:"$SOCKIT" udp-send "$(cat ready)" hello' 'see:hello$' 'see:^1 datagram ' signal:INT -- \
		"$SOCKIT" udp-listen --progress --format line --ready-file ready 127.0.0.1:0
	[ "$status" -eq 130 ]
	[[ ${lines[1]} =~ ^127.0.0.1:[0-9]+:\ hello$ && ${lines[2]} == '1 datagram  5 B  '* ]]
}

@test "SIGUSR1 leaves the line as it is then, and goes on below" {
	start_server --handler discard
	client
	# Nothing else that stays shows that it has handled the signal before it reads.
	at_screen 'see: 0:0' signal:USR1 wait:2 'type:hello\n' 'see:^6 B' 'type:\x04' -- "${command[@]}"
	[ "$status" -eq 0 ]
	[[ ${#lines[@]} -eq 2 && ${lines[0]} == '0 B  '* && ${lines[1]} == '6 B  '* ]]
}

@test "Ctrl-C and a failure leave a line of its own behind" {
	start_server --handler discard
	client
	at_screen 'see: 0:0' 'type:\x03' -- "${command[@]}"
	[ "$status" -eq 130 ]
	[[ $output =~ 0:0 && $(tail -c 1 raw | wc -l) -eq 1 ]]
	start_peer read:6 reset
	address=127.0.0.1:$peer_port
	at_screen columns:120 'see: 0:0' 'type:hello\n' -- "${command[@]}"
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == '6 B  '* && ${lines[1]} == *': cannot receive: connection reset by peer '* ]]
}

@test "stopped and continued it goes on" {
	start_server --handler discard
	client
	at_screen 'see: 0:0' signal:STOP wait:0.3 signal:CONT 'type:hello\n' 'see:^6 B' 'type:\x04' -- \
		"${command[@]}"
	[ "$status" -eq 0 ]
	[[ ${#lines[@]} -eq 1 && $output =~ $line ]]
}

@test "in a shell: stopped by Ctrl-Z, continued in the background and in the foreground" {
	need bash
	start_server --handler discard
	mkfifo input
	at_screen 'see:^\$' 'type:exec 5<>input; "$SOCKIT" tcp-connect --progress "$address" <input\n' \
		'see: 0:0.$' 'type:\x1a' 'see:Stopped' 'type:bg\n' wait:0.7 'run:printf hello >input' \
		'type:fg\n' 'see:^5 B  ' 'type:\x03' 'type:exit 7\n' -- \
		env TERM=dumb PS1='$ ' bash --norc --noprofile -i
	[ "$status" -eq 7 ]
	# Drawn before, not in the background, and after.
	[ "$(grep -cE '[0-9]+ B  ' <<<"$output")" -eq 2 ]
}

@test "in the background nothing is drawn, and with tostop nothing hangs" {
	start_server --handler discard
	mkfifo input go
	at_screen 'see:begun' wait:0.7 'run:echo >go' 'see:ended' -- \
		sh -mc 'exec 5<>input; stty tostop
		"$SOCKIT" tcp-connect --progress "$address" <input 5>&- & echo begun
		read -r _ <go; stty -tostop; exec 5>&-; wait; echo ended'
	[ "$status" -eq 0 ]
	[[ ${#lines[@]} -eq 3 && ${lines[1]} =~ $line ]]
}

@test "a file and a pipe get lines without carriage returns, and only when that is asked for" {
	start_server --handler discard
	sockit tcp-connect --progress "$address" </dev/null 2>shown
	[ ! -s shown ]
	# There is a line each second, and one at the end.
	{ echo; wait_for test -s shown; } | sockit tcp-connect --progress=always "$address" 2>shown
	[ "$(grep -cE "$line" shown)" -eq "$(wc -l <shown)" ]
	[ "$(wc -l <shown)" -ge 2 ]
	! grep -q $'[\r\e]' shown
}

@test "lines in a file have nothing to do with what the terminal shows" {
	start_server --handler echo
	at_screen 'type:login: \x04' 'see:^login:$' wait:1.2 'type:\x04' -- \
		sh -c 'exec "$SOCKIT" tcp-connect --progress=always "$address" 2>shown'
	[ "$status" -eq 0 ]
	[ "$(grep -cE "$line" shown)" -eq "$(wc -l <shown)" ]
}

@test "headings of help are bold on a terminal, and nothing else is" {
	at_screen 'see:Topics' -- env -u NO_COLOR sh -c '"$SOCKIT" help'
	[ "$status" -eq 0 ]
	[ "$(grep -o $'\e[^m]*m' raw | sort -u)" = "$(printf '\e[0m\n\e[1m')" ]
	grep -q $'^\e\[1mTopics:\e\[0m' raw
}

@test "with NO_COLOR no sequence of a terminal is ever written" {
	start_server --handler echo
	for term in xterm-256color dumb ''; do
		at_screen 'see: 0:0' 'type:hello\n' 'see:^12 B ' 'type:\x04' -- \
			env NO_COLOR=1 TERM=$term sh -c '"$SOCKIT" help; "$SOCKIT" raw-send --help
			"$SOCKIT" nosuch; exec "$SOCKIT" tcp-connect -vv -x --progress "$address"'
		[ "$status" -eq 0 ]
		run -1 grep $'\e' raw
	done
}

@test "under tmux, which folds lines anew: made 20 columns wide, the window has one line that fits" {
	need tmux
	start_server --handler discard
	random_file data 1M
	pane() { tmux -L "sockit.$$" capture-pane -p | sed '/^$/d'; }
	shows() { pane | grep -qE "$1"; }
	tmux -L "sockit.$$" -f /dev/null new-session -d -x 80 -y 8 \
		"'$SOCKIT' tcp-connect --progress --rate 20k $address <'$PWD/data'" || skip "tmux does not start here"
	wait_for shows 'KB/s .*eta'
	tmux -L "sockit.$$" resize-window -x 20 -y 8 || skip "this tmux cannot resize a window"
	fits() { [[ $(pane) =~ ^[0-9.]+\ KB\ \ [0-9.]+\ KB/s[^$'\n']*$ ]]; }
	wait_for fits
	tmux -L "sockit.$$" resize-window -x 80 -y 8
	wait_for shows 'KB/s .*eta'
	[ "$(pane | wc -l)" -eq 1 ]
	tmux -L "sockit.$$" kill-server 2>/dev/null || true
}
