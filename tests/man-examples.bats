#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# man-examples.bats - what the pages of the commands show works exactly as shown.

load lib
load man-lib
load raw-lib

# serve_example WORDS ENDPOINT [FROM TO]... - start it as start_server does, but on a free port.
serve_example() {
	local line
	line=$(example sockit-tcp-serve.1 "$1" "$2" '' "${@:3}") || return 1
	eval "start_server ${line#sockit tcp-serve}"
}

# connect_example WORDS [FROM TO]... - run it.
connect_example() {
	local line
	line=$(example sockit-tcp-connect.1 "$@") || return 1
	eval "$line"
}

# start_example WORDS [FROM TO]... - run it in the background, as start_sockit does.
start_example() {
	local line
	line=$(example sockit-tcp-connect.1 "$@") || return 1
	eval "start_sockit ${line#sockit}"
}

# try_example WORDS EXPECTED SCRIPT - in a new world, in which `line` is the only line of all pages
# that contains WORDS, SCRIPT prints EXPECTED, a pattern.
try_example() {
	local line got
	line=$(cd "$man" && for page in *.1; do shown "$page"; done | the_line "$1") || return 1
	got=$(in_world "$line" "$3" 2>errors) || true
	# shellcheck disable=SC2053 # a pattern
	if [[ $got != $2 ]]; then
		printf '%s\ngot: %s\ninstead of: %s\n' "$line" "$got" "$2" >&2
		cat errors >&2
		return 1
	fi
}

# program NAME LINE... - make a script that PATH finds first.
program() {
	mkdir -p bin
	printf '#!/bin/sh\n' >"bin/$1"
	printf '%s\n' "${@:2}" >>"bin/$1"
	chmod +x "bin/$1"
}

@test "example: a file is sent with its progress, received, and whole" {
	random_file file 1M
	serve_example 'tcp-serve 9000 >copy' 9000 </dev/null
	connect_example '--send-only --progress' host:9000 "$address"
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	cmp file "$out"
}

@test "example: a directory is sent by tar and unpacked" {
	mkdir directory there
	random_file directory/file 100k
	serve_example 'tcp-serve 9000 >copy' 9000 </dev/null
	connect_example 'tar cf - directory' host:9000 "$address"
	wait_exit "$pid"
	tar xf "$out" -C there
	cmp directory/file there/directory/file
}

@test "example: a question over HTTP, answered for a load balancer" {
	serve_example "-E --reply 'HTTP/1.0 200 OK" :8081
	run -0 connect_example 'example.org:80 </dev/null' example.org:80 "$address"
	[ "${lines[0]}" = $'HTTP/1.0 200 OK\r' ]
	[ "${lines[-1]}" = ok ]
	run -0 connect_example 'tcp-connect -k example.org:80' example.org:80 "$address"
	[ "${lines[0]}" = $'HTTP/1.0 200 OK\r' ]
	[ "${lines[-1]}" = ok ]
}

@test "example: a health check is 0 while the port is open, and 4 after" {
	endpoint=127.0.0.1:$(freeport) start_server --handler echo
	run -0 connect_example '-w 2s db 5432' 'db 5432' "127.0.0.1 $port"
	[ -z "$output" ]
	stop "$pid"
	run -4 connect_example '-w 2s db 5432' 'db 5432' "127.0.0.1 $port"
}

@test "example: it waits until two services answer, then becomes the program" {
	start_server --handler echo
	start_example 'cache:6379 -- ./start' db:5432 "$address" \
		cache:6379 unix:late ./start 'echo started'
	waiting=$pid said=$out
	endpoint=unix:late start_server --handler echo
	wait_exit "$waiting"
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 "$said")" = started ]
}

@test "example: it waits until a server is gone" {
	endpoint=127.0.0.1:$(freeport) start_server --handler echo
	server=$pid
	start_example '--closed --wait 30s' :8080 "$address"
	waiting=$pid
	stop "$server"
	wait_exit "$waiting"
	[ "$status" -eq 0 ]
}

@test "example: text and hex are sent as they are meant" {
	start_server --sh 'head -c 4'
	run -0 connect_example "'00 01 00 ff'" host:7000 "$address" xxd 'od -An -tx1' \
		' -i 1s' ' -i 20s'
	[[ $output == *" 00 01 00 ff" ]]
}

@test "example: a summary" {
	start_server --handler discard
	run -0 connect_example '--stats host:9000' 1000000000 100000 host:9000 "$address"
	[[ $output == 'sockit tcp-connect: sent 100000 bytes, received 0 bytes in '* ]]
}

@test "example: shell commands at both ends" {
	serve_example "--sh 'read name" 127.0.0.1:7000
	run -0 connect_example "--sh 'read greeting" host:7000 "$address" 'read greeting; ' ''
	[ "$output" = "hello hi" ]
}

@test "example: a relay from TCP to a Unix socket" {
	endpoint=unix:app start_server --handler reverse
	serve_example '--forward unix:/run/app.sock 127' 127.0.0.1:8080 /run/app.sock app
	run -0 sockit tcp-connect "$address" <<<"through"
	[ "$output" = hguorht ]
}

@test "example: a relay from a Unix socket to TCP" {
	start_server --handler reverse
	endpoint=unix:$PWD/db serve_example '--forward db:5432 --unix' unix:/run/db.sock db:5432 "$address"
	[ "$address" = "unix:$PWD/db" ]
	run -0 sockit tcp-connect "$address" <<<"through"
	[ "$output" = hguorht ]
}

@test "example: a file for everyone, until enough have it" {
	text_file motd.txt 3
	serve_example '--reply-file motd.txt 7001' 7001 10 2
	sockit tcp-connect --recv-only "$address" | cmp - motd.txt
	sockit tcp-connect --recv-only "$address" | cmp - motd.txt
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

# tells_user - whether the system tells who is at the other end of a Unix socket.
tells_user() {
	endpoint=unix:$PWD/who start_server -- env
	sockit tcp-connect --recv-only "$address" >variables
	grep -q IPCREMOTEEUID variables
}

@test "example: one user and one network are let in" {
	local lines
	tells_user || skip "this system does not tell who is on the other side of a Unix socket"
	lines=$(block sockit-tcp-serve.1 'uid:0,' uid:0 "uid:$(id -u)" /run/echo.sock echo \
		' :7777' '')
	eval "start_server ${lines#sockit tcp-serve}"
	run -0 sockit tcp-connect unix:echo <<<"me"
	[ "$output" = me ]
	run sockit tcp-connect --recv-only "$address"
	[ -z "$output" ]
}

@test "example: a client is tested on a free port" {
	run -0 script "$(block sockit-tcp-serve.1 'cat address')"
	[ "${lines[-1]}" = hello ]
}

@test "example: a whole conversation in two lines of shell" {
	lines=$(block sockit.1 rev.sock /tmp/ '')
	run -0 script "$lines"$'\nkill $!'
	[ "$output" = "dlrow ,olleh" ]
}

@test "example: a script that knows what went wrong" {
	random_file archive 100k
	endpoint=127.0.0.1:$(freeport) start_server --handler discard
	run -0 script "$(block sockit.1 'case $?' backup:9000 "$address")"
	[ "$output" = 'every byte has arrived' ]
	stop "$pid"
	run -0 script "$(block sockit.1 'case $?' backup:9000 "$address")"
	[ "${lines[-1]}" = 'nothing listens there' ]
	run -0 script "$(block sockit.1 'case $?' backup:9000 nosuch.invalid:9000)"
	[ "${lines[-1]}" = 'there is no such host' ]
}

@test "example: a talk, a scan, a client" {
	need_world
	printf '#!/bin/sh\nread line; echo "got $line" >&2\n' >client
	chmod +x client
	try_example 'tcp-connect host 9000' hello \
		'sockit tcp-serve --handler echo 9000 & listens 9000; echo hello | line'
	try_example '-z host 22,80,8000-8010' $'host 22/tcp open ssh\nhost 8001/tcp open -' \
		'sockit tcp-serve --handler echo --also :22 8001 & listens 22; listens 8001; line'
	try_example 'host:7000 -- ./client' 'got hi' \
		'sockit tcp-serve -E --reply "hi\n" 7000 & listens 7000; line 2>&1'
}

@test "example: health checks that look at the answer" {
	need_world
	try_example "tcp-connect -E --send 'PING\\r\\n' --expect '^\\+PONG'" $'+PONG\r\nst 0' \
		'sockit tcp-serve -E --reply "+PONG\r\n" 6379 & listens 6379
		LINE=${LINE/--max-time 2s/--max-time 20s}; line; echo st $?'
	try_example "'^220 '" $'220 mail\nst 0' \
		'sockit tcp-serve -E --reply "220 mail\n" 25 & listens 25
		LINE=${LINE/-i 2s/-i 20s}; line; echo st $?'
}

@test "example: line by line, with a prompt and with pauses" {
	need_world
	try_example "--prompt 'say: '" 'hello' \
		'sockit tcp-serve --handler echo 9000 & listens 9000; echo hello | line'
	printf 'ab\ncd\n' >commands
	try_example '--save-received answers.txt' $'*ba\n*dc' \
		'sockit tcp-serve --handler reverse 4001 & listens 4001; line >out; cat answers.txt'
	try_example '-C -x mail.example.org' '*QUIT.*' \
		'sockit tcp-serve --handler discard 25 & listens 25; echo QUIT | line 2>&1'
}

@test "example: through another program" {
	need_world
	program ssh 'exec sockit tcp-connect "$2"'
	try_example "'ssh -W" hi 'sockit tcp-serve --reply hi 5432 & listens 5432; line'
}

@test "example: the open ports of hosts" {
	need_world
	try_example '-z 192.0.2.1 1-1024' '192.0.2.1 22/tcp open ssh' \
		'sockit tcp-serve --handler echo 22 & listens 22; line'
	need jq
	try_example '-z --all --json -w 1s' '' 'sockit tcp-serve --handler echo 22 & listens 22; line'
}

@test "example: for ssh, from a certain address" {
	need_world
	program ssh 'exec sh -c "$(echo "${2#ProxyCommand=}" | sed "s/%h/$3/; s/%p/22/")"'
	try_example "'sockit tcp-connect -s 192.0.2.7" 192.0.2.7 \
		"sockit tcp-serve --sh 'echo \$TCPREMOTEIP' '*:22' & listens 22; line"
}

@test "example: through a proxy, with the password out of sight" {
	need_world
	echo user:secret >users
	export SOCKIT_PROXY_PASSWORD=secret
	try_example 'socks5://user@proxy:1080' hi 'sockit tcp-serve --reply hi 25 &
		sockit tcp-serve --proxy-server socks --auth-file users --to-allow 192.0.2.7 1080 &
		listens 25; listens 1080; line'
	try_example 'http://proxy:3128' hi 'sockit tcp-serve --reply hi 443 &
		sockit tcp-serve --proxy-server http --to-allow 192.0.2.7 3128 &
		listens 443; listens 3128; line'
}

@test "example: files, one sender after the other, directories" {
	need_world
	try_example 'tcp-serve -k 9000 </dev/null' $'1\n2' 'line & listens 9000; for i in 1 2; do
		echo $i | ask --send-only host 9000; until_has log $i; done; cat log'
	mkdir directory there
	echo hello >directory/file
	try_example 'tcp-serve 9000 | tar' hello 'cd there; line & listens 9000
		tar cf - -C .. directory | ask --send-only host 9000; wait; cat directory/file'
}

@test "example: programs for each connection" {
	need_world
	printf '#!/bin/sh\nread name; echo "hello $name"\n' >handler
	chmod +x handler
	ask='listens 7000; echo you | ask host 7000'
	try_example '--allow 192.0.2.0/24 :7000' 'hello you' "line & $ask"
	try_example "-v '*:7000'" 'hello you' "line & $ask"
	line=$(example sockit-tcp-serve.1 '/usr/sbin/sshd -i' /usr/sbin/sshd ./handler)
	got=$(in_world "$line" "line & ${ask//7000/2222}" 2>errors) || true
	# If nobody can tell whether bytes move, -i is refused.
	[ "$got" = 'hello you' ] || grep -q 'idle-timeout cannot be used' errors
}

@test "example: relays, from IPv6 to IPv4, with a dump" {
	need_world
	try_example "'[2001:db8::7]:80'" cba 'sockit tcp-serve --handler reverse 192.0.2.7:80 &
		listens 80; line & echo abc | ask "[2001:db8::7]:80"'
	try_example '-x --forward db:5432' $'cba\n*61 62 63*' \
		'sockit tcp-serve --handler reverse 5432 & listens 5432; line 2>dump & listens 15432
		echo abc | ask 127.0.0.1 15432; cat dump'
}

@test "example: texts, a service, a room, lines of many, a proxy" {
	need_world
	try_example "'closed for maintenance" 'closed for maintenance' \
		'line & listens 7000; ask --recv-only host 7000'
	try_example 'sockit tcp-serve --handler echo :7777' abc 'line & listens 7777; echo abc | ask host 7777'
	try_example '--chat :7010' '<*> abc' 'line & listens 7010
		ask --recv-only host 7010 >heard & connected 7010
		echo abc | ask --send-only host 7010; until_has heard abc; cat heard'
	try_example '--collect --allow' abc 'line & listens 7011
		echo abc | ask host 7011; until_has log abc; cat log'
	# Here the target is the proxy's own host, which must be named.
	try_example '--proxy-server socks --allow' hi 'sockit tcp-serve --reply hi 80 & listens 80
		LINE="${LINE/socks/socks --to-allow 192.0.2.7}"; line & listens 1080; ask --proxy socks5://host:1080 host 80'
}

@test "example: datagrams are shown" {
	need_world
	try_example '--format line 9999' '192.0.2.7:*: hello' 'line >log & listens udp:9999
		sockit udp-send host 9999 hello; until_has log hello; cat log'
	try_example '--format line :514' '192.0.2.7:*: <13>backup: done' 'line >log & listens udp:514
		sockit udp-send host 514 "<13>backup: done"; until_has log done; cat log'
	try_example '--format hex --count 1' '*68 65 6c 6c 6f*hello*' 'line & listens udp:9999
		sockit udp-send host 9999 hello; wait $!'
	try_example '--json --group 224.0.0.251' '*"data":"hello"*' 'line >log & listens udp:5353
		until_so has_socket igmp FB0000E0; sockit udp-send -I eth0 224.0.0.251 5353 hello; until_has log hello; cat log'
	try_example '--progress --stats 5004' '*received 1 datagram (5 bytes)*' \
		'bash -c "exec $LINE" 2>log & listens udp:5004; sockit udp-send host 5004 hello
		told() { kill -s USR1 $! && grep -q "1 datagram" log; }
		until_so told; kill $!; wait $!; cat log'
}

@test "example: datagrams are written until they stop" {
	need_world
	try_example '-i 5s --group' 'hello' 'line & listens udp:5004
		until_so has_socket igmp 030201E8; sockit udp-send -s 192.0.2.7 -I eth0 232.1.2.3 5004 hello; wait $!; cat video.ts'
}

@test "example: datagrams are answered" {
	need_world
	try_example '--echo 127.0.0.1:7' 'hello' \
		'line >log & listens udp:7; ask_udp 127.0.0.1 7 hello'
	try_example "udp-listen -E --reply" 'closed' \
		'line >log & listens udp:9999; ask_udp host 9999 hello'
	try_example '-- date -u' '*UTC*' \
		'line & listens udp:9999; LC_ALL=C ask_udp host 9999 hello'
	try_example "'*:9999' --sh" 'hello you' \
		'line & listens udp:9999; ask_udp host 9999 you'
	try_example 'udp-listen --forward 127.0.0.1:5300 192.0.2.1:53' 'hello' \
		'sockit udp-listen --echo 5300 >log & listens udp:5300; line & listens udp:53
		ask_udp 192.0.2.1 53 hello'
}

@test "example: datagrams are relayed to several, as from their senders" {
	need_world
	built_for_linux || skip "this build of sockit cannot forward with the sender's address"
	try_example '--keep-source --forward' $'*: hello\n*: hello' \
		'for at in 192.0.2.7 192.0.2.1; do
			sockit udp-listen --format line --count 1 -w 20 $at:5140 >got.$at &
		done
		until_so has_socket udp "070200C0:1414 "; until_so has_socket udp "010200C0:1414 "
		line & listens udp:514; sockit udp-send host 514 hello
		until_has got.192.0.2.7 hello; until_has got.192.0.2.1 hello; cat got.*'
}

@test "example: datagrams are relayed to all" {
	need_world
	try_example "<broadcast>:9' :4009" 'hello' 'sockit udp-listen --count 1 9 >got &
		listens udp:9; line & listens udp:4009; sockit udp-send host 4009 hello; until_has got hello; cat got'
}

@test "example: a relay for datagrams that is nobody" {
	need_world
	[ "$world" = as-root ] || skip "becoming another user takes root"
	try_example '--allow 192.0.2.0/24 --user nobody' 'hello' \
		'sockit udp-listen --echo 5300 >log & listens udp:5300; line & listens udp:53
		ask_udp 192.0.2.1 53 hello'
}

@test "example: datagrams are sent" {
	need_world
	program metrics "printf 'a:1\nb:2\n'"
	local take='sockit udp-listen --format line --count'
	try_example "8125 'logins:1|c'" '*: logins:1|c' "$take 1 8125 & listens udp:8125; line; wait \$!"
	try_example '--lines statsd.example' $'*: a:1\n*: b:2' \
		"$take 2 8125 & listens udp:8125; line; wait \$!"
	try_example 'loghost syslog' '*: <13>backup: done' "$take 1 514 & listens udp:514; line; wait \$!"
	program tail 'echo hello'
	try_example '--keep-going loghost:514' '*: hello' "$take 1 514 & listens udp:514; line; wait \$!"
	try_example 'PRIORITY=5' $'PRIORITY=5\nMESSAGE=done' 'mkdir -p /run/systemd/journal
		sockit udp-listen --count 1 unix:/run/systemd/journal/socket &
		listens udp:/run/systemd/journal/socket; line; wait $!'
	magic=$(block sockit-udp-send.1 'mac=0200000000ff')
	[ "$(in_world "$magic" 'sockit udp-listen --count 1 9 | wc -c & listens udp:9; line; wait $!' |
		tr -d ' ')" -eq 102 ]
	random_file video.ts 20k
	try_example '--split 1400' '15 same' 'sockit udp-listen --group 239.1.2.3@eth0 --count 15 5004 >got &
		until_so has_socket igmp 030201EF; line; wait %1; cmp got video.ts && echo 15 same'
}

@test "example: datagrams have replies" {
	need_world
	try_example "--replies time.example" 'noon' \
		'sockit udp-listen --reply noon 9999 >log & listens udp:9999; LINE="${LINE/--replies/--replies -w 9s}"; line'
	try_example "--replies -w 3s" 'noon' \
		'sockit udp-listen --reply noon 9999 >log & listens udp:9999
		LINE="${LINE/ -w 3s / -w 9s }"; line'
	try_example '192.0.2.53:53' '*1*2*3*4*' \
		'sockit udp-listen --reply 1234 192.0.2.53:53 >log & listens udp:53
		LINE="${LINE/ -r / -r -w 9s }"; line; wc -c <log'
	try_example '--any-source tftp' 'the first block' 'export LC_ALL=C
		sockit udp-listen --sh "sockit udp-send \$UDPREMOTEIP:\$UDPREMOTEPORT \"the first block\"" 69 --allow 0.0.0.0/0,::/0 &
		listens udp:69; LINE="${LINE/ -r / -r -w 9s }"; line'
	try_example 'M-SEARCH' '*192.0.2.7:1900: here*' \
		'sockit udp-listen --group 239.255.255.250@eth0 --reply here 1900 >log & listens udp:1900
		until_so has_socket igmp FAFFFFEF
		LINE="${LINE/ -w 3 / -w 20 }"; line >got & until_has got here; cat got'
}

@test "example: names" {
	need_world
	try_example 'sockit resolve example.org https' '192.0.2.7:443' 'line | tail -n 1'
	try_example 'sockit resolve example.org' 192.0.2.7 line
	try_example 'resolve 2001:db8::1' six.example line
	try_example 'resolve --fqdn' host.example line
	printf '192.0.2.7 a\n2001:db8::1 b\n192.0.2.7 c\n' >access.log
	try_example 'cut -d' $'192.0.2.7\thost.example\n2001:db8::1\tsix.example' line
	try_example 'echo 192.0.2.4/30' $'*192.0.2.7\thost.example' line
	printf '192.0.2.7\n' >names
	try_example 'sockit resolve --batch <names' $'192.0.2.7\thost.example' line
}

@test "example: names by DNS itself" {
	need_world
	need dnsmasq
	local dns='dnsmasq -d -C /dev/null -u root -a 192.0.2.53 -z -R -h --local=/example.org/ &
		listens udp:53; listens 53; line'
	try_example '--type MX' '5 mail.example.org' \
		"${dns/--local/--mx-host=example.org,mail.example.org,5 --local}"
	try_example '--type A,AAAA,MX' $'192.0.2.7\n5 mail.example.org' \
		"${dns/--local/--host-record=example.org,192.0.2.7 --mx-host=example.org,mail.example.org,5 --local}"
	try_example 'version.bind' '"dnsmasq-*"' "$dns"
	try_example '--type AXFR' $'example.org\t*\tIN\tSOA\t*' "${dns/--local*&/--auth-server=ns.example.org,eth0 \
		--auth-zone=example.org --auth-peer=192.0.2.53 &}"
	printf 'no.example.org\nyes.example.org\n' >names
	try_example '--type A --server' 'no.example.org' \
		"${dns/--local/--host-record=yes.example.org,192.0.2.7 --local}"
}

@test "example: services" {
	need_world
	try_example 'sockit services https 5353' $'https 443/tcp*\n*ssh 22/tcp*' line
	try_example 'sockit services 5353' '*mdns 5353/udp*' line
	try_example 'sockit services --port https' 443 line
	try_example 'port=$(sockit services' 443 'eval "$LINE"; echo $port'
	try_example 'name=$(sockit services' ssh 'eval "$LINE"; echo $name'
	try_example '--match imap' '*imaps 993/tcp*' line
	try_example '0-1023/udp' '*ntp 123/udp*' line
	try_example '--protocols ospf' '*89*' line
	try_example '--builtin https' $'https 443/tcp*' line
}

# every_example PAGE - print what it shows for its command, each line terminated by a NUL.
every_example() {
	shown "$1" | grep -a '^sockit raw-send' | tr '\n\001' '\0\n'
}

@test "example: packets" {
	need_frames
	# The wire has its own name for the interface. Where a program answers, and not the kernel, it
	# may need more than a second.
	every_example sockit-raw-send.1 | sed 's/\beth0\b/v0/g; s/eth vlan id=42/-w 20s &/' >examples
	on_wire '
	sockit() { timeout --foreground $((30 * patience)) "$SOCKIT" "$@"; }
	answer_arp 42 203.0.113.9
	ip route add 198.51.100.0/24 via 192.0.2.7
	there sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"
	while IFS= read -r -d "" line; do
		eval "$line" </dev/null || echo "FAILED $?: $line"
	done <examples'
	echo "$output"
	[[ $output != *FAILED* ]]
	[ "$(grep -c "^192.0.2.7: echo-reply" <<<"$output")" -eq 7 ]
	[ "$(grep -c "arp-reply" <<<"$output")" -eq 3 ]
	[ "$(grep -c "^192.0.2.7: rst, port" <<<"$output")" -eq 3 ]
}

# units PAGE... - write each unit that the pages show to a file of its name, with this sockit.
units() {
	local page
	for page; do
		text "$page" | awk '
		/^# \/etc\/systemd\/system\// { name = $2; sub(/.*\//, "", name); next }
		/^\.Ed/ { name = "" }
		name != "" { print >name }'
	done
	sed -i.old "s|/usr/local/bin/sockit|$SOCKIT|" ./*.service
	rm ./*.old
}

# command_of UNIT [FROM TO]... - print its ExecStart.
command_of() {
	replaced "$(awk '/^ExecStart=/ { telling = 1; sub(/^ExecStart=/, "") }
		telling { print; telling = /\\$/ }' "$1")" "${@:2}"
}

@test "example: systemd takes the units as they are" {
	need systemd-analyze
	mkdir units && cd units
	printf '[Service]\nExecStart=/bin/true\n' >plain.service
	systemd-analyze verify --man=no ./plain.service || skip "systemd-analyze cannot verify here"
	rm plain.service
	units sockit-tcp-serve.1 sockit-udp-listen.1
	[ "$(printf '%s\n' ./* | wc -l)" -eq 7 ]
	run -0 systemd-analyze verify --man=no ./*
	[ -z "$output" ]
}

# The relay of tests/packaging is meant to be copied as it is.
packaged_relay() {
	cp "$tests"/packaging/sockit-relay.* .
	sed -i.old "s|/usr/local/bin/sockit|$SOCKIT|" sockit-relay.service
	rm sockit-relay.service.old
}

@test "the units with a sandbox are below 2.0 by systemd-analyze security" {
	need systemd-analyze
	mkdir units && cd units
	printf '[Service]\nExecStart=/bin/true\n' >plain.service
	systemd-analyze security --offline=true --no-pager ./plain.service >/dev/null 2>&1 ||
		skip "systemd-analyze cannot judge a file here"
	run systemd-analyze security --offline=true --threshold=20 --no-pager ./plain.service
	[ "$status" -ne 0 ]
	rm plain.service
	units sockit-tcp-serve.1
	packaged_relay
	for unit in health.service sockit-relay.service; do
		run -0 systemd-analyze security --offline=true --threshold=20 --no-pager "./$unit"
	done
}

@test "the relay of tests/packaging: systemd takes its units, and it relays" {
	packaged_relay
	endpoint=unix:app start_server --handler reverse
	# shellcheck disable=SC2016 # systemd's
	eval "with_socket listen $(command_of sockit-relay.service '${TARGET}' unix:app)"
	run -0 sockit tcp-connect "$address" <<<"through"
	[ "$output" = hguorht ]
	need systemd-analyze
	mkdir units
	mv sockit-relay.* units
	run systemd-analyze verify --man=no ./units/*
	[ -z "$output" ] || skip "systemd-analyze cannot verify here"
}

# with_socket KIND COMMAND... - run it with a socket as systemd passes one: `listen` and `datagram`
# as descriptor 3, of `accept` the connection as 0 and 1. The address is written to the file bound.
with_socket() {
	local options=(--kind "$1" --port-file bound)
	[ "$1" != accept ] || options+=(--fd 0)
	"$PEERS/hand" "${options[@]}" "${@:2}" 3>&- &
	processes+=("$!")
	wait_for [ -s bound ]
	address=127.0.0.1:$(cat bound)
	rm bound
}

@test "example: units for sockets that systemd holds, or accepts" {
	units sockit-tcp-serve.1 sockit-udp-listen.1
	endpoint=unix:app start_server --handler reverse
	eval "with_socket listen $(command_of app-proxy.service /run/app.sock app)"
	run -0 sockit tcp-connect "$address" <<<"through"
	[ "$output" = hguorht ]
	eval "with_socket accept $(command_of gate@.service db.internal:5432 unix:app)"
	run -0 sockit tcp-connect "$address" <<<"the gate"
	[ "$output" = "etag eht" ]
	start_sockit udp-listen --echo --ready-file ready 127.0.0.1:0
	wait_for [ -s ready ]
	eval "with_socket datagram $(command_of relay.service 127.0.0.1:5300 "$(cat ready)")"
	run -0 sockit udp-send -r -w 10s "$address" hello
	[ "$output" = hello ]
}

@test "example: a unit that listens by itself" {
	units sockit-tcp-serve.1
	command=$(command_of health.service ' :8081' '')
	# What systemd makes of the escapes in quotes.
	command=${command//\\r/$'\r'} command=${command//\\n/$'\n'}
	eval "start_server ${command#*tcp-serve}"
	run -0 sockit tcp-connect --recv-only "$address"
	[ "${lines[-1]}" = ok ]
}

@test "example: systemd starts the server with the first connection" {
	need_world
	need systemd-socket-activate
	units sockit-tcp-serve.1
	run -0 in_world "$(command_of app-proxy.service)" '
		sockit tcp-serve --handler reverse unix:/run/app.sock & listens /run/app.sock
		eval "systemd-socket-activate -l 80 $LINE" 2>log & listens 80
		echo through | ask host 80'
	[ "$output" = hguorht ]
}

@test "example: quoted endpoints, a loop over hosts, a status as an answer" {
	need_world
	try_example "--handler echo '*:7000'" hi 'line & listens 7000; echo hi | sockit tcp-connect host 7000'
	need_ipv6
	try_example "tcp-connect '[::1]:7000'" hi 'sockit tcp-serve --reply hi 7000 & listens 7000; line'
	try_example 'while read -r host' 'ssh*' 'printf "192.0.2.7\n192.0.2.7\n" >hosts
		sockit tcp-serve --reply ssh 22 & listens 22; line'
	try_example 'echo "down: $?"' 'down: [45]' 'line 2>/dev/null'
}

@test "example: results in JSON, taken apart by jq" {
	need jq
	need_world
	try_example 'db 5000-6000' 5432 'sockit tcp-serve --handler echo 5432 & listens 5432; line'
	try_example '--json --count 1 514' 192.0.2.7 'line >out & listens udp:514
		sockit udp-send host 514 hi; wait; cat out'
	try_example '--json host | jq' 192.0.2.7 line
	try_example '--match ftps' $'ftps-data\nftps' line
	try_example "2>&1 >page" $'connected\nclosed' 'sockit tcp-serve --reply hi 80 & listens 80; line'
}
