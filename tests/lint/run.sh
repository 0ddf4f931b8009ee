#!/bin/sh
# SPDX-License-Identifier: ISC
# run.sh - everything that can be checked without running sockit; a tool that is not installed is
# reported as skipped.
#
#     sh tests/lint/run.sh
#
# CC       the compiler that reads the headers (default cc)
# SOURCES  what is analyzed
# SOCKIT   the binary whose options the completions must have (default ./sockit)
set -u

cd "$(dirname "$0")/../.." || exit 1
SOCKIT=${SOCKIT:-$PWD/sockit}
export SOCKIT
failed=0

# lint NAME COMMAND... - run a part and report its result.
lint() {
	name=$1
	shift
	if "$@"; then
		echo "ok $name"
	else
		echo "FAILED $name"
		failed=1
	fi
}

# lint_with TOOL COMMAND... - as lint, if TOOL is installed.
lint_with() {
	if command -v "$1" >/dev/null; then
		lint "$1" "$@"
	else
		echo "skipped $1: not installed"
	fi
}

sources() {
	find src tests -name '*.[ch]' | sort
}

lint layers sh tests/lint/layers.sh
# shellcheck disable=SC2046 # no name has a blank
lint functions sh tests/lint/functions.sh $(sources)
lint headers sh tests/lint/headers.sh
lint checked sh tests/lint/checked.sh
# shellcheck disable=SC2086
lint analyze env TOOLS='gcc cppcheck' sh tests/lint/analyze.sh ${SOURCES:?}
lint english sh tests/lint/english.sh
lint sleeps sh tests/lint/sleeps.sh
lint returns sh tests/lint/returns.sh
# shellcheck disable=SC2046
lint_with clang-format --dry-run -Werror $(sources)
# shellcheck disable=SC2046
lint_with shellcheck $(find tests completions -name '*.sh' -o -name '*.bash' | sort)
lint_with zsh -n completions/_sockit
lint_with fish -n completions/sockit.fish
if [ -n "$(find man -name '*.[17]')" ]; then
	lint_with mandoc -T lint -W warning man/*.[17]
fi
if [ -x "$SOCKIT" ]; then
	lint tables "$SOCKIT" help --check
	lint completions sh completions/generate.sh check
else
	echo "skipped tables and completions: no binary at $SOCKIT"
fi
exit $failed
