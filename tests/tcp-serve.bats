#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# tcp-serve.bats - listening, what is reported about that, and standard input and output as the
# service.

load lib
load net
load clients

@test "a standard output without a reader ends it, before, during and between connections" {
	expect_signal PIPE
	mkfifo gone
	for way in "" -k --collect "--collect --json"; do
		exec 6<>gone
		# shellcheck disable=SC2086 # a list of options
		"$SOCKIT" tcp-serve $way --ready-file ready 127.0.0.1:0 </dev/null >gone 2>err 6>&- 3>&- &
		pid=$!
		processes+=("$pid")
		wait_for test -s ready
		exec 6>&-
		wait_exit "$pid"
		[ "$status" -eq 141 ]
		rm ready
		exec 6<>gone
		# shellcheck disable=SC2086 # a list of options
		"$SOCKIT" tcp-serve -v $way --ready-file ready 127.0.0.1:0 </dev/null >gone 2>err 6>&- 3>&- &
		pid=$!
		processes+=("$pid")
		wait_for test -s ready
		start_peer --connect "$(sed 's/.*://' ready)" hold 6>&-
		wait_for grep -Eq 'connection from|"connection"' err
		exec 6>&-
		wait_exit "$pid"
		[ "$status" -eq 141 ]
		rm ready
	done
}

@test "a way to serve that does not write to standard output does not mind who reads that" {
	mkfifo gone
	exec 6<>gone
	"$SOCKIT" tcp-serve --handler echo --ready-file ready 127.0.0.1:0 </dev/null >gone 6>&- 3>&- &
	processes+=("$!")
	wait_for test -s ready
	exec 6>&-
	run_sockit tcp-connect "$(cat ready)" <<<hello
	[ "$output" = hello ]
}

@test "--accept-timeout: 5 if nobody ever came, 0 once all have been gone for that time" {
	run_sockit tcp-serve --accept-timeout 100ms 127.0.0.1:0 </dev/null
	[ "$status" -eq 5 ]
	is_served() {
		start_server -v --accept-timeout 2s --handler echo &&
			exec 6<>"/dev/tcp/127.0.0.1/$port" && (echo hello >&6) 2>/dev/null &&
			read -r -t $((10 * patience)) -u 6 line
	}
	wait_for is_served # a client that gets no processor comes too late
	[ "$line" = hello ]
	grep -q 'connection from' "$err"
	exec 6>&-
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	run_sockit tcp-serve --accept-timeout 1s --workers 2 --handler echo 127.0.0.1:0
	[ "$status" -eq 2 ]
}

@test "--accept-timeout ends a server that systemd started, and the next client starts it again" {
	need systemd-socket-activate
	systemd-socket-activate -l "$PWD/socket" "$SOCKIT" tcp-serve fd:3 --accept-timeout 200ms \
		--handler echo 3>&- >activate.log 2>&1 &
	pid=$!
	processes+=("$pid")
	wait_for listens_at "$PWD/socket"
	run_sockit tcp-connect unix:socket <<<hello
	[ "$output" = hello ]
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ -S socket ]
	hand --port-file where "$SOCKIT" tcp-serve fd:3 --accept-timeout 100ms 3>&- </dev/null &
	wait_exit "$!"
	[ "$status" -eq 5 ]
}

@test "standard input goes to the client, what it sends to standard output, and that is all" {
	start_server <<<"from the server"
	run -0 ask "from the client\n"
	[ "$output" = "from the server" ]
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	holds "from the client" "$out"
	[ ! -s "$err" ] || has_line 'sockit tcp-serve: listening on .*' "$err"
}

@test "without -k there is one connection, and nobody listens any more while it lasts" {
	endpoint=127.0.0.1:$(freeport) start_server </dev/null
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	wait_for refused
	exec 5>&-
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

@test "-k takes the next when one ends; the first gets standard input, later ones what is left" {
	mkfifo input
	exec 6<>input
	start_server -k -v <input 6>&-
	echo one >&6
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	read -r -t 10 line <&5
	[ "$line" = one ]
	exec 5>&-
	# For a second what comes is still meant for the first.
	wait_for grep -q ' closed: ' "$err"
	echo two >&6
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	read -r -t 10 line <&5
	[ "$line" = two ]
	exec 6>&- 5>&-
	stop "$pid"
	[ "$status" -eq 143 ]
}

@test "-k serves one after the other, and writes what all of them send" {
	start_server -k </dev/null
	for i in 1 2 3; do
		ask "line $i\n"
	done
	wait_for holds "$(printf 'line 1\nline 2\nline 3')" "$out"
	gone "$pid" && false
	stop "$pid"
}

@test "an input that ends without a byte does not half-close: such a server only receives" {
	start_server </dev/null
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	echo early >&5
	wait_for holds early "$out"
	code=0
	read -r -t 0.05 -u 5 || code=$?
	[ "$code" -gt 128 ] # nothing to read, and no end
	echo late >&5
	exec 5>&-
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	holds "$(printf 'early\nlate')" "$out"
}

@test "an input that had bytes half-closes when it ends, and the client can go on" {
	start_server <<<"all I have"
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	run timeout 10 cat <&5
	[ "$status" -eq 0 ]
	[ "$output" = "all I have" ]
	echo late >&5
	exec 5>&-
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	holds late "$out"
}

@test "a standard input as nohup makes it, /dev/null for writing only, is like an empty one" {
	start_server 0>/dev/null
	ask "hello\n"
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	holds hello "$out"
	start_peer send:answer read
	[ "$(sockit tcp-connect 127.0.0.1 "$peer_port" 0>/dev/null)" = answer ]
}

@test "closed standard input is like an empty one" {
	start_server <&-
	ask "hello\n"
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	holds hello "$out"
}

@test "closed standard output: what comes cannot be written, status 1" {
	"$SOCKIT" tcp-serve --ready-file ready 127.0.0.1:0 3>&- </dev/null >&- 2>err &
	pid=$!
	processes+=("$pid")
	wait_for test -s ready
	port=$(sed 's/.*://' ready)
	run ask "lost\n"
	[ -z "$output" ] # the socket did not become standard output
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	grep -q 'cannot write to standard output' err
}

@test "an idle standard input does not keep it from ending after the client" {
	mkfifo input
	exec 6<>input
	start_server <input 6>&-
	ask "hello\n"
	wait_exit "$pid"
	exec 6>&-
	[ "$status" -eq 0 ]
	holds hello "$out"
}

@test "standard input is left in blocking mode" {
	mkfifo input
	exec 6<>input
	start_server <&6
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	echo x >&5
	wait_for holds x "$out"
	[ "$("$PEERS/flags" 6)" = blocking ]
}

@test "exit statuses of the standard-input mode" {
	need_full
	# What is left for /dev/full is lost, and that is not success.
	"$SOCKIT" tcp-serve --ready-file full 127.0.0.1:0 3>&- </dev/null >/dev/full 2>full.err &
	processes+=("$!")
	start_server --idle-timeout 50ms </dev/null
	idle_pid=$pid idle_err=$err
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	start_server --max-time 50ms </dev/null
	exec 6<>"/dev/tcp/127.0.0.1/$port"
	wait_exit "$idle_pid"
	[ "$status" -eq 5 ]
	grep -q 'no data moved for .*(sent 0 bytes, received 0 bytes)' "$idle_err"
	wait_exit "$pid"
	[ "$status" -eq 5 ]
	wait_for test -s full
	port=$(sed 's/.*://' full)
	run ask "lost\n"
	wait_exit "${processes[0]}"
	[ "$status" -eq 1 ]
	grep -q 'No space left\|no space left' full.err
}

@test "a client's reset is status 1 with the bytes of both directions" {
	start_server <<<"hello"
	start_peer --connect "$port" read:6 send:12345 reset
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	grep -Eq '127.0.0.1:[0-9]+: .*reset.*\(sent 6 bytes, received [05] bytes\)' "$err"
}

@test "a reader of standard output that ends, ends it as it ends cat" {
	mkfifo output
	"$SOCKIT" tcp-serve --ready-file ready 127.0.0.1:0 3>&- </dev/null >output 2>err &
	pid=$!
	processes+=("$pid")
	head -c 1 <output >/dev/null &
	wait_for test -s ready
	port=$(sed 's/.*://' ready)
	run sockit tcp-connect 127.0.0.1 "$port" </dev/zero
	expect_signal PIPE
	wait_exit "$pid"
	[ "$status" -eq 141 ]
}

@test "--accept N takes N connections, in the standard-input mode too" {
	start_server --accept 2 </dev/null
	ask "one\n"
	ask "two\n"
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	holds "$(printf 'one\ntwo')" "$out"
}

@test "--accept N exits once the Nth has been served, not before" {
	start_server --accept 2 --handler echo
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	run -0 ask two
	[ "$output" = two ]
	echo one >&5
	read -r -t 10 line <&5
	[ "$line" = one ]
	gone "$pid" && false
	exec 5>&-
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

@test "nc, ncat, socat and sockit carry a file each way through standard input and output" {
	random_file down 3M
	random_file up 3M
	for client in nc ncat socat sockit; do
		has_client "$client" || continue
		start_server <down
		talk "$client" <up >got
		wait_exit "$pid"
		[ "$status" -eq 0 ]
		cmp down got
		cmp up "$out"
	done
}

@test "pipes on both sides carry every byte" {
	random_file data 5M
	mkfifo input output
	"$SOCKIT" tcp-serve --ready-file ready 127.0.0.1:0 3>&- <input >output &
	pid=$!
	processes+=("$pid")
	cat data >input &
	cat output >received &
	reader=$!
	wait_for test -s ready
	sockit tcp-connect "$(cat ready)" <data | cat >got
	wait_exit "$pid"
	wait "$reader"
	[ "$status" -eq 0 ]
	cmp data got
	cmp data received
}

@test "port 0: the line that tells the port is printed without -v, once for each socket" {
	start_server --also 127.0.0.1:0 --handler echo
	[ "$(sed 's/^/sockit tcp-serve: listening on /' "$BATS_TEST_TMPDIR"/ready.*)" = "$(cat "$err")" ]
	[ "$(wc -l <"$err")" -eq 2 ]
}

@test "a port that was chosen by the user is not announced" {
	port=$(freeport)
	endpoint=127.0.0.1:$port start_server --handler echo
	[ ! -s "$err" ]
	stop "$pid"
	endpoint="127.0.0.1:$port" start_server -v --handler echo
	holds "sockit tcp-serve: listening on 127.0.0.1:$port" "$err"
}

@test "the ready file has the address as it is bound" {
	while read -r endpoint pattern; do
		start_server --handler echo
		if ! [[ $address =~ ^$pattern$ ]]; then
			echo "$endpoint: $address"
			false
		fi
	done <<-END
		127.0.0.1:0 127\.0\.0\.1:[1-9][0-9]+
		:0 \*:[1-9][0-9]+
		*:0 \*:[1-9][0-9]+
		0 \*:[1-9][0-9]+
		0.0.0.0:0 \*:[1-9][0-9]+
		2130706433:0 127\.0\.0\.1:[1-9][0-9]+
		unix:./socket unix:\./socket
	END
}

@test "the ready file of an IPv6 address has brackets" {
	need_ipv6
	endpoint="[::1]:0" start_server --handler echo
	[[ $address =~ ^\[::1\]:[1-9][0-9]+$ ]]
	endpoint="[::1]:$port" run_sockit tcp-connect "[::1]:$port" <<<hello
	[ "$output" = hello ]
}

@test "the ready file that cannot be written ends it with the reason" {
	run_sockit tcp-serve --ready-file nowhere/ready --handler echo 127.0.0.1:0
	[ "$status" -eq 3 ]
	[[ $output == *"cannot write nowhere/ready: "* ]]
}

@test "an empty host takes IPv6 and IPv4 on one port" {
	need_ipv6
	for endpoint in :0 '*:0' 0; do
		start_server --handler echo
		for host in 127.0.0.1 ::1; do
			run_sockit tcp-connect "$host" "$port" <<<hello
			[ "$output" = hello ]
		done
	done
}

@test "-4 and -6 leave the other family out" {
	need_ipv6
	endpoint="*:$(freeport)" start_server -4 --handler echo
	run_sockit tcp-connect "[::1]:$port" </dev/null
	[ "$status" -eq 4 ]
	run_sockit tcp-connect "127.0.0.1:$port" </dev/null
	[ "$status" -eq 0 ]
	endpoint="*:$(freeport)" start_server -6 --handler echo
	run_sockit tcp-connect "127.0.0.1:$port" </dev/null
	[ "$status" -eq 4 ]
	run_sockit tcp-connect "[::1]:$port" </dev/null
	[ "$status" -eq 0 ]
}

@test "a name is listened on at all its addresses, with one port number" {
	need_ipv6
	in_namespace true 2>/dev/null || skip "cannot make a namespace"
	printf '127.0.0.7 many.test\n127.0.0.8 many.test\n::1 many.test\n' >hosts
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm sh -c 'mountover hosts /etc/hosts && exec "$@"' sh "$SOCKIT" tcp-serve \
		--ready-file ready --handler echo many.test:0 3>&- 2>err &
	processes+=("$!")
	wait_for test -s ready
	port=$(sed '1!d;s/.*://' ready)
	[ "$(sort ready)" = "$(printf '%s\n' "127.0.0.7:$port" "127.0.0.8:$port" "[::1]:$port" | sort)" ]
	for host in 127.0.0.7 127.0.0.8 ::1; do
		run_sockit tcp-connect "$host" "$port" <<<hello
		[ "$output" = hello ]
	done
	run_sockit tcp-connect 127.0.0.1 "$port" </dev/null
	[ "$status" -eq 4 ]
}

@test "IPv4 peers of a dual-stack socket are shown as IPv4" {
	need_loopback_addresses
	need_ipv6
	endpoint="*:0" start_server -v --handler echo
	ask_from 127.0.0.9
	wait_for has_line 'sockit tcp-serve: 127.0.0.9:[0-9]+ closed: .*' "$err"
	has_line 'sockit tcp-serve: connection from 127.0.0.9:[0-9]+' "$err"
	run ! grep -q ffff "$err"
}

@test "--also listens on any mix of addresses, and each is served" {
	need_ipv6
	start_server --also "[::1]:0" --also unix:socket --handler echo
	mapfile -t lines <"$BATS_TEST_TMPDIR/ready.1"
	[ "${#lines[@]}" -eq 3 ]
	[ "${lines[2]}" = unix:socket ]
	for address in "${lines[@]}"; do
		run_sockit tcp-connect "$address" <<<hello
		[ "$output" = hello ]
	done
}

@test "-v tells of listening, connections and closing in these words" {
	start_server -v --handler echo
	ask "hello world\n" >/dev/null
	wait_for has_line 'sockit tcp-serve: .* closed: .*' "$err"
	client=$(sed -n 's/^sockit tcp-serve: connection from //p' "$err")
	[[ $client =~ ^127\.0\.0\.1:[0-9]+$ ]]
	holds "sockit tcp-serve: listening on 127.0.0.1:$port
sockit tcp-serve: connection from $client
sockit tcp-serve: $client closed: received 12 bytes, sent 12 bytes in 0.000s" <(
		sed -E 's/in [0-9]+\.[0-9]{3}s$/in 0.000s/' "$err")
}

@test "a client that may not come in is reported as denied" {
	need_loopback_addresses
	start_server -v --deny 127.0.0.5 --handler echo
	run ask_from 127.0.0.5
	wait_for has_line 'sockit tcp-serve: 127\.0\.0\.5:[0-9]+ denied' "$err"
	run ! grep -q 'connection from' "$err"
}

@test "without -v a served connection leaves no word" {
	port=$(freeport)
	endpoint=127.0.0.1:$port start_server --accept 1 --handler echo
	ask hello
	wait_exit "$pid"
	[ ! -s "$err" ]
	[ ! -s "$out" ]
}

@test "--json -v makes each event an object with the keys of the contract" {
	need_loopback_addresses
	start_server --json -v --accept 2 --deny 127.0.0.5 --handler echo
	run ask_from 127.0.0.5
	ask "hello\n"
	ask
	wait_exit "$pid"
	"$PEERS/json" event id reason received_bytes sent_bytes local peer <"$err" |
		sed -E 's/127\.0\.0\.([15]):[0-9]+$/127.0.0.\1:PORT/' >events
	printf '%s\n' "listening - - - - 127.0.0.1:$port -" 'denied - - - - - 127.0.0.5:PORT' |
		tr ' ' '\t' | diff - <(head -n 2 events | cut -f 1-5,6,7)
	grep -qx "connection	1	-	-	-	127.0.0.1:$port	127.0.0.1:PORT" events
	grep -qx 'closed	1	done	6	6	-	127.0.0.1:PORT' events
	[ "$(cut -f 1,2 events | tail -n +3 | sort | tr '\t\n' '  ')" = 'closed 1 closed 2 connection 1 connection 2 ' ]
	"$PEERS/json" command time seconds <"$err" >common
	run ! grep -Evx $'tcp-serve\t'"$rfc3339"$'\t(-|[0-9]\.[0-9]+)' common
}

@test "--stats sums up the bytes of all connections at the end" {
	start_server --accept 2 --stats --handler echo
	ask 12345
	ask 1234567
	wait_exit "$pid"
	has_line 'sockit tcp-serve: .*sent 12 bytes, received 12 bytes in [0-9.]+s \(.*/s\).*; done' "$err"
}

@test "--stats=json is one object" {
	start_server --stats=json <<<hello
	ask "hello world\n"
	wait_exit "$pid"
	tail -n 1 "$err" | "$PEERS/json" command reason sent_bytes received_bytes connections peer \
		seconds bytes_per_second >stats
	grep -Eqx $'tcp-serve\tdone\t6\t12\t1\t127\.0\.0\.1:[0-9]+\t[0-9.e-]+\t[0-9.e+]+' stats
	if built_for_linux; then
		grep -q '"rtt_seconds":[0-9.e-]*,"retransmits":[0-9]*' "$err"
	fi
}

@test "SIGUSR1 prints one progress line and ends nothing" {
	start_server --handler echo
	ask 12345
	kill -USR1 "$pid"
	wait_for grep -q '10 *B' "$err"
	run -0 ask hello
	[ "$output" = hello ]
}

@test "HOST PORT as two words, and a service by its name" {
	"$SOCKIT" tcp-serve --ready-file ready --handler echo 127.0.0.1 0 3>&- 2>err &
	processes+=("$!")
	wait_for test -s ready
	run_sockit tcp-connect "$(cat ready)" <<<hello
	[ "$output" = hello ]
	run_sockit tcp-serve -n --handler echo 127.0.0.1 nosuchservice
	[ "$status" -eq 3 ] || [ "$status" -eq 2 ]
	run_sockit tcp-serve --handler echo 127.0.0.1 nosuchservice
	[ "$status" -eq 3 ]
	[[ $output == *nosuchservice* ]]
}

@test "an address in use is status 7 and named, with SO_REUSEPORT not in play" {
	start_server --handler echo
	run_sockit tcp-serve --handler echo "127.0.0.1:$port"
	[ "$status" -eq 7 ]
	[[ $output == *"127.0.0.1:$port"* ]]
	run_sockit tcp-serve --handler echo "*:$port"
	[ "$status" -eq 7 ]
}

@test "-o reuseport lets two share the address" {
	start_server -o reuseport --handler echo
	endpoint=127.0.0.1:$port start_server -o reuseport --handler echo
}

@test "an address that is not this host's is status 7" {
	run_sockit tcp-serve --handler echo 192.0.2.1:0
	[ "$status" -eq 7 ]
	[[ $output == *192.0.2.1* ]]
}

@test "a restart finds the address free although old connections linger" {
	port=$(freeport)
	endpoint=127.0.0.1:$port start_server --accept 1 --reply bye
	# The server ends its side first, so the kernel keeps the connection for a while.
	run ask ""
	wait_exit "$pid"
	endpoint=127.0.0.1:$port start_server --handler echo
	run -0 ask hello
	[ "$output" = hello ]
}

@test "a port that needs a privilege is status 6 and names CAP_NET_BIND_SERVICE" {
	need_namespace
	need setpriv
	run in_namespace setpriv --bounding-set=-net_bind_service --inh-caps=-net_bind_service \
		"$SOCKIT" tcp-serve --handler echo 127.0.0.1:9
	[ "$status" -eq 6 ]
	[[ $output == *CAP_NET_BIND_SERVICE* ]]
}

@test "a host that does not exist is status 3 and named" {
	run_sockit tcp-serve --handler echo nosuch.invalid:0
	[ "$status" -eq 3 ] || [ "$status" -eq 5 ]
	[[ $output == *'"nosuch.invalid"'* ]]
}

@test "usage errors are status 2, name the word, and bind nothing" {
	while read -r word arguments; do
		# shellcheck disable=SC2086 # a list of arguments
		run_sockit tcp-serve --ready-file ready $arguments
		if [ "$status" -ne 2 ] || [[ $output != *"$word"* ]] || [ -e ready ] || [ -e socket ]; then
			echo "$arguments: status $status, $output"
			false
		fi
	done <<-END
		ENDPOINT --handler echo
		99999 127.0.0.1:99999
		80x 127.0.0.1:80x
		--bogus 127.0.0.1:0 --bogus
		--handler 127.0.0.1:0 --handlr echo
		nosuch 127.0.0.1:0 --handler nosuch
		--accept 127.0.0.1:0 --accept 0
		--accept 127.0.0.1:0 --accept -1
		--max-conns 127.0.0.1:0 --max-conns none
		--max-per-host 127.0.0.1:0 --max-per-host 0
		time) 127.0.0.1:0 -k --max-conns 5
		time) 127.0.0.1:0 --accept 3 --max-per-host 5
		--backlog 127.0.0.1:0 --backlog 0
		--grace 127.0.0.1:0 --grace soon
		5parsecs 127.0.0.1:0 -i 5parsecs
		--unix-mode unix:socket --unix-mode 999
		--type unix:socket --type datagram
		--also 127.0.0.1:0 --also
		70000 127.0.0.1:0 --also 127.0.0.1:70000
		70000 unix:socket --forward 127.0.0.1:70000
		--reply 127.0.0.1:0 --handler echo --reply hello
		--forward 127.0.0.1:0 --forward 127.0.0.1:1 --reply-file /dev/null
		--sh 127.0.0.1:0 --sh true --handler echo
		--handler 127.0.0.1:0 --handler echo -- true
		xyz 127.0.0.1:0 --hex --reply xyz
		nosuch 127.0.0.1:0 -o nosuch
		extra 127.0.0.1 0 extra
		10.0.0.0/33 127.0.0.1:0 --allow 10.0.0.0/33
	END
}

@test "-o sets options on what it accepts, and one that is unknown to the family is an error" {
	start_server -o nodelay -o keepalive=60,10,3 -o rcvbuf=64k --handler echo
	run -0 ask hello
	[ "$output" = hello ]
	run_sockit tcp-serve --handler echo unix:socket -o nodelay
	[ "$status" -ne 0 ]
	[[ $output == *nodelay* ]]
}

@test "--ready-file never follows a symbolic link, and cuts nothing short" {
	echo precious >file
	ln -s file link
	run_sockit tcp-serve --ready-file link 127.0.0.1:0
	[ "$status" -eq 1 ]
	[[ $output == *"cannot write link: it is a symbolic link" ]]
	[ "$(cat file)" = precious ]
	ln -s nowhere dangling
	run_sockit tcp-serve --ready-file dangling 127.0.0.1:0
	[ "$status" -eq 1 ]
	[ ! -e nowhere ]
	echo before >log
	"$SOCKIT" tcp-serve --ready-file /dev/stdout --handler echo 127.0.0.1:0 >>log 2>&1 3>&- &
	processes+=($!)
	wait_for grep -q '^127.0.0.1:' log
	[ "$(head -n 1 log)" = before ]
}

@test "--ready-file may be a FIFO that somebody reads" {
	mkfifo ready
	exec 5<>ready
	start_sockit tcp-serve --ready-file ready --handler echo 127.0.0.1:0
	read -r -t 10 line <&5
	[[ $line == 127.0.0.1:* ]]
}

@test "SIGTERM ends a server without connections at once, as that signal does" {
	start_server --handler echo
	stop "$pid" # which waits ten seconds at most
	[ "$status" -eq 143 ]
}
