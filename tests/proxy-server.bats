#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# proxy-server.bats - tcp-serve --proxy-server, --proxy-protocol and --send-proxy.

load lib
load names-lib

# start_target - start a server with a known file, $target, to which start_proxy then connects.
start_target() {
	random_file file 3M
	start_server --reply-file file
	target=127.0.0.1:$port
}

start_proxy() {
	start_server --proxy-server "$@"
	proxy=127.0.0.1:$port
}

through() {
	sockit tcp-connect --proxy "$1://$2$proxy" "$target" </dev/null
}

@test "a file comes whole through socks5, socks4a, socks4 and http" {
	start_target
	start_proxy socks
	for kind in socks5 socks4a socks4; do
		through "$kind" | cmp - file
	done
	start_proxy http
	through http | cmp - file
}

@test "curl's own socks and CONNECT clients are served" {
	need curl
	start_peer --times 3 'read-until:\r\n\r\n' 'send:HTTP/1.0 200 OK\r\n\r\nhello' close
	start_proxy socks
	[ "$(curl -s --socks5-hostname "$proxy" "http://localhost:$peer_port/")" = hello ]
	[ "$(curl -s --socks4 "$proxy" "http://127.0.0.1:$peer_port/")" = hello ]
	start_proxy http
	[ "$(curl -s -p -x "http://$proxy" "http://localhost:$peer_port/")" = hello ]
}

@test "--auth-file: who is not named there, or cannot say so, is turned away" {
	printf '# who\nbob:secret\n' >users
	start_target
	start_proxy socks --auth-file users
	through socks5 bob:secret@ | cmp - file
	run_sockit tcp-connect --proxy "socks5://bob:wrong@$proxy" "$target"
	[ "$status" -eq 6 ]
	run_sockit tcp-connect --proxy "socks4://$proxy" "$target"
	[ "$status" -ne 0 ]
	start_proxy http --auth-file users
	through http bob:secret@ | cmp - file
	run_sockit tcp-connect --proxy "http://$proxy" "$target"
	[ "$status" -eq 6 ]
}

@test "a wrong login is logged as such, and its answer has to be waited for" {
	printf 'bob:secret\n' >users
	chmod 600 users
	start_proxy http --auth-file users
	SECONDS=0
	run_sockit tcp-connect --proxy "http://bob:wrong@$proxy" 127.0.0.1 1
	[ "$status" -eq 6 ]
	((SECONDS >= 1))
	grep -q '^sockit tcp-serve: 127.0.0.1:[0-9]*: refused: a wrong user or password$' "$err"
	run_sockit tcp-connect --proxy "http://$proxy" 127.0.0.1 1
	[ "$status" -eq 6 ]
	grep -q ': refused: no login was given$' "$err"
	start_proxy socks --auth-file users
	for _ in 1 2 3; do
		run_sockit tcp-connect --proxy "socks5://bob:wrong@$proxy" 127.0.0.1 1
		[ "$status" -eq 6 ]
	done
	[ "$(grep -c ': refused: a wrong user or password$' "$err")" -eq 3 ]
	((SECONDS >= 4))
}

@test "an --auth-file that every user can read is warned of" {
	printf 'bob:secret\n' >users
	chmod 644 users
	start_proxy socks --auth-file users
	grep -q '^sockit tcp-serve: users can be read by every user of this host (chmod o-r users)$' "$err"
	chmod 640 users
	start_proxy socks --auth-file users
	run ! grep users "$err"
}

@test "what is too long or malformed for the HTTP proxy gets an answer" {
	start_proxy http
	long=$(printf '%09000d' 0)
	run_sockit tcp-connect "$proxy" <<<"CONNECT $long"
	[[ $output == "HTTP/1.1 414 "* ]]
	run_sockit tcp-connect "$proxy" < <(printf 'CONNECT h:1 HTTP/1.1\r\nCookie: %s\r\n\r\n' "$long")
	[[ $output == "HTTP/1.1 431 "* ]]
	run_sockit tcp-connect "$proxy" < <(printf '\r\nCONNECT 127.0.0.1:1 HTTP/1.1\r\nA: b\r\n c\r\n\r\n')
	[[ $output == "HTTP/1.1 400 "* ]]
	run_sockit tcp-connect "$proxy" < <(printf 'CONNECT [::1:80 HTTP/1.1\r\n\r\n')
	[[ $output == "HTTP/1.1 400 "* ]]
	run_sockit tcp-connect "$proxy" < <(printf '\r\nCONNECT 127.0.0.1:1 HTTP/1.1\r\n\r\n')
	[[ $output == "HTTP/1.1 502 "* ]]
}

@test "a bad line of --auth-file is named with its number, and nothing is bound" {
	printf 'bob:secret\n\nnonsense\n' >users
	run_sockit tcp-serve --ready-file ready --proxy-server socks --auth-file users 127.0.0.1:0
	[ "$status" -eq 2 ]
	[[ $output == "sockit tcp-serve: users:3: not a line of user:password"* ]]
	[ ! -e ready ]
}

@test "an --auth-file with a NUL byte is refused: the rest of its line would not count" {
	printf 'bob:sec\0ret\n' >users
	run_sockit tcp-serve --ready-file ready --proxy-server socks --auth-file users 127.0.0.1:0
	[ "$status" -eq 2 ]
	[[ $output == "sockit tcp-serve: users is not a text file"* ]]
	[ ! -e ready ]
}

@test "--to-deny and --to-allow say where it may lead" {
	start_target
	start_proxy socks --to-deny 127.0.0.0/8
	run_sockit tcp-connect --proxy "socks5://$proxy" "$target"
	[ "$status" -eq 4 ]
	start_proxy socks --to-allow 127.0.0.1
	through socks5 | cmp - file
	start_proxy http --to-allow 192.0.2.0/24
	run_sockit tcp-connect --proxy "http://$proxy" "$target"
	[ "$status" -ne 0 ]
}

@test "a proxy that others can reach does not lead to this host, unless it was said" {
	start_target
	endpoint='*:0' start_proxy socks
	run_sockit tcp-connect --proxy "socks5://$proxy" "$target"
	[ "$status" -eq 4 ]
	run_sockit tcp-connect --proxy "socks5://$proxy" 0.0.0.0 "${target##*:}"
	[ "$status" -eq 4 ]
	endpoint='*:0' start_proxy socks --to-allow 127.0.0.0/8
	through socks5 | cmp - file
}

@test "a proxy that others can reach does not lead to any other address of this host" {
	need_namespace
	# shellcheck disable=SC2016 # for the inner shell
	run in_namespace bash -c '
		ip addr add 192.0.2.5/24 dev lo && ip addr add 192.0.2.6/24 dev lo
		"$1" tcp-serve --ready-file target "*:0" --reply hello &
		"$1" tcp-serve --ready-file closed "*:0" --proxy-server socks &
		"$1" tcp-serve --ready-file opened "*:0" --proxy-server socks --to-allow 192.0.2.6 &
		until [ -s target ] && [ -s closed ] && [ -s opened ]; do sleep 0.02; done
		through() {
			"$1" tcp-connect --proxy "socks5://127.0.0.1:$(cut -d: -f2 "$2")" \
				"$3:$(cut -d: -f2 target)" </dev/null 2>&1
			echo " status $?"
		}
		for to in 192.0.2.5 192.0.2.6 [::ffff:192.0.2.5] [64:ff9b::192.0.2.5]; do
			through "$1" closed "$to"
		done
		through "$1" opened 192.0.2.6
		ip addr add 192.0.2.7/24 dev lo
		through "$1" closed 192.0.2.7
		kill %1 %2 %3
		wait' bash "$SOCKIT"
	[ "$(grep -c 'status 4' <<<"$output")" -eq 5 ]
	[ "$(grep -c 'hello status 0' <<<"$output")" -eq 1 ]
}

@test "one client's names that nobody answers hold up no other client's" {
	need_namespace
	unshare -rnm true 2>/dev/null || skip "cannot make a mount namespace"
	printf '127.0.0.1 localhost quick.example\n' >hosts
	printf '%s\n' 'nameserver 127.0.0.1' 'options timeout:30 attempts:1' >resolv.conf
	echo 'hosts: files dns' >nsswitch.conf
	cat >inside.sh <<-'END'
		ip link set lo up
		for file in hosts resolv.conf nsswitch.conf; do
			mountover $file /etc/$file || exit 77
		done
		"$1" udp-listen 127.0.0.1:53 >asked &
		"$1" tcp-serve --ready-file target 127.0.0.1:0 --reply hello &
		"$1" tcp-serve --ready-file proxy 127.0.0.1:0 --proxy-server socks &
		until [ -s target ] && [ -s proxy ]; do sleep 0.02; done
		for i in {1..100}; do
			"$1" tcp-connect -s 127.0.0.2 --proxy "socks5://$(cat proxy)" -w 30s \
				"silent$i.example:1" </dev/null 2>/dev/null &
		done
		until grep -aq silent asked; do sleep 0.02; done
		"$1" tcp-connect -s 127.0.0.3 --proxy "socks5://$(cat proxy)" -w 20s \
			"quick.example:$(cut -d: -f2 target)" </dev/null
		status=$?
		kill $(jobs -p)
		wait
		exit $status
	END
	run unshare -rnm bash inside.sh "$SOCKIT" 3>&-
	[ "$status" -ne 77 ] || skip "cannot replace the files of /etc"
	[ "$status" -eq 0 ]
	[[ $output == *hello* ]]
}

@test "a target that refuses is told as a refusal" {
	start_proxy socks
	target=127.0.0.1:1
	run_sockit tcp-connect --proxy "socks5://$proxy" "$target"
	[ "$status" -eq 4 ]
	[[ $output == *refused* ]]
}

@test "a client that sends garbage is turned away, and others are served" {
	start_target
	start_proxy socks
	run_sockit tcp-connect "$proxy" <<<"GET / HTTP/1.0"
	wait_for grep -q 'refused: a request that is not SOCKS' "$err"
	through socks5 | cmp - file
}

@test "a request that comes byte by byte is understood" {
	start_target
	start_proxy socks
	hex=$(printf '%04x' "${target##*:}")
	start_peer --connect "$proxy" 'drip:\x05\x01\x00' read-until:'\x05\x00' \
		"drip:\\x05\\x01\\x00\\x01\\x7f\\0\\0\\x01\\x${hex%??}\\x${hex#??}" \
		read-until:'\x05\x00\x00\x01' read:6 save:got
	wait_exit "$peer_pid"
	cmp got file
}

@test "--to-allow, --to-deny and --auth-file without --proxy-server are a usage error" {
	for option in '--to-allow ::1' '--to-deny ::1' '--auth-file x'; do
		# shellcheck disable=SC2086 # two words
		run_sockit tcp-serve $option 127.0.0.1:0
		[ "$status" -eq 2 ]
		[[ $output == *"requires --proxy-server"* ]]
	done
}

@test "--proxy-protocol: the client is whom the header names, and no byte of data is lost" {
	start_server -v --proxy-protocol --handler echo
	run_sockit tcp-connect "127.0.0.1:$port" \
		< <(printf 'PROXY TCP4 192.0.2.9 198.51.100.1 1234 80\r\nhello')
	[ "$output" = hello ]
	wait_for grep -q 'connection from 192.0.2.9:1234' "$err"
	wait_for grep -q '192.0.2.9:1234 closed: received 5 bytes, sent 5 bytes' "$err"
}

@test "--forward --send-proxy v1 and v2 tell a server that takes headers whom it serves" {
	for version in v1 v2; do
		start_server -v --proxy-protocol --handler echo
		inner=$err
		start_server -v --forward "127.0.0.1:$port" --send-proxy "$version"
		[ "$(sockit tcp-connect "127.0.0.1:$port" <<<hello)" = hello ]
		client=$(sed -n 's/.*connection from //p' "$err")
		[ -n "$client" ]
		wait_for grep -q "connection from $client\$" "$inner"
	done
}

@test "a relay hands on the PROXY header's own two addresses, also IPv6 over an IPv4 connection" {
	start_server --proxy-protocol --sh 'echo "$TCPREMOTEIP $TCPREMOTEPORT $TCPLOCALIP $TCPLOCALPORT"'
	inner=$port
	for version in v1 v2; do
		start_server --proxy-protocol --forward "127.0.0.1:$inner" --send-proxy "$version"
		run_sockit tcp-connect "127.0.0.1:$port" \
			< <(printf 'PROXY TCP6 2001:db8::9 2001:db8::1 1234 80\r\n')
		[ "$output" = "2001:db8::9 1234 2001:db8::1 80" ]
		run_sockit tcp-connect "127.0.0.1:$port" \
			< <(printf 'PROXY TCP4 192.0.2.9 198.51.100.1 1234 80\r\n')
		[ "$output" = "192.0.2.9 1234 198.51.100.1 80" ]
	done
}

@test "haproxy's PROXY headers of both versions are understood" {
	need haproxy
	for version in send-proxy send-proxy-v2; do
		start_server -v --proxy-protocol --handler echo
		server=$port
		server_err=$err
		printf 'defaults\n mode tcp\n timeout connect 5s\n timeout client 5s\n timeout server 5s\n%s\n' \
			"listen l
 bind unix@$PWD/$version.sock
 server s 127.0.0.1:$server $version" >haproxy.cfg
		haproxy -db -f haproxy.cfg 3>&- >haproxy.log 2>&1 &
		processes+=("$!")
		# Its file exists before anybody listens.
		[ "$(sockit tcp-connect --wait $((10 * patience))s "unix:$version.sock" <<<hello)" = hello ]
		grep -q 'connection from' "$server_err"
	done
}

@test "--proxy-protocol: a client without a header, or with half of one, is closed with a message" {
	start_server --proxy-protocol --handler echo
	run_sockit tcp-connect "127.0.0.1:$port" <<<"GET / HTTP/1.0"
	wait_for grep -q 'no PROXY protocol header' "$err"
	run_sockit tcp-connect "127.0.0.1:$port" < <(printf 'PROXY TCP4 192.0')
	wait_for grep -q 'closed before the end of its PROXY header' "$err"
	run_sockit tcp-connect "127.0.0.1:$port" < <(printf 'PROXY UNKNOWN\r\nhello')
	[ "$output" = hello ]
}

@test "--proxy-protocol: a silent client does not hold the only place" {
	start_server --proxy-protocol --max-conns 1 --handler echo
	server_err=$err
	start_sockit tcp-connect -v --recv-only "127.0.0.1:$port"
	wait_for grep -q 'connected to' "$err"
	run_sockit tcp-connect "127.0.0.1:$port" < <(printf 'PROXY UNKNOWN\r\nhello')
	[ "$output" = hello ]
	grep -q 'no PROXY header received within 5 s' "$server_err"
}

@test "--send-proxy without --forward is a usage error" {
	run_sockit tcp-serve --send-proxy v1 --handler echo 127.0.0.1:0
	[ "$status" -eq 2 ]
	[ "$output" = "sockit tcp-serve: --send-proxy requires --forward (sockit tcp-serve --help lists the options)" ]
}

@test "a client that asks for names that nobody answers for holds up no other client" {
	need_loopback_addresses
	own_names
	echo "127.0.0.1 echo.test" >>hosts
	# shellcheck disable=SC2016 # for the inner shell
	silent_seconds=30 with_silence '
		"$SOCKIT" tcp-serve --ready-file echo --handler echo 127.0.0.1:0 2>/dev/null &
		started=$!
		"$SOCKIT" tcp-serve -vv --grace 0 --ready-file proxy --proxy-server socks \
			--to-allow 127.0.0.0/8 127.0.0.1:0 2>log &
		started="$started $!"
		wait_for test -s echo && wait_for test -s proxy
		for i in $(seq 60); do
			"$SOCKIT" tcp-connect --proxy "socks5://$(cat proxy)" -s 127.0.0.2 \
				"n$i.example:80" </dev/null >/dev/null 2>&1 &
			started="$started $!"
			wait_for grep -q "asks for n$i.example" log
		done
		echo hello | "$SOCKIT" tcp-connect -w 20s --proxy "socks5://$(cat proxy)" \
			echo.test:"$(cut -d: -f2 echo)"
		kill $started'
	[ "$output" = hello ]
}
