#!/bin/sh
# SPDX-License-Identifier: ISC
# analyze.sh - fail on what the compilers' analyzers and cppcheck find in the sources. A tool that is
# not installed is skipped by name.
#
#     sh tests/lint/analyze.sh FILE...
#
# JOBS     files at once (default: the processors)
# TOOLS    of gcc, clang, cppcheck (default: all); clang takes ten times as long as the others
set -u

cd "$(dirname "$0")/../.." || exit 1
JOBS=${JOBS:-$(nproc 2>/dev/null || echo 2)}
TOOLS=${TOOLS:-gcc clang cppcheck}
FLAGS='-std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -DSOCKIT_VERSION=__FILE__ -Isrc'

# False positives: the tool's name for the finding, the file, and the reason.
EXCEPTIONS='
-Wanalyzer-null-dereference src/raw/packet/words.c a field is set only where a layer has been read
-Wanalyzer-null-dereference src/udp/forward/keep_source.c a way was opened for the family of each target
-Wanalyzer-null-dereference src/core/sock/sock_options.c only options with a text get here
-Wanalyzer-use-after-free src/core/stream/drain.c each is taken out of the list before it is freed
shiftTooManyBits src/raw/layers/value.c at least one bit is taken in each turn
'

# unexpected - print those findings of standard input that EXCEPTIONS do not name.
unexpected() {
	EXCEPTIONS=$EXCEPTIONS awk '
	BEGIN {
		count = split(ENVIRON["EXCEPTIONS"], line, "\n")
		for (i = 1; i <= count; i++)
			if (split(line[i], part, " ") > 1)
				known[part[1] " " part[2]] = 1
	}
	{
		file = $0
		sub(/:.*/, "", file)
		kind = $0
		sub(/.*\[/, "", kind)
		sub(/\]$/, "", kind)
		if (!((kind " " file) in known))
			print
	}'
}


# each COMMAND - run it for each of FILES, some at a time; print its findings.
each() {
	# shellcheck disable=SC2086 # no name has a blank
	printf '%s\n' $FILES | xargs -P "$JOBS" -n 1 "$@" 2>&1 | grep -E '(warning|error): '
}

# gcc 12 considers memory stored in a member or an element to be leaked; real leaks are found by the
# tests under a sanitizer.
run_gcc() {
	# shellcheck disable=SC2086
	each gcc $FLAGS -O1 -fanalyzer -Wno-analyzer-malloc-leak -S -o /dev/null
}

run_clang() {
	# shellcheck disable=SC2086
	each clang $FLAGS --analyze --analyzer-output text
}

run_cppcheck() {
	# shellcheck disable=SC2086
	cppcheck -j "$JOBS" --quiet --std=c11 --enable=warning,performance,portability \
		--suppress=missingIncludeSystem -D_POSIX_C_SOURCE=200809L -D__linux__ -Isrc $FILES 2>&1 |
		grep -E '(warning|error|performance|portability): '
}

run() {
	case $1 in
	gcc) run_gcc ;;
	clang) run_clang ;;
	cppcheck) run_cppcheck ;;
	esac
}

FILES=$*
failed=0
for tool in $TOOLS; do
	if ! command -v "$tool" >/dev/null; then
		echo "skipped $tool: not installed"
		continue
	fi
	found=$(run "$tool" | unexpected)
	[ -n "$found" ] || continue
	printf '%s\n' "$found"
	failed=1
done
exit "$failed"
