#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# man-services.bats - consoles and health checks of services, as sockit-tcp-connect(1) shows them.

load lib
load net
load man-lib

# server SCRIPT - start a service at $address that runs SCRIPT for each connection.
server() {
	printf '%s\n' "$1" >service
	start_server -- sh service
}

# connect_example WORDS [FROM TO]... - run it.
connect_example() {
	local line
	line=$(example sockit-tcp-connect.1 "$@") || return 1
	eval "$line"
}

# at_prompt WORDS FROM TO LINES - run the example with LINES typed.
at_prompt() {
	run -0 --separate-stderr connect_example "$1" "$2" "$3" <<<"$4"
}

@test "service: QMP, whose monitor greets, and answers in JSON" {
	cat >qmp <<-'END'
		echo '{"QMP": {"version": {}, "capabilities": []}}'
		while read -r line; do
			case $line in
			*qmp_capabilities*) echo '{"return": {}}' ;;
			*query-status*) echo '{"return": {"status": "running", "running": true}}' ;;
			*) echo '{"error": {"class": "CommandNotFound"}}' ;;
			esac
		done
	END
	endpoint=unix:socket start_server -- sh qmp
	run -0 connect_example '"status": *"[a-z]+"' unix:/run/vm/qmp "$address" </dev/null
	[[ ${lines[-1]} == *'"status": "running"'* ]]
	at_prompt "--prompt 'qmp> '" unix:/run/vm/qmp "$address" $'{"execute":"qmp_capabilities"}\n{"execute":"x"}'
	[[ ${lines[0]} == '{"QMP":'* && ${lines[1]} == '{"return": {}}' && ${lines[2]} == *CommandNotFound* ]]
	[[ $stderr == 'qmp> qmp> '* ]]
}

# start_redis - start it with TLS, at localhost:$port.
start_redis() {
	need redis-server openssl
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -days 2 \
		-subj /CN=localhost -addext 'subjectAltName=DNS:localhost' 2>/dev/null
	port=$(freeport)
	redis-server --port 0 --tls-port "$port" --bind 127.0.0.1 --tls-cert-file cert --tls-key-file key \
		--tls-ca-cert-file cert --tls-auth-clients no --save '' >/dev/null 3>&- &
	processes+=("$!")
	sockit tcp-connect -z --wait "$((20 * patience))s" "127.0.0.1:$port" >/dev/null
}

@test "service: redis behind TLS" {
	start_redis
	run -0 connect_example "--tls -E --send 'PING" cache:6380 "localhost:$port" \
		'--tls ' '--tls --tls-ca cert ' '--max-time 2s' "--max-time $((20 * patience))s"
	[ "$output" = $'+PONG\r' ]
	run -0 --separate-stderr connect_example "'redis> '" cache:6380 "localhost:$port" \
		'--tls ' '--tls --tls-ca cert ' <<<$'SET key value\nGET key\n'
	[ "$output" = $'+OK\r\n$5\r\nvalue\r' ]
	[[ $stderr == 'redis> redis> redis>'* ]]
}

mail_server='printf "220 mail ESMTP\r\n"
while IFS= read -r line; do
	case ${line%?} in
	EHLO*) printf "250-mail\r\n250 STARTTLS\r\n" ;;
	STARTTLS) printf "220 go ahead\r\n"; exec "$SOCKIT" tcp-connect unix:tls ;;
	DATA) printf "354 end with a dot\r\n" ;;
	QUIT) printf "221 bye\r\n"; exit ;;
	*) printf "250 ok\r\n" ;;
	esac
done'

@test "service: a dialogue with a mail server" {
	server "$mail_server"
	at_prompt "'smtp> '" mail:25 "$address" $'EHLO me\nMAIL FROM:<a@example.org>\nDATA\nQUIT'
	[ "$(tr -d '\r' <<<"$output")" = $'220 mail ESMTP\n250-mail\n250 STARTTLS\n250 ok\n354 end with a dot\n221 bye' ]
}

@test "service: STARTTLS by --via, with the host verified" {
	need openssl
	export SOCKIT
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -days 2 \
		-subj /CN=localhost -addext 'subjectAltName=DNS:localhost' 2>/dev/null
	mkfifo typed
	exec 5<>typed
	openssl s_server -unix "tls.$test_shell" -cert cert -key key -quiet 3>&- <&5 >received 2>/dev/null &
	processes+=("$!")
	wait_for listens_at "tls.$test_shell"
	server "${mail_server/unix:tls/unix:tls.$test_shell}"
	run connect_example '-starttls smtp' -quiet '-quiet -CAfile cert' 'mail.example.org 25' "127.0.0.1 $port" <<<secret
	[ "$status" -ne 0 ]
	[[ $output == *ostname*mismatch* ]]
	[ "$(grep -c secret received)" -eq 0 ]
	eval "start_sockit $(example sockit-tcp-connect.1 '-starttls smtp' 'sockit tcp' tcp \
		'-quiet' '-quiet -CAfile cert' 'mail.example.org 25' "localhost $port") <<<'MAIL FROM:<me>'"
	wait_for grep -q 'MAIL FROM:<me>' received
	echo '250 over TLS' >&5
	wait_for grep -q '250 over TLS' "$out"
	stop "$pid"
}

# words_of_json - read a list of strings, in JSON or, with bare words, in YAML, from standard input;
# sets words.
words_of_json() {
	local text
	text=$(sed 's/\\$//' | tr -d '\n' | sed 's/\([[,] *\)\([a-zA-Z0-9-]\{1,\}\)/\1"\2"/g')
	mapfile -d '' -t words < <(jq -j '.[] | . + "\u0000"' <<<"$text")
	[ "${words[0]} ${words[1]}" = 'sockit tcp-connect' ]
}

# probe ENDPOINT - run what words has, with ENDPOINT instead of the last one, as a container engine
# does, but with time for a busy machine.
probe() {
	local run=("${words[@]:1:${#words[@]}-2}" "$1")
	run_sockit "${run[@]/#2s/20s}" </dev/null
}

@test "service: the health check of a container" {
	need jq
	start_server -k -E --reply 'HTTP/1.0 200 OK\r\n\r\nfine\n'
	well=$address
	endpoint=127.0.0.1:$(freeport) start_server -k -E --reply 'HTTP/1.0 503 Busy\r\n\r\n'
	words_of_json < <(block sockit-tcp-connect.1 HEALTHCHECK | sed 's/.*CMD //')
	[ "${words[-1]}" = :8080 ]
	probe "$well"
	[ "$status" -eq 0 ]
	probe "$address"
	[ "$status" -eq 1 ]
	stop "$pid"
	probe "$address"
	[ "$status" -eq 4 ]
}

@test "service: probes of Kubernetes" {
	need jq
	block sockit-tcp-connect.1 livenessProbe >probes
	endpoint=127.0.0.1:$(freeport) start_server --sh 'while read -r line; do printf "+PONG\r\n"; done'
	for name in livenessProbe readinessProbe; do
		words_of_json < <(sed -n "/^$name/,/timeoutSeconds/p" probes | sed -n '/command:/,/]/p' | sed 's/.*command: //')
		[ "${words[-1]}" = :6379 ]
		probe "$address"
		[ "$status" -eq 0 ]
	done
	stop "$pid"
	probe "$address"
	[ "$status" -eq 4 ]
	words_of_json < <(sed -n '/command:/,/]/p; /]/q' probes | sed 's/.*command: //')
	start_server -k --reply 'busy'
	probe "$address"
	[ "$status" -eq 1 ]
}
