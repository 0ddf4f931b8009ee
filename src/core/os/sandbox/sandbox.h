/* SPDX-License-Identifier: ISC */
/* sandbox.h - drop rights that serving does not need, so that a fault in this program is worth
 * little.
 *
 * Nothing depends on it: if the system has no sandbox, or refuses, serving goes on without. On
 * Linux: no_new_privs and no core dumps; Landlock, which leaves reading files alone and allows
 * creating, writing and removing them only where the caller says; and seccomp with a list of the
 * calls that are allowed (sandbox_calls_linux.c). A call that is not on the list fails with EPERM;
 * one that was added after Linux 5.0 fails with ENOSYS, so that libc does what it does on older
 * kernels. Files may still be read.
 *
 * On OpenBSD: unveil(2), which does what Landlock does, and pledge(2), where even sealed processes
 * may create sockets: without that right no server could accept. */
#ifndef CORE_OS_SANDBOX_SANDBOX_H
#define CORE_OS_SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

struct sandbox {
	/* Directories beneath which files may still be created, written and removed; NULL entries
	 * are ignored. */
	const char *const *writable;
	size_t count;

	/* From then on no socket is made, bound or connected, no name is looked up, no thread is
	 * started, and nothing is sent to an abstract Unix socket of another program. */
	bool sealed;
};

/* Enter it, for good, for this process and its later threads. Returns what took effect, for a log
 * line ("no_new_privs, landlock, seccomp"; "nothing" at the least). Static text. */
const char *sandbox_enter(const struct sandbox *sandbox);

#endif
