/* SPDX-License-Identifier: ISC */
/* num.h - numbers, TIME, SIZE and RATE as people type them, and as they are shown.
 *
 * Parsers accept the whole text or nothing: no blanks, signs, hexadecimal or trailing letters. Each
 * returns NULL and stores the value, or returns the reason (static text, without the value, fit to
 * follow "bad NOUN: \"TEXT\" ") and stores nothing. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"

enum { NUM_TEXT = 32 };

#define NUM_NS_PER_MS INT64_C(1000000)
#define NUM_NS_PER_S  INT64_C(1000000000)

/* A decimal number from MIN to MAX. */
const char *num_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value) CHECKED;

/* TIME in nanoseconds: a decimal number, possibly with a fraction, and `ms`, `s` (the default), `m`
 * or `h`. At most 100 years. */
const char *num_parse_time(const char *text, int64_t *ns) CHECKED;

/* SIZE in bytes: a whole number and k, M, G or T (either case), powers of 1024. */
const char *num_parse_size(const char *text, uint64_t *size) CHECKED;

/* A count, or a count a second: a whole number and k, M or G, powers of 1000. */
const char *num_parse_count(const char *text, uint64_t *count) CHECKED;

/* BYTES for people, powers of 1024 with one decimal ("12 B", "12.0 KB", "3.4 GB"), into OUT. */
const char *num_show_size(double bytes, char out[NUM_TEXT]);

/* The ending of the noun that follows the number N: "" or "s", for "1 packet", "0 packets". */
const char *num_plural(uint64_t n);

/* NS for people: "0.003s", "12.5s", "3m05s", "2h03m". */
const char *num_show_time(int64_t ns, char out[NUM_TEXT]);

#endif
