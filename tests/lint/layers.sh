#!/bin/sh
# SPDX-License-Identifier: ISC
# layers.sh - fail on an include that goes upward or sideways through the floors of src/.
#
#     main  ->  tcp udp raw names  ->  core  ->  base  ->  libc
#
#     sh tests/lint/layers.sh [FOLDER]      default: src
set -u

cd "${1:-$(dirname "$0")/../../src}" || exit 1

# shellcheck disable=SC2016 # the fields are awk's
find . -name '*.[ch]' | sort | xargs awk '
function fail(why) {
	printf "%s:%d: %s: %s\n", FILENAME, FNR, $0, why
	failed = 1
}

# What stands above what; a folder may always include from itself.
BEGIN {
	floor["main"] = 4
	floor["tcp"] = floor["udp"] = floor["raw"] = floor["names"] = 3
	floor["core"] = 2
	floor["base"] = 1
	# Floors inside core: what a part must not know.
	alien["addr"] = "^(netdb[.]h|core/(name|sock|loop)[.]h)$"
	alien["opt"] = "^(netdb[.]h|sys/socket[.]h|core/(addr|name|sock|loop)[.]h)$"
	alien["loop"] = "^(netdb[.]h|core/(addr|name|sock)[.]h)$"
}

FNR == 1 {
	file = substr(FILENAME, 3)
	folder = file ~ /\// ? substr(file, 1, index(file, "/") - 1) : "main"
	if (!(folder in floor))
		fail("no floor for this folder")
	part = ""
	if (folder == "core") {
		part = substr(file, 6)
		sub(/[._].*/, "", part)
	}
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
	header = $0
	sub(/^[^"<]*["<]/, "", header)
	sub(/[">].*/, "", header)
	if (part in alien && header ~ alien[part])
		fail(part " must not know it")
	if ($0 !~ /"/)
		next
	target = substr(header, 1, index(header, "/") - 1)
	if (!(target in floor))
		fail("not written from src/")
	else if (target != folder && floor[target] >= floor[folder])
		fail(folder " may include only from itself and from below")
}

END { exit failed }
'
