#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# man.bats - the manual pages against the program: every existing option, argument, default, status
# and JSON key and no other, in order; and no example that no test runs. options.bats checks that
# --help has the same options.

load lib
load man-lib

# forms PAGE - print `LETTER NAME ARGUMENT` for each option that has an item in PAGE, in its order.
forms() {
	awk '/^\.It Fl / {
		letter = "-"
		name = form = ""
		options = brackets = 0
		for (i = 2; i <= NF; i++) {
			if ($i == "Fl" && $(i + 1) ~ /^-./)
				name = substr($(++i), 2)
			else if ($i == "Fl")
				letter = $(++i)
			else if ($i == "Op") {
				form = form "["
				brackets++
			} else if ($i !~ /^(Ar|Cm|Ns|No|Li)$/ && !($i == "," && name == ""))
				form = form $i
		}
		while (brackets-- > 0)
			form = form "]"
		if (name != "")
			print letter, name, form == "" ? "-" : form
	}' "$man/$1"
}

# options [COMMAND] - as forms, for the options that COMMAND, or any command, really has.
options() {
	sockit help --dump | awk -F '\t' -v command="${1:-}" 'command == "" || $1 == command {
		print $2, $3, $4
	}' | sort -u
}

commands() {
	sockit help --dump | cut -f 1 | sort -u
}

pages() {
	(cd "$man" && printf '%s\n' ./*.[17] | sed 's/^..//')
}

# items PAGE - print the text of each option: its name, a tab and the text, on one line.
items() {
	awk '
	/^\.(It Fl|S[hs]) / {
		name = $0 ~ / Fl -[a-z]/ ? $0 : ""
		sub(/.* Fl -/, "", name)
		sub(/ .*/, "", name)
		if (name != "")
			printf "\n%s\t", name
	}
	name != "" { printf "%s ", $0 }
	END { print "" }' "$man/$1"
}

# has_word WORD TEXT
has_word() {
	[[ " $2 " =~ [^[:alnum:]_]"$1"[^[:alnum:]_] ]]
}

@test "every command has a page, and every page a command" {
	local own=("$man"/sockit-*.1)
	own=("${own[@]##*/sockit-}")
	[ "$(printf '%s\n' "${own[@]%.1}" | sort)" = "$(commands)" ]
}

@test "a page has each option with its letter, its name and its argument, and no other" {
	for command in $(commands); do
		diff <(options "$command") <(forms "sockit-$command.1" | sort -u)
	done
}

@test "options stand in the order of their names" {
	for page in $(pages); do
		forms "$page" | cut -d ' ' -f 2 >names
		LC_ALL=C sort -c names
	done
}

@test "the hub describes only options that exist" {
	[ "$(forms sockit.1 | wc -l)" -gt 8 ]
	[ -z "$(comm -13 <(options) <(forms sockit.1 | sort))" ]
}

@test "a page names the default and the choices of each option, and no other default" {
	local -A said
	local page='' name text defaults
	sockit help --dump >dump
	while IFS=$'\t' read -r command _ name _ _ default choices help _; do
		if [ "$command" != "$page" ]; then
			page=$command said=()
			while IFS=$'\t' read -r one text; do
				[ -z "$one" ] || said[$one]+=$text
			done < <(items "sockit-$command.1")
		fi
		text=${said[$name]} defaults=${default/#-/}
		while [[ $help =~ \(default\ ([0-9][0-9a-z]*)(.*) ]]; do
			defaults+=" ${BASH_REMATCH[1]}" help=${BASH_REMATCH[2]}
		done
		for word in $defaults ${choices//,/ }; do
			[ "$word" = - ] || has_word "$word" "$text" || fail_at "$command --$name: $word"
		done
		while [[ $text =~ (default\ (is\ )?([0-9][0-9a-z]*)|([0-9][0-9a-z]*)\ by\ default)(.*) ]]; do
			word=${BASH_REMATCH[3]}${BASH_REMATCH[4]} text=${BASH_REMATCH[5]}
			has_word "$word" "$defaults" || fail_at "$command --$name: default $word"
		done
	done <dump
}

@test "what the text says of options is about options that exist" {
	for command in $(commands); do
		grep -Eo '(Fl|,) -[a-z][a-z0-9-]*' "$man/sockit-$command.1" | sed 's/^[^ ]* -//' |
			sort -u >said
		options "$command" | cut -d ' ' -f 2 | sort -u >real
		[ -z "$(comm -23 said real)" ] || fail_at "$command: $(comm -23 said real)"
	done
}

# Those that mean the same for every command need not.
@test "the overview of a page leads to each option" {
	for command in $(commands); do
		awk '/^\.S[sh] / { telling = $0 == ".Ss Options by purpose" } telling' \
			"$man/sockit-$command.1" | grep -o ' -[a-z][a-z0-9-]*' | tr -d ' ' | sort >led
		[ -s led ] || continue
		[ -z "$(uniq -d led)" ] || fail_at "$command twice: $(uniq -d led)"
		options "$command" | awk '$2 !~ /^(help|ipv4|ipv6|numeric|json|verbose|version)$/ { print "-" $2 }' |
			sort >real
		[ -z "$(comm -13 led real)" ] || fail_at "$command: $(comm -13 led real)"
	done
}

# Of `sockit COMMAND ...` up to the end of the command line, or a -- of its own.
@test "the examples use options that exist" {
	for page in $(pages); do
		shown "$page"
	done | awk '{
		n = split($0, part, "sockit ")
		for (i = 2; i <= n; i++) {
			gsub(/\047[^\047]*\047|"[^"]*"/, "TEXT", part[i])
			words = split(part[i], word, /[ \001\\]+/)
			command = word[1]
			for (j = 2; command ~ /^[a-z]+(-[a-z]+)?$/ && j <= words && word[j] !~ /^(--|[|&])$/; j++) {
				sub(/=.*/, "", word[j])
				if (word[j] ~ /^--[a-z]/)
					print command, substr(word[j], 3)
				else if (word[j] ~ /^-[A-Za-z0-9]$/)
					print command, substr(word[j], 2)
			}
		}
	}' | sort -u >used
	[ "$(wc -l <used)" -gt 80 ]
	sockit help --dump | awk -F '\t' '{ print $1, $2; print $1, $3 }' | sort -u >real
	[ -z "$(comm -23 used real)" ] || fail_at "$(comm -23 used real)"
}

# rendered PAGE TITLE - a section as one line without blanks.
rendered() {
	mandoc -T ascii -O width=500 "$man/$1" | col -b |
		awk -v title="$2" '/^[A-Z]/ { telling = $0 == title; next } telling' | tr -d ' \t\n'
}

@test "NAME and SYNOPSIS are those of --help" {
	need mandoc
	for command in $(commands); do
		summary=$(sockit help | sed -n "s/^ *$command  *//p" | tr -d ' ')
		[ "$(rendered "sockit-$command.1" NAME)" = "sockit-$command-$summary" ] ||
			fail_at "$command: $summary"
		synopsis=$(rendered "sockit-$command.1" SYNOPSIS)
		sockit "$command" --help | sed -n '1s/^usage: //p; /^       sockit/p' | tr -d ' ' >usage
		[ -s usage ]
		while read -r usage; do
			[[ $synopsis == *"$usage"* ]] || fail_at "$command: $usage"
		done <usage
	done
}

@test "each page says how it ends, with which statuses, and where to read on" {
	for command in $(commands); do
		page=sockit-$command.1
		for title in NAME SYNOPSIS DESCRIPTION OPTIONS 'WHEN IT ENDS' JSON 'EXIT STATUS' EXAMPLES \
			'SEE ALSO' STANDARDS CAVEATS; do
			[ -n "$(section "$page" "$title")" ] || fail_at "$page has $title"
		done
		for item in 'End of input' Timeout Signal; do
			section "$page" 'WHEN IT ENDS' | grep -q "^.It $item" || fail_at "$page: $item"
		done
	done
}

@test "the first screen has what to type first" {
	need mandoc
	for page in $(pages); do
		lines=$(mandoc -T utf8 -O width=78 "$man/$page" | col -b | head -n 24 |
			grep -c "sockit [a-z]*-*[a-z]* .*[a-z0-9]")
		[ "$lines" -ge 2 ] || fail_at "$page"
	done
}

@test "no example is wider than a terminal" {
	for page in $(pages); do
		awk '/^\.Bd/ { inside = /literal/; next } /^\.Ed/ { inside = 0 }
		inside && !/^[<>] 20/ || sub(/^\.Dl /, "") {
			gsub(/\\e|\\\(dq/, "x")
			if (length($0) > 69) print
		}' "$man/$page" >wide
		[ ! -s wide ] || fail_at "$page: $(cat wide)"
	done
}

# The contract's, which scripts rely on.
statuses='0 done
1 failed
2 usage
3 not found
4 refused
5 timed out
6 not permitted
7 local address
128+N ended by signal N'

# statuses_of PAGE - print `STATUS TEXT`, a line each.
statuses_of() {
	section "$1" 'EXIT STATUS' | awk '/^\.It [0-9]/ { printf "%s ", $2; getline; print }'
}

@test "the exit statuses are those of --help, with the same words" {
	sockit help exit | awk '/^Exit status:/ { telling = 1; next } telling && NF' |
		sed 's/^  \([^ ]*\)  */\1 /' >real
	diff real <(statuses_of sockit.1)
	while read -r number words; do
		grep -q "^$number $words" real || fail_at "$number $words"
	done <<<"$statuses"
	[ "$(wc -l <real)" -eq 9 ]
}

@test "a page's exit statuses mean what they mean everywhere" {
	for command in $(commands); do
		statuses_of "sockit-$command.1" >said
		for number in 0 1 2 128+N; do
			grep -q "^$number " said || fail_at "$command: $number"
		done
		while read -r number text; do
			words=$(sed -n "s/^$number //p" <<<"$statuses")
			[ -n "$words" ] || [[ $command == tcp-connect && $number == 12[67] ]]
			[[ $text == "$words"* ]] || fail_at "$command: $number $text"
		done <said
	done
}

@test "the socket options are those of -o help" {
	sockit tcp-connect -o help | sed 's/^ *\([a-z-]*\).*/\1/' | sort >real
	section sockit.1 'SOCKET OPTIONS' | awk '/^\.It Cm / { print $3 }' >said
	LC_ALL=C sort -c said
	sort -o said said
	[ -z "$(comm -23 real said)" ] || fail_at "$(comm -23 real said)"
	# Systems other than Linux have fewer.
	! grep -qx mptcp real || diff real said
}

# keys COMMAND... - print the keys on the pages of these commands.
keys() {
	local command
	for command; do
		section "sockit-$command.1" JSON
	done | sed -n 's/^\.Li \([a-z_0-9]*\).*/\1/p' | sort -u
}

# written FOLDER... - print the keys that the sources there write.
written() {
	local folder
	for folder; do
		find "$tests/../src/$folder" -name '*.c' -exec cat {} +
	done | tr '\n' ' ' | tr -d '\t' | sed 's/( /(/g' | grep -Eo '(json_(add|begin)_[a-z]+|add_number|add_host)\(&?j, [^;]*;' |
		sed 's/^[^,]*, *//; s/_data(//' | grep -Eo '^[^;]*' |
		sed -n 's/^\("[^"]*"\).*/\1/p; s/^[^"]*? *\("[^"]*"\) : \("[^"]*"\).*/\1\n\2/p' | tr -d '"' | sort -u
}

# counted - print the keys of counts, which are only in a table.
counted() {
	sed -n '/define METER_COUNTS/,/[^\]$/p' "$tests/../src/core/meter.h" | grep -o '(\([a-z_]*\))' | tr -d '()'
}

@test "the keys of JSON that a page lists are those that the sources write, and no other" {
	[ -d "$tests/../src" ] || skip "no sources here"
	{
		written base core
		counted
		echo data_base64
	} | sort -u >common
	while read -r folder commands; do
		# shellcheck disable=SC2086 # several words
		keys $commands >said
		written "$folder" >own
		[ -s own ]
		[ -z "$(comm -13 said own)" ] || fail_at "$commands, not listed: $(comm -13 said own)"
		sort -u own common >all
		[ -z "$(comm -23 said all)" ] || fail_at "$commands, not written: $(comm -23 said all)"
	done <<-'END'
		tcp tcp-connect tcp-serve
		udp udp-send udp-listen
		raw raw-send
		names resolve services
	END
	{
		written base core
		counted
	} | sort -u >all
	section sockit.1 'STRUCTURED OUTPUT' | grep -Eo '(Li|,) [a-z_]+' | cut -d ' ' -f 2 | sort -u >said
	[ -z "$(comm -13 said all)" ] || fail_at "sockit.1: $(comm -13 said all)"
}

@test "help json has each count of a summary" {
	[ -d "$tests/../src" ] || skip "no sources here"
	sockit help json >help
	counted >keys
	[ -s keys ]
	while read -r key; do
		grep -qw "$key" help || fail_at "$key"
	done <keys
}

# told FILE COMMAND - the keys and events in FILE are on the page of COMMAND.
told() {
	[ -s "$1" ] || fail_at "something in $1"
	keys "$2" >listed
	grep -o '"[a-z_0-9]*":' "$1" | tr -d '":' | sort -u >seen
	[ -z "$(comm -13 listed seen)" ] || fail_at "$2: $(comm -13 listed seen)"
	for event in $(sed -n 's/.*"event":"\([a-z]*\)".*/\1/p' "$1" | sort -u); do
		section "sockit-$2.1" JSON | grep -Eq "^\.(Pq )?Cm (.*[ ,])?$event( |$)" || fail_at "$2: $event"
		section sockit.1 'STRUCTURED OUTPUT' | grep -Eq "^\.Cm (.* )?$event( |$)" || fail_at "$event"
	done
}

@test "the keys of JSON that each command writes are on its page" {
	start_server --handler echo -v --json --stats=json --accept 2
	sockit tcp-connect -vv --json --stats=json "$address" <<<hello 2>connect
	sockit tcp-connect -z --all --json "$address" >>connect
	wait_exit "$pid"
	told connect tcp-connect
	told "$err" tcp-serve
	start_sockit udp-listen -vv --json --stats=json --count 1 --echo --ready-file ready 127.0.0.1:0
	wait_for settled "$pid" ready
	sockit udp-send -vv --json --stats=json -r -w 10s "$(cat ready)" hello >send 2>&1
	wait_exit "$pid"
	cat "$err" >>"$out"
	told send udp-send
	told "$out" udp-listen
	sockit resolve -n --json --all 127.0.0.1 >resolve
	sockit resolve -n --json 127.0.0.1 >>resolve
	told resolve resolve
	sockit services -v --json https ssh >services 2>&1
	sockit services --json --protocols tcp >>services
	told services services
	sockit raw-send --json --dry-run eth payload x | sed 's/"fields":{[^}]*}/"fields":{}/g' >raw
	told raw raw-send
}

@test "the variables of commands are in both pages" {
	start_server -- env
	sockit tcp-connect --recv-only "$address" >variables
	endpoint=unix:$PWD/socket start_server -- env
	sockit tcp-connect --recv-only "$address" >>variables
	grep -E '^(PROTO|TCP|IPC)' variables | cut -d = -f 1 | sort -u >real
	[ -s real ]
	for page in sockit-tcp-serve.1 sockit-tcp-connect.1; do
		while read -r name; do
			grep -qw "$name" "$man/$page" || fail_at "$page: $name"
		done <real
	done
}

@test "the variables that sockit looks at are in the hub" {
	[ -d "$tests/../src" ] || skip "no sources here"
	find "$tests/../src" -name '*.c' -exec cat {} + | grep -o 'getenv("[A-Z_]*"' | cut -d '"' -f 2 | sort -u >real
	[ -s real ]
	section sockit.1 ENVIRONMENT | awk '/^\.It Ev / { print $3 }' >said
	LC_ALL=C sort -c said
	[ -z "$(comm -23 real said)" ] || fail_at "$(comm -23 real said)"
}

@test "the messages shown are what is printed" {
	run_sockit -2 tcp-connect localhost 99999
	section sockit.1 DIAGNOSTICS | grep -qxF -- "$output"
	run_sockit -2 tcp-serve --fowrard localhost:80 0
	section sockit.1 DIAGNOSTICS | grep -qxF -- "$output"
}

@test "every layer and field of packets is on the page" {
	sockit raw-send --layers | sed -n 's/^  \([a-z0-9-]\{1,\}\) .*/\1/p; s/^\([a-z0-9]*\) - .*/\1/p' |
		sort -u >words
	[ -s words ]
	tr -s ' ,=()' '\n' <"$man/sockit-raw-send.1" >page-words
	while read -r word; do
		grep -qxF -- "$word" page-words || fail_at "$word"
	done <words
}

# words_of HELPER PAGE - print what follows HELPER, a pattern, in the tests of PAGE.
words_of() {
	sed -nE "s/.*(^|[ \t(])($1) ('[^']*'|\"[^\"]*\"|[^ ]+).*/\3/p" "$tests"/man-*.bats |
		sed "s/^[\"']//; s/[\"']\$//; s/\\\\\([\"\$]\)/\1/g; s/\\\\\\\\/\\\\/g; /^\$/d"
}

# named PAGE - print the words, and the lines of blocks, that tests run from it.
named() {
	words_of "example ${1//./[.]}"
	words_of "block ${1//./[.]}" | while read -r words; do
		block "$1" "$words"
	done
	case $1 in
	*.7) words_of 'alike|packets' ;;
	sockit.1) words_of 'alike|serve_example|connect_example' ;;
	sockit-tcp-serve.1) words_of serve_example ;;
	sockit-tcp-connect.1) words_of '(connect|start)_example' ;;
	esac
	words_of try_example
	if grep -q "every_example $1" "$tests"/man-*.bats; then
		shown "$1" | tr '\001' '\n'
	fi
}

@test "a test names each line that is shown" {
	for page in $(pages); do
		named "$page" | grep . >words
		shown "$page" | grep -aE '(^|[ |;(=])sockit [a-z-]+( |$)' >lines || continue
		grep -avF -f words lines >unnamed || continue
		fail_at "$page: $(cat unnamed)"
	done
}

@test "mandoc has nothing to say" {
	need mandoc
	run mandoc -T lint -W warning "$man"/*.[17]
	[ -z "$output" ]
}

@test "groff has nothing to say" {
	need groff
	for page in $(pages); do
		run groff -mandoc -ww -Tutf8 -z "$man/$page"
		[ -z "$output" ] || fail_at "$page: $output"
	done
}
