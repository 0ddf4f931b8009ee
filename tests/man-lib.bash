# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # scripts for another shell; variables shared with the tests and bats
# SPDX-License-Identifier: ISC
# man-lib.bash - read the manual pages, and run the commands that they show.
#
# What a page shows is identified by some of its words, as arguments of `example`, `block`,
# `line_of` and the functions based on them; man.bats detects examples that no test names.

man=$tests/../man

# section PAGE TITLE - the lines of one section.
section() {
	awk -v title="$2" '/^\.Sh / { telling = $0 == ".Sh " title; next } telling' "$man/$1"
}

# text PAGE - print its lines as they are typed at a prompt.
text() {
	sed 's/^\.Dl //; s/^\.Li //; s/\\e/\\/g; s/\\(dq/"/g; s/\\&//g' "$man/$1"
}

# shown PAGE - print what the page shows to be typed, without comments, a line each; one that
# continues after a backslash, with indented lines or up to its `done` includes all of them,
# separated by the byte 1.
shown() {
	awk '
	function flush() {
		if (kept != "")
			print kept
		kept = ""
	}
	/^\.Dl / { flush(); kept = substr($0, 5); flush(); next }
	/^\.Bd -literal -offset/ { inside = 1; next }
	/^\.Ed/ { flush(); inside = open = 0; next }
	!inside { next }
	/^[ \t]/ || kept ~ /\\e$/ || open { kept = kept "\001" $0; open = open && !/^(done|esac)/; next }
	{ flush(); kept = $0; open = /^(while|case)/ && !/done$/ }
	END { flush() }' "$man/$1" | sed 's/\\e/\\/g; s/\\(dq/"/g; s/\\&//g; s/   *# .*//'
}

# the_line WORDS - print the only line of standard input that contains WORDS, or that is WORDS.
the_line() {
	local lines
	lines=$(sort -u)
	if grep -qaxF -- "$1" <<<"$lines"; then
		lines=$1
	else
		lines=$(grep -aF -- "$1" <<<"$lines")
	fi
	if [ -z "$lines" ] || [ "$(wc -l <<<"$lines")" -ne 1 ]; then
		echo "not one line has \"$1\": $lines" >&2
		return 1
	fi
	printf '%s\n' "${lines//$'\001'/$'\n'}"
}

# example PAGE WORDS [FROM TO]... - print the only line of PAGE that contains WORDS, with each FROM
# replaced by TO.
example() {
	local line
	line=$(shown "$1" | the_line "$2") && replaced "$line" "${@:3}"
}

# block PAGE WORDS [FROM TO]... - as example, for a displayed block.
block() {
	local lines
	lines=$(text "$1" | awk -v words="$2" '
	/^\.Bd -literal/ { kept = ""; next }
	/^\.Ed/ { if (index(kept, words)) printf "%s", kept; next }
	{ kept = kept $0 "\n" }')
	replaced "$lines" "${@:3}"
}

replaced() {
	local text=$1
	shift
	while [ $# -gt 0 ]; do
		if [[ $text != *"$1"* ]]; then
			echo "the page has no \"$1\" in: $text" >&2
			return 1
		fi
		text=${text//"$1"/"$2"}
		shift 2
	done
	[ -n "$text" ] && printf '%s\n' "$text"
}

# script TEXT - run it with the shell, with sockit in PATH.
script() {
	sockit_in_path
	sh -c "$1" 3>&-
}

sockit_in_path() {
	mkdir -p bin
	ln -sf "$SOCKIT" bin/sockit
	PATH=$PWD/bin:$PATH
}

fail_at() {
	echo "not so: $*" >&2
	return 1
}

# The world of the pages' examples: a single host in its own namespaces, where `host` and the others
# are 192.0.2.7 at eth0, ports below 1024 are allowed and /run is empty. In it, `line` runs $LINE,
# `listens [udp:]PORT|PATH` waits until somebody listens there, `connected PORT` until somebody is
# connected, `ask` connects, retrying until it can, and `ask_udp` sends and prints the reply. When
# the script ends, everything that it started is ended.
world_script='
line() { timeout $((20 * patience)) bash -c "$LINE"; }
# until_so COMMAND... - false when it does not succeed in time.
until_so() {
	local end=$((SECONDS + 10 * patience))
	until "$@"; do
		((SECONDS < end)) || return
		pause .02
	done
}
# has_socket PROTOCOL... PATTERN - a line of one of these tables of the kernel has PATTERN. To read one
# takes milliseconds: the kernel looks through the places for all connections of all namespaces.
has_socket() {
	local rows
	while [ $# -gt 1 ]; do
		mapfile -t rows <"/proc/net/$1"
		[[ ! ${rows[*]} =~ ${!#} ]] || return 0
		shift
	done
	return 1
}
listens() {
	local hex
	printf -v hex ":%04X " "${1##*[!0-9]}" 2>/dev/null
	# It was started just now.
	pause .01
	case $1 in
	/*) until_so has_socket unix " 00010000 [0-9]+ [0-9]+ +[0-9]+ $1( |$)" ;;
	udp:/*) until_so [ -S "${1#udp:}" ] ;;
	udp:*)
		# ncat has a socket for each family, one after the other.
		case $LINE in
		"ncat -ul"*) until_so has_socket udp "$hex" ;;
		*) until_so has_socket udp udp6 "$hex" ;;
		esac
		;;
	*) until_so has_socket tcp tcp6 "$hex[^ ]* 0A" ;;
	esac || echo "nobody listens on $1"
}
ask() { sockit tcp-connect --wait "$((10 * patience))s" "$@"; }
ask_udp() { sockit udp-send -r -w "$((10 * patience))s" "$@"; }
connected() {
	local hex
	printf -v hex ":%04X " "$1"
	until_so has_socket tcp tcp6 "$hex[^ ]* 01" || echo "nobody is connected to $1"
}
until_has() {
	until_so grep -q "$2" "$1" || echo "$1 has no $2: $(cat "$1")"
}
# A sanitizer looks for its own process there.
mount -t proc proc /proc 2>/dev/null
ip -batch - <<END
link set lo up
link add eth0 type veth peer name peer0
addr add 192.0.2.7/24 brd + dev eth0
addr add 2001:db8::7/64 dev eth0 nodad
addr add 192.0.2.1/32 dev lo
addr add 192.0.2.53/32 dev lo
addr add 2001:db8::1/128 dev lo
link set eth0 up
link set peer0 up
route add 224.0.0.0/4 dev eth0
route add 255.255.255.255 dev eth0
END
mountover "$tmp/hosts" /etc/hosts
mount -t tmpfs tmpfs /run
echo host >/proc/sys/kernel/hostname
'

# need_world - skip if the kernel does not let us make one. Sets world.
need_world() {
	need unshare ip mount
	if [ "$EUID" -eq 0 ] && remembered root-world makes_world -nmupf; then
		world=as-root
	elif remembered world makes_world -rnmupf; then
		world=alone
	else
		skip "cannot make namespaces with a veth pair"
	fi
	sockit_in_path
	printf '%s\n' '127.0.0.1 localhost' '2001:db8::1 six.example' \
		'192.0.2.7 host.example host db cache proxy server mail loghost device backup' \
		'192.0.2.7 example.org mail.example.org statsd.example time.example tftp.example' >hosts
}

makes_world() {
	unshare "$1" --kill-child ip link add v0 type veth peer name v1 2>/dev/null
}

# in_world LINE SCRIPT - run SCRIPT there.
in_world() {
	local kind=-rnmupf
	[ "$world" != as-root ] || kind=-nmupf
	share_wait_for
	find_default_signals
	LINE=$1 tmp=$PWD timeout -k 10 $((60 * patience)) unshare "$kind" --kill-child \
		"${default_signals[@]}" bash -c "$world_script$2" 3>&- </dev/null
}
