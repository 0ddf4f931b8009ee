# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# processes.bash - what a process has started: to name it, and to end it.

# descendants PID EXCEPT - the processes that PID has started, and those have, without EXCEPT and its:
# one a line, with its parent and its command line.
descendants() {
	if [ -r /proc/self/stat ]; then
		local one
		for one in /proc/[0-9]*; do
			[ ! -r "$one/stat" ] || printf '%s %s %s\n' "${one##*/}" \
				"$(sed 's/.*) . \([0-9]*\) .*/\1/' "$one/stat")" "$(tr '\0' ' ' <"$one/cmdline")"
		done
	else
		ps -A -o pid= -o ppid= -o args=
	fi 2>/dev/null | awk -v top="$1" -v except="$2" '
		{ parent[$1] = $2; line[$1] = $0 }
		END {
			for (one in parent) {
				for (at = one; at in parent && at != top && at != except; at = parent[at])
					;
				if (at == top && one != top)
					print line[one]
			}
		}'
}

# signal_all NAME LIST - send it to each process of LIST, one a line as of descendants.
signal_all() {
	local one
	while read -r one _; do
		[ -z "$one" ] || kill -s "$1" "$one" 2>/dev/null || true
	done <<<"$2"
}

# end_descendants PID EXCEPT - with SIGTERM, and with SIGKILL what is left after two seconds.
end_descendants() {
	signal_all TERM "$(descendants "$1" "$2")"
	# What handles the signal has no other way to tell us that it did.
	sleep 2
	signal_all KILL "$(descendants "$1" "$2")"
}
