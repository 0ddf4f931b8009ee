# SPDX-License-Identifier: ISC
# raw-words.bats - raw-send: from words to bytes, and errors that point at the word.

load lib
load raw-lib

@test "the tutorial's frame is as it was typed" {
	written eth dst=01:02:03:04:05:06 src=01:02:03:04:05:06 type=0x0801 \
		payload '[[[PAYLOAD]]]' bytes 1a2b3c4d
	[ "$output" = 0102030405060102030405060801"5b5b5b5041594c4f41445d5d5d"1a2b3c4d ]
}

@test "the same frame with a computed fcs" {
	judged --fcs eth dst=01:02:03:04:05:06 src=01:02:03:04:05:06 type=0x0801 \
		payload '[[[PAYLOAD]]]' fcs
	[ "$output" = "eth fcs" ]
}

@test "an unknown field is named, with the one that was meant" {
	raw --dry-run ip dst=192.0.2.1 tttl=3
	[ "$status" -eq 2 ]
	[ "$output" = 'sockit raw-send: bad field "tttl" of ip (did you mean ttl?)' ]
}

@test "a field without =, of another layer, and what other programs call layers: the word to type" {
	while IFS='|' read -r words wanted; do
		# shellcheck disable=SC2086 # several words
		raw --dry-run $words
		[ "$status" -eq 2 ]
		[ "$output" = "sockit raw-send: $wanted" ] || { echo "$words: $output" && false; }
	done <<-'END'
		ip dst 192.0.2.1|bad word "dst" after ip (did you mean dst=192.0.2.1?)
		ip dst|bad word "dst" after ip (a field has a value: dst=VALUE)
		ip dst udp dport=9|bad word "dst" after ip (a field has a value: dst=VALUE)
		ip dst=192.0.2.1 sport=9|bad field "sport" of ip (sport is a field of udp, tcp, sctp)
		udp dst=192.0.2.1|bad field "dst" of udp (dst is a field of eth, ip, ip6)
		ip nonsense=1|bad field "nonsense" of ip (raw-send --layers lists them)
		ping 192.0.2.1|unknown layer "ping" (did you mean: ip dst=HOST icmp echo?)
		ipv4 dst=192.0.2.1|unknown layer "ipv4" (did you mean ip?)
		ip dst=192.0.2.1 ping|bad word "ping" after ip (did you mean: ip dst=HOST icmp echo?)
	END
}

@test "a value out of range is named with the range" {
	raw --dry-run ip dst=192.0.2.1 ttl=300
	[ "$status" -eq 2 ]
	[ "$output" = 'sockit raw-send: bad ttl of ip: "300" (0-255)' ]
}

@test "every width has its own range" {
	while read -r layer field good bad; do
		raw --dry-run "$layer" "$field=$good" dst=::1 || true
		[[ $output != *"bad $field"* ]]
		raw --dry-run "$layer" "$field=$bad"
		[ "$status" -eq 2 ]
		[[ $output == *"bad $field of $layer: \"$bad\" (0-"* ]]
	done <<-'END'
		vlan id 4095 4096
		vlan priority 7 8
		vlan dei 1 2
		ip id 65535 65536
		ip offset 8191 8192
		ip ecn 3 4
		ip dscp 63 64
		ip6 flow 1048575 1048576
		ip6 class 0xff 0x100
		tcp seq 4294967295 4294967296
		tcp window 65535 65536
		tcp wscale 255 256
		icmp type 255 256
		payload zero 65535 65536
		eth type 0xffff 0x10000
		ip ttl 255 18446744073709551616
	END
}

@test "an unknown layer, and a word that fits nowhere" {
	raw --dry-run ipp dst=192.0.2.1
	[ "$status" -eq 2 ]
	[[ $output == *'unknown layer "ipp" (did you mean ip?)' ]]
	raw --dry-run ip dst=192.0.2.1 icmp ehco
	[ "$status" -eq 2 ]
	[[ $output == *'bad word "ehco" after icmp (did you mean echo?)' ]]
	raw --dry-run dst=192.0.2.1
	[ "$status" -eq 2 ]
}

@test "what has no default must be given" {
	for words in "ip ttl=3" "ip6 icmp6 echo" "eth vlan" "ip dst=192.0.2.1 udp" "ip dst=192.0.2.1 tcp"; do
		# shellcheck disable=SC2086
		raw --dry-run $words
		[ "$status" -eq 2 ]
		[[ $output == *"missing "*" of "* ]]
	done
}

@test "a field may be given once" {
	raw --dry-run ip dst=192.0.2.1 ttl=3 ttl=4
	[ "$status" -eq 2 ]
	[[ $output == *"ttl of ip is given twice "* ]]
	raw --dry-run ip dst=192.0.2.1 icmp echo type=3
	[ "$status" -eq 2 ]
}

@test "malformed addresses, MACs and hex are refused" {
	for words in "ip dst=1.2.3" "ip dst=1.2.3.4.5" "ip dst=2001:db8::1" "ip6 dst=192.0.2.1" \
		"eth dst=01:02:03:04:05" "eth dst=01:02:03:04:05:0g" "eth dst=" "bytes 0g" "bytes 123" \
		"ip dst=192.0.2.9-192.0.2.1" "ip dst=192.0.2.1 ttl=0x" "ip dst=192.0.2.1 ttl=-1" \
		"ip dst=192.0.2.1 tcp dport=80 flags=syn,akc" "ip dst=192.0.2.1 tcp dport=80 timestamp=1/2/3"; do
		# shellcheck disable=SC2086
		raw --dry-run -n $words
		[ "$status" -eq 2 ]
	done
}

@test "names are looked up unless -n forbids it" {
	raw --dry-run ip dst=localhost udp dport=domain
	[ "$status" -eq 0 ]
	[[ $output == *"127.0.0.1"* ]]
	raw -n --dry-run ip dst=localhost udp dport=53
	[ "$status" -eq 2 ]
	raw --dry-run ip dst=nosuch.invalid udp dport=53
	[ "$status" -eq 3 ] || [ "$status" -eq 5 ]
	raw --dry-run ip dst=192.0.2.1 udp dport=nosuchservice
	[ "$status" -eq 3 ]
}

@test "a service is that of the layer's protocol" {
	need unshare mount
	unshare -rm true 2>/dev/null || skip "cannot make a mount namespace"
	printf '%s\n' 'both 100/tcp' 'both 200/udp' 'stream 300/tcp' >services
	with_services() {
		run unshare -rm sh -c 'mountover services /etc/services && exec "$@"' sh \
			"$SOCKIT" raw-send --dry-run ip src=192.0.2.1 dst=192.0.2.2 "$@" 3>&-
	}
	with_services udp sport=1 dport=both
	[[ $output =~ dport\ +200\  ]]
	with_services tcp sport=1 dport=both
	[[ $output =~ dport\ +100\  ]]
	with_services udp dport=stream
	[ "$status" -eq 3 ]
	[[ $output == *'no such service: "stream"'* ]]
}

@test "options may stand before, between and after the words" {
	raw eth type=5 --dry-run payload x
	[ "$status" -eq 0 ]
	raw eth type=5 payload x --dry-run
	[ "$status" -eq 0 ]
	raw --dry-run -- eth type=5 payload -x
	[ "$status" -eq 0 ]
}

@test "payload: text, escapes, hex, a file, zeros, random bytes" {
	head='ffffffffffff00000000000088b5'
	written eth payload 'a b'
	[ "$output" = "${head}612062" ]
	written eth payload text=zero=3
	[ "$output" = "${head}7a65726f3d33" ]
	written -E eth payload 'a\r\n\x00'
	[ "$output" = "${head}610d0a00" ]
	written --hex eth payload '01 02:03'
	[ "$output" = "${head}010203" ]
	printf 'x\0y' >file
	written eth payload file=file
	[ "$output" = "${head}780079" ]
	written eth payload zero=3
	[ "$output" = "${head}000000" ]
	written eth payload random=20
	[ "${#output}" -eq $((28 + 40)) ]
	raw --dry-run eth payload file=nosuch
	[ "$status" -eq 3 ]
}

@test "pad fills up to 60 bytes, or to a size, and lengths do not count it" {
	judged eth ip src=192.0.2.1 dst=192.0.2.2 udp dport=9 payload hi pad
	[ "$output" = "eth ip udp" ]
	written eth ip src=192.0.2.1 dst=192.0.2.2 udp dport=9 payload hi pad
	[ "${#output}" -eq 120 ]
	[ "${output:32:4}" = 001e ]
	written eth pad=100
	[ "${#output}" -eq 200 ]
	written eth payload zero=200 pad=100
	[ "${#output}" -eq 428 ]
}

@test "what is given is sent as given, right or wrong" {
	written ip src=192.0.2.1 dst=192.0.2.2 length=3 checksum=0x1234 proto=200 ihl=9 version=7 udp \
		dport=1 length=5 checksum=0xabcd
	[ "${output:0:2}" = 79 ]
	[ "${output:4:4}" = 0003 ]
	[ "${output:18:2}" = c8 ]
	[ "${output:20:4}" = 1234 ]
	[ "${output:48:8}" = 0005abcd ]
}

@test "sweeps multiply, the first named slowest, and count repeats the whole" {
	written ip src=10.0.0.1-10.0.0.2 dst=192.0.2.1 ttl=7,9 payload '' --count 2
	run bash -c "cut -c 17-18,31-32 <<<'$output' | tr '\n' ' '"
	[ "$output" = "0701 0901 0702 0902 0701 0901 0702 0902 " ]
}

@test "a sweep of hardware addresses and of IPv6 addresses carries over" {
	written eth dst=00:00:00:00:00:fe-00:00:00:00:01:01 type=5
	[ "${#lines[@]}" -eq 4 ]
	[ "${lines[3]:0:12}" = 000000000101 ]
	written ip6 src=:: dst=2001:db8::ffff:ffff:ffff:ffff-2001:db8:0:1::1 payload ''
	[ "${#lines[@]}" -eq 3 ]
	[ "${lines[1]:48}" = 20010db8000000010000000000000000 ]
}

@test "random is another value for each packet" {
	written ip src=random dst=192.0.2.1 payload '' --count 50
	[ "$(cut -c 25-32 <<<"$output" | sort -u | wc -l)" -gt 45 ]
}

@test "the pace of --interval is in the times of the file" {
	need tcpdump
	sockit raw-send --write t.pcap --interval 1.5s ip src=192.0.2.1 dst=192.0.2.2 ttl=1-3 udp dport=9
	run bash -c "tcpdump -ttt -nr t.pcap 2>/dev/null | cut -d' ' -f2"
	[ "${lines[1]}" = 00:00:01.500000 ]
	[ "${lines[2]}" = 00:00:01.500000 ]
}

@test "layers lists every layer and field" {
	raw --layers
	[ "$status" -eq 0 ]
	for layer in eth vlan mpls arp ip ip6 hop-options dest-options routing fragment icmp icmp6 ndp 'ndp rs' \
		'ndp ra' igmp 'igmp query-v3' 'igmp report-v3' mld 'mld query-v2' 'mld report-v2' record record6 udp tcp sctp \
		gre vxlan payload pad fcs bytes; do
		grep -q "^$layer - " <<<"$output"
	done
	for field in sender-mac hop-limit sack-ok urgent group dei; do
		grep -q "^  $field " <<<"$output"
	done
	# What does not fit continues below, in its column.
	joined=$(sed -e ':next' -e '$!N' -e 's/\n    */ /' -e 't next' -e P -e D <<<"$output")
	grep -q "^  flags .* fin, syn, .*, none (may stand alone)$" <<<"$joined"
	! grep -q "^  dscp .* (may stand alone)$" <<<"$joined"
}

@test "a routing header has segments or data, and one of them must be given" {
	raw --dry-run ip6 dst=::1 routing type=0 udp dport=9
	[ "$status" -eq 2 ]
	[[ $output == *'missing segments of routing (give segments=A+B+C)' ]]
	raw --dry-run ip6 dst=::1 routing data=00 segments=::2
	[ "$status" -eq 2 ]
	[[ $output == *'data and segments of routing cannot be used together'* ]]
	raw --dry-run ip6 dst=::1 routing segments=::1+::2+::3
	[[ $output == *$'  left          2 '*$'\n  segments      ::1+::2+::3 '* ]]
	raw --dry-run --json ip6 dst=::1 routing type=2 segments=::2 payload x
	[[ $output == *'"type":2,"left":1,"segments":"::2"}'* ]]
}

@test "the first record of a report may go unnamed, and a field of none is no record" {
	raw --dry-run --json ip src=192.0.2.1 dst=224.0.0.22 igmp report-v3 allow group=239.1.1.1 sources=192.0.2.1 \
		record group=239.1.1.2
	[[ $output == *'"records":2}},{"layer":"record"'*'"mode":5,"count":1,"group":"239.1.1.1","sources":"192.0.2.1"'* ]]
	[[ $output == *'"group":"239.1.1.2"'* ]]
	raw --dry-run ip dst=224.0.0.22 igmp report-v3 record sorces=192.0.2.1
	[ "$status" -eq 2 ]
	[[ $output == *'bad field "sorces" of record (did you mean sources?)'* ]]
}

@test "layers takes no words: they would be ignored" {
	raw --layers ip
	[ "$status" -eq 2 ]
	[ "$output" = 'sockit raw-send: --layers lists all layers and takes no operand: "ip"' ]
}

@test "layers fits a terminal of 80 columns" {
	raw --layers
	[ "$status" -eq 0 ]
	wide=$(grep -E '.{80}' <<<"$output") || true
	[ -z "$wide" ] || {
		echo "$wide"
		false
	}
}

@test "dry-run shows every layer, every field and the hex beside it" {
	raw --dry-run eth dst=01:02:03:04:05:06 src=02:00:00:00:00:01 vlan id=42 ip src=192.0.2.1 \
		dst=192.0.2.2 tcp dport=80 flags=syn,ack mss=1460 sack-ok wscale=7 timestamp=1/2 payload hello
	[ "$status" -eq 0 ]
	grep -Eq '^vlan: 4 bytes at 14$' <<<"$output"
	grep -Eq '^  id +42 +00 2a$' <<<"$output"
	grep -Eq '^  flags +syn,ack +50 12$|^  flags +syn,ack +a0 12$' <<<"$output"
	grep -Eq '^  mss +1460' <<<"$output"
	grep -Eq '^  timestamp +1/2' <<<"$output"
	grep -Eq '^  dst +192.0.2.2 +c0 00 02 02$' <<<"$output"
	grep -Eq '^  0000  01 02 03 04 05 06 02 00 ' <<<"$output"
}

@test "dry-run as JSON" {
	sockit raw-send --dry-run --json ip src=192.0.2.1 dst=192.0.2.2 ttl=3 icmp echo id=7 >out.json
	grep -Eq '^[{].*"size":28,.*"layers":\[[{]"layer":"ip",.*"fields":[{].*"ttl":3[,}].*"layer":"icmp"' out.json
	grep -Eq '"hex":"[0-9a-f]{56}"' out.json
}

@test "combinations that make no sense are refused" {
	while read -r words; do
		# shellcheck disable=SC2086
		raw $words
		[ "$status" -eq 2 ]
	done <<-'END'
		--dry-run
		eth payload x
		udp dport=53
		--dry-run --write x.pcap eth
		--to 192.0.2.1 eth
		--to 192.0.2.1 arp request
		--to 192.0.2.1 -6 icmp echo
		--write x.pcap --to 192.0.2.1 icmp echo
		--write x.pcap --count 0 eth
		--dry-run --replies eth
		--dry-run --stats eth
		--replay x.pcap eth
		--rate 5 --interval 1 eth --dry-run
		--rate 0 eth --dry-run
		--replies=0 ip dst=127.0.0.1 icmp
		arp request
		ip dst=127.0.0.1 checksum=1 icmp echo
	END
	[ ! -e x.pcap ]
}

@test "what socket options would put into an IP header is refused if the packet has its own" {
	for option in ttl=5 dscp=ef multicast-ttl=7; do
		for words in 'ip dst=127.0.0.1 icmp echo' 'ip6 dst=::1 icmp6 echo'; do
			# shellcheck disable=SC2086 # words
			run_sockit raw-send -o "$option" $words
			[ "$status" -eq 2 ]
			[[ $output == *"-o ${option%=*} cannot be used"*"own IP header"* ]]
		done
	done
}

@test "an interface that does not exist is exit 3" {
	raw -I nosuch0 eth payload x
	[ "$status" -eq 3 ]
	[[ $output == *'no such interface: "nosuch0"' ]]
}

@test "words of a megabyte are refused, not fatal" {
	big=$(head -c 100000 /dev/zero | tr '\0' a)
	for word in "$big" "$big=1" "eth $big" "eth dst=$big" "ip dst=$big" "ip ttl=$big"; do
		# shellcheck disable=SC2086
		raw -n --dry-run $word
		[ "$status" -eq 2 ] || [ "$status" -eq 3 ]
	done
}

@test "a full disk is an error, and so is a folder that is not there" {
	need_full
	raw --write /dev/full eth payload x
	[ "$status" -eq 1 ]
	raw --write nosuch/x.pcap eth
	[ "$status" -eq 3 ]
	run bash -c '"$SOCKIT" raw-send --dry-run eth >/dev/full'
	[ "$status" -eq 1 ]
}

@test "a range of ports that goes too far, or lacks an end, is a usage error" {
	for ports in 1-65536 1- -1 80-79 1-2-3 65536; do
		raw --dry-run ip dst=192.0.2.1 tcp "dport=$ports"
		[ "$status" -eq 2 ]
		[[ $output == *"dport of tcp: \"$ports\""* ]]
	done
}

@test "syn-ack is no range of flags, and the hint has a comma" {
	raw --dry-run ip dst=192.0.2.1 tcp dport=80 flags=syn-ack
	[ "$status" -eq 2 ]
	[[ $output == *'flags of tcp: "syn-ack"'*"(did you mean syn,ack?)" ]]
	hex_of ip dst=192.0.2.1 tcp dport=80 flags=2-4
	[ "${#lines[@]}" -eq 3 ]
}

@test "neighbour discovery travels with hop limit 255, IGMP with 1" {
	hex_of ip6 src=:: dst=ff02::1 ndp target=2001:db8::7
	[ "${output:14:2}" = ff ]
	hex_of ip6 src=:: dst=ff02::1 hop-limit=64 ndp target=2001:db8::7
	[ "${output:14:2}" = 40 ]
	hex_of ip src=192.0.2.1 dst=224.0.0.1 igmp query
	[ "${output:16:2}" = 01 ]
	hex_of ip src=192.0.2.1 dst=224.0.0.1 udp dport=9
	[ "${output:16:2}" = 40 ]
}

@test "random hardware addresses are those of one host, locally administered" {
	hex_of eth src=random dst=random type=5 --count 300
	[ "${#lines[@]}" -eq 300 ]
	[ -z "$(cut -c 2,14 <<<"$output" | grep -v '^[26ae][26ae]$')" ]
	[ "$(cut -c 1-12 <<<"$output" | sort -u | wc -l)" -gt 290 ]
}

@test "a random number of random bytes fits the packet" {
	raw --write x.pcap ip src=192.0.2.1 dst=192.0.2.2 udp dport=9 payload random=random --count 50
	[ "$status" -eq 0 ]
	raw --write x.pcap eth ip6 src=:: dst=::1 udp dport=9 payload random=random zero=1 2>&1 || true
	raw --write x.pcap eth payload random=random --count 50
	[ "$status" -eq 0 ]
}

@test "the largest --count is no default" {
	run bash -c 'timeout 20 "$SOCKIT" raw-send --dry-run --count 18446744073709551615 --json eth | head -n 3'
	[ "${#lines[@]}" -eq 3 ]
}

@test "a listing and a capture do not share standard output" {
	raw --write - -x eth payload x
	[ "$status" -eq 2 ]
	[[ $output == *"--write - cannot be used with --hexdump"* ]]
	# shellcheck disable=SC2016 # the inner shell's
	run bash -c '"$SOCKIT" raw-send --write both -x eth payload x >both'
	[ "$status" -eq 2 ]
	[[ $output == *"--write both cannot be used with --hexdump"* ]]
	raw --write other -x eth payload x
	[ "$status" -eq 0 ]
}

@test "a capture written to /dev/stdout is added to what is there" {
	printf before >log
	sockit raw-send --write /dev/stdout ip src=192.0.2.1 dst=192.0.2.2 udp dport=9 >>log
	sockit raw-send --write - ip src=192.0.2.1 dst=192.0.2.2 udp dport=9 >capture
	[ "$(head -c 6 log)" = before ]
	[ "$(wc -c <log)" -eq $((6 + $(wc -c <capture))) ]
}

@test "a frame for a group has the group's hardware address" {
	while read -r mac words; do
		# shellcheck disable=SC2086
		hex_of eth src=02:00:00:00:00:01 $words
		[ "${output:0:12}" = "$mac" ]
	done <<-'END'
		01005e010203 ip src=192.0.2.1 dst=239.129.2.3 udp dport=9
		333300000001 ip6 src=:: dst=ff02::1 udp dport=9
		ffffffffffff ip src=192.0.2.1 dst=255.255.255.255 udp dport=9
		ffffffffffff ip src=192.0.2.1 dst=192.0.2.7 udp dport=9
		ffffffffffff arp target=192.0.2.7 sender=192.0.2.1
		0a0000000001 dst=0a:00:00:00:00:01 ip src=192.0.2.1 dst=239.129.2.3 udp dport=9
	END
}

@test "SIGUSR1 does not end packets that are only shown" {
	need_signals
	start_sockit raw-send --dry-run --count 0 --interval 10ms ip dst=127.0.0.1 icmp echo
	wait_for catches_usr1 "$pid"
	for _ in {1..5}; do
		kill -s USR1 "$pid"
	done
	lines=$(wc -l <"$out")
	wait_for eval '(($(wc -l <"$out") > lines))'
	stop "$pid"
}
