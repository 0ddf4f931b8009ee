/* SPDX-License-Identifier: ISC */
/* sandbox.h - forbid ourselves what serving does not need, so that a fault in us is worth little.
 *
 * Nothing depends on it: where the system has no such thing, or refuses, serving goes on without.
 * On Linux: no_new_privs and no core dumps; Landlock, which leaves reading files alone and allows
 * making, writing and removing them only where the caller says; and seccomp with a list of the
 * calls that are allowed (sandbox_calls_linux.c). A call that is not on the list fails
 * with EPERM; one that came after Linux 5.0 fails with ENOSYS, so that libc takes the way it has
 * for older kernels. Files may still be read.
 * On OpenBSD: unveil(2), which does what Landlock does, and pledge(2), where sealed processes may
 * make sockets all the same: without that right no server could accept. */
#ifndef CORE_OS_SANDBOX_SANDBOX_H
#define CORE_OS_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

struct sandbox {
	/* Directories beneath which files may still be made, written and removed; NULL entries are
	 * passed over. */
	const char *const *writable;
	size_t count;

	/* No socket is made, bound or connected any more, no name looked up, no thread started, and
	 * no abstract Unix socket of another program is sent to. */
	bool sealed;
};

/* Enter it, for good, this process and its later threads. What took effect, for a log line
 * ("no_new_privs, landlock, seccomp"; "nothing" at the least). Static text. */
const char *sandbox_enter(const struct sandbox *sandbox);

#endif
