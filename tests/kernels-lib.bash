# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with the tests and with lib.bash
# SPDX-License-Identifier: ISC
# kernels-lib.bash - the main jobs of every command, for environments where the kernel, a container
# or a limit refuses something. To be loaded after lib.

setup() {
	enter_tmpdir
	limit=(timeout --foreground $((10 * patience))) # a job takes a moment, or does not end
	real=$SOCKIT
	random_file data 300k
	text_file lines 40
}

# under COMMAND... - from now on, start sockit with COMMAND.
under() {
	{
		echo '#!/bin/sh'
		printf 'exec'
		printf ' %q' "$@" "$real"
		echo ' "$@"'
	} >under
	chmod +x under
	SOCKIT=$PWD/under
}

# echoes ENDPOINT... - a file is sent there and comes back.
echoes() {
	sockit tcp-connect "$@" <data >echoed && cmp data echoed
}

job_echo() {
	start_server --handler echo && echoes 127.0.0.1 "$port"
}

job_pipes() {
	start_server --handler echo && tail -c +1 data | sockit tcp-connect 127.0.0.1 "$port" | cat >echoed &&
		cmp data echoed
}

job_forward() {
	start_server --handler echo && start_server --forward "127.0.0.1:$port" && echoes 127.0.0.1 "$port"
}

job_command() {
	start_server -- cat && echoes 127.0.0.1 "$port"
}

job_reply_file() {
	start_server --reply-file data && sockit tcp-connect 127.0.0.1 "$port" </dev/null >replied &&
		cmp data replied
}

job_once() {
	start_server <data && sockit tcp-connect 127.0.0.1 "$port" <lines >got && wait_exit "$pid" &&
		[ "$status" -eq 0 ] && cmp data got && cmp lines "$out"
}

job_collect() {
	rm -rf collected && mkdir -m 777 collected && start_server --collect-dir collected &&
		sockit tcp-connect --send-only 127.0.0.1 "$port" <data && cat collected/* | cmp data -
}

job_unix() {
	endpoint=unix:$PWD/socket start_server --handler echo && echoes "unix:$PWD/socket"
}

job_connect_command() {
	start_server --handler echo &&
		sockit tcp-connect 127.0.0.1 "$port" --sh 'echo hello; head -n 1 >line && grep -qx hello line'
}

job_scan() {
	start_server --handler discard && sockit tcp-connect -z 127.0.0.1 "$port" >scanned &&
		grep -q "^127.0.0.1 $port/tcp open" scanned
}

job_udp() {
	start_ready udp-listen --count 40 && sockit udp-send -l --rate 1k 127.0.0.1 "$port" <lines &&
		wait_exit "$pid" && [ "$status" -eq 0 ] && tr -d '\n' <lines | cmp - "$out"
}

job_udp_answers() {
	start_ready udp-listen --echo && [ "$(sockit udp-send -r -w 10 127.0.0.1 "$port" hello)" = hello ]
}

job_resolve() {
	[ "$(sockit resolve -n 127.0.0.1)" = 127.0.0.1 ]
}

job_batch() {
	printf '127.0.0.%d\n' 1 2 3 4 5 >addresses
	sockit resolve -n --batch=addresses >looked_up && [ "$(wc -l <looked_up)" -eq 5 ]
}

job_dns() {
	rm -f dns.port
	dns-server --port-file dns.port 3>&- </dev/null &
	processes+=("$!")
	wait_for test -s dns.port &&
		[[ $(sockit resolve --type A --server "127.0.0.1:$(cat dns.port)" a.test) == *192.0.2.1* ]]
}

job_services() {
	[[ $(sockit services --builtin 80/tcp) == "http 80/tcp"* ]]
}

job_raw() {
	sockit raw-send --dry-run ip dst=127.0.0.1 udp dport=9 payload hello >shown && grep -q hello shown
}

# Jobs that need only their own process, and jobs that start a command.
plain_jobs='echo pipes forward reply_file once collect unix scan udp udp_answers resolve batch dns
	services raw'
command_jobs='command connect_command'

# do_jobs JOB... - do the jobs; each must succeed.
do_jobs() {
	local job failed=0
	for job; do
		rm -f ready.* sockit.*
		started=0
		"job_$job" >log 2>&1 || { echo "$job failed: $(cat log sockit.*.err)" && failed=1; } >&2
		end_processes || failed=1
	done
	return "$failed"
}

# need_filter - skip if no system call filter can be set.
need_filter() {
	must_be_test
	refuse ENOSYS:splice -- true 2>/dev/null || skip "no filter of system calls can be set here"
}
