#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# tls.bats - tcp-connect --tls, against the real openssl.

load lib

setup() {
	enter_tmpdir
	need openssl
	# Short, because openssl prints it into 32 bytes, and so without the folder.
	tls_socket=tls.$test_shell
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -days 2 \
		-subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' 2>/dev/null
}

# start_tls OPTION... - start openssl s_server behind a port; sets address, port and server (its
# pid).
start_tls() {
	openssl s_server -unix "$tls_socket" -cert cert -key key -quiet "$@" 3>&- <&0 >received 2>server.log &
	server=$!
	processes+=("$server")
	wait_for listens_at "$tls_socket"
	start_server -k --forward "unix:$PWD/$tls_socket"
}

tls() {
	sockit tcp-connect --tls --tls-ca cert "$@"
}

@test "tls: an answer arrives whole, and a name or an address is verified" {
	random_file big 20M
	start_tls -WWW
	for host in localhost 127.0.0.1; do
		tls -E --send 'GET /big HTTP/1.0\r\n\r\n' "$host:$port" </dev/null >got
		tail -c 20971520 got | cmp - big
	done
}

@test "tls: a health check by --expect" {
	: >file
	start_tls -WWW
	tls -E --send 'GET /file HTTP/1.0\r\n\r\n' --expect '^HTTP/1.. 200' "localhost:$port" >got
	grep -q '^HTTP/1.0 200' got
}

@test "tls: what does not verify is 1 with the reason, and nothing of the input is sent" {
	mkfifo idle
	exec 5<>idle
	start_tls <&5
	run_sockit -1 --separate-stderr tcp-connect --tls "localhost:$port" <<<secret
	[ "$stderr" = "sockit tcp-connect: TLS failed: the certificate was not verified: self-signed certificate" ]
	run -1 --separate-stderr tls --tls-name other.test "localhost:$port" <<<secret
	[[ $stderr == *"TLS failed: the certificate was not verified: "[Hh]"ostname mismatch" ]]
	run -1 --separate-stderr tls --tls-name 192.0.2.1 "localhost:$port" <<<secret
	[[ $stderr == *"TLS failed: the certificate was not verified: IP address mismatch" ]]
	[ ! -s received ]
	# openssl must be started and complete the handshake in that time.
	for time in 500 2000 8000 32000; do
		run -5 --separate-stderr sockit tcp-connect --tls --wait "${time}ms" --send x --expect y \
			"localhost:$port" </dev/null
		[[ $stderr == *"timed out"* ]] || break
	done
	[[ $stderr == *"the certificate was not verified: "*" (waited "*"00s)" ]]
}

@test "tls: --tls-no-verify takes any certificate" {
	: >file
	start_tls -WWW
	sockit tcp-connect --tls --tls-no-verify -E --send 'GET /file HTTP/1.0\r\n\r\n' "127.0.0.1:$port" \
		</dev/null >got
	grep -q '^HTTP/1.0 200' got
}

@test "tls: what is sent is exact: lines that openssl would take for commands, and binary data" {
	mkfifo idle
	exec 5<>idle
	start_tls -naccept 1 <&5
	{ printf 'Q\nR\nB\nk\n' && head -c 3000000 /dev/urandom; } >data
	tls --send-only "localhost:$port" <data
	wait_for cmp -s data received
}

@test "tls: the end of standard input is not passed on, and a late answer arrives" {
	mkfifo typed
	exec 5<>typed
	start_tls -naccept 1 <&5
	start_sockit tcp-connect --tls --tls-ca cert "localhost:$port" <<<question
	wait_for grep -q question received
	echo answer >&5
	wait_for grep -q answer "$out"
	stop "$pid"
}

@test "tls: a peer that ends without saying so in TLS has cut the answer short: 1" {
	mkfifo typed
	exec 5<>typed
	start_tls -naccept 1 <&5
	start_sockit tcp-connect --tls --tls-ca cert "localhost:$port" </dev/null
	echo hello >&5
	wait_for grep -q hello "$out"
	stop -KILL "$server"
	wait_exit "$pid"
	[ "$status" -eq 1 ]
	grep -Eq 'TLS failed: (the peer closed the connection in the middle of TLS|connection reset by peer)' "$err"
}

@test "tls: a server without TLS is 1" {
	start_server -k --reply 'no TLS here'
	run -1 --separate-stderr tls "localhost:$port" </dev/null
	[[ $stderr == "sockit tcp-connect: TLS failed: "* ]]
	run -1 --separate-stderr tls --send hello --expect TLS "localhost:$port" </dev/null
	[[ $stderr == "sockit tcp-connect: TLS failed: "* ]]
}

@test "tls: a command has the plain text" {
	: >file
	start_tls -WWW
	run -0 tls "localhost:$port" --sh 'printf "GET /file HTTP/1.0\r\n\r\n"; head -n 1 >&2; [ "$TCPREMOTEPORT" = '"$port"' ]'
	[[ $output == "HTTP/1.0 200"* ]]
}

@test "tls: through a proxy, with a hex dump of the plain text" {
	: >file
	start_tls -WWW
	local to=localhost:$port
	start_server -k --proxy-server socks
	run -0 tls --proxy "socks5://$address" -x -E --send 'GET /file HTTP/1.0\r\n\r\n' "$to" </dev/null
	[[ $output == *"|GET /file HTTP/1|"* ]]
}

@test "tls: nothing is left of the way to openssl" {
	: >file
	mkdir private
	start_tls -WWW
	TMPDIR=$PWD/private tls -E --send 'GET /file HTTP/1.0\r\n\r\n' "localhost:$port" </dev/null >got
	[ -s got ]
	[ -z "$(ls -A private)" ]
}

@test "tls: usage errors, a file that is not there, and no openssl" {
	run_sockit -2 tcp-connect --tls unix:x </dev/null
	[[ $output == *"--tls requires --tls-name"* ]]
	run_sockit -2 tcp-connect --tls-ca cert localhost:1 </dev/null
	run_sockit -2 tcp-connect --tls -z localhost:1 </dev/null
	run_sockit -3 tcp-connect --tls --tls-ca nothing localhost:1 </dev/null
	[[ $output == *"cannot read nothing: no such file or directory"* ]]
	TMPDIR=$PWD/nothing run_sockit -3 tcp-connect --tls localhost:1 </dev/null
	[[ $output == *"cannot make a socket for --tls in $PWD/nothing: no such file or directory (TMPDIR names the directory)" ]]
	PATH=/nothing run -3 "$SOCKIT" tcp-connect --tls localhost:1 </dev/null
	[[ $output == *"install the package openssl"* ]]
}

# fake_openssl SCRIPT - run SCRIPT instead of openssl, with the connection as standard input and
# output.
fake_openssl() {
	mkdir -p bin
	printf '%s\n' '#!/bin/sh' 'while [ "$1" != -unix ]; do shift; done' \
		"exec '$SOCKIT' tcp-connect \"unix:\$2\" --sh '$1'" >bin/openssl
	chmod +x bin/openssl
}

@test "tls: a peer that has ended TLS and closed need not take our own end of it" {
	fake_openssl 'cat >/dev/null; head -c 24 /dev/zero'
	for _ in 1 2 3 4 5; do
		start_peer close
		PATH=$PWD/bin:$PATH run_sockit -0 tcp-connect --tls --tls-no-verify "127.0.0.1:$peer_port" </dev/null
		[ -z "$output" ]
	done
	fake_openssl 'cat >/dev/null; head -c 50 /dev/zero'
	start_peer close
	PATH=$PWD/bin:$PATH run_sockit -1 tcp-connect --tls --tls-no-verify "127.0.0.1:$peer_port" </dev/null
	[[ $output == *"TLS failed: connection reset by peer"* ]]
}

@test "tls: redis ends with 0 at QUIT" {
	need redis-server
	port=$(freeport)
	redis-server --port 0 --tls-port "$port" --bind 127.0.0.1 --tls-cert-file cert --tls-key-file key \
		--tls-ca-cert-file cert --tls-auth-clients no --save '' >/dev/null 3>&- &
	processes+=("$!")
	run -0 tls --wait 20s "localhost:$port" < <(printf 'SET key value\r\nGET key\r\nQUIT\r\n')
	[ "$output" = $'+OK\r\n$5\r\nvalue\r\n+OK\r' ]
}

# big - 100 MB, many times what all the buffers on the way hold.
big() {
	local i
	for ((i = 0; i < 100; i++)); do
		cat piece
	done
}

# is_equal NAME - note when what comes equals big, and read on.
is_equal() {
	head -c 102400000 | cmp - <(big) && touch "$1-is-equal"
	cat >/dev/null
}

@test "tls: 100 MB each way at the same time are equal" {
	random_file piece 1000k
	mkfifo up down
	exec 5<>down
	openssl s_server -unix "$tls_socket" -cert cert -key key -quiet 3>&- <&5 >up 2>server.log &
	processes+=("$!")
	is_equal up 3>&- 5>&- <up &
	wait_for listens_at "$tls_socket"
	start_server -k --forward "unix:$PWD/$tls_socket"
	mkfifo plain
	is_equal down 3>&- 5>&- <plain &
	"$SOCKIT" tcp-connect --tls --tls-ca cert "localhost:$port" 3>&- 5>&- < <(big) >plain &
	processes+=("$!")
	big >&5
	wait_for -t 120 [ -e up-is-equal ]
	wait_for -t 120 [ -e down-is-equal ]
}

# reset_under AFTER - 9 MB go to a peer that resets the connection; what sends more than the peer takes,
# whatever TLS would have done, and AFTER it, stand for openssl.
reset_under() {
	mkdir bin
	# shellcheck disable=SC2016 # for the other shell
	printf '%s\n' '#!/bin/sh' 'while [ "$1" != -unix ]; do shift; done' \
		"'$SOCKIT' tcp-connect \"unix:\$2\"" "$1" >bin/openssl
	chmod +x bin/openssl
	head -c 9000000 /dev/zero >big
	start_peer read:1 reset
	PATH=$PWD/bin:$PATH run_sockit -1 --separate-stderr tcp-connect --tls --tls-no-verify \
		"127.0.0.1:$peer_port" <big
	[[ $stderr == *"onnection reset by peer"* ]]
}

@test "tls: a connection that is reset with bytes unsent ends, and says so" {
	# shellcheck disable=SC2016 # for the other shell
	reset_under 'exit $?'
}

@test "tls: a connection that is reset is named, too, where openssl takes its time to end" {
	reset_under 'exec sleep 30 <&- >&- 2>&-'
}

@test "tls: with too few descriptors the reason is said, and nothing spins or hangs" {
	: >file
	start_tls -WWW
	# From too few to start openssl to enough for everything.
	for ((most = 8; most < 40; most++)); do
		run bash -c 'ulimit -n "$1" && exec timeout "$3" "$SOCKIT" tcp-connect --tls --tls-ca cert -E \
			--send "GET /file HTTP/1.0\r\n\r\n" "$2"' bash "$most" "localhost:$port" \
			$((20 * patience)) </dev/null
		[ "$status" -ne 0 ] || break
		[[ $status -ne 124 && ${lines[-1]} == 'sockit tcp-connect: '* ]]
	done
	[ "$most" -gt 8 ] && [ "$most" -lt 40 ]
}
