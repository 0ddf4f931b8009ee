/* SPDX-License-Identifier: ISC */
/* meant.h - command lines of socat, nc and dig, in sockit's words: for hints, nothing is run. */
#ifndef MEANT_MEANT_H
#define MEANT_MEANT_H

#include <stdbool.h>

struct bytes;

/* Append to OUT the command line, quoted for a shell, that does what ARGC words at ARGV ask of
 * socat (`TCP-LISTEN:8080,fork EXEC:cmd`), of nc (`-lvnp 4444`, or `nc` and its words) or of dig
 * (`@127.0.0.1 example.test MX`, or `dig` and its words). False, and OUT is left alone, where the
 * words are of none of them. What has no counterpart is left out. */
bool meant_add(int argc, char *const argv[], struct bytes *out);

#endif
