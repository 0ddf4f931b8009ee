# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and with lib.bash
# SPDX-License-Identifier: ISC
# net.bash - places to connect to that lib.bash has not: silent, refusing and many-named ones; and a
# terminal to type at. A test file loads it after lib.

# start_aside OPTION... - start_peer, but the peer that was started before stays the one that peer_port,
# peer_pid and peer_log tell of. Sets aside_port and aside_pid.
start_aside() {
	local port=$peer_port log=$peer_log pid=$peer_pid
	start_peer "$@" || return 1
	aside_port=$peer_port aside_pid=$peer_pid
	peer_port=$port peer_log=$log peer_pid=$pid
}

# start_silent [HOST [PORT]] - a listener whose backlog is full: nobody answers there. Sets
# silent_port, and silent_pid; SIGUSR1 makes it accept.
start_silent() {
	start_aside --host "${1:-127.0.0.1}" --port "${2:-0}" --backlog 0 --full --times 0 hold || return 1
	silent_port=$aside_port silent_pid=$aside_pid
}

# start_hasty [TEXT] - says TEXT (hello) to everybody and resets the connection; but at first nobody
# gets an answer. Sets hasty_port and hasty_pid.
start_hasty() {
	[ -e /proc/net/tcp ] || skip "no /proc/net/tcp here"
	start_aside --backlog 0 --full --times 0 "send:${1:-hello}" reset
	hasty_port=$aside_port hasty_pid=$aside_pid
}

# look_late PID - PID, which connects to that port, looks only once that has reset its connection.
look_late() {
	wait_for is_awaited
	kill -s STOP "$1"
	# Its SYN is answered when it is sent again, after a second.
	kill -s USR1 "$hasty_pid"
	wait_for is_forgotten
	kill -s CONT "$1"
}

# connections STATES - how many there are to the hasty port in one of these states of the kernel's
# net/tcp_states.h, a regular expression.
connections() {
	awk -v to="0100007F:$(printf %04X "$hasty_port")" -v states="^($1)\$" \
		'$3 == to && $4 ~ states' /proc/net/tcp | wc -l
}

# Those that fill the backlog end with one that waits.
is_awaited() {
	[ "$(connections 02)" -ge 2 ]
}

is_forgotten() {
	[ "$(connections '01|02|08')" -eq 0 ]
}

# start_silent_socket PATH - the same of a Unix socket; once it accepts, it says hello.
start_silent_socket() {
	start_aside --unix "$1" --backlog 0 --full --times 0 send:hello || return 1
	silent_pid=$aside_pid
}

# start_refusing - a port that nobody listens on and nobody else gets. Sets refused_port.
start_refusing() {
	start_aside --deaf 600 hold || return 1
	refused_port=$aside_port
}

# with_hosts FILE COMMAND... - COMMAND with FILE as its /etc/hosts, and no other source of names:
# what a server of names says, or that there is none, would be another story.
with_hosts() {
	echo 'hosts: files' >hosts.switch
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm sh -c 'mountover "$1" /etc/hosts && mountover hosts.switch /etc/nsswitch.conf &&
		shift && exec "$@"' sh "$@" 3>&-
}

# need_hosts - skip where the kernel lets us mount nothing of our own.
need_hosts() {
	need unshare
	echo '127.0.0.1 some.test' >some.hosts
	remembered hosts with_hosts some.hosts getent hosts some.test >/dev/null 2>&1 ||
		skip "cannot mount an /etc/hosts"
}

# at_terminal TEXT COMMAND... - COMMAND with a terminal as its standard input and error, on which
# TEXT (with escapes) is typed; what the terminal showed is in the file terminal.
at_terminal() {
	local code=0
	terminal out "type:$1" -- "${@:2}" 3>&- || code=$?
	mv raw terminal
	return "$code"
}

# quick MS COMMAND... - COMMAND succeeds within MS milliseconds (where all is slow, so many times more),
# at least once in a while: a machine that has much to do may make it slow now and then, but only a
# fault makes it slow each time.
quick() {
	wait_for -t $((30 * patience)) at_once "$@"
}

at_once() {
	milliseconds "${@:2}" && ((elapsed < $1 * patience))
}

# milliseconds COMMAND... - how long it takes, in $elapsed; its status is ours.
milliseconds() {
	local begun code=0
	begun=$(date +%s%N)
	"$@" || code=$?
	elapsed=$((($(date +%s%N) - begun) / 1000000))
	return "$code"
}

has_line() {
	grep -Eqx -- "$1" "$2"
}

has() {
	grep -Fq -- "$1" "$2"
}
