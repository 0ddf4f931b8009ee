# SPDX-License-Identifier: ISC
# raw-route.bats - raw-send: packets that the routing table sends on their way.

load lib
load raw-lib

setup() {
	enter_tmpdir
	need_wire
}

@test "IPv4 by route: source filled in, bytes as built" {
	on_wire '
	capture 1 0001e240
	raw ip dst=192.0.2.7 ttl=3 dscp=ef id=513 icmp type=13 id=1 seq=57920 payload abc
	captured'
	[[ $output =~ 080045b8001f02010000030[0-9a-f]{5}c0000201c00002070d00[0-9a-f]{4}0001e240616263$ ]]
}

@test "IPv6 by route: source filled in, bytes as built" {
	need_frames # IPv6 headers of one's own are as rare
	on_wire '
	capture 1 20010db8000000000000000000000007d431
	raw ip6 dst=2001:db8::7 hop-limit=9 flow=0xabcde udp dport=9 payload xyz
	captured'
	[[ $output == *86dd600abcde000b110920010db8000000000000000000000001* ]]
}

@test "an IP header from the kernel" {
	on_wire '
	capture 1 6b65726e656c
	raw --to 192.0.2.7 udp sport=5 dport=9 payload kernel
	captured
	capture 1 6b65726e656c
	raw --to 2001:db8::7 udp sport=5 dport=9 payload kernel
	captured'
	[[ ${lines[0]} == *c0000201c000020700050009000e*6b65726e656c ]]
	[[ ${lines[1]} == *00050009000e*6b65726e656c ]]
}

@test "a wrong checksum of ICMPv6 is sent as given" {
	need_frames # elsewhere the kernel insists
	on_wire '
	capture 1 beef1234
	raw --to 2001:db8::7 icmp6 type=200 checksum=0xbeef id=0x1234
	captured'
	[[ $output == *c800beef12340000 ]]
}

@test "the kernel's header has the hop limit that the protocol asks for" {
	need_frames
	on_wire '
	capture 1 20010db8000000000000000000000007
	raw --to ff02::1 -I v0 ndp target=2001:db8::7
	captured
	capture 1 ef010203
	raw --to 224.0.0.1 -I v0 igmp report group=239.1.2.3
	captured
	capture 1 ef010203
	raw --to 192.0.2.7 -o ttl=9 igmp report group=239.1.2.3
	captured'
	[[ ${lines[0]} =~ 86dd60.{10}3aff ]]
	[[ ${lines[1]} =~ 0800450..{12}0102 ]]
	[[ ${lines[2]} =~ 0800450..{12}0902 ]]
}

@test "fragments are put together again at the other end" {
	need_frames
	on_wire '
	raw -r --fragment 600 ip dst=192.0.2.7 icmp echo id=7 payload zero=1400
	raw -r --fragment 28 ip dst=192.0.2.7 icmp echo id=8 payload zero=100
	raw -r --fragment 600 ip dst=192.0.2.7 options=94040000 icmp echo id=9 payload zero=1300
	raw -r --fragment 600 ip6 dst=2001:db8::7 icmp6 echo id=7 payload zero=1400
	raw -r --fragment 600 ip6 dst=2001:db8::7 hop-options icmp6 echo id=8 payload zero=1301
	raw -r --fragment 1280 -I v0 eth dst=02:00:00:00:00:07 vlan id=1 ip dst=192.0.2.7 icmp echo -w 1ms 2>/dev/null
	raw -r --fragment 600 -I v0 eth dst=02:00:00:00:00:07 ip dst=192.0.2.7 icmp echo id=10 payload zero=1400
	raw -r --fragment 600 ip dst=192.0.2.7 df icmp echo id=11 payload zero=1400
	raw -r --oversize fragment ip dst=192.0.2.7 udp dport=54 payload zero=9000
	raw -r --oversize fragment ip6 dst=2001:db8::7 udp dport=54 payload zero=65000'
	echo "$output"
	[ "$(grep -c 'echo-reply, id [0-9]*, seq 0, ttl 64' <<<"$output")" -eq 7 ]
	[ "$(grep -c 'icmp-error, port unreachable' <<<"$output")" -eq 2 ]
}

@test "the sender may cut a packet that routers must not: its fragments keep the flag" {
	hex_of --fragment 100 ip src=192.0.2.1 dst=192.0.2.7 df udp dport=9 payload zero=150
	[ "$(cut -c 13-16 <<<"$output" | paste -sd ' ')" = '6000 400a' ]
	[ "$(cut -c 9-12 <<<"$output" | sort -u | grep -cv 0000)" -eq 1 ]
}

@test "no fragment is longer than it may be, and what cannot be cut is refused" {
	words='ip src=192.0.2.1 dst=192.0.2.7 options=9404000007040400 udp dport=9 payload zero=200'
	# shellcheck disable=SC2086
	hex_of --fragment 100 $words
	[ "${#lines[@]}" -eq 3 ]
	for line in "${lines[@]}"; do [ "${#line}" -le 200 ]; done
	# The option that must be copied is in all of them, the other one only in the first.
	[ "$(grep -c 94040000 <<<"$output")" -eq 3 ]
	[ "$(grep -c 07040400 <<<"$output")" -eq 1 ]
	[ "$(cut -c 9-12 <<<"$output" | sort -u | grep -cv 0000)" -eq 1 ]
	hex_of --fragment 100 eth dst=02:00:00:00:00:07 src=02:00:00:00:00:01 ip src=192.0.2.1 dst=192.0.2.7 udp dport=9 payload zero=200 fcs
	sockit raw-send --fragment 100 --write x.pcap eth dst=02:00:00:00:00:07 src=02:00:00:00:00:01 ip src=192.0.2.1 dst=192.0.2.7 udp dport=9 payload zero=200 fcs
	[ "${#lines[@]}" -eq 3 ]
	hex_of --fragment 100 ip6 src=2001:db8::1 dst=2001:db8::7 fragment id=1 payload zero=200
	[ "${#lines[@]}" -eq 1 ]
	raw --dry-run --fragment 40 ip6 src=2001:db8::1 dst=2001:db8::7 udp dport=9 payload zero=200
	[ "$status" -eq 1 ]
	[[ $output == *"packet 1 cannot be cut into fragments so small"* ]]
	raw --dry-run --fragment 20 ip dst=192.0.2.7 udp dport=9
	[ "$status" -eq 2 ]
	raw --fragment 100 --to 192.0.2.7 udp dport=9
	[ "$status" -eq 2 ]
}
