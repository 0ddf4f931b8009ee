#!/bin/sh
# SPDX-License-Identifier: ISC
# generate.sh - the tables of the files beside it, made from `sockit help --dump` and the like.
#
#     sh completions/generate.sh write      bring them up to date
#     sh completions/generate.sh check      fail if they are not
#
# SOCKIT        the binary to ask (default ./sockit)
# COMPLETIONS   the folder of the files (default completions)
set -u

cd "$(dirname "$0")/.." || exit 1
SOCKIT=${SOCKIT:-$PWD/sockit}
COMPLETIONS=${COMPLETIONS:-completions}

case ${1:-} in
write | check) ;;
*)
	echo "usage: generate.sh write|check" >&2
	exit 2
	;;
esac
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
if ! "$SOCKIT" help >"$work/help" || ! "$SOCKIT" help --dump >"$work/dump" ||
	! "$SOCKIT" raw-send --layers >"$work/layers.text"; then
	echo "generate.sh: $SOCKIT does not tell its options; run make first" >&2
	exit 1
fi
tab=$(printf '\t')

# What is known, in lines that every shell's part below reads. A dash is for nothing.
#
# commands: name, summary.
# options: command, --name, -letter, whether it takes a value (none, value, maybe), what that names,
# words it may be, with blanks between; the options that must not stand before it, itself too unless
# it is repeatable; help; the value's name.
# layers: layer, its field (none on the line of the layer itself), form of the value, whether it
# stands without the field's name (alone), words it may be, with commas between; help.
read_commands() {
	sed -n "/^Commands:/,/^\$/s/^  \([^ ]*\)  *\(.*\)/\1$tab\2/p" "$work/help"
	echo "help${tab}show help"
}

read_options() {
	# shellcheck disable=SC2016 # the fields are awk's
	awk -F '\t' -v OFS='\t' '
	function spellings() {
		return "--" $3 ($2 == "-" ? "" : " -" $2)
	}
	NR == FNR {
		if ($10 != "-")
			members[$1, $10] = members[$1, $10] " " spellings()
		next
	}
	{
		form = $4 == "-" ? "none" : $4 ~ /^[[]/ ? "maybe" : "value"
		gsub(/,/, " ", $7)
		excludes = $5 == "texts" || $5 == "level" ? "" : spellings()
		if ($10 != "-")
			excludes = substr(members[$1, $10], 2)
		print $1, "--" $3, ($2 == "-" ? "-" : "-" $2), form, $9, $7,
			(excludes == "" ? "-" : excludes), $8, $4
	}' "$work/dump" "$work/dump"
}

read_layers() {
	# shellcheck disable=SC2016
	awk -v OFS='\t' '
	function end_entry()
	{
		if (field == "")
			return
		alone = sub(/ \(may stand alone\)$/, "", help) ? "alone" : "-"
		words = "-"
		if (match(help, /: [a-z0-9-]+(, [a-z0-9-]+)*$/)) {
			words = substr(help, RSTART + 2)
			help = substr(help, 1, RSTART - 1)
			gsub(/ /, "", words)
		}
		if (alone == "-" && (layer, field) in seen)
			return
		seen[layer, field]
		print layer, field, form, alone, words, help
	}
	/^[a-z]/ {
		end_entry()
		# A variant (ndp rs - ...) adds its fields to those of the layer; its word is one of type.
		field = $1 == layer ? "" : "-"
		layer = $1
		form = "-"
		help = $0
		sub(/^[^ ]* - /, "", help)
	}
	/^  [a-z]/ {
		end_entry()
		field = $1
		form = $2
		help = substr($0, 56)
	}
	/^   / {
		sub(/^ */, "")
		help = help " " $0
	}
	END { end_entry() }' "$work/layers.text"
}

# shellcheck disable=SC2016
quoting='
function quoted(text)
{
	gsub(/\047/, "\047\\\047\047", text)
	return "\047" text "\047"
}
'

bash_table() {
	echo "_sockit_commands='$(cut -f 1 "$work/commands")'"
	echo "_sockit_options='"
	cut -f 1-7 "$work/options" | tr "$tab" '|'
	echo "'"
	echo "_sockit_layers='"
	cut -f 1-5 "$work/layers" | tr "$tab" '|'
	echo "'"
}

zsh_table() {
	echo 'typeset -ga _sockit_commands=('
	# shellcheck disable=SC2016
	awk -F '\t' "$quoting"'{ print "\t" quoted($1 ":" $2) }' "$work/commands"
	echo ')'
	echo 'typeset -ga _sockit_takes=('
	awk -F '\t' '$4 == "value" {
		print "\t\047" $1 " " $2 "\047" ($3 == "-" ? "" : " \047" $1 " " $3 "\047")
	}' "$work/options"
	echo ')'
	echo 'typeset -ga _sockit_layers=('
	awk -F '\t' -v OFS='|' "$quoting"'{ print "\t" quoted($1 "|" $2 "|" $3 "|" $4 "|" $5 "|" $6) }' \
		"$work/layers"
	echo ')'
	# shellcheck disable=SC2016
	awk -F '\t' "$quoting"'
	function escaped(text)
	{
		gsub(/:/, "\\:", text)
		return text
	}
	function named(value)
	{
		if (value ~ /^[[]/)
			value = substr(value, 3, length(value) - 3)
		return escaped(value)
	}
	function action(what, words)
	{
		if (what == "file")
			return "_files"
		if (what == "folder")
			return "_files -/"
		if (what == "interface")
			return "_net_interfaces"
		if (what == "host")
			return "_hosts"
		if (what != "-") {
			sub(/-/, "_", what)
			return "_sockit_" what (words == "-" ? "" : " " escaped(words))
		}
		return words == "-" ? " " : "(" words ")"
	}
	BEGIN { print "_sockit_specs() {\n\tcase $1 in" }
	$1 != command {
		if (command)
			print "\t\t) ;;"
		command = $1
		print "\t" command ") specs=("
	}
	{
		help = $8
		gsub(/[][\\]/, "\\\\&", help)
		value = ""
		if ($4 != "none")
			value = ($4 == "maybe" ? "::" : ":") named($9) ":" action($5, $6)
		excludes = $7 == "-" ? "*" : $2 == "--help" ? "(- *)" : "(" $7 ")"
		long = $2 ($4 == "maybe" ? "=-" : $4 == "value" ? "=" : "")
		if ($3 != "-")
			print "\t\t" quoted(excludes $3 ($4 == "value" ? "+" : "") "[" help "]" \
				($4 == "value" ? value : ""))
		print "\t\t" quoted(excludes long "[" help "]" value)
	}
	END { print "\t\t) ;;\n\tesac\n}" }
	' "$work/options"
}

fish_table() {
	# shellcheck disable=SC2016
	awk -F '\t' '
	function quoted(text)
	{
		gsub(/[\\\047]/, "\\\\&", text)
		return "\047" text "\047"
	}
	function names(what, words)
	{
		if (what == "file")
			return " -F"
		if (what == "folder")
			return " -a \047(__sockit_folder)\047"
		if (what != "-") {
			gsub(/-/, "_", what)
			return " -a \047(__sockit_" what (words == "-" ? "" : " " words) ")\047"
		}
		return words == "-" ? "" : " -a " quoted(words)
	}
	FILENAME ~ /commands$/ {
		print "complete -c sockit -n __sockit_wants_command -a " $1 " -d " quoted($2)
		next
	}
	FILENAME ~ /layers$/ {
		if (FNR == 1)
			print "set -g __sockit_layers \\"
		print "\t" quoted($1 "|" $2 "|" $3 "|" $4 "|" $5 "|" $6) " \\"
		next
	}
	{
		if (FNR == 1)
			print ""
		condition = "__sockit_may " $1 ($7 == "-" ? "" : " " $7)
		line = "complete -c sockit -n " quoted(condition)
		if ($3 != "-")
			line = line " -s " substr($3, 2)
		line = line " -l " substr($2, 3)
		if ($4 == "value") {
			line = line ($5 == "file" ? " -r" : " -x")
			takes = takes "\t" quoted($1 " " $2) ($3 == "-" ? "" : " " quoted($1 " " $3)) " \\\n"
		}
		if ($4 != "none")
			line = line names($5, $6)
		print line " -d " quoted($8)
	}
	END { printf "\nset -g __sockit_takes \\\n%s\n", takes }
	' "$work/commands" "$work/layers" "$work/options"
}

read_commands >"$work/commands" || exit 1
read_options >"$work/options" || exit 1
read_layers >"$work/layers" || exit 1
bash_table >"$work/sockit.bash.table" || exit 1
zsh_table >"$work/_sockit.table" || exit 1
fish_table >"$work/sockit.fish.table" || exit 1
status=0
for file in sockit.bash _sockit sockit.fish; do
	{
		sed -n '1,/^# table begins$/p' "$COMPLETIONS/$file"
		cat "$work/$file.table"
		sed -n '/^# table ends$/,$p' "$COMPLETIONS/$file"
	} >"$work/$file"
	if [ "$1" = write ]; then
		cat "$work/$file" >"$COMPLETIONS/$file" || status=1
	elif ! diff -u "$COMPLETIONS/$file" "$work/$file"; then
		echo "$COMPLETIONS/$file is stale: make completions" >&2
		status=1
	fi
done
exit $status
