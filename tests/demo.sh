#!/bin/sh
# SPDX-License-Identifier: ISC
# demo.sh - the main job end to end: a file through a server, a relay and a client, and compared.
set -eu

cd "$(dirname "$0")/.."
SOCKIT=${SOCKIT:-$PWD/sockit}
SIZE_MB=${SIZE_MB:-300}
server='' relay=''

work=$(mktemp -d)
cleanup() {
	for pid in $server $relay; do
		kill "$pid" 2>/dev/null || :
	done
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

die() {
	echo "demo: $*" >&2
	exit 1
}

# Print the command as it could be typed here, then run it with the shell.
show() {
	printf '\n$ %s\n' "$1"
	eval "$1"
}

# ready PID FILE - wait until the server has written its address; fails if the server fails.
ready() {
	polls=0
	until [ -s "$2" ]; do
		kill -0 "$1" 2>/dev/null || die "a server ended before it was ready"
		polls=$((polls + 1))
		[ "$polls" -lt 500 ] || die "a server was not ready within 10 s"
		sleep 0.02
	done
}

[ -x "$SOCKIT" ] || die "no binary at $SOCKIT; run make first"
PATH=$(dirname "$SOCKIT"):$PATH
cd "$work"
echo "In $work, with $SOCKIT ($(sockit --version | head -n 1)):"

show "head -c $((SIZE_MB * 1024 * 1024)) /dev/urandom >original"
show "sockit tcp-serve --ready-file server.address 127.0.0.1:0 <original &"
server=$!
ready "$server" server.address
from=$(cat server.address)

show "sockit tcp-serve --ready-file relay.address --forward $from 127.0.0.1:0 &"
relay=$!
ready "$relay" relay.address
through=$(cat relay.address)

show "sockit tcp-connect --progress=always --stats $through </dev/null >copy"

wait "$server" || die "the server ended with status $?"
server=
kill "$relay"
status=0
wait "$relay" 2>/dev/null || status=$?
relay=
[ "$status" -eq 143 ] || die "the relay ended with status $status instead of by SIGTERM (143)"

show "ls -l original copy"
show "cmp original copy"
if command -v sha256sum >/dev/null 2>&1; then
	show "sha256sum original copy"
fi
printf '\nThe copy is the original: %s MiB, server to relay to client.\n' "$SIZE_MB"
