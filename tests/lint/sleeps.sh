#!/bin/sh
# SPDX-License-Identifier: ISC
# sleeps.sh - a test waits for a condition, not for a time that is long enough on some machine.
#
#     sh tests/lint/sleeps.sh [FILE...]      default: all of tests/
#
# A `sleep` of a few seconds or less is allowed in a loop that checks a condition (until, while),
# and if a comment in the same line or right above explains why no condition would do. Longer ones
# stand for what hangs, in tests about that.
cd "$(dirname "$0")/../.." || exit 1
[ $# -gt 0 ] || set -- tests/*.bats tests/kernels/*.bats tests/*.bash
awk '
FNR == 1 { asking = 0; above = "" }
/(^|[[:space:];&:"\047])(until|while) / { asking = 1 }
match($0, /(^|[^a-z_.-])(sleep|pause) [0-9.]+/) {
	seconds = substr($0, RSTART, RLENGTH)
	sub(/.* /, "", seconds)
	if (seconds + 0 < 5 && !asking && !/ # / && above !~ /^[[:space:]]*# /) {
		print FILENAME ":" FNR ": it sleeps, and no comment says why: " $0
		found = 1
	}
}
/(^|[[:space:];])done/ { asking = 0 }
{ above = $0 }
END { exit found }' "$@"
