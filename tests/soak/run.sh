#!/bin/bash
# SPDX-License-Identifier: ISC
# run.sh - very many badly behaved clients, for each mode of each server: nothing may grow.
#
#     bash tests/soak/run.sh [MODE...]       default: all
#
# A table: memory and descriptors of the server before (after a fifth of the clients, as the first ones
# make caches) and after all. More memory than that by a quarter and GROWTH (in collect also BEGUN, in
# reverse HELD, bounds that the first ones may not reach), a descriptor or a process more, a server that
# has ended, or one that does not answer the next clients right, is a fault. The last line is `N passed,
# N failed, N skipped`, of the modes.
#
# SOCKIT  the binary to test
# PEERS   the folder of the built programs of tests/peer
# COUNT   clients (default 100000); a mode that starts a process for each takes a twentieth
# shellcheck disable=SC2154 # the helpers' addresses are variables
set -u

cd "$(dirname "$0")/../.." || exit 1
SOCKIT=${SOCKIT:-$PWD/sockit}
COUNT=${COUNT:-100000}
GROWTH=512  # KiB, and a quarter
BEGUN=65536 # KiB of lines without an end that tcp-serve --collect may keep
HELD=16384  # KiB that the clients of reverse may have said and not been sent, all together
OPEN=200    # at once
SPARE=8     # descriptors

work=$(mktemp -d) || exit 1
pids=()
finish() {
	kill "${pids[@]}" 2>/dev/null
	wait
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 1

# Only root can see the descriptors of a process in its sandbox.
free_rein=()
[ "$(id -u)" -eq 0 ] || free_rein=(--no-sandbox)

# start NAME COMMAND ARG... - start a server and wait until it listens; sets pid and address.
start() {
	"$SOCKIT" "$2" "${free_rein[@]}" --ready-file "$1.ready" "${@:3}" </dev/null >/dev/null 2>"$1.err" &
	pid=$!
	pids+=("$pid")
	until [ -s "$1.ready" ]; do
		kill -0 "$pid" 2>/dev/null || { cat "$1.err" >&2; return 1; }
		sleep 0.02
	done
	address=$(head -n 1 "$1.ready")
}

resident() {
	awk '/^VmRSS/ { size = $2 } END { print size + 0 }' "/proc/$1/status" 2>/dev/null || echo 0
}

descriptors() {
	local links=(/proc/"$1"/fd/*)
	echo "${#links[@]}"
}

# A server with workers consists of all its processes.
family() {
	echo "$1"
	cat "/proc/$1/task/$1/children" 2>/dev/null
}

# sum WHAT PID
sum() {
	local all=0 one
	for one in $(family "$2"); do
		all=$((all + $("$1" "$one")))
	done
	echo "$all"
}

# is_busy PID - whether it has more processes than at the start, or more descriptors than `most`.
is_busy() {
	[ "$(family "$1" | wc -w)" -gt "$own" ] || [ "$(sum descriptors "$1")" -gt "$most" ]
}

# settle PID - wait until it is idle, for at most a minute; print how many descriptors it has.
settle() {
	local tries=0
	while is_busy "$1" && ((++tries < 600)); do
		sleep 0.1
	done
	sum descriptors "$1"
}

passed=0 failed=0
row='%-16s %10s %9s %10s %10s %8s %8s  %s\n'

# judge - print what is wrong, or nothing.
judge() {
	kill -0 "$pid" 2>/dev/null || { echo 'the server has ended'; return; }
	((after <= before + before / 4 + GROWTH)) || { echo 'it grew'; return; }
	((fds_after <= most)) || { echo 'descriptors were left open'; return; }
	[ "$(family "$pid" | wc -w)" -le "$own" ] || { echo 'processes were left'; return; }
	[ -z "$echoes" ] || "$PEERS/crowd" "$place" "$echoes" 100 >/dev/null 2>err ||
		echo "the next clients: $(cat err)"
}

# soak MODE COUNT ECHOES COMMAND ARG... - ECHOES: the part of crowd that the server must pass
# afterwards.
soak() {
	local mode=$1 count=$2 echoes=$3 begun=$SECONDS first=$(($2 / 5)) fault place most own=1
	[[ -z $wanted || " $wanted " == *" $mode "* ]] || return 0
	[ "$first" -gt 2000 ] || first=$((count < 2000 ? count : 2000))
	if ! start "$mode" "${@:4}"; then
		fault='it did not start'
	else
		place=${address/#\*/127.0.0.1}
		[ "$mode" != workers ] || own=3
		[ "$4" != udp-listen ] || place=udp:$place
		# The server keeps some pipes for reuse.
		most=$(($(sum descriptors "$pid") + SPARE))
		"$PEERS/rabble" "$place" "$first" "$OPEN" >/dev/null 2>err
		fds_before=$(settle "$pid") before=$(sum resident "$pid")
		fault=$("$PEERS/rabble" "$place" "$count" "$OPEN" 2>&1 >/dev/null)
		fds_after=$(settle "$pid") after=$(sum resident "$pid")
		fault=${fault:-$(judge)}
	fi
	# shellcheck disable=SC2059 # one format for all rows
	printf "$row" "$mode" "$count" "$((SECONDS - begun)) s" "${before:-} KiB" "${after:-} KiB" \
		"${fds_before:-}" "${fds_after:-}" "${fault:-ok}"
	if [ -n "$fault" ]; then
		failed=$((failed + 1))
		tail -n 5 "$mode.err" | sed 's/^/    # /'
	else
		passed=$((passed + 1))
	fi
	kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

wanted=$*
few=$((COUNT / 20))
start target tcp-serve --handler echo 127.0.0.1:0 && target=$address
start udptarget udp-listen --echo 127.0.0.1:0 && udptarget=$address
mkdir files
printf 'some text\n' >text
# shellcheck disable=SC2059
printf "$row" mode clients time before after fds fds ''
soak echo "$COUNT" short tcp-serve --handler echo 127.0.0.1:0
soak unix "$COUNT" short tcp-serve --handler echo "unix:$PWD/socket"
soak workers "$COUNT" short tcp-serve --workers 2 --handler echo 127.0.0.1:0
soak limited "$COUNT" '' tcp-serve --max-conns 50 --max-per-host 3 -i 1s --handler echo 127.0.0.1:0
soak discard "$COUNT" '' tcp-serve --handler discard 127.0.0.1:0
soak chargen "$COUNT" '' tcp-serve --handler chargen 127.0.0.1:0
GROWTH=$((GROWTH + HELD)) soak reverse "$COUNT" '' tcp-serve --handler reverse 127.0.0.1:0
soak reply "$COUNT" '' tcp-serve --reply hello 127.0.0.1:0
soak file "$COUNT" '' tcp-serve --reply-file text 127.0.0.1:0
soak forward "$COUNT" short tcp-serve --forward "$target" 127.0.0.1:0
soak taps "$few" short tcp-serve --handler echo -x=/dev/null --rate 10M 127.0.0.1:0
soak broker "$COUNT" '' tcp-serve --broker 127.0.0.1:0
soak chat "$few" '' tcp-serve --chat 127.0.0.1:0
GROWTH=$((GROWTH + BEGUN)) soak collect "$COUNT" '' tcp-serve --collect 127.0.0.1:0
soak collect-dir "$few" '' tcp-serve --collect-dir files 127.0.0.1:0
soak socks "$COUNT" '' tcp-serve --proxy-server socks 127.0.0.1:0
soak http "$COUNT" '' tcp-serve --proxy-server http 127.0.0.1:0
soak proxy-protocol "$COUNT" '' tcp-serve --proxy-protocol --handler echo 127.0.0.1:0
soak command "$few" short tcp-serve --max-conns 300 127.0.0.1:0 -- cat
soak pty "$few" '' tcp-serve --pty --max-conns 300 127.0.0.1:0 -- cat
soak udp-echo "$COUNT" echoes udp-listen --echo 127.0.0.1:0
soak udp-print "$COUNT" '' udp-listen --format json 127.0.0.1:0
soak udp-forward "$COUNT" '' udp-listen --session-timeout 1s --max-sessions 500 --forward "$udptarget" 127.0.0.1:0
soak udp-command "$few" '' udp-listen --command-timeout 2s 127.0.0.1:0 -- cat
printf '\n%d passed, %d failed, 0 skipped\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
