/* SPDX-License-Identifier: ISC */
/* bytes.h - a byte string that grows. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"

/* All zero is the empty string. DATA holds SIZE bytes, in a block of ROOM bytes. FAILED is set once
 * memory has run out, and stays set: what was to be added then is missing. So a run of additions
 * needs only one check at the end, and no half-built string is ever used unnoticed. */
struct bytes {
	unsigned char *data;
	size_t size;
	size_t room;
	bool failed;
};

/* Make room for N more bytes. 0, or -1 with errno ENOMEM (and FAILED set). */
int bytes_reserve(struct bytes *b, size_t n) CHECKED;

/* Append N bytes, one byte, a string without its NUL, or printf(3)-formatted text. Failure sets
 * FAILED. */
void bytes_add(struct bytes *b, const void *data, size_t n);
void bytes_add_byte(struct bytes *b, unsigned char byte);
void bytes_add_text(struct bytes *b, const char *text);
void bytes_add_format(struct bytes *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void bytes_add_vformat(struct bytes *b, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Append the lower two bytes of NUMBER in network order. */
void bytes_add_be16(struct bytes *b, size_t number);

/* Append the contents of MORE; if memory ran out for MORE, B is marked as FAILED too. */
void bytes_join(struct bytes *b, const struct bytes *more);

/* Remove the first N (at most SIZE) bytes. */
void bytes_drop(struct bytes *b, size_t n);

/* Discard the contents, keep the block, and clear FAILED. */
void bytes_clear(struct bytes *b);

/* The bytes from AT (at most SIZE) on, to be read or changed in place; never NULL, because C does
 * not even allow adding 0 to that. */
unsigned char *bytes_from(const struct bytes *b, size_t at);

/* DATA as a C string (with a NUL after it that SIZE does not count); "" if memory ran out. Valid
 * until B changes. */
const char *bytes_text(struct bytes *b);

/* As bytes_text for a text that explains a failure: "out of memory" if memory ran out. */
const char *bytes_reason(struct bytes *b);

/* Append WHY, which explains a failure, or "out of memory" if memory ran out for WHY. */
void bytes_add_reason(struct bytes *b, const struct bytes *why);

/* Whether B holds anything, or would if memory had not run out. */
bool bytes_any(const struct bytes *b);

/* Whether memory ran out for any string, in any thread, since the last call. */
bool bytes_lost(void);

/* Free the block and make B empty again. */
void bytes_release(struct bytes *b);

/* A hash of SIZE bytes (FNV-1a, 64 bits), for tables. To hash several pieces, pass the hash of each
 * as the SEED of the next; the SEED of the first is BYTES_HASH_SEED. */
#define BYTES_HASH_SEED UINT64_C(14695981039346656037)
uint64_t bytes_hash(uint64_t seed, const void *data, size_t size);

#endif
