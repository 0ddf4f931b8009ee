#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# privilege.bats - what tcp-serve gives up once it listens: root, the file system, starting programs.

load lib
load net

need_root() {
	[ "$(id -u)" -eq 0 ] || skip "becoming another user takes root"
	chmod 755 "$BATS_TEST_TMPDIR"
}

# field NAME PID - a line of /proc/PID/status, without its name.
field() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$2/status"
}

is_served() {
	[ "$(sockit tcp-connect "127.0.0.1:$port" <<<"$1")" = "$1" ]
}

@test "--user: the server is that user, of that group, and of no other" {
	need_proc
	need_root
	start_server --user 4321:5432 --handler echo
	wait_for is_served hello
	[ "$(field Uid "$pid")" = "4321	4321	4321	4321" ]
	[ "$(field Gid "$pid")" = "5432	5432	5432	5432" ]
	[ "$(field Groups "$pid" | tr -d ' ')" = 5432 ]
}

@test "--user: the port is bound before, so one under 1024 can be had" {
	need unshare
	need_root
	need ip
	# Only unshare -n: with a user namespace there is no second user to become.
	unshare -n sh -c 'ip link set lo up
		"$1" tcp-serve --user nobody --accept 1 --reply hello 127.0.0.1:80 &
		"$1" tcp-connect --wait 10s 127.0.0.1:80 </dev/null
		wait' - "$SOCKIT" >got
	[ "$(cat got)" = hello ]
}

@test "--user with a command: the command is that user too" {
	need_proc
	need_root
	start_server --user 4321:5432 --sh 'id -u; id -g; id -G'
	[ "$(sockit tcp-connect "127.0.0.1:$port" </dev/null | tr '\n' ' ')" = "4321 5432 5432 " ]
}

@test "a user or a group that does not exist is status 3" {
	run_sockit tcp-serve --user no-such-user 127.0.0.1:0 --handler echo
	[ "$status" -eq 3 ]
	[ "$output" = 'sockit tcp-serve: no such user: "no-such-user"' ]
	run_sockit tcp-serve --user 0:no-such-group 127.0.0.1:0 --handler echo
	[ "$status" -eq 3 ]
	[ "$output" = 'sockit tcp-serve: no such group: "no-such-group"' ]
}

@test "a number that is no user needs a group" {
	run_sockit tcp-serve --user 4000000001 127.0.0.1:0 --handler echo
	[ "$status" -eq 2 ]
	[[ $output == *"give USER:GROUP"* ]]
}

@test "who may not change the user is told which capability is lacking, status 6" {
	need_root
	need setpriv
	run setpriv --reuid 1000 --regid 1000 --clear-groups \
		"$SOCKIT" tcp-serve --user nobody 127.0.0.1:0 --handler echo
	[ "$status" -eq 6 ]
	[[ $output == *"needs CAP_SETGID"* ]]
}

@test "--chroot: a file that is replied comes from within" {
	need_proc
	need_root
	mkdir root
	echo inside >root/answer
	start_server --chroot root --reply-file /answer
	[ "$(sockit tcp-connect "127.0.0.1:$port" </dev/null)" = inside ]
	[ "$(readlink "/proc/$pid/root")" = "$PWD/root" ]
}

@test "--chroot: a command that is not within is status 3" {
	need_root
	mkdir root
	# A leak checker finds no /proc there.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
	run_sockit tcp-serve --chroot root 127.0.0.1:0 -- cat
	[ "$status" -eq 3 ]
	[[ $output == *"cannot run cat: no such file or directory" ]]
}

@test "--chroot without a resolver: a name to forward to is looked up before" {
	need_root
	mkdir root
	start_server --reply hello
	start_server --chroot root --forward "localhost:$port"
	[ "$(sockit tcp-connect "127.0.0.1:$port" </dev/null)" = hello ]
}

@test "--chroot without a resolver: all addresses of a name to forward to are tried" {
	need_hosts
	mkdir root
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # which takes a /proc
	printf '%s two.test\n' 127.0.0.2 127.0.0.1 >hosts
	start_server --reply hello
	with_hosts hosts "$SOCKIT" tcp-serve --accept 1 --chroot root --ready-file ready \
		--forward "two.test:$port" 127.0.0.1:0 &
	pid=$!
	processes+=("$pid")
	wait_for [ -s ready ]
	[ "$(sockit tcp-connect "$(cat ready)" </dev/null)" = hello ]
	wait_exit "$pid"
	[ "$status" -eq 0 ]
}

@test "--chroot: a directory that is not there is status 3, and nothing is bound" {
	run_sockit tcp-serve --chroot nowhere --ready-file ready 127.0.0.1:0 --handler echo
	[ "$status" -eq 3 ]
	[[ $output == *"cannot change the root to nowhere: no such file or directory" ]]
	[ ! -e ready ]
}

@test "who may not change the root is told which capability is lacking, status 6" {
	need_root
	need setpriv
	mkdir root
	run setpriv --reuid 1000 --regid 1000 --clear-groups \
		"$SOCKIT" tcp-serve --chroot root 127.0.0.1:0 --handler echo
	[ "$status" -eq 6 ]
	[[ $output == *"needs CAP_SYS_CHROOT"* ]]
}

@test "-vv says what the sandbox is, and --no-sandbox leaves it out" {
	start_server -vv --handler echo
	wait_for grep -q 'sandbox: ' "$err"
	start_server -vv --no-sandbox --handler echo
	is_served hello
	! grep -q 'sandbox: ' "$err"
}

@test "a command is not in the sandbox: it may start programs" {
	start_server --sh 'sh -c "echo started"'
	[ "$(sockit tcp-connect "127.0.0.1:$port" </dev/null)" = started ]
}

@test "within the sandbox a Unix socket's file is still removed at the end" {
	endpoint=unix:$PWD/s start_server -vv --handler echo
	wait_for grep -q 'sandbox: ' "$err"
	[ -S s ]
	stop "$pid"
	[ ! -e s ]
}
