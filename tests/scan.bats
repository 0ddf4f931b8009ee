#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# scan.bats - which ports are open: reports, statuses, waiting, and what comes after.

load lib
load net
load raw-lib

scan() {
	sockit tcp-connect -z "$@"
}

# two_ports [OPTION OF start_peer...] - set up an open port, $open, and a closed one, $closed.
two_ports() {
	start_peer "$@" --times 0 read
	open=$peer_port
	start_refusing
	closed=$refused_port
}

@test "an open port is a line with host, port and service, and 0; a closed one is 4" {
	two_ports
	run_sockit -0 tcp-connect -z 127.0.0.1 "$open"
	[ "$output" = "127.0.0.1 $open/tcp open -" ]
	run_sockit -4 --separate-stderr tcp-connect -z 127.0.0.1 "$closed"
	[ -z "$output" ]
	[ "$stderr" = "sockit tcp-connect: cannot connect to 127.0.0.1:$closed: connection refused" ]
}

@test "nothing is sent" {
	two_ports
	scan 127.0.0.1 "$open,$open" <<<"hello"
	wait_for has_lines 2 'end after 0 bytes' "$peer_log"
}

has_lines() {
	[ "$(grep -cx "$2" "$3")" -eq "$1" ]
}

@test "a list has ports, ranges and services; its order is that of the report" {
	two_ports --port "$(freeport apart)"
	run -0 scan --all 127.0.0.1 "$closed,$((open - 1))-$open,tcpmux,1-2"
	[ "$(awk '{ print $2 }' <<<"$output" | cut -d/ -f1 | tr '\n' ' ')" = "$closed $((open - 1)) $open 1 1 2 " ]
	grep -qx "127.0.0.1 1/tcp closed tcpmux" <<<"$output"
}

@test "a service has its name in the report, - with -n" {
	need_namespace
	in_namespace sh -c '"$1" tcp-serve --ready-file ready 127.0.0.1:80 --reply "" &
		until [ -s ready ]; do sleep 0.02; done
		"$1" tcp-connect -z 127.0.0.1 70-90; "$1" tcp-connect -nz 127.0.0.1 80; kill $!' \
		sh "$SOCKIT" >report </dev/null
	[ "$(cat report)" = $'127.0.0.1 80/tcp open http\n127.0.0.1 80/tcp open -' ]
}

@test "the host is shown as typed, without brackets" {
	two_ports
	[ "$(scan "localhost:$open")" = "localhost $open/tcp open -" ]
	[ "$(scan ":$open")" = "* $open/tcp open -" ]
	[ "$(scan 2130706433 "$open")" = "2130706433 $open/tcp open -" ]
	need_ipv6
	start_peer --host ::1 --times 0 read
	[ "$(scan "[::1]:$peer_port")" = "::1 $peer_port/tcp open -" ]
	[ "$(scan ::1 "$peer_port")" = "::1 $peer_port/tcp open -" ]
}

@test "several endpoints: 0 only if each has an open port" {
	two_ports
	run -0 scan "127.0.0.1:$open" "localhost:$closed,$open"
	[ "$output" = "127.0.0.1 $open/tcp open -"$'\n'"localhost $open/tcp open -" ]
	run -4 scan "127.0.0.1:$open" "localhost:$closed"
	[[ $output == *"cannot connect to localhost:$closed: connection refused" ]]
}

@test "of the addresses of a host the answer that tells most counts" {
	need_namespace
	printf '%s many.test\n' 192.0.2.1 127.0.0.1 >hosts
	run -4 unshare -rnm sh -c 'ip link set lo up && mountover hosts /etc/hosts
		exec "$1" tcp-connect -z --all many.test 9 2>&1' sh "$SOCKIT"
	[[ ${lines[0]} == "many.test 9/tcp closed "* ]]
	[ "${lines[1]}" = "sockit tcp-connect: cannot connect to many.test:9: connection refused" ]
}

@test "two words are host and ports; with a colon in the second they are two endpoints" {
	need_loopback_addresses
	two_ports
	[ "$(scan 127.0.0.1 "$open,$closed")" = "127.0.0.1 $open/tcp open -" ]
	[ "$(scan "127.0.0.1:$open" "127.0.0.2:$closed" 2>&1 | wc -l)" -eq 2 ]
	run -2 scan 127.0.0.1 "127.0.0.2:$closed"
	[[ $output == *'missing port in "127.0.0.1"'* ]]
}

@test "Unix sockets are scanned by path" {
	start_peer --unix "$PWD/socket" --times 0 read
	[ "$(scan unix:socket)" = "unix:socket open -" ]
	[ "$(scan --all unix:socket unix:nosuch 2>/dev/null)" = $'unix:socket open -\nunix:nosuch closed -' ]
	run -3 scan unix:nosuch || run -4 scan unix:nosuch
	[[ $output == *"cannot connect to unix:nosuch: no such file or directory" ]]
}

@test "--all shows what is closed and what does not answer" {
	two_ports
	start_silent
	run -0 scan --all -w 300ms 127.0.0.1 "$open,$closed,$silent_port"
	[ "$output" = "127.0.0.1 $open/tcp open -
127.0.0.1 $closed/tcp closed -
127.0.0.1 $silent_port/tcp filtered -" ]
}

@test "5 if all that failed timed out, else 4" {
	two_ports
	start_silent
	run -5 scan -w 200ms 127.0.0.1 "$silent_port"
	[[ $output == *": connection timed out" ]]
	run -4 scan -w 200ms 127.0.0.1 "$silent_port,$closed"
	[[ $output == *"no open port at 127.0.0.1:$silent_port,$closed (1 closed, 1 filtered)" ]]
	run -4 scan -w 200ms "127.0.0.1:$silent_port" "127.0.0.1:$closed"
	run -5 scan -w 200ms "127.0.0.1:$silent_port" "127.0.0.1:$open"
}

@test "many silent ports are waited for at once, as many as --parallel says" {
	need_loopback_addresses
	start_silent 0.0.0.0
	endpoints=(127.0.0.{2..9}:"$silent_port")
	at_once_all() { run -5 scan -w 300ms "${endpoints[@]}"; }
	quick 1500 at_once_all # one after the other would be 2400
	milliseconds run scan -w 300ms --parallel 4 "${endpoints[@]}"
	((elapsed >= 600))
	run -2 scan --parallel 0 127.0.0.1:1
	run -2 scan --parallel x 127.0.0.1:1
}

@test "each parallelism gives the same report, with few descriptors, too" {
	need_namespace # in which no other test has ports
	cat >scans <<-'END'
		"$PEERS/peer" --port 40000 --times 0 --port-file ready close &
		until [ -s ready ]; do sleep 0.02; done
		scan() { "$SOCKIT" tcp-connect -z --all --parallel "$1" 127.0.0.1 39700-40300; }
		scan 1 >one
		scan 5000 >many
		(
			ulimit -n 20
			scan 5000 >few
		)
		kill $!
	END
	in_namespace bash scans
	[ "$(wc -l <one)" -eq 601 ]
	[ "$(grep -v closed one)" = "127.0.0.1 40000/tcp open -" ]
	cmp one many
	cmp one few
}

@test "all 65535 ports: exactly the open ones, and no port that only met itself" {
	need_namespace
	# shellcheck disable=SC2016 # for the inner shell
	in_namespace sh -c 'for port in 1 22 80 1023 32768 32769 40000 45678 60999 65535; do
			"$PEERS/peer" --port "$port" --times 0 --port-file "$port" close &
			pids="$pids $!"
			until [ -s "$port" ]; do sleep 0.02; done
		done
		"$1" tcp-connect -nz 127.0.0.1 1-65535
		kill $pids' sh "$SOCKIT" >report 2>errors
	[ "$(awk '{ print $2 }' report | tr '\n' ' ')" = "1/tcp 22/tcp 80/tcp 1023/tcp 32768/tcp 32769/tcp 40000/tcp 45678/tcp 60999/tcp 65535/tcp " ]
}

@test "over IPv6, too, exactly the open ports are found" {
	need_ipv6
	start_peer --host ::1 --port "$(freeport apart)" --times 0 close
	scan --all -n ::1 "$((peer_port - 500))-$((peer_port + 500))" >report
	[ "$(wc -l <report)" -eq 1001 ]
	has "::1 $peer_port/tcp open -" report
	run ! has filtered report
}

@test "answers that come late, refusals and silence are told apart" {
	need_wire
	# Nothing is answered before the owner of the address is known, for whom the kernel asks three
	# times, or more often where it can be told to.
	on_wire 'echo 100 2>/dev/null >/proc/sys/net/ipv4/neigh/v0/mcast_solicit
		echo 8 | there tee /proc/sys/net/ipv4/conf/v1/arp_ignore >/dev/null
		for port in 2000 2222 2399; do
			become_there peer --host 192.0.2.7 --port $port --times 0 --port-file $port close &
			peers="${peers:-} $!"
		done
		for port in 2100 2300; do
			become_there peer --host 192.0.2.7 --port $port --backlog 0 --full --times 0 --port-file $port hold &
			peers="$peers $!"
		done
		for port in 2000 2100 2222 2300 2399; do
			wait_for test -s $port
		done
		"$SOCKIT" tcp-connect -z -n --all --parallel 32 -w 5s 192.0.2.7 2000-2399 >report &
		scan=$!
		waiting() { [ "$(grep -c " 070200C0:.* 02 " /proc/net/tcp)" -ge 32 ]; }
		wait_for waiting
		# However long that takes, it finds the answers before its time is over.
		kill -STOP $scan
		echo 0 | there tee /proc/sys/net/ipv4/conf/v1/arp_ignore >/dev/null
		known() { grep -q "^192\.0\.2\.7 .* 0x2 " /proc/net/arp; }
		wait_for known
		kill -CONT $scan
		wait $scan
		kill $peers'
	[ "$(awk '$3 == "open" { print $2 }' report | tr '\n' ' ')" = "2000/tcp 2222/tcp 2399/tcp " ]
	[ "$(awk '$3 == "filtered" { print $2 }' report | tr '\n' ' ')" = "2100/tcp 2300/tcp " ]
	[ "$(grep -c ' closed ' report)" -eq 395 ]
}

@test "the source holds for each port, though a refused socket connects again" {
	need_loopback_addresses
	endpoint=127.0.0.1:$(freeport apart) start_server -v --handler discard
	for source in 127.0.0.5 127.0.0.5:"$(freeport)"; do
		run_sockit -0 tcp-connect -z -s "$source" 127.0.0.1 "$((port - 20))-$port"
		wait_for has "connection from ${source%:*}:" "$err"
		[[ $source != *:*  ]] || wait_for has "connection from $source" "$err"
	done
}

@test "addresses of one family that are not alike do not spoil each other's sockets" {
	need_ipv6
	two_ports
	start_peer --host ::1 --times 0 close
	run_sockit -4 tcp-connect -z --all "[::ffff:127.0.0.1]:$closed" "[::1]:$peer_port" \
		"[::ffff:127.0.0.1]:$open" "[::1]:$closed" "[::ffff:127.0.0.1]:$open"
	[ "$(awk '{ print $3 }' <<<"$output" | grep -c open)" -eq 3 ]
	[ "$(awk '{ print $3 }' <<<"$output" | grep -c closed)" -eq 2 ]
}

@test "a port that would meet itself is closed every time" {
	need_namespace
	in_namespace bash -c 'echo "40000 40003" >/proc/sys/net/ipv4/ip_local_port_range
		for _ in {1..10}; do
			"$1" tcp-connect -z --all --parallel 1 127.0.0.1 40000-40003
		done' bash "$SOCKIT" >report 2>/dev/null || true
	[ "$(grep -c closed report)" -eq 40 ]
}

@test "--closed is 0 where nothing listens, 1 where something does" {
	two_ports
	run_sockit -0 tcp-connect -z --closed 127.0.0.1 "$closed"
	[ -z "$output" ]
	run -1 scan --closed 127.0.0.1 "$closed,$open"
	[[ $output == *"127.0.0.1:$closed,$open is still open" ]]
	run -0 scan --closed unix:nosuch
}

@test "--wait goes on until each endpoint has an open port, and reports each once" {
	two_ports
	start_peer --deaf-until heard --times 0 read
	start_sockit tcp-connect -z -vv --wait 60s "127.0.0.1:$open" "127.0.0.1:$peer_port" </dev/null
	wait_for has "127.0.0.1:$peer_port: connection refused" "$err"
	: >heard
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	[ "$(cat "$out")" = "127.0.0.1 $open/tcp open -"$'\n'"127.0.0.1 $peer_port/tcp open -" ]
}

@test "--wait is 5 when its time has passed, silent peers or not" {
	two_ports
	start_silent
	for port in "$closed" "$silent_port"; do
		milliseconds run scan --wait 300ms 127.0.0.1 "$port"
		[ "$status" -eq 5 ]
		[[ $output == *" (waited 0.300s)" ]]
		((elapsed >= 300))
	done
	run -5 scan --wait 2s nosuch.invalid:80
	[[ $output == *'no such host: "nosuch.invalid" (waited 2.000s)' ]]
	run -5 scan --wait 100ms --closed "127.0.0.1:$open"
}

@test "--wait --closed goes on until nobody listens any more" {
	endpoint=127.0.0.1:$(freeport) start_server --handler echo
	start_sockit tcp-connect -vvz --wait 10s --closed 127.0.0.1 "$port"
	scanner=$pid
	wait_for has ": open" "$err"
	stop "${processes[0]}"
	wait_exit "$scanner"
	[ "$status" -eq 0 ]
}

@test "what no waiting mends ends the wait" {
	run -2 scan --wait 600s -n nosuch.invalid:80
	run -7 scan --wait 600s -s 192.0.2.77 127.0.0.1:80
	[[ $output == *"cannot use the local address 192.0.2.77: "* && $output != *waited* ]]
}

@test "a host that does not exist is told, and the others are scanned" {
	two_ports
	run -3 scan nosuch.invalid:80 "127.0.0.1:$open"
	[[ $output == *'no such host: "nosuch.invalid"'* ]]
	[[ $output == *"127.0.0.1 $open/tcp open -"* ]]
}

@test "--json is an object for each result" {
	two_ports
	scan --json --all "127.0.0.1:$open,$closed,1" "localhost:$open" >report
	"$PEERS/json" host address port protocol state service <report >values
	printf '%s\n' "127.0.0.1 127.0.0.1 $open tcp open -" "127.0.0.1 127.0.0.1 $closed tcp closed -" \
		'127.0.0.1 127.0.0.1 1 tcp closed tcpmux' "localhost 127.0.0.1 $open tcp open -" |
		tr ' ' '\t' | diff - values
	"$PEERS/json" seconds <report >times
	run ! grep -Evx '[0-9]\.[0-9]+' times
}

@test "-- COMMAND is become once the check has succeeded, as the same process" {
	two_ports
	start_sockit tcp-connect -z "127.0.0.1:$open" -- sh -c 'echo "$$"; exit 7'
	wait_exit "$pid"
	[ "$status" -eq 7 ]
	[ "$(tail -n 1 "$out")" = "$pid" ]
	[ "$(scan "127.0.0.1:$open" --sh 'echo "$0" done' | tail -n 1)" = "/bin/sh done" ]
}

@test "-- COMMAND is not run where the check fails, and is 127 or 126 where it cannot be" {
	two_ports
	run -4 scan "127.0.0.1:$closed" -- touch ran
	[ ! -e ran ]
	run -127 scan "127.0.0.1:$open" -- nosuchcommand
	[[ $output == *"cannot run nosuchcommand: no such file or directory" ]]
	run -126 scan "127.0.0.1:$open" -- /
}

@test "-- COMMAND finds signals, descriptors and limits as they were" {
	need_proc
	two_ports
	ulimit -Sn 256
	for look in 'grep Sig[BI] /proc/self/status' 'grep files /proc/self/limits' 'ls /proc/self/fd'; do
		# shellcheck disable=SC2086 # several words
		[ "$("$SOCKIT" tcp-connect -z --parallel 2000 "127.0.0.1:$open" -- $look)" = \
			"$($look)" ]
	done
}

@test "results come down a pipe at once, while other ports are still waited for" {
	two_ports
	start_silent
	start_sockit tcp-connect -z -w 8s 127.0.0.1 "$open,$silent_port"
	wait_for [ -s "$out" ]
	run ! gone "$pid"
	stop "$pid"
	[ "$(cat "$out")" = "127.0.0.1 $open/tcp open -" ]
}

@test "a report whose reader has gone ends by SIGPIPE; a full disk is 1" {
	need_full
	expect_signal PIPE
	{ scan --all 127.0.0.1 1-9999 2>/dev/null || echo $? >code; } | head -n 1 >/dev/null
	[ "$(cat code)" -eq 141 ]
	two_ports
	code=0
	scan 127.0.0.1 "$open" >/dev/full 2>errors || code=$?
	[ "$code" -eq 1 ]
	has "cannot write to standard output: no space left on device" errors
	code=0
	scan 127.0.0.1 "$open" >&- 2>errors || code=$?
	[ "$code" -eq 1 ]
}

@test "-vv tells what each address answered" {
	two_ports
	run -0 scan -vv 127.0.0.1 "$open,$closed"
	[[ $output == *"127.0.0.1:$open: open"* && $output == *"127.0.0.1:$closed: connection refused"* ]]
}

@test "a bad port list is a usage error before anything is tried" {
	two_ports
	for list in 1,99999 1, ,1 1,,2 5-1 1-http 1-99999 -5 1- 1-2-3 '1 2' 1,x/y; do
		run scan "127.0.0.1:$open" "127.0.0.1:$list"
		echo "$list: $status $output"
		[ "$status" -eq 2 ]
		[[ $output == *"bad port"* && $output != *open\ -* ]]
	done
	run -3 scan "127.0.0.1:$open" 127.0.0.1:1,nosuchservice
	[ "$output" = 'sockit tcp-connect: no such service: "nosuchservice"' ]
}

@test "with a command the report is left out: standard output is the command's alone" {
	two_ports
	run_sockit -0 --separate-stderr tcp-connect -z 127.0.0.1 "$open" -- echo dump
	[ "$output" = dump ]
	[ -z "$stderr" ]
	run_sockit -0 --separate-stderr tcp-connect -zv 127.0.0.1 "$open" -- echo dump
	[ "$output" = dump ]
	[[ $stderr == *"127.0.0.1 $open/tcp open -"* ]]
}

@test "a Unix socket whose backlog is full is open, also for --closed" {
	start_peer --unix full --full hold
	run_sockit -1 tcp-connect -z --closed unix:full
	[[ $output == *"unix:full is still open"* ]]
	run_sockit -0 tcp-connect -z unix:full
}

@test "ports that are never tried, for want of a source of their family, have no state" {
	for closed in '' --closed '--wait 600s'; do
		# shellcheck disable=SC2086 # perhaps none
		run_sockit -2 tcp-connect -z --all $closed -s ::1 127.0.0.1:1-3
		[[ $output == 'sockit tcp-connect: cannot connect to 127.0.0.1:1-3: --source has no IPv4 address ('* ]]
	done
	need_hosts
	printf '%s six.test\n' ::1 >hosts
	run -2 with_hosts hosts "$SOCKIT" tcp-connect -z --all --json -s 127.0.0.1 six.test:1-3
	why='cannot connect to six.test:1-3: --source has no IPv6 address'
	[ "$output" = '{"host":"six.test","error":"'"$why"'","status":2}' ]
}

@test "of a host of both families, those addresses are tried that the source can reach" {
	need_hosts
	start_refusing
	printf '%s both.test\n' ::1 127.0.0.1 >hosts
	run with_hosts hosts "$SOCKIT" tcp-connect -z --all -s 127.0.0.1 both.test "$refused_port"
	[ "${lines[0]}" = "both.test $refused_port/tcp closed -" ]
}

@test "a file in the way that is no socket is named as such, when connecting and scanning" {
	: >file
	run_sockit -4 tcp-connect unix:file </dev/null
	[[ $output == *"connection refused (the file is not a socket)"* ]]
	run_sockit -4 tcp-connect -z unix:file
	[[ $output == *"connection refused (the file is not a socket)"* ]]
}

# --- names, progress, proxies, failures ---

# in_silence COMMAND... - run it with a name service that never answers.
in_silence() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rnm sh -c 'ip link set lo up && printf "nameserver 127.0.0.1\n" >resolv &&
		mount --bind resolv /etc/resolv.conf && exec "$@"' sh "$@" 3>&-
}

@test "-w and --wait bound the look-up of a name, and a silent one holds no other target up" {
	need_namespace
	in_silence true 2>/dev/null || skip "cannot mount a resolv.conf"
	cat >world <<-'END'
		"$SOCKIT" udp-listen --ready-file mute 127.0.0.1:53 >/dev/null &
		mute=$!
		"$SOCKIT" tcp-serve --ready-file ready 127.0.0.1:80 --reply '' &
		until [ -s mute ] && [ -s ready ]; do sleep 0.02; done
		"$SOCKIT" tcp-connect -z -w 300ms silent.test:80 127.0.0.1:80
		echo "$?"
		"$SOCKIT" tcp-connect -z --wait 300ms silent.test:80 127.0.0.1:80 >/dev/null
		echo "$?"
		kill "$mute" $!
	END
	in_silence bash world >report 2>errors
	[ "$(cat report)" = $'127.0.0.1 80/tcp open -\n5\n5' ] || [ "$(cat report)" = $'127.0.0.1 80/tcp open http\n5\n5' ]
	grep -q 'silent.test' errors
}

@test "SIGUSR1 and --progress tell how far a scan is" {
	start_silent
	start_peer --times 0 read
	start_sockit tcp-connect -z -w 60s 127.0.0.1 "$peer_port,$silent_port"
	wait_for test -s "$out"
	told() { kill -s USR1 "$pid" && grep -q '1 of 2 ports\|1/2 ports\|1 ports' "$err"; }
	wait_for told
	stop "$pid"
	two_ports
	run_sockit -0 --separate-stderr tcp-connect -z --progress=always 127.0.0.1 "$open,$closed"
	[[ $stderr == *"2 ports"* ]]
}

@test "--proxy: ports are tried through a proxy, which looks names up" {
	two_ports
	start_server --proxy-server socks
	proxy=socks5://$address
	run_sockit -0 tcp-connect -z --all --proxy "$proxy" 127.0.0.1 "$open,$closed"
	[ "$output" = $'127.0.0.1 '"$open/tcp open -"$'\n127.0.0.1 '"$closed/tcp closed -" ]
	run_sockit -4 --separate-stderr tcp-connect -z --proxy "$proxy" 127.0.0.1 "$closed"
	[[ $stderr == *"cannot connect to 127.0.0.1:$closed through $address: the proxy answered: connection refused"* ]]
	run_sockit -4 --separate-stderr tcp-connect -z --proxy "socks5://127.0.0.1:$closed" 127.0.0.1 "$open"
	[[ $stderr == *"proxy: cannot connect to 127.0.0.1:$closed"* ]]
	run_sockit -5 tcp-connect -z --wait 300ms --proxy "$proxy" 127.0.0.1 "$closed"
	run_sockit -2 tcp-connect -z --proxy "$proxy" unix:x
}

@test "--json: what failed is an object on standard output too, with its reason and status" {
	two_ports
	run_sockit -4 --separate-stderr tcp-connect -z --json "127.0.0.1:$open" "127.0.0.1:$closed" unix:nothing
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 3 ]
	[ "${lines[1]}" = '{"host":"127.0.0.1","port":'"$closed"',"error":"cannot connect to 127.0.0.1:'"$closed"': connection refused","status":4}' ]
	[[ ${lines[2]} == '{"host":"unix:nothing","error":"'*'","status":4}' ]]
}
