#!/usr/bin/env bats
# shellcheck disable=SC2154 # variables set by run and lib.bash
# SPDX-License-Identifier: ISC
# udp-path.bats - datagrams between hosts with a router between them, in network namespaces of the
# tests' own: paths with a smaller MTU than the first link, addresses that change.

load lib
load udp-lib

setup() {
	enter_tmpdir
	need_namespace
	need nsenter
	need_linux
	write_waits hosts.sh
	cat >>hosts.sh <<-'END'
		# host NAME - a network namespace, held by a process.
		host() {
			unshare -n sh -c 'ip link set lo up; echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
				echo $$ >"$1.pid"; exec sleep 300' sh "$1" &
			holders="$holders $!"
			waits "$1.pid"
		}
		on() {
			where=$(cat "$1.pid")
			shift
			nsenter -t "$where" -n "$@"
		}
		# link NAME MTU IPV4 IPV6 - from the router to the host NAME; the router is .1, the host .2.
		link() {
			ip link add "to-$1" mtu "$2" type veth peer name eth0 mtu "$2" netns "$(cat "$1.pid")" \
				2>/dev/null || exit 98
			ip addr add "$3.1/24" dev "to-$1"
			ip -6 addr add "$4::1/64" dev "to-$1" nodad
			ip link set "to-$1" up
			on "$1" ip addr add "$3.2/24" dev eth0
			on "$1" ip -6 addr add "$4::2/64" dev eth0 nodad
			on "$1" ip link set eth0 up
			on "$1" ip route add default via "$3.1"
			on "$1" ip -6 route add default via "$4::1"
		}
		holders=
		trap 'kill $holders' EXIT
		# Addresses are good at once.
		echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad || exit 98
		host a
		host b
		link a 1500 192.0.2 fd00:a
		link b 1300 198.51.100 fd00:b
		echo 1 >/proc/sys/net/ipv4/ip_forward || exit 98
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding || exit 98
	END
}

# between SCRIPT - run it with the hosts a and b, and a router between them whose link to b takes
# 1300 bytes.
between() {
	{
		cat hosts.sh
		cat
	} >script.sh
	run in_namespace sh -eu script.sh "$SOCKIT"
	[ "$status" -ne 98 ] || skip "this kernel has no veth interface, or no router"
	echo "$output"
	[ "$status" -eq 0 ]
}

# on_both SCRIPT - as between, with $to, an endpoint of b, over IPv4 and then over IPv6.
on_both() {
	{
		echo "for to in 198.51.100.2:9 '[fd00:b::2]:9'; do"
		cat
		echo done
	} >both.sh
	between <both.sh
}

# The first is lost at the router, which reports that; the kernel fragments what comes after.
@test "what a router finds too long is sent again, and arrives once" {
	on_both <<-'END'
		rm -f ready
		on b "$1" udp-listen --ready-file ready --json --count 1 -w 20 -i 20 "$to" >out &
		waits ready
		head -c 1400 /dev/zero | on a "$1" udp-send "$to"
		wait $!
		[ "$(grep -c '"size":1400,' out)" -eq 1 ]
	END
}

@test "many that are too long for the path all arrive, and those that are not once each" {
	on_both <<-'END'
		rm -f ready
		on b "$1" udp-listen --ready-file ready --json --count 60 -w 20 -i 20 "$to" >out &
		waits ready
		{
			head -c 42000 /dev/zero
			head -c 30000 /dev/zero
		} >input
		head -c 42000 input | on a "$1" udp-send --split 1400 "$to"
		head -c 30000 input | on a "$1" udp-send --split 1000 "$to"
		wait $!
		[ "$(grep -c '"size":1400,' out)" -eq 30 ]
		[ "$(grep -c '"size":1000,' out)" -eq 30 ]
	END
}

@test "a question that a router finds too long still gets its answer" {
	on_both <<-'END'
		rm -f ready
		on b "$1" udp-listen --ready-file ready --count 1 -w 20 -i 20 --reply yes "$to" >/dev/null &
		waits ready
		[ "$(head -c 1400 /dev/zero | on a "$1" udp-send -r -w 20 "$to")" = yes ]
		wait $!
	END
}

@test "where fragments are forbidden the path's limit is named" {
	on_both <<-'END'
		case $to in \[*) limit=1252 ;; *) limit=1272 ;; esac
		for how in '' '-r -w 20'; do
			# With the route goes what was learnt of it.
			for words in 'ip route' 'ip -6 route'; do
				[ "$words" = 'ip route' ] && via=192.0.2.1 || via=fd00:a::1
				on a $words del default via $via
				on a $words add default via $via
			done
			status=0
			head -c 1400 /dev/zero | on a "$1" udp-send $how -o mtu-discover=do "$to" 2>err ||
				status=$?
			[ "$status" -eq 1 ]
			grep -q "cannot send 1400 bytes to .*: the path takes at most $limit" err
		done
	END
}

@test "forward: a session outlives a change of this host's address" {
	between <<-'END'
		on b "$1" udp-listen --ready-file there --format line --count 2 -w 20 -i 20 '*:9' >out &
		there=$!
		waits there
		on a "$1" udp-listen --ready-file here --count 2 -w 20 -i 20 --session-timeout 1s --forward 198.51.100.2:9 127.0.0.1:7 &
		waits here
		on a "$1" udp-send -p 5000 127.0.0.1:7 before
		waits out
		on a ip addr del 192.0.2.2/24 dev eth0
		on a ip addr add 192.0.2.3/24 dev eth0
		on a ip route add default via 192.0.2.1
		on a "$1" udp-send -p 5000 127.0.0.1:7 after
		wait $there
		grep -q '^192.0.2.2:.*before' out
		grep -q '^192.0.2.3:.*after' out
	END
}

@test "forward --keep-source: the target sees the sender, and answers it directly" {
	between <<-'END'
		for to in 198.51.100.2 '[fd00:b::2]'; do
			case $to in \[*) here='[fd00:a::1]' from='[fd00:a::2]' ;; *) here=192.0.2.1 from=192.0.2.2 ;; esac
			rm -f there here
			on b "$1" udp-listen --ready-file there --format line --max-size 9 --echo --count 2 -w 20 -i 20 \
				"$to:9" >out 2>/dev/null &
			there=$!
			waits there
			"$1" udp-listen --ready-file here --count 2 -w 20 -i 20 --keep-source --forward "$to:9" "$here:7" &
			relay=$!
			waits here
			[ "$(on a "$1" udp-send -p 4000 -r -w 20 --any-source --from "$here:7" hello)" = "$to:9: hello" ]
			head -c 20000 /dev/zero | on a "$1" udp-send -p 4001 "$here:7"
			wait $there
			wait $relay
			grep -qF "$from:4000: hello" out
			grep -qF "$from:4001: " out
		done
	END
}
