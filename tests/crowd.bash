# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with lib.bash
# SPDX-License-Identifier: ISC
# crowd.bash - what the tests of many clients share.

# crowd PART NUMBER... - run tests/peer/crowd.c against $address.
crowd() {
	"$PEERS/crowd" "${crowd_address:-$address}" "$@" 3>&-
}

# start_client NAME [ARG...] - tcp-connect to $address, with the FIFO NAME.in (opened here, so that
# it stays open) as its input and NAME.out as its output.
start_client() {
	mkfifo "$1.in"
	"$SOCKIT" tcp-connect "${crowd_address:-$address}" "${@:2}" \
		<"$1.in" >"$1.out" 2>"$1.err" 3>&- &
	processes+=("$!")
	clients=$((${clients:-0} + 1))
	exec {client_fd}>"$1.in"
	wait_for connections "$clients"
}

# connections N - the server (started with -v) has seen this many connections.
connections() {
	[ "$(grep -c 'connection from' "$err")" -ge "$1" ]
}

# has FILE TEXT - TEXT is a line of FILE.
has() {
	grep -qxF -- "$2" "$1"
}

# resident PID - print its memory in KiB.
resident() {
	awk '/^VmHWM/ { print $2 }' "/proc/$1/status"
}
