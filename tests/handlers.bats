#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# handlers.bats - what tcp-serve itself can answer: --handler, --reply,
# --reply-file.

load lib
load net
load clients

# stubborn - run a client that sends a megabyte first, and only then reads; print what it got.
stubborn() {
	join
	head -c 1M /dev/zero >&5
	hear_all
}

near_now() {
	local now
	now=$(date +%s)
	(($1 >= now - 10 && $1 <= now + 1))
}

@test "a client that leaves without its answer is reported as reset by an echo" {
	start_server -v --json --handler echo
	kill -s STOP "$pid"
	start_peer --connect "$port" send:hello close
	wait_exit "$peer_pid"
	kill -s CONT "$pid"
	wait_for grep -q '"reason":' "$out" "$err"
	grep -h '"reason":"reset"' "$out" "$err"
}

@test "echo sends back what comes, byte for byte, to whatever client" {
	start_server --handler echo
	random_file data 2M
	for client in nc ncat socat sockit; do
		has_client "$client" || continue
		talk "$client" <data >got
		cmp data got
	done
}

@test "echo serves many at once, and each gets its own" {
	start_server --handler echo
	local fds=() fd i
	for i in {1..100}; do
		exec {fd}<>"/dev/tcp/127.0.0.1/$port"
		fds+=("$fd")
	done
	for i in {99..0}; do
		echo "client $i" >&"${fds[i]}"
	done
	for i in {0..99}; do
		read -r -t 10 -u "${fds[i]}" line
		[ "$line" = "client $i" ]
	done
}

@test "echo, to a client that does not read, holds up nobody else" {
	start_server --handler echo
	join
	timeout 0.3 cat /dev/zero >&5 || true
	run -0 ask hello
	[ "$output" = hello ]
}

@test "discard takes everything and says nothing" {
	start_server -v --handler discard
	run -0 ask "some thing\n"
	[ -z "$output" ]
	wait_for grep -q 'closed: received 11 bytes, sent 0 bytes' "$err"
}

# from_chargen FROM TO - print these bytes of what chargen sends, counted from 0.
from_chargen() {
	expect_signal PIPE
	sockit tcp-connect --recv-only 127.0.0.1 "$port" | head -c "$2" | tail -c "$(($2 - $1))"
}

@test "chargen sends the pattern of RFC 864" {
	expect_signal PIPE
	start_server --handler chargen
	LC_ALL=C awk 'BEGIN {
		for (line = 0; line < 285; line++) {
			for (i = 0; i < 72; i++)
				printf "%c", 32 + (line + i) % 95
			printf "\r\n"
		}
	}' >expected
	[ "$(size_of expected)" -eq 21090 ]
	from_chargen 0 21090 | cmp - expected
}

@test "chargen stays in step over a long time" {
	expect_signal PIPE
	start_server --handler chargen
	from_chargen 0 7030 >pattern
	from_chargen 9989630 9996660 | cmp - pattern # the 1422nd time
}

@test "chargen goes on when the client ends its side, and throws away what it sends" {
	start_server -v --handler chargen
	start_peer --connect "$port" send:hello shutdown read:2000000
	wait_for holds 'read 2000000 bytes' "$peer_log"
	wait_for grep -q 'closed: received 5 bytes' "$err"
}

@test "progress counts the bytes of connections that are still open" {
	for handler in echo chargen reverse; do
		start_server --handler "$handler"
		join
		echo hello >&5
		hear
		kill -USR1 "$pid"
		wait_for grep -q 'B/s ' "$err"
		run ! grep -q '^0 B ' "$err"
		leave
	done
}

@test "daytime is the time of day, on one line" {
	start_server --handler daytime
	ask >got
	grep -Eqx $'(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} 20[0-9]{2}\r' got
	near_now "$(date -d "$(tr -d '\r' <got)" +%s)"
}

@test "time is four bytes, the highest first, counted from 1900" {
	start_server --handler time
	ask >got
	[ "$(size_of got)" -eq 4 ]
	read -r a b c d <<<"$(od -An -tu1 got)"
	near_now $((((a * 256 + b) * 256 + c) * 256 + d - 2208988800))
}

@test "timestamp answers with the time, a blank, and the message" {
	export TZ=XYZ-5:30
	start_server --handler timestamp
	run -0 ask 'one\ntwo three\n'
	[ "${#lines[@]}" -eq 2 ]
	pattern='^([A-Z][a-z]{2} [A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} 20[0-9]{2}) (.*)$'
	[[ ${lines[0]} =~ $pattern ]]
	near_now "$(date -d "${BASH_REMATCH[1]}" +%s)"
	[ "${BASH_REMATCH[2]}" = one ]
	[[ ${lines[1]} =~ $pattern ]]
	[ "${BASH_REMATCH[2]}" = "two three" ]
}

@test "a line is answered at once, while the client goes on" {
	start_server --handler timestamp
	join
	echo first >&5
	hear
	[[ $line == *" first" ]]
	echo second >&5
	hear
	[[ $line == *" second" ]]
}

@test "what comes without a newline is answered after a tenth of a second of silence" {
	start_server --handler reverse
	join
	printf abc >&5
	read -r -t 10 -N 3 line <&5
	[ "$line" = cba ]
}

@test "pieces that come close together are one message" {
	start_server --handler reverse
	joined() {
		join
		for piece in a b c d; do
			printf %s "$piece" >&5
		done
		printf 'e\n' >&5
		hear
		leave
		[ "$line" = edcba ]
	}
	wait_for joined # a slow machine may send them far apart
}

@test "what comes without a newline is answered when the client has ended its side" {
	start_server --handler reverse
	run -0 ask abc
	[ "$output" = cba ]
}

@test "reverse keeps characters whole and the newline last" {
	start_server --handler reverse
	while IFS='|' read -r message answer; do
		[ "$(ask "$message" | od -An -tx1 -v)" = "$(printf "$answer" | od -An -tx1 -v)" ]
	done <<-'END'
		hello|olleh
		hello\n|olleh\n
		grüße €5 😀\n|😀 5€ eßürg\n
		one\ntwo\n\nthree|eno\nowt\n\neerht
		\n|\n
		a\0b\n|b\0a\n
		a\xff\xc3b\n|b\xc3\xff\x61\n
		\xe2\x82|\x82\xe2
		abc\r\n|\rcba\n
	END
}

@test "a line of a megabyte comes back whole" {
	start_server --handler reverse
	head -c 500000 /dev/zero | tr '\0' x >line
	printf 'start%s\n' "$(cat line)" >message
	sockit tcp-connect 127.0.0.1 "$port" <message >got
	[ "$(size_of got)" -eq 500006 ]
	[ "$(tail -c 6 got)" = trats ]
}

@test "a hundred thousand lines at once are all answered, in order" {
	start_server --handler reverse
	seq 100000 | tee numbers | rev >expected
	sockit tcp-connect 127.0.0.1 "$port" <numbers | cmp - expected
}

@test "lines to a server whose answers nobody reads hold up nobody else" {
	need_proc
	start_server --handler reverse
	join
	timeout 0.3 yes "to nobody" >&5 || true
	run -0 ask hello
	[ "$output" = olleh ]
	memory=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
	((memory < 20000 * (patience > 1 ? 10 : 1)))
}

# entries - print the contents of a roster's JSON, KEY=VALUE on each line.
entries() {
	"$PEERS/json"
}

@test "roster answers with every name so far, as JSON, and closes" {
	start_server --handler roster
	ask "ann\n" >first
	join
	echo bob >&5
	hear_all >second
	entries <first >one
	entries <second >both
	head -n 3 both | cmp - one
	[ "$(sed -E 's/=[1-9][0-9]*$/=PORT/' both)" = 'ann.name=ann
ann.address=127.0.0.1
ann.port=PORT
bob.name=bob
bob.address=127.0.0.1
bob.port=PORT' ]
}

@test "a name that comes again stands once, with its newest address" {
	need_loopback_addresses
	start_server --handler roster
	ask "ann\n" >first
	printf 'ann' | sockit tcp-connect -s 127.0.0.2 "127.0.0.1:$port" >second
	entries <second >both
	[ "$(grep address both)" = ann.address=127.0.0.2 ]
}

@test "a roster is whole however long it is, for a client that reads late, too" {
	start_server -o sndbuf=16k --handler roster
	padding=$(head -c 200 /dev/zero | tr '\0' x)
	for i in {1..300}; do
		join
		echo "$i $padding" >&5
		leave
	done
	join
	echo last >&5
	ask "very last" >second # has its answer, while the other one has not been read
	hear_all >first
	entries <first | grep -qx last.name=last
	entries <second | sed -n 's/.*\.name=//p' >names
	[ "$(wc -l <names)" -eq 302 ]
	[ "$(grep -cE '.{201}' names)" -eq 300 ]
}

@test "a name is made safe for JSON, whatever is in it" {
	start_server --handler roster
	ask 'a "quoted" \\ name\x1b[31m\n' >got
	[ "$(entries <got | sed -n 's/.*\.name=//p')" = 'a "quoted" \x5c name\x1b[31m' ]
}

@test "names that are not UTF-8 are told apart" {
	start_server --handler roster
	for name in '\xff' '\xfe' 'a\0b' '\xff'; do
		ask "$name\n" >got
	done
	[ "$(grep -o '"name":"[^"]*"' got)" = '"name":"\\xff"
"name":"\\xfe"
"name":"a\\x00b"' ]
}

@test "a name is carried whole, or refused with a word" {
	start_server --handler roster
	long=$(head -c 1024 /dev/zero | tr '\0' n)
	ask "$long\n" >got
	head -c 1025 /dev/zero | tr '\0' x | sockit tcp-connect "$address" >got
	grep -q "^{\"$long\":{\"name\":\"$long\",[^{]*}}$" got
	grep -q ': name refused: longer than 1 KiB$' "$err"
}

@test "clients that talk and do not listen cost 16 MiB together and little each" {
	need_proc
	[ -z "${SOCKIT_TEST_PATIENCE:-}" ] || skip "checkers need memory of their own"
	head -c 1000k /dev/zero >message
	for handler in timestamp reverse; do
		start_server -o sndbuf=16k --handler "$handler"
		start_peer --connect "$port" --times 200 send-file:message hold
		wait_for holds_memory "$pid" 20000
		wait_for stands_still "$pid"
		[ "$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")" -lt 60000 ]
		stop -KILL "$peer_pid"
	done
}

@test "clients that do not read a long roster share it" {
	need_proc
	[ -z "${SOCKIT_TEST_PATIENCE:-}" ] || skip "checkers need memory of their own"
	start_server -o sndbuf=16k --handler roster
	padding=$(head -c 1000 /dev/zero | tr '\0' '\001')
	for ((i = 0; i < 400; i++)); do
		exec {deaf}<>"/dev/tcp/127.0.0.1/$port"
		printf '%03d%s\n' "$i" "$padding" >&"$deaf"
		if ((i % 2)); then
			exec {deaf}>&-
		fi
	done
	ask 'last\n' >got
	grep -q '"399.*"last"' got
	[ "$(memory "$pid")" -lt 24000 ]
}

@test "an answer is not destroyed by input that was never read" {
	for way in "--handler daytime" "--handler time" "--handler roster" "--reply goodbye"; do
		# shellcheck disable=SC2086 # a list of arguments
		start_server $way
		[ "$(stubborn | wc -c)" -ge 3 ]
		leave
	done
}

@test "a file is not destroyed by input that was never read" {
	random_file file 4M
	start_server --reply-file file
	stubborn | cmp - file
}

@test "--reply is taken literally" {
	start_server --reply 'a\nb %s "c"'
	run -0 ask
	[ "$output" = 'a\nb %s "c"' ]
}

@test "--reply with -E and --hex has any byte" {
	start_server -E --reply 'HTTP/1.0 200 OK\r\n\r\n\x00\xff\\'
	ask | cmp - <(printf 'HTTP/1.0 200 OK\r\n\r\n\0\xff\\')
	start_server --hex --reply '48 65:6c
		6C6f 00'
	ask | cmp - <(printf 'Hello\0')
}

@test "--reply of a text longer than the socket's buffers arrives whole" {
	head -c 100000 /dev/zero | tr '\0' x >text
	start_server -o sndbuf=8k --reply "$(cat text)"
	join
	hear_all | cmp - text
}

@test "--reply with nothing closes at once" {
	start_server --reply ''
	run -0 ask
	[ -z "$output" ]
}

@test "curl gets a page that --reply makes" {
	need curl
	start_server -E --reply 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello'
	[ "$(curl -sS --max-time 20 "http://127.0.0.1:$port/")" = hello ]
	[ "$(curl -sS --max-time 20 -d "$(head -c 100000 /dev/zero | tr '\0' x)" "http://127.0.0.1:$port/")" = hello ]
}

@test "--reply-file sends the file to every client, whoever it is" {
	random_file file 5M
	start_server --reply-file file
	sockit tcp-connect --recv-only 127.0.0.1 "$port" | cmp - file
	sockit tcp-connect 127.0.0.1 "$port" </dev/null | cmp - file
	if command -v nc >/dev/null; then
		timeout 20 nc -d 127.0.0.1 "$port" | cmp - file
	fi
}

@test "--reply-file is opened anew for each connection" {
	echo one >file
	start_server --reply-file file
	run -0 ask
	[ "$output" = one ]
	echo two >file
	run -0 ask
	[ "$output" = two ]
}

@test "a --reply-file that is gone closes that connection with a message, and no other" {
	echo one >file
	start_server --reply-file file
	mv file elsewhere
	run ! ask # not the end of an empty file
	wait_for grep -Eqi '127.0.0.1:[0-9]+: cannot read file: no such file' "$err"
	mv elsewhere file
	run -0 ask
	[ "$output" = one ]
}

@test "a --reply-file that cannot be read any more does not look like a whole one, behind a dump neither" {
	for dump in '' -x=dump; do
		echo one >file
		start_server $dump --reply-file file
		rm file
		mkdir file
		run ! ask
		wait_for grep -Eqi '127.0.0.1:[0-9]+: cannot read file: is a directory' "$err"
		rmdir file
	done
}

@test "a --reply-file that becomes shorter while it is sent does not look like a whole one, behind a dump neither" {
	for dump in '' -x=dump; do
		random_file file 30M
		start_server $dump --reply-file file
		exec 5<>"/dev/tcp/127.0.0.1/$port"
		head -c 1000 <&5 >begun
		truncate -s 1000 file
		status=0
		timeout 20 cat <&5 >/dev/null || status=$?
		[ "$status" -eq 1 ]
		exec 5>&-
		wait_for grep -q 'file became shorter while it was sent' "$err"
	done
}

@test "a --reply-file that does not exist is found out at the start" {
	run_sockit tcp-serve --reply-file nowhere 127.0.0.1:0
	[ "$status" -eq 3 ]
	[[ $output == *"cannot read nowhere: "* ]]
	run_sockit tcp-serve --reply-file . 127.0.0.1:0
	[ "$status" -eq 1 ]
	[[ $output == *directory* ]]
}

@test "an empty --reply-file is an empty answer" {
	: >file
	start_server --reply-file file
	run -0 ask
	[ -z "$output" ]
}

@test "a --reply-file that is a pipe without a writer stops nothing" {
	mkfifo pipe
	start_server --reply-file pipe
	join
	leave
	kill -0 "$pid"
	run timeout 10 "$SOCKIT" tcp-connect 127.0.0.1 "$port" </dev/null
	[ "$status" -eq 0 ]
}
