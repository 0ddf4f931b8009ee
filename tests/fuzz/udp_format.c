/* SPDX-License-Identifier: ISC */
/* udp_format.c - a datagram as line, hex and JSON: harmless text, from which its bytes can be
 * recovered. The first byte of the input tells how many more bytes the datagram had.
 *
 * covers: udp/format.c */
#include "udp/format.h"

#include "base/bytes.h"
#include "base/text.h"
#include "fuzz.h"

/* Plain lines of UTF-8, LINES of them. */
static bool is_plain_lines(const struct bytes *out, size_t lines)
{
	size_t found = 0, length;
	uint32_t code;

	for (size_t at = 0; at < out->size; at += length) {
		length = text_utf8_next(out->data + at, out->size - at, &code);
		found += out->data[at] == '\n';
		if (length == 0 || (code != '\n' && !text_is_plain(code)))
			return false;
	}
	return found == lines && out->data[out->size - 1] == '\n';
}

/* Whether the text after `ADDRESS:PORT: ` means the bytes of D. */
static bool line_comes_back(const struct bytes *out, const struct datagram *d)
{
	const char *text = strstr(bytes_text((struct bytes *)out), ": ") + 2;
	char *copy = strndup(text, strlen(text) - 1);
	struct bytes back = {0};
	bool good = copy && !text_unescape(copy, &back) && back.size == d->size &&
		memcmp(bytes_text(&back), d->data, d->size) == 0;

	bytes_release(&back);
	free(copy);
	return good;
}

static bool is_well_formed(enum format_kind kind, const struct datagram *d, size_t lines)
{
	struct bytes out = {0};
	bool good;

	format_add(&out, kind, true, d);
	good = is_plain_lines(&out, lines) && (kind != FORMAT_LINE || line_comes_back(&out, d));
	bytes_release(&out);
	return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct addr peer, none = {.size = 0};
	struct datagram d = {.peer = &peer, .asked = &none, .answer = &none, .delay_ns = -1};
	unsigned char *copy = malloc(size + 1);

	if (!copy || size == 0) {
		free(copy);
		return 0;
	}
	/* In its own memory, so that a checker detects reads beyond it. */
	d.size = size - 1;
	memcpy(copy, data + 1, d.size);
	d.data = copy;
	d.whole = d.size + *data;
	addr_parse_numeric("192.0.2.1", 53, &peer);
	if (!is_well_formed(FORMAT_LINE, &d, 1) || !is_well_formed(FORMAT_JSON, &d, 1) ||
		!is_well_formed(FORMAT_HEX, &d, 1 + (d.size + 15) / 16))
		abort();
	free(copy);
	return 0;
}
