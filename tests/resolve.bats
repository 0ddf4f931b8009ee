#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# resolve.bats - resolve: libc's answers about names, addresses and services on this host.
#
# Names are looked up in a mount namespace with the tests' own hosts file and a resolv.conf that
# names the loopback, in a network namespace with nothing else: no query leaves this host.

load lib
load names-lib

setup() {
	enter_tmpdir
	own_names
}

# resolve ARG... - bats' run of it there.
resolve() {
	need_own_names
	run --separate-stderr here "$SOCKIT" resolve "$@"
	! crashed "$status"
}

@test "a name gives its addresses, each once" {
	resolve one.example
	[ "$status" -eq 0 ]
	[ "$output" = 192.0.2.1 ]
	resolve deux
	[ "$output" = 192.0.2.2 ]
}

@test "an address gives its name" {
	resolve 192.0.2.1
	[ "$output" = one.example ]
	resolve 2001:db8::6
	[ "$output" = six.example ]
}

@test "an IPv4 address written as IPv6 has the name of the IPv4 address" {
	resolve ::ffff:192.0.2.1
	[ "$output" = one.example ]
}

@test "no operand gives this host's name" {
	run_sockit resolve
	[ "$output" = "$(uname -n)" ]
	run_sockit resolve --json
	[ "$output" = "{\"name\":\"$(uname -n)\"}" ]
}

@test "--fqdn gives this host's full name" {
	need_own_names
	echo "192.0.2.77 $(uname -n).full.example $(uname -n)" >>hosts
	resolve --fqdn
	[ "$output" = "$(uname -n).full.example" ]
	echo "127.0.0.1 localhost" >hosts
	echo "options timeout:1 attempts:1" >>resolv.conf
	resolve --fqdn
	[ "$status" -ne 0 ]
	[[ $stderr == *"\"$(uname -n)\""* ]]
	local expected=$status
	resolve --fqdn --json
	[ "$status" -eq "$expected" ]
	[[ $output == "{\"query\":\"$(uname -n)\",\"error\":"*"\"status\":$status}" ]]
	[ -z "$stderr" ]
}

@test "a name and a service" {
	resolve one 80
	[ "$output" = 192.0.2.1:80 ]
	resolve one https
	[ "$output" = 192.0.2.1:443 ]
	resolve one tftp
	[ "$output" = 192.0.2.1:69 ]
	resolve six.example 80
	[ "$output" = "[2001:db8::6]:80" ]
	resolve 192.0.2.9 ssh
	[ "$output" = 192.0.2.9:22 ]
}

@test "several names, with services and without" {
	resolve one 80 six.example 192.0.2.2 one
	[ "$output" = $'192.0.2.1:80\n2001:db8::6\ntwo.example\n192.0.2.1' ]
}

@test "families" {
	resolve -4 two
	[ "$output" = 192.0.2.2 ]
	resolve -6 two
	[ "$output" = 2001:db8::2 ]
	resolve two
	[ "${#lines[@]}" -eq 2 ]
}

@test "an address of the wrong family is 2" {
	run_sockit resolve -4 ::1
	[ "$status" -eq 2 ]
	run_sockit resolve -6 127.0.0.1
	[ "$status" -eq 2 ]
}

@test "-n normalises addresses and refuses names" {
	run_sockit resolve -n 2130706433 2001:DB8:0::1 '<broadcast>'
	[ "$status" -eq 0 ]
	[ "$output" = $'127.0.0.1\n2001:db8::1\n255.255.255.255' ]
	run_sockit --separate-stderr resolve -n 127.0.0.1 localhost
	[ "$status" -eq 2 ]
	[ -z "$output" ]
	[[ $stderr == *localhost* ]]
}

@test "an integer and a zone are hosts" {
	resolve 2130706433
	[ "$output" = localhost ]
	resolve fe80::1%lo 80
	[ "$output" = "[fe80::1%lo]:80" ]
	resolve fe80::1%nosuch
	[ "$status" -eq 3 ]
	[[ $stderr == *nosuch* ]]
	resolve 4294967296
	[ "$status" -eq 3 ]
}

@test "the empty host is this host" {
	resolve "" 80
	[ "$output" = $'[::1]:80\n127.0.0.1:80' ]
	resolve '*' 80
	[ "$output" = $'[::1]:80\n127.0.0.1:80' ]
}

@test "--all gives every tuple" {
	resolve --all deux
	[ "$(tr -s ' ' <<<"$output" | head -n 2)" = "inet stream tcp 192.0.2.2 0 two.example
inet dgram udp 192.0.2.2 0 two.example" ]
	resolve --all one 443
	[ "$(tr -s ' ' <<<"${lines[0]}")" = "inet stream tcp 192.0.2.1 443 one.example" ]
}

@test "--canonical gives the canonical name first" {
	resolve --canonical deux
	[ "$output" = $'two.example\n192.0.2.2' ]
}

@test "a name that nobody knows is 5 while no name service answers" {
	echo "options timeout:1 attempts:1" >>resolv.conf
	resolve nosuch.example
	[ "$status" -eq 5 ]
	[[ $stderr == *'no answer from the name service for "nosuch.example"'* ]]
}

# resolve_in_silence ARG... - run it with a DNS server that never answers as the only one.
resolve_in_silence() {
	# shellcheck disable=SC2016 # for the inner shell
	with_silence '"$SOCKIT" resolve "$@"' "$@"
}

@test "-w gives up" {
	resolve_in_silence -w 2s nosuch.example one
	[ "$status" -eq 5 ]
	[ "$output" = 192.0.2.1 ]
	[[ $stderr == *'no answer for "nosuch.example" within 2'* ]]
}

@test "-w gives up on this host's full name, too" {
	echo 127.0.0.1 localhost >hosts
	resolve_in_silence --fqdn -w 300ms
	[ "$status" -eq 5 ]
	[[ $stderr == *"no answer for \"$(uname -n)\" within 0.3"* ]]
}

@test "in a batch -w is for each name, however many wait before it" {
	seq -f 'n%.0f.example' 100 >names
	for _ in {1..20}; do echo one; done >>names
	resolve_in_silence --batch=names -w 1500ms
	[ "$status" -eq 3 ]
	[ "${#lines[@]}" -eq 120 ]
	[ "$(grep -c 'error: no answer for .* within 1.5' <<<"$output")" -eq 100 ]
	[ "$(grep -c "^one	192.0.2.1$" <<<"$output")" -eq 20 ]
}

@test "a name under .invalid does not exist, whoever could be asked" {
	resolve_in_silence a.invalid B.Invalid. invalid
	[ "$status" -eq 3 ]
	[ "$(grep -c 'no such host' <<<"$stderr")" -eq 3 ]
	echo "192.0.2.9 listed.invalid" >>hosts
	resolve listed.invalid
	[ "$output" = 192.0.2.9 ]
}

@test "localhost and the names under it are the loopback addresses, whoever could be asked" {
	echo "192.0.2.9 other.localhost" >hosts
	resolve_in_silence LOCALHOST
	[ "$output" = $'::1\n127.0.0.1' ]
	resolve_in_silence -4 localhost. a.b.localhost other.localhost
	[ "$output" = $'127.0.0.1\n127.0.0.1\n192.0.2.9' ]
	resolve_in_silence -6 a.localhost 80
	[ "$output" = "[::1]:80" ]
	echo "127.0.0.1 localhost" >hosts
	resolve_in_silence localhost.
	[ "$output" = $'::1\n127.0.0.1' ]
}

# with_dns ARG... - run sockit resolve with a dnsmasq at port 53 of the namespace.
with_dns() {
	need dnsmasq
	need_own_names
	cat >with-dns.sh <<-'END'
		dnsmasq -C /dev/null -d -R -h --listen-address=127.0.0.1 --bind-interfaces \
			--local=/example/ --address=/many.example/192.0.2.7 --host-record=four.example,192.0.2.4 \
			--ptr-record=200.2.0.192.in-addr.arpa,evil.example --local=/arpa/ \
			--cname=also.example,four.example >dnsmasq.log 2>&1 &
		server=$!
		try=0
		until [ $try -ge 100 ] ||
			"$SOCKIT" resolve --server 127.0.0.1 ready.example 2>&1 | grep -q 'no such name'; do
			try=$((try + 1))
			sleep 0.1
		done
		"$SOCKIT" resolve "$@"
		status=$?
		kill $server
		wait
		exit $status
	END
	export SOCKIT
	run --separate-stderr here sh with-dns.sh "$@"
	! crashed "$status"
}

@test "names of a DNS server, through libc" {
	with_dns four.example
	[ "$output" = 192.0.2.4 ]
	with_dns --canonical also.example
	[ "$output" = $'four.example\n192.0.2.4' ]
	with_dns 192.0.2.200
	[ "$output" = evil.example ]
}

@test "no such name is 3, and so is an address without a name" {
	with_dns nosuch.example
	[ "$status" -eq 3 ]
	[[ $stderr == *'no such host: "nosuch.example"'* ]]
	with_dns 192.0.2.99
	[ "$status" -eq 3 ]
	[[ $stderr == *"no name for 192.0.2.99"* ]]
	with_dns -6 four.example
	[ "$status" -eq 3 ]
	[[ $stderr == *'no IPv6 address for "four.example"'* ]]
}

@test "a name without an address of the family is 3 and says so" {
	with_dns -6 one.example
	[ "$status" -eq 3 ]
	[[ $stderr == *'no IPv6 address for "one.example"'* ]]
}

@test "the word behind a name that is no service is asked for as a name, and told as both" {
	with_dns four.example nosuch.example
	[ "$status" -eq 3 ]
	[ "$output" = 192.0.2.4 ]
	[[ $stderr == *'no such host: "nosuch.example" (and no such service)'* ]]
}

@test "a batch keeps the order of its input, and every line has one" {
	printf 'one\n 192.0.2.2 \r\nnosuch.example\n\nsix.example\nlast.example' >names
	with_dns --batch=names
	[ "$status" -eq 3 ]
	[ -z "$stderr" ]
	[ "$output" = 'one	192.0.2.1
192.0.2.2	two.example
nosuch.example	error: no such host: "nosuch.example"
	error: the line is empty
six.example	2001:db8::6
last.example	error: no such host: "last.example"' ]
}

@test "a batch of thousands" {
	seq -f 'h%.0f.many.example' 3000 >names
	with_dns -4 --batch=names --parallel 8
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 3000 ]
	[ "${lines[0]}" = $'h1.many.example\t192.0.2.7' ]
	[ "${lines[2999]}" = $'h3000.many.example\t192.0.2.7' ]
}

@test "in a batch output flows while input still comes" {
	need_own_names
	mkfifo in out
	here "$SOCKIT" resolve --batch <in >out &
	processes+=("$!")
	exec 5>in 6<out
	while read -r name answer; do
		echo "$name" >&5
		read -r -t $((20 * patience)) line <&6
		[ "$line" = "$name	$answer" ]
	done <<<$'one 192.0.2.1\nsix.example 2001:db8::6'
	exec 5>&-
	wait_exit "${processes[0]}"
	[ "$status" -eq 0 ]
	[ -z "$(cat <&6)" ]
}

# memory_for COUNT NAME [OPTION] - print the most memory, in KiB, that a batch of this many lines
# takes.
memory_for() {
	yes "$2" | head -n "$1" | here "$PEERS/peak" peak "$SOCKIT" resolve --batch "${@:3}" | wc -l >count
	[ "$(cat count)" -eq "$1" ] && cat peak
}

@test "a long batch stays small" {
	need_own_names
	[ -z "${SOCKIT_TEST_CHECKER:-}" ] || skip "$SOCKIT_TEST_CHECKER needs memory of its own"
	# A sanitizer keeps freed memory for a while: limit that.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=1
	for way in '192.0.2.1 -n' one; do
		read -r name option <<<"$way"
		few=$(memory_for 20000 "$name" $option)
		many=$(memory_for 150000 "$name" $option)
		((many * 5 < few * 6 + 5120))
	done
}

@test "lines that can be no name are errors, whatever they hold" {
	{
		head -c 100000 /dev/zero | tr '\0' a
		printf '\nnul\0byte\n127.0.0.1\n'
		head -c 5000 /dev/zero | tr '\0' x
	} >names
	run_sockit resolve -n --batch=names
	[ "$status" -eq 3 ]
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} == *"error: the line is too long for a name" ]]
	[[ ${lines[1]} == *"error: a name cannot contain a NUL byte" ]]
	[ "${lines[2]}" = $'127.0.0.1\t127.0.0.1' ]
}

@test "an empty batch is nothing" {
	run_sockit resolve --batch </dev/null
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run_sockit resolve --batch=nosuchfile
	[ "$status" -eq 3 ]
	run_sockit resolve --batch=/
	[ "$status" -eq 1 ]
}

@test "--json" {
	resolve --json one
	[ "$output" = '{"query":"one","addresses":["192.0.2.1"]}' ]
	resolve --json --canonical deux
	[ "$output" = '{"query":"deux","addresses":["192.0.2.2"],"canonical":"two.example"}' ]
	resolve --json 192.0.2.1
	[ "$output" = '{"query":"192.0.2.1","name":"one.example"}' ]
	resolve --json one 80
	[ "$output" = '{"query":"one","addresses":["192.0.2.1:80"]}' ]
	resolve --json --all one 80
	[ "${lines[0]}" = '{"query":"one","family":"inet","type":"stream","protocol":"tcp","address":"192.0.2.1","port":80,"canonical":"one.example"}' ]
	with_dns --json -6 one.example
	[ "$status" -eq 3 ]
	[ "$output" = '{"query":"one.example","error":"no IPv6 address for \"one.example\"","status":3}' ]
}

@test "the same addresses as getent" {
	need getent
	need_own_names
	local name
	for name in one two deux six.example localhost; do
		here getent ahosts "$name" | awk '{ print $1 }' | sort -u >theirs
		here "$SOCKIT" resolve "$name" | sort -u >ours
		diff ours theirs || false
	done
}

@test "the same addresses, in the same order, as python3" {
	need python3
	need_own_names
	local name
	for name in one two six.example localhost; do
		here python3 -c 'import socket, sys
for one in socket.getaddrinfo(sys.argv[1], None, type=socket.SOCK_STREAM):
    print(one[4][0])' "$name" >theirs
		here "$SOCKIT" resolve "$name" >ours
		diff ours theirs || false
	done
	here python3 -c 'import socket
print(socket.gethostbyaddr("192.0.2.2")[0])' >theirs
	here "$SOCKIT" resolve 192.0.2.2 >ours
	diff ours theirs
}

@test "a name that is not ASCII is looked up in its form for the DNS, or the error asks for that" {
	echo "192.0.2.8 xn--mller-kva.test" >>hosts
	resolve xn--mller-kva.test
	[ "$output" = 192.0.2.8 ]
	resolve müller.test
	case $status in
	0) [ "$output" = 192.0.2.8 ] ;;
	*) [[ $status -eq 2 && $stderr == *'"müller.test"'*xn--* ]] ;;
	esac
	run_sockit -2 resolve --type A müller.test
	[[ $output == *'"müller.test"'*xn--* ]]
}

@test "options that contradict each other are refused" {
	local words
	for words in "--batch one" "--fqdn one" "--all" "--type MX" "--batch --all" \
		"--type A --all one" "--parallel 0 one" "--parallel 9999 one" "-n --fqdn" "--server"; do
		# shellcheck disable=SC2086 # words
		run_sockit resolve $words </dev/null
		[ "$status" -eq 2 ] || false
	done
}

@test "nothing but the binary: in an empty root" {
	need unshare chroot
	unshare -rn true 2>/dev/null || skip "cannot make a user namespace"
	mkdir root
	cp "$SOCKIT" root/sockit
	unshare -r chroot root /sockit --version >/dev/null 2>&1 || skip "not a static binary"
	run unshare -rn chroot root /sockit resolve -n 127.0.0.1 ::1
	[ "$output" = $'127.0.0.1\n::1' ]
	run unshare -rn chroot root /sockit resolve 127.0.0.1 https
	[ "$output" = 127.0.0.1:443 ]
	run unshare -rn chroot root /sockit resolve --type A a.example
	[ "$status" -eq 3 ]
	[[ $output == *"/etc/resolv.conf"*"--server"* ]]
	run unshare -rn chroot root /sockit resolve -w 500ms a.example
	[ "$status" -ne 0 ]
	[[ $output == *a.example* ]]
}

many_addresses() {
	awk -v count="$1" 'BEGIN { for (i = 0; i < count; i++) print "10.0.0." i % 250 + 1 }'
}

@test "a full disk ends a batch, with look-ups under way" {
	need_full
	many_addresses 10000 >many
	run sh -c '"$0" resolve -n --batch=many >/dev/full' "$SOCKIT"
	[ "$status" -eq 1 ]
	[[ $output == *"cannot write to standard output: no space left"* ]]
}

@test "a full disk is reported, a closed pipe is told the way of cat" {
	need_full
	run sh -c '"$0" resolve -n 127.0.0.1 >/dev/full' "$SOCKIT"
	[ "$status" -eq 1 ]
	[[ $output == *"no space left"* ]]
	many_addresses 100000 >many
	expect_signal PIPE
	run bash -c '"$0" resolve -n --batch=many | head -n 1; exit "${PIPESTATUS[0]}"' "$SOCKIT"
	[ "$status" -eq 141 ]
}

@test "SIGUSR1 and --progress tell how far a batch is, and --stats how it went" {
	mkfifo input
	start_sockit resolve -n --batch=input
	exec 4>input
	printf '192.0.2.1\nnosuch.invalid\n' >&4
	wait_for grep -q nosuch "$out"
	kill -s USR1 "$pid"
	wait_for grep -q '^2 names  .*  1 error$' "$err"
	exec 4>&-
	wait_exit "$pid"
	[ "$status" -eq 3 ]
	run_sockit -0 --separate-stderr resolve -n --progress=always --stats=json 192.0.2.1 192.0.2.2
	[[ $stderr == *"2 of 2 names"*"100%"* ]]
	[[ $stderr == *'{"command":"resolve",'*'"reason":"done","errors":0,"names":2}'* ]]
}

@test "a host and a port in one word: the two words to type" {
	run_sockit -3 resolve 127.0.0.1:80
	[[ $output == *'no such host: "127.0.0.1:80" (did you mean 127.0.0.1 80?)' ]]
	run_sockit -3 resolve '[::1]:http'
	[[ $output == *'(did you mean ::1 http?)' ]]
}

@test "a block of addresses as an operand is sent to --batch" {
	for option in '' '--type PTR --server 127.0.0.1:9'; do
		# shellcheck disable=SC2086
		run_sockit -2 resolve $option 192.0.2.0/30
		[[ $output == *'"192.0.2.0/30" is a block of addresses, which requires --batch (echo 192.0.2.0/30 | '* ]]
	done
}

@test "a block of addresses in a batch is each of them" {
	need_own_names
	echo 192.0.2.0/30 >blocks
	resolve --batch=blocks -w 5s
	[ "${#lines[@]}" -eq 4 ]
	[ "${lines[1]}" = $'192.0.2.1\tone.example' ]
	[ "${lines[2]}" = $'192.0.2.2\ttwo.example' ]
	printf '%s\n' 192.0.2.130/31 2001:db8::ff/127 10.0.0.1/32 2001:db8::/64 ::/96x 192.0.2.0/33 >blocks
	run_sockit resolve -n --batch=blocks
	[ "$status" -eq 3 ]
	[ "$(cut -f 1 <<<"$output")" = $'192.0.2.130\n192.0.2.131\n2001:db8::fe\n2001:db8::ff\n10.0.0.1\n2001:db8::/64\n::/96x\n192.0.2.0/33' ]
	[[ ${lines[5]} == *"error: the block has more than 4294967296 addresses" ]]
	[[ ${lines[7]} == *"error: the prefix is longer than the address" ]]
}

@test "a block larger than what is read ahead is answered to its end" {
	echo 10.0.0.0/15 >blocks
	run bash -c '"$0" resolve -n --batch=blocks | sort -u | wc -l' "$SOCKIT"
	[ "$((output))" -eq 131072 ]
}

@test "SIGUSR1 does not end the look-up of this host's full name" {
	need_signals
	echo 127.0.0.1 localhost >hosts
	# shellcheck disable=SC2016 # for the inner shell
	with_silence '
		echo "options timeout:1 attempts:1" >>resolv.conf
		"$SOCKIT" resolve --fqdn &
		pid=$!
		catches() { [ "$((0x$(sed -n "s/^SigCgt:.*\(...\)\$/\1/p" /proc/$pid/status) & 0x200))" -ne 0 ]; }
		wait_for catches
		kill -s USR1 $pid
		wait $pid
		echo "status $?"'
	[ "$output" = "status 5" ]
}

@test "SIGUSR1 does not end a batch that waits for its file" {
	need_signals
	mkfifo names
	start_sockit resolve -n --batch=names
	wait_for catches_usr1 "$pid"
	for _ in {1..5}; do
		kill -s USR1 "$pid"
	done
	echo 127.0.0.1 >names
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

@test "SIGUSR1 does not end queries of DNS either" {
	# shellcheck disable=SC2016 # for the inner shell
	with_silence '
		"$SOCKIT" resolve -vv --type A,MX -w 2s one.example two.example >answers 2>errors &
		wait_for grep -q asking errors
		kill -s USR1 $!
		wait_for grep -q "^0 of 2 names" errors
		wait $!
		echo "status $?"'
	[ "$output" = "status 5" ]
}
