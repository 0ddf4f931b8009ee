#!/bin/bash
# SPDX-License-Identifier: ISC
# within.bash - run a command that may hang.
#
#     bash tests/within.bash SECONDS COMMAND...
#
# Its status is that of COMMAND; once SECONDS are over, what COMMAND still runs is listed on standard
# output and ended, and the status is 124. A SIGTERM ends all of it at once.
# shellcheck source=tests/processes.bash
. "${BASH_SOURCE[0]%/*}/processes.bash"

seconds=$1
shift

"$@" &
command=$!
# The time, in a process that SIGTERM ends; wait(1) is what a signal of ours can interrupt.
sleep "$seconds" >/dev/null 2>&1 &
clock=$!

finish() {
	(end_descendants "$$" "$BASHPID")
	exit "$1"
}
trap 'finish 143' TERM
trap 'finish 130' INT

wait -n "$command" "$clock"
status=$?
if kill -0 "$clock" 2>/dev/null; then
	kill "$clock"
	exit "$status"
fi
printf '%s is still running after %d s:\n' "$*" "$seconds"
(descendants "$$" "$BASHPID")
finish 124
