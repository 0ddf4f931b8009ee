#!/bin/sh
# SPDX-License-Identifier: ISC
# try.sh - run each binary of `make release`: on this processor, or with QEMU's user emulation.
#
#     sh tests/packaging/try.sh BINARY...      ends with `N passed, N failed, N skipped`
#
# A binary is named PROGRAM-VERSION-linux-PROCESSOR. One that cannot be run here is skipped; QEMU is in
# the package qemu-user or qemu-user-static of most systems.
set -u

patience=${SOCKIT_TEST_PATIENCE:-1}
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
server=
# shellcheck disable=SC2329 # called by the trap
clean_up() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# runner PROCESSOR - print the command with which to start the binary, `env` on this processor;
# false: none.
runner() {
	case $1:$(uname -m) in
	"$(uname -m):$1" | armv7:armv7l) echo env && return ;;
	esac
	for emulator in "qemu-${1%v7}" "qemu-${1%v7}-static"; do
		! command -v "$emulator" || return 0
	done
	return 1
}

# sockit ARG... - run $binary with $start, for at most a minute.
sockit() {
	timeout $((60 * patience)) "$start" "$binary" "$@"
}

# with_server COMMAND ARG... - start a server; with $address, run talk; false: either failed.
with_server() {
	rm -f "$work/ready"
	sockit "$@" --ready-file "$work/ready" 127.0.0.1:0 >/dev/null &
	server=$!
	while [ ! -s "$work/ready" ] && kill -0 "$server"; do
		sleep 0.1
	done
	address=$(cat "$work/ready")
	answer=$(echo hello | talk)
	wait "$server"
	status=$?
	server=
	[ "$status" -eq 0 ] && [ "$answer" = hello ]
}

# over_tcp, over_udp - check that what a client sends comes back from a server.
over_tcp() {
	talk() { sockit tcp-connect "$address"; }
	with_server tcp-serve --accept 1 --handler echo
}

over_udp() {
	talk() { sockit udp-send --replies=1 --timeout $((10 * patience)) "$address"; }
	with_server udp-listen --count 1 --echo
}

# results - print what does not depend on the system, so that it must be the same for each
# processor.
results() {
	sockit --help && sockit raw-send --help &&
		sockit services --builtin --json && sockit services --builtin --protocols &&
		sockit raw-send --dry-run --hexdump ip src=127.0.0.1 dst=127.0.0.1 id=7 \
			udp sport=1 dport=7 payload hello &&
		sockit raw-send --dry-run --json ip6 src=::1 dst=::1 tcp sport=1 dport=7 seq=1 flags=syn
}

# same_results - are they those of the binary that was tried first?
same_results() {
	results >"$work/results" || return 1
	[ -e "$work/first" ] || cp "$work/results" "$work/first"
	cmp "$work/first" "$work/results" >&2
}

# try_binary - print what does not work.
try_binary() {
	[ "$(sockit --version)" = "sockit $version" ] || echo '--version'
	over_tcp || echo 'tcp-serve and tcp-connect'
	over_udp || echo 'udp-listen and udp-send'
	[ "$(sockit resolve -4 localhost)" = 127.0.0.1 ] || echo 'resolve localhost'
	same_results || echo 'services, raw-send --dry-run or --help'
}

for binary; do
	processor=${binary##*-linux-}
	version=${binary%-linux-*} version=${version##*-}
	if ! start=$(runner "$processor"); then
		skipped=$((skipped + 1))
		echo "$binary: not run: this is $(uname -m), and qemu-${processor%v7} is not installed"
		continue
	fi
	try_binary >"$work/failures" 2>"$work/said"
	if [ -s "$work/failures" ]; then
		failed=$((failed + 1))
		echo "$binary: does not work here:"
		sed 's/^/    /' "$work/failures" "$work/said"
	else
		passed=$((passed + 1))
		echo "$binary: runs"
	fi
done
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
