# SPDX-License-Identifier: ISC
# raw-replies.bats - raw-send --replies: answers, matched to what was sent.

load lib
load raw-lib

setup() {
	enter_tmpdir
	need_frames
}

time='[0-9]+\.[0-9]{3} ms'

# expect REGEX... - a line of output for each.
expect() {
	local i=0 one
	for one; do
		if ! [[ ${lines[i]} =~ ^$one$ ]]; then
			echo "line $((i + 1)): ${lines[i]}"
			echo "wanted:  $one"
			return 1
		fi
		i=$((i + 1))
	done
}

@test "ping, by route, as a frame, and with the kernel's header" {
	on_wire '
	raw --replies ip dst=192.0.2.7 icmp echo id=7 seq=1
	raw --replies -I v0 eth dst=02:00:00:00:00:07 ip dst=192.0.2.7 icmp echo id=7 seq=2
	raw --replies --to 192.0.2.7 icmp echo id=7 seq=3
	raw --replies ip6 dst=2001:db8::7 icmp6 echo id=8 seq=4
	raw --replies --to 2001:db8::7 icmp6 echo id=8 seq=5
	raw --replies ip dst=127.0.0.1 icmp echo id=9'
	[ "$status" -eq 0 ]
	expect "192.0.2.7: echo-reply, id 7, seq 1, ttl 64, $time" \
		"192.0.2.7: echo-reply, id 7, seq 2, ttl 64, 02:00:00:00:00:07, $time" \
		"192.0.2.7: echo-reply, id 7, seq 3, ttl 64, $time" \
		"2001:db8::7: echo-reply, id 8, seq 4, ttl 64, $time" \
		"2001:db8::7: echo-reply, id 8, seq 5, ttl 64, $time" \
		"127.0.0.1: echo-reply, id 9, seq 0, ttl 64, $time"
	[ "${#lines[@]}" -eq 6 ]
}

@test "a reply for each packet of a sweep" {
	on_wire 'raw --replies --interval 20ms ip dst=192.0.2.7 icmp echo id=7 seq=1-4'
	[ "$status" -eq 0 ]
	expect ".* seq 1, .*" ".* seq 2, .*" ".* seq 3, .*" ".* seq 4, .*"
}

@test "arping, in a VLAN too" {
	on_wire '
	raw --replies -I v0 eth arp request target=192.0.2.7
	answer_arp 42 203.0.113.9
	raw --replies -w 10s -I v0 eth vlan id=42 arp request target=203.0.113.9 sender=203.0.113.1
	raw --replies -w 200ms -I v0 eth vlan id=43 arp request target=203.0.113.9; echo $?'
	expect "192.0.2.7: arp-reply, 02:00:00:00:00:07, $time" \
		"203.0.113.9: arp-reply, 02:00:00:00:00:07, $time" ".*no reply within.*" 5
}

@test "a neighbour of IPv6" {
	on_wire 'raw --replies -I v0 eth dst=33:33:ff:00:00:07 ip6 src=2001:db8::1 dst=ff02::1:ff00:7 \
		hop-limit=255 ndp solicit target=2001:db8::7 source-mac=02:00:00:00:00:01'
	expect "2001:db8::7: ndp, 02:00:00:00:00:07, $time"
}

@test "a SYN probe tells open from closed" {
	on_wire '
	become_there "$SOCKIT" tcp-serve -k 192.0.2.7:81 </dev/null >/dev/null 2>&1 &
	server=$!
	is_listening() { there cat /proc/net/tcp | grep -q :0051; }
	wait_for is_listening
	raw --replies ip dst=192.0.2.7 tcp dport=80-82 mss=1460 | sort
	kill $server'
	expect "192.0.2.7: rst, port 80, $time, packet 1 dport=80" \
		"192.0.2.7: rst, port 82, $time, packet 3 dport=82" \
		"192.0.2.7: syn-ack, port 81, $time, packet 2 dport=81"
}

@test "UDP: an answer, and an error that quotes the question" {
	on_wire '
	become_there "$SOCKIT" udp-listen --count 1 --reply answer --ready-file bound 192.0.2.7:53 >/dev/null &
	wait_for test -s bound
	raw --replies -w 10s ip dst=192.0.2.7 udp sport=4000 dport=53 payload question
	raw --replies ip dst=192.0.2.7 udp dport=54 payload question
	raw --replies ip6 dst=2001:db8::7 udp dport=54 payload question'
	expect "192.0.2.7: udp, port 53, 6 bytes, $time" \
		"192.0.2.7: icmp-error, port unreachable, $time" \
		"2001:db8::7: icmp-error, port unreachable, $time"
}

@test "traceroute's error is matched by what it quotes" {
	on_wire '
	there sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"
	ip route add 198.51.100.0/24 via 192.0.2.7
	raw --replies ip dst=198.51.100.9 ttl=1 tcp dport=80'
	expect "192.0.2.7: icmp-error, (time exceeded|network unreachable), $time"
}

@test "JSON has the keys of the contract" {
	on_wire 'raw --replies --json -I v0 eth arp request target=192.0.2.7 >out.json; echo $?'
	local key
	for key in '"time":"[^"]+"' '"source":"192.0.2.7"' '"kind":"arp-reply"' '"mac":"02:00:00:00:00:07"' \
		'"seconds":[0-4][.][0-9]+' '"packet":1'; do
		grep -Eq "[{,]$key[,}]" out.json || false
	done
	[ "$(grep -o '"[a-z]*":' out.json | wc -l)" -eq 6 ]
}

@test "nothing answers: exit 5 after -w" {
	on_wire 'raw --replies -w 200ms -I v0 eth arp request target=192.0.2.9'
	[ "$status" -eq 5 ]
	[[ $output == *"no reply within 0.200s" ]]
}

@test "answers to others are not ours" {
	on_wire '
	ping -c 3 -i 0.1 192.0.2.7 >/dev/null 2>&1 &
	raw --replies -w 500ms ip dst=192.0.2.7 icmp type=15 id=1'
	[ "$status" -eq 5 ]
}

@test "--replies=N ends when N came" {
	on_wire 'raw --replies=2 --count 0 --interval 20ms ip dst=192.0.2.7 icmp echo id=7'
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "sixteen thousand ports answer" {
	# No faster than answers can be read, because a checker makes that slow.
	export rate=100k
	[ -z "${SOCKIT_TEST_CHECKER:-}" ] || rate=2k
	on_wire 'raw --replies -w 3s ip dst=192.0.2.7 tcp dport=1-16384 --rate $rate | grep -c " rst, "'
	[ "$output" -ge 16000 ]
}

@test "the reader of the replies may go away" {
	expect_signal PIPE
	on_wire 'raw --replies --count 0 --interval 10ms ip dst=192.0.2.7 icmp echo id=7 | head -n 1
	echo ${PIPESTATUS[0]}'
	[ "${lines[1]}" = 141 ]
}

# A chain of routers behind the other host: 198.51.100.9 is three hops away, behind a link of 1300 bytes.
chain='
	set_apart b && set_apart c || exit 1
	in_b() { nsenter -t $b -n "$@"; }
	in_c() { nsenter -t $c -n "$@"; }
	for in in there in_b in_c; do
		$in sh -c "for f in all default; do echo 0 >/proc/sys/net/ipv6/conf/\$f/accept_dad; done"
	done
	there ip link add w0 type veth peer name w1 netns $b
	in_b ip link add x0 mtu 1300 type veth peer name x1 netns $c
	for n in 4 6; do
		[ $n = 4 ] && p=203.0.113. q=198.51.100. s=30 f= || { p=2001:db8:1:: q=2001:db8:2:: s=64 f=nodad; }
		[ $n = 4 ] && near=192.0.2. || near=2001:db8::
		there ip -$n addr add ${p}1/$s dev w0 $f
		in_b ip -$n addr add ${p}2/$s dev w1 $f
		in_b ip -$n addr add ${q}1/$s dev x0 $f
		in_c ip -$n addr add ${q}2/$s dev x1 $f
	done
	for in in there in_b in_c; do
		$in sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
			echo 0 >/proc/sys/net/ipv4/icmp_ratelimit; echo 0 >/proc/sys/net/ipv6/icmp/ratelimit"
	done
	there ip link set w0 up; in_b ip link set w1 up; in_b ip link set x0 up; in_c ip link set x1 up
	is_up() { "$1" grep -q "^fe80.* $2\$" /proc/net/if_inet6; }
	wait_for is_up there w0 && wait_for is_up in_b w1 && wait_for is_up in_b x0 && wait_for is_up in_c x1 || exit 1
	for n in 4 6; do
		[ $n = 4 ] && p=203.0.113. q=198.51.100. near=192.0.2. s=30 net=24 || { p=2001:db8:1:: q=2001:db8:2:: near=2001:db8:: s=64 net=64; }
		[ $n = 4 ] && zero=0 || zero=
		ip -$n route add ${q}$zero/$s via ${near}7
		there ip -$n route add ${q}$zero/$s via ${p}2
		in_b ip -$n route add ${near}$zero/$net via ${p}1
		in_c ip -$n route add default via ${q}1
	done
'

@test "a traceroute is one line, and each answer names its hop" {
	on_wire "$chain"'
	raw -r ip dst=198.51.100.2 ttl=1-5 udp dport=33434 payload x
	raw -r ip dst=198.51.100.2 ttl=1-3 icmp echo
	raw -r ip6 dst=2001:db8:2::2 hop-limit=1-3 udp dport=33434 payload x
	raw -r --json ip dst=198.51.100.2 ttl=2-3 tcp dport=80 >out.json'
	[ "$status" -eq 0 ]
	expect "192.0.2.7: icmp-error, time exceeded, $time, packet 1 ttl=1" \
		"203.0.113.2: icmp-error, time exceeded, $time, packet 2 ttl=2" \
		"198.51.100.2: icmp-error, port unreachable, $time, packet 3 ttl=3" \
		"198.51.100.2: icmp-error, port unreachable, $time, packet 4 ttl=4" \
		"198.51.100.2: icmp-error, port unreachable, $time, packet 5 ttl=5" \
		"192.0.2.7: icmp-error, time exceeded, $time, packet 1 ttl=1" \
		"203.0.113.2: icmp-error, time exceeded, $time, packet 2 ttl=2" \
		"198.51.100.2: echo-reply, id [0-9]+, seq 2, ttl 62, $time, packet 3 ttl=3" \
		"2001:db8::7: icmp-error, time exceeded, $time, packet 1 hop-limit=1" \
		"2001:db8:1::2: icmp-error, time exceeded, $time, packet 2 hop-limit=2" \
		"2001:db8:2::2: icmp-error, port unreachable, $time, packet 3 hop-limit=3"
	grep -q '"source":"203.0.113.2","kind":"icmp-error",.*"packet":1,"fields":{"ttl":2}' out.json
	grep -q '"source":"198.51.100.2","kind":"rst",.*"packet":2,"fields":{"ttl":3}' out.json
}

# What a far host, 198.51.100.2, and two routers on the way say, as this host has them say it, in any order: `error FAMILY HOP PACKET`, `reset FAMILY PACKET
# [FLAGS]`, and `reply FAMILY PACKET SIZE`.
far='
	ip route add 198.51.100.0/24 via 192.0.2.7
	ip -6 route add 2001:db8:2::/64 via 2001:db8::7
	# There the packets are for somebody else, and a host without a way there would say so.
	there ip -6 route add 2001:db8:2::/64 via 2001:db8::9
	there sh -c "echo 0 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding"
	say() { there timeout 20 "$SOCKIT" raw-send -I v1 eth dst=02:00:00:00:00:01 "$@"; }
	quoted() { sed -n "$1s/^.\{28\}//p" captured; }
	error4() { say ip src=203.0.113.$1 dst=192.0.2.1 icmp time-exceeded bytes $(quoted $2); }
	error6() { say ip6 src=2001:db8:1::$1 dst=2001:db8::1 icmp6 time-exceeded bytes $(quoted $2); }
	seq4() { echo $((16#$(quoted $1 | cut -c 49-56))); }
	seq6() { echo $((16#$(quoted $1 | cut -c 89-96))); }
	port4() { echo $((16#$(quoted $1 | cut -c 41-44))); }
	port6() { echo $((16#$(quoted $1 | cut -c 81-84))); }
	reset4() { say ip src=198.51.100.2 dst=192.0.2.1 tcp sport=80 dport=$(port4 $1) ${2:-rst,ack} ack=$(($(seq4 $1) + 1)); }
	reset6() { say ip6 src=2001:db8:2::2 dst=2001:db8::1 tcp sport=80 dport=$(port6 $1) ${2:-rst,ack} ack=$(($(seq6 $1) + 1)); }
	reply4() { say ip src=198.51.100.2 dst=192.0.2.1 udp sport=33434 dport=$(port4 $1) payload zero=$2; }
	ask() { timeout 30 "$SOCKIT" raw-send -w 20s "$@" >answers & asking=$!; wait $capturing; }
	answered() { wait $asking; cat answers; }
'

@test "a hop that is silent does not get what a later one says" {
	on_wire "$far"'
	for n in 4 6; do
		[ $n = 4 ] && words="ip dst=198.51.100.2 ttl=1-4" || words="ip6 dst=2001:db8:2::2 hop-limit=1-4"
		capture 4 829a; ask -r=1 $words udp dport=33434; error$n 2 2; answered
		capture 4 00500; ask -r=2 $words tcp dport=80; error$n 2 2; reset$n 4; answered
	done
	capture 4 829a; ask -r=2 ip dst=198.51.100.2 ttl=1-4 udp dport=33434
	reply4 4 1; reply4 3 1; answered
	capture 2 829a; ask -r=1 ip dst=198.51.100.2 ttl=1-2 id=7 udp dport=33434; error4 2 2; answered'
	expect "203.0.113.2: icmp-error, time exceeded, $time, packet 2 ttl=2" \
		"203.0.113.2: icmp-error, time exceeded, $time, packet 2 ttl=2" \
		"198.51.100.2: rst, port 80, $time, packet 4 ttl=4" \
		"2001:db8:1::2: icmp-error, time exceeded, $time, packet 2 hop-limit=2" \
		"2001:db8:1::2: icmp-error, time exceeded, $time, packet 2 hop-limit=2" \
		"2001:db8:2::2: rst, port 80, $time, packet 4 hop-limit=4" \
		"198.51.100.2: udp, port 33434, 1 byte, $time, packet 3 ttl=3" \
		"198.51.100.2: udp, port 33434, 1 byte, $time, packet 4 ttl=4" \
		"203.0.113.2: icmp-error, time exceeded, $time, packet 1 ttl=1"
}

@test "the answer of a slow hop comes before those of later ones" {
	on_wire "$far"'
	capture 3 829a; ask -r ip dst=198.51.100.2 ttl=1-3 udp dport=33434
	error4 3 3; error4 2 2; error4 1 1; answered
	# At the end nothing is held back.
	capture 3 829a; ask -r=2 --json ip dst=198.51.100.2 ttl=1-3 udp dport=33434
	error4 3 3; error4 2 2; answered'
	expect "203.0.113.1: icmp-error, time exceeded, $time, packet 1 ttl=1" \
		"203.0.113.2: icmp-error, time exceeded, $time, packet 2 ttl=2" \
		"203.0.113.3: icmp-error, time exceeded, $time, packet 3 ttl=3" \
		".*\"packet\":2,.*" ".*\"packet\":3,.*"
}

@test "a hop that is silent holds the others back for no longer than -w" {
	on_wire "$far"'
	has_answer() { grep -q "packet 2 ttl=2" answers; }
	capture 2 829a; ask -r -w 500ms --interval 250ms ip dst=198.51.100.2 ttl=1-200 udp dport=33434
	error4 2 2; wait_for has_answer && kill $asking && wait $asking; echo $?'
	[ "${lines[-1]}" = 143 ]
}

@test "a reply that came in time counts, though much came before it, and it is looked at late" {
	[ "$(cat /proc/sys/net/core/rmem_max)" -ge 524288 ] || skip "a socket has no room for 800 packets"
	on_wire "$far"'
	# Status 5: it had no processor before it was stopped.
	for limit in 0.5 4 16; do
		capture 1 829a
		"$SOCKIT" raw-send -r -w $limit ip dst=198.51.100.2 udp dport=33434 >answers 2>&1 & asking=$!
		wait $capturing
		kill -STOP $asking
		say --count 800 ip src=203.0.113.9 dst=192.0.2.1 udp dport=9
		error4 1 1
		# For longer than the limit, whatever the processor did.
		sleep $limit
		kill -CONT $asking
		wait $asking || [ $? != 5 ] || continue
		break
	done
	cat answers'
	expect "203.0.113.1: icmp-error, time exceeded, $time"
	[ "${#lines[@]}" -eq 1 ]
}

@test "-w 0 waits for an answer forever" {
	on_wire "$far"'
	capture 1 829a; ask -w 0 -r ip dst=198.51.100.2 udp dport=33434; error4 1 1; answered'
	expect "203.0.113.1: icmp-error, time exceeded, $time"
}

@test "fragmentation needed names the next hop's MTU" {
	on_wire "$chain"'
	raw -r ip dst=198.51.100.2 df udp dport=9 payload zero=1400
	raw -r ip6 dst=2001:db8:2::2 udp dport=9 payload zero=1400'
	expect "203.0.113.2: icmp-error, fragmentation needed, next-hop MTU 1300, $time" \
		"2001:db8:1::2: icmp-error, packet too big, next-hop MTU 1300, $time"
}

@test "two pings at once do not hear each other's answers" {
	on_wire '
	raw -r --count 3 --interval 50ms ip dst=192.0.2.7 icmp echo >a &
	raw -r --count 3 --interval 50ms ip dst=192.0.2.7 icmp echo >b
	wait $!
	cat a b'
	[ "${#lines[@]}" -eq 6 ]
	[ "$(sed 's/.*, id \([0-9]*\),.*/\1/' <<<"$output" | sort -u | wc -l)" -eq 2 ]
	expect ".* seq 0, ttl 64, $time" ".* seq 1, ttl 64, $time" ".* seq 2, ttl 64, $time"
}

@test "two probes of one port at once do not hear each other's answers" {
	on_wire "$far"'
	for what in "tcp dport=80" "udp dport=33434"; do
		capture 1 c6336402; ask -r ip dst=198.51.100.2 $what
		first=$asking; mv captured first; mv answers first.answers
		capture 1 c6336402; ask -r ip dst=198.51.100.2 $what
		[ "${what%% *}" = tcp ] && reset4 1 || reply4 1 1; answered
		mv first captured
		[ "${what%% *}" = tcp ] && reset4 1 syn,ack || reply4 1 2; wait $first; cat first.answers
	done'
	expect "198.51.100.2: rst, port 80, $time" "198.51.100.2: syn-ack, port 80, $time" \
		"198.51.100.2: udp, port 33434, 1 byte, $time" "198.51.100.2: udp, port 33434, 2 bytes, $time"
}

@test "what TCP acknowledges for another is no answer" {
	on_wire "$far"'
	capture 1 c6336402; ask -r ip dst=198.51.100.2 tcp dport=80
	seq4() { echo 99; }
	reset4 1
	seq4() { echo 0; }
	reset4 1 syn,ack; answered'
	expect "198.51.100.2: syn-ack, port 80, $time"
}

@test "a probe that is sent again is the same: a host whose answer was lost gives it again" {
	on_wire "$far"'
	capture 3 c6336402; ask -r=1 --count 3 ip dst=198.51.100.2 tcp dport=80
	for i in 1 2 3; do echo $(port4 $i) $(seq4 $i); done | uniq | wc -l
	reset4 3; answered'
	expect 1 "198.51.100.2: rst, port 80, $time"
}

@test "an address mask request has its reply" {
	on_wire "$far"'
	capture 1 c6336402; ask -r ip dst=198.51.100.2 icmp mask id=7
	say ip src=198.51.100.2 dst=192.0.2.1 icmp mask-reply id=7 mask=255.255.255.0; answered'
	expect "198.51.100.2: mask-reply, id 7, seq 0, ttl 64, mask 255.255.255.0, $time"
}

@test "timestamp requests have their replies" {
	on_wire 'raw -r ip dst=192.0.2.7 icmp timestamp'
	expect "192.0.2.7: timestamp-reply, id [0-9]+, seq 0, ttl 64, receive [0-9]+, transmit [0-9]+, $time"
}

@test "what the search for the next hop has heard before is no answer to the packet" {
	on_wire '
	for i in 1 2 3 4 5 6; do
		ip -6 neigh flush all
		raw -r=9 -w 100ms -I v0 eth ip6 dst=2001:db8::7 ndp ns target=2001:db8::7
	done'
	[ "$(grep -c '^2001:db8::7: ndp, ' <<<"$output")" -ge 6 ]
	[[ $output != *', 0.000 ms'* ]]
}

@test "answers to packets that left at once, and are alike but for their hops, are in turn" {
	on_wire 'raw -r ip dst=192.0.2.7 ttl=11-20 tcp dport=54 flags=syn'
	[ "$(sed 's/.*, packet \([0-9]*\) .*/\1/' <<<"$output" | paste -sd ' ')" = '1 2 3 4 5 6 7 8 9 10' ]
	[ "$(grep -c ': rst, port 54, ' <<<"$output")" -eq 10 ]
}

@test "a second answer to one packet is none to another" {
	on_wire '
	# Two hosts at one wire have the same address.
	set_apart twin || exit 1
	in_twin() { nsenter -t $twin -n "$@"; }
	ip link add br0 type bridge || { echo no bridge; exit 0; }
	ip addr del 192.0.2.1/24 dev v0
	ip link set v0 master br0
	ip link add t0 type veth peer name t1 netns $twin
	ip link set t0 master br0
	ip addr add 192.0.2.1/24 dev br0
	in_twin ip addr add 192.0.2.7/24 dev t1
	in_twin ip link set t1 up
	ip link set t0 up
	ip link set br0 up
	both() { [ "$(raw -r=2 -w 100ms -I br0 eth arp request target=192.0.2.7 2>/dev/null | wc -l)" -eq 2 ]; }
	wait_for both || exit 1
	raw -r -w 300ms -I br0 eth arp request target=192.0.2.7-192.0.2.8; echo $?'
	[[ $output != *'no bridge' ]] || skip "this kernel has no bridges"
	[ "$(grep -c '^192.0.2.7: arp-reply.*packet 1 target=192.0.2.7$' <<<"$output")" -eq 2 ]
	[ "${lines[2]}" = 0 ]
}

@test "answers to a network's broadcast address, and to 240/4" {
	on_wire '
	there sh -c "echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_broadcasts"
	raw -r=1 ip dst=192.0.2.255 icmp echo
	raw -r=1 -I v0 eth dst=ff:ff:ff:ff:ff:ff ip dst=192.0.2.7 icmp echo
	raw -r=1 -I v0 ip dst=224.0.0.1 icmp echo
	there ip addr add 240.0.0.7/24 dev v1
	ip addr add 240.0.0.1/24 dev v0
	raw -r ip dst=240.0.0.7 icmp echo
	raw -r -w 200ms ip dst=240.0.0.8 icmp echo'
	expect "192.0.2.7: echo-reply, .*" "192.0.2.7: echo-reply, .*" "192.0.2.7: echo-reply, .*" \
		"240.0.0.7: echo-reply, .*" ".*no reply within.*"
}

@test "with --json a failure is an object among the results" {
	on_wire '
	raw -r -w 100ms --json -I v0 eth arp request target=192.0.2.9 2>/dev/null; echo $?
	raw --json ip dst=198.51.100.1 icmp 2>/dev/null; echo $?
	raw --json ip dst=192.0.2.7 icmpp 2>/dev/null; echo $?'
	[ "${lines[0]}" = '{"error":"no reply within 0.100s","status":5}' ]
	[ "${lines[1]}" = 5 ]
	[[ ${lines[2]} == '{"error":"cannot reach 198.51.100.1: '*'","status":4}' ]]
	[ "${lines[3]}${lines[4]}" = 42 ]
}
