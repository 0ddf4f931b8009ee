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
	pcap '<' a1b2c3d4 1 "1.0:${frame}01" "2.500000:${frame}02" "4.000000:${frame}03"
	on_wire '
	t() { local start=$(date +%s%N); raw --replay x.pcap -I v0 "$@"; echo $((($(date +%s%N) - start) / 1000000)); }
	# A machine that has much to do may make it slow now and then, a fault does so each time.
	quick() { for _ in {1..30}; do took=$(t "$@"); ((took >= 2500)) || break; done; echo "$took"; }
	t; quick --rate max; t --rate 20; t --count 2 --stats=json --rate max; quick --interval 0'
	[ "${lines[0]}" -ge 3000 ]
	[ "${lines[1]}" -lt 2500 ]
	[ "${lines[2]}" -ge 100 ]
	[[ ${lines[3]} == *'"sent_packets":6'* ]]
	[ "${lines[5]}" -lt 2500 ]
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
	[[ ${lines[0]} == *"packet 2 of cut.pcap is incomplete"* ]]
	[ "${lines[1]}" = 1 ]
	[ "${lines[2]}" = 0 ]
}

@test "a compressed capture file is named as such" {
	printf '\x1f\x8b\x08\x00%040d' 0 >x.pcap.gz
	raw --dry-run --replay x.pcap.gz
	[ "$status" -eq 1 ]
	[[ $output == *'x.pcap.gz is compressed (zcat FILE | sockit raw-send --replay -)' ]]
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
	[[ $output == *"the block at byte 0 of ng.pcap has an unknown byte order" ]]
	raw --dry-run --replay nosuch.pcap
	[ "$status" -eq 3 ]
	raw --dry-run --replay .
	[ "$status" -ne 0 ]
}

@test "a packet over the MTU is named before anything goes out" {
	need_frames
	sockit raw-send --write x.pcap eth payload zero=1500,1501
	on_wire 'raw -I v0 --replay x.pcap; echo $?'
	[[ ${lines[0]} == *"packet 2 of x.pcap (1501 bytes without the Ethernet header) exceeds the MTU of v0, 1500 bytes"* ]]
	[ "${lines[1]}" = 1 ]
}

@test "a file of frames needs an interface" {
	sockit raw-send --write x.pcap eth payload x
	raw --replay x.pcap
	[ "$status" -eq 2 ]
	[[ $output == *"requires -I IFNAME"* ]]
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
	[[ ${lines[0]} == *"packet 2 of x.pcap is too short for an Ethernet header"* ]]
	[ "${lines[1]}" = 1 ]
	[ "${#lines[@]}" -eq 2 ]
	on_wire 'raw -I v0 bytes 0102030405; echo $?'
	[[ ${lines[0]} == *"too short for an Ethernet header"* ]]
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
	[[ ${lines[0]} == *"packet 2 of x.pcap was truncated"* ]]
	[ "${lines[1]}" = ffffffffffff02000000000188b561 ]
	[ "${lines[2]}" = ffffffffffff02000000000188b5 ]
}

@test "a file that shrinks while it is replayed is an error" {
	need_frames
	# Too large to be kept in memory: packets cannot have a megabyte each, so there are many of
	# 60 kB.
	sockit raw-send --write x.pcap --count 1150 ip src=127.0.0.1 dst=127.0.0.1 payload zero=60000
	in_namespace bash -c '
	timeout 30 "$SOCKIT" raw-send --replay x.pcap --count 0 --interval 1ms &
	until [ "$(sed -n "s/^ *lo: *\([0-9]*\).*/\1/p" /proc/net/dev)" -gt 1000000 ]; do :; done
	truncate -s 2000000 x.pcap
	wait $!
	echo $?' >out 2>&1
	cat out
	grep -q "x.pcap is \(gone: the file has shrunk\|incomplete\)" out
	[ "$(tail -n 1 out)" = 1 ]
}

# le N BYTES - the number, in the byte order of $order (< or >), as hex.
le() {
	local hex turned='' i
	printf -v hex "%0$(($2 * 2))x" "$1"
	for ((i = ${#hex} - 2; i >= 0; i -= 2)); do turned+=${hex:i:2}; done
	[ "$order" = '<' ] || turned=$hex
	printf %s "$turned"
}

# block TYPE BODY - a block of a pcapng file, as hex; padded.
block() {
	local body=$2
	while ((${#body} % 8)); do body+=00; done
	printf '%s' "$(le "$1" 4)$(le $((12 + ${#body} / 2)) 4)$body$(le $((12 + ${#body} / 2)) 4)"
}

section() { block $((0x0a0d0d0a)) "$(le $((0x1a2b3c4d)) 4)$(le 1 2)$(le 0 2)ffffffffffffffff"; }
interface() { block 1 "$(le "$1" 2)$(le 0 2)$(le "${3:-0}" 4)${2:-}"; } # LINK OPTIONS LIMIT
option() { # CODE HEX: with its padding
	local value=$2
	while ((${#value} % 8)); do value+=00; done
	printf '%s' "$(le "$1" 2)$(le $((${#2} / 2)) 2)$value"
}
packet() { block 6 "$(le "$1" 4)$(le "$2" 4)$(le "$3" 4)$(le $((${#4} / 2)) 4)$(le $((${#4} / 2)) 4)$4$(
	while (((${#4} + ${#pad} * 2) % 8)); do pad+=0 && printf 00; done
)${5:-}"; } # INTERFACE HIGH LOW HEX OPTIONS

ip4=4500001c000100004011000a0a0000010a000002d431000900080000

@test "pcapng: sections of both byte orders, several interfaces, every kind of packet block" {
	: >x.pcapng
	for order in '<' '>'; do
		bytes_of "$(section)$(block 5 00000000)$(interface 101)$(interface 1 "$(option 9 09)$(option 14 "$(le 0 8)")" 16)$(
			packet 0 0 1000000 "$ip4")$(block 3 "$(le 28 4)$ip4")$(
			block 2 "$(le 0 2)$(le 0 2)$(le 0 4)$(le 2000000 4)$(le 28 4)$(le 28 4)$ip4")$(
			block $((0x40000bad)) 12345678)" >>x.pcapng
	done
	hex_of --replay x.pcapng
	[ "${#lines[@]}" -eq 6 ]
	[ "$(sort -u <<<"$output")" = "$ip4" ]
}

@test "pcapng: times of any resolution, with an offset" {
	order='<'
	for row in "06 1000000 500000" "09 1000000000 500000000" "8a 1024 512" "00 1 0" "03 1000 500"; do
		read -r resolution second half <<<"$row"
		bytes_of "$(section)$(interface 1 "$(option 9 "$resolution")$(option 14 "$(le 5 8)")")$(
			packet 0 0 "$second" "${frame}01")$(packet 0 0 $((second + half)) "${frame}02")" >x.pcapng
		sockit raw-send --replay x.pcapng --write y.pcap
		# The pause between them is in the times of the file.
		run bash -c 'od -An -tu4 -j24 -N8 y.pcap; od -An -tu4 -j61 -N8 y.pcap'
		read -r s1 f1 <<<"${lines[0]}"
		read -r s2 f2 <<<"${lines[1]}"
		gap=$(((s2 - s1) * 1000000 + f2 - f1))
		[ "$gap" -eq $((half * 1000000 / second)) ]
	done
}

@test "pcapng: frames that end with an FCS, by the interface or the packet" {
	order='<'
	bytes_of "$(section)$(interface 1 "$(option 13 04)")$(packet 0 0 1 "${frame}01deadbeef")$(
		interface 1)$(packet 1 0 1 "${frame}02deadbeef" "$(option 2 80000000)")$(packet 1 0 1 "${frame}03")" >x.pcapng
	hex_of --replay x.pcapng
	[ "$output" = "${frame}01"$'\n'"${frame}02"$'\n'"${frame}03" ]
}

@test "pcapng: blocks cut short, or that lie about their length, are named by their place" {
	order='<'
	good="$(section)$(interface 1)"
	packet=$(packet 0 0 1 "$frame")
	while read -r hex; do
		bytes_of "$good$hex" >x.pcapng
		raw --replay x.pcapng --dry-run
		echo "$output"
		[ "$status" -eq 1 ]
		[[ $output == *"the block at byte 48 of x.pcapng "* ]]
	done <<-END
		${packet:0:40}
		${packet:0:8}0b000000${packet:16}
		${packet:0:8}0d000000${packet:16}
		${packet:0:8}ffffffff${packet:16}
		${packet:0:8}10000000${packet:16}
		${packet%????????}00000000
		$(packet 7 0 1 "$frame")
		$(block 6 00000000)
		$(block 6 "$(le 0 4)$(le 0 4)$(le 0 4)$(le 100 4)$(le 100 4)$frame")
		$(block 1 0000)
		$(packet 0 4294967295 4294967295 "$frame")
	END
	bytes_of "$(section)$(interface 105)$(packet 0 0 1 "$frame")" >x.pcapng
	raw --replay x.pcapng --dry-run
	[[ $output == *"neither Ethernet nor IP"* ]]
}

@test "Linux cooked captures and BSD loopbacks are replayed as IP, and what is no IP is left out" {
	for head in "71 00000001000600000000000100000800" "71 00000001000600000000000100000806" \
		"14010000 0800000000000001000100060000000000010000" "00 02000000" "00 00000002" "6c 00000002" "00 07000000"; do
		read -r link cover <<<"$head"
		link=${link}00000000
		size=$(printf %02x $(((${#cover} + ${#ip4}) / 2)))
		bytes_of "d4c3b2a1020004000000000000000000ffff0000${link:0:8}" >x.pcap
		bytes_of "0100000000000000${size}000000${size}000000$cover$ip4" >>x.pcap
		hex_of --replay x.pcap
		echo "$head: $output"
		case $cover in
		*0806 | 07*) [[ $output == *"1 packet of x.pcap is not IP and is left out" ]] ;;
		*) [ "$output" = "$ip4" ] ;;
		esac
	done
}

@test "frames of two kinds do not go together" {
	order='<'
	bytes_of "$(section)$(interface 1)$(interface 101)$(packet 0 0 1 "$frame")$(packet 1 0 1 "$ip4")" >x.pcapng
	need_frames
	on_wire 'raw -I v0 --replay x.pcapng'
	[[ $output == *"packet 2 of x.pcapng is not of the same kind"* ]]
	[ "$status" -eq 1 ]
}

@test "wireshark's own pcapng" {
	need editcap
	sockit raw-send --write a.pcap eth dst=02:00:00:00:00:07 src=02:00:00:00:00:01 type=5-9 payload replay
	editcap -F pcapng a.pcap x.pcapng
	hex_of --replay a.pcap
	expected=$output
	hex_of --replay x.pcapng
	[ "$output" = "$expected" ]
	[ "${#lines[@]}" -eq 5 ]
}

@test "--max-gap shortens pauses, and those after it are as they were" {
	pcap '<' a1b2c3d4 1 "1.0:${frame}01" "1.100000:${frame}02" "901.0:${frame}03" "901.100000:${frame}04"
	sockit raw-send --replay x.pcap --max-gap 200ms --write y.pcap
	times=()
	for at in 24 61 98 135; do
		read -r s f < <(od -An -tu4 -j$at -N8 y.pcap)
		times+=($((s * 1000000 + f)))
	done
	[ $((times[1] - times[0])) -eq 100000 ]
	[ $((times[2] - times[1])) -eq 200000 ]
	[ $((times[3] - times[2])) -eq 100000 ]
	sockit raw-send --replay x.pcap --max-gap 0 --write y.pcap
	for at in 24 61 98; do
		cmp <(tail -c +$((at + 1)) y.pcap | head -c 8) <(tail -c +$((at + 38)) y.pcap | head -c 8)
	done
	raw --max-gap 1 --dry-run eth
	[ "$status" -eq 2 ]
}

@test "packets over the MTU: skipped and counted, or cut" {
	need_frames
	sockit raw-send --write x.pcap eth dst=02:00:00:00:00:07 src=02:00:00:00:00:01 ip src=192.0.2.1 dst=192.0.2.7 \
		df udp dport=9 payload zero=1472,1473,3000
	on_wire '
	raw -I v0 --rate max --replay x.pcap --oversize skip --stats; echo $?
	raw -I v0 --rate max --replay x.pcap --oversize skip --stats=json; echo $?
	raw -I v0 --rate max --replay x.pcap --oversize fragment --stats; echo $?
	raw -I v0 --rate max --replay x.pcap --oversize fragment --stats=json | cat
	raw -I v0 --oversize skip --count 0 eth payload zero=1501; echo $?
	raw -I v0 --oversize fragment eth payload zero=1501; echo $?'
	[[ ${lines[0]} == *"sent 1 packet (1514 bytes), 2 skipped"* ]]
	[[ ${lines[2]} == *'"sent_packets":1,"skipped_packets":2'* ]]
	[[ ${lines[4]} == *"sent 6 packets ("*"), 2 fragmented in "* ]]
	[[ ${lines[6]} == *'"sent_packets":6,"fragmented_packets":2'* ]]
	[[ ${lines[7]} == 0 ]]
	[[ ${lines[8]} == *"exceeds the MTU of v0, 1500 bytes"* ]]
	[ "${lines[1]}${lines[3]}${lines[5]}${lines[9]}" = 0001 ]
}

@test "a capture of IP packets keeps the MTU of the route" {
	need_frames
	sockit raw-send --write x.pcap ip src=192.0.2.1 dst=192.0.2.7 udp dport=9 payload zero=100,1472,1473
	on_wire '
	raw --rate max --replay x.pcap; echo $?
	raw --rate max --replay x.pcap --oversize skip --stats; echo $?
	raw --rate max --replay x.pcap --oversize fragment --stats; echo $?
	raw --rate max --replay x.pcap --fragment 1000 --stats; echo $?'
	[[ ${lines[0]} == *"packet 3 of x.pcap exceeds the MTU of the route, 1500 bytes"* ]]
	[[ ${lines[2]} == *"sent 2 packets "*", 1 skipped"* ]]
	[[ ${lines[4]} == *"sent 4 packets "*", 1 fragmented"* ]]
	[[ ${lines[6]} == *"sent 5 packets "*", 2 fragmented"* ]]
	[ "${lines[1]}${lines[3]}${lines[5]}${lines[7]}" = 1000 ]
}
