# SPDX-License-Identifier: ISC
# prompt.bats - tcp-connect --prompt: request and reply, from a pipe and at a terminal.

load lib
load net

@test "--prompt: from a pipe, each line waits for its answer" {
	start_server --handler timestamp
	run_sockit --separate-stderr tcp-connect --prompt '>' 127.0.0.1 "$port" <<<$'one\ntwo'
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[0]} == *" one" && ${lines[1]} == *" two" ]]
	[ "$stderr" = '>>>' ]
}

@test "--prompt: an empty line ends it, and nothing behind it is sent" {
	start_server --handler echo
	run_sockit --separate-stderr tcp-connect --prompt '?' 127.0.0.1 "$port" <<<$'one\n\nthree'
	[ "$status" -eq 0 ]
	[ "$output" = one ]
	[ "$stderr" = '??' ]
}

@test "--prompt: the last line gets the newline that it lacks" {
	start_peer save:got
	printf 'one' >line
	sockit tcp-connect --prompt '' -i 500ms 127.0.0.1 "$peer_port" <line 2>/dev/null || true
	wait_exit "$peer_pid"
	[ "$(od -An -c got | tr -d ' ')" = 'one\n' ]
}

@test "--prompt: an answer in several pieces is one answer" {
	start_peer read-until:a send:1 wait:0.05 send:2 wait:0.05 'send:3\n' read-until:b 'send:4\n' read
	run_sockit --separate-stderr tcp-connect --prompt '>' 127.0.0.1 "$peer_port" <<<$'a\nb'
	[ "$status" -eq 0 ]
	[ "$output" = $'123\n4' ]
	[ "$stderr" = '>>>' ]
}

@test "--prompt: the peer's end ends it" {
	start_peer read-until:a send:bye close
	run_sockit --separate-stderr tcp-connect --prompt '>' 127.0.0.1 "$peer_port" < <(echo a; sleep 5)
	[ "$status" -eq 0 ]
	[ "$output" = bye ]
	[ "$stderr" = '>' ]
}

@test "--prompt: a peer that does not end after us is left after 2 s" {
	start_peer --times 0 read-until:a 'send:b\n' hold
	quick 4000 sockit tcp-connect --prompt '' 127.0.0.1 "$peer_port" <<<a
	((elapsed >= 1900))
}

@test "--prompt: TEXT has escapes with -E, and --send goes first" {
	start_peer read-until:hello 'send:hi\n' read
	run_sockit --separate-stderr --keep-empty-lines tcp-connect -E --prompt 'a\tb' --send 'hello\n' \
		127.0.0.1 "$peer_port" </dev/null
	[ "$status" -eq 0 ]
	[ "$stderr" = $'a\tb' ]
}

@test "--prompt: a reset is 1" {
	start_peer read:2 reset
	run_sockit tcp-connect --prompt '' 127.0.0.1 "$peer_port" <<<$'abcd\nefgh'
	[ "$status" -eq 1 ]
}

@test "--prompt: a very long line arrives whole" {
	head -c 300000 /dev/zero | tr '\0' x >line
	echo >>line
	start_peer echo
	sockit tcp-connect --prompt '' 127.0.0.1 "$peer_port" <line >got
	cmp line got
}

@test "--prompt: what makes no sense with it is 2" {
	for with in --send-only --recv-only '--linger 1s' -z '--sh true'; do
		# shellcheck disable=SC2086 # two words
		run_sockit tcp-connect --prompt x $with 127.0.0.1 1
		[ "$status" -eq 2 ]
	done
}

@test "--prompt: at a terminal, an answer without newline gets one there" {
	start_peer read-until:a send:answer read-until:b 'send:second\n' read
	run terminal echo 'see:^>$' 'type:a\n' 'see:^> a$' 'see:^>$' 'type:b\n' 'see:^> b$' 'see:^>$' 'type:\n' -- \
		"$SOCKIT" tcp-connect --prompt '> ' 127.0.0.1 "$peer_port" 3>&-
	[ "$status" -eq 0 ]
	[ "$(tr -d '\r' <raw)" = $'> a\nanswer\n> b\nsecond\n> ' ]
}

@test "--prompt: at a terminal, Ctrl-D ends it" {
	start_server --handler reverse
	run terminal echo 'see:^>$' 'type:abc\n' 'see:^> abc$' 'see:^>$' 'type:\x04' -- \
		"$SOCKIT" tcp-connect --prompt '> ' 127.0.0.1 "$port" 3>&-
	[ "$status" -eq 0 ]
	[[ $(tr -d '\r' <raw) == $'> abc\ncba\n> '* ]]
}

@test "--prompt: under tmux" {
	need tmux
	start_server --handler reverse
	tmux -L "sockit.$$" -f /dev/null new-session -d -x 80 -y 20 \
		"'$SOCKIT' tcp-connect --prompt 'say> ' 127.0.0.1 $port; echo status \$? >'$PWD/code'" ||
		skip "tmux does not start here"
	shows() { tmux -L "sockit.$$" capture-pane -p | grep -q "$1"; }
	wait_for shows 'say>'
	tmux -L "sockit.$$" send-keys hello Enter
	wait_for shows olleh
	tmux -L "sockit.$$" send-keys Enter
	wait_for test -s code
	[ "$(cat code)" = 'status 0' ]
	tmux -L "sockit.$$" kill-server 2>/dev/null || true
}

@test "--prompt: in the background of a shell it goes on, and leaves the terminal to the shell" {
	export SOCKIT
	start_server --handler echo
	run terminal 'see:^\$' \
		'type:"$SOCKIT" tcp-connect --prompt "now? " '"127.0.0.1:$port"' &\n' 'see:now\?' \
		'type:echo this is for the shell\n' 'see:this is for the shell$' \
		'type:jobs\n' 'see:Running' 'type:kill %1; exit 7\n' -- \
		env TERM=dumb PS1='$ ' bash --norc --noprofile -i 3>&-
	[ "$status" -eq 7 ]
}

@test "--prompt: in a shell, Ctrl-Z stops it, and fg shows the prompt again" {
	export SOCKIT
	start_server --handler reverse
	run terminal 'see:^\$' \
		'type:"$SOCKIT" tcp-connect --prompt "say: " '"127.0.0.1:$port"'\n' 'see:say:$' \
		'type:\x1a' 'see:Stopped' 'see:^\$$' 'type:fg\n' 'see:^say:$' 'type:abc\n' 'see:cba' \
		'type:\n' 'type:exit 7\n' -- \
		env TERM=dumb PS1='$ ' bash --norc --noprofile -i 3>&-
	echo "$output"
	[ "$status" -eq 7 ]
	[ "$(grep -c 'say: ' <<<"$output")" -ge 3 ]
}
