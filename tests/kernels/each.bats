#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# each.bats - each newer system call in turn is refused, as an older kernel or a container does, and
# every job of tests/kernels-lib.bash is done all the same (make check-all).

load ../lib
load ../kernels-lib

# each ERRNO CALL...
each() {
	local call failed=0
	need_filter
	for call in "${@:2}"; do
		under refuse "$1:$call" --
		do_jobs $plain_jobs $command_jobs || { echo "$1: $call" >&2 && failed=1; }
	done
	return "$failed"
}

@test "accepting and moving data" {
	each ENOSYS accept4 recvmmsg sendmmsg splice epoll_create1 ppoll socketpair
}

@test "accepting and moving data, forbidden" {
	each EPERM accept4 recvmmsg sendmmsg splice epoll_create1 ppoll socketpair
}

@test "files and descriptors" {
	each ENOSYS close_range faccessat2 flock statx prlimit64
}

@test "files and descriptors, forbidden" {
	each EPERM close_range faccessat2 flock prlimit64
}

@test "the sandbox" {
	each ENOSYS landlock_create_ruleset landlock_add_rule landlock_restrict_self prctl
}

@test "the sandbox, forbidden" {
	each EPERM landlock_create_ruleset landlock_add_rule landlock_restrict_self prctl
}

@test "capabilities, threads and random numbers" {
	each ENOSYS capget clone3 getrandom membarrier
}

@test "capabilities, threads and random numbers, forbidden" {
	each EPERM capget getrandom membarrier
}
