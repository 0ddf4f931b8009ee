# SPDX-License-Identifier: ISC
# raw-checksums.bats - raw-send: lengths and checksums, checked by our own code, tcpdump and tshark.

load lib
load raw-lib

ip4='ip src=192.0.2.1 dst=198.51.100.7'
ip6='ip6 src=2001:db8::1 dst=2001:db8::7'
eth='eth dst=02:00:00:00:00:07 src=02:00:00:00:00:01'

# packets - a line of words for each kind of packet, and the layers that must be found in it.
packets() {
	while read -r layers words; do
		echo "${layers//,/ }|$words"
	done <<-END
		eth,ip,tcp,fcs $eth $ip4 tcp dport=80 mss=1460 wscale=7 sack-ok timestamp=17/18 payload odd fcs
		eth,ip,udp,fcs $eth $ip4 options=94040000 udp dport=9 payload even fcs
		eth,vlan,ip,icmp,fcs $eth vlan id=42 $ip4 icmp echo id=7 seq=9 payload hello fcs
		eth,vlan,vlan,ip6,udp,fcs $eth vlan id=1 vlan id=2 $ip6 udp dport=9 payload odd fcs
		eth,ip6,tcp,fcs $eth $ip6 tcp dport=80 flags=syn,ack fcs
		eth,ip6,icmp6,fcs $eth $ip6 icmp6 echo id=7 payload abc fcs
		eth,ip6,icmp6,fcs $eth $ip6 hop-limit=255 ndp solicit target=2001:db8::7 source-mac=02:00:00:00:00:01 fcs
		eth,ip,igmp,fcs $eth ip src=192.0.2.1 dst=224.0.0.1 ttl=1 igmp query group=239.1.2.3 fcs
		eth,ip,udp,fcs $eth $ip4 udp dport=9 payload zero=1471 pad fcs
		eth,ip,udp,fcs $eth $ip4 udp dport=9 payload x pad fcs
		eth,arp,fcs $eth arp request target=192.0.2.7 sender=192.0.2.1 pad fcs
		eth,ip,ip,udp,fcs $eth $ip4 ip src=10.0.0.1 dst=10.0.0.2 udp dport=5 payload x fcs
		eth,ip,ip6,icmp6,fcs $eth $ip4 $ip6 icmp6 echo fcs
		eth,ip,icmp,fcs $eth $ip4 icmp type=3 code=3 $ip4 udp dport=9 payload quoted fcs
	END
}

# layers - a line for each of the other layers: the protocols that tshark must find, and the words.
layers() {
	while read -r protocols words; do
		echo "$protocols|$words"
	done <<-END
		eth:ethertype:mpls:ip:udp $eth mpls label=16 mpls label=17 $ip4 udp sport=1 dport=9
		eth:ethertype:ip:gre:ip:icmp $eth $ip4 gre key=7 seq=9 checksum $ip4 icmp echo
		eth:ethertype:ip:gre:eth:ethertype:arp $eth $ip4 gre $eth arp target=192.0.2.7 sender=192.0.2.1
		eth:ethertype:ip:udp:vxlan:eth:ethertype:ipv6:icmpv6 $eth $ip4 udp vxlan vni=42 $eth $ip6 icmp6 echo
		eth:ethertype:ip:sctp $eth $ip4 sctp sport=5 dport=36412 tag=0 chunks=010000140000000100010000000a000a00000001
		eth:ethertype:ipv6:sctp $eth $ip6 sctp dport=36412 tag=1 chunks=0e000004
		eth:ethertype:ipv6:ipv6.hopopts:ipv6.dstopts:tcp $eth $ip6 hop-options router-alert=0 dest-options options=1e0412345678 tcp dport=80
		eth:ethertype:ipv6:ipv6.routing:tcp $eth $ip6 routing type=2 left=1 data=0000000020010db8000000000000000000000009 tcp dport=80
		eth:ethertype:ipv6:ipv6.routing:tcp $eth $ip6 routing type=4 left=1 data=0000000020010db800000000000000000000000920010db8000000000000000000000007 tcp dport=80
		eth:ethertype:ipv6:ipv6.routing:tcp $eth $ip6 routing segments=2001:db8::7+2001:db8::9 tcp dport=80
		eth:ethertype:ipv6:ipv6.fraghdr:tcp $eth $ip6 fragment id=9 tcp dport=80
		eth:ethertype:ipv6:icmpv6 $eth $ip6 ndp rs source-mac=02:00:00:00:00:01
		eth:ethertype:ipv6:icmpv6 $eth $ip6 ndp ra prefix=2001:db8:: mtu=1400 source-mac=02:00:00:00:00:01
		eth:ethertype:ipv6:icmpv6 $eth $ip6 ndp na target=2001:db8::1 target-mac=02:00:00:00:00:01
		eth:ethertype:ipv6:ipv6.hopopts:icmpv6 $eth $ip6 hop-options router-alert=0 mld report group=ff02::5
		eth:ethertype:ipv6:ipv6.hopopts:icmpv6 $eth $ip6 hop-options router-alert=0 mld query-v2 sources=2001:db8::1
		eth:ethertype:ipv6:ipv6.hopopts:icmpv6 $eth $ip6 hop-options router-alert=0 mld report-v2 group=ff02::5 sources=2001:db8::1+2001:db8::2
		eth:ethertype:lldp eth dst=01:80:c2:00:00:0e src=02:00:00:00:00:01 type=lldp bytes 0207040200000000010403057630060200780000
		eth:ethertype:ip:igmp $eth $ip4 options=94040000 igmp query-v3 group=239.1.2.3 sources=192.0.2.1
		eth:ethertype:ip:igmp $eth $ip4 options=94040000 igmp report-v3 group=239.1.2.3 sources=192.0.2.1+192.0.2.2 record group=239.1.2.4
	END
}

# write_all - the packets whose words stand behind a | in the input, as all.pcap.
write_all() {
	local words
	: >all.pcap
	while IFS='|' read -r _ words; do
		# shellcheck disable=SC2086
		sockit raw-send --write one.pcap $words
		[ -s all.pcap ] || head -c 24 one.pcap >all.pcap
		tail -c +25 one.pcap >>all.pcap
	done
}

@test "other layers are dissected by tshark into what was built, with all its checksums on" {
	need tshark
	layers | write_all
	tshark -r all.pcap -V -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE \
		-o udp.check_checksum:TRUE -o sctp.checksum:TRUE >tshark.out 2>/dev/null
	run -1 grep -Ei 'checksum.*(bad|incorrect)|status: bad|malformed' tshark.out
	tshark -r all.pcap -T fields -e frame.protocols 2>/dev/null >protocols
	[ "$(wc -l <protocols)" -eq "$(layers | wc -l)" ]
	while IFS='|' read -r protocols words; do
		read -r found <&4
		echo "$words: $found"
		[[ $found == "$protocols"* ]]
	done 4<protocols < <(layers)
}

@test "lengths and checksums are right" {
	while IFS='|' read -r layers words; do
		# shellcheck disable=SC2086
		judged --fcs $words
		echo "$words: $output"
		[ "$output" = "$layers" ] || [[ $words == *"type=3"* && $output == "eth ip icmp fcs" ]]
	done < <(packets)
}

@test "and so say tcpdump and its decoding" {
	need tcpdump
	while IFS='|' read -r _ words; do
		# shellcheck disable=SC2086
		sockit raw-send --write t.pcap ${words% fcs}
		run tcpdump -nvvr t.pcap
		echo "$output"
		[ "$status" -eq 0 ]
		[[ $output != *[Bb]ad\ * && $output != *incorrect* && $output != *invalid* ]]
		[[ $output != *'[|'* && $output != *'wrong'* ]]
	done < <(packets)
}

@test "and so says tshark, with all its checksums on" {
	need tshark
	packets | write_all
	tshark -r all.pcap -V -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE \
		-o udp.check_checksum:TRUE -o eth.check_fcs:TRUE -o eth.fcs:Always >tshark.out 2>/dev/null
	run awk '/^Frame [0-9]+:/ { frame = $2 + 0 }
		/FCS Status: Good|checksum.*Good|Checksum Status: Good/ && !good[frame]++ { print frame }' tshark.out
	[ "$output" = "$(seq "$(packets | wc -l)")" ]
	run -1 grep -Ei 'checksum.*(bad|incorrect)|status: bad|malformed' tshark.out
}

@test "checksums of random packets are right" {
	judged ip src=random dst=random tcp sport=random dport=random seq=random ack=random \
		flags=random window=random payload random=1-100 --count 3
	[ "${#lines[@]}" -eq 300 ]
	[ "$(sort -u <<<"$output")" = "ip tcp" ]
	judged ip6 src=random dst=random flow=random udp sport=random dport=random payload random=0-99
	[ "$(sort -u <<<"$output")" = "ip6 udp" ]
}

@test "a checksum of UDP that would be zero is sent as ffff" {
	written ip src=192.0.2.1 dst=192.0.2.2 udp sport=0-65535 dport=9 payload x
	[ "$(cut -c 53-56 <<<"$output" | grep -c 0000)" -eq 0 ]
	[ "$(cut -c 53-56 <<<"$output" | grep -c ffff)" -ge 1 ]
}
