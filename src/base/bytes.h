/* SPDX-License-Identifier: ISC */
/* bytes.h - a byte string that grows. */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"

/* All zero is the empty string. DATA has SIZE bytes that count, in a block of ROOM bytes. FAILED is
 * set once memory ran out, and stays: what was to be added then is not there. So a run of additions
 * needs one look at the end, and no string is ever used half-built unseen. */
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

/* Append the lower two bytes of NUMBER, the higher one first. */
void bytes_add_be16(struct bytes *b, size_t number);

/* Append what MORE has; where memory ran out for MORE, it did for B. */
void bytes_join(struct bytes *b, const struct bytes *more);

/* Take the first N (at most SIZE) bytes away. */
void bytes_drop(struct bytes *b, size_t n);

/* Forget the contents, keep the block, and clear FAILED. */
void bytes_clear(struct bytes *b);

/* The bytes from AT (at most SIZE) on, to be read or changed in place; never NULL, to which C
 * allows not even 0 to be added. */
unsigned char *bytes_from(const struct bytes *b, size_t at);

/* DATA as a C string (a NUL is kept behind it, not counted in SIZE); "" where memory ran out.
 * Valid until B changes. */
const char *bytes_text(struct bytes *b);

/* The same of what says why something failed: "out of memory" where memory ran out. */
const char *bytes_reason(struct bytes *b);

/* Append WHY, which says why something failed, or "out of memory" where it ran out for WHY. */
void bytes_add_reason(struct bytes *b, const struct bytes *why);

/* Whether B has anything, or would if memory had not run out. */
bool bytes_any(const struct bytes *b);

/* Whether memory ran out for any string, in any thread, since this was asked last. */
bool bytes_lost(void);

/* Free the block and make B empty again. */
void bytes_release(struct bytes *b);

/* A hash of SIZE bytes (FNV-1a, 64 bits), for tables. Several pieces are hashed by giving the hash
 * of the first as the SEED of the next; the first has BYTES_HASH_SEED. */
#define BYTES_HASH_SEED UINT64_C(14695981039346656037)
uint64_t bytes_hash(uint64_t seed, const void *data, size_t size);

#endif
