#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# taps.bats - what is put between the ends: line ends, telnet, pacing, dumps, copies; in both
# commands.

# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; lib.bash sets what tests read
load lib
load net

# hex - standard input in hex, on one line.
hex() {
	od -An -v -tx1 | tr -d ' \n'
}

# undump DIRECTION FILE - print the bytes that went that way, reassembled from a dump; false if an
# offset is wrong.
undump() {
	awk -v direction="$1" '
	function value(hex) { return index("0123456789abcdef", hex) - 1 }
	function is_dump(line) {
		return line ~ /^[<>] [0-9]+-[0-9]+-[0-9]+T[0-9]+:[0-9]+:[0-9]+\.[0-9]+Z [0-9a-f]+ / &&
			match(line, / [0-9a-f]+  ([0-9a-f ][0-9a-f ] )+ ([0-9a-f ][0-9a-f ] )+ \|.*\|( .*)?$/)
	}
	BEGIN { for (i = 0; i < 256; i++) shown[i] = i > 31 && i < 127 ? sprintf("%c", i) : "." }
	!is_dump($0) { print "not a line of a dump: " $0 >"/dev/stderr"; exit 1 }
	$1 != direction { next }
	{
		offset = 0
		for (i = 1; i <= length($3); i++) offset = offset * 16 + value(substr($3, i, 1))
		if (length($3) < 8 || offset != sum) { print "a wrong offset: " $0 >"/dev/stderr"; exit 1 }
		line = substr($0, RSTART + length($3) + 3)
		hex = substr(line, 1, 24) substr(line, 26, 24)
		n = split(hex, byte)
		text = ""
		for (i = 1; i <= n; i++) {
			code = value(substr(byte[i], 1, 1)) * 16 + value(substr(byte[i], 2, 1))
			text = text shown[code]
			printf "\\x%s", byte[i]
		}
		sum += n
		if (index(substr(line, 51), "|" text "|") != 1) {
			print "a wrong text: " $0 >"/dev/stderr"
			exit 1
		}
	}' "$2" >undumped && printf '%b' "$(cat undumped)"
}

# start_echo ARG... - an echo; address is its.
start_echo() {
	start_server --handler echo "$@"
}

@test "-C sends LF as CRLF, and leaves CRLF alone" {
	start_peer save:got
	printf 'a\nb\r\n\n' | sockit tcp-connect -C "127.0.0.1:$peer_port"
	wait_exit "$peer_pid"
	[ "$(hex <got)" = "$(printf 'a\r\nb\r\n\r\n' | hex)" ]
}

@test "-C leaves a CRLF alone that came in two pieces" {
	start_peer save:got
	printf '\nb' | sockit tcp-connect -C -E --send 'a\r' "127.0.0.1:$peer_port"
	wait_exit "$peer_pid"
	[ "$(hex <got)" = "$(printf 'a\r\nb' | hex)" ]
}

@test "-t refuses every option and keeps commands out of the data, however they are cut" {
	start_peer 'drip:\xff\xfd\x01one\xff\xff\xff\xfb\x03\xff\xfa\x18\x01\xff\xf0two\xff\xfc\x05\xff\xf1!' \
		read:6 close
	mkfifo idle
	sockit tcp-connect -t --linger 0 --save-sent sent "127.0.0.1:$peer_port" <>idle >got &
	processes+=($!)
	wait_exit "$!"
	[ "$(hex <got)" = "$(printf 'one\377two!' | hex)" ]
	[ "$(hex <sent)" = fffc01fffe03 ]
}

@test "-t sends a byte 255 twice, and its own end gets it once" {
	start_server --handler echo -t --save-received wire
	printf 'a\377b' | sockit tcp-connect -t "$address" >got
	[ "$(hex <got)" = 61ff62 ]
	[ "$(hex <wire)" = 61ffff62 ]
}

@test "-t still refuses after the input has ended, where the end is not passed on" {
	start_peer read:3 'send:\xff\xfd\x01x' read:3 close
	printf 'abc' | sockit tcp-connect -t --no-half-close "127.0.0.1:$peer_port" >got
	[ "$(cat got)" = x ]
	wait_exit "$peer_pid"
	[ "$(tail -n 1 "$peer_log")" = "read 3 bytes" ]
}

@test "-t with --recv-only can refuse" {
	start_peer 'send:\xff\xfd\x01x' read:3 close
	sockit tcp-connect -t --recv-only "127.0.0.1:$peer_port" >got
	[ "$(cat got)" = x ]
	wait_exit "$peer_pid"
	[ "$(cat "$peer_log")" = "read 3 bytes" ]
}

@test "-t: a flood of requests from a peer that never reads neither blocks nor grows" {
	requests=
	for i in {0..255}; do
		printf -v requests '%s\\xff\\xfb\\x%02x\\xff\\xfd\\x%02x' "$requests" "$i" "$i"
	done
	printf '%b' "$requests" >requests
	{
		yes requests | head -n 1953 | xargs cat
		echo done
	} >flood
	start_peer send-file:flood hold
	mkfifo idle
	start_sockit tcp-connect -t "127.0.0.1:$peer_port" <>idle
	wait_for grep -q done "$out"
	[ "$(size_of "$out")" -eq 5 ]
	if [ -r "/proc/$pid/status" ]; then
		[ "$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")" -lt $((40000 * patience * patience)) ]
	fi
}

# paced - 250000 bytes arrive at 50000 a second; false if they are late, which may be because the
# machine is busy.
paced() {
	start_peer pieces
	head -c 250000 /dev/zero >zeros
	milliseconds sockit tcp-connect --rate 50000 "127.0.0.1:$peer_port" <zeros
	wait_exit "$peer_pid"
	awk -v elapsed="$elapsed" '/^[0-9.]+ [0-9]+$/ { end = $1; sum += $2; second[int($1)] += $2 }
	END {
		printf "%d bytes in %s s\n", sum, end
		for (s = 0; s < 4; s++) {
			print s, second[s]
			late = late || second[s] < 35000
			early = early || second[s] > 65000
		}
		# A peer that was late at the beginning got the rest in less time.
		late = late || end <= 4.75
		print (sum == 250000 && elapsed > 4750 && (late || !early) ? "good" : "bad")
		exit late || end >= 5.25
	}' "$peer_log" >paced
	cat paced
}

@test "--rate is kept within 5 % over five seconds, and smoothly" {
	for try in 1 2 3 4 5 6; do
		on_time=1
		paced || on_time=0
		grep -qx good paced
		[ "$on_time" -eq 0 ] || return 0
	done
	false
}

@test "--rate counts what goes over the wire" {
	start_peer save:got
	yes '' | head -c 10000 >lines
	milliseconds sockit tcp-connect -C --rate 20k "127.0.0.1:$peer_port" <lines
	wait_exit "$peer_pid"
	[ "$(size_of got)" -eq 20000 ]
	((elapsed > 800))
}

# gaps_under SECONDS DUMP - print how many lines of the dump follow their predecessor faster than that.
gaps_under() {
	awk -v least="$1" '{ split(substr($2, 12, 15), at, ":"); now = at[2] * 60 + at[3]
		if (NR > 1 && now - last < least && now > last)
			count++
		last = now } END { print count + 0 }' "$2"
}

@test "--interval pauses between lines, and sends each whole" {
	start_peer save:got
	printf 'one\ntwo\nthree' >in
	sockit tcp-connect --interval 300ms -x "127.0.0.1:$peer_port" <in 2>dump
	wait_exit "$peer_pid"
	cmp in got
	[ "$(sed 's/.*|\(.*\)|$/\1/' dump | xargs)" = "one. two. three" ]
	[ "$(gaps_under 0.2 dump)" -eq 0 ]
}

@test "--interval holds for --send too, and the pause is not idle time" {
	start_peer save:got
	sockit tcp-connect --send-only -i 200ms --interval 500ms -x -E --send 'a\nb\n' \
		"127.0.0.1:$peer_port" </dev/null 2>dump
	wait_exit "$peer_pid"
	[ "$(cat got)" = $'a\nb' ]
	[ "$(sed 's/.*|\(.*\)|$/\1/' dump | xargs)" = "a. b." ]
	[ "$(gaps_under 0.4 dump)" -eq 0 ]
}

@test "what is held back is still sent when the peer has ended first" {
	start_peer shutdown save:got
	seq 5 >in
	sockit tcp-connect --interval 100ms --linger 0 "127.0.0.1:$peer_port" <in
	wait_exit "$peer_pid"
	[ "$(cat got)" = "$(seq 5)" ]
}

@test "-x shows offset, hex, text, direction and time on standard error, and leaves the data alone" {
	start_echo
	printf 'Hello, \000\377\nworld of dumps\n' >in
	sockit tcp-connect -x "$address" <in >out 2>dump
	cmp in out
	[ "$(wc -l <dump)" -eq 4 ]
	grep -qE '^> [-0-9]{10}T[0-9:.]{15}Z 00000000  48 65 6c 6c 6f 2c 20 00  ff 0a .*  \|Hello, \.\.\.world \|$' dump
	undump '>' dump | cmp - in
	undump '<' dump | cmp - in
}

@test "-x=FILE and copies have every byte of a long transfer, both ways" {
	start_echo
	random_file in 400k
	sockit tcp-connect --hexdump=dump --save-sent sent --save-received received "$address" <in >out
	for copy in out sent received; do
		cmp in "$copy"
	done
	undump '>' dump | cmp - in
	undump '<' dump | cmp - in
}

@test "all taps together, and nothing is lost" {
	start_echo -t
	head -c 100000 /dev/urandom | tr '\r' x >in
	echo >>in
	LC_ALL=C sed 's/$/\r/' <in >expected
	sockit tcp-connect -C -t --rate 10M --interval 1ms --hexdump=dump --save-sent sent \
		--save-received received "$address" <in >out
	cmp expected out
	cmp sent received
	undump '>' dump | cmp - sent
}

@test "a reset in a tapped transfer is status 1, with what was received written out" {
	start_peer send:abc read:10 reset
	run_sockit -1 --separate-stderr tcp-connect -x=dump --send 0123456789 "127.0.0.1:$peer_port" </dev/null
	[ "$output" = abc ]
	[[ $stderr == *"connection reset"* ]]
}

@test "a dump or a copy to /dev/stdout or /dev/stderr is added to what is there" {
	start_peer --times 0 read send:back
	echo before >log
	echo data | sockit tcp-connect -x=/dev/stdout --save-received /dev/fd/1 127.0.0.1 "$peer_port" >>log
	[ "$(head -n 1 log)" = before ]
	[ "$(grep -c back log)" -ge 2 ] # in the dump and as data or its copy
	# Not overwritten by the data.
	echo data | sockit tcp-connect -x=/dev/stdout 127.0.0.1 "$peer_port" >log
	[[ $(head -n 1 log) == '> '*'|data.|' ]]
	grep -q '^back' log
	echo before >log
	echo data | sockit tcp-connect --save-sent /dev/stderr 127.0.0.1 "$peer_port" 2>>log >answer
	[ "$(cat log)" = $'before\ndata' ]
	# A socket has no name by which it could be opened.
	start_server
	start_peer send:back close
	sockit tcp-connect "$address" -- "$SOCKIT" tcp-connect --recv-only \
		--save-received /dev/stdout 127.0.0.1 "$peer_port"
	wait_exit "$pid"
	[ "$(cat "$out")" = backback ]
	run_sockit -3 tcp-connect -x=/dev/fd/77 127.0.0.1 "$peer_port"
}

@test "a file that cannot be opened is found out before anything is sent" {
	start_peer read
	run_sockit -3 tcp-connect --save-sent missing/file "127.0.0.1:$peer_port"
	[[ $output == *"cannot write to missing/file: "* ]]
	run_sockit -1 tcp-connect --hexdump=. "127.0.0.1:$peer_port"
	run_sockit -3 tcp-serve --save-received missing/file 127.0.0.1:0
	[ ! -s "$peer_log" ]
}

@test "a full disk under a copy is status 1, and named" {
	need_full
	start_echo
	for option in --save-sent=/dev/full --save-received=/dev/full --hexdump=/dev/full; do
		run_sockit -1 tcp-connect "$option" "$address" <<<text
		[[ $output == *"cannot write to /dev/full: "* ]]
	done
}

@test "a full disk under a server's copy ends that connection, and the server goes on" {
	need_full
	start_server --handler echo --save-received /dev/full
	run sockit tcp-connect "$address" <<<text
	[ "$status" -ne 124 ]
	wait_for grep -q "cannot write to /dev/full" "$err"
	kill -0 "$pid"
	start_server --save-received /dev/full --forward "$address"
	run sockit tcp-connect "$address" <<<text
	wait_for grep -q "cannot write to /dev/full" "$err"
	kill -0 "$pid"
}

@test "taps that have nothing to do are a usage error" {
	run_sockit -2 tcp-connect -z -x 127.0.0.1:1
	[[ $output == *"--hexdump cannot be used with --scan"* ]]
	run_sockit -2 tcp-connect --recv-only -C 127.0.0.1:1
	[[ $output == *"--crlf cannot be used with --recv-only"* ]]
	run_sockit -2 tcp-connect --rate 0 127.0.0.1:1
	run_sockit -2 tcp-serve --interval 1s 127.0.0.1:0
}

# same_tapped ARG... - the answer to `question` with and without taps is `answer`, and the server
# counts what went over the wire.
same_tapped() {
	start_server "$@"
	sockit tcp-connect "$address" <question >answer
	start_server -v -x=dump --save-sent sent --save-received received "$@"
	sockit tcp-connect "$address" <question >tapped || return 1
	cmp answer tapped && cmp question received && cmp answer sent || return 1
	wait_for grep -q "closed: received $(size_of question) bytes, sent $(size_of answer) bytes" "$err"
	undump '<' dump | cmp - question && undump '>' dump | cmp - answer
}

@test "every way to serve is the same with taps" {
	text_file question 1000
	cp question file
	same_tapped --handler echo
	same_tapped --handler reverse
	same_tapped --handler discard
	same_tapped -- sort
	same_tapped --sh 'cat >/dev/null; echo "$PROTO $TCPREMOTEIP $TCPLOCALIP"; exit 3'
	start_echo
	same_tapped --forward "$address"
}

@test "ways that do not wait for the question are the same with taps" {
	: >question
	random_file file 300k
	same_tapped --reply hello
	same_tapped --reply-file file
}

@test "standard input and output of a server go through taps" {
	start_server -C --save-received received <<<hello
	printf 'question' | sockit tcp-connect "$address" >got
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(hex <got)" = "$(printf 'hello\r\n' | hex)" ]
	[ "$(cat "$out" received)" = questionquestion ]
}

@test "a paced answer arrives whole though the command has long ended" {
	start_server -v --rate 100k --sh 'head -c 300000 /dev/zero'
	[ "$(sockit tcp-connect "$address" </dev/null | wc -c)" -eq 300000 ]
	wait_for grep -q 'closed: received 0 bytes, sent 300000 bytes in \([2-9]\|[0-9][0-9]\)' "$err"
}

@test "a paced answer arrives whole though the client goes on sending" {
	random_file big 100k
	start_server --rate 100k --reply-file big
	(
		for _ in 1 2 3 4 5; do
			echo more
			sleep 0.1 # some of them while the answer is on its way
		done
	) | sockit tcp-connect "$address" >got
	cmp big got
}

@test "a client's reset reaches the command behind taps" {
	start_server -v -x=dump --sh "exec '$PEERS/peer' --connect fd:0 read:3 touch:came read >seen"
	start_peer --connect "$port" send:abc wait-for:came reset
	wait_for grep -qx 'reset after 0 bytes' seen
	wait_for grep -q 'closed: received 3 bytes, sent 0 bytes' "$err"
}

@test "the idle time holds behind taps, and is the wire's" {
	start_server -v -i 300ms -x=dump -- cat
	mkfifo idle
	run_sockit tcp-connect --linger 0 "$address" <>idle
	wait_for grep -q closed "$err"
	start_server -v --json -i 300ms -x=dump --handler echo
	run_sockit tcp-connect --linger 0 "$address" <>idle
	wait_for grep -q '"reason":"timeout"' "$err" || grep -q '"reason": "timeout"' "$err"
}

@test "several connections share one copy, and the dump tells them apart" {
	start_server --handler discard -x=dump --save-received all
	for i in 1 2 3 4 5; do
		echo "client $i" | sockit tcp-connect -v "$address" 2>"client.$i" &
		clients[i]=$!
	done
	for i in 1 2 3 4 5; do
		wait "${clients[i]}"
	done
	wait_for eval '[ "$(wc -l <all)" -eq 5 ]'
	[ "$(sort all)" = "$(printf 'client %s\n' 1 2 3 4 5)" ]
	wait_for eval '[ "$(grep -c "|client [1-5]\.|  *127\.0\.0\.1:[0-9]*\$" dump)" -eq 5 ]'
}

@test "SIGTERM ends a server whose taps are still sending" {
	random_file big 100k
	start_server --grace 100ms --rate 1k --reply-file big
	sockit tcp-connect "$address" </dev/null >got &
	processes+=($!)
	wait_for [ -s got ]
	stop "$pid"
	[ "$status" -eq 143 ]
}

@test "tcp-connect gives a command the connection through taps, and its status back" {
	start_echo
	run_sockit -7 tcp-connect -C -x=dump --save-sent sent "$address" --sh \
		'echo hello; read -r line; echo "$PROTO $TCPREMOTEIP" >&2; [ "$line" = "$(printf "hello\r")" ] && exit 7'
	[ "$output" = "TCP 127.0.0.1" ]
	[ "$(hex <sent)" = "$(printf 'hello\r\n' | hex)" ]
}

@test "a command's last words pass taps whole before tcp-connect ends" {
	start_peer save:got
	sockit tcp-connect --rate 200k "127.0.0.1:$peer_port" -- head -c 200000 /dev/zero
	wait_exit "$peer_pid"
	[ "$(size_of got)" -eq 200000 ]
}

@test "a command whose copy fails is ended, status 1 or its own" {
	need_full
	start_echo
	expect_signal TERM
	expect_signal PIPE
	run sockit tcp-connect --save-sent /dev/full "$address" -- sh -c 'echo hello; exec cat'
	[ "$status" -ne 0 ]
	[[ $output == *"cannot write to /dev/full"* ]]
}

@test "taps work on Unix sockets, and messages stay messages" {
	endpoint=unix:$PWD/sock start_server --type seqpacket --handler echo -x=dump
	printf 'one' | sockit tcp-connect --type seqpacket --rate 10M -x "unix:$PWD/sock" >got 2>/dev/null
	[ "$(cat got)" = one ]
}

# --- with --expect and --prompt ---

@test "--expect looks at what telnet leaves, -C and --hex at what is sent" {
	start_peer read-until:'USER\r\n' 'drip:log\xff\xfd\x01in: ' hold
	run_sockit --separate-stderr tcp-connect -C -t --hex --send '55 53 45 52 0a' --expect '^login: ' \
		--save-sent sent --save-received received 127.0.0.1 "$peer_port"
	[ "$status" -eq 0 ]
	[ "$output" = 'login: ' ]
	[[ $(hex <sent) == "$(printf 'USER\r\n' | hex)"* ]]
	[ "$(hex <received)" = "$(printf 'log\xff\xfd\x01in: ' | hex)" ]
}

@test "--expect: a dump has both directions, up to the match" {
	start_peer read-until:PING 'send:+PONG\r\n' hold
	run_sockit tcp-connect --hexdump=dump --send PING --expect '^[+]PONG' 127.0.0.1 "$peer_port"
	[ "$status" -eq 0 ]
	[ "$(undump '>' dump)" = PING ]
	[ "$(undump '<' dump | hex)" = "$(printf '+PONG\r\n' | hex)" ]
}

@test "--prompt: lines go as CRLF with -C, and telnet stays out of the answers" {
	start_peer read-until:'one\r\n' 'send:\xff\xfb\x031\n' read-until:'two\r\n' 'send:2\n' read
	run_sockit --separate-stderr tcp-connect -C -t --hex --prompt 3e3e --save-sent sent \
		--save-received received 127.0.0.1 "$peer_port" <<<$'one\ntwo'
	[ "$status" -eq 0 ]
	[ "$output" = $'1\n2' ]
	[ "$stderr" = '>>>>>>' ]
	[ "$(hex <received)" = "$(printf '\xff\xfb\x031\n2\n' | hex)" ]
	[ "$(hex <sent)" = "$(printf 'one\r\n\xff\xfe\x03two\r\n' | hex)" ]
}

@test "--prompt: a dump has each line and its answer, in that order" {
	start_echo
	run_sockit --separate-stderr tcp-connect --prompt '?' --hexdump=dump "$address" <<<$'one\ntwo'
	[ "$status" -eq 0 ]
	[ "$output" = $'one\ntwo' ]
	[ "$(cut -c 1 dump | tr -d '\n')" = '><><' ]
	[ "$(undump '>' dump)" = $'one\ntwo' ]
	[ "$(undump '<' dump)" = $'one\ntwo' ]
}
