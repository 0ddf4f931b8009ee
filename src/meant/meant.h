/* SPDX-License-Identifier: ISC */
/* meant.h - translate command lines of socat, nc and dig for sockit; only for hints, nothing is
 * run. */
#ifndef MEANT_MEANT_H
#define MEANT_MEANT_H

#include <stdbool.h>

struct bytes;

/* Append to OUT the command line, quoted for a shell, that does what the ARGC words at ARGV mean to
 * socat (`TCP-LISTEN:8080,fork EXEC:cmd`), to nc (`-lvnp 4444`, or `nc` and its words) or to dig
 * (`@127.0.0.1 example.test MX`, or `dig` and its words). What has no counterpart is left out.
 * False, and OUT is unchanged, if the words mean nothing to any of them. */
bool meant_add(int argc, char *const argv[], struct bytes *out);

#endif
