#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# services.bats - services: names, numbers, ranges, protocols; the system's database and our own.

load lib

need_mounts() {
	need unshare mount
	unshare -rm true 2>/dev/null || skip "cannot make a mount namespace"
}

# with_services FILE ARG... - run sockit services with FILE as /etc/services.
with_services() {
	local file=$1
	shift
	# shellcheck disable=SC2016 # for the inner shell
	run unshare -rm sh -c 'mountover "$0" /etc/services && exec "$@"' "$file" \
		"$SOCKIT" services "$@" 3>&-
}

@test "a name" {
	run_sockit services --builtin http
	[ "$status" -eq 0 ]
	[ "$output" = "http 80/tcp www" ]
}

@test "an alias" {
	run_sockit services --builtin www
	[ "$output" = "http 80/tcp www" ]
}

@test "a name with all its protocols" {
	run_sockit services --builtin domain
	[ "$output" = $'domain 53/tcp\ndomain 53/udp' ]
}

@test "a number" {
	run_sockit services --builtin 22
	[ "$output" = "ssh 22/tcp" ]
}

@test "a range" {
	run_sockit services --builtin 20-23/tcp
	[ "$output" = $'ftp-data 20/tcp\nftp 21/tcp\nssh 22/tcp\ntelnet 23/tcp' ]
}

@test "one protocol of a number, and of a name" {
	run_sockit services --builtin 53/udp domain/tcp
	[ "$output" = $'domain 53/udp\ndomain 53/tcp' ]
	run_sockit services --builtin --proto udp 53
	[ "$output" = "domain 53/udp" ]
	run_sockit services --builtin 53/UDP
	[ "$output" = "domain 53/udp" ]
}

@test "--match looks in names and aliases, in either case" {
	run_sockit services --builtin --match WW
	[ "$output" = "http 80/tcp www" ]
	run_sockit services --builtin --match nosuchthing
	[ "$status" -eq 3 ]
	[[ $output == *nosuchthing* ]]
}

@test "--port and --name print one field alone, once" {
	run_sockit services --builtin --port domain https
	[ "$output" = $'53\n443' ]
	run_sockit services --builtin --name 53 443/tcp
	[ "$output" = $'domain\nhttps' ]
	run_sockit services --port --name 53
	[ "$status" -eq 2 ]
}

@test "--protocols" {
	run_sockit services --builtin --protocols tcp 17 112-115
	[ "$output" = $'tcp 6 TCP\nudp 17 UDP\nvrrp 112 VRRP\nl2tp 115 L2TP' ]
	run_sockit services --builtin --protocols 262
	[ "$output" = "mptcp 262 MPTCP" ]
	run_sockit services --protocols 263
	[ "$status" -eq 2 ]
	run_sockit services --protocols tcp/udp
	[ "$status" -eq 2 ]
}

@test "what is unknown is 3 and named, the others are printed" {
	run_sockit --separate-stderr services --builtin nosuch ssh 49151 --port
	[ "$status" -eq 3 ]
	[ "$output" = 22 ]
	[[ $stderr == *'no such service: "nosuch"'* ]]
	[[ $stderr == *'no such service: "49151"'* ]]
}

@test "what is malformed is 2, and nothing is printed" {
	local word
	for word in 65536 99999 80-22 80- -- 80-99999 "" ssh/ 1-2-3; do
		run_sockit --separate-stderr services --builtin ssh -- "$word"
		[ "$status" -eq 2 ] && [ -z "$output" ] && [[ $stderr == *"\"$word\""* ]] || false
	done
}

@test "--json" {
	run_sockit services --builtin --json http
	[ "$output" = '{"name":"http","port":80,"protocol":"tcp","aliases":["www"],"source":"builtin"}' ]
	run_sockit services --builtin --json --protocols tcp
	[ "$output" = '{"name":"tcp","number":6,"aliases":["TCP"],"source":"builtin"}' ]
}

@test "with --json what is not found is an object among the others" {
	run_sockit -3 --separate-stderr services --builtin --json http nosuch 49151 --port
	[ "$output" = '{"port":80}
{"query":"nosuch","error":"no such service: \"nosuch\"","status":3}
{"query":"49151","error":"no such service: \"49151\"","status":3}' ]
	[ -z "$stderr" ]
	run_sockit -3 --separate-stderr services --builtin --json --match nosuch
	[ "$output" = '{"query":"nosuch","error":"no service matches \"nosuch\"","status":3}' ]
}

@test "without operands, all" {
	run_sockit services --builtin
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -gt 250 ]
}

@test "thirty names are one process" {
	local words
	mapfile -t words < <(sockit services --builtin --name | head -n 30)
	run_sockit services --builtin --name "${words[@]}"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 30 ]
}

@test "the system's database, the same as getent has it" {
	need getent
	[ -s /etc/services ] || skip "no /etc/services here"
	sockit services | tr -s ' ' >ours
	getent services | awk '{ $1 = $1 } 1' |
		awk '{ printf "%s %s", $1, $2; for (i = 3; i <= NF; i++) printf " %s", $i; print "" }' >theirs
	diff ours theirs
}

@test "the same answers as python3's socket module" {
	need python3
	[ -s /etc/services ] || skip "no /etc/services here"
	python3 -c 'import socket
for name in "ssh", "http", "domain", "https", "smtp":
    print(name, socket.getservbyname(name, "tcp"))' >theirs
	local name
	for name in ssh http domain https smtp; do
		echo "$name $(sockit services --port "$name/tcp")"
	done >ours
	diff ours theirs
}

@test "-v says which answered" {
	run_sockit services -v --builtin ssh
	[[ $output == *"built-in table"* ]]
	[ -s /etc/services ] || skip "no /etc/services here"
	run_sockit services -v ssh
	[[ $output == *"this host's database"* ]]
}

@test "a services file of one's own" {
	need_mounts
	printf '# mine\nwidget 7001/tcp gadget doodad # a comment\nwidget 7001/sctp\nbad line\nworse x/tcp\n' >mine
	with_services mine
	[ "$output" = $'widget 7001/tcp gadget doodad\nwidget 7001/sctp' ]
	with_services mine doodad 7001/sctp
	[ "$output" = $'widget 7001/tcp gadget doodad\nwidget 7001/sctp' ]
	with_services mine ssh
	[ "$status" -eq 3 ]
	with_services mine --builtin ssh
	[ "$output" = "ssh 22/tcp" ]
	with_services mine --json 7001/tcp
	[[ $output == *'"source":"system"'* ]]
}

@test "a protocols file of one's own" {
	need_mounts
	printf '# mine\nwidgets 77 WIDGETS wid # a comment\nbad line\nworse 1/tcp\nworst 6/\nlast 250' >mine
	# shellcheck disable=SC2016 # for the inner shell
	run unshare -rm sh -c 'mountover mine /etc/protocols && exec "$@"' sh \
		"$SOCKIT" services -v --protocols 3>&-
	[ "$status" -eq 0 ]
	[ "$output" = "sockit services: using this host's database of protocols
widgets 77 WIDGETS wid
last 250" ]
}

@test "the system's protocols, the same as getent has them" {
	need getent
	[ -s /etc/protocols ] || skip "no /etc/protocols here"
	sockit services --protocols >ours
	getent protocols | tr -s ' ' | sed 's/ $//' >theirs
	diff ours theirs
}

@test "a database without an entry gives way to the table built in, in every command" {
	need_mounts
	local text
	for text in '' $'# nothing\n\n' $'not an entry\n'; do
		printf %s "$text" >empty
		with_services empty -v ssh
		[ "$status" -eq 0 ]
		[[ $output == *"this host has no database"* ]]
		[[ $output == *"ssh 22/tcp"* ]]
	done
}

@test "without a database every command knows the services built in" {
	need_mounts
	need ip
	echo "# no entry" >empty
	cat >world <<-'END'
		mountover empty /etc/services && ip link set lo up || exit
		"$1" tcp-serve --handler discard --ready-file ready --accept 1 127.0.0.1:ftp &
		while [ ! -s ready ]; do sleep 0.05; done
		"$1" tcp-connect -z --all 127.0.0.1 ftp,www
		"$1" tcp-connect 127.0.0.1:postgresq
		"$1" resolve 127.0.0.1 gopher 127.0.0.1 syslog
		wait
	END
	run unshare -rmn timeout $((20 * patience)) sh world "$SOCKIT" 3>&-
	[[ $output == *$'127.0.0.1 21/tcp open ftp\n127.0.0.1 80/tcp closed http\n'* ]]
	[[ $output == *'no such service: "postgresq" (did you mean postgresql?)'* ]]
	[[ $output == *$'127.0.0.1:70\n127.0.0.1:514'* ]]
}

@test "nothing but the binary: in an empty root" {
	need unshare chroot
	unshare -r true 2>/dev/null || skip "cannot make a user namespace"
	mkdir root
	cp "$SOCKIT" root/sockit
	unshare -r chroot root /sockit --version >/dev/null 2>&1 || skip "not a static binary"
	run unshare -r chroot root /sockit services ssh 53/udp
	[ "$status" -eq 0 ]
	[ "$output" = $'ssh 22/tcp\ndomain 53/udp' ]
	run unshare -r chroot root /sockit services -v --protocols tcp
	[ "${lines[0]}" = "sockit services: using the built-in table of protocols: this host has no database of them" ]
	[ "${lines[1]}" = "tcp 6 TCP" ]
}

@test "a full disk is reported" {
	need_full
	run sh -c '"$0" services --builtin >/dev/full' "$SOCKIT"
	[ "$status" -eq 1 ]
	[[ $output == *"no space left"* ]]
}
