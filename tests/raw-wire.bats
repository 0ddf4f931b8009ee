# SPDX-License-Identifier: ISC
# raw-wire.bats - raw-send: what arrives at the other end of a wire, and what is refused before.

load lib
load raw-lib

setup() {
	enter_tmpdir
	need_frames
}

@test "the tutorial's frame leaves the interface byte for byte" {
	on_wire '
	capture 1 5b5b5b
	raw -I v0 eth dst=01:02:03:04:05:06 src=01:02:03:04:05:06 type=0x0801 \
		payload "[[[PAYLOAD]]]" bytes 1a2b3c4d
	captured'
	[ "$output" = 01020304050601020304050608015b5b5b5041594c4f41445d5d5d1a2b3c4d ]
}

@test "the tutorial's frame with a computed fcs" {
	on_wire '
	capture 1 5b5b5b
	raw -I v0 eth dst=01:02:03:04:05:06 src=01:02:03:04:05:06 type=0x0801 \
		payload "[[[PAYLOAD]]]" fcs
	captured'
	frame=01020304050601020304050608015b5b5b5041594c4f41445d5d5d
	[ "${output%????????}" = "$frame" ]
	raw-check --make '<' a1b2c3d4 1 "1.0:$output" >frame.pcap
	[ "$(raw-check --fcs frame.pcap)" = "eth fcs" ]
}

@test "frames arrive as --write has them" {
	on_wire '
	words="eth dst=02:00:00:00:00:07 vlan id=42 priority=3 ip dst=192.0.2.7 df id=77 tcp dport=80 mss=1460 payload end"
	capture 1 656e64
	raw -I v0 $words
	captured
	raw -I v0 --write sent.pcap $words
	raw-check --hex sent.pcap'
	[ "${lines[0]}" = "${lines[1]}" ]
	[ "${lines[0]:0:36}" = 0200000000070200000000018100602a0800 ]
}

@test "the kernel's own words are refused, not changed in silence" {
	on_wire 'raw ip dst=192.0.2.7 checksum=3 udp dport=9; echo $?; raw ip dst=192.0.2.7 id=0 udp dport=9; echo $?'
	[[ ${lines[0]} == *"checksum of ip is set by the kernel"* ]]
	[ "${lines[1]}" = 2 ]
	[ "${lines[3]}" = 2 ]
}

@test "a frame over the MTU names both, and nothing of a sweep goes out" {
	on_wire '
	raw -I v0 eth payload zero=1501; echo $?
	raw -I v0 eth payload zero=1500; echo $?
	raw -I v0 eth vlan id=1 payload zero=1500; echo $?
	raw ip dst=192.0.2.7 payload zero=1481; echo $?
	raw -I v0 eth payload zero=1499-1501; echo $?
	raw -I v0 --count 0 eth payload random=1499,1501; echo $?'
	[[ ${lines[0]} == *"1515 bytes"*"1501"*"MTU of v0, 1500 bytes"* ]]
	[ "${lines[1]} ${lines[2]} ${lines[3]}" = "1 0 0" ]
	[[ ${lines[4]} == *"1501"*"1500 bytes"* ]]
	[ "${lines[5]}" = 1 ]
	[ "${lines[7]}" = 1 ]
	[ "${lines[9]}" = 1 ]
}

@test "an interface that is down, and a network that cannot be reached" {
	on_wire '
	raw ip dst=198.51.100.1 icmp echo; echo $?
	ip link set v0 down
	raw -I v0 eth payload x; echo $?'
	[[ ${lines[0]} == *"cannot reach 198.51.100.1: "* ]]
	[ "${lines[1]}" = 4 ]
	[[ ${lines[2]} == *"v0 is down"* ]]
	[ "${lines[3]}" = 1 ]
}

@test "without the privilege: exit 6, the capability named, and nothing needed to look" {
	need setpriv
	on_wire '
	drop() { setpriv --bounding-set -net_raw --inh-caps -net_raw "$SOCKIT" raw-send "$@"; }
	drop -I v0 eth payload x; echo $?
	drop ip dst=192.0.2.7 icmp echo; echo $?
	drop --to 192.0.2.7 icmp echo; echo $?
	drop --dry-run -I v0 eth payload x >/dev/null; echo $?
	drop --write x.pcap -I v0 eth payload x; echo $?'
	for i in 0 2 4; do
		[[ ${lines[i]} == *"needs CAP_NET_RAW (run as root, or: setcap cap_net_raw+ep /"*"sockit)" ]]
		[ "${lines[i + 1]}" = 6 ]
	done
	[ "${lines[6]} ${lines[7]}" = "0 0" ]
}

@test "a firewall that forbids it is suspected by name" {
	need nft
	on_wire '
	nft add table ip t && nft add chain ip t o "{ type filter hook output priority 0; policy drop; }" || exit 77
	raw ip dst=192.0.2.7 icmp echo; echo $?'
	[ "$status" -ne 77 ] || skip "nft does not work here"
	[[ ${lines[0]} == *"CAP_NET_RAW is held; look at a firewall rule"* ]]
	[ "${lines[1]}" = 6 ]
}

@test "count, interval and rate" {
	on_wire '
	start=$(date +%s%N)
	raw --count 6 --interval 50ms -I v0 eth payload x
	middle=$(date +%s%N)
	raw --count 101 --rate 500 -I v0 eth payload x
	end=$(date +%s%N)
	echo $(((middle - start) / 1000000)) $(((end - middle) / 1000000))'
	read -r first second <<<"$output"
	[ "$first" -ge 250 ]
	[ "$second" -ge 200 ]
}

@test "a hundred thousand frames all arrive" {
	on_wire '
	before=$(there cat /proc/net/dev | grep v1: | tr -s " " | cut -d" " -f4)
	raw --count 100000 -I v0 eth payload x --stats
	after=$(there cat /proc/net/dev | grep v1: | tr -s " " | cut -d" " -f4)
	echo $((after - before >= 100000))'
	[[ ${lines[0]} == *"sent 100000 "*"(1500000 bytes)"* ]]
	[ "${lines[1]}" = 1 ]
}

@test "ENOBUFS waits and goes on" {
	need strace
	on_wire '
	capture 3 6e6f62756673
	# Leaks are not looked for under a tracer.
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -D -f -qq -o trace -e trace=sendmmsg,sendmsg -e inject=sendmmsg,sendmsg:error=ENOBUFS:when=1..4 \
		"$SOCKIT" raw-send -vv --count 3 -I v0 eth payload nobufs
	echo $?
	captured >frames
	wc -l <frames'
	[[ $output == *"sent 3 packets"* ]]
	[[ $output == *"waited 4 times"* ]]
	[ "${lines[-2]} ${lines[-1]}" = "0 3" ]
}

@test "count 0 goes on until a signal, which is what it dies of" {
	on_wire '
	capture 3 656e646c657373
	"$SOCKIT" raw-send --count 0 --interval 5ms --stats -I v0 eth payload endless 2>err &
	sender=$!
	captured >frames
	kill -TERM $sender
	wait $sender
	echo $?
	cat err'
	[ "${lines[0]}" = 143 ]
	[[ ${lines[1]} == *"sent "*" packets"*"; signal" ]]
}

@test "the event and the summary give the same reason" {
	on_wire 'raw -v --json --stats -w 100ms --replies -I v0 eth arp request target=192.0.2.99'
	[[ $output == *'"reason":"timeout"'* ]]
	[[ $output == *"; timeout"* ]]
}

@test "hexdump shows what is sent" {
	on_wire 'raw -x -I v0 eth type=0x0801 payload shown'
	[ "$status" -eq 0 ]
	[[ $output == *"0000  ff ff ff ff ff ff 02 00  00 00 00 01 08 01 73 68"* ]]
}

@test "socket options are set" {
	on_wire '
	raw -vv -o priority=5 -o mark=7 -I v0 eth payload x; echo $?
	raw -o ttl=9 --to 192.0.2.7 icmp echo; echo $?
	raw -o nosuch -I v0 eth; echo $?'
	[ "${lines[-1]}" = 2 ]
	[[ $output == *0* ]]
}

@test "a frame with an IP packet goes to the next hop, asked for if need be" {
	on_wire '
	ip route add 198.51.100.0/24 via 192.0.2.7
	there sh -c "echo 1 >/proc/sys/net/ipv4/ip_forward"
	raw -r -I v0 eth ip dst=192.0.2.7 icmp echo id=1
	raw -r -I v0 eth ip6 dst=2001:db8::7 icmp6 echo id=2
	capture 1 6e657874
	raw -I v0 eth ip dst=198.51.100.9 udp dport=9 payload next
	captured
	# From the table, without any question.
	there ip link set v1 address 02:00:00:00:00:08
	capture 1 6e657874
	raw -I v0 eth dst=02:00:00:00:00:08 ip dst=192.0.2.7 udp dport=9 payload next
	captured
	raw --dry-run -I v0 eth ip dst=192.0.2.7 udp dport=9 | grep "^  dst.*:.*:"'
	[[ ${lines[0]} == "192.0.2.7: echo-reply, id 1"* ]]
	[[ ${lines[1]} == "2001:db8::7: echo-reply, id 2"* ]]
	[[ ${lines[2]} == 0200000000070200000000010800* ]]
	[[ ${lines[3]} == 0200000000080200000000010800* ]]
}

@test "in a VLAN the host itself is asked for there" {
	on_wire '
	answer_arp 42 192.0.2.9
	capture 1 746167
	tagged() { raw -I v0 eth vlan id=42 ip dst=192.0.2.9 udp dport=9 payload tag 2>/dev/null; }
	wait_for tagged; echo $?
	captured
	raw -I v0 eth vlan id=43 ip dst=192.0.2.9 udp dport=9; echo $?
	capture 1 67726f7570
	raw -I v0 eth vlan id=43 ip dst=239.1.2.3 udp dport=9 payload group
	captured'
	[ "${lines[0]}" = 0 ]
	[[ ${lines[1]} == 020000000007020000000001* ]]
	[[ ${lines[2]} == *"next hop 192.0.2.9 does not answer on v0 in VLAN 43 within 1.000s (eth dst=MAC"* ]]
	[ "${lines[3]}" = 4 ]
	[[ ${lines[4]} == 01005e010203020000000001* ]]
}

@test "a report with several records is what tshark says it is" {
	need tshark
	sockit raw-send --write reports.pcap eth dst=01:00:5e:00:00:16 ip dst=224.0.0.22 igmp report-v3 \
		record is-exclude group=239.1.1.1 record allow group=239.1.1.2 sources=192.0.2.1+192.0.2.2 aux=01
	run -0 tshark -o ip.check_checksum:TRUE -r reports.pcap -T fields -e igmp.num_grp_recs -e igmp.record_type \
		-e igmp.maddr -e igmp.saddr -e igmp.aux_data_len -e igmp.checksum.status -e _ws.malformed
	[ "${lines[-1]}" = $'2\t2,5\t239.1.1.1,239.1.1.2\t192.0.2.1,192.0.2.2\t0,1\t1\t' ]
	sockit raw-send --write reports.pcap eth dst=33:33:00:00:00:16 ip6 src=fe80::1 dst=ff02::16 hop-options \
		router-alert=0 mld report-v2 group=ff02::5 record block group=ff02::6 sources=2001:db8::1
	run -0 tshark -r reports.pcap -T fields -e icmpv6.mldr.nb_mcast_records -e icmpv6.mldr.mar.record_type \
		-e icmpv6.mldr.mar.multicast_address -e icmpv6.mldr.mar.source_address -e icmpv6.checksum.status \
		-e _ws.malformed
	[ "${lines[-1]}" = $'2\t4,6\tff02::5,ff02::6\t2001:db8::1\t1\t' ]
}

@test "a routing header has the segments that tshark finds in it" {
	need tshark
	head='eth src=02:00:00:00:00:01 dst=02:00:00:00:00:07 ip6 src=2001:db8::1 dst=2001:db8::7 routing'
	# shellcheck disable=SC2086
	sockit raw-send --write r.pcap $head type=0,3 segments=2001:db8::8+2001:db8::9 udp dport=9
	run -0 tshark -r r.pcap -T fields -e ipv6.routing.segleft -e ipv6.routing.src.addr \
		-e ipv6.routing.rpl.full_address -e udp.checksum.status -e _ws.malformed -o udp.check_checksum:TRUE
	[ "${lines[-2]}" = $'2\t2001:db8::8,2001:db8::9\t\t1\t' ]
	[ "${lines[-1]}" = $'2\t\t2001:db8::8,2001:db8::9\t1\t' ]
	# Two addresses of which only the last byte is there, and padding.
	# shellcheck disable=SC2086
	sockit raw-send --write r.pcap $head type=3 left=2 data=ff6000000809000000000000 udp dport=9
	run -0 tshark -r r.pcap -T fields -e ipv6.routing.rpl.full_address -e udp.checksum.status \
		-o udp.check_checksum:TRUE
	[ "${lines[-1]}" = $'2001:db8::8,2001:db8::9\t1' ]
	# shellcheck disable=SC2086
	sockit raw-send --write r.pcap $head type=2 segments=2001:db8::9 udp dport=9
	run -0 tshark -r r.pcap -T fields -e ipv6.routing.segleft -e ipv6.routing.mipv6.home_address \
		-e udp.checksum.status -e _ws.malformed -o udp.check_checksum:TRUE
	[ "${lines[-1]}" = $'1\t2001:db8::9\t1\t' ]
	# shellcheck disable=SC2086
	sockit raw-send --write r.pcap $head segments=2001:db8::7+2001:db8::8+2001:db8::9 udp dport=9
	run -0 tshark -r r.pcap -T fields -e ipv6.routing.segleft -e ipv6.routing.srh.last_entry \
		-e ipv6.routing.srh.addr -e udp.checksum.status -e _ws.malformed -o udp.check_checksum:TRUE
	[ "${lines[-1]}" = $'2\t2\t2001:db8::9,2001:db8::8,2001:db8::7\t1\t' ]
}

@test "a next hop that does not answer is an error of its own" {
	on_wire '
	raw -I v0 eth ip dst=192.0.2.9 udp dport=9; echo $?
	raw -I v0 eth ip6 dst=2001:db8::9 udp dport=9; echo $?
	raw -I v0 eth ip dst=192.0.2.255 udp dport=9; echo $?
	raw -I lo eth ip dst=127.0.0.1 udp dport=9; echo $?'
	[[ ${lines[0]} == *"next hop 192.0.2.9 does not answer on v0 within 1.000s "* ]]
	[[ ${lines[2]} == *"next hop 2001:db8::9 does not answer on v0"* ]]
	[ "${lines[1]}${lines[3]}${lines[4]}${lines[5]}" = 4400 ]
}

@test "as many packets leave as --count says, however many go out at once" {
	need_frames
	on_wire 'arrived() { there cat /proc/net/dev | sed -n "s/^ *v1: *[0-9]* *\([0-9]*\).*/\1/p"; }
		for count in 1 255 256 257 511 512 513 1025 2600; do
			before=$(arrived)
			raw -I v0 --count $count eth type=0x88b5 payload x
			echo $count $(($(arrived) - before))
		done'
	[ "$status" -eq 0 ]
	# A neighbor or a router may be asked for at any time.
	awk '$2 < $1 || $2 > $1 + 5 { exit 1 }' <<<"$output"
	[ "${#lines[@]}" -eq 9 ]
}
