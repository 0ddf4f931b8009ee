#!/bin/bash
# SPDX-License-Identifier: ISC
# run.sh - run command lines again and again, each time with another call of the C library failing.
#
#     bash tests/torture/run.sh [NAME...]       the cases to run (default: all)
#
# For each case, each function and each errno that it may have, the 1st, 2nd, 3rd, ... call fails
# until none is left that could. Whatever fails: the status is one of the documented ones, it ends in
# time, what was written is a beginning of what is right, status 0 comes only with all of it, a
# failure has a line that says why, and no process is left.
#
# SOCKIT    the binary to test (default ./sockit)
# TORTURE   the library (default build/torture/fail.so)
# SAMPLE    run only each SAMPLE-th of them (default 1: all)
# MOST      and no more than the first MOST calls of each function (default 400)
# shellcheck disable=SC2154,SC2002 # the helpers' addresses are variables; a pipe is the point there
set -u

cd "$(dirname "$0")/../.." || exit 1
SOCKIT=${SOCKIT:-$PWD/sockit}
TORTURE=${TORTURE:-$PWD/build/torture/fail.so}
SAMPLE=${SAMPLE:-1}
MOST=${MOST:-400}
LIMIT=10 # seconds for one run

# What may fail, and with which errno of those that its manual page lists; 0: only one byte is done.
calls='malloc:ENOMEM calloc:ENOMEM realloc:ENOMEM strdup:ENOMEM fopen:EMFILE,EACCES
open:EMFILE,EACCES read:EIO,EINTR,EAGAIN,0 write:ENOSPC,EIO,EINTR,EAGAIN,0 send:ECONNRESET,ENOBUFS,EINTR,EAGAIN,0
recv:ECONNRESET,EINTR,EAGAIN,0 splice:ENOMEM,EIO,EINVAL,EAGAIN,0 writev:EIO,EINTR,EAGAIN
sendmsg:ENOBUFS,EPERM,EINTR,EAGAIN recvmsg:ENOMEM,EINTR,EAGAIN sendmmsg:ENOBUFS,EPERM,EINTR,EAGAIN,0
recvmmsg:ENOMEM,EINTR,EAGAIN,0 socket:EMFILE,ENOBUFS,EAFNOSUPPORT socketpair:EMFILE bind:EADDRINUSE,EACCES
listen:EADDRINUSE connect:ECONNREFUSED,ETIMEDOUT,ENETUNREACH,EADDRNOTAVAIL,EINTR
accept4:ECONNABORTED,EMFILE,ENFILE,ENOBUFS,ENOMEM,EPERM,EINTR shutdown:ENOTCONN setsockopt:ENOPROTOOPT,ENOMEM
getsockopt:ENOPROTOOPT getsockname:ENOBUFS pipe2:EMFILE epoll_create1:EMFILE epoll_ctl:ENOSPC,ENOMEM
epoll_wait:EINTR poll:EINTR,ENOMEM rename:EACCES posix_spawnp:EAGAIN,ENOMEM,ENOENT pthread_create:EAGAIN fork:EAGAIN'

# What cannot happen, so that it proves nothing: the loop's own pipe, which wakes it, is never full, on
# no disk and never interrupted; a pair of sockets within the process is never reset.
unreal='command:write via:write via:shutdown prompt:recv'

number_of() {
	case $1 in
	0) echo 0 ;;
	EPERM) echo 1 ;; ENOENT) echo 2 ;; EINTR) echo 4 ;; EIO) echo 5 ;; EAGAIN) echo 11 ;; ENOMEM) echo 12 ;;
	EACCES) echo 13 ;; EINVAL) echo 22 ;; ENFILE) echo 23 ;; EMFILE) echo 24 ;; ENOSPC) echo 28 ;;
	ENOPROTOOPT) echo 92 ;; EAFNOSUPPORT) echo 97 ;; EADDRINUSE) echo 98 ;; EADDRNOTAVAIL) echo 99 ;;
	ENETUNREACH) echo 101 ;; ECONNABORTED) echo 103 ;; ECONNRESET) echo 104 ;; ENOBUFS) echo 105 ;;
	ENOTCONN) echo 107 ;; ETIMEDOUT) echo 110 ;; ECONNREFUSED) echo 111 ;;
	esac
}

work=$(mktemp -d) || exit 1
helpers=()
finish() {
	for one in "${helpers[@]}"; do
		kill -TERM "$one" 2>/dev/null
		wait "$one" 2>/dev/null
	done
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 1
head -c 300000 /dev/urandom >big
printf 'hello\nworld\n' >small

# helper NAME ARG... - a server that nothing is done to; $NAME is its address.
helper() {
	"$SOCKIT" "${@:2:1}" --ready-file "$1.ready" "${@:3}" </dev/null >/dev/null 2>&1 &
	helpers+=("$!")
	until [ -s "$1.ready" ]; do sleep 0.01; done
	declare -g "$1=$(cat "$1.ready")"
}
helper echo tcp-serve --handler echo 127.0.0.1:0
helper discard tcp-serve --handler discard 127.0.0.1:0
helper reply tcp-serve --reply PONG 127.0.0.1:0
helper socks tcp-serve --proxy-server socks 127.0.0.1:0
helper udpecho udp-listen --echo 127.0.0.1:0

# victim ARG... - sockit, in which the chosen call fails; its status into `status`.
victim() {
	timeout -k 1 "$LIMIT" env "LD_PRELOAD=$TORTURE" TORTURE_LOG="$work/failed" "$SOCKIT" "$@" 2>err
	echo $? >status
}

# served CLIENT... -- ARG... - the victim is a server; CLIENT is run once it listens, with its address
# for ADDRESS. Then the server is told to end.
served() {
	local client=()
	while [ "$1" != -- ]; do
		client+=("$1")
		shift
	done
	rm -f ready
	{
		env "LD_PRELOAD=$TORTURE" TORTURE_LOG="$work/failed" "$SOCKIT" "$2" --ready-file ready "${@:3}" \
			<"${input:-/dev/null}" >"${output:-/dev/null}" 2>err &
		local pid=$! tries=0
		until [ -s ready ] || ! kill -0 "$pid" 2>/dev/null || ((++tries > 1000)); do sleep 0.01; done
		if [ -s ready ]; then
			"${client[@]//ADDRESS/$(head -n 1 ready)}" 2>/dev/null
		fi
		tries=0
		while kill -0 "$pid" 2>/dev/null && ((++tries <= LIMIT * 10)); do
			kill -TERM "$pid" 2>/dev/null
			sleep 0.05
		done
		if kill -0 "$pid" 2>/dev/null; then
			kill -KILL "$pid"
			wait "$pid" 2>/dev/null
			echo 124 >status
		else
			wait "$pid" 2>/dev/null
			echo $? >status
		fi
	}
}

ask() { timeout 5 "$SOCKIT" tcp-connect -i 2s "$1" <small; }
say() { timeout 5 "$SOCKIT" udp-send --replies -w 300ms "$1" hello; }

# The cases: what to run, and in want_NAME what is right on standard output.
want_connect() { cat small; };     do_connect() { victim tcp-connect "$echo" <small; }
want_big() { cat big; };           do_big() { victim tcp-connect "$echo" <big; }
want_piped() { cat small; };       do_piped() { cat small | victim tcp-connect "$echo" | cat; }
want_sendonly() { :; };            do_sendonly() { victim tcp-connect --send-only "$discard" <big; }
want_expect() { printf PONG; };    do_expect() { victim tcp-connect --send PING --expect PONG "$reply"; }
want_scan() { echo "127.0.0.1 ${echo##*:}/tcp open -"; }
do_scan() { victim tcp-connect -z -n 127.0.0.1 "1,${echo##*:}"; }
want_command() { cat small; };     do_command() { victim tcp-connect --sh "cat >&2; printf x" "$reply" >/dev/null; cat small; }
want_socks() { cat small; };       do_socks() { victim tcp-connect --proxy "socks5://$socks" "$echo" <small; }
want_taps() { cat small; };        do_taps() { victim tcp-connect -x=dump --save-received copy --rate 1M "$echo" <small; }
want_via() { cat small; };         do_via() { victim tcp-connect --via "$SOCKIT tcp-connect %h %p" "$echo" <small; }
want_prompt() { cat small; };      do_prompt() { victim tcp-connect --prompt '> ' "$echo" <small; }
want_udpsend() { printf hello; };  do_udpsend() { victim udp-send --replies "$udpecho" hello; }
want_udplines() { printf helloworld; }; do_udplines() { victim udp-send --replies=2 --lines "$udpecho" <small; }
want_echo() { cat small; };        do_echo() { served ask ADDRESS -- tcp-serve --handler echo 127.0.0.1:0; }
want_text() { printf hi; };        do_text() { served ask ADDRESS -- tcp-serve --reply hi 127.0.0.1:0; }
want_file() { cat big; };          do_file() { served ask ADDRESS -- tcp-serve --reply-file big 127.0.0.1:0; }
want_forward() { cat small; };     do_forward() { served ask ADDRESS -- tcp-serve --forward "$echo" 127.0.0.1:0; }
want_serve_sh() { cat small; };    do_serve_sh() { served ask ADDRESS -- tcp-serve --sh cat 127.0.0.1:0; }
want_reverse() { printf 'olleh\ndlrow\n'; }; do_reverse() { served ask ADDRESS -- tcp-serve --handler reverse 127.0.0.1:0; }
want_stdio() { cat big; };         do_stdio() { input=/dev/null output=got.server served send_big ADDRESS -- tcp-serve 127.0.0.1:0; cat got.server; }
want_collect() { cat small; };     do_collect() { output=got.server served ask ADDRESS -- tcp-serve --collect 127.0.0.1:0; cat got.server; }
want_broker() { :; };              do_broker() { served ask ADDRESS -- tcp-serve --broker 127.0.0.1:0 >/dev/null; }
want_proxy() { cat small; };       do_proxy() { served ask_through ADDRESS -- tcp-serve --proxy-server socks 127.0.0.1:0; }
want_workers() { cat small; };     do_workers() { served ask ADDRESS -- tcp-serve --workers 2 --handler echo 127.0.0.1:0; }
want_udplisten() { :; };           do_udplisten() { output=got.server served say ADDRESS -- udp-listen --count 1 127.0.0.1:0; printf '' ; }
want_udpecho() { printf hello; };  do_udpecho() { served say ADDRESS -- udp-listen --echo 127.0.0.1:0; }
want_udpforward() { printf hello; }; do_udpforward() { served say ADDRESS -- udp-listen --forward "$udpecho" 127.0.0.1:0; }
want_udpsh() { printf hello; };    do_udpsh() { served say ADDRESS -- udp-listen --sh cat 127.0.0.1:0; }
want_dryrun() { "$SOCKIT" raw-send --dry-run ip src=127.0.0.1 dst=127.0.0.1 udp sport=1 dport=2; }
do_dryrun() { victim raw-send --dry-run ip src=127.0.0.1 dst=127.0.0.1 udp sport=1 dport=2; }
want_pcap() { "$SOCKIT" raw-send --write - ip src=127.0.0.1 dst=127.0.0.1 id=1 udp sport=1 dport=2 | tail -c +41; }
do_pcap() { victim raw-send --write pcap ip src=127.0.0.1 dst=127.0.0.1 id=1 udp sport=1 dport=2; tail -c +41 pcap 2>/dev/null; rm -f pcap; }
want_resolve() { echo 127.0.0.1:80; }; do_resolve() { victim resolve -n 127.0.0.1 80; }
want_batch() { printf '127.0.0.1\t127.0.0.1\n::1\t::1\n'; }; do_batch() { printf '127.0.0.1\n::1\n' | victim resolve -n --batch; }
want_services() { "$SOCKIT" services --builtin https; }; do_services() { victim services --builtin https; }
want_help() { "$SOCKIT" tcp-serve --help; }; do_help() { victim tcp-serve --help; }

send_big() { timeout 5 "$SOCKIT" tcp-connect --send-only "$1" <big; }
ask_through() { timeout 5 "$SOCKIT" tcp-connect -i 2s --proxy "socks5://$1" "$echo" <small; }

all='connect big piped sendonly expect scan command socks taps via prompt udpsend udplines echo text file
forward serve_sh reverse stdio collect broker proxy workers udplisten udpecho udpforward udpsh dryrun pcap resolve batch
services help'

bad() {
	echo "not ok $name: $TORTURE_CALL $error, call $TORTURE_AT: $*"
	sed 's/^/    # /' err | head -n 3
	faults=$((faults + 1))
}

# judge - what the run has left.
judge() {
	local status
	status=$(cat status)
	case $status in
	0) cmp -s got want || [ -n "${partial[$name]:-}" ] || bad 'status 0, but not all was written' ;;
	[1-7] | 126 | 127)
		[ -s err ] || bad "status $status without a word"
		;;
	143) ;; # a server that was told to end
	124 | 137) bad 'it did not end' ;;
	141) [ "$error" = EPIPE ] || bad "status $status" ;;
	*) bad "status $status" ;;
	esac
	cmp -s -n "$(wc -c <got)" got want || bad 'what was written is wrong'
	! grep -qE 'ERROR: |runtime error' err || bad 'a sanitizer spoke'
}

# A server's client may be served in part although the server goes on and ends as it was told.
declare -A partial
for name in echo text file forward serve_sh reverse stdio collect broker proxy workers udpecho udpforward udpsh; do
	partial[$name]=1
done

every=() runs=0 faults=0 turn=0
export TORTURE_CALL TORTURE_AT TORTURE_ERRNO
[ $# -gt 0 ] || read -r -d '' -a every <<<"$all"
# shellcheck disable=SC2086 # lists of words
for name in "$@" "${every[@]}"; do
	TORTURE_CALL='' TORTURE_AT=0 TORTURE_ERRNO=0 error=none
	"want_$name" >want
	"do_$name" >got
	if ! cmp -s got want; then
		echo "not ok $name: it is not right even where nothing fails: $(cat err)"
		faults=$((faults + 1))
		continue
	fi
	before=$runs
	for entry in $calls; do
		TORTURE_CALL=${entry%%:*}
		[[ " $unreal " != *" $name:$TORTURE_CALL "* ]] || continue
		errors=${entry#*:}
		for error in ${errors//,/ }; do
			TORTURE_ERRNO=$(number_of "$error")
			for ((TORTURE_AT = 1 + turn++ % SAMPLE; TORTURE_AT <= MOST; TORTURE_AT += SAMPLE)); do
				rm -f failed
				"do_$name" >got 2>/dev/null
				[ -s failed ] || break
				runs=$((runs + 1))
				judge
			done
		done
	done
	echo "ok $name: $((runs - before)) calls failed"
done
echo "$runs calls failed, $faults faults"
[ "$faults" -eq 0 ]
