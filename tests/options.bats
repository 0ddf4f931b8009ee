#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# options.bats - the command line itself: options, help, suggestions, and options that exclude
# others.

load lib
load net

client() {
	sockit tcp-connect "$@" </dev/null
}

# refuses TEXT WORD... - a usage error: one line with TEXT, and nothing on standard output.
refuses() {
	local text=$1 bad=0
	shift
	run --separate-stderr sockit "$@"
	echo "$*: status $status: $stderr; wanted: $text"
	[ "$status" -eq 2 ] && [ -z "$output" ] || bad=1
	[[ $stderr == sockit*": "*"$text"* && $stderr != *$'\n'* ]] || bad=1
	[ "$bad" -eq 0 ]
}

@test "an unknown option is named, with the one that was probably meant" {
	refuses 'unknown option --wiat (did you mean --wait?)' tcp-connect --wiat 5 127.0.0.1:1
	refuses 'unknown option --connect-timeuot (did you mean --connect-timeout?)' \
		tcp-connect --connect-timeuot=5 127.0.0.1:1
	refuses 'unknown option --xyzzy' tcp-connect --xyzzy 127.0.0.1:1
	[[ $stderr != *"did you mean"* ]]
	refuses 'unknown option -J' tcp-connect -J 127.0.0.1:1
	refuses 'unknown option -J in "-vJz"' tcp-connect -vJz 127.0.0.1:1
	refuses 'unknown option -l in "-linger" (did you mean --linger?)' tcp-connect -linger 127.0.0.1:1
}

@test "an unknown command is named, with the one that was probably meant" {
	refuses 'unknown command "tcp-conect" (did you mean tcp-connect?)' tcp-conect 127.0.0.1:1
	refuses 'unknown command "serve" (did you mean tcp-serve?)' serve 127.0.0.1:1
	refuses 'unknown option "--verison" (did you mean --version?)' --verison
	refuses 'unknown command ""' ''
	refuses 'unknown command "udp-serve" (to receive datagrams: sockit udp-listen)' udp-serve 9
	refuses 'no help for "tcp-conect" (did you mean tcp-connect?)' help tcp-conect
}

@test "an option of another netcat gets what to type here" {
	refuses '"listen" (to listen: sockit tcp-serve or udp-listen)' listen 80
	refuses '"127.0.0.1" (sockit help lists them; to connect: sockit tcp-connect HOST PORT)' 127.0.0.1 80
	refuses '-l (to listen: sockit tcp-serve)' tcp-connect -l 80
	refuses '-q in "-q0" (not needed: it ends when the peer does' tcp-connect -q0 127.0.0.1 80
	refuses '-N (not needed: the end of input is passed on; --no-half-close keeps it back)' tcp-connect -N 127.0.0.1 80
	refuses '-u (for UDP: sockit udp-send)' tcp-connect -u 127.0.0.1 80
	refuses '--exec (put the command after --)' tcp-connect --exec=/bin/sh 127.0.0.1 80
	refuses '-l in "-lk" (not needed: tcp-serve listens)' tcp-serve -lk 80
	refuses '-p in "-p80" (the port is the operand: sockit tcp-serve PORT)' tcp-serve -p80
	refuses '-e (put the command after --)' tcp-serve -e /bin/cat 80
	refuses '-u (not needed: udp-send is for UDP)' udp-send -u 127.0.0.1 80 x
	refuses '-u in "-ul" (not needed: udp-listen is for UDP)' udp-listen -ul 80
	refuses '-t (did you mean --type?)' resolve -t MX some.test
	refuses '-t (did you mean --proto tcp?)' services -t ssh
	refuses '-c (did you mean --count?)' raw-send -c 3 ip dst=127.0.0.1
}

@test "a path and a URL get how an endpoint is written" {
	refuses '"/run/x" (a Unix socket is unix:PATH)' tcp-connect /run/x
	refuses '"./x" (a Unix socket is unix:PATH)' tcp-serve ./x
	refuses 'bad --forward: bad endpoint: "/run/x"' tcp-serve --forward /run/x 127.0.0.1:0
	refuses 'bad --forward: missing port in "127.0.0.1"' udp-listen --forward 127.0.0.1 127.0.0.1:0
	refuses 'bad --also: missing port in "x:"' tcp-serve --also x: 127.0.0.1:0
	refuses '"http://127.0.0.1/" (this is a URL; use HOST:PORT)' tcp-connect http://127.0.0.1/
}

@test "a word that must be one of those there are is named, with the one that was probably meant" {
	refuses '(did you mean echo?)' tcp-serve --handler ecoh 0
	refuses '(did you mean nodelay?)' tcp-connect -o nodeley 127.0.0.1:1
	refuses '(did you mean json?)' udp-listen --format jsn 0
	refuses 'did you mean line?)' udp-send --split lien 127.0.0.1:1
	refuses 'unknown layer "upd" (did you mean udp?)' raw-send --dry-run upd dport=9
	refuses 'unknown layer "127.0.0.1" (raw-send --layers lists them)' raw-send 127.0.0.1
	refuses 'after ip (did you mean icmp?)' raw-send --dry-run ip dst=127.0.0.1 icpm
	refuses 'of ip (did you mean dst?)' raw-send --dry-run ip dts=127.0.0.1
	refuses 'after icmp (did you mean echo?)' raw-send --dry-run ip dst=127.0.0.1 icmp ehco
	refuses 'did you mean ack?)' raw-send --dry-run ip dst=127.0.0.1 tcp dport=1 flags=syn,akc
	refuses 'did you mean tcp?)' raw-send --dry-run ip dst=127.0.0.1 proto=tpc
	refuses 'did you mean AAAA?)' resolve --type AAA --server 127.0.0.1 some.test
	refuses 'did you mean MX?)' resolve --type mxx --server 127.0.0.1 some.test
}

@test "a service and a protocol that do not exist, too" {
	for words in 'services htps' 'services --builtin htps'; do
		# shellcheck disable=SC2086 # several words
		run -3 sockit $words
		[[ $output == 'sockit services: no such service: "htps" (did you mean https?)' ]]
	done
	run -3 sockit services --builtin ssh/tpc
	[[ $output == *': no service uses the protocol "tpc" (did you mean tcp?)' ]]
	run -3 sockit services --builtin --proto tpc
	[[ $output == 'sockit services: nothing found: no service uses the protocol "tpc" (did you mean tcp?)' ]]
	run -3 sockit services --builtin --protocols igpm
	[[ $output == *'no such protocol: "igpm" (did you mean igmp?)' ]]
	has_services || skip "this host has no services that could be meant"
	run -3 sockit tcp-connect 127.0.0.1:htps
	[[ $output == *'no such service: "htps" (did you mean https?)' ]]
}

# musl's getservent(3) finds nothing.
has_services() {
	sockit services -v https >said 2>&1
	grep -q "this host's database" said && ldd "$SOCKIT" | grep -q libc.so.6
}

@test "a beginning of an option is not enough" {
	refuses 'unknown option --send-onl (did you mean --send-only?)' tcp-connect --send-onl 127.0.0.1:1
	refuses 'unknown option --conn' tcp-connect --conn 1 127.0.0.1:1
}

@test "values stand behind = or in the next word, behind a letter or in the next word" {
	for words in '--connect-timeout=x' '--connect-timeout x' '-wx' '-w x'; do
		# shellcheck disable=SC2086 # several words
		refuses '"x"' tcp-connect $words 127.0.0.1:1
	done
	refuses '-w takes its value without = (-w 5, or --connect-timeout=5)' tcp-connect -w=5 127.0.0.1:1
}

@test "short options may be joined, the last one with its value" {
	start_silent
	run client -vvn4w200ms 127.0.0.1 "$silent_port"
	[ "$status" -eq 5 ]
	[[ $output == *"trying 127.0.0.1:$silent_port"*"timed out after 0.200s" ]]
}

@test "options and operands come in any order" {
	start_peer --times 3 send:hello
	[ "$(client 127.0.0.1 "$peer_port" -n --linger 0)" = hello ]
	[ "$(client 127.0.0.1 -n "$peer_port" --linger=0)" = hello ]
	[ "$(client -n --linger 0 127.0.0.1 "$peer_port")" = hello ]
}

@test "an option without its value, and a value that an option does not take, are named" {
	refuses '--connect-timeout requires a value: TIME' tcp-connect 127.0.0.1:1 --connect-timeout
	refuses '-w requires a value: TIME' tcp-connect 127.0.0.1:1 -w
	refuses '--send-only takes no value: "x"' tcp-connect --send-only=x 127.0.0.1:1
	refuses '--stats: "yaml" must be one of' tcp-connect --stats=yaml 127.0.0.1:1
	refuses '--progress: "alwasy" must be one of never, terminal, always (did you mean always?)' \
		tcp-connect --progress=alwasy 127.0.0.1:1
}

@test "a value that may be left out is taken with = only" {
	start_peer count
	run client --stats 127.0.0.1 "$peer_port"
	[ "$status" -eq 0 ]
	[[ $output == *"sockit tcp-connect: sent 0 bytes"* ]]
}

@test "options that cannot be used together say so" {
	refuses '-4 and -6 cannot be used together' tcp-connect -4 -6 127.0.0.1:1
	refuses '--send-only and --recv-only cannot be used together' \
		tcp-connect --send-only --recv-only 127.0.0.1:1
	refuses '--no-half-close cannot be used with --send-only' \
		tcp-connect --send-only --no-half-close 127.0.0.1:1
	refuses '--linger cannot be used with --recv-only' \
		tcp-connect --recv-only --linger 1 127.0.0.1:1
	refuses '-E and --hex cannot be used together' tcp-connect -E --hex 127.0.0.1:1
	refuses '--all requires --scan' tcp-connect --all 127.0.0.1:1
	refuses '--closed requires --scan' tcp-connect --closed 127.0.0.1:1
	refuses '--parallel requires --scan' tcp-connect --parallel 8 127.0.0.1:1
	for option in --send-only --recv-only --no-half-close --linger=1 --send=x -i1 --max-time=1 \
		--stats; do
		refuses ' cannot be used with --scan' tcp-connect -z "$option" 127.0.0.1:1
	done
}

@test "an option that would have no effect says what it needs" {
	refuses '--connect-timeout requires --forward or --proxy-server' tcp-serve -w 5 127.0.0.1:0
	refuses '--unix-mode requires a Unix socket' tcp-serve --unix-mode 600 127.0.0.1:0
	refuses '--timeout requires --replies' udp-send -w 5 127.0.0.1 9 x
	refuses '--timeout requires --replies' raw-send -w 5 ip dst=127.0.0.1
	refuses '--session-timeout requires --forward' udp-listen --session-timeout 5 127.0.0.1:0
	refuses '--max-sessions requires --forward' udp-listen --max-sessions 5 127.0.0.1:0
	refuses '--parallel requires --sh or a command' udp-listen --parallel 5 127.0.0.1:0
	refuses '--command-timeout requires --sh or a command' udp-listen --command-timeout 5 127.0.0.1:0
	refuses '--escapes requires --send or --prompt' tcp-connect -E 127.0.0.1:1
	refuses '--hex requires --reply' tcp-serve --hex 127.0.0.1:0
	refuses '--escapes requires --reply' udp-listen -E 127.0.0.1:0
	refuses '--type seqpacket cannot be used with 127.0.0.1:1' tcp-connect --type seqpacket 127.0.0.1:1
	refuses '--type seqpacket requires a Unix socket' tcp-serve --type seqpacket 127.0.0.1:0
	refuses '--split cannot be used with MESSAGE' udp-send --lines 127.0.0.1:1 x
}

@test "the same option twice: the last one counts" {
	start_silent
	run client -w 8s -w 200ms 127.0.0.1 "$silent_port"
	[[ $status -eq 5 && $output == *"timed out after 0.200s" ]]
}

@test "nothing is sent, bound or created before the whole command line has been checked" {
	start_peer read
	for words in '--wiat' '-w x' '--sh' '-o nosuch' '-s [::1' '--send-only --recv-only' \
		'-E --send \q' 'extra' '-p 99999' '--stats=x'; do
		# shellcheck disable=SC2086 # several words
		run client 127.0.0.1 "$peer_port" $words
		[ "$status" -eq 2 ]
	done
	run ! gone "$peer_pid"
	[ ! -s "$peer_log" ]
	client 127.0.0.1 "$peer_port"
	wait_exit "$peer_pid"
	[ "$(cat "$peer_log")" = "end after 0 bytes" ]
}

@test "no command at all shows how it goes, on standard error, with 2" {
	run -2 --separate-stderr sockit
	[ -z "$output" ]
	[[ $stderr == "usage: sockit COMMAND "* ]]
}

@test "--version is one line" {
	run_sockit -0 --version
	[[ $output =~ ^sockit\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

# All commands there are.
commands() {
	"$SOCKIT" help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | grep . || echo none
}

@test "help in all its forms says the same, on standard output" {
	[ "$("$SOCKIT" help)" = "$("$SOCKIT" --help)" ]
	[ "$("$SOCKIT" help)" = "$("$SOCKIT" -h)" ]
	[ "$("$SOCKIT" help udp-send)" = "$("$SOCKIT" --help udp-send)" ]
	for command in $(commands); do
		"$SOCKIT" help "$command" >help
		"$SOCKIT" "$command" --help | cmp - help
		"$SOCKIT" "$command" --nosuch --help 127.0.0.1:1 | cmp - help
		head -n 1 help | grep -q "^usage: sockit $command "
	done
}

@test "-h is one screen: usage, the usual options, three examples, and where the rest is" {
	for command in $(commands); do
		"$SOCKIT" "$command" -h >brief
		[ "$(wc -l <brief)" -le 24 ]
		awk 'length > 80 { print; bad = 1 } END { exit bad }' brief
		head -n 1 brief | grep -q "^usage: sockit $command "
		[ "$(grep -c '^  \(    \|-., \)--' brief)" -ge 4 ]
		[ "$(sed -n '/^Examples:/,/^$/p' brief | grep -c '^  sockit ')" -eq 3 ]
		[[ $(tail -n 1 brief) == "All options: sockit $command --help; manual: man sockit-$command" ]]
		"$SOCKIT" "$command" --nosuch -h | head -n 1 | cmp - <(head -n 1 brief)
	done
}

@test "help has topics: what every command shares" {
	for topic in endpoints values exit json; do
		run_sockit -0 help "$topic"
		[ "${#lines[@]}" -gt 5 ]
		"$SOCKIT" help "$topic" | awk 'length > 80 { print; bad = 1 } END { exit bad }'
	done
	refuses 'no help for "endpoint" (did you mean endpoints?)' help endpoint
	refuses 'no help for "xyzzy" (sockit help lists commands and topics)' help xyzzy
}

@test "the version is there for every command; with -v, what a bug report needs" {
	for words in -V '-v --version' '--version -v' 'udp-send -vV' 'tcp-serve --version'; do
		# shellcheck disable=SC2086 # several words
		run_sockit -0 $words
		[[ ${lines[0]} =~ ^sockit\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
	run_sockit -0 --version -v
	for what in compiler 'C library' platform poller IPv6; do
		[[ $output == *$'\n'"$what: "* ]]
	done
	[ "${#lines[@]}" -le 14 ]
	SOCKIT_POLLER=poll run_sockit -0 --version -v
	[[ $output == *$'\npoller: poll\n'* ]]
	SOCKIT_POLLER=devpoll run_sockit -0 --version -v
	[[ $output == *$'\npoller: none: bad SOCKIT_POLLER: "devpoll" (must be one of '* ]]
}

@test "a usage error without a better hint says where help is" {
	refuses '(sockit udp-send --help lists the options)' udp-send --xyzzy 127.0.0.1:1
	refuses 'missing operand: ENDPOINT, as HOST PORT, HOST:PORT or unix:PATH' tcp-connect
	refuses 'missing operand: ENDPOINT, as PORT, HOST:PORT or unix:PATH' tcp-serve
}

@test "a beginning that several options have lists them" {
	refuses 'unknown option --max (did you mean --max-conns, --max-per-host or --max-time?)' \
		tcp-serve --max 5 127.0.0.1:0
	refuses 'unknown option --tiemout (use --connect-timeout' tcp-connect --tiemout 5 127.0.0.1:1
}

@test "an optional value that stands in the next word is not taken for something else" {
	refuses '-r takes its value joined to it (-r=2)' udp-send 127.0.0.1:9 -r 2 hello
	refuses '--stats takes its value joined to it (--stats=json)' udp-send 127.0.0.1:9 --stats json
	refuses '--progress takes its value joined to it (--progress=always)' \
		tcp-connect --progress always 127.0.0.1:1
	refuses 'bad port: "127.0.0.1" (--hexdump takes its value joined to it: --hexdump=log)' \
		tcp-connect -x log 127.0.0.1 1
	refuses '(--batch takes its value joined to it: --batch=names)' resolve --batch names
	refuses 'unexpected operand "x" (--hexdump takes its value joined to it: --hexdump=log)' \
		tcp-connect -x log 80 x
	refuses 'bad port: "127.0.0.1:80" (--hexdump takes its value joined to it: --hexdump=log)' \
		tcp-connect -x log 127.0.0.1:80
	refuses 'bad port: "99999" (0-65535 or a service name)' tcp-connect -x 127.0.0.1 99999
	[[ $output != *"joined to it"* ]]
	# Of other mistakes the word behind it is not the reason.
	refuses '--stats cannot be used with --sh (sockit tcp-connect --help' \
		tcp-connect --sh true --stats 127.0.0.1:1
	refuses '--crlf cannot be used with --recv-only (sockit tcp-connect --help' \
		tcp-connect -C --recv-only -x 127.0.0.1:1
}

@test "what tcpreplay, hping3, nmap, dig and curl call it is answered in our words" {
	refuses 'bad --type: "A6" (a record type such as A, AAAA, MX or TXT, or TYPE1 to TYPE65535; did you mean A?)' \
		resolve --type A6 x.test
	refuses 'bad host: "localhost/80"' tcp-connect localhost/80
	refuses '(redirect standard input: <FILE)' tcp-connect --file x 127.0.0.1 1
	refuses '(did you mean --send TEXT?)' tcp-connect --data x 127.0.0.1 1
	refuses '(did you mean --tls-no-verify?)' tcp-connect --insecure 127.0.0.1 1
	refuses "--via 'openssl s_client -quiet -starttls PROTOCOL" tcp-connect --starttls smtp 127.0.0.1 1
	refuses '(did you mean --forward?)' tcp-serve --target 127.0.0.1:1 127.0.0.1:0
	refuses '(did you mean --group?)' udp-listen --multicast 239.1.1.1 0
	refuses '(did you mean --server?)' resolve --nameserver 127.0.0.1 x.test
	refuses '(did you mean --rate max?)' raw-send --topspeed --replay x
	refuses '(did you mean --replay x.pcap?)' raw-send x.pcap
	refuses 'ip dst=HOST tcp dport=80 flags=syn)' raw-send -S -p 80 127.0.0.1
	refuses '(did you mean: eth dst=01:80:c2:00:00:0e type=0x88cc bytes HEX?)' raw-send lldp
	run_sockit -3 tcp-serve nosuchhost.test
	[[ $output == *'no such service: "nosuchhost.test" (a host goes before its port: nosuchhost.test:PORT)' ]]
}

@test "a line of nc, socat or dig is told in our words" {
	refuses '(did you mean: sockit tcp-serve -v -n 4444)' -lvnp 4444
	refuses '(did you mean: sockit tcp-connect -v -z h 22-30)' -zv h 22-30
	refuses '(did you mean: sockit udp-send h 53)' nc -u h 53
	refuses '(did you mean: sockit tcp-serve -k 80)' -l -k 80
	refuses '(did you mean: sockit tcp-connect h:80)' TCP:h:80
	refuses '(did you mean: sockit tcp-serve --forward h:80 8080)' TCP-LISTEN:8080,fork TCP:h:80
	refuses '(did you mean: sockit tcp-serve 8080 -- cat -n)' TCP-LISTEN:8080,fork 'EXEC:cat -n'
	refuses '(did you mean: sockit tcp-connect unix:/x)' - UNIX:/x
	refuses '(did you mean: sockit udp-listen -4 53)' UDP4-RECVFROM:53
	refuses '(did you mean: sockit resolve --type MX --server 127.0.0.1 some.test)' \
		dig some.test MX @127.0.0.1 +short
	refuses '(did you mean: sockit tcp-connect unix:/x -- sockit tcp-connect -4 h:80)' \
		UNIX-CONNECT:/x TCP4:h:80
	refuses "(did you mean: sockit tcp-serve -4 80 -- 'a;b' c)" -lp 80 -6 -4 -e 'a;b c'
	refuses "(did you mean: sockit tcp-connect -w '1 2' h 80)" nc -w '1 2' h 80
}

@test "what sockit cannot do of a line of nc or socat is not hinted at" {
	refuses 'unknown command "UDP-LISTEN:53" (' UDP-LISTEN:53 TCP:h:80
	[[ $output != *"did you mean: sockit"* ]]
	refuses 'unknown command "TCP-LISTEN:80" (' TCP-LISTEN:80 TCP-LISTEN:81
	[[ $output != *"did you mean: sockit"* ]]
	refuses '(did you mean: sockit udp-send h 53)' -u -w 2 -t -e cat h 53
}

@test "headings are bold on a terminal only" {
	"$SOCKIT" tcp-serve --help >help
	! grep -q "$(printf '\033')" help
}

@test "help shows every option of the table with its argument, and no other" {
	for command in $(commands); do
		"$SOCKIT" help "$command" >help
		"$SOCKIT" help --dump | awk -F '\t' -v command="$command" '$1 == command {
			print ($2 == "-" ? "" : "-" $2 ",") "--" $3 ($4 == "-" ? "" : $4) }' | sort >table
		sed -n 's/^  \( \{4\}\|-., \)\(--[^ ]*\( [^ ]\{1,\}\)\{0,1\}\).*/\1\2/p' help |
			tr -d ' ' | sort >shown
		diff table shown
		[ "$(wc -l <table)" -gt 10 ]
	done
}

@test "the overview, all help and the list of socket options fit 80 columns" {
	for command in '' $(commands); do
		# shellcheck disable=SC2086 # none is none
		"$SOCKIT" help $command >help
		awk 'length > 80 { print; bad = 1 } END { exit bad }' help
	done
	"$SOCKIT" tcp-connect -o help | awk 'length > 80 { print; bad = 1 } END { exit bad }'
}

# A second time only if one of them is the default, or stands for an omitted value.
@test "help says the choices of an option, and says them once" {
	for command in $(commands); do
		"$SOCKIT" help "$command" | awk '
			/^  (-.,|   ) --/ { sub(/^ *(-., )?/, ""); printf "\n" }
			/^$/ { printf "\n" }
			{ printf "%s ", $0 }' >items
		"$SOCKIT" help --dump | awk -F '\t' -v command="$command" '
			$1 == command && $5 == "choice" { print $3, $4 ~ /^\[/ || $6 != "-" ? 2 : 1, $7 }' >table
		while read -r name most choices; do
			for word in ${choices//,/ }; do
				count=$(grep -E -- "^--$name[ =[]" items | grep -owF -- "$word" | wc -l)
				echo "$command --$name: $word: $count"
				((count >= 1 && count <= most))
			done
		done <table
	done
}

@test "help shows the defaults and the exit statuses" {
	"$SOCKIT" help tcp-connect >help
	grep -A 1 -e '--connect-timeout' help | grep -q '(default 10s)'
	grep -A 2 -e '--parallel' help | grep -q '(default 256)'
	[ "$(grep -c '^  [0-7]  ' help)" -eq 8 ]
}

@test "the tables are in order: sockit help --check" {
	run_sockit -0 help --check
	[ -z "$output" ]
}

@test "help that cannot be written is exit 1" {
	need_full
	for words in help --help --version 'help tcp-connect' 'tcp-connect --help' 'help --dump' \
		'tcp-connect -o help'; do
		code=0
		# shellcheck disable=SC2086 # several words
		sockit $words >/dev/full 2>errors || code=$?
		echo "$words: $code $(cat errors)"
		[ "$code" -eq 1 ]
		has "cannot write to standard output: no space left on device" errors
		code=0
		# shellcheck disable=SC2086 # several words
		sockit $words >&- 2>errors || code=$?
		[ "$code" -eq 1 ]
	done
}

@test "control characters from the command line never reach the terminal" {
	for word in $'\e[31mred' $'a\nb' $'a\rb' $'\x80\xff' $'\u202eevil'; do
		run sockit "$word"
		run --separate-stderr sockit tcp-connect "--$word" 127.0.0.1:1
		[ "$status" -eq 2 ]
		printf '%s' "$stderr" | LC_ALL=C grep -q '[^ -~]' && false
		run --separate-stderr sockit tcp-connect "unix:/nosuch/$word"
		[ "$status" -eq 3 ]
		printf '%s' "$stderr" | LC_ALL=C grep -q '[^ -~]' && false
	done
	true
}

@test "an unknown poller in SOCKIT_POLLER is a usage error of every command" {
	local words
	for words in "tcp-connect 127.0.0.1:1" "tcp-connect -z 127.0.0.1:1" "tcp-serve 127.0.0.1:0" \
		"udp-send 127.0.0.1:9 x" "udp-listen 127.0.0.1:0" "raw-send --dry-run ip dst=127.0.0.1" \
		"resolve -n 127.0.0.1" "services ssh"; do
		# shellcheck disable=SC2086 # words
		SOCKIT_POLLER=devpoll run_sockit -2 $words </dev/null
		[[ $output == "sockit ${words%% *}: bad SOCKIT_POLLER: \"devpoll\" (must be one of "*poll")" ]]
	done
	SOCKIT_POLLER=devpoll run_sockit -0 resolve --help
}

@test "words of dig among names: what to type instead" {
	refuses 'bad name "@127.0.0.1" (did you mean --server 127.0.0.1?)' resolve @127.0.0.1 example.test
	refuses 'bad name "+short" (not needed: only the data is printed)' resolve example.test +short
	refuses 'bad name "+trace"' resolve example.test +trace
	# 5 if no name service answers, which the C library learns within a second.
	RES_OPTIONS='timeout:1 attempts:1' run sockit resolve 127.0.0.1 localhost TXT
	[ "$status" -eq 3 ] || [ "$status" -eq 5 ]
	[[ $output == *'"TXT" (and no such service; did you mean --type TXT?)'* ]]
}

@test "a second port is not taken for the port of an address" {
	refuses 'unexpected operand "8081" (put the command after --; tcp-serve --also' tcp-serve 8080 8081
	refuses 'unexpected operand "8081"' udp-listen 8080 8081
}

@test "a socket option that takes no value says so" {
	[ "$(sockit tcp-connect -o help | grep -c fastopen)" -eq 1 ] || skip "no fastopen here"
	refuses 'bad socket option fastopen: "1" (fastopen takes no value)' tcp-serve -o fastopen=1 127.0.0.1:0
}

@test "a backslash that is sent as it is: -v says so, once" {
	run sockit udp-send -v 127.0.0.1:9 'a\n'
	[ "$(grep -c 'backslash in "a\\n" is sent as it is (-E ' <<<"$output")" -eq 1 ]
	run sockit udp-send 127.0.0.1:9 'a\n'
	[[ $output != *backslash* ]]
	run sockit udp-send -E -v 127.0.0.1:9 'a\n'
	[[ $output != *backslash* ]]
	run sockit udp-listen -v --json --reply 'a\n' -w 10ms 127.0.0.1:0
	[[ $output == *'"event":"detail"'*'"message":"the backslash in '* ]]
	run sockit raw-send -v --dry-run eth payload 'a\n'
	[ "$(grep -c 'backslash' <<<"$output")" -eq 1 ]
}

@test "an empty file name is refused, in every option that takes one, before anything is bound" {
	for option in ready-file reply-file collect-dir allow-file deny-file chroot save-sent save-received; do
		refuses "bad --$option: \"\" (the name of a file or folder)" \
			tcp-serve --"$option"= 127.0.0.1:0
	done
	refuses 'bad --tls-ca: ""' tcp-connect --tls --tls-ca '' 127.0.0.1:9
	refuses 'bad --replay: ""' raw-send --replay ''
	refuses 'bad --write: ""' raw-send --write ''
}
