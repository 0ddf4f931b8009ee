/* SPDX-License-Identifier: ISC */
/* format.h - write out a datagram. Pure. */
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
	size_t whole;	/* bytes it had */
	size_t segment; /* not 0: several datagrams of this many bytes; the last may be shorter */
	const struct addr *peer;
	const struct addr *asked;  /* the address to which it was sent; size 0: unknown */
	const struct addr *answer; /* the address from which to answer; size 0: any */
	struct timespec time;
	int64_t delay_ns; /* for a reply: the time since the last datagram sent; else -1 */
};

/* Append D to OUT in the format KIND; FROM puts `ADDRESS:PORT: ` before FORMAT_RAW. Whatever the
 * payload holds, line, hex and json are plain lines of UTF-8 that no terminal takes for
 * commands. */
void format_add(struct bytes *out, enum format_kind kind, bool from, const struct datagram *d);

#endif
