/* SPDX-License-Identifier: ISC */
/* text.h - text from the command line to bytes, and bytes from strangers to text. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/checked.h"
#include "base/status.h"

struct bytes;

/* The text file PATH ("-": standard input), at most MIB MiB, in memory that the caller frees. NULL,
 * with *STATUS and the reason in WHY; a file that contains a NUL is refused, because what follows
 * the NUL would be lost unnoticed. */
char *text_read_file(
	const char *path, unsigned mib, enum status *status, struct bytes *why) CHECKED;

/* Append TEXT to OUT with \n \r \t \0 \\ and \xHH replaced by the bytes they mean. NULL, or the
 * reason: an unknown or unfinished escape. */
const char *text_unescape(const char *text, struct bytes *out) CHECKED;

/* Append the bytes that TEXT, SIZE bytes long, spells in hexadecimal; blanks, colons and newlines
 * are allowed between bytes, not within one. NULL, or the reason. */
const char *text_unhex(const char *text, size_t size, struct bytes *out) CHECKED;

/* Decode one UTF-8 character from the SIZE (at least 1) bytes at DATA. Its length, 1 to 4, with its
 * code in *CODE; 0 if the bytes do not begin with a valid one (RFC 3629: no overlong forms, no
 * surrogates, nothing over U+10FFFF). */
size_t text_utf8_next(const unsigned char *data, size_t size, uint32_t *code);

/* Whether all SIZE bytes are valid UTF-8. */
bool text_is_utf8(const void *data, size_t size);

/* Whether the character CODE is visible as itself: it is neither a control character nor one that
 * changes the direction of text or has no width. */
bool text_is_plain(uint32_t code);

/* Append DATA in a form that cannot attack a terminal: control characters, invalid UTF-8,
 * bidirectional and zero-width controls and backslashes come out as \n, \r, \t, \\ or \xHH. */
void text_add_visible(struct bytes *out, const void *data, size_t size);

/* Write TEXT and a newline to OUT, whose current line already has COLUMN columns. It is broken
 * between words so that lines are shorter than WIDTH; further lines begin at COLUMN too. */
void text_write_wrapped(FILE *out, const char *text, int column, int width);

/* Append SIZE bytes as base64 (RFC 4648 section 4, padded). */
void text_add_base64(struct bytes *out, const void *data, size_t size);

/* Decode SIZE characters of base64 (padded) into OUT, which has ROOM bytes; *N is how many bytes
 * there were. False: it is not base64, or too long. */
bool text_unbase64(
	const char *text, size_t size, unsigned char *out, size_t room, size_t *n) CHECKED;

/* The number of single-letter changes (add, drop, replace, swap neighbors) from A to B; words over
 * 63 letters are simply far (SIZE_MAX). For "did you mean". */
size_t text_distance(const char *a, const char *b);

#endif
