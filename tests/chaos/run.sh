#!/bin/bash
# SPDX-License-Identifier: ISC
# run.sh - transfers over a bad line are identical, or fail with the status for the reason.
#
#     bash tests/chaos/run.sh [LINE...]       default: all of `lines`
#
# The line is a relay of ours between two TUN interfaces (tests/peer/mangle.c), because not every
# kernel has tc netem. The last line is `N passed, N failed, N skipped`.
#
# SOCKIT  the binary to test
# PEERS   the folder of the built programs of tests/peer
set -u

cd "$(dirname "$0")/../.." || exit 1
export SOCKIT=${SOCKIT:-$PWD/sockit} PEERS=${PEERS:-$PWD/build/peer}
LIMIT=60 # seconds for one transfer

declare -A lines=(
	[good]='' [loss]='--loss 5 --delay 2' [much-loss]='--loss 20 --delay 1' [delay]='--delay 100'
	[reorder]='--reorder 20 --delay 1' [duplicate]='--duplicate 30' [corrupt]='--corrupt 5 --delay 1'
	[tiny]='--mtu 256' [flap]='--flap 400' [all]='--loss 3 --reorder 5 --duplicate 5 --corrupt 2 --delay 3'
)

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 1
head -c 400000 /dev/urandom >big
seq -f 'line %g of many' 200 >many

# over SERVER CLIENT - run both with the line; CLIENT begins once SERVER has a ready file. The exit
# status of CLIENT's sockit is stored in `status`.
over() {
	rm -f ready got back sent
	# shellcheck disable=SC2086 # options
	timeout -k 2 $((LIMIT + 10)) unshare -rn "$PEERS/mangle" ${lines[$line]} "$1" \
		"until [ -s ready ]; do sleep 0.02; done; timeout $LIMIT $2" >out 2>err
	status=$?
}

# right CONDITION... - a command that must succeed, or report what is wrong.
right() {
	"$@" || {
		printf 'not right: %s (status %s)\n' "$*" "$status" >>fault
		sed 's/^/    # /' err >>fault
	}
}

# may_fail - the status is that of done, timed out or, while an interface is down, unreachable.
may_fail() {
	[ "$status" -eq 0 ] || [ "$status" -eq 5 ] || { [ "$line" = flap ] && [ "$status" -eq 4 ]; }
}

serve="$SOCKIT tcp-serve --ready-file ready 10.9.0.1:7000"
connect="$SOCKIT tcp-connect --wait 20s 10.9.0.1 7000"

try_echo() {
	over "$serve --handler echo" "$connect <big >back"
	right [ "$status" -eq 0 ]
	right cmp big back
}

try_upload() {
	over "$SOCKIT tcp-serve --ready-file ready 10.9.0.1:7000 </dev/null >got" "$connect --send-only <big"
	right [ "$status" -eq 0 ]
	right cmp big got
}

try_download() {
	over "$serve --reply-file big" "$connect --recv-only >back"
	right [ "$status" -eq 0 ]
	right cmp big back
}

try_forward() {
	over "$SOCKIT tcp-serve --handler echo unix:echo & $serve --forward unix:echo" "$connect <big >back"
	rm -f echo
	right [ "$status" -eq 0 ]
	right cmp big back
}

# Datagrams may be lost, but none arrives changed, and 0 means that an answer came. A failure is an
# object too, but without data.
try_udp() {
	over "$SOCKIT udp-listen --ready-file ready --echo 10.9.0.1:7000 >got" \
		"$SOCKIT udp-send --lines --rate 500 --replies=200 -w 3s --json 10.9.0.1:7000 <many >back"
	right may_fail
	sed -n 's/.*"data":"\([^"]*\)".*/\1/p' back | sort >heard
	right test -z "$(sort -u heard | comm -23 - <(sort many))"
	[ "$status" -ne 0 ] || right [ -s heard ]
}

try_udp_forward() {
	over "$SOCKIT udp-listen --ready-file far --echo 127.0.0.1:7001 >/dev/null & \
		until [ -s far ]; do sleep 0.02; done; rm far; \
		$SOCKIT udp-listen --ready-file ready --forward 127.0.0.1:7001 10.9.0.1:7000" \
		"$SOCKIT udp-send --replies -w 2s 10.9.0.1:7000 hello >back"
	right may_fail
	[ "$status" -ne 0 ] || right [ "$(cat back)" = hello ]
}

# If a name server does not answer at once, it is asked again.
try_resolve() {
	over "$PEERS/dns-server --address 10.9.0.1 --port 5300 --port-file ready" \
		"$SOCKIT resolve --server 10.9.0.1:5300 -w 20s $1 --type A a-3.test >back"
	if [ "$line" = flap ]; then
		right may_fail
	else
		right [ "$status" -eq 0 ]
	fi
	[ "$status" -ne 0 ] || right [ "$(wc -l <back)" -eq 3 ]
}

try_resolve_udp() { try_resolve ''; }
try_resolve_tcp() { try_resolve --tcp; }

# Nobody listens there: refused or, if the line loses that, timed out.
try_refused() {
	over 'echo x >ready; sleep 60' "$SOCKIT tcp-connect -w 5s 10.9.0.1 9 </dev/null"
	right [ "$status" -ge 4 ]
	right [ "$status" -le 5 ]
	right [ -s err ]
}

all=(echo upload download forward udp udp_forward resolve_udp resolve_tcp refused)
passed=0 failed=0 skipped=0 begun=$SECONDS
[ $# -gt 0 ] || set -- good loss much-loss delay reorder duplicate corrupt tiny flap all
for line; do
	for one in "${all[@]}"; do
		: >fault
		began=$SECONDS
		"try_$one"
		if [ "$status" -eq 77 ] || ! command -v unshare >/dev/null; then
			echo "ok $line $one # skip no TUN interface can be had"
			skipped=$((skipped + 1))
		elif [ -s fault ]; then
			echo "not ok $line $one"
			cat fault
			failed=$((failed + 1))
		else
			echo "ok $line $one ($((SECONDS - began)) s)"
			passed=$((passed + 1))
		fi
	done
done
printf '%d seconds\n\n%d passed, %d failed, %d skipped\n' $((SECONDS - begun)) "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
