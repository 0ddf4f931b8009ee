#!/usr/bin/env bats
# shellcheck disable=SC2154 # variables set by run and lib.bash
# SPDX-License-Identifier: ISC
# udp-multicast.bats - groups and broadcast, in network namespaces of the tests' own.

load lib
load udp-lib

setup() {
	enter_tmpdir
	need_namespace
	write_waits wait.sh
	cat >>wait.sh <<-'END'
		# A pair of interfaces, because the loopback interface has no multicast and no broadcast.
		ip link add net0 type veth peer name net9 2>/dev/null || exit 98
		ip link set net9 up
		ip link set net0 up
		ip addr add 192.0.2.1/24 brd 192.0.2.255 dev net0
		ip addr add 192.0.2.2/24 dev net0
		ip -6 addr add fd00::1/64 dev net0 nodad
		ip -6 addr add fd00::2/64 dev net0 nodad
		ip route add 224.0.0.0/4 dev net0
		ip -6 route add ff00::/8 dev net0 table local 2>/dev/null
	END
}

# inside SCRIPT - run SCRIPT in a namespace with net0; $output is what it writes.
inside() {
	{
		cat wait.sh
		cat
	} >script.sh
	run in_namespace sh -eu script.sh "$SOCKIT" "$PWD"
	[ "$status" -ne 98 ] || skip "this kernel has no veth interface"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "an IPv4 group, any source" {
	inside <<-'END'
		"$1" udp-listen --ready-file r --group 239.1.1.1@net0 --count 1 -w 20 --json '*:5000' >out &
		waits r
		"$1" udp-send -I net0 239.1.1.1:5000 hello
		wait $!
		grep -q '"destination":"239.1.1.1".*"data":"hello"' out
	END
}

@test "an IPv4 group by route, on an IPv4 socket" {
	inside <<-'END'
		"$1" udp-listen -4 --ready-file r --group 239.1.1.1 --count 1 -w 20 '*:5000' >out &
		waits r
		"$1" udp-send 239.1.1.1:5000 hello
		wait $!
		[ "$(cat out)" = hello ]
	END
}

@test "a group as the address that is listened on" {
	inside <<-'END'
		"$1" udp-listen --ready-file r --count 1 -w 20 239.1.1.1:5000 >out &
		waits r
		"$1" udp-send 239.1.1.1:5000 hello
		wait $!
		[ "$(cat out)" = hello ]
	END
}

@test "an IPv6 group" {
	inside <<-'END'
		"$1" udp-listen --ready-file r --group ff15::77@net0 --count 1 -w 20 '*:5000' >out &
		waits r
		"$1" udp-send -I net0 '[ff15::77]:5000' hello
		wait $!
		[ "$(cat out)" = hello ]
	END
}

@test "one source only, IPv4 and IPv6" {
	inside <<-'END'
		"$1" udp-listen --ready-file r --group 192.0.2.2@232.1.1.1@net0 --count 1 -w 20 '*:5000' >out &
		waits r
		"$1" udp-send -I net0 -s 192.0.2.1 232.1.1.1:5000 wrong
		"$1" udp-send -I net0 -s 192.0.2.2 232.1.1.1:5000 right
		wait $!
		[ "$(cat out)" = right ]
		"$1" udp-listen --ready-file r6 --group fd00::2@ff35::77@net0 --count 1 -w 20 '*:5001' >out &
		waits r6
		"$1" udp-send -I net0 -s fd00::1 '[ff35::77]:5001' wrong
		"$1" udp-send -I net0 -s fd00::2 '[ff35::77]:5001' right
		wait $!
		[ "$(cat out)" = right ]
	END
}

@test "a group that was not joined is not heard" {
	inside <<-'END'
		"$1" udp-listen --ready-file a --group 239.1.1.1@net0 -w 20 --count 1 '*:5000' >one &
		one=$!
		waits a
		"$1" udp-listen --ready-file b --group 239.1.1.2@net0 -w 20 --count 1 '*:5000' >two &
		two=$!
		waits b
		"$1" udp-send -I net0 239.1.1.2:5000 second
		"$1" udp-send -I net0 239.1.1.1:5000 first
		wait $one
		wait $two
		[ "$(cat one) $(cat two)" = 'first second' ]
	END
}

@test "answers to a search in a group come from those who are there" {
	inside <<-'END'
		"$1" udp-listen --ready-file a --group 239.255.255.250@net0 --reply one '*:1900' >/dev/null &
		one=$!
		waits a
		"$1" udp-listen --ready-file b --group 239.255.255.250@net0 --reply two '*:1900' >/dev/null &
		two=$!
		waits b
		"$1" udp-send --replies=2 -w 20 -I net0 239.255.255.250:1900 'M-SEARCH * HTTP/1.1' >out
		kill $one $two
		case $(cat out) in onetwo | twoone) ;; *) cat out; exit 1 ;; esac
	END
}

@test "this host need not hear its own" {
	inside <<-'END'
		"$1" udp-listen --ready-file r --group 239.1.1.1@net0 --count 1 -w 20 '*:5000' >out &
		waits r
		"$1" udp-send --loop 0 -I net0 239.1.1.1:5000 unheard
		"$1" udp-send --loop 1 --ttl 0 -I net0 239.1.1.1:5000 heard
		wait $!
		[ "$(cat out)" = heard ]
	END
}

@test "no route to a group is told, with the remedy" {
	inside <<-'END'
		ip route del 224.0.0.0/4 dev net0
		status=0
		"$1" udp-listen --group 239.1.1.1 127.0.0.1:0 2>err || status=$?
		[ "$status" -eq 3 ]
		grep -q 'cannot join 239.1.1.1.*@IFNAME' err
		status=0
		"$1" udp-send 239.1.1.1:5000 a 2>err || status=$?
		[ "$status" -eq 4 ]
		"$1" udp-send 198.51.100.1:5000 a 2>err || status=$?
		[ "$status" -eq 4 ]
		grep -q '198.51.100.1:5000.*unreachable' err
	END
}

@test "a subnet's broadcast address needs a word of consent" {
	inside <<-'END'
		"$1" udp-listen --ready-file r --count 2 -w 20 --format line '*:5000' >out &
		waits r
		status=0
		"$1" udp-send 192.0.2.255:5000 a 2>err || status=$?
		[ "$status" -eq 2 ]
		grep -q '192.0.2.255.*--broadcast' err
		"$1" udp-send --broadcast 192.0.2.255:5000 subnet
		"$1" udp-send -I net0 '<broadcast>' 5000 everyone
		wait $!
		grep -q ': subnet$' out
		grep -q ': everyone$' out
	END
}

@test "an answer to a broadcast comes from the host's own address" {
	inside <<-'END'
		"$1" udp-listen --ready-file r --echo '*:5000' >/dev/null &
		pid=$!
		waits r
		"$1" udp-send --broadcast -r -w 20 --from 192.0.2.255:5000 hi >out
		kill $pid
		grep -q '^192.0.2.1:5000: hi$' out
	END
}

@test "Wake-on-LAN, as tcpdump sees it" {
	need tcpdump
	# It drops root, which is not possible in a user namespace.
	unshare -n true 2>/dev/null || skip "tcpdump needs to be root here"
	in_namespace() { unshare -n sh -c 'ip link set lo up && exec "$@"' sh "$@" 3>&-; }
	chmod 777 .
	inside <<-'END'
		tcpdump -i net0 -U -n -c 1 -w packet udp port 9 2>log &
		pid=$!
		waits log
		packet=ffffffffffff
		for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do packet=$packet:0200000000a7; done
		i=0
		while kill -0 $pid 2>/dev/null && [ $i -lt 100 ]; do
			"$1" udp-send --hex --broadcast 192.0.2.255:9 "$packet"
			sleep 0.1
			i=$((i + 1))
		done
		tcpdump -r packet -n -x 2>/dev/null | tr -d ' \n\t' | sed 's/0x[0-9a-f]*://g' >text
		grep -q 'ffffffffffff0200000000a70200000000a7' text
	END
}

@test "between two namespaces: a search, an answer, and no route back" {
	cat >other.sh <<-'END'
		ip link set lo up
		echo $$ >other.pid
		i=0
		until ip link show veth1 >/dev/null 2>&1 || [ $i -gt 500 ]; do i=$((i + 1)); sleep 0.02; done
		ip addr add 192.0.2.130/25 dev veth1
		ip link set veth1 up
		exec "$1" udp-listen --ready-file other.ready --group 239.255.255.250@veth1 \
			--reply 'HTTP/1.1 200 OK' '*:1900' >/dev/null
	END
	inside <<-'END'
		unshare -n sh other.sh "$1" &
		other=$!
		waits other.pid
		ip link add veth0 type veth peer name veth1 2>/dev/null || exit 98
		ip link set veth1 netns "$(cat other.pid)"
		ip addr add 192.0.2.129/25 dev veth0
		ip link set veth0 up
		waits other.ready
		asked=
		for i in 1 2 3 4 5 6 7 8 9 10; do
			"$1" udp-send -I veth0 -r --from 239.255.255.250:1900 'M-SEARCH' >out && asked=1 && break
		done
		kill $other
		[ "$asked" ]
		grep -q '^192.0.2.130:1900: HTTP/1.1 200 OK$' out
	END
}

@test "runs of equal datagrams over an interface with a small MTU arrive as they were" {
	inside <<-'END'
		ip link set lo mtu 1280
		"$1" udp-listen --ready-file r --json --count 20 -i 20 127.0.0.1:5000 >out &
		waits r
		head -c 40000 /dev/zero | "$1" udp-send --split 2000 --rate 5k 127.0.0.1:5000
		wait $!
		[ "$(grep -c '"size":2000,' out)" -eq 20 ]
	END
}

@test "the zone of a wider group, and of a global address, chooses the interface" {
	inside <<-'END'
		ip link add net1 type veth peer name net8
		ip link set net8 up
		ip link set net1 up
		ip -6 addr add fd01::1/64 dev net1 nodad
		for zone in net0 net1; do
			rm -f r other
			"$1" udp-listen --ready-file r --count 1 -w 20 "[ff15::77%$zone]:5000" >out &
			here=$!
			waits r
			for out in net0 net1; do
				[ $out = $zone ] || "$1" udp-send "[ff15::77%$out]:5000" wrong
			done
			"$1" udp-send "[ff15::77%$zone]:5000" "$zone"
			wait $here
			[ "$(cat out)" = $zone ]
		done
	END
}

@test "a global address with a zone is used through that interface alone" {
	built_for_linux || skip "a POSIX build has no way to keep to an interface"
	inside <<-'END'
		ip link add net1 type veth peer name net8
		ip link set net1 up
		ip link set net8 up
		ip -6 addr add fd01::1/64 dev net1 nodad
		ip -6 route add fd02::/64 dev net0
		status=0
		"$1" udp-send '[fd02::1%net1]:9' x 2>err || status=$?
		[ $status -eq 4 ]
		"$1" udp-send '[fd02::1%net0]:9' x
		"$1" tcp-connect -w 1 '[fd02::1%net1]:9' </dev/null 2>err || status=$?
		[ $status -eq 4 ]
		"$1" udp-listen --ready-file r --count 1 -w 20 '[fd01::1%net1]:5000' >out &
		waits r
		"$1" udp-send '[fd01::1%net1]:5000' hello
		wait $!
		[ "$(cat out)" = hello ]
	END
}

@test "a zone and --interface that differ are a usage error" {
	inside <<-'END'
		for words in '-I lo [ff02::1%net0]:9' '-I lo [fe80::1%net0]:9' '-I lo [ff15::1%net0]:9' \
			'-o multicast-interface=lo [ff02::1%net0]:9'; do
			status=0
			"$1" udp-send $words x 2>err || status=$?
			[ $status -eq 2 ]
			grep -q 'another interface' err
		done
		"$1" udp-send -I net0 '[ff02::1%net0]:9' x
		status=0
		"$1" udp-listen --group ff15::1%net0@lo '[::]:0' 2>err || status=$?
		[ $status -eq 2 ]
	END
}

@test "--interface holds for one host, too" {
	built_for_linux || skip "a POSIX build has no way to keep to an interface"
	inside <<-'END'
		"$1" udp-send -I net0 192.0.2.77:9 x
		for words in '--loop 0' '--ttl 0'; do
			status=0
			"$1" udp-send $words 192.0.2.77:9 x 2>err || status=$?
			[ $status -eq 2 ]
			grep -q 'requires a multicast group' err
		done
	END
}

@test "a group as the address is shared, and hears its own interface alone" {
	inside <<-'END'
		ip link add net1 type veth peer name net8
		ip link set net1 up
		ip link set net8 up
		ip addr add 203.0.113.1/24 dev net1
		"$1" udp-listen --ready-file a --count 1 -w 20 239.1.1.1:5000 >one &
		one=$!
		waits a
		"$1" udp-listen --ready-file b --count 1 -w 20 239.1.1.1:5000 >two &
		two=$!
		waits b
		# Another program's membership on another interface is not theirs.
		"$1" udp-listen --ready-file c --group 239.1.1.1@net1 --count 1 -w 20 '*:5000' >three &
		three=$!
		waits c
		"$1" udp-send -I net1 239.1.1.1:5000 elsewhere
		wait $three
		"$1" udp-send -I net0 239.1.1.1:5000 here
		wait $one
		wait $two
		[ "$(cat one two three)" = herehereelsewhere ]
	END
}
