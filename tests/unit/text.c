/* SPDX-License-Identifier: ISC */
/* text.c - tests of base/text.h. */
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DATA(text)   text, sizeof(text) - 1

static bool holds(const struct bytes *b, const char *data, size_t size)
{
	return b->size == size && (size == 0 || memcmp(b->data, data, size) == 0);
}

static void test_unescape(void)
{
	static const struct {
		const char *text, *data;
		size_t size;
		bool refused;
	} cases[] = {
		{"", DATA(""), false},
		{"plain", DATA("plain"), false},
		{"a\\nb\\r\\t\\\\", DATA("a\nb\r\t\\"), false},
		{"\\0x", DATA("\0x"), false},
		{"\\x00\\xff\\xFfg", DATA("\x00\xff\xffg"), false},
		{"\\x414", DATA("A4"), false},
		{"\\\\n", DATA("\\n"), false},
		{"end\\", DATA("end"), true},
		{"\\x", DATA(""), true},
		{"\\x4", DATA(""), true},
		{"\\xg0", DATA(""), true},
		{"\\x 1", DATA(""), true},
		{"\\a", DATA(""), true},
		{"\\N", DATA(""), true},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bytes b = {0};
		const char *reason = text_unescape(cases[i].text, &b);
		OK(!reason == !cases[i].refused && holds(&b, cases[i].data, cases[i].size),
			"escapes %zu %s", i, reason ? reason : "");
		bytes_release(&b);
	}
}

static const struct {
	const char *text;
	size_t text_size;
	const char *data;
	size_t size;
	bool refused;
} hex_texts[] = {
	{DATA(""), DATA(""), false},
	{DATA(" \t\r\n: "), DATA(""), false},
	{DATA("00fF"), DATA("\x00\xff"), false},
	{DATA("de:ad be\nef\n"), DATA("\xde\xad\xbe\xef"), false},
	{DATA("4"), DATA(""), true},
	{DATA("41 4"), DATA("A"), true},
	{DATA("4 1"), DATA(""), true},
	{DATA("4:1"), DATA(""), true},
	{DATA("0x41"), DATA(""), true},
	{DATA("g0"), DATA(""), true},
	{DATA("41\0"), DATA("A"), true},
	{DATA("\xff\xff"), DATA(""), true},
};

static void test_unhex(void)
{
	for (size_t i = 0; i < COUNT(hex_texts); i++) {
		struct bytes b = {0};
		/* A block without a NUL, so that a read beyond its end is detected. */
		char *text = malloc(hex_texts[i].text_size + 1);
		char *end = text + 1;
		memcpy(end, hex_texts[i].text, hex_texts[i].text_size);
		const char *reason = text_unhex(end, hex_texts[i].text_size, &b);
		OK(!reason == !hex_texts[i].refused &&
				holds(&b, hex_texts[i].data, hex_texts[i].size),
			"hex %zu %s", i, reason ? reason : "");
		bytes_release(&b);
		free(text);
	}
}

static const struct {
	const char *data;
	size_t size, length; /* length 0: not valid */
	uint32_t code;
} characters[] = {
	{DATA("\0"), 1, 0},
	{DATA("A"), 1, 'A'},
	{DATA("\x7f"), 1, 0x7f},
	{DATA("\xc2\x80"), 2, 0x80},
	{DATA("\xdf\xbf"), 2, 0x7ff},
	{DATA("\xe0\xa0\x80"), 3, 0x800},
	{DATA("\xed\x9f\xbf"), 3, 0xd7ff},
	{DATA("\xee\x80\x80"), 3, 0xe000},
	{DATA("\xef\xbf\xbf"), 3, 0xffff},
	{DATA("\xf0\x90\x80\x80"), 4, 0x10000},
	{DATA("\xf4\x8f\xbf\xbf"), 4, 0x10ffff},
	{DATA("\xc3\xa4x"), 2, 0xe4},
	{DATA("\x80"), 0, 0},
	{DATA("\xbf"), 0, 0},
	{DATA("\xc0\x80"), 0, 0},	  /* overlong NUL */
	{DATA("\xc1\xbf"), 0, 0},	  /* overlong */
	{DATA("\xe0\x9f\xbf"), 0, 0},	  /* overlong */
	{DATA("\xf0\x8f\xbf\xbf"), 0, 0}, /* overlong */
	{DATA("\xed\xa0\x80"), 0, 0},	  /* surrogate */
	{DATA("\xed\xbf\xbf"), 0, 0},	  /* surrogate */
	{DATA("\xf4\x90\x80\x80"), 0, 0}, /* over U+10FFFF */
	{DATA("\xf5\x80\x80\x80"), 0, 0},
	{DATA("\xf8\x88\x80\x80\x80"), 0, 0},
	{DATA("\xfe"), 0, 0},
	{DATA("\xff"), 0, 0},
	{DATA("\xc3"), 0, 0},
	{DATA("\xc3("), 0, 0},
	{DATA("\xe2\x82"), 0, 0},
	{DATA("\xf0\x9f\x98"), 0, 0},
};

static void test_utf8(void)
{
	for (size_t i = 0; i < COUNT(characters); i++) {
		uint32_t code = 0;
		size_t length = text_utf8_next(
			(const unsigned char *)characters[i].data, characters[i].size, &code);
		OK(length == characters[i].length && code == characters[i].code, "UTF-8 %zu", i);
	}
	OK(text_is_utf8(NULL, 0), "nothing is UTF-8");
	OK(text_is_utf8(DATA("na\xc3\xafve \xe2\x82\xac \xf0\x9f\x98\x80")), "a text is UTF-8");
	OK(!text_is_utf8(DATA("na\xefve")), "Latin-1 is not");
	OK(!text_is_utf8(DATA("cut \xe2\x82")), "a cut character is not");
}

static const struct {
	const char *data;
	size_t size;
	const char *text;
} raw_texts[] = {
	{DATA(""), ""},
	{DATA("plain \"text\" 'x' $(y) %s"), "plain \"text\" 'x' $(y) %s"},
	{DATA("na\xc3\xafve \xf0\x9f\x98\x80"), "na\xc3\xafve \xf0\x9f\x98\x80"},
	{DATA("\x1b[31mred"), "\\x1b[31mred"},
	{DATA("a\r\n\tb"), "a\\r\\n\\tb"},
	{DATA("C:\\n"), "C:\\\\n"},
	{DATA("\0\a\x7f"), "\\x00\\x07\\x7f"},
	{DATA("\xc2\x9b"
	      "31m"),
		"\\xc2\\x9b31m"}, /* C1: CSI */
	{DATA("\xc2\xa0"), "\xc2\xa0"},
	{DATA("\xe2\x80\xae"
	      "cod"),
		"\\xe2\\x80\\xaecod"},			    /* right-to-left override */
	{DATA("\xe2\x81\xa6"), "\\xe2\\x81\\xa6"},	    /* isolate */
	{DATA("\xe2\x80\x8b"), "\\xe2\\x80\\x8b"},	    /* zero-width space */
	{DATA("\xef\xbb\xbf"), "\\xef\\xbb\\xbf"},	    /* byte order mark */
	{DATA("\xf3\xa0\x81\x81"), "\\xf3\\xa0\\x81\\x81"}, /* tag */
	{DATA("\xff\xfe"), "\\xff\\xfe"},
	{DATA("\xc0\x9b"), "\\xc0\\x9b"},
	{DATA("\xe2\x80"), "\\xe2\\x80"},
};

static void test_visible(void)
{
	for (size_t i = 0; i < COUNT(raw_texts); i++) {
		struct bytes b = {0};
		text_add_visible(&b, raw_texts[i].data, raw_texts[i].size);
		OK(tap_same(bytes_text(&b), raw_texts[i].text), "visible %zu", i);
		bytes_release(&b);
	}
}

static void test_base64(void)
{
	/* RFC 4648 section 10, and the digits other than letters. */
	static const struct {
		const char *data;
		size_t size;
		const char *text;
	} cases[] = {
		{DATA(""), ""},
		{DATA("f"), "Zg=="},
		{DATA("fo"), "Zm8="},
		{DATA("foo"), "Zm9v"},
		{DATA("foob"), "Zm9vYg=="},
		{DATA("fooba"), "Zm9vYmE="},
		{DATA("foobar"), "Zm9vYmFy"},
		{DATA("\xfb\xff\x00"), "+/8A"},
		{DATA("\0"), "AA=="},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct bytes b = {0};
		text_add_base64(&b, cases[i].data, cases[i].size);
		OK(tap_same(bytes_text(&b), cases[i].text), "base64 \"%s\"", cases[i].text);
		bytes_release(&b);
	}
}

#define TEN "aaaaaaaaaa"
#define W63 TEN TEN TEN TEN TEN TEN "aaa"

static void test_distance(void)
{
	static const struct {
		const char *a, *b;
		size_t distance;
	} cases[] = {
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"port", "port", 0},
		{"prot", "port", 1},
		{"por", "port", 1},
		{"ports", "port", 1},
		{"part", "port", 1},
		{"kitten", "sitting", 3},
		{"ab", "ba", 1},
		{"ca", "abc", 3}, /* no letter is changed twice */
		{W63, W63, 0},
		{W63, "", 63},
		{W63 "a", "a", SIZE_MAX},
		{"a", W63 "a", SIZE_MAX},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		OK(text_distance(cases[i].a, cases[i].b) == cases[i].distance, "from %.8s to %.8s",
			cases[i].a, cases[i].b);
	}
}

int main(void)
{
	test_unescape();
	test_unhex();
	test_utf8();
	test_visible();
	test_base64();
	test_distance();
	return tap_end();
}
