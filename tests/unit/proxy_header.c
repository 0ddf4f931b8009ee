/* SPDX-License-Identifier: ISC */
/* proxy_header.c - tests of tcp/proxy_header.h. */
#include "tcp/proxy/proxy_header.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "tap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DATA(text)   text, sizeof(text) - 1
#define SIGNATURE    "\r\n\r\n\0\r\nQUIT\n"
#define TEN	     "aaaaaaaaaa"
#define FIFTY	     TEN TEN TEN TEN TEN

static const struct {
	const char *data;
	size_t size;
	size_t used;	    /* of the data; what follows is the connection's */
	const char *source; /* "" for none; NULL: refused */
	const char *destination;
} headers[] = {
	{DATA("PROXY TCP4 192.0.2.1 198.51.100.2 5000 80\r\nGET"), 43, "192.0.2.1:5000",
		"198.51.100.2:80"},
	{DATA("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"), 56,
		"255.255.255.255:65535", "255.255.255.255:65535"},
	{DATA("PROXY TCP6 2001:db8::1 ::1 0 443\r\n\r\n"), 34, "[2001:db8::1]:0", "[::1]:443"},
	{DATA("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"), 37, "192.0.2.1:1", "[::1]:2"},
	{DATA("PROXY UNKNOWN\r\nx"), 15, "", ""},
	{DATA("PROXY UNKNOWN what ever it says \xff\r\nx"), 35, "", ""},
	{DATA("PROXY UNKNOWN " FIFTY FIFTY "\r\n"), 107, NULL, NULL},
	{DATA("PROXY UNKNOWN " FIFTY TEN TEN TEN TEN "a\r\n"), 107, "", ""},
	{DATA("PROXY UNKNOWNX\r\n"), 16, NULL, NULL},
	{DATA("GET / HTTP/1.0\r\n"), 1, NULL, NULL},
	{DATA("PROXY\r\n"), 6, NULL, NULL},
	{DATA("PROXY \r\n"), 8, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.1 198.51.100.2 5000 80\n"), 42, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.1 198.51.100.2 5000 80\rx"), 43, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.1 198.51.100.2 5000\r\n"), 40, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.1 198.51.100.2 5000 80 1\r\n"), 45, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.1 198.51.100.2 5000 80 \r\n"), 44, NULL, NULL},
	{DATA("PROXY TCP4  192.0.2.1 198.51.100.2 5000 80\r\n"), 44, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.256 198.51.100.2 5000 80\r\n"), 45, NULL, NULL},
	{DATA("PROXY TCP4 2130706433 198.51.100.2 5000 80\r\n"), 44, NULL, NULL},
	{DATA("PROXY TCP4 ::1 ::1 5000 80\r\n"), 28, NULL, NULL},
	{DATA("PROXY TCP6 192.0.2.1 192.0.2.1 5000 80\r\n"), 40, NULL, NULL},
	{DATA("PROXY TCP6 fe80::1%lo ::1 5000 80\r\n"), 35, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.1 198.51.100.2 65536 80\r\n"), 44, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.1 198.51.100.2 05000 80\r\n"), 44, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.1 198.51.100.2 -1 80\r\n"), 41, NULL, NULL},
	{DATA("PROXY UDP4 192.0.2.1 198.51.100.2 1 80\r\n"), 40, NULL, NULL},
	{DATA("PROXY TCP4 192.0.2.1\0 198.51.100.2 1 80\r\n"), 21, NULL, NULL},
	{DATA(SIGNATURE "\x21\x11\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x02\x13\x88\0\x50GET"), 28,
		"192.0.2.1:5000", "198.51.100.2:80"},
	{DATA(SIGNATURE "\x21\x12\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x02\x13\x88\0\x50"), 28,
		"192.0.2.1:5000", "198.51.100.2:80"},
	{DATA(SIGNATURE "\x21\x11\0\x11\xc0\0\x02\x01\xc6\x33\x64\x02\x13\x88\0\x50\x04\0\x02zy-"),
		33, "192.0.2.1:5000", "198.51.100.2:80"},
	{DATA(SIGNATURE "\x21\x21\0\x24\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
			"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\x07\x01\xbb-"),
		52, "[2001:db8::1]:7", "[::1]:443"},
	{DATA(SIGNATURE "\x21\x21\0\x24\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x01"
			"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\x07\x01\xbb"),
		52, "192.0.2.1:7", "[::1]:443"},
	{DATA(SIGNATURE "\x20\0\0\0x"), 16, "", ""},
	{DATA(SIGNATURE "\x20\x11\0\x03"
			"abcx"),
		19, "", ""},
	{DATA(SIGNATURE "\x20\xff\0\0x"), 16, "", ""},
	{DATA(SIGNATURE "\x21\0\0\x03"
			"abcx"),
		19, "", ""},
	{DATA(SIGNATURE "\x21\x10\0\0x"), 16, "", ""},
	{DATA(SIGNATURE "\x21\x11\0\x0b"), 16, NULL, NULL},
	{DATA(SIGNATURE "\x21\x21\0\x23"), 16, NULL, NULL},
	{DATA(SIGNATURE "\x21\x31\0\xd7"), 16, NULL, NULL},
	{DATA(SIGNATURE "\x21\x41\0\0"), 16, NULL, NULL},
	{DATA(SIGNATURE "\x21\x13\0\x0c"), 16, NULL, NULL},
	{DATA(SIGNATURE "\x22\x11\0\x0c"), 16, NULL, NULL},
	{DATA(SIGNATURE "\x11\x11\0\x0c"), 16, NULL, NULL},
	{DATA("\r\n\r\n\0\r\nQUIT\r"), 12, NULL, NULL},
	{DATA("\r\nGET"), 3, NULL, NULL},
};

static bool shows(const struct addr *addr, const char *text)
{
	char shown[ADDR_TEXT];

	return *text ? addr->size > 0 && strcmp(addr_text(addr, shown), text) == 0
		     : addr->size == 0;
}

static bool is_right(const struct proxy_header *h, size_t i)
{
	if (!headers[i].source)
		return h->state == PROXY_HEADER_BAD && h->reason;
	return h->state == PROXY_HEADER_DONE && shows(&h->source, headers[i].source) &&
		shows(&h->destination, headers[i].destination);
}

/* Feed all of header I, the first CUT bytes apart, each from a block of just that size. */
static size_t feed_cut(struct proxy_header *h, size_t i, size_t cut)
{
	const size_t part[2] = {cut, headers[i].size - cut};
	size_t used = 0;

	*h = (struct proxy_header){0};
	for (size_t p = 0; p < 2; p++) {
		unsigned char *block = malloc(part[p] + 1);

		memcpy(block + 1, headers[i].data + (p ? cut : 0), part[p]);
		used += proxy_header_feed(h, block + 1, part[p]);
		free(block);
	}
	return used;
}

static void test_parse(void)
{
	for (size_t i = 0; i < COUNT(headers); i++) {
		struct proxy_header h;
		bool good = true;
		size_t used = 0;

		for (size_t cut = 0; cut <= headers[i].size; cut++) {
			good = good && feed_cut(&h, i, cut) == headers[i].used && is_right(&h, i);
			good = good && proxy_header_feed(&h, "x", 1) == 0;
		}
		OK(good, "header %zu, cut at every place", i);
		h = (struct proxy_header){0};
		for (size_t n = 0; n < headers[i].size; n++)
			used += proxy_header_feed(&h, headers[i].data + n, 1);
		OK(used == headers[i].used && is_right(&h, i), "header %zu, byte by byte", i);
	}
}

static void test_incomplete(void)
{
	for (size_t i = 0; i < COUNT(headers); i++) {
		struct proxy_header h = {0};

		if (!headers[i].source)
			continue;
		OK(proxy_header_feed(&h, headers[i].data, headers[i].used - 1) ==
					headers[i].used - 1 &&
				h.state == PROXY_HEADER_MORE,
			"header %zu without its last byte is not complete", i);
	}
}

static void test_unix(void)
{
	unsigned char data[16 + 216 + 3] = SIGNATURE "\x21\x31\0\xd8/run/a.sock";
	struct proxy_header h = {0};
	char text[ADDR_TEXT];

	memcpy(data + 16 + 108, "\0name", 5);
	OK(proxy_header_feed(&h, data, sizeof data) == 232 && h.state == PROXY_HEADER_DONE,
		"a header with Unix addresses");
	OK(strcmp(addr_text(&h.source, text), "unix:/run/a.sock") == 0, "a path");
	OK(strcmp(addr_text(&h.destination, text), "unix:@name") == 0, "an abstract name");
	memset(data + 16, 'x', 216);
	h = (struct proxy_header){0};
	OK(proxy_header_feed(&h, data, sizeof data) == 232 && h.state == PROXY_HEADER_DONE &&
			strlen(addr_text(&h.source, text)) == 5 + 108,
		"a path without NUL");
	memset(data + 16, 0, 216);
	h = (struct proxy_header){0};
	OK(proxy_header_feed(&h, data, sizeof data) == 232 &&
			strcmp(addr_text(&h.source, text), "unix:") == 0,
		"an unnamed one");
}

static void test_longest(void)
{
	static unsigned char data[16 + 65535 + 1] =
		SIGNATURE "\x21\x11\xff\xff\x7f\0\0\x01\x7f\0\0\x02\0\x01\0\x02";
	struct proxy_header h = {0};
	size_t used = 0;

	for (size_t at = 0; at < sizeof data; at += 1000)
		used += proxy_header_feed(
			&h, data + at, sizeof data - at < 1000 ? sizeof data - at : 1000);
	OK(used == 16 + 65535 && h.state == PROXY_HEADER_DONE && shows(&h.source, "127.0.0.1:1"),
		"64 KiB of additions are passed over, and no byte of data with them");
}

static struct addr address(const char *host, uint16_t port)
{
	struct addr addr = {.size = 0};

	if (*host == '/')
		addr_set_unix(&addr, host);
	else
		addr_parse_numeric(host, port, &addr);
	return addr;
}

static const struct {
	const char *source, *destination;
	const char *v1, *v2;
	size_t v2_size;
} built[] = {
	{"192.0.2.1", "198.51.100.2", "PROXY TCP4 192.0.2.1 198.51.100.2 5000 80\r\n",
		DATA(SIGNATURE "\x21\x11\0\x0c\xc0\0\x02\x01\xc6\x33\x64\x02\x13\x88\0\x50")},
	{"2001:db8::1", "::1", "PROXY TCP6 2001:db8::1 ::1 5000 80\r\n",
		DATA(SIGNATURE "\x21\x21\0\x24\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
			       "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13\x88\0\x50")},
	{"192.0.2.1", "::1", "PROXY UNKNOWN\r\n", DATA(SIGNATURE "\x20\0\0\0")},
	{"/a", "/b", "PROXY UNKNOWN\r\n", DATA(SIGNATURE "\x20\0\0\0")},
};

static void test_build(void)
{
	for (size_t i = 0; i < COUNT(built); i++) {
		struct addr source = address(built[i].source, 5000);
		struct addr destination = address(built[i].destination, 80);
		struct bytes out = {0};

		proxy_header_add(&out, PROXY_HEADER_V1, &source, &destination);
		OK(tap_same(bytes_text(&out), built[i].v1), "version 1 of %s", built[i].source);
		bytes_clear(&out);
		proxy_header_add(&out, PROXY_HEADER_V2, &source, &destination);
		OK(out.size == built[i].v2_size && memcmp(out.data, built[i].v2, out.size) == 0,
			"version 2 of %s", built[i].source);
		bytes_release(&out);
	}
}

int main(void)
{
	test_parse();
	test_incomplete();
	test_unix();
	test_longest();
	test_build();
	return tap_end();
}
