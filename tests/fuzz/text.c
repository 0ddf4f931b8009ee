/* SPDX-License-Identifier: ISC */
/* text.c - TEXT with its escapes, hexadecimal, base64 and UTF-8, encoded and decoded.
 *
 * covers: base/text.c */
#include "base/text.h"

#include <locale.h>
#include <wchar.h>

#include "base/bytes.h"
#include "fuzz.h"

enum { COLUMN = 4, WIDTH = 24 };

static bool is_same(const struct bytes *b, const void *data, size_t size)
{
	return b->size == size && (size == 0 || memcmp(b->data, data, size) == 0);
}

/* Text that is made visible has no control characters, and as an escaped text means the same. */
static void show_and_read(const uint8_t *data, size_t size)
{
	struct bytes shown = {0}, back = {0};
	uint32_t code;

	text_add_visible(&shown, data, size);
	for (size_t at = 0, n; at < shown.size; at += n) {
		n = text_utf8_next(shown.data + at, shown.size - at, &code);
		must(n > 0 && text_is_plain(code));
	}
	must(text_unescape(bytes_text(&shown), &back) == NULL && is_same(&back, data, size));
	bytes_release(&shown);
	bytes_release(&back);
}

static void base64_and_back(const uint8_t *data, size_t size)
{
	struct bytes text = {0};
	unsigned char *back = malloc(size + 1);
	size_t n;

	must(back != NULL);
	text_add_base64(&text, data, size);
	must(text.size == (size + 2) / 3 * 4);
	must(text_unbase64(bytes_text(&text), text.size, back, size, &n) && n == size);
	must(memcmp(back, data, size) == 0);
	must(size == 0 || !text_unbase64(bytes_text(&text), text.size, back, size - 1, &n));
	free(back);
	bytes_release(&text);
}

static void hex_and_back(const uint8_t *data, size_t size)
{
	struct bytes text = {0}, back = {0};

	for (size_t i = 0; i < size; i++)
		bytes_add_format(&text, "%02x%s", data[i], data[i] & 1 ? ":" : "");
	must(text_unhex(bytes_text(&text), text.size, &back) == NULL);
	must(is_same(&back, data, size));
	bytes_release(&text);
	bytes_release(&back);
}

/* Read untrusted text as it is. */
static void read_any(const char *text, size_t size)
{
	struct bytes out = {0};
	unsigned char *room = malloc(size + 1);
	size_t n;

	must(room != NULL);
	if (text_unescape(text, &out) == NULL)
		must(out.size <= strlen(text));
	bytes_clear(&out);
	if (text_unhex(text, size, &out) == NULL)
		must(out.size * 2 <= size);
	if (text_unbase64(text, size, room, size, &n))
		must(n <= size / 4 * 3);
	must(text_distance(text, text) == 0 || text_distance(text, text) == SIZE_MAX);
	must(text_distance("listen", text) == text_distance(text, "listen"));
	free(room);
	bytes_release(&out);
}

/* Compare with the UTF-8 of libc, which accepts some surrogates and codes over U+10FFFF. */
static void compare_utf8(const uint8_t *data, size_t size)
{
	static locale_t utf8;
	mbstate_t state = {0};
	uint32_t code = 0;
	wchar_t wide = 0;
	size_t ours, theirs;

	if (!utf8)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (!utf8 || size == 0)
		return;
	locale_t before = uselocale(utf8);
	theirs = mbrtowc(&wide, (const char *)data, size, &state);
	uselocale(before);
	ours = text_utf8_next(data, size, &code);
	if (theirs == 0)
		theirs = 1;
	if (ours > 0)
		must(theirs == ours && (uint32_t)wide == code);
	else if (theirs <= 4)
		must((wide >= 0xd800 && wide <= 0xdfff) || wide > 0x10ffff);
	must(!text_is_utf8(data, size) || ours > 0);
}

static void wrap(const char *text)
{
	char *folded = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&folded, &size);

	must(out != NULL);
	text_write_wrapped(out, text, COLUMN, WIDTH);
	must(fclose(out) == 0 && size >= 1 && folded[size - 1] == '\n');
	free(folded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	uint8_t *copy = fuzz_copy(data, size);

	show_and_read(copy, size);
	base64_and_back(copy, size);
	hex_and_back(copy, size);
	compare_utf8(copy, size);
	read_any(text, size);
	wrap(text);
	free(copy);
	free(text);
	return 0;
}
