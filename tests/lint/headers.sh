#!/bin/sh
# SPDX-License-Identifier: ISC
# headers.sh - fail on a header that does not compile alone.
#
#     sh tests/lint/headers.sh
#
# CC       the compiler (default cc)
set -u

cd "$(dirname "$0")/../.." || exit 1

find src -name '*.h' | sort | {
	failed=0
	while read -r header; do
		"${CC:-cc}" -std=c11 -D_POSIX_C_SOURCE=200809L -Isrc -Wall -Wextra -Werror \
			-include "$header" -fsyntax-only -xc /dev/null || failed=1
	done
	exit $failed
}
