#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# forward.bats - tcp-serve --forward: a relay to another endpoint.

load lib
load net
load clients

# relay_to ENDPOINT [OPTION...] - start a relay; sets pid, port and err.
relay_to() {
	local target=$1
	shift
	start_server --forward "$target" "$@"
}

@test "a relay carries random files both ways, to whatever client" {
	random_file down 8M
	random_file up 8M
	for client in nc ncat socat sockit; do
		has_client "$client" || continue
		start_server <down # the target: standard input and output
		target=$pid target_out=$out
		relay_to "127.0.0.1:$port"
		talk "$client" <up >got
		cmp down got
		wait_exit "$target"
		[ "$status" -eq 0 ]
		cmp up "$target_out"
	done
}

@test "a big file comes through an echo behind two relays" {
	random_file data 32M
	start_server --handler echo
	relay_to "127.0.0.1:$port"
	relay_to "127.0.0.1:$port"
	sockit tcp-connect 127.0.0.1 "$port" <data | cmp - data
}

@test "from TCP to a Unix socket, and from a Unix socket to TCP" {
	endpoint=unix:inner start_server --handler reverse
	relay_to unix:inner
	endpoint=unix:outer relay_to "127.0.0.1:$port"
	run_sockit tcp-connect unix:outer <<<hello
	[ "$status" -eq 0 ]
	[ "$output" = olleh ]
}

@test "from IPv4 to IPv6" {
	need_ipv6
	endpoint="[::1]:0" start_server --handler reverse
	relay_to "$address"
	run_sockit tcp-connect 127.0.0.1 "$port" <<<hello
	[ "$output" = olleh ]
}

@test "a half-close of the client reaches the target, and its late answer the client" {
	start_peer count
	relay_to "127.0.0.1:$peer_port"
	run -0 sockit tcp-connect 127.0.0.1 "$port" <<<hello
	[ "$output" = 6 ]
}

@test "a half-close of the target reaches the client, which goes on sending" {
	start_server <<<"from the target"
	target=$pid target_out=$out
	relay_to "127.0.0.1:$port"
	join
	run -0 hear_all
	[ "$output" = "from the target" ]
	echo "said late" >&5
	leave
	wait_exit "$target"
	holds "said late" "$target_out"
}

@test "a reset by the target is passed on as a reset" {
	start_peer read:6 reset
	relay_to "127.0.0.1:$peer_port" -v
	run_sockit tcp-connect --linger inf 127.0.0.1 "$port" < <(echo hello; sleep 5)
	[ "$status" -eq 1 ]
	[[ $output == *reset* ]]
	wait_for grep -q ' closed: received 6 bytes, sent 0 bytes' "$err"
}

@test "a reset by the client is passed on as a reset" {
	start_peer send:hello read
	relay_to "127.0.0.1:$peer_port"
	log=$peer_log
	start_peer --connect "$port" read:5 reset
	wait_for grep -q 'reset after 0 bytes' "$log"
}

@test "a client that is reset after its answer is reported so, though the target ends well" {
	start_peer read send:answer wait-for:reset close
	relay_to "127.0.0.1:$peer_port" -v --json
	start_peer --connect "$port" send:hello shutdown read:6 reset
	wait_exit "$peer_pid"
	touch reset
	wait_for grep -q '"reason":' "$out" "$err"
	grep -h '"reason":"reset"' "$out" "$err"
}

@test "an unreachable target closes that client with a message, and the next is tried again" {
	target=$(freeport)
	relay_to "127.0.0.1:$target"
	run_sockit tcp-connect --recv-only 127.0.0.1 "$port"
	[ "$status" -ne 0 ] # a reset, not the end of an empty answer
	wait_for grep -Eqi "127.0.0.1:[0-9]+: cannot connect to 127.0.0.1:$target: connection refused" "$err"
	relay=$port
	endpoint=127.0.0.1:$target start_server --handler echo
	run_sockit tcp-connect 127.0.0.1 "$relay" <<<hello
	[ "$output" = hello ]
}

@test "a target that does not answer is given up after --connect-timeout" {
	start_silent
	relay_to "127.0.0.1:$silent_port" -w 100ms
	run_sockit tcp-connect --recv-only 127.0.0.1 "$port"
	[ "$status" -ne 0 ] # a reset, not the end of an empty answer
	wait_for grep -Eqi 'cannot connect to .*timed out' "$err"
}

@test "a target that cannot exist is found out at the start" {
	run_sockit -3 tcp-serve --forward nosuch.invalid:80 127.0.0.1:0
	[[ $output == *'"nosuch.invalid"'* ]]
	run_sockit tcp-serve --forward fd:3 127.0.0.1:0
	[ "$status" -eq 2 ]
	run_sockit tcp-serve -n --forward localhost:80 127.0.0.1:0
	[ "$status" -eq 2 ] || [ "$status" -eq 3 ]
}

# has_carried PID FILE - has that server, whose standard error is in FILE, carried anything yet?
has_carried() {
	kill -s USR1 "$1"
	grep -q '^[1-9].*B/s ' "$2"
}

@test "a reader that is slow does not make memory grow" {
	need_proc
	start_peer slow:1 # hardly reads at all
	relay_to "127.0.0.1:$peer_port"
	server=$pid server_err=$err
	before=$(memory "$server")
	start_sockit tcp-connect --send-only 127.0.0.1 "$port" < <(head -c 1G /dev/zero)
	wait_for has_carried "$server" "$server_err"
	# Until it takes no more, which is far from a gigabyte.
	wait_for stands_still "$server"
	run ! gone "$pid"
	after=$(memory "$server")
	((after - before < 4096 * (patience > 1 ? 8 : 1)))
}

@test "a reader that is slow costs no time" {
	need_proc
	start_peer hold
	relay_to "127.0.0.1:$peer_port"
	start_peer --connect "$port" flood
	wait_for has_carried "$pid" "$err"
	wait_for stands_still "$pid"
}

@test "a slow client holds up nobody else" {
	start_server --handler chargen
	relay_to "127.0.0.1:$port"
	join # never reads
	expect_signal PIPE
	[ "$(sockit tcp-connect --recv-only 127.0.0.1 "$port" | head -c 10M | wc -c)" -eq 10485760 ]
}

@test "descriptors are back where they were after a hundred relayed connections" {
	need_proc
	start_server --handler echo
	relay_to "127.0.0.1:$port" --no-sandbox
	before=$(descriptors "$pid")
	for i in {1..100}; do
		join
		echo "$i" >&5
		hear
		[ "$line" = "$i" ]
		leave
	done
	wait_for has_descriptors "$pid" "$before"
}

@test "an idle relay ends after -i, and both sides see it" {
	start_peer read
	relay_to "127.0.0.1:$peer_port" -v -i 100ms
	join
	run hear_all
	[ "$status" -ne 0 ]
	wait_for grep -q 'reset' "$peer_log"
}

@test "-v counts the bytes of the client" {
	start_server --handler echo
	relay_to "127.0.0.1:$port" -v
	sockit tcp-connect 127.0.0.1 "$port" <<<hello
	wait_for grep -q 'closed: received 6 bytes, sent 6 bytes in ' "$err"
}

@test "curl gets large pages from a web server through it, and posts to it" {
	need curl python3
	mkdir pages
	random_file pages/big 5M
	python3 -u -m http.server --bind 127.0.0.1 --directory pages 0 3>&- >web.log 2>&1 &
	processes+=("$!")
	wait_for grep -q 'port [0-9]' web.log
	relay_to "127.0.0.1:$(sed -n 's/.* port \([0-9]*\) .*/\1/p' web.log)"
	curl -sS --max-time 20 "http://127.0.0.1:$port/big" | cmp - pages/big
	curl -sS --max-time 20 --limit-rate 20M "http://127.0.0.1:$port/[big,big]" >/dev/null || true
	[ "$(curl -s --max-time 20 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/none")" = 404 ]
}

@test "nginx behind it serves curl over one kept connection" {
	need curl nginx
	mkdir pages
	random_file pages/big 5M
	cat >nginx.conf <<-END
		daemon off; pid $PWD/nginx.pid; error_log $PWD/nginx.log; master_process off;
		events { }
		http {
			access_log off; client_body_temp_path $PWD/body; proxy_temp_path $PWD/proxy;
			fastcgi_temp_path $PWD/fastcgi; uwsgi_temp_path $PWD/uwsgi; scgi_temp_path $PWD/scgi;
			server { listen unix:$PWD/web; root $PWD/pages; }
		}
	END
	nginx -c "$PWD/nginx.conf" 3>&- >nginx.out 2>&1 &
	processes+=("$!")
	wait_for listens_at "$PWD/web"
	relay_to "unix:$PWD/web" -v
	for name in one two; do
		echo "url = http://127.0.0.1:$port/big"
		echo "output = $name"
	done | curl -sS --max-time 20 -K -
	cmp one pages/big
	cmp two pages/big
	[ "$(grep -c 'connection from' "$err")" -eq 1 ]
}

@test "redis-cli works through it, pipelining and subscribing" {
	need redis-server redis-cli
	redis-server --port 0 --unixsocket "$PWD/redis" --save '' --dir "$PWD" 3>&- >redis.log 2>&1 &
	processes+=("$!")
	wait_for listens_at "$PWD/redis"
	relay_to "unix:$PWD/redis"
	[ "$(redis-cli -p "$port" set key value)" = OK ]
	[ "$(redis-cli -p "$port" get key)" = value ]
	seq 20000 | awk '{ print "SET k" $1 " " $1 }' | redis-cli -p "$port" --pipe | grep -q 'errors: 0, replies: 20000'
	[ "$(redis-cli -p "$port" get k20000)" = 20000 ]
}

@test "ssh works through it" {
	need sshd ssh ssh-keygen unshare
	ssh-keygen -q -t ed25519 -N '' -f host
	ssh-keygen -q -t ed25519 -N '' -f user
	cat >serve-ssh <<-END
		# For root, sshd wants a folder that only its service makes.
		[ "\$(id -u)" -ne 0 ] || { mount -t tmpfs none /run && mkdir /run/sshd; } || exit
		exec $(command -v sshd) -i -e -f /dev/null -h $PWD/host -o StrictModes=no -o UsePAM=no \
			-o AuthorizedKeysFile=$PWD/user.pub
	END
	sandbox=()
	[ "$(id -u)" -ne 0 ] || sandbox=(unshare -m)
	start_server -- "${sandbox[@]}" sh serve-ssh
	start_server --forward "127.0.0.1:$port"
	random_file data 3M
	timeout 30 ssh -F /dev/null -i user -p "$port" -o StrictHostKeyChecking=no \
		-o BatchMode=yes -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR 127.0.0.1 cat \
		<data >got
	cmp data got
}
