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
