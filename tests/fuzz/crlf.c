/* SPDX-License-Identifier: ISC */
/* crlf.c - line ends, however the text is cut: every LF has a CR, and nothing else has changed.
 *
 * covers: tcp/taps/crlf.c */
#include "tcp/taps/crlf.h"

#include "pieces.h"

enum { CUTS = 64 };

static struct crlf crlf;

static void begin(void)
{
	crlf = (struct crlf){.after_cr = false};
}

static void take(const unsigned char *data, size_t size, struct bytes *out)
{
	crlf_change(&crlf, data, size, out);
}

static void end(struct bytes *out)
{
	(void)out;
}

static const struct pieces_subject crlf_subject = {begin, take, end};

/* Whether OUT is DATA with a CR added before each LF that had none. */
static bool crlf_is_right(const unsigned char *data, size_t size, const struct bytes *out)
{
	size_t at = 0;

	for (size_t i = 0; i < size; i++) {
		if (data[i] == '\n' && (i == 0 || data[i - 1] != '\r') &&
			(at >= out->size || out->data[at++] != '\r'))
			return false;
		if (at >= out->size || out->data[at++] != data[i])
			return false;
	}
	return at == out->size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes out = {0};
	struct bytes again = {0};
	bool good;

	pieces_run(&crlf_subject, data, size, 0, 0, &out);
	pieces_run(&crlf_subject, out.data ? out.data : data, out.size, 0, 0, &again);
	good = crlf_is_right(data, size, &out) && again.size == out.size &&
		pieces_agree(&crlf_subject, data, size, CUTS);
	bytes_release(&out);
	bytes_release(&again);
	if (!good)
		abort();
	return 0;
}
