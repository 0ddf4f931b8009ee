# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and with lib.bash
# SPDX-License-Identifier: ISC
# clients.bash - clients for the server that start_server started, and checks of how it copes with
# them. To be loaded after lib.

# has_client NAME - is NAME, one of nc (OpenBSD's), ncat, socat and sockit, installed?
has_client() {
	case $1 in
	sockit) ;;
	nc) nc -h 2>&1 | grep -q -- '-[A-Za-z]*N' ;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# talk NAME - send standard input to the server and print what it sends, with that client.
talk() {
	local bound=(timeout $((20 * patience)))
	case $1 in
	nc) "${bound[@]}" nc -N 127.0.0.1 "$port" ;;
	ncat) "${bound[@]}" ncat 127.0.0.1 "$port" ;;
	socat) "${bound[@]}" socat -t9 - "TCP:127.0.0.1:$port" ;;
	sockit) sockit tcp-connect 127.0.0.1 "$port" ;;
	esac
}

# ask [TEXT] - a client that sends TEXT (with escapes), ends its side and prints the answer.
ask() {
	# shellcheck disable=SC2059 # it is meant as a format
	printf "${1:-}" | sockit tcp-connect 127.0.0.1 "$port"
}

# ask_from ADDRESS - as ask, from that local address.
ask_from() {
	sockit tcp-connect -s "$1" 127.0.0.1 "$port" <<<hello
}

# join, leave - connect and disconnect a client that stays, as descriptor 5.
join() {
	exec 5<>"/dev/tcp/127.0.0.1/$port"
}

leave() {
	exec 5>&-
}

# hear [TIMEOUT] - read the next line for it into $line.
hear() {
	read -r -t $((${1:-10} * patience)) -u 5 line
}

# hear_all - print what comes until the server ends its side.
hear_all() {
	timeout $((20 * patience)) cat <&5
}

# refused - is nobody listening on $port?
refused() {
	! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

# holds TEXT FILE - does FILE consist of TEXT and nothing else?
holds() {
	[ "$(cat "$2")" = "$1" ]
}

# memory PID - print the resident memory in KiB (Linux).
memory() {
	awk '/^VmRSS/ { print $2 }' "/proc/$1/status"
}

# holds_memory PID KIB - does it use more memory than that?
holds_memory() {
	[ "$(memory "$1")" -gt "$2" ]
}

# stands_still PID - does it use no CPU time for a third of a second?
stands_still() {
	local before
	before=$(cpu_ticks "$1")
	pause 0.3
	[ "$(cpu_ticks "$1")" -le $((before + 1)) ]
}

# has_descriptors PID N
has_descriptors() {
	[ "$(descriptors "$1")" -eq "$2" ]
}

# children PID - print its child processes, ended or not, one per line (Linux).
children() {
	cat /proc/[0-9]*/stat 2>/dev/null | sed 's/ (.*) / /' |
		awk -v parent="$1" '$3 == parent { print $1 }'
}

# dead PID - has it ended, whether or not its parent has reaped it (Linux)?
dead() {
	! grep -q '^State:[[:space:]]*[^[:space:]ZX]' "/proc/$1/status" 2>/dev/null
}

childless() {
	[ -z "$(children "$1")" ]
}
