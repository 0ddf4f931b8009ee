# SPDX-License-Identifier: ISC
# raw-replies.bats - raw-send --replies: what answers, matched to what was sent.

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
	raw --replies -I v0 eth vlan id=42 arp request target=203.0.113.9 sender=203.0.113.1
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
	expect "192.0.2.7: rst, port 80, $time" "192.0.2.7: rst, port 82, $time" \
		"192.0.2.7: syn-ack, port 81, $time"
}

@test "UDP: an answer, and an error that quotes the question" {
	on_wire '
	become_there "$SOCKIT" udp-listen --count 1 --reply answer --ready-file bound 192.0.2.7:53 >/dev/null &
	wait_for test -s bound
	raw --replies ip dst=192.0.2.7 udp sport=4000 dport=53 payload question
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
		'"seconds":[0-4][.][0-9]+'; do
		grep -Eq "[{,]$key[,}]" out.json || return 1
	done
	[ "$(grep -o '"[a-z]*":' out.json | wc -l)" -eq 5 ]
}

@test "nothing answers: exit 5 after -w" {
	on_wire 'raw --replies -w 200ms -I v0 eth arp request target=192.0.2.9'
	[ "$status" -eq 5 ]
	[[ $output == *"no reply within 0.200s" ]]
}

@test "answers to others are not ours" {
	on_wire '
	ping -c 3 -i 0.1 192.0.2.7 >/dev/null 2>&1 &
	raw --replies -w 500ms ip dst=192.0.2.7 icmp type=13 id=1'
	[ "$status" -eq 5 ]
}

@test "--replies=N ends when N came" {
	on_wire 'raw --replies=2 --count 0 --interval 20ms ip dst=192.0.2.7 icmp echo id=7'
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "sixteen thousand ports answer" {
	on_wire 'raw --replies -w 3s ip dst=192.0.2.7 tcp dport=1-16384 --rate 100k | grep -c " rst, "'
	[ "$output" -ge 16000 ]
}

@test "the reader of the replies may go away" {
	expect_signal PIPE
	on_wire 'raw --replies --count 0 --interval 10ms ip dst=192.0.2.7 icmp echo id=7 | head -n 1
	echo ${PIPESTATUS[0]}'
	[ "${lines[1]}" = 141 ]
}
