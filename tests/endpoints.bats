#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# endpoints.bats - every way to write where to connect, and every way to get it wrong.

load lib
load net

client() {
	sockit tcp-connect "$@" </dev/null
}

# A server for any number of clients, which sends hello.
start_hello() {
	start_peer --times 0 "$@" send:hello
}

# reaches WORD... - these words lead to it.
reaches() {
	echo "$*"
	[ "$(client "$@")" = hello ]
}

# refuses STATUS TEXT WORD... - the words lead to that status and a line with TEXT.
refuses() {
	local code=$1 text=$2 elsewhere=0
	shift 2
	run client "$@"
	echo "$*: status $status, wanted $code: $output; wanted: $text"
	[ "$status" -eq "$code" ] || elsewhere=1
	[[ $output == "sockit tcp-connect: "*"$text"* && $output != *$'\n'* ]] || elsewhere=1
	[ "$elsewhere" -eq 0 ]
}

# --- ways to write it ---

@test "an IPv4 host is a quad, a name, a number, nothing or *, in one word or in two" {
	start_hello
	for host in 127.0.0.1 localhost 2130706433 '' '*'; do
		reaches "$host:$peer_port"
		reaches "$host" "$peer_port"
	done
}

@test "any host may stand in brackets, in every command" {
	start_hello
	for host in 127.0.0.1 localhost ''; do
		reaches "[$host]:$peer_port"
		reaches "[$host]" "$peer_port"
	done
	reaches -s '[127.0.0.1]' "[127.0.0.1]:$peer_port"
	run_sockit -0 tcp-connect -z "[127.0.0.1]:$peer_port"
	run_sockit -0 resolve -n '[2001:DB8::1]' 80 '[192.0.2.1]'
	[ "$output" = $'[2001:db8::1]:80\n192.0.2.1' ]
	run_sockit -0 raw-send --dry-run ip src='[192.0.2.2]' dst='[192.0.2.1]'
	run_sockit -0 raw-send --dry-run ip6 src='[::1]' dst='[::1]'
	endpoint='[localhost]:0' start_server --allow '[127.0.0.1]' --allow '[::1]/128' --reply hello
	reaches "127.0.0.1:$port"
}

@test "an IPv6 host is in brackets in one word, with or without them in two" {
	need_ipv6
	start_hello --host ::1
	for words in "[::1]:$peer_port" "::1 $peer_port" "[::1] $peer_port" ":$peer_port" \
		"[0:0::1]:$peer_port" "-6 :$peer_port"; do
		# shellcheck disable=SC2086 # one word or two
		reaches $words
	done
}

@test "an IPv4 address written as an IPv6 one is the IPv4 address, to listen at and to connect from" {
	endpoint='[::ffff:127.0.0.1]:0' start_server --handler echo
	[[ $address == 127.0.0.1:* ]]
	[ "$(echo here | sockit tcp-connect -s ::ffff:127.0.0.1 "[::ffff:127.0.0.1]:$port")" = here ]
	run_sockit -2 tcp-connect -6 "[::ffff:127.0.0.1]:$port"
	[[ $output == *'not an IPv6 address: "::ffff:127.0.0.1"'* ]]
	endpoint='[::ffff:127.0.0.1]:0' start_ready udp-listen
	sockit udp-send -s ::ffff:127.0.0.1 "$address" here
	wait_for grep -q here "$out"
}

@test "an empty host is told once, and reached over IPv6 and IPv4 alike" {
	need_ipv6
	endpoint=:0 start_server -v --reply hello
	[ "$(wc -l <"ready.$started")" -eq 1 ]
	[ "$address" = "*:$port" ]
	[ "$(grep -c 'listening on' "$err")" -eq 1 ]
	[ "$(sockit tcp-connect 127.0.0.1 "$port" </dev/null)" = hello ]
	[ "$(sockit tcp-connect ::1 "$port" </dev/null)" = hello ]
}

@test "an IPv6 host is written with its zone" {
	need_ipv6
	built_for_linux || skip "this build cannot keep a socket to an interface"
	need_namespace
	in_namespace sh -c '"$1" tcp-serve --ready-file ready [::1%lo]:0 --reply hello &
		until [ -s ready ]; do kill -0 $! || exit; sleep 0.02; done
		"$1" tcp-connect "[::1%lo]:$(sed s/.*:// ready)"
		kill $!' sh "$SOCKIT" >answer
	[ "$(cat answer)" = hello ]
}

@test "a port may be a service name" {
	need_namespace
	in_namespace sh -c '"$1" tcp-serve --ready-file ready 127.0.0.1:80 --reply hello &
		until [ -s ready ]; do sleep 0.02; done
		"$1" tcp-connect 127.0.0.1:http && "$1" tcp-connect 127.0.0.1 http
		kill $!' sh "$SOCKIT" >answer </dev/null
	[ "$(cat answer)" = hellohello ]
}

@test "a Unix socket by its path, from the root and from here, with any bytes in it" {
	for path in "$PWD/plain" relative './with space:80' $'\e[1mbold'; do
		start_hello --unix "$path"
		reaches "unix:$path"
	done
}

@test "a Unix socket by its abstract name" {
	[ -d /proc/self ] || skip "no Linux"
	name=sockit-test-$BATS_TEST_NUMBER-$$
	endpoint=unix:@$name start_server --handler echo
	[ "$(sockit tcp-connect "unix:@$name" <<<"hello")" = hello ]
	refuses 4 'cannot connect to unix:@sockit-none: connection refused' unix:@sockit-none
}

@test "a Unix socket that keeps messages apart, with --type seqpacket" {
	endpoint=unix:$PWD/socket start_server --type seqpacket --handler echo
	[ "$(sockit tcp-connect --type seqpacket unix:socket <<<"hello")" = hello ]
	refuses 1 'of another --type' unix:socket
	refuses 2 'did you mean seqpacket?' --type seqpacke unix:socket
}

@test "a datagram socket in the place of a stream names udp-send, and a file in that of a datagram socket says so" {
	endpoint=unix:$PWD/datagrams start_ready udp-listen
	refuses 1 'takes datagrams: sockit udp-send' "unix:$PWD/datagrams"
	refuses 1 'takes datagrams: sockit udp-send' --type seqpacket "unix:$PWD/datagrams"
	: >file
	run_sockit -4 udp-send "unix:$PWD/file" hello
	[[ $output == *"connection refused (the file is not a socket)" ]]
}

@test "a socket of connections in the place of one of datagrams names tcp-connect" {
	endpoint=unix:$PWD/connections start_server --handler echo
	run_sockit -1 udp-send "unix:$PWD/connections" hello
	[ "$output" = "sockit udp-send: cannot send to unix:$PWD/connections: wrong socket type (the socket there takes connections: sockit tcp-connect)" ]
}

@test "a connection that was inherited, by its descriptor" {
	start_hello
	exec 5<>"/dev/tcp/127.0.0.1/$peer_port"
	reaches fd:5
}

@test "fd:N of a descriptor that does not exist is 3, of one that is no connection 1" {
	for n in 3 4 5 6 7 77 2147483647; do
		refuses 3 "cannot connect to fd:$n: no such descriptor" "fd:$n" 4>&- 5>&- 6>&- 7>&-
	done
	refuses 1 'fd:5: not a socket' fd:5 5</dev/null
	refuses 2 'fd:0 is standard input' fd:0
	for text in '' -1 x 3x 2147483648 99999999999999999999; do
		refuses 2 'bad descriptor: ' "fd:$text"
	done
}

@test "vsock: is understood, and an error where nothing answers" {
	for text in vsock: vsock:1 vsock:x:1 vsock:1:x vsock:4294967296:1 vsock:1:4294967296; do
		refuses 2 'vsock endpoint: ' "$text"
	done
	built_for_linux || skip "no vsock in this build"
	run client -w 300ms vsock:local:99
	[[ $status =~ ^[1345]$ && $output == "sockit tcp-connect: cannot connect to vsock:local:99: "* ]]
	# Few kernels have datagrams there.
	run sockit udp-send vsock:local:99 x
	[[ $status -eq 0 || $output == "sockit udp-send: cannot send to vsock:local:99: "* ]]
}

@test "<broadcast> is an address that no stream can reach" {
	refuses 4 'cannot connect to <broadcast>:80: ' '<broadcast>:80'
}

# --- mistakes: usage errors that name the word ---

@test "a bad port is named, with what would do" {
	for port in 99999 65536 4294967376 18446744073709551697 -80 +80 ' 80' '80 ' 80x 0x50 8.0 1e3 \
		'a b' a/b 80,81 80-90 '*' $'80\n' ٨٠; do
		refuses 2 "bad port: \"${port%$'\n'}" "127.0.0.1:$port"
		[[ $port == -* ]] || refuses 2 "bad port: \"${port%$'\n'}" 127.0.0.1 "$port"
	done
	refuses 2 '(0-65535 or a service name)' 127.0.0.1:99999
}

@test "a missing port and a missing endpoint are named" {
	refuses 2 'missing operand: ENDPOINT'
	refuses 2 'empty endpoint (HOST:PORT or HOST PORT)' ''
	for text in example.org 127.0.0.1 80 127.0.0.1: '[::1]' '[::1]:' '*' :; do
		refuses 2 "missing port in \"$text\"" "$text"
	done
	refuses 2 'bad port: ""' 127.0.0.1 ''
	refuses 2 'missing path in "unix:"' unix:
	refuses 2 'missing path in "unix:@"' unix:@
}

@test "an IPv6 address without its brackets is told how to write them" {
	refuses 2 '(an IPv6 address goes in brackets: [::1]:PORT)' ::1
	refuses 2 '(an IPv6 address goes in brackets: [2001:db8::1:2:3:4:5]:8080)' \
		2001:db8::1:2:3:4:5:8080
}

@test "a bad host is named" {
	for text in '[::1:80' '[::1]80' '[::1]x:80' '[[h]]:80' '[::g]:80' 1:2:3 \
		'a b:80' $'a\tb:80' 'a/b:80' '"a":80' 4294967296:80 99999999999:80; do
		run client "$text"
		echo "$text: $status $output"
		[ "$status" -eq 2 ]
		[[ $output == 'sockit tcp-connect: '*'"'* && $output != *$'\n'* && $output != *$'\t'* ]]
	done
}

@test "256 and the like make a name, not an address, and no name server is asked for them" {
	for host in 256.0.0.1 1.2.3 127.1 1.2.3.4.5 0x7f.1; do
		refuses 2 'not allowed with -n' -n "$host:80"
	done
}

@test "a Unix path over the limit is named with the limit" {
	[ -d /proc/self ] || skip "another limit"
	long=$(printf '%0200d' 0)
	refuses 2 'a Unix socket' "unix:${long:0:108}"
	refuses 2 '108 bytes; a Unix socket path has at most 107' "unix:${long:0:108}"
	refuses 3 'no such file' "unix:${long:0:107}"
	refuses 2 'a Unix socket' "unix:@$long"
}

@test "a second endpoint is one too many" {
	refuses 2 'unexpected operand "127.0.0.1:2"' 127.0.0.1:1 127.0.0.1:2
	refuses 2 'unexpected operand "3" (put the command after --)' 127.0.0.1 1 3
}

@test "words of a kilobyte and of a hundred are errors that stay readable" {
	for size in 1000 100000; do
		long=$(printf "%0${size}d" 0 | tr 0 a)
		digits=$(printf "%0${size}d" 0 | tr 0 1)
		for words in "$long:80" "127.0.0.1:$long" "unix:$long" "fd:$long" "vsock:$long:1" \
			"[$long]:80" "-s $long: 127.0.0.1:1" "-p $digits 127.0.0.1:1" "-w $long 127.0.0.1:1" \
			"--$long" "-o $long 127.0.0.1:1" "-o ttl=$long 127.0.0.1:1"; do
			# shellcheck disable=SC2086 # several words
			run client $words
			[ "$status" -eq 2 ]
			[ "${#output}" -lt 1000 ]
		done
	done
}

# --- values ---

@test "a TIME is a decimal number with ms, s, m or h; anything else is named" {
	for time in 1 0.5 .5 250ms 2s 1.5s 5m 1h 876000h; do
		refuses 4 'connection refused' -w "$time" 127.0.0.1:1
	done
	for time in '' -1 +1 ' 1' '1 ' 1x 1d 1e3 0x10 ms . 1..5 1,5 inf nan 1sec 9999999h \
		99999999999999999999 1s1s; do
		refuses 2 "bad -w: \"$time\"" -w "$time" 127.0.0.1:1
		refuses 2 "bad --linger: \"$time\"" "--linger=${time/inf/infinite}" 127.0.0.1:1 ||
			[ "$time" = inf ]
	done
}

@test "a SIZE is a whole number with k, M or G; anything else is named" {
	for size in 4096 64k 64K 1m 1M; do
		refuses 4 'connection refused' -o "rcvbuf=$size" 127.0.0.1:1
	done
	for size in '' -1 +1 1.5k 1kb 1x k ' 1' 0x10 1e3 99999999999999999999 4G 17179869184G; do
		refuses 2 rcvbuf -o "rcvbuf=$size" 127.0.0.1:1
	done
}

@test "a socket option of other systems is named as such" {
	! sockit tcp-serve -o help | grep -q mptcp || skip "this system has all of them"
	run_sockit -2 tcp-serve -o mptcp 127.0.0.1:0
	[[ $output == *"socket option mptcp is not available on this system (-o help lists what is)" ]]
}

@test "a socket option that does not exist, or has a bad value, is a usage error" {
	refuses 2 'did you mean nodelay' -o nodelya 127.0.0.1:1
	refuses 2 'ttl' -o ttl=256 127.0.0.1:1
	refuses 2 'ttl' -o ttl 127.0.0.1:1
	refuses 2 'ttl' -o ttl= 127.0.0.1:1
	run -0 client -o help
	[[ $output == *nodelay*rcvbuf=SIZE*ttl=N* ]]
}

# --- what can go wrong on the way ---

@test "a name that does not exist is 3" {
	refuses 3 'no such host: "nosuch.invalid"' nosuch.invalid:80
	refuses 3 'no such service: "nosuchservice"' 127.0.0.1:nosuchservice
	refuses 3 'no such interface: "nosuch0"' '[fe80::1%nosuch0]:80'
	refuses 3 'cannot connect to unix:nosuch: no such file or directory' unix:nosuch
	refuses 3 'no such host: "nosuch.invalid"' -s nosuch.invalid 127.0.0.1:1
	refuses 3 'no such service: "nosuchservice"' -p nosuchservice 127.0.0.1:1
}

@test "a service is looked for before anything else happens" {
	refuses 3 'no such service: "nosuchservice"' nosuch.invalid:nosuchservice
}

@test "a refusal is 4, over IPv4, IPv6 and a Unix socket that nobody listens on" {
	start_refusing
	refuses 4 "cannot connect to 127.0.0.1:$refused_port: connection refused" \
		127.0.0.1 "$refused_port"
	"$PEERS/peer" --unix stale --deaf 600 close 3>&- &
	wait_for [ -S stale ]
	kill "$!"
	refuses 4 'cannot connect to unix:stale: connection refused' unix:stale
	need_ipv6
	refuses 4 'cannot connect to [::1]:1: connection refused' ::1 1
}

@test "a network or host that cannot be reached is 4" {
	need_namespace
	run -4 in_namespace "$SOCKIT" tcp-connect 192.0.2.1:80
	[ "$output" = "sockit tcp-connect: cannot connect to 192.0.2.1:80: network is unreachable" ]
	run -4 in_namespace sh -c 'ip route add unreachable 192.0.2.0/24 && exec "$@"' \
		sh "$SOCKIT" tcp-connect 192.0.2.1:80
	[ "$output" = "sockit tcp-connect: cannot connect to 192.0.2.1:80: host is unreachable" ]
}

@test "silence is 5 after the connect timeout, which is named" {
	start_silent
	milliseconds refuses 5 "cannot connect to 127.0.0.1:$silent_port: timed out after 0.300s" \
		-w 300ms 127.0.0.1 "$silent_port"
	((elapsed >= 300))
}

# without_rights ARG... - run sockit ARG... as a user without any capabilities.
without_rights() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all \
			./copy "$@"
	else
		"$SOCKIT" "$@"
	fi
}

# need_another - as root, skip if there is no other user to become, or none that can access sockit.
need_another() {
	[ "$(id -u)" -eq 0 ] || return 0
	need setpriv
	cp "$SOCKIT" ./copy && chmod 755 . copy "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/* || true
	without_rights --version >/dev/null || skip "another user cannot run sockit here"
}

@test "a local port that only root may have is 6, and the privilege is named" {
	first=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start 2>/dev/null || echo 0)
	((first > 1)) || skip "no privileged ports here"
	need_another
	run -6 without_rights tcp-connect -p 1 127.0.0.1:1
	[ "$output" = "sockit tcp-connect: cannot use the local address 0.0.0.0:1: permission denied (needs CAP_NET_BIND_SERVICE)" ]
	run -6 without_rights tcp-connect -z -p 1 127.0.0.1:1
	[[ $output == *CAP_NET_BIND_SERVICE* ]]
}

@test "a Unix socket that we may not write to is 6" {
	need_another
	endpoint=unix:$PWD/closed start_server --unix-mode 000 --handler echo
	run -6 without_rights tcp-connect unix:closed
	[ "$output" = "sockit tcp-connect: cannot connect to unix:closed: permission denied" ]
}

@test "what a firewall forbids is 6, and the message says where to look" {
	need_namespace
	run -6 in_namespace sh -c 'ip route add prohibit 192.0.2.0/24 && exec "$@"' \
		sh "$SOCKIT" tcp-connect 192.0.2.1:80
	[[ $output == *"permission denied (a firewall rule"* ]]
}

@test "a local address that is not this host's, or in use, is 7 and named" {
	refuses 7 'cannot use the local address 192.0.2.77: ' -s 192.0.2.77 127.0.0.1:1
	start_peer --times 0 hold
	refuses 7 "cannot use the local address 127.0.0.1:$peer_port: address already in use" \
		-s 127.0.0.1 -p "$peer_port" 127.0.0.1:1
}

# --- choosing the family, forbidding look-ups, the local end ---

@test "-4 and -6 restrict the family; an address of the other one is a usage error" {
	# A port that nobody else is given at ::1.
	start_hello --port "$(freeport)"
	reaches -4 localhost "$peer_port"
	refuses 2 'not an IPv6 address: "127.0.0.1"' -6 127.0.0.1 "$peer_port"
	refuses 2 'not an IPv4 address: "::1"' -4 ::1 "$peer_port"
	refuses 2 '-4 and -6 cannot be used together' -46 localhost "$peer_port"
	need_ipv6
	refuses 4 'connection refused' -6 ":$peer_port"
}

@test "-4 with a host that only has IPv6 is 3, and says so" {
	need_hosts
	echo 'fd00::1 six.test' >hosts
	run -3 with_hosts hosts "$SOCKIT" tcp-connect -4 six.test:80
	[ "$output" = 'sockit tcp-connect: no IPv4 address for "six.test"' ]
}

@test "-n looks nothing up: names are usage errors, numbers are fine" {
	start_hello
	reaches -n 127.0.0.1 "$peer_port"
	refuses 2 'looking up the host "localhost" is not allowed with -n' -n localhost:80
	refuses 2 'looking up the service "http" is not allowed with -n' -n 127.0.0.1:http
	refuses 2 'not allowed with -n' -n -s localhost 127.0.0.1:1
}

@test "-s and -p choose the local end, in every way an endpoint can be written" {
	need_loopback_addresses
	start_peer --times 0 close
	for source in '-s 127.0.0.2' '-s 127.0.0.2:0' '-s 2130706434' '-s 127.0.0.2 -p 0'; do
		# shellcheck disable=SC2086 # several words
		run client $source -v --json 127.0.0.1 "$peer_port"
		[[ $output == *'"local":"127.0.0.2:'* ]]
	done
	start_refusing # its number is free on other addresses
	run client -s "127.0.0.3:$refused_port" -v --json 127.0.0.1 "$peer_port"
	[[ $output == *'"local":"127.0.0.3:'"$refused_port"'"'* ]]
	run client -s '' -p "$refused_port" -v --json 127.0.0.1 "$peer_port"
	[[ $output == *'"local":"127.0.0.1:'"$refused_port"'"'* ]]
}

@test "a malformed local end is a usage error" {
	for source in '-s 127.0.0.1:99999' '-p 99999' '-p -1' '-p 80x' '-s [::1' '-s 127.0.0.1:' \
		'-s unix:x' '-s fd:0' '-s 127.0.0.1:5 -p 5' '-s a/b' '-4 -s ::1'; do
		# shellcheck disable=SC2086 # several words
		run client $source 127.0.0.1:1
		echo "$source: $status $output"
		[ "$status" -eq 2 ]
		[[ $output == "sockit tcp-connect: "*"${source##* }"* || $output == *"cannot be used with"* ||
			$output == *'"::1"'* || $output == *'"99999"'* ]]
	done
}

@test "a source is for addresses only" {
	for option in -s=127.0.0.1 -p=1234; do
		run_sockit tcp-connect "${option%=*}" "${option#*=}" unix:s
		[ "$status" -eq 2 ]
		[[ $output == *"cannot be used with unix:s "* ]]
	done
}

@test "a source of another family than the target is a usage error, whatever sends" {
	while IFS='|' read -r words text; do
		# shellcheck disable=SC2086
		run_sockit -2 $words </dev/null
		echo "$words"
		[[ $output == "sockit ${words%% *}: $text ("* ]]
	done <<-END
		tcp-connect -s ::1 127.0.0.1 9|cannot connect to 127.0.0.1:9: --source has no IPv4 address
		tcp-connect -s [127.0.0.1]:0 ::1 9|cannot connect to [::1]:9: --source has no IPv6 address
		tcp-connect --wait 600s -s ::1 127.0.0.1 9|cannot connect to 127.0.0.1:9: --source has no IPv4 address
		tcp-connect --proxy socks5://127.0.0.1:9 -s ::1 h 9|cannot connect to 127.0.0.1:9: --source has no IPv4 address
		tcp-connect -z -s 127.0.0.1 127.0.0.1:9 [::1]:9|cannot connect to [::1]:9: --source has no IPv6 address
		tcp-connect -4 -s ::1 localhost 9|not an IPv4 address: "::1"
		tcp-connect -s 127.0.0.1 unix:sock|--source cannot be used with unix:sock
		udp-send -s ::1 127.0.0.1 9 x|cannot send to 127.0.0.1:9: --source has no IPv4 address
		udp-send -s 127.0.0.1 ::1 9 x|cannot send to [::1]:9: --source has no IPv6 address
		udp-send -4 -s ::1 localhost 9 x|not an IPv4 address: "::1"
	END
}

@test "a name none of whose addresses the source can reach is a usage error as well" {
	need_hosts
	printf '%s six.test\n' ::1 >hosts
	run -2 with_hosts hosts "$SOCKIT" tcp-connect -s 127.0.0.1 six.test 9 </dev/null
	[[ $output == *'cannot connect to six.test:9: --source has no IPv6 address'* ]]
	run -2 with_hosts hosts "$SOCKIT" tcp-connect --wait 600s -s 127.0.0.1 six.test 9 </dev/null
	[[ $output == *'cannot connect to six.test:9: --source has no IPv6 address'* ]]
	run -2 with_hosts hosts "$SOCKIT" udp-send -s 127.0.0.1 six.test 9 x
	[[ $output == *'cannot send to six.test:9: --source has no IPv6 address'* ]]
}
