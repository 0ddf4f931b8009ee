#!/bin/sh
# SPDX-License-Identifier: ISC
# checked.sh - fail on a prototype in a header whose result says whether it worked, and that is not
# marked CHECKED (base/checked.h): int where the comment above has -1, const char * where it has a
# reason, enum status, and other enums that are results.
#
#     sh tests/lint/checked.sh [FOLDER]      default: src
set -u

cd "${1:-$(dirname "$0")/../../src}" || exit 1

# Those whose result may be ignored, and why.
EXCEPTIONS='
status_of_errno says what an errno amounts to
name_explain passes on what a result amounts to
local_explain passes on what an errno amounts to
opt_report returns the status that it was given
fail_with returns the status that it was given
fail_memory returns the one status that it means
results_report returns the status that it was given
meter_reason is a name for what has happened already
dial_reason_explain passes on what an errno amounts to
conn_complain is a name for what has failed already
results_finish is the last thing that a command does, and its result the exit status
connect_cannot_start passes on what an errno amounts to
conn_reason is a name for what has failed already
os_unsent has -1 for what is not known
'

# shellcheck disable=SC2016 # the fields are awk's
find . -name '*.h' | sort | EXCEPTIONS=$EXCEPTIONS xargs awk '
BEGIN {
	count = split(ENVIRON["EXCEPTIONS"], line, "\n")
	for (i = 1; i <= count; i++)
		if (split(line[i], part, " ") > 1)
			known[part[1]] = 1
}

# Whether the prototype TEXT, after COMMENT, can fail.
function can_fail(text, comment) {
	if (text ~ /^(CHECKED )?int / && comment ~ /-1/)
		return 1
	if (text ~ /^(CHECKED )?const char \*[a-z]/ && comment ~ /reason/)
		return 1
	return text ~ /^(CHECKED )?enum (status|[a-z_]*(result|outcome|read)) [a-z]/
}

function judge(text,   name) {
	name = text
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
	if (!can_fail(text, comment) || text ~ /(^| )CHECKED( |;|$)/ || name in known)
		return
	printf "%s:%d: %s can fail, and is not marked CHECKED\n", substr(FILENAME, 3), FNR, name
	failed = 1
}

FNR == 1 { comment = ""; statement = ""; inside = 0; depth = 0 }

/^\/\*/ { comment = ""; inside = 1 }
inside {
	comment = comment " " $0
	if (/\*\//)
		inside = 0
	next
}
/^$/ { statement = ""; comment = ""; next }
/^[#\t}]/ && statement == "" { next }
{
	sub(/^[ \t]+/, "")
	statement = statement == "" ? $0 : statement " " $0
}
/;$/ {
	if (statement ~ /^[A-Za-z].*[a-z_0-9]\(/ && statement !~ /^(typedef|struct [a-z_]* {|static|enum( [a-z_]*)? {)/)
		judge(statement)
	statement = ""
}
/{$/ { statement = "" }
END { exit failed }
' || exit 1
