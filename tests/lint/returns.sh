#!/bin/sh
# SPDX-License-Identifier: ISC
# returns.sh - a test that fails reports the line, which is not possible if it returns 1; and it
# must fail.
#
#     sh tests/lint/returns.sh [FILE...]      default: all of tests/
cd "$(dirname "$0")/../.." || exit 1
[ $# -gt 0 ] || set -- tests/*.bats tests/kernels/*.bats
awk '
FNR == 1 || /^}/ { inside = 0 }
/^@test / { inside = 1 }
# What stands in quotes is for another shell.
{ bare = $0; gsub(/\047[^\047]*(\047|$)|"[^"]*("|$)/, "", bare) }
inside && bare ~ /(^|[;&|{(] *|[[:space:]])return [1-9][0-9]*([[:space:];})]|$)/ {
	print FILENAME ":" FNR ": the line of this failure would not be shown; `false` has one: " $0
	found = 1
}
# The shell does not end at one of these, unless it is what the test returns.
inside && pending != "" {
	print FILENAME ":" FNR - 1 ": this cannot fail before the end of a test; `run ! COMMAND` can: " pending
	found = 1
}
{ pending = inside && bare ~ /^\t+! / && bare !~ /\|\|/ ? $0 : "" }
END { exit found }' "$@"
