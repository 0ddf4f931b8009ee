#!/bin/bash
# SPDX-License-Identifier: ISC
# within.bash - run a command that may hang.
#
#     bash tests/within.bash SECONDS OUTPUT COMMAND...
#
# The status is that of COMMAND. If the file OUTPUT has not grown for SECONDS (or nearly twice as long), the
# processes that COMMAND still runs are listed on standard output and ended, and the status is 124. SIGTERM
# ends all of them at once.
# shellcheck source=tests/processes.bash disable=SC2317 # what traps call
. "${BASH_SOURCE[0]%/*}/processes.bash"

seconds=$1 output=$2
shift 2

# watch - wait until OUTPUT has not grown for SECONDS; then signal the shell that waits.
watch() {
	local size=-1 now pause
	trap 'kill "$pause"; exit' TERM
	while now=$(wc -c <"$output") && [ "$now" -gt "$size" ]; do
		size=$now
		sleep "$seconds" &
		pause=$!
		wait "$pause"
	done
	kill -s USR1 "$$"
}

finish() {
	(end_descendants "$$" "$BASHPID")
	exit "$1"
}

hangs() {
	printf '%s has printed nothing for %d s, and still runs:\n' "$*" "$seconds"
	(descendants "$$" "$BASHPID")
	finish 124
}
trap 'hangs "$@"' USR1
trap 'finish 143' TERM
trap 'finish 130' INT

"$@" &
command=$!
watch >/dev/null 2>&1 &
clock=$!
wait "$command"
status=$?
trap '' USR1
kill "$clock" 2>/dev/null
exit "$status"
