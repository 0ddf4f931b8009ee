#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# half-close.bats - peers that treat the end of sending as an abort, as most HTTP servers do.

load lib

# start_touchy SECONDS - start a peer that answers a line with 1 MiB, unless its client stops sending
# within that time.
start_touchy() {
	cat >touchy <<-END
		read -r question
		IFS= read -r -t $1 more
		[ \$? -gt 128 ] || exit 1
		head -c 1048576 /dev/zero
	END
	start_server -k -- bash touchy
}

@test "a peer that takes a half-close for an abort: --send with an empty input gets the whole answer" {
	start_touchy 0.3
	sockit tcp-connect -E --send 'question\n' "$address" </dev/null >got
	[ "$(size_of got)" -eq 1048576 ]
	: | sockit tcp-connect -E --send 'question\n' "$address" >got
	[ "$(size_of got)" -eq 1048576 ]
	sockit tcp-connect -E --send 'question\n' "$address" >got <&-
	[ "$(size_of got)" -eq 1048576 ]
}

@test "a peer that takes a half-close for an abort: -k gets the whole answer to a piped request" {
	start_touchy 0.3
	printf 'question\n' | sockit tcp-connect -k "$address" >got
	[ "$(size_of got)" -eq 1048576 ]
	start_touchy $((10 * patience))
	printf 'question\n' | sockit tcp-connect "$address" >got
	[ "$(size_of got)" -eq 0 ]
}

@test "--send and an input with one byte: its end is passed on" {
	start_peer read send:all
	printf x | sockit tcp-connect --send 12 127.0.0.1 "$peer_port" >got
	[ "$(cat got)" = all ]
	grep -qx 'end after 3 bytes' "$peer_log"
}

@test "--send-only with --send and an empty input ends once all is acknowledged" {
	start_peer read:2 hold
	sockit tcp-connect --send-only --send 12 127.0.0.1 "$peer_port" </dev/null
}

# --- real servers ---

# start_nginx - start nginx, which serves big (50 MB), and from /slow what a backend takes a second
# to answer; sets web.
start_nginx() {
	need nginx
	random_file big 50M
	printf 'slow answer' >slow
	# A second is longer than clients wait for which their own end is the end.
	start_server -k --sh 'read -r line; sleep 1; printf "HTTP/1.0 200 OK\r\n\r\n"; cat slow'
	web=$PWD/web
	cat >nginx.conf <<-END
		daemon off; pid $PWD/nginx.pid; error_log $PWD/nginx.log; user root;
		events {}
		http {
			access_log off;
			client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2; fastcgi_temp_path $PWD/t3;
			uwsgi_temp_path $PWD/t4; scgi_temp_path $PWD/t5;
			server {
				listen unix:$web;
				root $PWD;
				location /slow { proxy_pass http://$address; }
			}
		}
	END
	[ "$(id -u)" -eq 0 ] || sed -i 's/user root;//' nginx.conf
	nginx -c "$PWD/nginx.conf" -e "$PWD/nginx.log" 3>&- &
	processes+=($!)
	wait_for listens_at "$web"
	start_server -k --forward "unix:$web"
}

# body FILE - print what follows the header.
body() {
	sed '1,/^\r$/d' "$1"
}

@test "nginx: a file of 50 MB and the answer of a slow backend arrive whole" {
	start_nginx
	sockit tcp-connect -E --send 'GET /big HTTP/1.0\r\n\r\n' "unix:$web" </dev/null >got
	body got | cmp - big
	printf 'GET /big HTTP/1.0\r\n\r\n' | sockit tcp-connect -k "unix:$web" >got
	body got | cmp - big
	sockit tcp-connect -E --send 'GET /slow HTTP/1.0\r\n\r\n' "$address" </dev/null >got
	[ "$(body got)" = 'slow answer' ]
	printf 'GET /slow HTTP/1.0\r\n\r\n' | sockit tcp-connect -k "$address" >got
	[ "$(body got)" = 'slow answer' ]
}

@test "tinyproxy: a file of 50 MB through CONNECT arrives whole" {
	need tinyproxy
	start_nginx
	local server=$address proxy
	port=$(freeport)
	proxy=127.0.0.1:$port
	printf '%s\n' "Port $port" 'Listen 127.0.0.1' 'Timeout 60' 'Allow 127.0.0.1' >tinyproxy.conf
	tinyproxy -d -c tinyproxy.conf >tinyproxy.log 2>&1 3>&- &
	processes+=($!)
	sockit tcp-connect --wait 10s --proxy "http://$proxy" -E \
		--send 'GET /big HTTP/1.0\r\n\r\n' "$server" </dev/null >got
	body got | cmp - big
}
