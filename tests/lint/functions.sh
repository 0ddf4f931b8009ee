#!/bin/sh
# SPDX-License-Identifier: ISC
# functions.sh - fail on a function of over 60 lines, its signature and braces counted.
#
#     sh tests/lint/functions.sh FILE...
#
# It relies on the house style, which clang-format keeps: the braces of a function, and of nothing
# else, stand alone at the left margin.
set -u

[ $# -gt 0 ] || exit 0

awk -v longest=60 '
FNR == 1 { begun = 0 }
!inside && /^[A-Za-z_]/ { name = $0; begun = FNR }
/^{$/ { inside = 1 }
/^}$/ && inside {
	inside = 0
	size = FNR - begun + 1
	if (size > longest) {
		sub(/\(.*/, "", name)
		sub(/.*[ *]/, "", name)
		printf "%s:%d: %s has %d lines, %d are allowed\n", FILENAME, begun, name, size, longest
		failed = 1
	}
}
END { exit failed }
' "$@"
