/* SPDX-License-Identifier: ISC */
/* crlf.h - line ends for the network: each LF becomes CRLF. Pure. */
#ifndef TCP_TAPS_CRLF_H
#define TCP_TAPS_CRLF_H

#include <stdbool.h>
#include <stddef.h>

struct bytes;

/* All zero is the beginning. */
struct crlf {
	bool after_cr; /* the last byte so far was a CR */
};

/* Append SIZE bytes at DATA to OUT, adding a CR before each LF that has none, wherever the input
 * was cut. */
void crlf_change(struct crlf *crlf, const unsigned char *data, size_t size, struct bytes *out);

#endif
