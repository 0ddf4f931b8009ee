#!/bin/sh
# SPDX-License-Identifier: ISC
# coverage.sh - how many lines of the files that a fuzz target is about its seeds reach.
#
#     sh tests/fuzz/lib/coverage.sh FOLDER TARGET...      FOLDER has the targets, built with counters
#
# LEAST    percent of a target's lines; fewer fail (default 90)
# LINES    also print the lines that are not reached
set -u

cd "$(dirname "$0")/../../.." || exit 1
folder=$1
shift
LEAST=${LEAST:-90}
failed=0

# covers TARGET - the files behind `covers:` in its first comment.
covers() {
	awk '/covers:/ { sub(/.*covers:/, ""); on = 1 }
		on { end = /\*\//; gsub(/\*\/?/, ""); for (i = 1; i <= NF; i++) print "src/" $i }
		on && end { exit }' "tests/fuzz/$1.c"
}

for target; do
	# Others look at the same again, to compare.
	[ -n "$(covers "$target")" ] || continue
	program=$folder/$target
	if ! LLVM_PROFILE_FILE="$program.profraw" "$program" "tests/fuzz/$target" whole >"$program.log"; then
		grep '^not ok' "$program.log"
		failed=1
	fi
	llvm-profdata merge -o "$program.profdata" "$program.profraw" || exit 1
	# shellcheck disable=SC2046 # no name has a blank
	llvm-cov report "$program" -instr-profile="$program.profdata" $(covers "$target") |
		awk -v target="$target" -v least="$LEAST" '
		/^Filename/ || /^-/ || NF < 10 || /^Files which/ { next }
		$1 == "TOTAL" {
			percent = $8 ? 100 * ($8 - $9) / $8 : 0
			printf "%-16s %5d of %5d lines %6.2f %%%s\n", target, $8 - $9, $8, percent, \
				percent < least ? "  under " least " %" : ""
			seen = 1
			bad = percent < least
			next
		}
		{ sub(/.*\//, "", $1); printf "    %-32s %5d of %5d\n", $1, $8 - $9, $8 }
		END { exit bad || !seen }' || failed=1
	# shellcheck disable=SC2046
	[ -z "${LINES:-}" ] || llvm-cov show "$program" -instr-profile="$program.profdata" \
		$(covers "$target") | grep -E '^ +[0-9]+\| +0\||^/'
done
exit "$failed"
