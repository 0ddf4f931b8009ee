/* SPDX-License-Identifier: ISC */
/* sandbox_calls.h - the seccomp part of sandbox.h. */
#ifndef CORE_OS_SANDBOX_SANDBOX_CALLS_H
#define CORE_OS_SANDBOX_SANDBOX_CALLS_H

#include <stdbool.h>

struct sandbox;

/* Allow this process only the system calls that SANDBOX needs. False: not supported by the system,
 * or by this file for its architecture. no_new_privs must be set already. */
bool sandbox_calls_limit(const struct sandbox *sandbox);

#endif
