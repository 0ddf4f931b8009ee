/* SPDX-License-Identifier: ISC */
/* crlf.c - line ends for the network: each LF becomes CRLF. */

#include "tcp/taps/crlf.h"

#include <string.h>

#include "base/bytes.h"

void crlf_change(struct crlf *crlf, const unsigned char *data, size_t size, struct bytes *out)
{
	const unsigned char *end = data + size, *newline;

	for (; data < end && (newline = memchr(data, '\n', (size_t)(end - data))); data = newline) {
		bool has_cr = newline > data ? newline[-1] == '\r' : crlf->after_cr;

		bytes_add(out, data, (size_t)(newline - data));
		bytes_add_text(out, has_cr ? "\n" : "\r\n");
		crlf->after_cr = false;
		newline++;
	}
	bytes_add(out, data, (size_t)(end - data));
	if (data < end)
		crlf->after_cr = end[-1] == '\r';
}
