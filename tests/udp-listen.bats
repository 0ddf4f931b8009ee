#!/usr/bin/env bats
# shellcheck disable=SC2154 # variables set by run and lib.bash
# SPDX-License-Identifier: ISC
# udp-listen.bats - what is written, answered, run and forwarded, and what goes wrong.

load lib
load udp-lib

@test "several senders are heard, and an empty datagram ends nothing" {
	need_loopback_addresses
	start_listen --format line --count 4
	# The system might give two of them the same port.
	run_sockit -0 udp-send -s 127.0.0.1 "$address" a
	run_sockit -0 udp-send -s 127.0.0.2 "$address" ''
	run_sockit -0 udp-send -s 127.0.0.3 "$address" b c
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(sed 's/.*: //' "$out" | tr -d '\n')" = abc ]
	[ "$(sed 's/: .*//' "$out" | sort -u | wc -l)" -eq 3 ]
}

@test "65507 bytes arrive whole" {
	random_file input 65507
	start_listen --count 1
	sockit udp-send "$address" <input
	wait_exit "$pid"
	cmp input "$out"
}

@test "raw with the sender" {
	start_listen --from --count 1
	run_sockit -0 udp-send -p 0 "$address" hello
	wait_exit "$pid"
	[[ "$(cat "$out")" =~ ^127\.0\.0\.1:[0-9]+:\ hello$ ]]
}

@test "a line is one line and no terminal is attacked" {
	start_listen --format line --count 2
	run_sockit -0 udp-send -E "$address" 'a\x1b[2J\n\x00\xff\xe2\x80\xae\\' 'gr\xc3\xbc\xc3\x9f'
	wait_exit "$pid"
	[ "$(wc -l <"$out")" -eq 2 ]
	grep -qF 'a\x1b[2J\n\x00\xff\xe2\x80\xae\\' "$out"
	grep -qF 'grüß' "$out"
	run ! LC_ALL=C grep -q '[[:cntrl:]]' "$out"
}

@test "a hex dump" {
	start_listen --format hex --count 1
	run_sockit -0 udp-send -E "$address" 'hello, world!\x00\xff'
	wait_exit "$pid"
	grep -q ': 15 bytes$' "$out"
	grep -qF '00000000  68 65 6c 6c 6f 2c 20 77  6f 72 6c 64 21 00 ff     |hello, world!..|' "$out"
}

@test "JSON is right for every payload" {
	mkdir sent
	local tail='\xc3\xa9\x5c\xed\xa0\x80' i all=
	for i in {0..255}; do
		printf -v all '%s\\x%02x' "$all" "$i"
		printf '%b' "\"${all: -4}${tail:0:i % 7 * 4}" >"sent/$i"
	done
	printf '%b' "$all" >bytes
	yes bytes | head -n 255 | xargs cat >sent/256
	: >sent/257
	mapfile -t steps < <(printf 'send-file:%s\n' sent/{0..256})
	# The usual buffer would not hold them all, should it be slow.
	start_listen -o rcvbuf=200k --json --count 258
	"$PEERS/peer" --connect "udp:$port" "${steps[@]}" burst:1,0
	wait_exit "$pid"
	"$PEERS/json" size truncated source data data_base64 <"$out" | tr '\t' '\1' >got
	wc -c sent/{0..257} | awk '{ print $1 "\001false\001127.0.0.1" }' | head -n 258 |
		cmp - <(cut -d $'\1' -f 1-3 got)
	# What is not text has no data, what is has nothing else.
	while IFS=$'\1' read -r _ _ _ data base64; do
		if [ "$base64" = - ]; then
			printf '%b' "$data"
		elif [ "$data" = - ]; then
			base64 -d <<<"$base64"
		fi
	done <got >all
	cat sent/{0..257} | cmp - all
	"$PEERS/json" time <"$out" >times
	run ! grep -Evx "$rfc3339" times
}

@test "a longer one is cut and reported" {
	start_listen --json --max-size 4 --count 2
	run_sockit -0 udp-send "$address" abcdef abcd
	wait_exit "$pid"
	grep -q '"size":6,"truncated":true,"data":"abcd"' "$out"
	grep -q '"size":4,"truncated":false,"data":"abcd"' "$out"
	grep -q '6 bytes from 127.0.0.1:.* was cut to 4' "$err"
}

@test "every datagram of a run is cut by itself" {
	start_listen --max-size 4 --count 3
	head -c 18 /dev/zero | sockit udp-send --split 6 "$address"
	wait_exit "$pid"
	[ "$(size_of "$out")" -eq 12 ]
	start_listen --max-size 4
	head -c 18 /dev/zero | sockit udp-send --split 6 "$address"
	wait_for has_bytes "$out" 12
	stop "$pid"
	[ "$(size_of "$out")" -eq 12 ]
}

@test "nothing in time is status 5, and once something came then nothing 0" {
	run_sockit -5 udp-listen -w 200ms 127.0.0.1:0
	start_listen -w "$((20 * patience))" -i 200ms
	run_sockit -0 udp-send "$address" a
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(cat "$out")" = a ]
}

@test "replies leave from the address that was asked" {
	need_loopback_addresses
	endpoint='*:0' start_listen --echo
	run_sockit -0 udp-send -r -w 10 --from "127.0.0.5:$port" hello
	[ "$output" = "127.0.0.5:$port: hello" ]
	run_sockit -0 udp-send -r -w 10 --from "127.0.0.6:$port" hello
	[ "$output" = "127.0.0.6:$port: hello" ]
}

@test "both families, and IPv4 is shown as IPv4" {
	need_ipv6
	endpoint=':0' start_listen --echo --format line
	run_sockit -0 udp-send -r -w 10 "[::1]:$port" six
	[ "$output" = six ]
	run_sockit -0 udp-send -r -w 10 "127.0.0.1:$port" four
	wait_for has_lines "$out" 2
	grep -q '^\[::1\]:[0-9]*: six' "$out"
	grep -q '^127.0.0.1:[0-9]*: four' "$out"
	[ "$address" = "*:$port" ]
}

@test "IPv4 only, IPv6 only" {
	need_ipv6
	endpoint=:$(freeport) start_listen -4 --count 1
	run_sockit -4 udp-send "[::1]:$port" a
	run_sockit -0 udp-send "127.0.0.1:$port" a
	wait_exit "$pid"
	endpoint=:$(freeport) start_listen -6 --count 1
	run_sockit -4 udp-send "127.0.0.1:$port" a
	run_sockit -0 udp-send "[::1]:$port" a
	wait_exit "$pid"
}

@test "a fixed reply, with escapes" {
	start_listen -E --reply 'po\x00ng' --count 1
	run sh -c '"$1" udp-send -r -w 10 "$2" x | od -An -c | tr -d " "' sh "$SOCKIT" "$address"
	[ "$output" = 'po\0ng' ]
	wait_exit "$pid"
	[ "$(cat "$out")" = x ]
}

@test "a thousand echoes, none lost" {
	start_listen --echo
	run -0 "$PEERS/crowd" "udp:$port" echoes 1000
}

@test "a run that came as one is echoed as many" {
	start_listen --echo
	head -c 1000 /dev/zero >input
	sockit udp-send --split 100 --replies=10 -w 10 --json "$address" <input >replies
	[ "$(grep -c '"size":100,' replies)" -eq 10 ]
}

@test "a command for each datagram, its output one reply" {
	start_listen --sh 'echo "$PROTO $UDPREMOTEIP $UDPLOCALIP $UDPLOCALPORT"; cat'
	run_sockit -0 udp-send -r -w 10 "127.0.0.1:$port" hello
	[ "$output" = "UDP 127.0.0.1 127.0.0.1 $port
hello" ]
	start_listen --count 1 -- tr a-z A-Z
	run_sockit -0 udp-send -r -w 10 "$address" shout
	[ "$output" = SHOUT ]
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ ! -s "$out" ]
}

@test "a command gets 65507 bytes, and its long answer arrives" {
	random_file input 65507
	start_listen -- cat
	sockit udp-send -r -w 0 "$address" <input >reply
	cmp input reply
}

@test "no output is no reply, and too much is none either" {
	start_listen -- true
	run_sockit -5 udp-send -r -w 300ms "$address" a
	start_listen -- head -c 70000 /dev/zero
	run_sockit -5 udp-send -r -w 500ms "$address" a
	wait_for grep -q 'cannot send 70000 bytes' "$err"
}

@test "commands run at once, as many as allowed, and the others wait" {
	# Four at once take three times as long as one.
	start_listen --parallel 4 --count 12 --sh 'sleep 0.2; cat'
	begin=$(date +%s%N)
	run_sockit -0 udp-send --replies=12 -w 0 "$address" 1 2 3 4 5 6 7 8 9 10 11 12
	took=$((($(date +%s%N) - begin) / 1000000))
	[ "${#output}" -eq 15 ]
	[ "$took" -ge 550 ]
	wait_exit "$pid"
}

@test "a command that hangs is stopped, and the others go on" {
	start_listen --parallel 1 --command-timeout 2s --sh 'read -r x; [ "$x" != hang ] || sleep 60; echo ok'
	run_sockit -5 udp-send -r -w 100ms "$address" hang
	# Where commands start slowly, their time may be over before the answer.
	answered() { [ "$(sockit udp-send -r -w 10 "$address" go)" = ok ]; }
	wait_for answered
	grep -q 'did not exit in time' "$err"
}

@test "what a command leaves running does not hold up the reply" {
	start_listen --sh 'echo now; sleep 60 &'
	run_sockit -0 udp-send -r -w 10 "$address" x
	[ "$output" = now ]
}

@test "the output for those who cannot be answered is in order of arrival" {
	endpoint=unix:$PWD/sock start_listen --count 3 --sh 'read -r s; sleep "$s"; echo "$s"'
	start_peer --connect udp:unix:sock 'send:0.5\n' 'send:0.2\n' 'send:0\n'
	wait_exit "$pid"
	[ "$(paste -sd ' ' "$out")" = '0.5 0.2 0' ]
}

@test "a command for anyone needs a word of consent; one that is not there is found out" {
	run_sockit -2 udp-listen 0 -- cat
	[[ $output == *--allow* ]]
	run_sockit -3 udp-listen 127.0.0.1:0 -- nosuchcommand
	run_sockit -2 udp-listen --echo 127.0.0.1:0 -- cat
	run_sockit -2 udp-listen --echo --reply x 127.0.0.1:0
	run_sockit -2 udp-listen --json --format hex 127.0.0.1:0
	run_sockit -2 udp-listen --format nosuch 127.0.0.1:0
	run_sockit -2 udp-listen
}

@test "with --json a failure is an object among the datagrams" {
	run --separate-stderr "$SOCKIT" udp-listen --json -w 50ms --ready-file ready 127.0.0.1:0
	[ "$status" -eq 5 ]
	[ "$output" = '{"host":"127.0.0.1","port":0,"error":"no datagram arrived within 0.050s","status":5}' ]
	run_sockit -3 udp-listen --json 127.0.0.1:nosuch
	[ "$output" = '{"host":"127.0.0.1","error":"no such service: \"nosuch\"","status":3}' ]
}

@test "allow and deny" {
	need_loopback_addresses
	start_listen -v --allow 127.0.0.2 --count 1
	run_sockit -0 udp-send "$address" no
	run_sockit -0 udp-send -s 127.0.0.2 "$address" yes
	wait_exit "$pid"
	[ "$(cat "$out")" = yes ]
	grep -q '127.0.0.1:[0-9]* denied' "$err"
}

@test "an inherited socket, with a datagram for each who takes it over" {
	# shellcheck disable=SC2016 # for the inner shell
	run -0 "$PEERS/hand" --kind datagram --port-file port sh -c 'for i in 0 1 2 3; do
			"$PEERS/peer" --connect "udp:$(cat port)" "send:$i\\n" || exit
		done
		for i in 1 2; do
			"$1" udp-listen --count 2 fd:3 || exit
			echo -
		done
		"$PEERS/flags" 3' sh "$SOCKIT" 3>&-
	[ "$(echo "$output" | paste -sd ' ')" = '0 1 - 2 3 - blocking' ]
	run_sockit -3 udp-listen fd:77
	[[ $output == *'no such descriptor'* ]]
}

@test "an address in use is status 7, and not ours either" {
	start_listen
	run_sockit -7 udp-listen "$address"
	[[ $output == *"$address"* ]]
	run_sockit -7 udp-listen 192.0.2.1:0
}

@test "a stale Unix socket is replaced, a live one and a file are not" {
	"$PEERS/peer" --datagram --unix sock close
	endpoint=unix:$PWD/sock start_listen
	run_sockit -7 udp-listen "unix:$PWD/sock"
	stop "$pid"
	[ ! -e sock ]
	echo text >file
	run_sockit -7 udp-listen "unix:$PWD/file"
	[ "$(cat file)" = text ]
}

@test "groups that are none, and interfaces" {
	run_sockit -2 udp-listen --group 127.0.0.1 127.0.0.1:0
	run_sockit -2 udp-listen --group nonsense 127.0.0.1:0
	run_sockit -2 udp-listen --group 1@2@3@4 127.0.0.1:0
	run_sockit -2 udp-listen --group ::1@239.1.1.1 127.0.0.1:0
	run_sockit -3 udp-listen --group 239.1.1.1@nosuchif 127.0.0.1:0
	[[ $output == *nosuchif* ]]
}

@test "a flood while the output is slow: drops are counted and reported" {
	[ -r /proc/self/net/udp ] || skip "the kernel's count is Linux's"
	[ "$("$SOCKIT" udp-send -o help | grep -c freebind)" -eq 1 ] ||
		skip "this build does not ask the kernel for its count"
	mkfifo slow
	sleep 100 <slow 3>&- &
	processes+=($!)
	ready=$PWD/flood.ready
	"$SOCKIT" udp-listen -o rcvbuf=16k --stats=json --ready-file "$ready" 127.0.0.1:0 3>&- >slow 2>err &
	pid=$!
	processes+=("$pid")
	wait_for test -s "$ready"
	head -c 4M /dev/zero >input
	sockit udp-send --split 1000 "$(cat "$ready")" <input
	sockit udp-send --split 1000 "$(cat "$ready")" <input
	sleep 0.2 # for it to count what came
	stop "$pid"
	grep -q 'the kernel dropped at least [0-9]* datagrams' err
	grep -q '"dropped_datagrams":[1-9]' err
}

@test "received and dropped are all that was sent" {
	[ "$("$SOCKIT" udp-send -o help | grep -c freebind)" -eq 1 ] ||
		skip "this build does not ask the kernel for its count"
	start_listen -o rcvbuf=16k --stats=json -i 500ms
	kill -STOP "$pid"
	"$PEERS/peer" --connect "udp:$port" burst:1000,500
	kill -CONT "$pid"
	wait_exit "$pid"
	sum=$(sed -n 's/.*"received_datagrams":\([0-9]*\),"dropped_datagrams":\([0-9]*\).*/\1 + \2/p' "$err")
	[ $((sum)) -eq 1000 ]
}

@test "a closed reader ends it as it ends cat, a full disk is told" {
	expect_signal PIPE
	ready=$PWD/pipe.ready
	# Not given away: it may have ended before something is sent there.
	port=$(freeport)
	{
		code=0
		"$SOCKIT" udp-listen --ready-file "$ready" "127.0.0.1:$port" 3>&- 2>/dev/null ||
			code=$?
		echo "$code" >code
	} | true &
	processes+=($!)
	wait_for test -s "$ready"
	run_sockit udp-send "$(cat "$ready")" a
	wait_for test -s code
	[ "$(cat code)" -eq 141 ]
	[ -c /dev/full ] || return 0
	ready=$PWD/full.ready
	"$SOCKIT" udp-listen --ready-file "$ready" 127.0.0.1:0 3>&- >/dev/full 2>err &
	pid=$!
	processes+=("$pid")
	wait_for test -s "$ready"
	run_sockit udp-send "$(cat "$ready")" a
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	grep -q 'no space left' err
}

@test "a reader that leaves ends it before anything else comes" {
	expect_signal PIPE
	mkfifo output
	for how in '' --json; do
		cat output >/dev/null 3>&- &
		reader=$!
		"$SOCKIT" udp-listen $how --ready-file ready 127.0.0.1:0 3>&- >output 2>/dev/null &
		pid=$!
		processes+=("$pid")
		wait_for test -s ready
		kill "$reader"
		wait_exit "$pid"
		[ "$status" -eq 141 ]
		rm ready
	done
}

@test "where nothing is written, nobody need read" {
	mkfifo output
	cat output >/dev/null 3>&- &
	reader=$!
	"$SOCKIT" udp-listen --ready-file ready 127.0.0.1:0 3>&- -- cat >output 2>/dev/null &
	pid=$!
	processes+=("$pid")
	wait_for test -s ready
	kill "$reader"
	run_sockit -0 udp-send -r -w 10 "$(cat ready)" a
	[ "$output" = a ]
	gone "$pid" && false
	true
}

@test "a slow reader gets everything that was taken" {
	random_file input 1500000
	split -b 50000 input part. # as much as waits in the kernel, should we be slow
	mkfifo slow
	{
		wait_for -t "$test_seconds" test -e full
		cat >copy
	} <slow 3>&- &
	reader=$!
	processes+=("$reader")
	ready=$PWD/slow.ready
	"$SOCKIT" udp-listen --count 1500 --ready-file "$ready" 127.0.0.1:0 3>&- >slow 2>err &
	pid=$!
	processes+=("$pid")
	wait_for test -s "$ready"
	taken=0
	all_taken() { ! kill -s USR1 "$pid" 2>/dev/null || grep -Eq "(^|[^0-9])$taken datagrams" err; }
	for part in part.*; do
		sockit udp-send --split 1000 "$(cat "$ready")" <"$part"
		taken=$((taken + 50))
		# The reader begins when the pipe is full.
		[ -e full ] || wait_for -t 1 all_taken 2>/dev/null || : >full
		wait_for all_taken
	done
	[ -e full ]
	wait_exit "$pid"
	wait_exit "$reader"
	cmp input copy
}

@test "signals end it, and events are told with -v" {
	for signal in TERM HUP; do
		start_listen -v
		stop "-$signal" "$pid"
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
		grep -q "listening on $address" "$err"
	done
}

@test "--user: once bound, the listener is that user and no other" {
	need_proc
	[ "$(id -u)" -eq 0 ] || skip "becoming another user takes root"
	start_listen --user 4321:5432
	wait_for grep -Eq '^Uid:[[:space:]]4321[[:space:]]4321[[:space:]]4321' "/proc/$pid/status"
	grep -Eq '^Groups:[[:space:]]5432 *$' "/proc/$pid/status"
	sockit udp-send 127.0.0.1 "$port" hello
	wait_for has_bytes "$out" 5
}

@test "--chroot: a command that is not within is status 3; a user that does not exist, too" {
	[ "$(id -u)" -eq 0 ] || skip "changing the root takes root"
	mkdir root
	# A leak checker finds no /proc there.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
	run_sockit udp-listen --chroot root 127.0.0.1:0 -- cat
	[ "$status" -eq 3 ]
	[[ $output == *"cannot run cat: no such file or directory" ]]
	run_sockit udp-listen --user no-such-user 127.0.0.1:0
	[ "$status" -eq 3 ]
}

@test "a command sees nothing of what an outer server has set" {
	NOTIFY_SOCKET=/nowhere TCPREMOTEIP=stale IPCREMOTEPATH=stale start_listen --sh env
	run_sockit udp-send -r -w 0 127.0.0.1 "$port" x
	[[ $output == *PROTO=UDP* && $output == *UDPREMOTEIP=127.0.0.1* ]]
	[[ $output != *stale* && $output != *NOTIFY_SOCKET* ]]
}

@test "a Unix socket is in the sandbox, too: it answers, forwards, and its file is removed" {
	endpoint=unix:$PWD/in start_listen --echo -vv
	wait_for grep -q 'sandbox: ' "$err"
	endpoint=unix:$PWD/through start_listen --forward "unix:$PWD/in" -vv
	wait_for grep -q 'sandbox: ' "$err"
	run_sockit udp-send -r -w 5s "unix:$PWD/in" hello
	[ "$output" = hello ]
	run_sockit udp-send -r -w 5s "unix:$PWD/through" hello
	[ "$output" = hello ]
	stop "$pid"
	[ ! -e through ]
}

@test "-vv says what the sandbox is, and --no-sandbox leaves it out" {
	start_listen -vv
	wait_for grep -q 'sandbox: ' "$err"
	start_listen -vv --no-sandbox
	! grep -q 'sandbox: ' "$err"
}

@test "a datagram that claims to come from the socket itself is not answered" {
	need_namespace
	for way in --echo '--reply x' '--sh cat'; do
		# shellcheck disable=SC2016 # for the inner shell
		run in_namespace sh -euc '
			sockit=$1 way=$2
			rm -f ready
			"$sockit" udp-listen --ready-file ready --stats=json $way "$3" 2>err >/dev/null &
			i=0
			until [ -s ready ] || [ $i -gt 500 ]; do i=$((i + 1)); sleep 0.02; done
			"$sockit" raw-send ip src=127.0.0.1 dst="$4" udp sport=5000 dport=5000 payload forged
			[ "$("$sockit" udp-send -r -w 10 127.0.0.1:5000 x | tr -d "\n")" = x ]
			kill $!
			wait $! || true' sh "$SOCKIT" "$way" "127.0.0.1:5000" 127.0.0.1
		[ "$status" -eq 0 ]
		grep -q 'not answered: a datagram that claims to come from 127.0.0.1:5000' err
		grep -q '"sent_datagrams":1,"received_datagrams":2,.*"errors":1' err
	done
}

@test "nor is one from another address of a socket that has them all" {
	need_namespace
	# shellcheck disable=SC2016 # for the inner shell
	run in_namespace sh -euc '
		"$1" udp-listen --ready-file ready --stats=json --echo "*:5000" 2>err >/dev/null &
		i=0
		until [ -s ready ] || [ $i -gt 500 ]; do i=$((i + 1)); sleep 0.02; done
		"$1" raw-send ip src=127.0.0.3 dst=127.0.0.1 udp sport=5000 dport=5000 payload forged
		[ "$("$1" udp-send -r -w 10 -s 127.0.0.9:5001 127.0.0.2:5000 x)" = x ]
		kill $!
		wait $! || true' sh "$SOCKIT"
	[ "$status" -eq 0 ]
	grep -q '"sent_datagrams":1,"received_datagrams":2,.*"errors":1' err
}

@test "a socket that the poller refuses is found out before it is ready" {
	need strace
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # which does not work under strace
	strace -D -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	[[ $(sockit --version -v) == *$'\npoller: epoll'* ]] || skip "that is epoll's"
	# The first is the loop's own.
	run -1 strace -D -qq -o /dev/null -e trace=epoll_ctl -e inject=epoll_ctl:error=ENOSPC:when=2+ \
		"$SOCKIT" udp-listen --ready-file ready 127.0.0.1:0
	[[ $output == *'no space left on device (the limit is /proc/sys/fs/epoll/max_user_watches)'* ]]
	[ ! -e ready ]
}

@test "receiving that fails for good is tried again, not all the time, and then given up" {
	need strace
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # which does not work under strace
	strace -D -qq -o /dev/null true 2>/dev/null || skip "strace may not trace here"
	local calls=recvmmsg,?recvmmsg_time64,recvmsg # on 32 bits it has the second name
	started=$((started + 1))
	strace -D -qq -o trace -e trace="$calls" -e inject="$calls":error=ENOMEM \
		"$SOCKIT" udp-listen --ready-file ready 127.0.0.1:0 2>err 3>&- &
	pid=$!
	processes+=("$pid")
	wait_for test -s ready
	run_sockit -0 udp-send "$(cat ready)" hello
	wait_for grep -q 'cannot receive on 127.0.0.1:[0-9]*: ' err
	grep -q 'cannot receive on .* for now: ' err
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	[ "$(grep -c '^recvm*msg' trace)" -le 60 ]
}

@test "out of descriptors, commands and their datagrams wait" {
	[ -z "${SOCKIT_TEST_CHECKER:-}" ] || skip "$SOCKIT_TEST_CHECKER needs descriptors of its own"
	# For some at once, but not for twelve; musl opens two more to start a command.
	local descriptors=16
	# The emulation of kqueue has three instead of one.
	[[ $(sockit --version -v) != *'poller: kqueue'* ]] || descriptors=18
	(
		ulimit -n "$descriptors"
		# So long, the commands have their descriptors.
		exec "$SOCKIT" udp-listen --no-sandbox --ready-file ready --sh \
			'until grep -q "for now" err; do sleep 0.02; done; cat' 127.0.0.1:0 2>err 3>&-
	) &
	pid=$!
	processes+=("$pid")
	wait_for test -s ready
	text_file lines 12
	sockit udp-send -l --replies=12 -w $((20 * patience)) "$(cat ready)" <lines >replies
	[ "$(grep -o 'of 12' replies | wc -l)" -eq 12 ]
	grep -q 'cannot run /bin/sh for now: too many open files' err
}

@test "a command that ignores SIGTERM does not outlive it" {
	start_listen --sh 'trap "" TERM; echo $$ >command; while :; do sleep 0.1; done'
	run_sockit -0 udp-send "$address" x
	wait_for test -s command
	stop "$pid"
	[ "$status" -eq 143 ]
	wait_for gone "$(cat command)"
}

@test "an inherited socket is left as it was" {
	# shellcheck disable=SC2016 # for the inner shell
	run -0 "$PEERS/hand" --kind datagram --port-file port sh -c '
		"$1" udp-listen -w 100ms --json --group 239.9.9.9@lo fd:3 >timeout 2>/dev/null
		head -c 1000 /dev/zero | "$1" udp-send --split 100 "127.0.0.1:$(cat port)"
		dd bs=65536 count=1 <&3 2>/dev/null | wc -c
		"$1" udp-listen --count 9 fd:3 | wc -c
		grep -c 090909EF /proc/self/net/igmp || true' sh "$SOCKIT" 3>&-
	[ "$(echo "$output" | paste -sd ' ')" = '100 900 0' ] || [ ! -r /proc/self/net/igmp ]
}

@test "options of an inherited socket are whose it is" {
	run_sockit -2 udp-listen -o rcvbuf=1M fd:0
	[[ $output == *'-o cannot be used with fd:0'* ]]
	run_sockit -2 udp-send -o ttl=3 fd:0 x
	[[ $output == *'-o cannot be used with fd:0'* ]]
}

@test "SIGUSR1 tells how far it is" {
	start_listen --echo
	run_sockit -0 udp-send -r -w 10 "$address" hello
	kill -s USR1 "$pid"
	wait_for grep -q 'datagrams* .* B ' "$err"
	stop "$pid"
}
