#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# man.bats - the manual pages: every option, status and key there is and no other; examples run.

load lib

man=$tests/../man

# items PAGE - `LETTER NAME value|none` of each option that PAGE has an item for.
items() {
	awk '/^\.It Fl / {
		letter = "-"
		name = ""
		for (i = 2; i < NF; i++) {
			if ($i != "Fl")
				continue
			if ($(i + 1) ~ /^-./)
				name = substr($(i + 1), 2)
			else if ($(i + 1) != "-")
				letter = $(i + 1)
		}
		if (name != "")
			print letter, name, / (Ar|Cm) / ? "value" : "none"
	}' "$man/$1" | sort -u
}

# options [COMMAND] - the same of the options that COMMAND, or any, really has.
options() {
	sockit help --dump | awk -F '\t' -v command="${1:-}" 'command == "" || $1 == command {
		print $2, $3, $4 == "-" ? "none" : "value"
	}' | sort -u
}

commands() {
	sockit help --dump | cut -f 1 | sort -u
}

# item PAGE NAME - what stands under the option NAME.
item() {
	awk -v name="$2" '
	/^\.(It|El|Sh|Ss)/ { telling = $1 == ".It" && index($0 " ", "Fl -" name " ") }
	telling' "$man/$1"
}

# section PAGE TITLE - the lines of one section.
section() {
	awk -v title="$2" '/^\.Sh / { telling = $0 == ".Sh " title; next } telling' "$man/$1"
}

# text PAGE - its lines as they are typed at a prompt.
text() {
	sed 's/^\.Dl //; s/^\.Li //; s/\\e/\\/g' "$man/$1"
}

# example PAGE WORDS [FROM TO]... - the line of PAGE that has WORDS, each FROM replaced.
example() {
	local line
	line=$(text "$1" | grep -F -- "$2" | grep -v '^\.' | sort -u)
	replaced "$line" "${@:3}"
}

# block PAGE WORDS [FROM TO]... - the same of a displayed block.
block() {
	local lines
	lines=$(text "$1" | awk -v words="$2" '
	/^\.Bd -literal/ { kept = ""; next }
	/^\.Ed/ { if (index(kept, words)) printf "%s", kept; next }
	{ kept = kept $0 "\n" }')
	replaced "$lines" "${@:3}"
}

replaced() {
	local text=$1
	shift
	while [ $# -gt 0 ]; do
		if [[ $text != *"$1"* ]]; then
			echo "the page has no \"$1\" in: $text" >&2
			return 1
		fi
		text=${text//"$1"/"$2"}
		shift 2
	done
	[ -n "$text" ] && printf '%s\n' "$text"
}

# serve_example WORDS ENDPOINT [FROM TO]... - start it as start_server does, on a free port instead.
serve_example() {
	local line
	line=$(example sockit-tcp-serve.1 "$1" "$2" '' "${@:3}") || return 1
	eval "start_server ${line#sockit tcp-serve}"
}

# connect_example WORDS [FROM TO]... - run it.
connect_example() {
	local line
	line=$(example sockit-tcp-connect.1 "$@") || return 1
	eval "$line"
}

# start_example WORDS [FROM TO]... - run it in the background, as start_sockit does.
start_example() {
	local line
	line=$(example sockit-tcp-connect.1 "$@") || return 1
	eval "start_sockit ${line#sockit}"
}

# script TEXT - run it by the shell, with sockit in PATH.
script() {
	mkdir -p bin
	ln -sf "$SOCKIT" bin/sockit
	PATH=$PWD/bin:$PATH "${limit[@]}" sh -c "$1" 3>&-
}

@test "every command has a page, and every page a command" {
	local pages=("$man"/sockit-*.1)
	pages=("${pages[@]##*/sockit-}")
	[ "$(printf '%s\n' "${pages[@]%.1}" | sort)" = "$(commands)" ]
}

@test "a page has each option with its letter, its name and a value if it takes one, and no other" {
	for command in $(commands); do
		diff <(options "$command") <(items "sockit-$command.1")
	done
}

@test "the hub describes only options that exist" {
	[ -z "$(comm -13 <(options) <(items sockit.1))" ]
}

@test "a page names the default and the choices of each option" {
	sockit help --dump >dump
	while IFS=$'\t' read -r command _ name _ _ default choices _; do
		said=$(item "sockit-$command.1" "$name"; item sockit.1 "$name")
		for word in ${default/#-/} ${choices//,/ }; do
			[ "$word" = - ] || grep -qwF -- "$word" <<<"$said" ||
				fail_at "$command --$name: $word"
		done
	done <dump
}

fail_at() {
	echo "not in the page: $*" >&2
	return 1
}

@test "what the text says of options is about options that exist" {
	for command in $(commands); do
		grep -o 'Fl -[a-z][a-z0-9-]*' "$man/sockit-$command.1" | sed 's/^Fl -//' | sort -u >said
		options "$command" | cut -d ' ' -f 2 | sort -u >real
		[ -z "$(comm -23 said real)" ] || fail_at "$command: $(comm -23 said real)"
	done
}

# Of `sockit COMMAND ...` up to the end of the command line, or a -- of its own.
@test "the examples use options that exist" {
	for page in "$man"/*.1; do
		text "${page##*/}"
	done | awk '
	/^ +--[a-z]/ && command != "" { $0 = "sockit " command " " $0 }
	{
		n = split($0, part, "sockit ")
		for (i = 2; i <= n; i++) {
			gsub(/\047[^\047]*\047/, "TEXT", part[i])
			words = split(part[i], word, " ")
			command = word[1]
			for (j = 2; command ~ /^tcp-[a-z]+$/ && j <= words && word[j] !~ /^(--|[|&])$/; j++) {
				sub(/=.*/, "", word[j])
				if (word[j] ~ /^--[a-z]/)
					print command, substr(word[j], 3)
				else if (word[j] ~ /^-[A-Za-z0-9]$/)
					print command, substr(word[j], 2)
			}
		}
	}' | sort -u >used
	[ "$(wc -l <used)" -gt 20 ]
	sockit help --dump | awk -F '\t' '{ print $1, $2; print $1, $3 }' | sort -u >real
	[ -z "$(comm -23 used real)" ] || fail_at "$(comm -23 used real)"
}

@test "the exit statuses are those of --help, with the same words" {
	sockit --help | awk '/^Exit status:/ { telling = 1; next } telling && NF' |
		sed 's/^  \([^ ]*\)  /\1 /' >real
	section sockit.1 'EXIT STATUS' | awk '/^\.It / { printf "%s ", $2; getline; print }' >said
	[ "$(wc -l <real)" -eq 9 ]
	diff real said
}

@test "the socket options are those of -o help" {
	sockit tcp-connect -o help | sed 's/^ *\([a-z-]*\).*/\1/' | sort >real
	section sockit.1 'SOCKET OPTIONS' | awk '/^\.It Cm / { print $3 }' >said
	echo broadcast multicast-interface multicast-loop multicast-ttl | tr ' ' '\n' >>said
	sort -o said said
	[ -z "$(comm -23 real said)" ] || fail_at "$(comm -23 real said)"
	# Systems other than Linux have fewer.
	! grep -qx congestion real || diff real said
}

@test "the keys of JSON are in the page" {
	start_server --handler echo -v --json --stats=json --accept 2
	sockit tcp-connect -vv --json --stats=json "$address" <<<hello 2>events
	sockit tcp-connect -z --all --json "$address" >>events
	wait_exit "$pid"
	cat "$err" >>events
	section sockit.1 'STRUCTURED OUTPUT' >said
	for key in $(grep -o '"[a-z_]*":' events | tr -d '":' | sort -u); do
		grep -Eq "^\.(Li|It Event Li|Pf.* Li) $key( |$)" said || fail_at "$key"
	done
	for event in $(sed -n 's/.*"event":"\([a-z]*\)".*/\1/p' events | sort -u); do
		grep -Eq "^\.(Li|It Event Li) $event( |$)" said || fail_at "$event"
	done
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

@test "the messages shown are what is printed" {
	run_sockit -2 tcp-connect localhost 99999
	section sockit.1 DIAGNOSTICS | grep -qxF -- "$output"
	run_sockit -2 tcp-serve --fowrard localhost:80 0
	section sockit.1 DIAGNOSTICS | grep -qxF -- "$output"
}

@test "example: a file is sent with its progress, received, and whole" {
	random_file file 1M
	serve_example 'tcp-serve 9000 >copy' 9000 </dev/null
	connect_example '--send-only --progress' host:9000 "$address"
	wait_exit "$pid"
	[ "$status" -eq 0 ]
	cmp file "$out"
}

@test "example: a directory is sent by tar and unpacked" {
	mkdir directory there
	random_file directory/file 100k
	serve_example 'tcp-serve 9000 >copy' 9000 </dev/null
	connect_example 'tar cf - directory' host:9000 "$address"
	wait_exit "$pid"
	tar xf "$out" -C there
	cmp directory/file there/directory/file
}

@test "example: a question over HTTP, answered for a load balancer" {
	serve_example "'HTTP/1.0 200 OK" :8081
	run -0 connect_example 'GET / HTTP/1.0' example.org:80 "$address"
	[ "${lines[0]}" = $'HTTP/1.0 200 OK\r' ]
	[ "${lines[-1]}" = ok ]
}

@test "example: a health check is 0 while the port is open, and 4 after" {
	start_server --handler echo
	run -0 connect_example '-w 2s db 5432' 'db 5432' "127.0.0.1 $port"
	[ -z "$output" ]
	stop "$pid"
	run -4 connect_example '-w 2s db 5432' 'db 5432' "127.0.0.1 $port"
}

@test "example: it waits until two services answer, then becomes the program" {
	start_server --handler echo
	start_example 'cache:6379 -- ./start' db:5432 "$address" \
		cache:6379 "unix:$PWD/late" ./start 'echo started'
	waiting=$pid said=$out
	endpoint=unix:$PWD/late start_server --handler echo
	wait_exit "$waiting"
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 "$said")" = started ]
}

@test "example: it waits until a server is gone" {
	start_server --handler echo
	server=$pid
	start_example '--closed --wait 30s' :8080 "$address"
	waiting=$pid
	stop "$server"
	wait_exit "$waiting"
	[ "$status" -eq 0 ]
}

@test "example: text and hex are sent as they are meant" {
	start_server --handler echo
	run -0 connect_example 'cache:6379 </dev/null' cache:6379 "$address"
	[ "$output" = $'PING\r' ]
	run -0 connect_example "'00 01 00 ff'" host:7000 "$address" xxd 'od -An -tx1'
	[ "$output" = " 00 01 00 ff" ]
}

@test "example: a summary" {
	start_server --handler discard
	run -0 connect_example '--stats host:9000' 1000000000 100000 host:9000 "$address"
	[[ $output == 'sockit tcp-connect: sent 100000 bytes, received 0 bytes in '* ]]
}

@test "example: shell commands at both ends" {
	serve_example "--sh 'read name" 127.0.0.1:7000
	run -0 connect_example "--sh 'read greeting" host:7000 "$address" 'read greeting; ' ''
	[ "$output" = "hello hello" ]
}

@test "example: a relay from TCP to a Unix socket" {
	endpoint=unix:$PWD/app start_server --handler reverse
	serve_example '--forward unix:/run/app.sock 127' 127.0.0.1:8080 /run/app.sock "$PWD/app"
	run -0 sockit tcp-connect "$address" <<<"through"
	[ "$output" = hguorht ]
}

@test "example: a relay from a Unix socket to TCP" {
	start_server --handler reverse
	endpoint=unix:$PWD/db serve_example '--forward db:5432' unix:/run/db.sock db:5432 "$address"
	[ "$address" = "unix:$PWD/db" ]
	run -0 sockit tcp-connect "$address" <<<"through"
	[ "$output" = hguorht ]
}

@test "example: a file for everyone, until enough have it" {
	text_file motd.txt 3
	serve_example '--reply-file motd.txt 7001' 7001 10 2
	sockit tcp-connect --recv-only "$address" | cmp - motd.txt
	sockit tcp-connect --recv-only "$address" | cmp - motd.txt
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

# tells_user - whether the system says who is on the other side of a Unix socket.
tells_user() {
	endpoint=unix:$PWD/who start_server -- env
	sockit tcp-connect --recv-only "$address" | grep -q IPCREMOTEEUID
}

@test "example: one user and one network are let in" {
	local lines
	tells_user || skip "this system does not tell who is on the other side of a Unix socket"
	lines=$(block sockit-tcp-serve.1 'uid:0,' uid:0 "uid:$(id -u)" /run/echo.sock "$PWD/echo" \
		' :7777' '')
	eval "start_server ${lines#sockit tcp-serve}"
	run -0 sockit tcp-connect "unix:$PWD/echo" <<<"me"
	[ "$output" = me ]
	run sockit tcp-connect --recv-only "$address"
	[ -z "$output" ]
}

@test "example: a client is tested on a free port" {
	run -0 script "$(block sockit-tcp-serve.1 'cat address')"
	[ "${lines[-1]}" = hello ]
}

@test "example: a whole conversation in two lines of shell" {
	lines=$(block sockit.1 reverse.sock /tmp/ "$PWD/")
	run -0 script "$lines"$'\nkill $!'
	[ "$output" = "dlrow ,olleh" ]
}

@test "example: a script that knows what went wrong" {
	random_file archive 100k
	start_server --handler discard
	run -0 script "$(block sockit.1 'case $?' backup:9000 "$address")"
	[ "$output" = 'every byte has arrived' ]
	stop "$pid"
	run -0 script "$(block sockit.1 'case $?' backup:9000 "$address")"
	[ "${lines[-1]}" = 'nobody listens there' ]
	run -0 script "$(block sockit.1 'case $?' backup:9000 nosuch.invalid:9000)"
	[ "${lines[-1]}" = 'there is no such host' ]
}
