#!/usr/bin/env bats
# shellcheck disable=SC2154 # variables set by run and lib.bash
# SPDX-License-Identifier: ISC
# udp-send.bats - messages, splitting, pace, replies, and what goes wrong.

load lib
load clients
load udp-lib

# sizes_of FILE - print the size of each datagram that `udp-listen --json` wrote.
sizes_of() {
	sed 's/.*"size":\([0-9]*\).*/\1/' "$1" | paste -sd ' '
}

@test "each message is one datagram, an empty one too" {
	start_listen --format line --count 3
	run_sockit -0 udp-send "$address" one '' three
	[ -z "$output" ]
	wait_exit "$pid"
	[ "$(sed 's/.*[0-9]: //' "$out" | paste -sd '|')" = 'one||three' ]
}

@test "host and port may be two words" {
	start_listen --count 1
	run_sockit -0 udp-send 127.0.0.1 "$port" hello
	wait_exit "$pid"
	[ "$(cat "$out")" = hello ]
}

@test "escapes and hex in messages" {
	start_listen --count 2
	run_sockit -0 udp-send -E "$address" 'a\x00\n'
	run_sockit -0 udp-send --hex "$address" '62:63 0a'
	wait_exit "$pid"
	[ "$(od -An -c "$out" | tr -d ' ')" = 'a\0\nbc\n' ]
}

@test "standard input is one datagram, byte for byte" {
	random_file input 65507
	start_listen --count 1
	sockit udp-send "$address" <input
	wait_exit "$pid"
	cmp input "$out"
}

@test "an empty input sends nothing" {
	start_listen -w 300ms
	sockit udp-send "$address" </dev/null
	sockit udp-send --hex --split 10 "$address" </dev/null
	wait_exit "$pid"
	[ "$status" -eq 5 ]
}

@test "a datagram for each line, without its newline, the last one's missing or not" {
	start_listen --json --count 4
	printf 'a\n\nccc\nd' | sockit udp-send -l "$address"
	wait_exit "$pid"
	[ "$(sizes_of "$out")" = '1 0 3 1' ]
}

@test "NUL-separated" {
	start_listen --json --count 3
	printf 'a\nb\0\0cc\0' | sockit udp-send --split nul "$address"
	wait_exit "$pid"
	[ "$(sizes_of "$out")" = '3 0 2' ]
}

@test "so many bytes each, the last one shorter, whatever the pipe's pieces" {
	start_listen --json --count 3
	{
		printf 1234567
		wait_for has_lines "$out" 1
		printf 8901234
	} | sockit udp-send --split 6 "$address"
	wait_exit "$pid"
	[ "$(sizes_of "$out")" = '6 6 2' ]
}

@test "a large file in pieces arrives whole, with equal sizes and with lines" {
	# No more than the receiver's buffer holds, if only root may ask for a larger one.
	random_file input 100k
	start_listen --count 103
	sockit udp-send --split 1000 "$address" <input
	wait_exit "$pid"
	cmp input "$out"
	text_file lines 200
	start_listen --format line --count 200
	sockit udp-send -l "$address" <lines
	wait_exit "$pid"
	sed 's/^[^ ]* //' "$out" | cmp lines
}

@test "escapes and hex in the input, piece by piece" {
	start_listen --json --count 5
	printf 'a\\n\nb\\x00c\n' | sockit udp-send -lE "$address"
	printf '61 62\n63 64 65' | sockit udp-send --hex "$address"
	printf '61 62\n63 64 65' | sockit udp-send --hex --split 3 "$address"
	wait_exit "$pid"
	[ "$(sizes_of "$out")" = '2 3 5 3 2' ]
	run_sockit -1 udp-send --split 2 --hex 127.0.0.1:9 <<<6162636
	[[ $output == *': standard input is not valid hex (half a byte'* ]]
}

@test "too long a datagram is told with both numbers, and nothing of it is sent" {
	start_listen -w 300ms
	head -c 65508 /dev/zero >input
	run_sockit -1 udp-send "$address" <input
	[[ $output == *65508*65507* ]]
	sh -c 'cat input input' | run_sockit -1 udp-send "$address"
	run_sockit -1 udp-send "$address" "$(head -c 70000 /dev/zero | tr '\0' x)"
	[[ $output == *70000*65507* ]]
	run_sockit -1 udp-send --split 70000 "$address" <input
	[[ $output == *70000*65507* ]]
	wait_exit "$pid"
	[ "$status" -eq 5 ]
}

@test "lines before one that is too long are sent" {
	start_listen --format line --count 1
	{
		echo first
		head -c 80000 /dev/zero
		echo
		echo third
	} >input
	run_sockit -1 udp-send -l "$address" <input
	[[ $output == *'line 2'*80000*65507* ]]
	wait_exit "$pid"
	grep -q 'first$' "$out"
}

@test "over IPv6 a datagram holds more" {
	need_ipv6
	endpoint='[::1]:0' start_listen --count 1
	head -c 65527 /dev/zero >input
	run_sockit -0 udp-send "$address" <input
	wait_exit "$pid"
	cmp input "$out"
	run_sockit -1 udp-send "$address" "$(head -c 65528 /dev/zero | tr '\0' x)"
	[[ $output == *65528*65527* ]]
}

@test "an input without end is too long, and does not fill the memory" {
	# A sanitizer's own memory would be in the way.
	if (ulimit -v 400000 && "$SOCKIT" --version) >/dev/null 2>&1; then
		ulimit -v 400000
	fi
	run_sockit -1 udp-send 127.0.0.1:9 </dev/zero
	[[ $output == *'standard input is over '*65507* ]]
}

@test "messages are repeated, in turn" {
	start_listen --format line --count 6
	run_sockit -0 udp-send --count 3 "$address" a b
	wait_exit "$pid"
	[ "$(sed 's/.*: //' "$out" | tr -d '\n')" = ababab ]
}

@test "input is repeated, too" {
	start_listen --format line --count 4
	printf 'a\nb\n' | sockit udp-send -l --count 2 "$address"
	wait_exit "$pid"
	[ "$(sed 's/.*: //' "$out" | tr -d '\n')" = abab ]
}

@test "without end until stopped" {
	start_listen --format line
	start_sockit udp-send --count 0 --rate 10k "$address" a
	sender=$pid
	wait_for has_lines "$BATS_TEST_TMPDIR/sockit.1.out" 500
	stop "$sender"
	[ "$status" -eq 143 ]
}

@test "an interval between datagrams, and a rate" {
	start_listen --count 100
	begin=$(date +%s%N)
	run_sockit -0 udp-send --count 4 --interval 100ms "$address" a
	[ $((($(date +%s%N) - begin) / 1000000)) -ge 300 ]
	begin=$(date +%s%N)
	run_sockit -0 udp-send --count 96 --rate 200 "$address" a
	took=$((($(date +%s%N) - begin) / 1000000))
	[ "$took" -ge 440 ]
}

@test "a reply is written as it is" {
	start_listen --reply pong
	run_sockit -0 udp-send -r -w 10 "$address" ping
	[ "$output" = pong ]
}

@test "several replies, with their senders or as JSON" {
	start_listen --echo
	run_sockit -0 udp-send --replies=2 -w 10 --from "$address" ab cd
	[ "$output" = "$address: ab$address: cd" ]
	run_sockit -0 udp-send -r -w 10 --json "$address" ab
	[[ $output == *'"source":"127.0.0.1","port":'$port*'"size":2'*'"data":"ab","seconds":'[0-9]*.[0-9]*'}' ]]
}

@test "no reply in time is status 5" {
	start_listen
	run_sockit -5 udp-send -r -w 200ms "$address" ping
	[[ $output == *'no reply within 0.200s'* ]]
}

@test "with --json a failure is an object among the replies" {
	endpoint=127.0.0.1:$(freeport) start_listen
	run_sockit -5 udp-send -r -w 100ms --json "$address" ping
	[ "$output" = '{"host":"127.0.0.1","port":'"$port"',"error":"no reply within 0.100s","status":5}' ]
	stop "$pid"
	run --separate-stderr "$SOCKIT" udp-send -r --json "$address" ping
	[ "$status" -eq 4 ]
	[[ $output == '{"host":"127.0.0.1","port":'$port',"error":"cannot send to '*'","status":4}' ]]
	[ -z "$stderr" ]
	run_sockit -3 udp-send --json 127.0.0.1:nosuch ping
	[ "$output" = '{"host":"127.0.0.1","error":"no such service: \"nosuch\"","status":3}' ]
}

@test "fewer replies than wanted are better than none" {
	start_listen --echo
	# If everything is slow, even the one may be late.
	answered() {
		run_sockit udp-send --replies=3 -w 2s "$address" ping
		[ "$status" -eq 0 ]
	}
	wait_for answered
	[ "$output" = ping ]
}

# late_look TIME - a sockit that waits so long for replies gets no processor until that is over.
late_look() {
	rm -f go sent
	start_peer --datagram take:1 wait-for:go "${replies[@]}" touch:sent hold
	"$SOCKIT" udp-send --replies=100 -w "$1" "127.0.0.1:$peer_port" ask 3>&- >output 2>/dev/null &
	sender=$!
	processes+=("$sender")
	wait_for grep -qx ask "$peer_log"
	kill -STOP "$sender"
	touch go
	wait_for test -e sent
	pause "$1"
	kill -CONT "$sender"
	wait_exit "$sender"
}

@test "replies that came in time count, however late they are looked at" {
	replies=()
	for i in {1..100}; do
		replies+=("reply:$i\\n")
	done
	# Status 5: it had no processor before it was stopped.
	for time in 0.3 2 10; do
		late_look "$time"
		[ "$status" -eq 5 ] || break
	done
	[ "$status" -eq 0 ]
	seq 100 | cmp - output
}

@test "nobody there is a refusal, during the wait and right after sending" {
	gone=$(freeport)
	run_sockit -4 udp-send -r "127.0.0.1:$gone" ping
	[[ $output == *'connection refused'* ]]
	run_sockit -4 udp-send "127.0.0.1:$gone" ping
}

@test "source address and port" {
	need_loopback_addresses
	free=$(freeport)
	start_listen --format line --count 3
	run_sockit -0 udp-send -s "127.0.0.2:$free" "$address" a
	run_sockit -0 udp-send -s 127.0.0.2 -p "$free" "$address" b
	run_sockit -0 udp-send -p "$free" "$address" c
	wait_exit "$pid"
	[ "$(paste -sd ' ' "$out")" = "127.0.0.2:$free: a 127.0.0.2:$free: b 127.0.0.1:$free: c" ]
}

@test "a source address in use or not ours is status 7" {
	start_listen
	run_sockit -7 udp-send -s "$address" 127.0.0.1:9 a
	[[ $output == *"$address"* ]]
	run_sockit -7 udp-send -s 192.0.2.1 127.0.0.1:9 a
}

@test "an interface for multicast that does not exist is status 3" {
	run_sockit -3 udp-send -o multicast-interface=nosuch0 127.0.0.1:9 a
	[[ $output == *'multicast-interface=nosuch0: no such device' ]]
	run_sockit -3 udp-listen -o multicast-interface=nosuch0 127.0.0.1:0
	[[ $output == *'multicast-interface=nosuch0: no such device' ]]
}

@test "a source that could not be kept is refused" {
	run_sockit -2 udp-send -p 5000 "unix:$PWD/sock" hello
	[[ $output == "sockit udp-send: --source-port cannot be used with unix:$PWD/sock "* ]]
	run_sockit -2 udp-send -s 127.0.0.1 fd:0 hello
	[[ $output == "sockit udp-send: --source cannot be used with fd:0 "* ]]
}

@test "a source may be an address of IPv6, bare or with a port" {
	need_ipv6
	free=$(freeport)
	endpoint='[::1]:0' start_listen --format line --count 3
	run_sockit -0 udp-send -s "[::1]:$free" "$address" a
	run_sockit -0 udp-send -s ::1 -p "$free" "$address" b
	run_sockit -2 udp-send -s '[::1]:1' -p "$free" "$address" c
	[[ $output == *'--source-port cannot be used with a --source that has a port'* ]]
	run_sockit -2 udp-send -s 127.0.0.1 "$address" d
	[[ $output == *'--source has no IPv6 address'* ]]
	run_sockit -0 udp-send "$address" e
	wait_exit "$pid"
	[ "$(head -n 2 "$out" | paste -sd ' ')" = "[::1]:$free: a [::1]:$free: b" ]
}

@test "Unix datagrams, with a name for replies" {
	endpoint=unix:$PWD/sock start_listen --echo
	run_sockit -0 udp-send -r -w 10 "unix:$PWD/sock" hello
	[ "$output" = hello ]
	run_sockit -0 udp-send -r -w 10 -s "unix:$PWD/mine" --from "unix:$PWD/sock" hello
	[ "$output" = "unix:$PWD/sock: hello" ]
	[ ! -e mine ]
	run_sockit -3 udp-send "unix:$PWD/none" hello
}

@test "a Unix receiver that does not read is waited for, and nothing is lost" {
	need_proc
	text_file input 2000
	start_peer --datagram --unix "$PWD/slow" wait-for:go take:2000
	start_sockit udp-send -vv -l "unix:$PWD/slow" <input
	wait_for stands_still "$pid"
	: >go
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	wait_exit "$peer_pid"
	cmp input "$peer_log"
}

@test "wrong words are usage errors, and nothing is sent" {
	start_listen -w 500ms
	run_sockit -2 udp-send
	run_sockit -2 udp-send --split 0 "$address" a
	run_sockit -2 udp-send --split line -l "$address" a
	run_sockit -2 udp-send --hex "$address" xyz
	[[ $output == *xyz* ]]
	run_sockit -2 udp-send -E "$address" ok 'bad\q'
	run_sockit -2 udp-send --from "$address" a
	run_sockit -2 udp-send --rate 0 "$address" a
	run_sockit -2 udp-send --interval 1 --rate 5 "$address" a
	run_sockit -2 udp-send 127.0.0.1:99999 a
	run_sockit -3 udp-send 127.0.0.1:nosuchservice a
	run_sockit -3 udp-send -I nosuchif "$address" a
	[[ $output == *nosuchif* ]]
	wait_exit "$pid"
	[ "$status" -eq 5 ]
}

@test "statistics, as text and as JSON" {
	start_listen
	run_sockit -0 udp-send --stats "$address" abc de
	[[ $output == *'sent 2 datagrams (5 bytes)'* ]]
	run_sockit -0 udp-send --stats=json "$address" abc de
	[[ $output == *'"sent_bytes":5'*'"reason":"done"'*'"sent_datagrams":2'* ]]
}

@test "a closed standard input is an empty one" {
	# shellcheck disable=SC2016 # for the inner shell
	run -0 sh -c '"$1" udp-send 127.0.0.1:9 <&-' sh "$SOCKIT"
}

@test "a reader of the replies that leaves ends it at once" {
	expect_signal PIPE
	start_listen
	mkfifo output
	cat output >/dev/null 3>&- &
	reader=$!
	"$SOCKIT" udp-send -r -w 50 "$address" hello 3>&- >output 2>/dev/null &
	sender=$!
	processes+=("$sender")
	wait_for has_bytes "$out" 5
	kill "$reader"
	wait_exit "$sender"
	[ "$status" -eq 141 ]
}

@test "--keep-going: a refusal is counted, and the rest is sent" {
	endpoint=127.0.0.1:$(freeport) start_listen
	stop "$pid"
	run_sockit -4 udp-send --count 3 --interval 10ms "$address" a
	run_sockit -1 udp-send --keep-going --stats=json --count 3 --interval 10ms "$address" a
	[[ $output == *"cannot send to $address: connection refused"* ]]
	[[ $output == *'"sent_datagrams":3,'*'"errors":'[1-3]'}'* ]]
	[[ $output == *' datagrams failed'* ]]
}

@test "--keep-going: a line that is too long is passed over" {
	start_listen --format line --count 3
	{
		echo first
		head -c 80000 /dev/zero | tr '\0' x
		echo
		echo second
		head -c 65600 /dev/zero | tr '\0' x
		echo
		printf third
	} >input
	run_sockit -1 udp-send -l --keep-going "$address" <input
	[[ $output == *'line 2 of standard input is 80000 bytes long, but a datagram holds at most 65507'* ]]
	[[ $output == *'line 4 of standard input is 65600 bytes long, but a datagram holds at most 65507'* ]]
	[[ $output == *'2 datagrams failed'* ]]
	wait_exit "$pid"
	[ "$(sed 's/.*: //' "$out" | paste -sd ' ')" = 'first second third' ]
}

@test "--keep-going: what cannot be sent is passed over in input that is repeated, too" {
	start_listen --format line --count 4
	run_sockit -1 udp-send -l --hex --count 2 --keep-going "$address" <<<$'61\nno\n62\n6'
	[[ $output == *'line 2 of standard input is not valid hex'*'line 4 of standard input is not valid hex'* ]]
	[[ $output == *'2 datagrams failed'* ]]
	wait_exit "$pid"
	[ "$(sed 's/.*: //' "$out" | paste -sd ' ')" = 'a b a b' ]
	{
		head -c 65508 /dev/zero | tr '\0' x
		echo
		echo short
	} >input
	start_listen --format line --count 2
	run_sockit -1 udp-send -l --count 2 --keep-going "$address" <input
	[[ $output == *'line 1 of standard input is 65508 bytes long'*'1 datagram failed'* ]]
	wait_exit "$pid"
	[ "$(sed 's/.*: //' "$out" | paste -sd ' ')" = 'short short' ]
}

@test "--keep-going: a collector that restarts gets what comes after" {
	endpoint=unix:$PWD/collector start_listen --format line --count 1
	mkfifo lines
	sockit udp-send -l --keep-going "unix:$PWD/collector" <lines 2>err &
	sender=$!
	processes+=("$sender")
	exec 7>lines
	echo one >&7
	wait_exit "$pid"
	echo two >&7
	wait_for grep -q 'cannot send to' err
	endpoint=unix:$PWD/collector start_listen --format line --count 1
	echo three >&7
	wait_exit "$pid"
	exec 7>&-
	wait_exit "$sender"
	[ "$status" -eq 1 ]
	grep -q ': three' "$out"
	grep -q '1 datagram failed' err
}

@test "--any-source: an answer from another port" {
	export SOCKIT
	start_listen --sh '"$SOCKIT" udp-send "127.0.0.1:$UDPREMOTEPORT" block'
	run_sockit -5 udp-send -r -w 300ms "$address" read
	run_sockit -0 udp-send -r -w 10 --any-source --from "$address" read
	[[ $output == 127.0.0.1:*': block' ]]
	[[ $output != "$address: block" ]]
	run_sockit -2 udp-send --any-source "$address" read
	[[ $output == *'--any-source requires --replies'* ]]
}

@test "-w 0 waits for the reply forever" {
	mkfifo go
	start_listen --sh 'echo >asked; read -r word <go; echo "$word"'
	"$SOCKIT" udp-send -r -w 0 "$address" x >reply 3>&- &
	sender=$!
	processes+=("$sender")
	wait_for test -s asked
	echo late >go
	wait_exit "$sender"
	[ "$(cat reply)" = late ]
}

@test "what a Unix datagram holds is told to the byte" {
	endpoint=unix:$PWD/sock start_listen --count 1 --max-size 1
	run_sockit -1 udp-send -o sndbuf=20k "unix:$PWD/sock" "$(head -c 70000 /dev/zero | tr '\0' x)"
	holds=$(sed -n 's/.*but a datagram holds at most \([0-9]*\).*/\1/p' <<<"$output")
	run_sockit -1 udp-send -o sndbuf=20k "unix:$PWD/sock" "$(head -c $((holds + 1)) /dev/zero | tr '\0' x)"
	[[ $output == *"a datagram holds at most $holds"* ]]
	run_sockit -0 udp-send -o sndbuf=20k "unix:$PWD/sock" "$(head -c "$holds" /dev/zero | tr '\0' x)"
	wait_exit "$pid"
}

@test "SIGUSR1 tells how far it is while it waits for a reply" {
	start_listen
	"$SOCKIT" udp-send -r -w 50 "$address" hello 3>&- 2>err &
	sender=$!
	processes+=("$sender")
	wait_for has_bytes "$out" 5
	kill -s USR1 "$sender"
	wait_for grep -q '1 datagrams* .* 5 B ' err
	stop "$sender"
}
