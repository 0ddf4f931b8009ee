#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# readme.bats - README.md: every recipe runs, and what it refers to exists.

load lib
load net
load udp-lib
load raw-lib
load man-lib

readme=$tests/../README.md

# recipes - print the lines to type that contain sockit.
recipes() {
	sed -n '/^## Recipes/,/^## Comparison/s/^    //p' "$readme" | grep sockit
}

# recipe WORDS [FROM TO]... - print the one of them that contains WORDS, with each FROM replaced by
# TO.
recipe() {
	local line
	line=$(recipes | grep -F -- "$1")
	[ "$(wc -l <<<"$line")" -eq 1 ] || fail_at "one recipe has \"$1\": $line" || return 1
	replaced "$line" "${@:2}"
}

# run_recipe WORDS [FROM TO]... - run it with the shell; sets status and output.
run_recipe() {
	local line
	line=$(recipe "$@") || return 1
	run script "$line"
}

# start_recipe WORDS [FROM TO]... - run it in the background, as start_sockit does.
start_recipe() {
	local line
	line=$(recipe "$@") || return 1
	eval "start_sockit ${line#sockit}"
}

# serve_recipe WORDS ENDPOINT [FROM TO]... - start it as start_server does, but on a free port.
serve_recipe() {
	local line
	line=$(recipe "$1" "$2" '' "${@:3}") || return 1
	eval "start_server ${line#sockit tcp-serve}"
}

@test "a file is sent with its progress, received, and whole" {
	random_file file 1M
	serve_recipe '9000 >copy' 9000 '>copy' '' </dev/null
	run_recipe '--send-only --progress' backup:9000 "$address"
	[ "$status" -eq 0 ]
	wait_exit "$pid"
	cmp file "$out"
}

@test "a directory is sent, and unpacked" {
	mkdir directory there
	random_file directory/file 100k
	serve_recipe '9000 >copy' 9000 '>copy' '' </dev/null
	run_recipe 'tar cf - directory' backup:9000 "$address"
	[ "$status" -eq 0 ]
	wait_exit "$pid"
	tar xf "$out" -C there
	cmp directory/file there/directory/file
}

@test "a service is asked, and answers late" {
	start_peer --times 2 read-until:'\r\n\r\n' wait:0.8 'send:late\n'
	run_recipe 'example.org:80 </dev/null' example.org:80 "127.0.0.1:$peer_port"
	[[ $status -eq 0 && $output == late ]]
	run_recipe 'tcp-connect -k' example.org:80 "127.0.0.1:$peer_port"
	[[ $status -eq 0 && $output == late ]]
}

@test "it waits until two services answer, then becomes the program" {
	start_server --handler echo
	start_recipe '--wait 60s' db:5432 "$address" cache:6379 unix:late ./start 'echo started'
	waiting=$pid said=$out
	endpoint=unix:late start_server --handler echo
	wait_exit "$waiting"
	[ "$(tail -n 1 "$said")" = started ]
}

@test "a health check: expected, not expected, nobody there" {
	endpoint=127.0.0.1:$(freeport) start_server -E --reply '+PONG\r\n'
	run_recipe '--expect' cache:6379 "$address" 2s 20s
	[ "$status" -eq 0 ]
	stop "$pid"
	run_recipe '--expect' cache:6379 "$address" 2s 20s
	[ "$status" -eq 4 ]
	start_server --reply nothing
	run_recipe '--expect' cache:6379 "$address" 2s 20s
	[ "$status" -eq 1 ]
}

@test "open ports, of IPv4 and of IPv6" {
	start_server --handler echo
	run_recipe '-z host' host 127.0.0.1 1-1024 "$port"
	[[ $status -eq 0 && $output == "127.0.0.1 $port/tcp open "* ]]
	need_ipv6
	endpoint='[::1]:0' start_server --handler echo
	run_recipe '-z --all' 2001:db8::1 ::1 22,80,443 "$port"
	[[ $status -eq 0 && $output == "::1 $port/tcp open "* ]]
}

@test "a port is forwarded, to a port and to a Unix socket" {
	start_server --handler reverse
	serve_recipe 'tcp-serve --forward db:5432' 127.0.0.1:15432 db:5432 "$address"
	run -0 sockit tcp-connect "$address" <<<"through"
	[ "$output" = hguorht ]
	endpoint=unix:app start_server --handler reverse
	serve_recipe '--forward unix:/run/app.sock' :8080 /run/app.sock app 192.0.2.0/24 127.0.0.1
	run -0 sockit tcp-connect "$address" <<<"through"
	[ "$output" = hguorht ]
}

@test "a session is dumped" {
	start_server --handler reverse
	serve_recipe '--hexdump=session' 127.0.0.1:15432 db:5432 "$address"
	run -0 sockit tcp-connect "$address" <<<"through"
	[ "$output" = hguorht ]
	wait_for has '68 67 75 6f 72 68 74 0a' session
	has '74 68 72 6f 75 67 68 0a' session
}

@test "a command for each connection" {
	serve_recipe '-- ./handler' :7000 192.0.2.0/24 127.0.0.1 ./handler 'tr a-z A-Z'
	run -0 sockit tcp-connect "$address" <<<"loud"
	[ "$output" = LOUD ]
}

@test "a text, a file, and a built-in service" {
	text_file motd.txt 3
	serve_recipe '--reply ' :7000
	[ "$(sockit tcp-connect --recv-only "$address")" = 'closed for maintenance' ]
	serve_recipe '--reply-file' :7001
	sockit tcp-connect --recv-only "$address" | cmp - motd.txt
	serve_recipe 'echo :7777' :7777
	[ "$(sockit tcp-connect "$address" <<<here)" = here ]
}

@test "a script takes a free port" {
	run script "$(sed -n '/^    .*--ready-file address/,/^$/s/^    //p' "$readme")
		kill \$!"
	[[ $status -eq 0 && ${lines[-1]} == hello ]]
	recipe '--ready-file address'
	recipe 'cat address'
}

@test "a SOCKS proxy, and a client that goes through it" {
	start_server -k --reply ssh
	target=$address
	serve_recipe '--proxy-server socks' :1080 192.0.2.0/24 127.0.0.1
	run_recipe '--proxy socks5' gateway:1080 "$address" host:22 "$target"
	[[ $status -eq 0 && $output == ssh ]]
}

@test "TLS by way of openssl" {
	need openssl
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 2 -subj /CN=localhost \
		2>/dev/null || skip "this openssl makes no certificate"
	openssl s_server -accept 127.0.0.1:0 -key key -cert cert -rev >tls 2>&1 3>&- </dev/null &
	processes+=("$!")
	wait_for grep -q '^ACCEPT 127' tls || skip "this openssl does not serve at a free port"
	run_recipe '--tls example' example.org:443 "$(sed -n 's/^ACCEPT //p' tls) --tls-ca cert --tls-name localhost \
		--send 'hello\n' -E --expect olleh"
	[[ $status -eq 0 && $output == *olleh* ]]
}

@test "a datagram and its reply, and who sends what" {
	start_recipe 'udp-listen --format line' 7000 '127.0.0.1:0 --ready-file ready --echo'
	wait_for [ -s ready ]
	run_recipe 'udp-send --replies' 'time.example.org 7000' "-w 10s $(tr : ' ' <ready)"
	[[ $status -eq 0 && $output == hello ]]
	wait_for grep -qE '^127.0.0.1:[0-9]+: hello$' "$out"
}

@test "a multicast group" {
	need_wire
	on_wire "ip route add 224.0.0.0/4 dev v0
		PATH=\$(dirname \"\$SOCKIT\"):\$PATH
		there $(recipe '--group' eth0 v1 :5000 ':5000 --count 1 -w 9s --ready-file listens') >heard &
		wait_for test -s listens
		$(recipe '--ttl 4' eth0 v0)
		wait \$!; cat heard"
	[[ $status -eq 0 && $output == *'"destination":"239.1.2.3"'*'"data":"hello"'* ]]
}

@test "a neighbour's hardware address, and a ping" {
	need_frames
	on_wire "PATH=\$(dirname \"\$SOCKIT\"):\$PATH
		$(recipe 'eth arp' eth0 v0)"
	[[ $status -eq 0 && $output == *02:00:00:00:00:07* ]]
	on_wire "PATH=\$(dirname \"\$SOCKIT\"):\$PATH
		$(recipe 'icmp echo')"
	[[ $status -eq 0 && $output == *192.0.2.7* ]]
}

@test "a packet is looked at" {
	run_recipe '--dry-run'
	[[ $status -eq 0 && $output == *'68 65 6c 6c 6f'* ]]
}

@test "names and services" {
	run_recipe 'example.org https' example.org 127.0.0.1
	[[ $status -eq 0 && $output == 127.0.0.1:443 ]]
	printf '%s\n' 127.0.0.1 ::1 >names
	run_recipe '--batch' '--batch' '-n --batch'
	[ "$(cat addresses)" = $'127.0.0.1\t127.0.0.1\n::1\t::1' ]
	run_recipe 'services https' services 'services --builtin'
	[[ $status -eq 0 && $output == 'https 443/tcp'*'ssh 22/tcp' ]]
}

@test "a record of DNS" {
	dns-server --port-file dns 3>&- </dev/null 2>errors &
	processes+=("$!")
	wait_for [ -s dns ]
	run_recipe '--type MX' 192.0.2.53 "127.0.0.1:$(cat dns)" example.org raw-000a016d047465737400.test
	[[ $status -eq 0 && $output == '10 m.test' ]]
}

@test "no recipe is without a test" {
	sed -n "s/.*recipe '\([^']*\)'.*/\1/p; s/.*recipe \"\([^\"]*\)\".*/\1/p" "$BATS_TEST_FILENAME" >words
	recipes | grep -vF -f words >untested || true
	[ ! -s untested ] || fail_at "$(cat untested)"
}

@test "what README.md points to is there" {
	grep -o ']([^)#]*)' "$readme" | tr -d '])(' | while read -r file; do
		[ -e "$tests/../$file" ] || fail_at "$file" || exit 1
	done
	grep -oE '(`|^    |&& )make [a-z-]+' "$readme" | sed 's/.*make //' | sort -u |
		while read -r target; do
			grep -qE "^$target:" "$tests/../Makefile" || fail_at "make $target" || exit 1
		done
}

@test "the figures in README.md and in its picture are those that were measured" {
	need python3
	python3 "$tests/bench/picture.py" check
}

@test "the map of the sources names every file, and only files that exist" {
	[ -d "$tests/../src" ] || skip "no sources here"
	map=$tests/../src/README.md
	cd "$tests/../src"
	sed -n '/^## All files/,$s/^| \([a-z/]*\) | \(.*\) |$/\1 \2/p' "$map" | grep -v '^folder ' |
		while read -r folder stems; do
			[ "$folder" != src ] || folder=.
			for stem in $stems; do
				echo "$folder/$stem"
			done
		done | sed 's,^\./,,' | sort >"$BATS_TEST_TMPDIR/said"
	find . -name '*.c' | sed -E 's,^\./,,; s/\.c$//; s/_(linux|posix|bsd|oldbsd|darwin|freebsd|netbsd|openbsd)$//' |
		sort -u >"$BATS_TEST_TMPDIR/real"
	diff "$BATS_TEST_TMPDIR/real" "$BATS_TEST_TMPDIR/said"
	grep -o '`[a-z_/]*\.[ch]`' "$map" | tr -d '`' | sort -u | while read -r file; do
		[ -e "$file" ] || fail_at "$file" || exit 1
	done
	grep -o '`tests/[a-z_/.]*`' "$map" | tr -d '`' | while read -r file; do
		[ -e "$tests/../$file" ] || fail_at "$file" || exit 1
	done
}
