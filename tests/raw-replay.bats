# SPDX-License-Identifier: ISC
# raw-replay.bats - raw-send --replay: capture files of every kind, good and bad.

load lib
load raw-lib

# pcap ORDER MAGIC LINK TIME:HEX... - a capture file in x.pcap.
pcap() {
	raw-check --make "$@" >x.pcap
}

# hostile NAME OFFSET BYTES - NAME.pcap, a good file with BYTES (escaped) written over it.
hostile() {
	pcap '<' a1b2c3d4 1 1.0:61626364
	cp x.pcap "$1.pcap"
	# shellcheck disable=SC2059
	printf "$3" | dd of="$1.pcap" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

frame=02000000000702000000000188b57265706c6179

@test "both byte orders, micro- and nanoseconds" {
	need_frames
	for order in '<' '>'; do
		for magic in a1b2c3d4 a1b23c4d; do
			pcap "$order" "$magic" 1 "1.0:${frame}01" "1.50000:${frame}02"
			on_wire 'capture 2 7265706c6179; raw --replay x.pcap -I v0; captured'
			[ "$output" = "${frame}01"$'\n'"${frame}02" ]
		done
	done
}

@test "packets that begin with IP, of both families" {
	need_frames
	sockit raw-send --write a.pcap ip src=192.0.2.1 dst=192.0.2.7 id=3 udp dport=9 payload replay
	sockit raw-send --write b.pcap ip6 src=2001:db8::1 dst=2001:db8::7 udp dport=9 payload replay
	tail -c +25 b.pcap >>a.pcap
	on_wire 'capture 2 7265706c6179; raw --replay a.pcap; captured'
	[[ ${lines[0]} == *0800450000220003* ]]
	[[ ${lines[1]} == *86dd60000000000e1140* ]]
}

@test "as recorded, at a rate, at once, and again" {
	need_frames
	pcap '<' a1b2c3d4 1 "1.0:${frame}01" "1.200000:${frame}02" "1.400000:${frame}03"
	on_wire '
	t() { local start=$(date +%s%N); raw --replay x.pcap -I v0 "$@"; echo $((($(date +%s%N) - start) / 1000000)); }
	t; t --rate max; t --rate 20; t --count 2 --stats=json --rate max; t --interval 0'
	[ "${lines[0]}" -ge 400 ]
	[ "${lines[1]}" -lt 300 ]
	[ "${lines[2]}" -ge 100 ]
	[[ ${lines[3]} == *'"sent_packets":6'* ]]
	[ "${lines[5]}" -lt 300 ]
}

@test "what was written is replayed as it was" {
	need_frames
	sockit raw-send --write x.pcap eth dst=02:00:00:00:00:07 src=02:00:00:00:00:01 type=5-9 payload replay
	on_wire 'capture 5 7265706c6179; raw --rate max --replay x.pcap -I v0; captured; raw-check --hex x.pcap'
	[ "$(head -n 5 <<<"$output")" = "$(tail -n 5 <<<"$output")" ]
	[ "${#lines[@]}" -eq 10 ]
}

@test "from a pipe" {
	need_frames
	pcap '<' a1b2c3d4 1 "1.0:${frame}01"
	on_wire 'capture 1 7265706c6179; cat x.pcap | raw --replay - -I v0; captured'
	[ "$output" = "${frame}01" ]
}

@test "dry-run decodes a file without any privilege" {
	sockit raw-send --write x.pcap eth ip src=192.0.2.1 dst=192.0.2.7 ttl=3 tcp dport=80 mss=1460 payload x pad
	raw --dry-run --replay x.pcap
	[ "$status" -eq 0 ]
	grep -Eq '^  ttl +3 ' <<<"$output"
	grep -Eq '^  mss +1460' <<<"$output"
	grep -Eq '^pad: ' <<<"$output"
	sockit raw-send --write y.pcap --replay x.pcap
	[ "$(raw-check --hex x.pcap)" = "$(raw-check --hex y.pcap)" ]
}

@test "tcpdump's own files" {
	need tcpdump
	need_frames
	sockit raw-send --write a.pcap eth dst=02:00:00:00:00:07 src=02:00:00:00:00:01 type=5-9 payload replay
	tcpdump -r a.pcap -w x.pcap 2>/dev/null
	on_wire 'capture 5 7265706c6179; raw --rate max --replay x.pcap -I v0; captured'
	[ "${#lines[@]}" -eq 5 ]
}

@test "nothing of a damaged file goes out" {
	need_frames
	pcap '<' a1b2c3d4 1 "1.0:${frame}01" "1.1:${frame}02"
	head -c 90 x.pcap >cut.pcap
	on_wire '
	echo 1 >/proc/sys/net/ipv6/conf/v0/disable_ipv6
	before=$(grep v0: /proc/net/dev | tr -s " " | cut -d" " -f 12)
	raw -I v0 --replay cut.pcap; echo $?
	after=$(grep v0: /proc/net/dev | tr -s " " | cut -d" " -f 12)
	echo $((after - before))'
	[[ ${lines[0]} == *"packet 2 of cut.pcap is cut off"* ]]
	[ "${lines[1]}" = 1 ]
	[ "${lines[2]}" = 0 ]
}

@test "files that are none, cut, or hostile are named, and no crash" {
	: >empty.pcap
	echo 'this is not a capture file at all' >text.pcap
	printf '\n\r\r\n............................' >ng.pcap
	hostile huge 32 '\377\377\377\377'
	hostile long 32 '\001\000\004\000'
	hostile short 32 '\005'
	hostile link 20 '\151'
	hostile version 4 '\003'
	hostile time 28 '\100\102\017\000'
	for ((n = 1; n < 40; n++)); do
		head -c "$n" short.pcap >"cut$n.pcap"
	done
	rm x.pcap
	for file in *.pcap; do
		raw --dry-run --replay "$file"
		if [ "$file" = cut24.pcap ]; then
			[ "$status" -eq 0 ]
			continue
		fi
		echo "$file: $output"
		[ "$status" -eq 1 ]
		[[ $output == *"$file"* ]]
	done
	raw --dry-run --replay ng.pcap
	[[ $output == *pcapng* ]]
	raw --dry-run --replay nosuch.pcap
	[ "$status" -eq 3 ]
	raw --dry-run --replay .
	[ "$status" -ne 0 ]
}

@test "a packet over the MTU is named before anything goes out" {
	need_frames
	sockit raw-send --write x.pcap eth payload zero=1500,1501
	on_wire 'raw -I v0 --replay x.pcap; echo $?'
	[[ ${lines[0]} == *"packet 2 of x.pcap"*1501*1500 ]]
	[ "${lines[1]}" = 1 ]
}

@test "a file of frames needs an interface" {
	sockit raw-send --write x.pcap eth payload x
	raw --replay x.pcap
	[ "$status" -eq 2 ]
	[[ $output == *"needs -I IFNAME"* ]]
}

@test "a file is not replayed onto itself" {
	sockit raw-send --write x.pcap eth payload x
	cp x.pcap before.pcap
	ln -s x.pcap link.pcap
	for words in "--replay x.pcap --write x.pcap" "--replay link.pcap --write ./x.pcap" "--replay x.pcap --write link.pcap"; do
		# shellcheck disable=SC2086
		raw $words
		[ "$status" -eq 2 ]
		[[ $output == *"is the file of --replay"* ]]
	done
	run bash -c '"$SOCKIT" raw-send --replay - --write x.pcap <x.pcap'
	[ "$status" -eq 2 ]
	run bash -c '"$SOCKIT" raw-send --replay x.pcap --write - >>x.pcap'
	[ "$status" -eq 2 ]
	cmp x.pcap before.pcap
}

@test "a frame that is too short is found before the first one goes out" {
	need_frames
	bytes_of "d4c3b2a1020004000000000000000000ffff000001000000" >head.pcap
	{ cat head.pcap; bytes_of "01000000000000000f0000000f000000ffffffffffff02000000000188b500"; bytes_of "01000000000000000d0000000d000000ffffffffffff02000000000188"; } >x.pcap
	on_wire 'raw -I v0 --replay x.pcap -v; echo $?'
	[[ ${lines[0]} == *"packet 2 of x.pcap is too short for an Ethernet frame"* ]]
	[ "${lines[1]}" = 1 ]
	[ "${#lines[@]}" -eq 2 ]
	on_wire 'raw -I v0 bytes 0102030405; echo $?'
	[[ ${lines[0]} == *"too short for an Ethernet frame"* ]]
	[ "${lines[1]}" = 1 ]
}

@test "packets that are no IP packets are found before the first one goes out" {
	need_wire
	bytes_of "d4c3b2a1020004000000000000000000ffff000065000000" >x.pcap
	bytes_of "010000000000000014000000140000004500001400000000400100007f0000017f000001" >>x.pcap
	bytes_of "010000000000000014000000140000004f00001400000000400100007f0000017f000001" >>x.pcap
	on_wire 'raw --replay x.pcap -v; echo $?'
	[[ ${lines[0]} == *"packet 2 of x.pcap does not begin with a whole IP header"* ]]
	[ "${lines[1]}" = 1 ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "a capture whose frames end with an FCS is replayed without it" {
	for link in 01000024 01000044; do # 4 and 8 bytes of it
		bytes_of "d4c3b2a1020004000000000000000000ffff0000$link" >x.pcap
		size=$([ $link = 01000024 ] && echo 13 || echo 17)
		tail=$([ $link = 01000024 ] && echo deadbeef || echo deadbeefdeadbeef)
		bytes_of "0100000000000000${size}000000${size}000000ffffffffffff02000000000188b561$tail" >>x.pcap
		hex_of --replay x.pcap
		[ "$output" = ffffffffffff02000000000188b561 ]
	done
	# Cut before it, and within it.
	bytes_of "d4c3b2a1020004000000000000000000ffff000001000024" >x.pcap
	bytes_of "01000000000000001100000013000000ffffffffffff02000000000188b561dead" >>x.pcap
	bytes_of "01000000000000000e00000013000000ffffffffffff02000000000188b5" >>x.pcap
	hex_of --replay x.pcap
	[[ ${lines[0]} == *"packet 2 of x.pcap was cut"* ]]
	[ "${lines[1]}" = ffffffffffff02000000000188b561 ]
	[ "${lines[2]}" = ffffffffffff02000000000188b5 ]
}

@test "a file that shrinks while it is replayed is an error" {
	need_frames
	# Too large to be kept in memory: 66 packets of a megabyte could not be, so many of 60 kB.
	sockit raw-send --write x.pcap --count 1150 ip src=127.0.0.1 dst=127.0.0.1 payload zero=60000
	in_namespace bash -c '
	timeout 30 "$SOCKIT" raw-send --replay x.pcap --count 0 --interval 1ms &
	until [ "$(sed -n "s/^ *lo: *\([0-9]*\).*/\1/p" /proc/net/dev)" -gt 1000000 ]; do :; done
	truncate -s 2000000 x.pcap
	wait $!
	echo $?' >out 2>&1
	cat out
	grep -q "x.pcap is \(gone: the file has become shorter\|cut off\)" out
	[ "$(tail -n 1 out)" = 1 ]
}
