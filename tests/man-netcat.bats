#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# man-netcat.bats - sockit-from-netcat(7): each line for sockit does what it claims, and if the
# other program is installed, its line has the same result for the user.

load lib
load man-lib
load raw-lib

page=sockit-from-netcat.7

setup() {
	enter_tmpdir
	need_world
	printf 'one\ntwo\n' >file
	printf 'what\n' >question
	printf 'HELO me\nQUIT\n' >mail
	printf 'a\nb\n' >lines
	printf '#!/bin/sh\nread name; echo "hello $name"\n' >handler
	# tcpclient gives it the connection as 6 and 7.
	printf '#!/bin/sh\nif (: <&6) 2>/dev/null; then exec <&6; fi\nread line; echo "got $line" >&2\n' >client
	printf '#!/bin/sh\nsed s/^/re:/\n' >answer
	printf '#!/bin/sh\necho started\n' >start
	chmod +x handler client answer start
}

# line_of WORDS - print the entry whose line for sockit contains WORDS: the lines of the others,
# then that of sockit.
line_of() {
	awk -v words="$1" '
	/^\.It Li / { olds = fresh ? olds "\n" substr($0, 8) : substr($0, 8); fresh = 1 }
	/^\.Dl / { if (index($0, words)) print olds "\n" substr($0, 5); fresh = 0 }' "$man/$page" |
		sed 's/\\e/\\/g; s/\\(dq/"/g'
}

# missing LINE - print the program that it needs and that is not installed.
missing() {
	local tool
	for tool in nc nc.traditional ncat socat tcpserver tcpclient getent dig host hostname wait-for-it \
		telnet nmap openssl; do
		[[ " $1 " == *[" ('"]"$tool "* ]] || continue
		# Elsewhere it is the name of a host.
		[ "$tool" != host ] || [[ $1 == 'host '* ]] || continue
		if ! command -v "$tool" >/dev/null; then
			echo "$tool"
		elif [ "$tool" = nc ] && ! nc -h 2>&1 | grep -q OpenBSD; then
			echo "OpenBSD's nc"
		fi
	done
}

# alike WORDS EXPECTED SCRIPT - for each line of the entry, in a new world, SCRIPT runs it with
# `line` and prints EXPECTED, a pattern. Once one side has ended, socat gives the other only half a
# second; here it may take as long as it needs.
alike() {
	local lines line lack got
	lines=$(line_of "$1")
	[ -n "$lines" ] || fail_at "$page has \"$1\""
	while IFS= read -r line; do
		lack=$(missing "$line")
		if [ -n "$lack" ]; then
			echo "# left out, $lack is not installed: $line"
			continue
		fi
		[[ $line == *' -t '* ]] || line=${line/socat /socat -t $((20 * patience)) }
		rm -f copy log back
		got=$(in_world "$line" "$3" 2>errors) || true
		# shellcheck disable=SC2053 # a pattern
		if [[ $got != $2 ]]; then
			printf '%s\ngot: %s\ninstead of: %s\n' "$line" "$got" "$2" >&2
			cat errors >&2
			return 1
		fi
	done <<<"$lines"
}

# differ WORDS SCRIPT - print what SCRIPT prints for each line of the entry, a line each, with
# sockit's last.
differ() {
	local lines line
	lines=$(line_of "$1")
	while IFS= read -r line; do
		[ -n "$(missing "$line")" ] || in_world "$line" "$2"
	done <<<"$lines"
}

@test "connect: what the server says is printed" {
	alike 'tcp-connect -k host 80' 'hi' \
		'echo GET >request; sockit tcp-serve --reply hi 80 & listens 80; line'
}

@test "connect: a file is sent whole, and the status is 0" {
	alike '--send-only host:9000' $'one\ntwo\nst 0' \
		'sockit tcp-serve 9000 >copy & listens 9000; line; st=$?; wait %1; cat copy; echo st $st'
}

@test "connect: only what comes, although there is no input" {
	alike '--recv-only host 9000 >copy' 'hi' \
		'sockit tcp-serve --reply hi 9000 & listens 9000; line; cat copy'
}

@test "connect: a time for silence after our end" {
	alike '-i 2s host 80' 'tahw' 'sockit tcp-serve --handler reverse 80 & listens 80
		LINE=${LINE/ 2/ 20}; line >got & until_has got tahw; cat got'
}

@test "connect: a time for connecting, and for silence" {
	alike '-w 5 -i 5' 'hi' 'sockit tcp-serve --reply hi 80 & listens 80; line'
}

@test "connect: a time for all" {
	alike '--max-time 5' 'hi' 'sockit tcp-serve --reply hi 80 & listens 80; line'
}

@test "connect: from an address and a port" {
	alike '-p 4000' '192.0.2.7:4000' \
		'sockit tcp-serve 80 --sh "echo \$TCPREMOTEIP:\$TCPREMOTEPORT" --allow host & listens 80; line'
}

@test "connect: Unix sockets, in the file system and abstract" {
	alike 'tcp-connect unix:/run/app.sock' 'hi' \
		'sockit tcp-serve --reply hi unix:/run/app.sock & listens /run/app.sock; line'
	alike 'unix:@app' 'hi' 'sockit tcp-serve --reply hi --also 80 unix:@app & listens 80; line'
}

@test "connect: options that have the same letters" {
	alike '-4knv' 'hi' 'sockit tcp-serve --reply hi 80 & listens 80; line'
	alike '-C host 25' $'HELO me\r\nQUIT\r' \
		'sockit tcp-serve 25 >copy & listens 25; line & until_has copy "$(printf "QUIT\r")"; cat copy'
	alike '-t host 23' 'login:*' 'sockit tcp-serve -E --reply "\xff\xfb\x01login: \n" 23 &
		listens 23; line | tr -d "\377\373\001"'
	alike '-tC host 25' '*220 hi*' 'sockit tcp-serve --reply "220 hi" 25 & listens 25; : >got
		until_has got 220 | line >got 2>/dev/null; cat got'
}

@test "connect: with options of the socket" {
	alike '-o dscp=ef' 'hi' 'sockit tcp-serve --reply hi 80 & listens 80; line'
}

@test "connect: a pause after each line" {
	alike '--interval 1' $'a\nb' \
		'sockit tcp-serve 7000 >copy & listens 7000; line & until_has copy b; cat copy'
}

@test "connect: logs and dumps" {
	alike '--save-received log' '*hi*' \
		'sockit tcp-serve --reply hi 80 & listens 80; line >/dev/null; cat log'
	alike '-x=log' '*68 69*' 'sockit tcp-serve --reply hi 80 & listens 80; line >/dev/null; cat log'
}

@test "connect: a client program, a client of the shell" {
	# tcpclient asks only DNS for addresses. The server ends after the client, which thus has
	# time to read.
	local greet='LINE=${LINE/tcpclient host/tcpclient 192.0.2.7}
		sockit tcp-serve host 7000 --sh "echo hi; cat >/dev/null" & listens 7000
		line 2>&1 | tee -a /dev/stderr | grep got'
	alike 'host 7000 -- ./client' 'got hi' "$greet"
	alike "tcp-connect --sh 'read" 'got hi' "$greet"
}

@test "connect: for ssh" {
	cat >bin/ssh <<-'END'
		#!/bin/sh
		command=$(echo "${2#ProxyCommand=}" | sed "s/%h/$3/; s/%p/22/")
		exec sh -c "$command"
	END
	chmod +x bin/ssh
	alike 'ProxyCommand' 'SSH-2.0' 'sockit tcp-serve --reply SSH-2.0 22 & listens 22; line'
}

@test "connect: TLS, with the certificate verified" {
	need openssl
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -days 2 \
		-subj /CN=host -addext subjectAltName=DNS:host 2>/dev/null
	SSL_CERT_FILE=$PWD/cert alike '--tls host 443' '*hi*' ': >got
		{ echo hi; until_has got never; } | openssl s_server -accept 443 -cert cert -key key -quiet &
		listens 443; until_has got never | line >got 2>/dev/null & until_has got hi; cat got'
}

@test "connect: through proxies" {
	local serve='sockit tcp-serve --reply hi 80 & sockit tcp-serve --to-allow host'
	local socks="$serve --proxy-server socks 1080 & listens 80; listens 1080; line"
	alike '--proxy socks5://' hi "$socks"
	alike '--proxy socks4a://' hi "$socks"
	alike '--proxy http://' hi "$serve --proxy-server http 3128 & listens 80; listens 3128; line"
}

@test "scan: open, closed" {
	alike '-z host 22 >' 'st 0' 'sockit tcp-serve --handler echo 22 & listens 22; line; echo st $?'
	run differ '-z host 22 >' 'line; echo st $?'
	[ "${lines[0]}" = 'st 1' ]
	[[ ${lines[-1]} == 'st 4' ]]
	alike '-z --all host' '*22*open*' 'sockit tcp-serve --handler echo 22 & listens 22
		line 2>&1 | sed s/succeeded/open/'
}

@test "scan: wait until somebody listens, then go on" {
	alike '--wait 60s db 5432' 'st 0' \
		'sockit tcp-serve --handler discard 5432 & line >/dev/null; echo st $?'
	alike '--wait 60s db:5432 -- ./start' '*started' \
		'sockit tcp-serve --handler discard 5432 & line'
}

@test "listen: a file is taken, given" {
	alike 'tcp-serve 9000 >copy' $'one\ntwo' \
		'line & listens 9000; ask --send-only host 9000 <file; wait $!; cat copy'
	alike 'tcp-serve 127.0.0.1:9000' $'one\ntwo' \
		'line & listens 9000; ask --recv-only 127.0.0.1 9000'
	alike 'tcp-serve unix:/run/app.sock >copy' $'one\ntwo' \
		'line & listens /run/app.sock; ask --send-only unix:/run/app.sock <file
		wait $!; cat copy'
}

@test "listen: one after the other, many at once" {
	# nc makes a new socket for each client, and resets those that have come to the old one.
	local two='sent() { echo $i | ask --send-only host 9000; pause .1; grep -q $i log; }
		listens 9000; for i in 1 2; do
			case $LINE in "nc "*) until_so sent ;; *) sent ;; esac; until_has log $i
		done; sort -u log'
	alike 'tcp-serve -k 9000' $'1\n2' "line & $two"
	alike '--collect 9000' $'1\n2' "line & $two"
}

@test "listen: an answer for everyone" {
	# A client that meets the socket of the last nc, which is about to be closed, is reset.
	alike "--reply 'ok" $'ok\nok' 'got() { ask --recv-only host 8081 | grep .; }
		line & for i in 1 2; do
			listens 8081; case $LINE in while*) until_so got ;; *) got ;; esac; done'
}

@test "listen: a program for one, for each" {
	local ask='listens 7000; echo you | ask --no-half-close host 7000'
	alike "--accept 1 '*:7000'" 'hello you' "line & $ask"
	alike "tcp-serve '*:7000' -- ./handler" $'hello you\nhello you' "line & $ask; $ask"
	alike "tcp-serve '*:7000' --sh" $'hello you\nhello you' "line & $ask; $ask"
	alike '--max-conns 10' $'hello you\nhello you' "line & $ask; $ask"
}

@test "listen: a program as somebody else" {
	[ "$world" = as-root ] || skip "becoming another user takes root"
	chmod 755 .
	printf '#!/bin/sh\nid -u\n' >handler
	alike '--user 65534:65534' 65534 'line & listens 79; ask --recv-only host 79'
}

@test "listen: who may" {
	local ask='listens 7000; echo you | ask --no-half-close host 7000
		echo me | ask 127.0.0.1 7000 2>&1 | grep -c hello'
	alike '--allow 192.0.2.0/24' $'hello you\n0' "line & $ask"
}

@test "relay: TCP, Unix sockets, with a dump" {
	local ask='listens 8080; ask -E --send "abc\n" --expect cba host 8080'
	alike 'tcp-serve --forward host:80' cba "sockit tcp-serve --handler reverse 80 & listens 80
		line & $ask"
	alike '--forward unix:/run/app.sock 8080' cba \
		"sockit tcp-serve --handler reverse unix:/run/app.sock & listens /run/app.sock; line & $ask"
	alike '--unix-mode 660' $'cba\n660' 'sockit tcp-serve --handler reverse 5432 & listens 5432
		line & listens /run/db; echo abc | ask unix:/run/db
		stat -c %a /run/db'
	alike '-x --forward' $'*cba\n*61 62 63*' "sockit tcp-serve --handler reverse 80 & listens 80
		line 2>dump & $ask; until_has dump 61.62.63; cat dump"
}

@test "serve: echo, a room, a proxy" {
	alike '--handler echo 7' 'abc' 'line & listens 7; ask --send abc --expect abc host 7'
	local room='line & listens 7000
		ask --recv-only host 7000 >heard & connected 7000
		echo abc | ask --send-only host 7000; until_has heard abc; cat heard'
	alike '--broker' 'abc' "$room"
	alike '--chat' '*<*> abc*' "$room"
	alike '--proxy-server http' 'hi' 'sockit tcp-serve --reply hi 192.0.2.7:80 & listens 80
		case $LINE in sockit*) LINE="$LINE --to-allow 192.0.2.7" ;; esac
		line & listens 3128; ask --no-half-close --proxy http://localhost:3128 host 80'
}

@test "datagrams: one is sent, a question is answered" {
	alike 'echo hello | sockit udp-send host 9999' 'hello' \
		'sockit udp-listen --count 1 9999 & listens udp:9999; line; wait $!'
	alike 'udp-send -r host' 'what' 'sockit udp-listen --echo 9999 >log & listens udp:9999
		LINE=${LINE/ -w 1/ -w 20} LINE=${LINE/ -r / -r -w 20 }
		line >got & until_has got what; cat got'
	alike 'udp-send unix:' 'hello' 'sockit udp-listen --count 1 unix:/run/log.sock &
		listens udp:/run/log.sock; line; wait $!'
}

@test "datagrams: they are taken, passed on, answered" {
	alike 'udp-listen --count 1' 'hello' 'line & listens udp:9999; sockit udp-send host 9999 hello
		wait $!'
	alike 'udp-listen 9999' 'hello' 'line >log & listens udp:9999; sockit udp-send host 9999 hello
		until_has log hello; cat log'
	alike 'udp-listen --forward' 'what' 'sockit udp-listen --echo 53 >log & listens udp:53
		line & listens udp:5300; ask_udp 127.0.0.1 5300 what'
	alike "udp-listen '*:9999' -- ./answer" 're:what' \
		'line & listens udp:9999; echo what | ask_udp 127.0.0.1 9999'
	alike 'udp-listen --echo 7' 'what' \
		'line >log & listens udp:7; ask_udp 127.0.0.1 7 what'
}

@test "datagrams: broadcast and multicast" {
	alike 'udp-send --broadcast' 'hello' \
		'sockit udp-listen --count 1 9999 & listens udp:9999; line; wait $!'
	# A group is joined after the port is bound.
	alike 'udp-listen --group' 'hello' 'line >log & listens udp:5004; until_so has_socket igmp 030201EF
		echo hello | sockit udp-send -I lo 239.1.2.3 5004; until_has log hello; cat log'
	alike 'udp-send -I lo' $'one\ntwo' 'sockit udp-listen --count 1 --group 239.1.2.3@lo 5004 &
		listens udp:5004; until_so has_socket igmp 030201EF; line; wait $!'
}

@test "the shell's own connections" {
	alike '--recv-only host 13' '*20[0-9][0-9]*' \
		'sockit tcp-serve --handler daytime 13 & listens 13; line'
	alike '-k host 80 <question' 'got what' \
		'sockit tcp-serve --allow host --sh "read l; echo got \$l" 80 & listens 80; line'
}

@test "names: of the hosts file, of services, of this host" {
	alike 'sockit resolve host' '192.0.2.7*' line
	alike 'sockit resolve 192.0.2.7' '*host.example*' line
	alike 'sockit resolve --all -4 host' '*192.0.2.7*' 'line | tail -n 1'
	# getent knows no service without that file.
	if [ -r /etc/services ]; then
		alike 'sockit services https' 'https*443/tcp*' line
		alike 'services --name 22/tcp' 'ssh' line
	fi
	[ ! -r /etc/protocols ] || alike 'services --protocols udp' 'udp*17*' line
	alike 'resolve --fqdn' 'host.example' line
}

@test "names: of DNS itself" {
	need dnsmasq
	local dnsmasq='dnsmasq -d -C /dev/null -u root -a 192.0.2.53 -z -R --txt-record=host.example,hello
		--mx-host=host.example,mail.example.org,10 & listens udp:53; line'
	dnsmasq=${dnsmasq//$'\n'/}
	alike '--type TXT' '"hello"' "$dnsmasq"
	alike '--type MX' '*10 mail.example.org*' "$dnsmasq"
	alike '--type PTR' 'host.example*' "$dnsmasq"
}

# packets WORDS EXPECTED [BEFORE [AFTER]] - on a wire each line of the entry prints EXPECTED, a pattern;
# the wire calls eth0 v0. BEFORE runs first, AFTER last.
packets() {
	local lines line tool
	lines=$(line_of "$1" | sed 's/\beth0\b/v0/g')
	[ -n "$lines" ] || fail_at "$page has \"$1\""
	while IFS= read -r line; do
		tool=${line%% *}
		[ "$tool" = sockit ] || command -v "$tool" >/dev/null || continue
		LINE=$line on_wire "${3:-}"'
			timeout $((20 * patience)) bash -c "$LINE" 2>&1
			'"${4:-}"
		# shellcheck disable=SC2053 # a pattern
		[[ $output == $2 ]] || fail_at "$line: $output"
	done <<<"$lines"
}

@test "packets: echo requests" {
	need_frames
	packets 'ip dst=192.0.2.7 icmp' '*192.0.2.7*'
	packets 'df icmp echo' '*192.0.2.7*'
	packets '--count 3' '*192.0.2.7*192.0.2.7*192.0.2.7*'
}

@test "packets: a hardware address, and a way" {
	need_frames
	packets 'arp request target=192.0.2.7' '*02:00:00:00:00:07*'
	packets 'ttl=1-5' '*192.0.2.7*' 'ip route add 198.51.100.0/24 via 192.0.2.7
		there sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"'
}

@test "packets: probes of ports" {
	need_frames
	packets 'tcp dport=80' '*192.0.2.7*'
	packets 'tcp dport=20-25' '*192.0.2.7*'
}

@test "packets: generated, and replayed" {
	need_frames
	packets '--count 10 eth' '*arrived' 'capture 10 c0000207' 'captured >/dev/null && echo arrived'
	sockit raw-send --write capture.pcap --count 5 eth type=0x0801 payload hello
	packets '--replay capture.pcap' '*arrived' 'capture 5 68656c6c6f' 'captured >/dev/null && echo arrived'
	packets '--rate max' '*arrived' 'capture 5 68656c6c6f' 'captured >/dev/null && echo arrived'
}
