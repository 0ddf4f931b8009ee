#!/bin/sh
# SPDX-License-Identifier: ISC
# coverage.sh - how many lines the seeds of a fuzz target reach in the files that it is about.
#
#     sh tests/fuzz/lib/coverage.sh FOLDER TARGET...      FOLDER has the targets, built with counters
#
# The first comment of a target names those files behind `covers:`, and behind `but:` the functions in
# them that are no parsers, such as those that print or connect. They are not counted; one that is
# not there fails, and so does one that is reached for the most part.
#
# LEAST    percent of a target's lines; fewer fail (default 90)
# LINES    also print the lines that are not reached
set -u

cd "$(dirname "$0")/../../.." || exit 1
folder=$1
shift
LEAST=${LEAST:-90}
failed=0

# named WORD TARGET - print what follows WORD in its first comment, up to another such word.
named() {
	awk -v word="$1:" '{ end = /\*\//; gsub(/\*\/?|\/\*/, "") }
		{ for (i = 1; i <= NF; i++) if ($i ~ /^[a-z]+:$/) on = $i == word; else if (on) print $i }
		end && NR > 1 { exit }' "tests/fuzz/$2.c"
}

# judge TARGET - print a line for each file and one for all of them, from llvm-cov's report on the
# functions.
judge() {
	awk -v target="$1" -v least="$LEAST" -v but="$(named but "$1" | tr '\n' ' ')" '
		BEGIN { count = split(but, name, " "); for (i = 1; i <= count; i++) left[name[i]] = 1 }
		function file_ends() {
			if (file != "")
				printf "    %-32s %5d of %5d\n", file, lines - missed, lines
			all += lines
			all_missed += missed
			lines = missed = 0
		}
		function wrong(text) { print "    " text; bad = 1 }
		/^File / { file_ends(); file = $2; gsub(/.*\/|.:$/, "", file); next }
		NF != 10 || $1 == "TOTAL" { next }
		{ sub(/.*:/, "", $1) }
		$1 in left {
			if ($5 > 2 * $6)
				wrong($1 " is reached")
			delete left[$1]
			next
		}
		{ lines += $5; missed += $6 }
		END {
			file_ends()
			for (one in left)
				wrong("there is no " one)
			percent = all ? 100 * (all - all_missed) / all : 0
			printf "%-16s %5d of %5d lines %6.2f %%%s\n", target, all - all_missed, all, percent, \
				percent < least ? "  under " least " %" : ""
			exit bad || percent < least
		}'
}

for target; do
	files=$(named covers "$target" | sed 's|^|src/|')
	# Others look at the same again, to compare.
	[ -n "$files" ] || continue
	program=$folder/$target
	if ! LLVM_PROFILE_FILE="$program.profraw" "$program" "tests/fuzz/$target" whole >"$program.log" 2>&1; then
		grep -v '^ok' "$program.log"
		failed=1
	fi
	llvm-profdata merge -o "$program.profdata" "$program.profraw" || exit 1
	# shellcheck disable=SC2086 # no name has a blank
	llvm-cov report "$program" -instr-profile="$program.profdata" -show-functions $files |
		judge "$target" || failed=1
	# shellcheck disable=SC2086
	[ -z "${LINES:-}" ] || llvm-cov show "$program" -instr-profile="$program.profdata" $files |
		grep -E '^ +[0-9]+\| +0\||^/'
done
exit "$failed"
