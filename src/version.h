/* SPDX-License-Identifier: ISC */
/* version.h - what this binary is, what it was built with, and what it can do here. */
#ifndef VERSION_H
#define VERSION_H

#include <stdbool.h>
#include <stdio.h>

/* Write `sockit VERSION` to OUT; if VERBOSE also, a line each, the compiler, the C library, the
 * platform, the poller, and what of the kernel's sockit can use: what a bug report needs. */
void version_write(FILE *out, bool verbose);

#endif
