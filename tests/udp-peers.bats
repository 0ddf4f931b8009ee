#!/usr/bin/env bats
# shellcheck disable=SC2154 # variables set by run and lib.bash
# SPDX-License-Identifier: ISC
# udp-peers.bats - datagrams to and from other programs.

load lib
load udp-lib
load dnsmasq

@test "another program receives what is sent, and its answer is written" {
	start_peer --datagram take:1 'reply:re: hello'
	run_sockit -0 udp-send -r -w 10 "127.0.0.1:$peer_port" hello
	[ "$output" = 're: hello' ]
	wait_exit "$peer_pid"
	[ "$(cat "$peer_log")" = hello ]
}

@test "socat at the other end, both ways" {
	need socat
	start_listen --echo --format line
	# It ends soon after its input.
	{ echo hi; wait_for test -s got; } | socat -t 0.5 - "UDP:$address" >got 3>&-
	[ "$(cat got)" = hi ]
	wait_for grep -q ': hi\\n' "$out"
	free=$(freeport)
	socat "UDP-RECVFROM:$free,bind=127.0.0.1,fork" EXEC:cat 2>/dev/null 3>&- &
	processes+=($!)
	answers() { [ "$("$SOCKIT" udp-send -r "127.0.0.1:$free" hello 2>/dev/null)" = hello ]; }
	wait_for answers
}

@test "ncat and nc send" {
	need ncat nc
	start_listen --format line --count 2
	echo from-ncat | ncat -u --send-only 127.0.0.1 "$port" 3>&-
	wait_for has_lines "$out" 1
	echo from-nc | timeout $((20 * patience)) nc -u -w 1 127.0.0.1 "$port" 3>&-
	wait_exit "$pid"
	grep -q ': from-ncat\\n$' "$out"
	grep -q ': from-nc\\n$' "$out"
}

@test "a DNS query in hex, and the answer of dnsmasq" {
	start_dnsmasq address=/name.example/192.0.2.7
	query='1234 0100 0001 0000 0000 0000 04 6e616d65 07 6578616d706c65 00 0001 0001'
	answered() {
		sockit udp-send --hex -r "$dns" "$query" >answer 2>/dev/null
	}
	wait_for answered
	od -An -tx1 answer | tr -d ' \n' | grep -q '^12348[15]8.*c0000207'
}

@test "syslog to rsyslog" {
	need rsyslogd
	free=$(freeport)
	cat >rsyslog.conf <<-END
		global(workDirectory="$PWD")
		module(load="imudp")
		input(type="imudp" port="$free" address="127.0.0.1")
		*.* action(type="omfile" file="$PWD/syslog")
	END
	rsyslogd -n -f "$PWD/rsyslog.conf" -i "$PWD/rsyslog.pid" 2>rsyslog.log 3>&- &
	processes+=($!)
	logged() {
		sockit udp-send "127.0.0.1:$free" '<13>Oct 11 22:14:15 host test: hello from sockit' 2>/dev/null
		grep -q 'host test: hello from sockit' syslog 2>/dev/null
	}
	wait_for logged
}

@test "statsd lines, a metric each" {
	start_peer --datagram take:3
	printf 'a:1|c\nb:2|g\nc:3|ms\n' | sockit udp-send -l "127.0.0.1:$peer_port"
	wait_exit "$peer_pid"
	[ "$(sort "$peer_log")" = $'a:1|c\nb:2|g\nc:3|ms' ]
}

# As many as a receive buffer holds while the receiver sleeps, and more than go to the kernel at once.
@test "a run of equal datagrams arrives one by one" {
	start_peer --datagram --recv-buffer 1048576 sizes:80
	head -c 79500 /dev/zero | sockit udp-send --split 1000 --rate 20k "127.0.0.1:$peer_port"
	wait_exit "$peer_pid"
	[ "$(uniq -c "$peer_log" | awk '{ print $1 "*" $2 }' | paste -sd ' ')" = '79*1000 1*500' ]
}
