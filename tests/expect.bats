# SPDX-License-Identifier: ISC
# expect.bats - tcp-connect --expect: health checks, and waiting for other answers.

load lib

@test "--expect: a match ends it with 0, and what was received is written" {
	start_peer read-until:PING 'send:+PONG\r\nmore' hold
	run_sockit tcp-connect --send PING --expect '^\+PONG' 127.0.0.1 "$peer_port"
	[ "$status" -eq 0 ]
	[[ $output == +PONG* ]]
}

@test "--expect: a match across reads" {
	start_peer 'drip:220 mail.example.org ESMTP\r\n' hold
	run_sockit tcp-connect --expect '^220 .*ESMTP' 127.0.0.1 "$peer_port" <<<''
	[ "$status" -eq 0 ]
}

@test "--expect: a peer that ends first is 1" {
	start_peer 'send:HTTP/1.1 500 Oh\r\n' close
	run_sockit --separate-stderr tcp-connect --expect '^HTTP/1\.[01] 200 ' 127.0.0.1 "$peer_port" </dev/null
	[ "$status" -eq 1 ]
	[ "$output" = $'HTTP/1.1 500 Oh\r' ]
	[[ $stderr == *"the peer ended before it sent what was expected"* ]]
}

@test "--expect: \$ matches at the end of what the peer sent" {
	start_peer send:ok close
	run_sockit tcp-connect --expect '^ok$' 127.0.0.1 "$peer_port" </dev/null
	[ "$status" -eq 0 ]
}

@test "--expect: silence is 5 under -i, babble under --max-time" {
	start_peer --times 0 send:hello hold
	hears() {
		run_sockit -5 tcp-connect -i 200ms --expect never 127.0.0.1 "$peer_port" </dev/null &&
			[[ $output == hello* ]]
	}
	wait_for hears # a slow peer may say nothing in that time
	start_peer flood
	run_sockit tcp-connect --max-time 200ms --expect never 127.0.0.1 "$peer_port" </dev/null >/dev/null
	[ "$status" -eq 5 ]
}

@test "--expect: a reset is 1" {
	start_peer read:1 reset
	run_sockit tcp-connect --send xx --expect never 127.0.0.1 "$peer_port"
	[ "$status" -eq 1 ]
}

@test "--expect: with --send standard input is not read, and not half-closed either" {
	start_peer read:1 wait:0.2 send:y read
	printf 'not for you' >input
	exec 5<input
	run_sockit tcp-connect --send x --expect y 127.0.0.1 "$peer_port" <&5
	[ "$status" -eq 0 ]
	[ "$(cat <&5)" = 'not for you' ]
	wait_exit "$peer_pid"
	grep -q 'end after 0 bytes' "$peer_log"
}

@test "--expect: without --send standard input is sent" {
	start_peer read-until:question send:answer hold
	run_sockit tcp-connect --expect answer 127.0.0.1 "$peer_port" <<<question
	[ "$status" -eq 0 ]
	[ "$output" = answer ]
}

@test "--expect: megabytes before the match are written whole, in bounded memory" {
	random_file data 8M
	printf 'THE-END' >>data
	start_peer send-file:data hold
	sockit tcp-connect --expect 'THE-END' 127.0.0.1 "$peer_port" </dev/null >got
	cmp data got
}

@test "--expect: a slow reader of standard output gets all of it" {
	head -c 300000 /dev/zero >data
	printf 'END' >>data
	start_peer send-file:data hold
	# The pipe fills in the meantime.
	sockit tcp-connect --expect END 127.0.0.1 "$peer_port" </dev/null | (sleep 0.3; cat >got)
	cmp data got
}

@test "--expect: a NUL is a character, and bytes need not be text" {
	start_peer 'send:\x00\xff\x00' hold
	sockit tcp-connect --expect $'^.\xff.' 127.0.0.1 "$peer_port" </dev/null >got
	[ "$(od -An -tx1 got | tr -d ' ')" = 00ff00 ]
}

@test "--expect: a full disk is 1, a reader that left SIGPIPE" {
	need_full
	sockit tcp-connect --via 'echo ok; sleep 9' --expect never a 1 </dev/null >/dev/full 2>err || code=$?
	[ "$code" -eq 1 ]
	grep -q 'cannot write to standard output: no space left on device' err
	expect_signal PIPE
	set +o pipefail
	{ sockit tcp-connect --via 'while echo ok; do sleep 0.05; done' --expect never a 1 </dev/null ||
		echo $? >code; } | head -c 1 >/dev/null
	[ "$(cat code)" -eq 141 ]
}

@test "--expect: an expression that does not compile is 2 and says why" {
	run_sockit tcp-connect --expect '(' 127.0.0.1 1
	[ "$status" -eq 2 ]
	[[ $output == *'bad --expect: "(" is not a valid regular expression: '* ]]
}

@test "--expect: what makes no sense with it is 2" {
	for with in --send-only '--linger 1s' '--prompt x' -z '--sh true'; do
		# shellcheck disable=SC2086 # two words
		run_sockit tcp-connect --expect x $with 127.0.0.1 1
		[ "$status" -eq 2 ]
	done
	run_sockit tcp-connect --expect x 127.0.0.1 1 -- true
	[ "$status" -eq 2 ]
}

@test "--expect through a proxy and through a command" {
	start_peer read:3 'send:\x05\x00' read:18 'send:\x05\x00\x00\x01aaaapp220 hi\r\n' hold
	run_sockit tcp-connect --proxy "socks5://127.0.0.1:$peer_port" --expect '^220 ' example.org 25 </dev/null
	[ "$status" -eq 0 ]
	run_sockit tcp-connect --via 'echo 220 hi; exec sleep 600' --expect '^220 ' example.org 25 </dev/null
	[ "$status" -eq 0 ]
	run_sockit tcp-connect --via 'echo 500 no; exit 7' --expect '^220 ' example.org 25 </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"status 7"* ]]
}

@test "--expect: redis answers PING" {
	need redis-server
	redis-server --port 0 --unixsocket redis --save '' >/dev/null 3>&- &
	processes+=($!)
	run_sockit tcp-connect --wait 60s -E --send 'PING\r\n' --expect '^\+PONG' --max-time 5s unix:redis
	[ "$status" -eq 0 ]
	[ "$output" = $'+PONG\r' ]
}

@test "--expect: a match decides, also where the connection is reset in the same moment" {
	start_peer --times 20 read:1 send:imok reset
	for _ in {1..20}; do
		run_sockit -0 --separate-stderr tcp-connect --send ruok --expect imok 127.0.0.1 "$peer_port"
		[ "$output" = imok ]
		[ -z "$stderr" ]
	done
}

@test "--expect: one long line and a pattern that backtracks do not hold up --max-time or a signal" {
	yes aaaaaaaaaaaaaaa | tr -d '\n' | head -c 4M >line
	start_peer --times 2 send-file:line hold
	run_sockit -5 tcp-connect --expect 'a.*b' --max-time 1s 127.0.0.1 "$peer_port" </dev/null >/dev/null
	start_sockit tcp-connect --expect 'a.*b' 127.0.0.1 "$peer_port" </dev/null
	wait_for test -s "$out"
	stop "$pid"
}

@test "--expect: back-references are a usage error" {
	run_sockit -2 tcp-connect --expect '(a*)\1b' 127.0.0.1 1 </dev/null
	[[ $output == *"back-references"* ]]
}

@test "--wait with --expect: the whole exchange is tried again until it matches" {
	# Accepts and closes, as a container's proxy does before the service in it listens.
	cat >service <<-'END'
		read -r question
		[ -e up ] && echo "+PONG" || : >asked
	END
	start_server -k -- bash service
	start_sockit tcp-connect -E --send 'PING\n' --expect '^\+PONG' --wait 60s "$address" </dev/null
	wait_for test -e asked
	: >up
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(cat "$out")" = +PONG ]
	[ ! -s "$err" ]
}

@test "--wait with --expect: time that has passed is 5, with the last reason" {
	start_server -k --reply no
	is_told() {
		run_sockit -5 --separate-stderr tcp-connect --send x --expect yes --wait 300ms "$address" </dev/null &&
			[[ $stderr == *"the peer ended before it sent what was expected (waited 0.300s)"* ]]
	}
	wait_for is_told # the time may pass in the middle of an exchange
	start_peer --times 0 hold
	run_sockit -5 --separate-stderr tcp-connect --send x --expect yes --wait 300ms 127.0.0.1 "$peer_port" </dev/null
	[[ $stderr == *"(waited 0.300s)"* ]]
}

@test "--wait with --expect: an input that was read is not sent twice" {
	start_server -k --reply no
	run_sockit -1 --separate-stderr tcp-connect --expect yes --wait 60s "$address" <<<question
	[[ $stderr == *"the peer ended before"* ]]
}

@test "--expect: a match decides, also where the command that carried the connection failed" {
	for _ in 1 2 3; do
		sockit tcp-connect --via 'echo imok; exit 3' --expect imok 127.0.0.1:1 >got
		[ "$(cat got)" = imok ]
	done
}
