# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and with lib.bash
# SPDX-License-Identifier: ISC
# net.bash - places to connect to that lib.bash lacks: silent and refusing ones, and ones with many
# names; and a terminal to type at. To be loaded after lib.

# start_aside OPTION... - as start_peer, but peer_port, peer_pid and peer_log remain those of the
# previous peer. Sets aside_port and aside_pid.
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

# start_hasty [TEXT] - start a peer that sends TEXT (hello) to everybody and resets the connection;
# but at first nobody gets an answer. Sets hasty_port and hasty_pid.
start_hasty() {
	[ -e /proc/net/tcp ] || skip "no /proc/net/tcp here"
	start_aside --backlog 0 --full --times 0 "send:${1:-hello}" reset
	hasty_port=$aside_port hasty_pid=$aside_pid
}

# look_late PID - make PID, which connects to that port, look only once its connection was reset.
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

# start_silent_socket PATH - as start_silent, with a Unix socket; once it accepts, it sends hello.
start_silent_socket() {
	start_aside --unix "$1" --backlog 0 --full --times 0 send:hello || return 1
	silent_pid=$aside_pid
}

# start_refusing - reserve a port on which nobody listens and that nobody else gets. Sets
# refused_port.
start_refusing() {
	start_aside --deaf 600 hold || return 1
	refused_port=$aside_port
}

# with_hosts FILE COMMAND... - run COMMAND with FILE as its /etc/hosts, and no other source of
# names, so that the answer of a name server, or the lack of one, does not matter.
with_hosts() {
	echo 'hosts: files' >hosts.switch
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm sh -c 'mountover "$1" /etc/hosts && mountover hosts.switch /etc/nsswitch.conf &&
		shift && exec "$@"' sh "$@" 3>&-
}

# need_hosts - skip if the kernel does not let us mount anything.
need_hosts() {
	need unshare
	echo '127.0.0.1 some.test' >some.hosts
	remembered hosts with_hosts some.hosts getent hosts some.test >/dev/null 2>&1 ||
		skip "cannot mount an /etc/hosts"
}

# at_terminal TEXT COMMAND... - run COMMAND with a terminal as its standard input and error, at
# which TEXT (with escapes) is typed; the file terminal has what it showed.
at_terminal() {
	local code=0
	terminal out "type:$1" -- "${@:2}" 3>&- || code=$?
	mv raw terminal
	return "$code"
}

# quick MS COMMAND... - COMMAND succeeds within MS milliseconds (times the patience) in at least one
# of several attempts: a busy machine may make it slow now and then, but only a fault makes it slow
# each time.
quick() {
	wait_for at_once "$@"
}

at_once() {
	milliseconds "${@:2}" && ((elapsed < $1 * patience))
}

# milliseconds COMMAND... - store in $elapsed how long COMMAND takes; returns its status.
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
