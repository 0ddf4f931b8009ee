#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# kernels.bats - the main jobs of every command, if the kernel, a container or a limit refuses what
# they would use.

load lib
load kernels-lib

# Calls that an older kernel lacks, or that the filter of a container does not know.
refused=accept4,capget,close_range,epoll_create1,faccessat2,flock,getrandom,landlock_create_ruleset
refused+=,membarrier,ppoll,prctl,recvmmsg,sendmmsg,socketpair,splice
# A sanitizer cannot start without it.
[[ $SOCKIT == *-sanitize* ]] || refused+=,prlimit64

@test "an old kernel, to which all newer calls are unknown, does every job" {
	need_filter
	under refuse "ENOSYS:$refused,newer" --
	do_jobs $plain_jobs $command_jobs
}

@test "a container that forbids all newer calls does every job" {
	need_filter
	under refuse "EPERM:$refused" --
	do_jobs $plain_jobs $command_jobs
}

@test "a container that forbids clone3 runs no command, and says so" {
	need_filter
	under refuse EPERM:clone3 --
	do_jobs $plain_jobs
	! job_connect_command >/dev/null 2>&1 || skip "this C library starts commands without clone3"
	start_server --handler echo
	run_sockit -126 tcp-connect 127.0.0.1 "$port" -- cat
	[ "$output" = "sockit tcp-connect: cannot run cat: operation not permitted" ]
}

@test "a command that lacks descriptors is told from what an old kernel lacks" {
	need_filter
	start_server --reply hi
	local most reasons=()
	for most in {5..12}; do
		# shellcheck disable=SC2016 # for the other shell
		run "${limit[@]}" sh -c 'ulimit -n "$1" && shift && exec "$@"' - "$most" \
			"$PEERS/refuse" ENOSYS:close_range -- "$SOCKIT" tcp-connect -x --sh cat 127.0.0.1 "$port" 3>&-
		[ "$status" -ne 126 ] || reasons+=("$output")
	done
	[ "${#reasons[@]}" -gt 0 ]
	printf '%s\n' "${reasons[@]}"
	! printf '%s\n' "${reasons[@]}" | grep '^sockit' | grep -v ': cannot run /bin/sh: too many open files$'
}

@test "Docker's default profile: every job is done" {
	need_filter
	under refuse EPERM:docker --
	do_jobs $plain_jobs $command_jobs
}

@test "where a filter of calls cannot be set, the rest of the sandbox takes effect" {
	need_filter
	built_for_linux || skip "this build of sockit has no sandbox"
	[[ $SOCKIT != *-sanitize* ]] || skip "with a sanitizer there is no sandbox"
	under refuse EPERM:filters --
	start_server -vv --handler echo
	wait_for grep -q 'sandbox: no_new_privs' "$err"
	echoes 127.0.0.1 "$port"
	! grep -q 'sandbox: .*seccomp' "$err"
}

@test "raw-send gets its answers where the newer calls are refused" {
	need_filter
	need_namespace
	built_for_linux || skip "this build of sockit has no AF_PACKET"
	in_namespace refuse "ENOSYS:$refused,newer" -- "$real" raw-send -r ip dst=127.0.0.1 icmp echo >answered
	grep -q '^127.0.0.1: echo-reply' answered
}

@test "64 descriptors and 64 MiB of memory are enough for every job" {
	[[ $SOCKIT != *-sanitize* ]] || skip "a sanitizer reserves more memory than that"
	under sh -c 'ulimit -n 64 && ulimit -v 65536 && exec "$@"' sh
	do_jobs $plain_jobs $command_jobs
}

@test "a file that may not grow is no death by SIGXFSZ: the limit is named" {
	under sh -c 'ulimit -f 100 && exec "$@"' sh
	start_server --handler echo
	run_sockit -1 tcp-connect 127.0.0.1 "$port" --save-received copy <data
	[[ $output == *": cannot write "*": file too large"* ]]
}

# in_mounts SCRIPT - from now on, start sockit after SCRIPT has changed the file systems it sees.
in_mounts() {
	need unshare
	unshare -rm sh -c "$1" 2>/dev/null || skip "cannot mount anything of our own"
	under unshare -rm sh -c "$1 && exec \"\$@\"" sh
}

@test "without /proc every job is done" {
	[[ $SOCKIT != *-sanitize* ]] || skip "a sanitizer reads there"
	in_mounts 'mount -t tmpfs none /proc'
	do_jobs $plain_jobs $command_jobs
}

@test "without /dev every job is done" {
	in_mounts 'mount -t tmpfs none /dev'
	built_for_linux || plain_jobs=${plain_jobs/dns/} # where ids come from /dev/urandom
	do_jobs $plain_jobs $command_jobs
}

@test "where only one folder can be written to, every job is done in it" {
	in_mounts 'mount --bind . . && cd "$PWD" && mount -o remount,bind,ro / && : >writable'
	do_jobs $plain_jobs $command_jobs
}

@test "a read-only file system is named as the reason why nothing is written" {
	mkdir folder
	in_mounts 'mount --bind folder folder && mount -o remount,bind,ro folder'
	run_sockit -1 tcp-serve --collect-dir folder 127.0.0.1:0
	[[ $output == *"cannot collect into folder: read-only file system" ]]
	run_sockit -1 tcp-serve --handler echo unix:folder/socket
	[[ $output == *"cannot listen on unix:folder/socket: read-only file system" ]]
	run_sockit -1 raw-send --write folder/capture ip dst=127.0.0.1 udp dport=9
	[[ $output == *"folder/capture: read-only file system" ]]
}

# with_one_process - from now on, run sockit as a user who may have no other process or thread.
with_one_process() {
	local user=() folder=$BATS_TEST_TMPDIR
	if [ "$(id -u)" -eq 0 ]; then
		need setpriv
		user=(setpriv --reuid 54321 --regid 54321 --clear-groups)
		cp "$real" program && chmod 777 . program && real=$PWD/program
		while [ "$folder" != / ] && [ -O "$folder" ]; do
			chmod a+x "$folder"
			[ "$folder" != "$BATS_RUN_TMPDIR" ] || break
			folder=${folder%/*}
		done
	fi
	under "${user[@]}" bash -c 'ulimit -u 1 && exec "$@"' bash
}

@test "a user who may start no process is told so, and all else is done" {
	[[ $SOCKIT != *-sanitize* ]] || skip "a sanitizer starts threads"
	with_one_process
	sockit --version >/dev/null || skip "no other user can run the program"
	do_jobs $plain_jobs
	start_server --handler echo
	run_sockit -126 tcp-connect 127.0.0.1 "$port" -- cat
	[ "$output" = "sockit tcp-connect: cannot run cat: resource temporarily unavailable" ]
	run_sockit -1 tcp-connect localhost "$port"
	[ "$output" = 'sockit tcp-connect: cannot look up "localhost": resource temporarily unavailable' ]
}
