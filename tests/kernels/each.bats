#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# each.bats - each newer system call in turn is refused, as by an older kernel or a container, and
# every job of tests/kernels-lib.bash is still done (make check-all).

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

@test "accepting" {
	each ENOSYS accept4 socketpair epoll_create1 epoll_pwait2 ppoll
}

@test "accepting, forbidden" {
	each EPERM accept4 socketpair epoll_create1 epoll_pwait2 ppoll
}

@test "moving data" {
	each ENOSYS recvmmsg sendmmsg splice preadv2 pwritev2
}

@test "moving data, forbidden" {
	each EPERM recvmmsg sendmmsg splice preadv2 pwritev2
}

@test "files and descriptors" {
	each ENOSYS close_range faccessat2 flock statx prlimit64
}

# of_32_bits - whether the program is (ELF, EI_CLASS).
of_32_bits() {
	[ "$(od -An -tu1 -j4 -N1 "$real")" -eq 1 ]
}

@test "files and descriptors, forbidden" {
	each EPERM close_range faccessat2 flock prlimit64
	# On 32 bits the C library has nothing else for a 64-bit time_t.
	of_32_bits || each EPERM statx
}

@test "the sandbox" {
	each ENOSYS landlock_create_ruleset landlock_add_rule landlock_restrict_self prctl filters
}

@test "the sandbox, forbidden" {
	each EPERM landlock_create_ruleset landlock_add_rule landlock_restrict_self prctl filters
}

@test "processes, capabilities and random numbers" {
	each ENOSYS clone3 pidfd_open pidfd_send_signal capget getrandom membarrier
}

@test "processes, capabilities and random numbers, forbidden" {
	each EPERM pidfd_open pidfd_send_signal capget getrandom membarrier
}
