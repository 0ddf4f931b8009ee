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

# runner PROCESSOR - prints what the binary is started with, `env` on this processor; false: nothing.
runner() {
	case $1:$(uname -m) in
	"$(uname -m):$1" | armv7:armv7l) echo env && return ;;
	esac
	for emulator in "qemu-${1%v7}" "qemu-${1%v7}-static"; do
		! command -v "$emulator" || return 0
	done
	return 1
}

# sockit ARG... - $binary, by $start and within a minute.
sockit() {
	timeout $((60 * patience)) "$start" "$binary" "$@"
}

# round_trip - what a client sends comes back from a server.
round_trip() {
	rm -f "$work/ready"
	sockit tcp-serve --ready-file "$work/ready" --accept 1 --handler echo 127.0.0.1:0 &
	server=$!
	while [ ! -s "$work/ready" ] && kill -0 "$server"; do
		sleep 0.1
	done
	answer=$(echo hello | sockit tcp-connect "$(cat "$work/ready")")
	wait "$server"
	status=$?
	server=
	[ "$status" -eq 0 ] && [ "$answer" = hello ]
}

# packet - it is shown, and nothing is sent.
packet() {
	sockit raw-send --dry-run ip src=127.0.0.1 dst=127.0.0.1 udp sport=1 dport=7 payload hello |
		tr -s ' ' | grep -q 'dport 7 '
}

# try_binary - prints what of it does not work.
try_binary() {
	[ "$(sockit --version)" = "sockit $version" ] || echo '--version'
	round_trip || echo 'tcp-serve and tcp-connect'
	[ "$(sockit resolve -4 localhost)" = 127.0.0.1 ] || echo 'resolve localhost'
	packet || echo 'raw-send --dry-run'
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
