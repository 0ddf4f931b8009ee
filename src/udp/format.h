/* SPDX-License-Identifier: ISC */
/* format.h - a datagram as it is written out. Pure. */
#ifndef UDP_FORMAT_H
#define UDP_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "core/addr/addr.h"

struct bytes;

enum format_kind { FORMAT_RAW, FORMAT_LINE, FORMAT_HEX, FORMAT_JSON };

/* The words for --format, in the order of enum format_kind; ends with NULL. */
extern const char *const format_names[];

/* A datagram that was received. */
struct datagram {
	const unsigned char *data;
	size_t size;	/* bytes at DATA */
	size_t whole;	/* bytes that it had */
	size_t segment; /* not 0: several of so many bytes, the last may be shorter */
	const struct addr *peer;
	const struct addr *asked;  /* where it was sent to; size 0: unknown */
	const struct addr *answer; /* where answers come from; size 0: any */
	struct timespec time;
	int64_t delay_ns; /* of a reply: since what was sent last; else -1 */
};

/* Append D to OUT as KIND says; FROM puts `ADDRESS:PORT: ` before FORMAT_RAW. Whatever the payload
 * holds, line, hex and json are plain lines of UTF-8 that no terminal takes for commands. */
void format_add(struct bytes *out, enum format_kind kind, bool from, const struct datagram *d);

#endif
