/* SPDX-License-Identifier: ISC */
/* text.c - text from the command line to bytes, and bytes from strangers to text. */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"

enum {
	WORD_MAX = 63,
	BASE64_BITS = 6,
	BASE64_GROUP = 3, /* bytes that four digits carry */
	MIB_BITS = 20,
};

char *text_read_file(const char *path, unsigned mib, enum status *status, struct bytes *why)
{
	size_t size;
	char *text = fd_read_file(path, (size_t)mib << MIB_BITS, &size);

	if (text && strlen(text) == size)
		return text;
	if (text)
		*status = fail_with(why, STATUS_USAGE, "%s is not a text file", path);
	else if (errno == EFBIG)
		*status = fail_with(why, STATUS_FAILED,
			"cannot read %s: it exceeds the limit of %u MiB", path, mib);
	else
		*status = fail_with(why, status_of_errno(errno), "cannot read %s: %s", path,
			status_reason(errno));
	free(text);
	return NULL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that the two digits at TEXT spell, or -1. The second is not read if the first is not a
 * digit, so TEXT may end at once. */
static int hex_byte(const char *text)
{
	int high = hex_digit(text[0]);
	int low = high < 0 ? -1 : hex_digit(text[1]);

	return low < 0 ? -1 : high * 16 + low;
}

/* Append the byte that the escape at *TEXT, after its backslash, means, and step over it. */
static const char *unescape_one(const char **text, struct bytes *out)
{
	static const char letters[] = "nrt0\\";
	static const char meanings[] = "\n\r\t\0\\";
	char letter = *(*text)++;
	const char *found = letter != '\0' ? strchr(letters, letter) : NULL;

	if (found) {
		bytes_add_byte(out, (unsigned char)meanings[found - letters]);
		return NULL;
	}
	if (letter == '\0')
		return "(ends in a lone backslash)";
	if (letter != 'x')
		return "(unknown escape: there are \\n \\r \\t \\0 \\\\ and \\xHH)";

	int byte = hex_byte(*text);
	if (byte < 0)
		return "(\\x needs two hexadecimal digits)";
	bytes_add_byte(out, (unsigned char)byte);
	*text += 2;
	return NULL;
}

const char *text_unescape(const char *text, struct bytes *out)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, "\\");
		bytes_add(out, text, plain);
		text += plain;
		if (*text == '\0')
			break;

		text++;
		const char *reason = unescape_one(&text, out);
		if (reason)
			return reason;
	}
	return NULL;
}

static bool is_hex_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':';
}

const char *text_unhex(const char *text, size_t size, struct bytes *out)
{
	for (size_t i = 0; i < size;) {
		if (is_hex_space(text[i])) {
			i++;
			continue;
		}
		if (hex_digit(text[i]) < 0)
			return "(not hexadecimal)";
		if (i + 1 == size || is_hex_space(text[i + 1]))
			return "(half a byte: two hexadecimal digits each)";

		int byte = hex_byte(text + i);
		if (byte < 0)
			return "(not hexadecimal)";
		bytes_add_byte(out, (unsigned char)byte);
		i += 2;
	}
	return NULL;
}

/* The length that FIRST announces, with its payload bits in *CODE and the least code that needs so
 * many bytes in *LEAST; 0 for a byte that begins no character. */
static size_t utf8_begin(unsigned char first, uint32_t *code, uint32_t *least)
{
	static const struct {
		unsigned char mask, bits;
		uint32_t least;
	} forms[] = {
		{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if ((first & forms[i].mask) == forms[i].bits) {
			*code = first & (unsigned char)~forms[i].mask;
			*least = forms[i].least;
			return i + 1;
		}
	}
	return 0;
}

size_t text_utf8_next(const unsigned char *data, size_t size, uint32_t *code)
{
	uint32_t value = 0, least = 0;
	size_t length = utf8_begin(data[0], &value, &least);

	if (length == 0 || length > size)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((data[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (data[i] & 0x3f);
	}
	if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*code = value;
	return length;
}

bool text_is_utf8(const void *data, size_t size)
{
	const unsigned char *next = data;
	uint32_t code;

	while (size > 0) {
		size_t length = text_utf8_next(next, size, &code);
		if (length == 0)
			return false;
		next += length;
		size -= length;
	}
	return true;
}

bool text_is_plain(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{0x00, 0x1f},	    /* C0 */
		{0x7f, 0x9f},	    /* DEL, C1 */
		{0xad, 0xad},	    /* soft hyphen */
		{0x61c, 0x61c},	    /* Arabic letter mark */
		{0x180e, 0x180e},   /* Mongolian vowel separator */
		{0x200b, 0x200f},   /* zero-width, direction marks */
		{0x2028, 0x202e},   /* line and paragraph separators, embeddings */
		{0x2060, 0x206f},   /* word joiner, isolates, invisible operators */
		{0xfeff, 0xfeff},   /* byte order mark */
		{0xfff9, 0xfffb},   /* annotations */
		{0xe0000, 0xe007f}, /* tags */
	};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		if (code >= hidden[i].first && code <= hidden[i].last)
			return false;
	}
	return true;
}

static void add_escaped(struct bytes *out, const unsigned char *data, size_t size)
{
	static const char from[] = "\n\r\t\\";
	static const char to[] = "nrt\\";

	for (size_t i = 0; i < size; i++) {
		const char *found = memchr(from, data[i], sizeof(from) - 1);
		if (found)
			bytes_add_format(out, "\\%c", to[found - from]);
		else
			bytes_add_format(out, "\\x%02x", data[i]);
	}
}

/* How many of the SIZE bytes at DATA, up to the first exception, are ASCII to be shown as it is. */
static size_t plain_run(const unsigned char *data, size_t size)
{
	size_t length = 0;

	while (length < size && data[length] >= ' ' && data[length] <= '~' && data[length] != '\\')
		length++;
	return length;
}

void text_add_visible(struct bytes *out, const void *data, size_t size)
{
	const unsigned char *next = data;

	while (size > 0) {
		size_t run = plain_run(next, size);
		bytes_add(out, next, run);
		next += run;
		size -= run;
		if (size == 0)
			break;

		uint32_t code = 0;
		size_t length = text_utf8_next(next, size, &code);
		bool plain = length > 0 && code != '\\' && text_is_plain(code);

		if (length == 0)
			length = 1;
		if (plain)
			bytes_add(out, next, length);
		else
			add_escaped(out, next, length);
		next += length;
		size -= length;
	}
}

void text_write_wrapped(FILE *out, const char *text, int column, int width)
{
	int at = column;

	while (*text) {
		int length = (int)strcspn(text, " ");

		if (at > column && at + 1 + length >= width) {
			fprintf(out, "\n%*s", column, "");
			at = column;
		}
		at += fprintf(out, "%s%.*s", at > column ? " " : "", length, text);
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

void text_add_base64(struct bytes *out, const void *data, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *next = data;

	for (size_t i = 0; i < size; i += BASE64_GROUP) {
		size_t have = size - i < BASE64_GROUP ? size - i : BASE64_GROUP;
		uint32_t group = (uint32_t)next[i] << 16;
		if (have > 1)
			group |= (uint32_t)next[i + 1] << 8;
		if (have > 2)
			group |= next[i + 2];

		char quad[BASE64_GROUP + 1];
		for (size_t k = 0; k < sizeof(quad); k++) {
			size_t shift = BASE64_BITS * (BASE64_GROUP - k);
			quad[k] = k > have ? '=' : digits[group >> shift & 0x3f];
		}
		bytes_add(out, quad, sizeof(quad));
	}
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance, row by row; swaps look two rows back. */
size_t text_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	size_t a_size = strlen(a), b_size = strlen(b);

	if (a_size > WORD_MAX || b_size > WORD_MAX)
		return SIZE_MAX;
	for (size_t k = 0; k <= b_size; k++)
		row[k] = k;
	for (size_t i = 1; i <= a_size; i++) {
		size_t *spare = before;
		before = last;
		last = row;
		row = spare;

		row[0] = i;
		for (size_t k = 1; k <= b_size; k++) {
			size_t replaced = last[k - 1] + (a[i - 1] != b[k - 1]);
			row[k] = least(replaced, least(last[k], row[k - 1]) + 1);
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				row[k] = least(row[k], before[k - 2] + 1);
		}
	}
	return row[b_size];
}

static int base64_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool text_unbase64(const char *text, size_t size, unsigned char *out, size_t room, size_t *n)
{
	uint32_t bits = 0;
	unsigned count = 0;

	*n = 0;
	if (size % 4 != 0)
		return false;
	for (int pads = 0; pads < 2 && size > 0 && text[size - 1] == '='; pads++)
		size--;
	for (size_t i = 0; i < size; i++) {
		int value = base64_value(text[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count < 8)
			continue;
		if (*n == room)
			return false;
		count -= 8;
		out[(*n)++] = (unsigned char)(bits >> count);
	}
	return true;
}
