#!/bin/sh
# SPDX-License-Identifier: ISC
# layers.sh - fail on an include that goes upward or sideways through the layers of src/.
#
#     sh tests/lint/layers.sh [FOLDER]      default: src
#
# The layers are the lines of FLOORS below, from top to bottom. A file includes only from its own
# folder, or from one further down, so there can be no cycle.
set -u

cd "${1:-$(dirname "$0")/../../src}" || exit 1

FLOORS='
main
meant
tcp/connect tcp/serve
tcp/connect/scan
tcp/connect/reach
tcp/services
tcp/server
udp/send udp/listen
udp/forward
raw/send
raw/capture
raw/packet
raw/layers
names/resolve names/services
names/dns
tcp udp raw names
tcp/taps tcp/proxy
core
core/stream
core/loop core/sock
core/os/dgram
core/os/link core/os/sandbox
core/os core/opt
core/addr
base
'

# shellcheck disable=SC2016 # the fields are awk's
find . -name '*.[ch]' | sort | xargs awk -v floors="$FLOORS" '
function fail(why) {
	printf "%s:%d: %s: %s\n", FILENAME, FNR, $0, why
	failed = 1
}

function folder_of(path) {
	return sub(/\/[^\/]*$/, "", path) ? path : "main"
}

# The four protocols never include each other, however their folders are stacked.
function protocol_of(folder) {
	sub(/\/.*/, "", folder)
	return folder ~ /^(tcp|udp|raw|names)$/ ? folder : ""
}

BEGIN {
	count = split(floors, lines, "\n")
	for (i = 1; i <= count; i++) {
		words = split(lines[i], names, " ")
		for (j = 1; j <= words; j++)
			floor[names[j]] = count - i
	}
	# What a part must not know, although it stands below.
	alien["core/opt"] = "^(netdb[.]h|core/addr/.*)$"
	alien["core/loop"] = "^(netdb[.]h)$"
	alien["core/addr"] = "^(netdb[.]h)$"
}

FNR == 1 {
	folder = folder_of(substr(FILENAME, 3))
	if (!(folder in floor))
		fail("no floor for this folder")
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
	header = $0
	sub(/^[^"<]*["<]/, "", header)
	sub(/[">].*/, "", header)
	if (folder in alien && header ~ alien[folder])
		fail(folder " must not know it")
	if ($0 !~ /"/)
		next
	target = folder_of(header)
	if (!(target in floor))
		fail("not written from src/")
	else if (target != folder && floor[target] >= floor[folder])
		fail(folder " may include only from itself and from below")
	else if (protocol_of(folder) && protocol_of(target) && protocol_of(target) != protocol_of(folder))
		fail("the protocols do not include each other")
}

END { exit failed }
'
