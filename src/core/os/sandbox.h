/* SPDX-License-Identifier: ISC */
/* sandbox.h - forbid ourselves what serving does not need, so that a fault in us is worth little.
 *
 * Nothing depends on it: where the system has no such thing, or refuses, serving goes on without.
 * On Linux: no_new_privs and no core dumps; Landlock, which leaves reading files alone and allows
 * writing only where the caller says; seccomp, which denies (EPERM) starting programs and
 * processes, ptrace, mounts, modules, bpf, keys, io_uring, namespaces, and sockets of families that
 * are never used. Not an allow list: libcs change which calls they make. Threads may still be made,
 * and names looked up. */
#ifndef CORE_OS_SANDBOX_H
#define CORE_OS_SANDBOX_H

#include <stddef.h>

/* Directories beneath which files may still be made, written and removed; NULL entries are passed
 * over. */
struct sandbox {
	const char *const *writable;
	size_t count;
};

/* Enter it, for good, this process and its later threads. What took effect, for a log line
 * ("no_new_privs, landlock, seccomp"; "nothing" at the least). Static text. */
const char *sandbox_enter(const struct sandbox *sandbox);

#endif
