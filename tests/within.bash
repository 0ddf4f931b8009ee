#!/bin/bash
# SPDX-License-Identifier: ISC
# within.bash - run a command that may hang.
#
#     bash tests/within.bash SECONDS OUTPUT COMMAND...
#
# The status is that of COMMAND. If the file OUTPUT has not grown for SECONDS (or nearly twice as long), the
# processes that COMMAND still runs are listed on standard output and ended, and the status is 124. SIGTERM
# ends all of them at once.
# shellcheck source=tests/processes.bash
. "${BASH_SOURCE[0]%/*}/processes.bash"

seconds=$1 output=$2
shift 2

"$@" &
command=$!

finish() {
	(end_descendants "$$" "$BASHPID")
	exit "$1"
}
trap 'finish 143' TERM
trap 'finish 130' INT

size=-1
while now=$(wc -c <"$output") && [ "$now" -gt "$size" ]; do
	size=$now
	# A process that SIGTERM ends; a signal to this shell can interrupt wait, and nothing else.
	sleep "$seconds" >/dev/null 2>&1 &
	clock=$!
	wait -n "$command" "$clock"
	status=$?
	if kill -0 "$clock" 2>/dev/null; then
		kill "$clock"
		exit "$status"
	fi
done
printf '%s has printed nothing for %d s, and still runs:\n' "$*" "$seconds"
(descendants "$$" "$BASHPID")
finish 124
