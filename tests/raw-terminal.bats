#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# raw-terminal.bats - tcp-connect --raw: every key goes to the peer, and the terminal is restored.

load lib
load net

# at_raw STEP... - run a shell at a terminal that runs tcp-connect --raw, then reports how it ended
# and whether the terminal reads lines again.
at_raw() {
	export SOCKIT address
	# shellcheck disable=SC2016 # for the inner shell
	run terminal "$@" -- sh -c '
		trap : QUIT INT TERM HUP
		"$SOCKIT" tcp-connect --raw "$address"
		echo "status $?"
		stty -a | tr " ;" "\n\n" | grep -x -e -\\\?icanon -e -\\\?isig' 3>&-
}

restored() {
	[[ $output == *$'\nicanon'* && $output == *isig* && $output != *-icanon* && $output != *-isig* ]]
}

@test "--raw: keys go to the peer one by one, control characters too, and Ctrl-] leaves with 0" {
	start_peer send:ready read:4 send:four read
	address=127.0.0.1:$peer_port
	at_raw see:ready 'type:a\x03\x1a\x04' see:four 'type:\x1d'
	[[ $output == *"status 0"* ]]
	restored
	grep -qx 'read 4 bytes' "$peer_log"
	wait_for grep -q 'end after 0 bytes' "$peer_log"
}

@test "--raw: the terminal is restored after an end, a reset, a time limit and signals" {
	for end in 'close 0' 'reset 1'; do
		rm -f seen
		start_peer send:ready wait-for:seen "${end% *}"
		address=127.0.0.1:$peer_port
		at_raw see:ready 'run:: >seen' "see:status ${end#* }"
		restored
	done
	start_peer --times 0 send:ready hold
	# shellcheck disable=SC2016
	run terminal 'see:status 5' -- sh -c '
		"$SOCKIT" tcp-connect --raw -i 300ms 127.0.0.1:'"$peer_port"'
		echo "status $?"
		stty -a | tr " ;" "\n\n" | grep -x -e -\\\?icanon -e -\\\?isig' 3>&-
	restored
	address=127.0.0.1:$peer_port
	for signal in TERM HUP; do
		at_raw see:ready "signal:$signal" 'see:status 1(43|29)$'
		restored
	done
}

@test "--raw: without a terminal it is a usage error" {
	run_sockit -2 tcp-connect --raw 127.0.0.1 1 </dev/null
	[[ $output == *"--raw requires a terminal as standard input"* ]]
}

# The terminal must be the shell's again while the job is stopped, and ours after `fg`; a SIGSTOP
# gives no chance to restore it, but the shell does that.
@test "--raw: stopped by SIGTSTP or SIGSTOP, the terminal is the shell's; after fg, keys go to the peer again" {
	need bash
	export SOCKIT
	for signal in TSTP STOP; do
		rm -f pid modes tty
		start_peer send:ready read:4 send:four read
		run terminal 'see:^\$' \
			'type:sh -c '\''echo $$ >pid; exec "$SOCKIT" tcp-connect --raw '"127.0.0.1:$peer_port'"'\n' \
			see:ready "run:kill -$signal \$(cat pid)" see:Stopped \
			'type:tty >tty; stty -a | tr " ;" "\\n\\n" | grep -x -e icanon -e isig >modes\n' \
			'run:until [ -s modes ]; do sleep 0.02; done' \
			'type:fg\n' 'run:until stty -a <"$(cat tty)" | grep -q -e -isig; do sleep 0.02; done' \
			'type:a\x03\x1a\x04' see:four 'type:\x1d' 'see:^four\$' \
			'type:echo "status $?"\n' 'see:status 0$' 'type:exit 7\n' -- \
			env TERM=dumb PS1='$ ' bash --norc --noprofile -i 3>&-
		echo "$signal: $output"
		[ "$status" -eq 7 ]
		[ "$(sort modes | tr '\n' ' ')" = 'icanon isig ' ]
		grep -qx 'read 4 bytes' "$peer_log"
	done
}
