#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# dns.bats - resolve --type: questions to the tests' own DNS server, and what comes back.
#
# Every question stays on the loopback: --server is always given, or a network namespace has no other way.

load lib
load dnsmasq

# start_dns [OPTION...] - start tests/peer/dns-server.c; sets dns (127.0.0.1:PORT), dns_pid and
# dns_log. A question is sent again if the server is slow to answer, and is then there twice.
start_dns() {
	started=$((started + 1))
	local ready=$BATS_TEST_TMPDIR/dns.$started.port
	dns_log=$BATS_TEST_TMPDIR/dns.$started.log
	: >"$dns_log"
	dns-server --port-file "$ready" --log "$dns_log" "$@" 3>&- </dev/null \
		2>"$BATS_TEST_TMPDIR/dns.$started.err" &
	dns_pid=$!
	processes+=("$dns_pid")
	wait_for settled "$dns_pid" "$ready" || return 1
	dns_port=$(cat "$ready")
	dns=127.0.0.1:$dns_port
}

# ask TYPE NAME [OPTION...]
ask() {
	run_sockit resolve --server "$dns" --type "$@"
}

# gives TEXT ARG... - resolve ARG... prints that. For wait_for, as a busy machine may take all of -w
# now and then, but only a fault does so each time.
gives() {
	run_sockit resolve "${@:2}"
	[ "$output" = "$1" ]
}

# records - TYPE, the data in hex, and how they print, for every form of data.
records() {
	cat <<'END'
A c0000201 192.0.2.1
WKS 0a000001060000004000000000000080 10.0.0.1 6 25 80
WKS 0a00000111 10.0.0.1 17
HIP 10020004200100107b1a74df365639cc39f1d57801020304 2 200100107B1A74DF365639CC39F1D578 AQIDBA==
HIP 10020004200100107b1a74df365639cc39f1d5780102030403727673047465737400 2 200100107B1A74DF365639CC39F1D578 AQIDBA== rvs.test
AMTRELAY 0a00 10 0 0 .
AMTRELAY 0a01cb00710f 10 0 1 203.0.113.15
AMTRELAY 0a8220010db8000000000000000000000015 10 1 2 2001:db8::15
AMTRELAY 0a0305616d74726c047465737400 10 0 3 amtrl.test
AAAA 20010db8000000000000000000000001 2001:db8::1
NS 026e73047465737400 ns.test
CNAME 0163047465737400 c.test
PTR 0170047465737400 p.test
DNAME 0164047465737400 d.test
SOA 026e7304746573740004686f737404746573740000000001000000020000000300000004ffffffff ns.test host.test 1 2 3 4 4294967295
MX 000a016d047465737400 10 m.test
MX 000000 0 .
HINFO 054350552078024f53 "CPU x" "OS"
RP 01610162000163016400 a.b c.d
TXT 056122625c6300 "a\"b\\c" ""
TXT 0400ff0a1b "\000\255\010\027"
AFSDB 00010178017900 1 x.y
KX 00010178017900 1 x.y
SRV 0001000200030178017900 1 2 3 x.y
NAPTR 000100020175074532552b7369700c215e2e2a24217369703a782100 1 2 "u" "E2U+sip" "!^.*$!sip:x!" .
DS 4f660802000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 20326 8 2 000102030405060708090A0B0C0D0E0F101112131415161718191A1B 1C1D1E1F
SSHFP 040900010203 4 9 00010203
DNSKEY 01010308000102030405 257 3 8 AAECAwQF
RRSIG 0001080200000e106553f10064bb5a80007b03736967047465737400000102 A 8 2 3600 20231114221320 20230722042640 123 sig.test AAEC
RRSIG 0001080200000e10e000000080000000007b03736967047465737400000102 A 8 2 3600 20890201113944 20380119031408 123 sig.test AAEC
NSEC 046e6578740474657374000006400000080003 next.test A AAAA RRSIG NSEC
NSEC3PARAM 0100000a00 1 0 10 -
TLSA 03010100010203 3 1 1 00010203
OPENPGPKEY 000102030405 AAECAwQF
CAA 800569737375656c657473656e63727970742e6f7267 128 issue "letsencrypt.org"
CAA 8005696f646566 128 iodef ""
URI 000a0001 10 1 ""
URI 000a00016674703a2f2f782f227922 10 1 "ftp://x/\"y\""
EUI48 000102030405 00-01-02-03-04-05
HTTPS 000100000100060268320268330003000201bb000400040a0000010006001000000000000000000000000000000001 1 . alpn="h2,h3" port=443 ipv4hint=10.0.0.1 ipv6hint=::1
SVCB 000005616c696173047465737400 0 alias.test
LOC 002325238ce82360854a10a000989a68 60 9 0.000 N 24 39 0.000 E 10.00m 20m 2000m 20m
LOC 005000926cb0270059604e0000000000 90 0 0.000 S 180 0 0.000 W -100000.00m 0.05m 0.00m 9m
LOC 01020304 \# 4 01020304
CERT 0003000100000102 PGP 1 0 AAEC
CERT 00010002080001020304 PKIX 2 RSASHA256 AAECAwQ=
CERT ffff0002fb00 65535 2 251 AA==
APL 00011503c0a82000011c83c0a8260002200420010db80001000000020000 1:192.168.32.0/21 !1:192.168.38.0/28 2:2001:db8::/32 1:0.0.0.0/0 2:::/0
APL 0003080101 \# 5 0003080101
IPSECKEY 0a0102c00002260102 10 1 2 192.0.2.38 AQI=
IPSECKEY 0a0202200100000000000000000000000000010102 10 2 2 2001::1 AQI=
IPSECKEY 0a03020267770474657374000102 10 3 2 gw.test AQI=
IPSECKEY 0a00020102 10 0 2 . AQI=
X25 0433313130 "3110"
ISDN 0131023135 "1" "15"
GPOS 022d33013103312e30 "-3" "1" "1.0"
PX 000a0178000179017a00 10 x y.z
NINFO 01610162 "a" "b"
RKEY 00000305000102 0 3 5 AAEC
TALINK 0161000162017400 a b.t
NID 000a00144fffff20ee64 10 14:4fff:ff20:ee64
L32 000a0a010200 10 10.1.2.0
L64 000a20010db811401000 10 2001:db8:1140:1000
LP 000a0178017900 10 x.y
AVC 01610162 "a" "b"
TA ec4505f0aabb 60485 5 240 AABB
DLV ec4505f0aabb 60485 5 240 AABB
TYPE999 010203 \# 3 010203
TYPE998 _ \# 0
END
}

# each_record COMMAND - run COMMAND TYPE NAME EXPECTED for each of them.
each_record() {
	local line type hex rest
	while read -r line; do
		type=${line%% *} rest=${line#* }
		hex=${rest%% *} rest=${rest#* }
		local name=raw-$hex labels=""
		while ((${#name} > 60)); do
			labels+=${name:0:60}.
			name=${name:60}
		done
		"$1" "$type" "$labels$name.test" "$rest" || return 1
	done < <(records)
}

prints() {
	run_sockit resolve --server "$dns" --type "$1" "$2"
	if [ "$output" != "$3" ]; then
		printf '%s: %s\nnot: %s\n' "$1" "$output" "$3" >&2
		return 1
	fi
}

as_question() {
	echo "-t $1 $2"
}

prints_as_theirs() {
	local theirs
	read -r theirs <&5
	prints "$1" "$2" "$theirs"
}

@test "every type prints as in a zone file" {
	start_dns
	each_record prints
}

@test "every type prints as dig +short prints it, but for the final dot" {
	need dig
	start_dns
	each_record as_question >questions
	# dig ends names with a dot.
	dig +short +noedns -p "$dns_port" @127.0.0.1 -f questions | sed -E 's/([a-z])\.( |$)/\1\2/g' >theirs
	each_record prints_as_theirs 5<theirs
	[ "$(wc -l <theirs)" -eq "$(wc -l <questions)" ]
}

@test "a real server's records" {
	start_dnsmasq host-record=a.test,192.0.2.1,2001:db8::1 cname=alias.test,a.test \
		mx-host=m.test,mail.m.test,10 srv-host=_http._tcp.s.test,web.test,8080,5,6 \
		'txt-record=t.test,hello world,more' ptr-record=9.2.0.192.in-addr.arpa,nine.test
	ask A a.test
	[ "$output" = 192.0.2.1 ]
	ask AAAA a.test
	[ "$output" = 2001:db8::1 ]
	ask A alias.test
	[ "$output" = $'a.test\n192.0.2.1' ]
	ask MX m.test
	[ "$output" = "10 mail.m.test" ]
	ask SRV _http._tcp.s.test
	[ "$output" = "5 6 8080 web.test" ]
	ask TXT t.test
	[ "$output" = '"hello world" "more"' ]
	ask PTR 192.0.2.9
	[ "$output" = nine.test ]
	ask ANY a.test
	[ "$status" -eq 0 ]
}

@test "--server alone asks for A, and for the name of an address" {
	start_dnsmasq host-record=a.test,192.0.2.1
	run_sockit resolve --server "$dns" a.test
	[ "$output" = 192.0.2.1 ]
	run_sockit resolve --server "$dns" 192.0.2.1
	[ "$output" = a.test ]
}

@test "no such name is 3, and so is no record of the type" {
	start_dnsmasq host-record=a.test,192.0.2.1
	ask A nosuch.test
	[ "$status" -eq 3 ]
	[ "$output" = 'sockit resolve: no such name: "nosuch.test"' ]
	ask MX a.test
	[ "$status" -eq 3 ]
	[ "$output" = 'sockit resolve: no record of type MX: "a.test"' ]
}

@test "a failing server is 5, a refusing one 4, another error 1" {
	start_dns
	ask A rcode-2.test
	[ "$status" -eq 5 ]
	[[ $output == *"$dns answers SERVFAIL"* ]]
	ask A rcode-5.test
	[ "$status" -eq 4 ]
	[[ $output == *"answers REFUSED"* ]]
	ask A rcode-4.test
	[ "$status" -eq 1 ]
	[[ $output == *"answers NOTIMP"* ]]
	ask A rcode-11.test
	[ "$status" -eq 1 ]
	[[ $output == *"the error 11"* ]]
	ask A bare-5.test
	[ "$status" -eq 4 ]
}

@test "nobody there is 4" {
	dns=127.0.0.1:$(freeport)
	ask A a.test
	[ "$status" -eq 4 ]
	[[ $output == *"cannot ask $dns: connection refused"* ]]
	ask A a.test --tcp
	[ "$status" -eq 4 ]
}

@test "where nobody listens each question of a batch is sent once" {
	dns=127.0.0.1:$(freeport)
	seq -f 'n%.0f.test' 200 >names
	run_sockit resolve --server "$dns" --type A -vv --batch=names
	[ "$status" -eq 3 ]
	[ "$(grep -c 'refused' <<<"$output")" -eq 200 ]
	[ "$(grep -c ': asking ' <<<"$output")" -eq 200 ]
}

@test "a truncated answer is asked for again over TCP" {
	start_dns
	ask A a-200.test
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 200 ]
	[ "$(uniq "$dns_log")" = $'udp a-200.test 1\ntcp a-200.test 1' ]
	ask A a-200.test -vv
	[[ $output == *"asking $dns (UDP, try 1)"*"asking $dns (TCP, try 1)"* ]]
}

@test "a truncated answer of dnsmasq comes whole" {
	local words=() i
	for i in {1..60}; do
		words+=("txt-record=big.test,part $i of a text that is long enough")
	done
	start_dnsmasq "${words[@]}"
	ask TXT big.test
	[ "${#lines[@]}" -eq 60 ]
}

@test "--tcp asks over TCP alone" {
	start_dns
	ask A a-1.test --tcp
	[ "$output" = 192.0.2.0 ]
	[ "$(cat "$dns_log")" = "tcp a-1.test 1" ]
}

@test "a batch over TCP leaves no port behind that is waiting" {
	[ -e /proc/net/tcp ] || skip "no /proc/net/tcp here"
	start_dnsmasq address=/many.test/192.0.2.7
	seq -f 'h%.0f.many.test' 50 >names
	sockit resolve --server "$dns" --type A --tcp -w 20s --batch=names >out
	[ "$(grep -c $'\t192.0.2.7$' out)" -eq 50 ]
	# State 6 is TIME_WAIT.
	awk -v port="0100007F:$(printf %04X "$dns_port")" '$3 == port && $4 == "06"' /proc/net/tcp >waiting
	[ ! -s waiting ]
}

@test "an answer cut short over TCP is an error" {
	start_dns
	ask A half.test --tcp
	[ "$status" -eq 1 ]
	[[ $output == *"malformed answer"*"ended too early"* ]]
}

@test "no answer is 5 after -w" {
	start_dns
	ask A silent.test -w 500ms
	[ "$status" -eq 5 ]
	[[ $output == *"no answer from $dns"* ]]
	# If everything is slow, the time may be over before it has asked as many times as it would.
	asks_thrice() {
		local before
		before=$(wc -l <"$dns_log")
		ask A silent.test -w 500ms
		[ "$(wc -l <"$dns_log")" -eq $((before + 3)) ]
	}
	wait_for asks_thrice
}

@test "a lost question is asked again" {
	start_dns
	local try=0
	asked_again() {
		try=$((try + 1))
		gives 192.0.2.1 --server "$dns" --type A "lost-$1.$try.test" -w 4s
	}
	wait_for asked_again 1
	wait_for asked_again 2
	# However much time there is, losing the datagram costs little of it.
	ask A lost-1.once.test -w 1h
	[ "$output" = 192.0.2.1 ]
}

# ignored NAME - the answer comes and is not accepted. If everything is slow it is late, and gets
# more time.
ignored() {
	local ms
	for ms in 200 1000 5000 25000; do
		ask A "$1.test" -w "${ms}ms"
		[ "$status" -eq 5 ] || return 1
		[[ $output != *" to other questions w"* ]] || return 0
	done
	return 1
}

@test "an answer with another id, question or direction is not taken" {
	start_dns
	local name
	for name in id question type query tiny empty no-question; do
		ignored "$name"
	done
}

@test "an answer from another address is not taken" {
	start_dns
	ask A sender.test
	[ "$output" = 192.0.2.1 ]
}

@test "a malformed answer is 1 and says why" {
	start_dns
	local name
	for name in loop forward label endless rdlength data long-data more fewer rest cut; do
		ask A "$name.test"
		[ "$status" -eq 1 ] && [[ $output == *"malformed answer from $dns: "* ]] || false
		ask A "$name.test" --tcp
		[ "$status" -eq 1 ] && [[ $output == *"malformed answer from $dns: "* ]] || false
	done
	ask TXT txt.test
	[ "$status" -eq 1 ]
	[[ $output == *"the data of a record end early"* ]]
	# Four bytes too short, a latitude of 91 degrees, a size that is not a digit; a prefix of 33
	# bits, cut short.
	for name in LOC-raw-002325238ce82360854a10a0 LOC-raw-00232523938580808000000000000000 \
		LOC-raw-00012323800000008000000000000000 APL-raw-000121010a APL-raw-000108020a; do
		ask "${name%%-*}" "${name#*-}.test"
		[ "$status" -eq 1 ] && [[ $output == *"malformed answer from $dns: "* ]] || false
	done
}

@test "records about another name are no answer" {
	start_dns
	local name
	for name in other stray; do
		ask A "$name.test"
		[ "$status" -eq 1 ] && [[ $output == *"a record is about another name"* ]] || false
	done
	ask A long.test
	[ "$status" -eq 1 ]
	[[ $output == *"too many aliases"* ]]
}

@test "aliases are followed in whatever order they come" {
	start_dns
	ask A aliases-3.test
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 4 ]
	[ "${lines[0]}" = 192.0.2.1 ]
	run_sockit resolve --server "$dns" --type A --batch < <(echo aliases-40.test)
	[ "$output" = $'aliases-40.test\t192.0.2.1' ]
	ask A round.test
	[ "$status" -eq 3 ]
	[[ $output == *"no record of type A"* ]]
}

@test "with two servers the second is asked when the first fails" {
	start_dns
	local first=$dns
	start_dns
	run_sockit resolve --server "$first" --server "$dns" --type A rcode-2.test
	[ "$status" -eq 5 ]
	[[ $output == *"$dns answers SERVFAIL"* ]]
	stop "${processes[0]}"
	run_sockit resolve --server "$first" --server "$dns" --type A a-1.test
	[ "$output" = 192.0.2.0 ]
}

@test "a slow server is waited for when the other one is dead" {
	local dead
	dead=127.0.0.1:$(freeport)
	start_dns
	wait_for gives 192.0.2.1 --server "$dead" --server "$dns" --type A delay-900.test -w 4s
	wait_for gives 192.0.2.1 --server "$dns" --server "$dead" --type A delay-900.test -w 4s
}

@test "a server that is silent over TCP leaves time for the next" {
	start_dns
	start_server --handler discard
	run_sockit resolve --server "127.0.0.1:$port" --server "$dns" --type A a-1.test --tcp -w 6s
	[ "$output" = 192.0.2.0 ]
}

@test "a truncated answer whose rest nobody gives is 4" {
	start_dns --no-tcp
	ask A a-200.test
	[ "$status" -eq 4 ]
	[[ $output == *"cannot ask $dns: connection refused"* ]]
}

@test "few descriptors only make a batch over TCP slower" {
	start_dns
	seq -f 'a-1.n%.0f.test' 300 >names
	(ulimit -n 30 && sockit resolve --server "$dns" --type A --tcp -w 20s --batch=names >out)
	[ "$(grep -c $'\t192.0.2.0$' out)" -eq 300 ]
}

@test "a flood of answers with other ids is no answer, and ends nothing" {
	start_dns
	# No more than a socket's buffer holds, so that only their ids decide.
	ask A flood-100.test -w 2s
	[ "$status" -eq 5 ]
	[[ $output == *"answers to other questions were ignored"* ]]
	printf '%s\n' flood-100.test a-1.test >names
	run_sockit resolve --server "$dns" --type A -w 3s --batch=names
	[ "${lines[1]}" = $'a-1.test\t192.0.2.0' ]
}

@test "questions do not all leave from one port" {
	start_dns
	seq -f 'port.n%.0f.test' 320 >names
	sockit resolve --server "$dns" --type A --batch=names | cut -f 2 | sort -u >ports
	[ "$(wc -l <ports)" -ge 15 ]
}

@test "an IPv6 server" {
	need_ipv6
	start_dns --address ::1
	run_sockit resolve --server "[::1]:$dns_port" --type A a-1.test
	[ "$output" = 192.0.2.0 ]
	run_sockit resolve -4 --server "[::1]:$dns_port" --type A a-1.test
	[ "$status" -eq 2 ]
}

@test "--json gives name, ttl, type and data" {
	start_dns
	ask MX raw-000a016d047465737400.test --json
	[ "$output" = '{"query":"raw-000a016d047465737400.test","type":"MX","records":[{"name":"raw-000a016d047465737400.test","ttl":60,"type":"MX","data":"10 m.test"}]}' ]
	run_sockit resolve --server "$dns" --json rcode-3.test
	[[ $output == '{"query":"rcode-3.test","type":"A","error":'* ]]
	ask A rcode-3.test --json
	[ "$status" -eq 3 ]
	[ "$output" = '{"query":"rcode-3.test","type":"A","error":"no such name: \"rcode-3.test\"","status":3}' ]
}

@test "a batch keeps the order, and every name has a line" {
	start_dns
	printf '%s\n' delay-300.test a-2.test rcode-3.test a..b delay-100.test >names
	run_sockit resolve --server "$dns" --type A --batch=names
	[ "$status" -eq 3 ]
	[ "${lines[0]}" = $'delay-300.test\t192.0.2.1' ]
	[ "${lines[1]}" = $'a-2.test\t192.0.2.0\t192.0.2.1' ]
	[ "${lines[2]}" = $'rcode-3.test\terror: no such name: "rcode-3.test"' ]
	[ "${lines[3]}" = $'a..b\terror: the name has an empty part' ]
	[ "${lines[4]}" = $'delay-100.test\t192.0.2.1' ]
}

@test "a batch has its questions in flight together" {
	start_dns
	seq -f 'delay-300.n%.0f.test' 200 >names
	local before=$SECONDS
	sockit resolve --server "$dns" --type A --batch=names --parallel 100 >out
	[ "$(wc -l <out)" -eq 200 ]
	((SECONDS - before < 15 * patience))
}

@test "--parallel 1 asks one at a time" {
	start_dns
	printf '%s\n' delay-100.test a-1.test >names
	sockit resolve --server "$dns" --type A --batch=names --parallel 1 >out
	[ "$(cut -f1 out | tr '\n' ' ')" = "delay-100.test a-1.test " ]
}

@test "a batch gives only what was asked for, not the aliases on the way" {
	start_dnsmasq host-record=a.test,192.0.2.1 cname=alias.test,a.test
	run_sockit resolve --server "$dns" --type A --batch < <(echo alias.test)
	[ "$output" = $'alias.test\t192.0.2.1' ]
}

@test "a block of addresses in a batch is asked for, one by one" {
	start_dns
	printf '%s\n' 192.0.2.10/30 2001:db8::/127 >blocks
	run_sockit -3 resolve --server "$dns" --type PTR --batch=blocks
	[ "$(cut -f 1 <<<"$output")" = $'192.0.2.8\n192.0.2.9\n192.0.2.10\n192.0.2.11\n2001:db8::\n2001:db8::1' ]
	for n in 8 9 10 11; do
		grep -qx "udp $n\.2\.0\.192\.in-addr\.arpa 12" "$dns_log"
	done
	grep -qx 'udp 1\.0\.0\..*\.8\.b\.d\.0\.1\.0\.0\.2\.ip6\.arpa 12' "$dns_log"
	[ "$(sort -u "$dns_log" | wc -l)" -eq 6 ]
}

# memory_for COUNT - print the most memory, in KiB, that a batch of this many questions takes.
memory_for() {
	yes a.test | head -n "$1" | peak peak.out "$SOCKIT" resolve --server "$dns" --type A --batch | wc -l >count
	[ "$(cat count)" -eq "$1" ] && cat peak.out
}

@test "a long batch of questions stays small" {
	[ -z "${SOCKIT_TEST_CHECKER:-}" ] || skip "$SOCKIT_TEST_CHECKER needs memory of its own"
	# A sanitizer keeps freed memory for a while: limit that.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=1
	start_dns
	few=$(memory_for 20000)
	many=$(memory_for 50000)
	((many * 5 < few * 6 + 5120))
}

@test "many names through a real server are all answered" {
	start_dnsmasq address=/many.test/192.0.2.7
	seq -f 'h%.0f.many.test' 5000 >names
	sockit resolve --server "$dns" --type A --batch=names >out
	[ "$(grep -c $'\t192.0.2.7$' out)" -eq 5000 ]
	cut -f1 out | cmp - names
}

@test "a reader that is slower than -w costs no answer" {
	start_dnsmasq address=/many.test/192.0.2.7
	seq -f 'h%.0f.many.test' 20000 >names
	all_came() { [ "$(grep -c $'\t192.0.2.7$' out)" -eq 20000 ]; }
	# It does not read for longer than -w. A stall of the server that is as long costs some, too.
	for time in 3 12 48; do
		sockit resolve --server "$dns" --type A --batch=names -w "${time}s" | {
			for i in 1 2; do
				sleep "$time.2"
				head -c 100000
			done
			cat
		} >out
		! all_came || break
	done
	all_came
}

@test "names that are none are refused before anything is sent" {
	start_dns
	ask A good.test 'a..b'
	[ "$status" -eq 2 ]
	[[ $output == *'bad name: "a..b" has an empty part'* ]]
	[ ! -s "$dns_log" ]
}

@test "types that are none are refused" {
	local types
	for types in AXFR,A A,AXFR A, ,A A,,MX OPT TYPE251 A,NOPE; do
		run_sockit -2 resolve --server 127.0.0.1:9 --type "$types" a.test
		[[ $output == *"bad --type: \"$types\""* ]]
	done
	run_sockit -2 resolve --batch --server 127.0.0.1:9 --type AXFR
	run_sockit -2 resolve --server 127.0.0.1:9 --class NOPE a.test
	run_sockit resolve --server 127.0.0.1:9 --type NOPE a.test
	[ "$status" -eq 2 ]
	[[ $output == *'"NOPE"'* ]]
	run_sockit resolve --server '' --type A a.test
	[ "$status" -eq 2 ]
	run_sockit resolve --server 127.0.0.1:99999 --type A a.test
	[ "$status" -eq 2 ]
	[[ $output == *--server*99999* ]]
	run_sockit resolve --server 127.0.0.1:0 --type A a.test
	[ "$status" -eq 2 ]
	run_sockit resolve --server fe80::1%nosuch --type A a.test
	[ "$status" -eq 3 ]
	[[ $output == *--server*nosuch* ]]
}

@test "-n and DNS contradict each other" {
	run_sockit resolve -n --server 127.0.0.1:9 --type A a.test
	[ "$status" -eq 2 ]
}

@test "without --server the servers of /etc/resolv.conf are asked" {
	need unshare dnsmasq ip
	unshare -rnm true 2>/dev/null || skip "cannot make namespaces"
	printf '# a comment\nsearch test\nnameserver 127.0.0.1\n' >resolv.conf
	cat >inside.sh <<-'END'
		ip link set lo up
		mountover resolv.conf /etc/resolv.conf
		dnsmasq -C /dev/null -d -R -h -u root --listen-address=127.0.0.1 --bind-interfaces \
			--local=/test/ --host-record=a.test,192.0.2.1 >dnsmasq.log 2>&1 3>&- &
		wait_for grep -q ' 0100007F:0035 ' /proc/net/udp
		"$SOCKIT" resolve --type A a.test
		kill $!
		wait
	END
	share_wait_for
	run env SOCKIT="$SOCKIT" unshare -rnm bash inside.sh
	[ "$output" = 192.0.2.1 ]
	# libc's resolver then uses the loopback.
	echo "search test" >resolv.conf
	run env SOCKIT="$SOCKIT" unshare -rnm bash inside.sh
	[ "$output" = 192.0.2.1 ]
}

@test "several types are asked for at once, and answered in that order" {
	start_dnsmasq host-record=a.test,192.0.2.1,2001:db8::1 mx-host=a.test,mail.test,10 \
		host-record=four.test,192.0.2.4
	ask MX,AAAA,A a.test
	[ "$status" -eq 0 ]
	[ "$output" = $'10 mail.test\n2001:db8::1\n192.0.2.1' ]
	ask A,AAAA four.test
	[ "$status" -eq 0 ]
	[ "$output" = 192.0.2.4 ]
	ask MX,TXT four.test
	[ "$status" -eq 3 ]
	[[ $output == *': no record of type MX or TXT: "four.test"' ]]
	ask A,MX nosuch.test
	[ "$status" -eq 3 ]
	[[ $output == *': no such name: "nosuch.test"' ]]
	run_sockit resolve --server "$dns" --type A,AAAA --batch < <(printf 'a.test\nfour.test\n')
	[ "$output" = $'a.test\t192.0.2.1\t2001:db8::1\nfour.test\t192.0.2.4' ]
	ask A,AAAA --json four.test
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[0]} == '{"query":"four.test","type":"A","records":['* ]]
	[[ ${lines[1]} == '{"query":"four.test","type":"AAAA","error":"no record of type AAAA'*'"status":3}' ]]
}

@test "of several types each is in flight at once" {
	start_dns
	wait_for gives "$(yes 192.0.2.1 | head -n 4)" --server "$dns" --type A,A,A,A \
		delay-1500.test -w 4s
	[ "$status" -eq 0 ]
}

@test "an alias is shown even if its target has no such record, or does not exist" {
	start_dns
	ask A nothing-2.test
	[ "$status" -eq 3 ]
	[ "$output" = $'c001\nc002\nsockit resolve: no record of type A: "nothing-2.test" (an alias of c002)' ]
	ask A gone-1.test
	[ "$status" -eq 3 ]
	[ "$output" = $'c001\nsockit resolve: no such name: "gone-1.test" (an alias of c001)' ]
	ask A --json gone-1.test
	[[ $output == *'"type":"A","records":[{"name":"gone-1.test","ttl":60,"type":"CNAME","data":"c001"}],"error":'*'"status":3}' ]]
}

@test "a referral to other servers is no answer: it is 4, and the next server is asked" {
	start_dns
	for name in refer-0.test refer-1.test unfollowed-1.test; do
		ask A "$name"
		[ "$status" -eq 4 ]
		[[ $output == *"sockit resolve: $dns only refers to other servers: \"$name\""* ]]
	done
	[[ $output == $'c001\n'*"(an alias of c001)" ]]
	ask ANY refer-1.test
	[ "$output" = c001 ]
	ask A unfollowed-0.test
	[ "$status" -eq 3 ]
	local referring=$dns
	start_dns --fail 3
	run_sockit resolve --server "$referring" --server "$dns" --type A refer-0.test
	[ "$status" -eq 3 ]
	[[ $output == *"no such name"* ]]
}

@test "answers of 1232 bytes are taken over UDP, and an old server is asked without EDNS" {
	start_dns
	ask A edns.test
	[ "$output" = 10.0.4.208 ]
	ask A --dnssec edns.test
	[ "$output" = $'10.0.4.208\n1.1.1.1' ]
	local try=0
	asked_twice() {
		try=$((try + 1))
		gives 192.0.2.1 --server "$dns" --type A "old.$try.test" &&
			[ "$(grep -c "udp old.$try.test" "$dns_log")" -eq 2 ]
	}
	wait_for asked_twice
}

@test "--dnssec shows signatures, and -v whether the server has checked them" {
	start_dns
	ask A --dnssec signed.test
	[ "$output" = $'192.0.2.1\nA 13 2 60 19700101000002 19700101000001 7 test c2lnbg==' ]
	ask A --dnssec -v signed.test
	[[ $output == *"answer for signed.test A from $dns, signatures checked"* ]]
	ask A --dnssec -v a.test
	[[ $output == *"answer for a.test A from $dns, signatures not checked"* ]]
	ask A -v signed.test
	[[ $output == *"answer for signed.test A from $dns"* && $output != *signatures* && $output != *c2lnbg==* ]]
}

@test "--class" {
	start_dns
	ask TXT --class CH version.bind
	[ "$output" = '"9"' ]
}

@test "a whole zone, record by record" {
	start_dns
	ask AXFR zone-250.test
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 252 ]
	[ "${lines[0]}" = $'zone-250.test\t60\tIN\tSOA\tzone-250.test zone-250.test 1 2 3 4 5' ]
	[ "${lines[250]}" = $'zone-250.test\t60\tIN\tA\t10.0.0.250' ]
	[ "${lines[251]}" = "${lines[0]}" ]
	ask AXFR zone-0.test zone-1.test
	[ "${#lines[@]}" -eq 5 ]
	ask AXFR --json zone-150.test
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[1]} == '{"query":"zone-150.test","type":"AXFR","records":[{"name":"zone-150.test",'* ]]
}

@test "a transfer that is refused, breaks off, is none or does not come is an error" {
	start_dns
	ask AXFR rcode-5.test
	[ "$status" -eq 4 ]
	[[ $output == *"$dns answers REFUSED: \"rcode-5.test\"" ]]
	ask AXFR torn-150.test
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 153 ]
	[[ ${lines[152]} == *"the transfer from $dns broke off after 152 records: \"torn-150.test\"" ]]
	ask AXFR other.test
	[ "$status" -eq 1 ]
	ask AXFR one.test
	[ "$status" -eq 1 ]
	[[ $output == *"malformed answer from $dns: the zone does not begin with its SOA record"* ]]
	ask AXFR -w 300ms silent.test
	[ "$status" -eq 1 ] || [ "$status" -eq 5 ]
	ask AXFR --json rcode-5.test
	[[ $output == '{"query":"rcode-5.test","type":"AXFR","error":'*'"status":4}' ]]
}

@test "a long zone is read in flat memory" {
	start_dns
	peak few "$SOCKIT" resolve --server "$dns" --type AXFR zone-1000.test >/dev/null
	peak many "$SOCKIT" resolve --server "$dns" --type AXFR zone-60000.test >/dev/null
	[ "$(cat many)" -lt "$(($(cat few) * 3 / 2))" ]
}

@test "after SERVFAIL or REFUSED the next server is asked, and -v tells which one answered" {
	for code in 2 5; do
		start_dns --fail "$code"
		local failing=$dns failing_log=$dns_log
		start_dns
		for words in '--type A a.test' '--type A --tcp a.test' '--type AXFR zone-1.test'; do
			# shellcheck disable=SC2086
			run_sockit -0 resolve -v --server "$failing" --server "$dns" $words
			[[ $output == *" from $dns"* && $output != *" from $failing"* ]]
		done
		[ "$(sort -u "$failing_log" | wc -l)" -eq 3 ]
	done
}

@test "after a server that fails the next one is asked, and -v tells which one answered" {
	start_dns
	local first=$dns
	start_dns --log second.log
	run_sockit resolve -v --server "$first" --server "$dns" --type A rcode-2.test
	[ "$status" -eq 5 ]
	run_sockit resolve -v --server "127.0.0.1:1" --server "$dns" --type A a.test
	[ "$status" -eq 0 ]
	[[ $output == *"answer for a.test A from $dns"* ]]
	run_sockit resolve -v --server "127.0.0.1:1" --server "$dns" --type AXFR zone-1.test
	[ "$status" -eq 0 ]
	[[ $output == *"3 records of zone-1.test from $dns"* ]]
}
