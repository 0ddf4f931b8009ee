#!/bin/sh
# SPDX-License-Identifier: ISC
# english.sh - fail on turns of phrase that read like a translation: in help, messages, manual pages
# and comments.
#
#     sh tests/lint/english.sh
#
# SOCKIT   the binary whose help texts are read (default ./sockit); without one they are skipped
set -u

cd "$(dirname "$0")/../.." || exit 1
SOCKIT=${SOCKIT:-$PWD/sockit}

# Nowhere: extended regular expressions, one per line.
anywhere='\<(is|are|be) told\>
\<for ever\>
\<so often\>
\<without end\>
\<who(m?ever|soever)\>
\<be had\>
\<exclude each other\>
\<(does|do) not go with\>
\<goes? behind\>
\<look names\>
\<(is|are) said (of|that)\>
\<meant when\>
\<none of the choices\>
\<so that who\>
\<table built in\>'

# Not in what users read. Only people are "who".
printed='\<(is|are) said\>
\<of our own\>
\<(peer|client|sender|server|program|process) who\>
\<who (is|reads|merely|does)\>'

# Not in a help text or a message.
spoken='\<needs? the option\>
\<is none of\>
\<is no (regular|valid|such)\>
\<takes no (option|command)\>
\<not to be looked up\>'

# tics PATTERNS - print the lines of standard input, `WHERE<TAB>TEXT`, whose text has one of them.
tics() {
	PATTERNS=$1 awk -F '\t' '
	BEGIN {
		n = split(ENVIRON["PATTERNS"], pattern, "\n")
		# Of awks only some know \< and \>.
		for (i = 1; i <= n; i++) {
			gsub(/\\</, "(^|[^A-Za-z0-9_-])", pattern[i])
			gsub(/\\>/, "([^A-Za-z0-9_-]|$)", pattern[i])
		}
	}
	{
		text = $0
		sub(/^[^\t]*\t/, "", text)
		for (i = 1; i <= n; i++)
			if (match(tolower(text), pattern[i]))
				printf "%s: \"%s\" in: %s\n", $1, substr(text, RSTART, RLENGTH), text
	}'
}

# Lines of prose; those that wrap are joined with the next, so that no phrase hides in a break.
prose() {
	awk '
	FNR == 1 { before = "" }
	{
		line = $0
		sub(/^[ \t]*(\/?\*+|#+)? */, "", line)
		sub(/^\.(Li|Cm|Ar|Fl|Pa|Dv) .*/, "", line)
		if (line ~ /^\.(Dl|Bd|It)/) line = ""
		n = split(before, word, " ")
		printf "%s:%d\t%s%s\n", FILENAME, FNR, n ? word[n] " " : "", line
		before = line
	}' "$@"
}

comments() {
	awk '
	{
		line = $0
		if (open || (at = index(line, "/*"))) {
			if (!open)
				line = substr(line, at + 2)
			end = index(line, "*/")
			open = !end
			if (end)
				line = substr(line, 1, end - 1)
			printf "%s:%d\t%s\n", FILENAME, FNR, line
		}
	}' "$@"
}

literals() {
	awk '{
		line = $0
		while (match(line, /"([^"\\]|\\.)*"/)) {
			text = substr(line, RSTART + 1, RLENGTH - 2)
			line = substr(line, RSTART + RLENGTH)
			if (text ~ / /)
				printf "%s:%d\t%s\n", FILENAME, FNR, text
		}
	}' "$@"
}

sources=$(find src -name '*.[ch]' | sort)
pages=$(find man -name '*.[17]' | sort)
# shellcheck disable=SC2086 # no name has a blank
found=$(
	prose $pages README.md src/README.md | tics "$anywhere
$printed"
	literals $sources | tics "$anywhere
$printed
$spoken"
	comments $sources | tics "$anywhere"
	[ ! -x "$SOCKIT" ] || "$SOCKIT" help --dump |
		awk -F '\t' '{ printf "%s --%s\t%s\n", $1, $3, $8 }' | tics "$anywhere
$printed
$spoken
^of "
)
[ -z "$found" ] || {
	printf '%s\n' "$found"
	exit 1
}
