# SPDX-License-Identifier: ISC
# proxy-client.bats - tcp-connect through a proxy or a command, and with a PROXY header.

load lib
load net

# Start a server that greets, or does these steps.
start_target() {
	start_peer "${@:-send:hello}"
	target_port=$peer_port target_log=$peer_log
}

# through [OPTION...] - to example.org:80 through the proxy at peer_port.
through() {
	run_sockit --separate-stderr tcp-connect -w 20 --proxy "$scheme://${login-}127.0.0.1:$peer_port" \
		"$@" example.org 80 </dev/null
}

# brings TEXT [OPTION...] - it connects, and the answer is TEXT.
brings() {
	through "${@:2}"
	[ "$status" -eq 0 ]
	[ "$output" = "$1" ]
}

# fails STATUS REASON [OPTION...] - it fails, and reports why.
fails() {
	through "${@:3}"
	[ "$status" -eq "$1" ]
	[[ $stderr == *"$2"* ]]
}

# --- SOCKS 5 ---

@test "socks5: the name goes to the proxy, and the answer to standard output" {
	start_peer read:3 'send:\x05\x00' read-until:'\x05\x01\x00\x03\x0bexample.org\x00\x50' \
		'send:\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34hello'
	scheme=socks5 brings hello
	grep -q 'read .*example.org' "$peer_log"
}

@test "socks5: user and password, percent-encoded" {
	start_peer read-until:'\x05\x02\x00\x02' 'send:\x05\x02' read-until:'\x01\x03m@e\x02pw' \
		'send:\x01\x00' read-until:'\x00\x50' 'send:\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34ok'
	scheme=socks5 login=m%40e:pw@ brings ok
}

@test "socks5: the password comes from the environment" {
	start_peer read:4 'send:\x05\x02' read-until:'\x01\x02me\x06secret' 'send:\x01\x00' \
		read-until:'\x00\x50' 'send:\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34ok'
	export SOCKIT_PROXY_PASSWORD=secret
	scheme=socks5 login=me@ brings ok
}

@test "no command that sockit runs can see the proxy's password" {
	need_proc
	export SOCKIT_PROXY_PASSWORD=secret
	start_server --sh env
	run_sockit tcp-connect 127.0.0.1 "$port" </dev/null
	[[ $output == *PATH=* && $output != *secret* && $output != *SOCKIT_PROXY_PASSWORD* ]]
	grep -q PATH= /proc/"$pid"/environ
	# With a checker, that has the checker's own start.
	[ -n "${SOCKIT_TEST_CHECKER:-}" ] || run ! grep -q secret /proc/"$pid"/environ
	run_sockit tcp-connect --via env 127.0.0.1 1 </dev/null
	[[ $output == *PATH=* && $output != *secret* ]]
	run_sockit tcp-connect -z 127.0.0.1 "$port" -- env
	[[ $output == *PATH=* && $output != *secret* ]]
	start_server --collect
	sockit tcp-connect 127.0.0.1 "$port" --sh 'env >&1'
	wait_for grep -q PATH= "$out"
	run ! grep -q secret "$out"
	start_ready udp-listen --sh env
	run_sockit udp-send -r -w "$((20 * patience))s" 127.0.0.1 "$port" x
	[[ $output == *PATH=* && $output != *secret* ]]
}

@test "socks5: a refused login is 6" {
	start_peer read:4 'send:\x05\x02' read:7 'send:\x01\x01'
	scheme=socks5 login=me:pw@ fails 6 "the proxy refused the login"
}

@test "socks5: a login that is demanded and was not given is 6" {
	start_peer read:3 'send:\x05\xff'
	scheme=socks5 fails 6 "requires a login"
}

@test "socks5: a refused destination is 4 and says why" {
	start_peer read:3 'send:\x05\x00' read-until:'\x00\x50' 'send:\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00'
	scheme=socks5 fails 4 "cannot connect to example.org:80 through 127.0.0.1:$peer_port: the proxy answered: connection refused"
}

@test "socks5: an IPv6 bound address and one that is a name are passed over" {
	start_peer read:3 'send:\x05\x00' read-until:'\x00\x50' 'send:\x05\x00\x00\x04aaaabbbbccccddddppsix'
	scheme=socks5 through
	[ "$output" = six ]
	start_peer read:3 'send:\x05\x00' read-until:'\x00\x50' 'send:\x05\x00\x00\x03\x05abcdeppname'
	scheme=socks5 through
	[ "$output" = name ]
}

@test "socks5: an answer that comes byte by byte, with data behind it" {
	start_peer read:3 'drip:\x05\x00' read-until:'\x00\x50' 'drip:\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34data'
	scheme=socks5 brings data
}

@test "socks5: garbage is 1" {
	start_peer 'send:SSH-2.0-OpenSSH\r\n' read
	scheme=socks5 fails 1 "not SOCKS 5"
}

@test "a proxy that closes midway is 1" {
	start_peer read:3 'send:\x05\x00' read-until:'\x00\x50' 'send:\x05\x00\x00'
	scheme=socks5 fails 1 "incomplete answer from the proxy"
}

@test "a silent proxy times out under -w" {
	start_peer hold
	scheme=http fails 5 "timed out: no complete answer from the proxy" -w 300ms
}

@test "a proxy that is not there is 4 and named" {
	run_sockit tcp-connect --proxy socks5://127.0.0.1:1 example.org 80 </dev/null
	[ "$status" -eq 4 ]
	[[ $output == *"proxy: cannot connect to 127.0.0.1:1: connection refused"* ]]
}

@test "--wait asks the proxy again until the destination is there" {
	cat >late <<-'END'
		head -c 3 >question # three bytes: one way to log in, none
		printf '\5\0'
		head -c 18 >question
		echo try >>tries
		case $(wc -l <tries) in
		1) printf '\5\5\0\1aaaapp' ;;
		2) printf '\5\4\0\1aaaapp' ;;
		*) printf '\5\0\0\1aaaapphere' ;;
		esac
	END
	start_server --sh 'sh late'
	peer_port=$port
	scheme=socks5 brings here --wait 20s
	[ "$(wc -l <tries)" -eq 3 ]
}

@test "--wait gives up with 5 and the last reason" {
	start_peer --times 0 read:3 'send:\x05\x00' read-until:'\x00\x50' 'send:\x05\x05'
	# The proxy must have given its reason in that time.
	for time in 2 8 32; do
		scheme=socks5 through --wait "${time}s"
		[[ $stderr != *"connection refused"* ]] || break
	done
	[ "$status" -eq 5 ]
	[[ $stderr == *"connection refused (waited $time.000s)"* ]]
}

# --- SOCKS 4 and 4a ---

@test "socks4a: the name goes to the proxy" {
	start_peer read-until:'\x04\x01\x00\x50\x00\x00\x00\x01me\x00example.org\x00' 'send:\x00\x5aaaaaaahi'
	scheme=socks4a login=me@ brings hi
}

@test "socks4: a name is looked up here" {
	start_peer read-until:'\x04\x01\x00\x50\x7f\x00\x00\x01\x00' 'send:\x00\x5aaaaaaahi'
	run_sockit tcp-connect --proxy "socks4://127.0.0.1:$peer_port" localhost 80 </dev/null
	[ "$status" -eq 0 ]
	[ "$output" = hi ]
}

@test "socks4: a name that does not exist is 3" {
	run_sockit tcp-connect --proxy socks4://127.0.0.1:1 nosuch.invalid 80 </dev/null
	[ "$status" -eq 3 ]
	[[ $output == *'no such host: "nosuch.invalid"'* ]]
}

@test "socks4: a refusal is 4, an unknown user 6" {
	start_peer read:20 'send:\x00\x5baaaaaa'
	scheme=socks4a through
	[ "$status" -eq 4 ]
	start_peer read:20 'send:\x00\x5daaaaaa'
	scheme=socks4a through
	[ "$status" -eq 6 ]
}

# --- HTTP CONNECT ---

@test "http: a request, an interim answer, and data behind the header" {
	start_peer read-until:'CONNECT example.org:80 HTTP/1.1\r\nHost: example.org:80\r\n\r\n' \
		'send:HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nVia: x\r\n\r\nSSH-2.0'
	scheme=http brings SSH-2.0
}

@test "http: basic authorisation" {
	start_peer read-until:'Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n\r\n' \
		'send:HTTP/1.1 200 OK\r\n\r\nok'
	scheme=http login=Aladdin:open%20sesame@ brings ok
}

@test "http: 407 is 6, 403 is 4, 504 is 5, and what is said is shown without harm" {
	start_peer read:10 'send:HTTP/1.1 407 Who?\r\n\r\n'
	scheme=http fails 6 "407 Who?"
	start_peer read:10 'send:HTTP/1.1 403 \x1b[31mNo\r\n\r\n'
	scheme=http fails 4 'the proxy answered: 403 \x1b[31mNo'
	start_peer read:10 'send:HTTP/1.1 504 Slow\r\n\r\n'
	scheme=http through
	[ "$status" -eq 5 ]
}

@test "http: a refusal is shown though the connection was reset before the request was sent" {
	start_hasty 'HTTP/1.1 403 Forbidden\r\n\r\n'
	start_sockit tcp-connect --proxy "http://127.0.0.1:$hasty_port" example.org 80 </dev/null
	look_late "$pid"
	wait_exit "$pid"
	[ "$status" -eq 4 ]
	has "the proxy answered: 403 Forbidden" "$err"
}

@test "http: a header without end is given up" {
	start_peer read:10 'send:HTTP/1.1 200 OK\r\nA: ' flood
	scheme=http fails 1 "longer than 1048576 bytes"
}

@test "http: an IPv6 address stands in brackets" {
	start_peer read-until:'CONNECT [2001:db8::1]:443 HTTP/1.1\r\n' 'send:HTTP/1.1 200 OK\r\n\r\nok'
	run_sockit tcp-connect --proxy "http://127.0.0.1:$peer_port/" 2001:db8::1 443 </dev/null
	[ "$status" -eq 0 ]
}

# --- what is sent, and to whom it counts ---

@test "a megabyte each way through a proxy" {
	random_file data 1M
	start_peer read:3 'send:\x05\x00' read:18 'send:\x05\x00\x00\x01aaaapp' echo
	sockit tcp-connect --proxy "socks5://127.0.0.1:$peer_port" example.org 80 <data >back
	cmp data back
}

@test "a command gets the connection behind the handshake, and its status counts" {
	start_peer read:3 'send:\x05\x00' read:18 'send:\x05\x00\x00\x01aaaapphello\n' read
	run_sockit tcp-connect --proxy "socks5://127.0.0.1:$peer_port" --sh 'read -r l; echo "$l" >&2; exit 3' \
		example.org 80 </dev/null
	[ "$status" -eq 3 ]
	[ "$output" = hello ]
}

@test "-v names the destination and the proxy" {
	start_peer read:3 'send:\x05\x00' read:18 'send:\x05\x00\x00\x01aaaapp'
	scheme=socks5 through -v
	[[ $stderr == *"connected to example.org:80 through 127.0.0.1:$peer_port"* ]]
}

# --- misuse ---

usage() {
	run_sockit tcp-connect "$@" </dev/null
	[ "$status" -eq 2 ] || { echo "status $status: $*: $output"; return 1; }
	[[ $output == *"$wanted"* ]] || { echo "$output"; return 1; }
}

@test "what cannot be a proxy is a usage error" {
	wanted="bad --proxy: it must begin with" usage --proxy ftp://127.0.0.1:1 a 80
	wanted="bad --proxy: it must begin with" usage --proxy 127.0.0.1:1 a 80
	wanted="bad --proxy: missing port" usage --proxy socks5://127.0.0.1 a 80
	wanted="bad --proxy: bad port" usage --proxy socks5://127.0.0.1:99999 a 80
	wanted="bad --proxy: its login" usage --proxy socks5://a%zz@127.0.0.1:1 a 80
	wanted="bad --proxy: its login" usage --proxy socks5://a%00@127.0.0.1:1 a 80
	wanted="bad --proxy: its login" usage --proxy "socks5://a%  @127.0.0.1:1" a 80
	wanted="a proxy is HOST:PORT" usage --proxy socks5://unix:/x a 80
	wanted="no passwords" usage --proxy socks4://a:b@127.0.0.1:1 192.0.2.1 80
	wanted="not support IPv6" usage --proxy socks4://127.0.0.1:1 ::1 80
	wanted="bad host" usage --proxy http://127.0.0.1:1 $'a\r\nX: y' 80
	wanted="requires a HOST" usage --proxy http://127.0.0.1:1 unix:/x
	wanted="requires a HOST" usage --proxy http://127.0.0.1:1 :80
	wanted="not allowed with -n" usage -n --proxy socks4://127.0.0.1:1 example.org 80
}

@test "a password never shows in a message" {
	run_sockit tcp-connect --proxy socks5://me:hunter2@127.0.0.1 a 80 </dev/null
	[ "$status" -eq 2 ]
	[[ $output != *hunter2* ]]
}

@test "combinations that make no sense are usage errors" {
	wanted="cannot be used with --scan" usage -z --via cat a 80
	wanted="cannot be used with --scan" usage -z --send-proxy v1 a 80
	wanted="cannot be used together" usage --proxy socks5://127.0.0.1:1 --via cat a 80
	wanted="--wait cannot be used with --via" usage --wait 1s --via cat a 80
	wanted="--option cannot be used with --via" usage -o nodelay --via cat a 80
	wanted="--source cannot be used with --via" usage -s 127.0.0.1 --via cat a 80
	wanted="cannot be used with --type seqpacket" usage --type seqpacket --send-proxy v1 unix:/x
}

# --- --via ---

@test "--via: a command's input and output carry the connection" {
	run_sockit tcp-connect --via cat --send 'there and ' a 80 < <(printf back)
	[ "$status" -eq 0 ]
	[ "$output" = "there and back" ]
}

@test "--via: %h, %p and %%" {
	run_sockit tcp-connect --via "echo '%h' \"%p\" 5%%" example.org http </dev/null
	[ "$status" -eq 0 ]
	[ "$output" = "example.org 80 5%" ]
}

@test "--via: a host that the shell could take for more is refused" {
	for host in '$(touch x)' "';touch x;'" '`touch x`' 'a b' -oProxyCommand=x 'a&b'; do
		wanted="not safe" usage --via "echo '%h'" -- "$host" 80 ||
			wanted="" usage --via "echo '%h'" "$host" 80
	done
	[ ! -e x ]
}

@test "--via: an unknown % is a usage error" {
	wanted="not %h" usage --via 'date +%s' a 80
	wanted="not %h" usage --via 'echo %' a 80
}

@test "--via: a command that fails is 1 and its status is named" {
	run_sockit tcp-connect --via 'exit 7' a 80 </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"the --via command failed with status 7"* ]]
	run_sockit tcp-connect --via 'nosuchcommand-at-all 2>/dev/null' a 80 </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"status 127"* ]]
	run_sockit tcp-connect --via 'kill -9 $$' a 80 </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"killed by signal 9"* ]]
}

@test "--via: with a command, that one's status has the last word" {
	run_sockit tcp-connect --via 'exit 7' --sh 'exit 3' a 80 </dev/null
	[ "$status" -eq 3 ]
	[[ $output == *"the --via command failed with status 7"* ]]
	run_sockit tcp-connect --via 'exit 7' --sh 'exit 0' a 80 </dev/null
	[ "$status" -eq 1 ]
}

@test "--via: a command that dies while we send is 1 and named" {
	head -c 3000000 /dev/zero >data
	run_sockit tcp-connect --via 'head -c 10 >/dev/null; exit 9' a 80 <data
	[ "$status" -eq 1 ]
	[[ $output == *"status 9"* ]]
}

@test "--via: nothing is lost to a command that is slow to end" {
	random_file data 1M
	# It takes everything only after its end has been noticed.
	sockit tcp-connect --via 'exec >/dev/null; sleep 0.5; cat >got' a 80 <data
	cmp data got
}

@test "--via: a command is ended with us" {
	start_sockit tcp-connect --via 'echo $$; exec sleep 600' a 80
	wait_for test -s "$out"
	command=$(cat "$out")
	stop "$pid"
	wait_for gone "$command"
}

@test "--via: a program is ended with us, though a shell started it" {
	printf '%s\n' '#!/bin/sh' 'echo $$' 'exec sleep 600' >program
	chmod +x program
	start_sockit tcp-connect --via './program %h 2>errors' a 80
	wait_for test -s "$out"
	program=$(cat "$out")
	stop "$pid"
	wait_for gone "$program"
}

@test "--via: a command that outlives a time limit is ended" {
	# The shell must be started in that time.
	for time in 200 800 3200 12800; do
		run_sockit -5 --separate-stderr tcp-connect --max-time "${time}ms" \
			--via 'echo $$; exec sleep 600' a 80 </dev/null
		[ -z "$output" ] || break
	done
	[ "$output" -gt 1 ]
	wait_for gone "$output"
}

@test "--via: with --send-only a command may go on writing" {
	random_file data 1M
	# It writes only some time after it has seen our end.
	sockit tcp-connect --send-only --via 'cat >got; sleep 0.2; cat got' a 80 <data >out
	cmp data got
	[ ! -s out ]
	# It may watch its standard output too, as sockit itself does.
	start_server --sh 'cat >got; sleep 0.2; cat got'
	sockit tcp-connect --send-only --via "'$SOCKIT' tcp-connect %h %p" "$address" <data >out
	cmp data got
	[ ! -s out ]
}

@test "--via: a megabyte each way" {
	random_file data 1M
	sockit tcp-connect --via 'cat' a 80 <data >back
	cmp data back
}

@test "--via: openssl s_client carries TLS" {
	need openssl
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 \
		-subj /CN=localhost 2>/dev/null
	openssl s_server -accept 127.0.0.1:0 -key key.pem -cert cert.pem -rev >tls 2>&1 3>&- </dev/null &
	processes+=($!)
	wait_for grep -q '^ACCEPT 127' tls || skip "this openssl does not serve at a free port"
	run_sockit tcp-connect --via 'openssl s_client -quiet -no_ign_eof -connect %h:%p 2>/dev/null' \
		--no-half-close -E --send 'secret\n' --expect terces "$(sed -n 's/^ACCEPT //p' tls)" </dev/null
	[ "$status" -eq 0 ]
	[ "$output" = terces ]
}

# --- --send-proxy ---

@test "--send-proxy v1: the real addresses, before everything else" {
	start_peer save:got
	printf data | sockit tcp-connect --send-proxy v1 127.0.0.1 "$peer_port"
	wait_exit "$peer_pid"
	[[ $(cat got) =~ ^PROXY\ TCP4\ 127.0.0.1\ 127.0.0.1\ [0-9]+\ $peer_port$'\r\n'data$ ]]
}

@test "--send-proxy v2: the real addresses, before everything else" {
	start_peer save:got
	printf data | sockit tcp-connect --send-proxy v2 127.0.0.1 "$peer_port"
	wait_exit "$peer_pid"
	hex=$(od -An -tx1 -v got | tr -d ' \n')
	[[ $hex =~ ^0d0a0d0a000d0a515549540a2111000c7f0000017f000001....$(printf %04x "$peer_port")64617461$ ]]
}

@test "--send-proxy: a Unix socket has no addresses to tell" {
	start_peer --unix "$PWD/s" save:got
	printf data | sockit tcp-connect --send-proxy v1 unix:s
	wait_exit "$peer_pid"
	[ "$(cat got)" = $'PROXY UNKNOWN\r\ndata' ]
}

@test "--send-proxy: a command has it sent before it starts" {
	start_peer save:got
	run_sockit tcp-connect --send-proxy v1 --sh 'echo hi' 127.0.0.1 "$peer_port" </dev/null
	wait_exit "$peer_pid"
	[[ $(cat got) =~ ^PROXY\ TCP4.*$'\r\n'hi$ ]]
}

@test "--send-proxy: through a proxy it follows the handshake" {
	start_peer read:3 'send:\x05\x00' read:18 'send:\x05\x00\x00\x01aaaapp' save:got
	scheme=socks5 through --send-proxy v1
	wait_exit "$peer_pid"
	[[ $(cat got) == PROXY\ TCP4\ * ]]
}

# --- real proxies ---

# started NAME COMMAND... - in the background until it answers at port.
start_proxy() {
	port=$(freeport)
	"${@//PORT/$port}" >proxy.log 2>&1 3>&- </dev/null &
	processes+=($!)
	wait_for "$SOCKIT" tcp-connect -z 127.0.0.1 "$port" >/dev/null 2>&1
}

# These three take the end of our sending for the end of all, hence --no-half-close.

@test "microsocks: with and without a login" {
	need microsocks
	start_proxy microsocks -i 127.0.0.1 -p PORT -u me -P pw
	start_target
	run_sockit tcp-connect --no-half-close --proxy "socks5://me:pw@127.0.0.1:$port" localhost "$target_port" </dev/null
	[ "$status" -eq 0 ]
	[ "$output" = hello ]
	run_sockit tcp-connect --no-half-close --proxy "socks5://me:no@127.0.0.1:$port" localhost "$target_port" </dev/null
	[ "$status" -eq 6 ]
	run_sockit tcp-connect --no-half-close --proxy "socks5://127.0.0.1:$port" localhost "$target_port" </dev/null
	[ "$status" -eq 6 ]
	run_sockit tcp-connect --no-half-close --proxy "socks5://me:pw@127.0.0.1:$port" 127.0.0.1 1 </dev/null
	[ "$status" -eq 4 ]
}

@test "ncat as HTTP proxy: with and without a login" {
	need ncat
	start_proxy ncat -lk --proxy-type http --proxy-auth me:pw 127.0.0.1 PORT
	start_target
	run_sockit tcp-connect --no-half-close --proxy "http://me:pw@127.0.0.1:$port" 127.0.0.1 "$target_port" </dev/null
	[ "$status" -eq 0 ]
	[ "$output" = hello ]
	run_sockit tcp-connect --no-half-close --proxy "http://127.0.0.1:$port" 127.0.0.1 "$target_port" </dev/null
	[ "$status" -eq 6 ]
}

@test "tinyproxy: HTTP CONNECT" {
	need tinyproxy
	# shellcheck disable=SC2016 # for the inner shell
	start_proxy sh -c 'printf "%s\n" "Port $1" "Listen 127.0.0.1" "LogFile \"$PWD/log\"" \
		"PidFile \"$PWD/pid\"" >conf; exec tinyproxy -d -c conf' sh PORT
	start_target
	run_sockit tcp-connect --no-half-close --proxy "http://127.0.0.1:$port" localhost "$target_port" </dev/null
	[ "$status" -eq 0 ]
	[ "$output" = hello ]
	run_sockit tcp-connect --no-half-close --proxy "http://127.0.0.1:$port" localhost 1 </dev/null
	[ "$status" -eq 4 ]
}

# Our own sshd, without root and without touching anybody's keys. For root, it requires a folder
# that only its service makes.
start_sshd() {
	local with_run_sshd=()
	need ssh ssh-keygen
	sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd) || skip "sshd is not installed"
	ssh-keygen -q -t ed25519 -N '' -f host_key && ssh-keygen -q -t ed25519 -N '' -f user_key
	cp user_key.pub authorized
	"$sshd" -t -f /dev/null -h "$PWD/host_key" 2>/dev/null || with_run_sshd=(unshare -m sh -c
		'mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"' sh)
	"${with_run_sshd[@]}" "$sshd" -t -f /dev/null -h "$PWD/host_key" 2>/dev/null ||
		skip "sshd does not start here"
	start_proxy "${with_run_sshd[@]}" "$sshd" -D -e -f /dev/null -p PORT -h "$PWD/host_key" -o ListenAddress=127.0.0.1 \
		-o AuthorizedKeysFile="$PWD/authorized" -o StrictModes=no -o UsePAM=no -o PidFile=none
	ssh=(ssh -F none -p "$port" -i "$PWD/user_key" -o StrictHostKeyChecking=no
		-o UserKnownHostsFile=/dev/null -o BatchMode=yes -o LogLevel=ERROR 127.0.0.1)
	"${ssh[@]}" true </dev/null 2>/dev/null || skip "cannot log in to an sshd of our own here"
}

@test "ssh -W carries the connection, and its failure is named" {
	start_sshd
	start_target send:hello read
	run_sockit tcp-connect --via "${ssh[*]} -W %h:%p" 127.0.0.1 "$target_port" < <(printf hi)
	[ "$status" -eq 0 ]
	[ "$output" = hello ]
	wait_for grep -q 'end after 2 bytes' "$target_log"
	run_sockit tcp-connect --via "${ssh[*]} -W %h:%p 2>/dev/null" 127.0.0.1 1 </dev/null
	[ "$status" -eq 1 ]
	[[ $output == *"status 255"* ]]
}

@test "ssh -D: SOCKS 4, 4a and 5" {
	start_sshd
	start_proxy "${ssh[@]}" -N -D 127.0.0.1:PORT
	for scheme in socks4 socks4a socks5; do
		start_target
		run_sockit tcp-connect --no-half-close --proxy "$scheme://127.0.0.1:$port" localhost "$target_port" </dev/null
		[ "$status" -eq 0 ]
		[ "$output" = hello ]
		run_sockit -4 tcp-connect --proxy "$scheme://127.0.0.1:$port" 127.0.0.1 1 </dev/null
	done
}

@test "a proxy that ends the connection in place of an answer refuses the destination: 4, and --wait asks again" {
	start_peer read:3 'send:\x05\x00' read-until:'\x00\x50' close
	scheme=socks5 fails 4 "closed the connection without an answer"
	start_peer read-until:'\x0d\x0a\x0d\x0a' close
	scheme=http fails 4 "closed the connection without an answer"
	start_peer --times 0 read:3 'send:\x05\x00' read-until:'\x00\x50' close
	scheme=socks5 fails 5 "(waited 2.000s)" --wait 2s
}

@test "http: several blanks before the code, and a header of 60 kB, are an answer" {
	start_peer read-until:'\x0d\x0a\x0d\x0a' 'send:HTTP/1.0  200 OK\r\n\r\nhi'
	scheme=http brings hi
	{
		printf 'HTTP/1.1 200 OK\r\n'
		for i in {1..600}; do printf 'X-%s: %0100d\r\n' "$i" 0; done
		printf '\r\nhi'
	} >answer
	start_peer read-until:'\x0d\x0a\x0d\x0a' send-file:answer
	scheme=http brings hi
}

@test "-w 0 with --wait: a proxy that never answers is given up when the time has passed" {
	start_peer --times 0 hold
	scheme=http fails 5 "(waited 0.300s)" -w 0 --wait 300ms
}
