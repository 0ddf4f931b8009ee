#!/bin/sh
# SPDX-License-Identifier: ISC
# completions.sh - the tables in completions/, made from `sockit help --dump`.
#
#     sh tests/lint/completions.sh write      bring them up to date
#     sh tests/lint/completions.sh check      fail if they are not
#
# SOCKIT   the binary to ask (default ./sockit)
set -u

cd "$(dirname "$0")/../.." || exit 1
SOCKIT=${SOCKIT:-$PWD/sockit}

case ${1:-} in
write | check) ;;
*)
	echo "usage: completions.sh write|check" >&2
	exit 2
	;;
esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
if ! "$SOCKIT" help >"$work/help" || ! "$SOCKIT" help --dump >"$work/dump"; then
	echo "completions.sh: $SOCKIT does not tell its options; run make first" >&2
	exit 1
fi

# What completes the value of an option: a list of words, or a class of things.
# shellcheck disable=SC2016 # the fields are awk's
values='
function values(arg, choices)
{
	gsub(/,/, " ", choices)
	if (choices != "-")
		return choices
	gsub(/[][=]/, "", arg)
	if (arg ~ /^[a-z0-9]+([|][a-z0-9]+)+$/) {
		gsub(/[|]/, " ", arg)
		return arg
	}
	if (arg ~ /FILE|PATH/)
		return "@files"
	if (arg ~ /DIR/)
		return "@folders"
	return arg ~ /^IFNAME/ ? "@interfaces" : "@any"
}
'

bash_table() {
	echo "_sockit_table='"
	awk -F '\t' "$values"'
	{
		form = $4 == "-" ? "none" : $4 ~ /^[[]/ ? "maybe" : "value"
		printf "%s --%s %s %s", $1, $3, $2 == "-" ? "-" : "-" $2, form
		print form == "none" ? "" : " " values($4, $7)
	}' "$work/dump"
	echo "'"
}

zsh_commands() {
	echo '_sockit_commands=('
	sed -n "/^Commands:/,/^\$/{s/'/'\\\\''/g;s/:/\\\\:/g;s/^  \([^ ]*\)  *\(.*\)/	'\1\:\2'/p;}" \
		"$work/help"
	echo "	'help:show help'"
	echo ')'
}

zsh_table() {
	zsh_commands
	awk -F '\t' "$values"'
	function quoted(text)
	{
		gsub(/\047/, "\047\\\047\047", text)
		return "\047" text "\047"
	}
	function action(what)
	{
		if (what == "@files")
			return "_files"
		if (what == "@folders")
			return "_files -/"
		if (what == "@interfaces")
			return "_net_interfaces"
		return what == "@any" ? " " : "(" what ")"
	}
	BEGIN { print "_sockit_options() {\n\tcase $1 in" }
	$1 != command {
		if (command)
			print "\t\t\047*:argument:_hosts\047 ;;"
		command = $1
		print "\t" command ") _arguments -s -S \\"
	}
	{
		form = $4 == "-" ? "none" : $4 ~ /^[[]/ ? "maybe" : "value"
		help = $8
		gsub(/[][\\]/, "\\\\&", help)
		value = ""
		if (form != "none") {
			name = $4
			gsub(/[][=:]+/, " ", name)
			gsub(/^ | $/, "", name)
			value = (form == "maybe" ? "::" : ":") name ":" action(values($4, $7))
		}
		again = $5 == "texts" || $5 == "level" ? "*" : ""
		long = "--" $3 (form == "maybe" ? "=-" : form == "value" ? "=" : "")
		if ($2 == "-")
			print "\t\t" quoted(again long "[" help "]" value) " \\"
		else if (form == "maybe")
			printf "\t\t%s \\\n\t\t%s \\\n", quoted("-" $2 "[" help "]"),
				quoted(long "[" help "]" value)
		else {
			first = again ? again : "(-" $2 " --" $3 ")"
			printf "\t\t%s{-%s,%s}%s \\\n", quoted(first), $2 (form == "value" ? "+" : ""),
				long, quoted("[" help "]" value)
		}
	}
	END { print "\t\t\047*:argument:_hosts\047 ;;\n\tesac\n}" }
	' "$work/dump"
}

bash_table >"$work/sockit.bash.table" || exit 1
zsh_table >"$work/_sockit.table" || exit 1
status=0
for file in sockit.bash _sockit; do
	{
		sed -n '1,/^# table begins$/p' "completions/$file"
		cat "$work/$file.table"
		sed -n '/^# table ends$/,$p' "completions/$file"
	} >"$work/$file"
	if [ "$1" = write ]; then
		cat "$work/$file" >"completions/$file" || status=1
	elif ! diff -u "completions/$file" "$work/$file"; then
		echo "completions/$file is stale: make completions" >&2
		status=1
	fi
done
exit $status
