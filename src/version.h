/* SPDX-License-Identifier: ISC */
/* version.h - what this binary is, how it was built, and what it can do here. */
#ifndef VERSION_H
#define VERSION_H

#include <stdbool.h>
#include <stdio.h>

/* Write `sockit VERSION` to OUT; if VERBOSE, also the compiler, the C library, the platform, the
 * poller, and the features of the kernel that sockit can use, on a line each: what a bug report
 * needs. */
void version_write(FILE *out, bool verbose);

#endif
