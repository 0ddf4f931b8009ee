# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# processes.bash - list and end what a process has started.

# every_process - print all processes, one per line, with the parent and the command line, whatever
# that contains.
every_process() {
	local one stat parent arguments line
	if [ ! -r /proc/self/stat ]; then
		ps -A -o pid= -o ppid= -o args=
		return
	fi
	for one in /proc/[0-9]*; do
		read -r -d '' stat <"$one/stat" || [ -n "$stat" ] || continue
		mapfile -d '' arguments <"$one/cmdline"
		# The state and the parent follow a name in parentheses.
		read -r _ parent _ <<<"${stat##*) }"
		line="${one##*/} $parent ${arguments[*]}"
		echo "${line//$'\n'/ }"
	done
}

# descendants PID EXCEPT - print the processes that PID has started, directly or indirectly, without
# EXCEPT and its descendants: one per line, with the parent and the command line.
descendants() {
	# While they are listed some end, and others get their numbers: a process can appear as its
	# own ancestor.
	every_process 2>/dev/null | awk -v top="$1" -v except="$2" '
		$1 ~ /^[0-9]+$/ && $2 ~ /^[0-9]+$/ { parent[$1] = $2; line[$1] = $0; count++ }
		END {
			for (one in parent) {
				steps = 0
				for (at = one; at in parent && at != top && at != except && steps < count; at = parent[at])
					steps++
				if (at == top && one != top)
					print line[one]
			}
		}'
}

# signal_all NAME LIST - send the signal NAME to each process of LIST, which is as from descendants.
signal_all() {
	local one
	while read -r one _; do
		[ -z "$one" ] || kill -s "$1" "$one" 2>/dev/null || true
	done <<<"$2"
}

# end_descendants PID EXCEPT - end them with SIGTERM, and those left after two seconds with SIGKILL.
end_descendants() {
	local list='' last=none
	# Repeat until none of them runs any longer: a process that one starts while they are listed
	# could not be found through its parent once that one has ended. Nor can one that is stopped
	# already, and is kept for that.
	until [ "$list" = "$last" ]; do
		last=$list
		list=$(printf '%s\n' "$list" "$(descendants "$1" "$2")" | sort -u)
		signal_all STOP "$list"
	done
	signal_all TERM "$list"
	signal_all CONT "$list"
	# What handles the signal has no other way to tell us that it did.
	sleep 2
	signal_all KILL "$list"
	signal_all KILL "$(descendants "$1" "$2")"
}
