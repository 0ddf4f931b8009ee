/* SPDX-License-Identifier: ISC */
/* udp_format.c - tests of udp/format.h: untrusted datagrams come out as harmless text. */
#include "udp/format.h"

#include "base/bytes.h"
#include "base/text.h"
#include "tap.h"

enum { LONGEST = 65507, PORT = 4242 };

static struct addr peer, asked;
static const struct addr none = {.size = 0};

static struct datagram datagram_of(const void *data, size_t size)
{
	return (struct datagram){.data = data,
		.size = size,
		.whole = size,
		.peer = &peer,
		.asked = &asked,
		.answer = &none,
		.delay_ns = -1};
}

static bool makes(enum format_kind kind, bool from, const struct datagram *d, const char *text)
{
	struct bytes out = {0};
	bool same;

	format_add(&out, kind, from, d);
	same = tap_same(bytes_text(&out), text);
	if (!same)
		printf("# got %s\n", bytes_text(&out));
	bytes_release(&out);
	return same;
}

static void test_forms(void)
{
	struct datagram d = datagram_of("a\nb", 3);

	OK(makes(FORMAT_RAW, false, &d, "a\nb"), "raw");
	OK(makes(FORMAT_RAW, true, &d, "127.0.0.1:4242: a\nb"), "raw with the sender");
	OK(makes(FORMAT_LINE, false, &d, "127.0.0.1:4242: a\\nb\n"), "a line");
	OK(makes(FORMAT_HEX, false, &d,
		   "127.0.0.1:4242: 3 bytes\n00000000  61 0a 62                             "
		   "             |a.b|\n"),
		"hex");
	d.whole = 9;
	d.delay_ns = 1500000;
	OK(makes(FORMAT_JSON, false, &d,
		   "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"source\":\"127.0.0.1\",\"port\":"
		   "4242,\"destination\":\"127.0.0.1\",\"size\":9,\"truncated\":true,\"data\":"
		   "\"a\\nb\",\"seconds\":0.001500}\n"),
		"JSON of a reply that was cut");
	d = datagram_of("\xff", 1);
	d.peer = d.asked = &none;
	OK(makes(FORMAT_JSON, false, &d,
		   "{\"time\":\"1970-01-01T00:00:00.000000Z\",\"size\":1,\"truncated\":false,"
		   "\"data_base64\":\"/w==\"}\n"),
		"JSON of a nameless one that is not text");
	OK(makes(FORMAT_LINE, false, &d, "unix:: \\xff\n"), "a line of a nameless one");
}

/* Whether it is one line of plain UTF-8, whatever comes. */
static bool is_harmless(enum format_kind kind, const struct datagram *d)
{
	struct bytes out = {0};
	size_t lines = 0, controls = 0;
	bool good;

	format_add(&out, kind, false, d);
	for (size_t i = 0; i < out.size; i++) {
		lines += out.data[i] == '\n';
		controls += out.data[i] < ' ' || out.data[i] == 0x7f;
	}
	good = !out.failed && controls == lines && text_is_utf8(out.data, out.size) &&
		out.data[out.size - 1] == '\n' && (kind == FORMAT_HEX || lines == 1);
	bytes_release(&out);
	return good;
}

static void test_hostile(void)
{
	static const enum format_kind kinds[] = {FORMAT_LINE, FORMAT_HEX, FORMAT_JSON};
	static unsigned char data[LONGEST];
	uint32_t seed = 1;
	struct addr hostile;

	for (size_t i = 0; i < sizeof(data); i++) {
		seed = seed * 1664525 + 1013904223;
		data[i] = (unsigned char)(seed >> 24);
	}
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		size_t bad = 0;

		for (size_t size = 0; size < 2000; size++) {
			struct datagram d = datagram_of(data + size * 7, size % 97);

			bad += !is_harmless(kinds[k], &d);
		}
		OK(bad == 0, "random bytes as %s", format_names[kinds[k]]);
		OK(is_harmless(kinds[k],
			   &(struct datagram){.data = data,
				   .size = LONGEST,
				   .whole = LONGEST,
				   .peer = &peer,
				   .asked = &none,
				   .delay_ns = -1}),
			"65507 bytes as %s", format_names[kinds[k]]);
		addr_set_unix(&hostile, "@\033[2J\r\n\xff");
		OK(is_harmless(kinds[k],
			   &(struct datagram){.data = data,
				   .size = 5,
				   .whole = 5,
				   .peer = &hostile,
				   .asked = &none,
				   .delay_ns = -1}),
			"a hostile name of the sender as %s", format_names[kinds[k]]);
	}
}

int main(void)
{
	addr_loopback(AF_INET, PORT, &peer);
	addr_loopback(AF_INET, 0, &asked);
	test_forms();
	test_hostile();
	return tap_end();
}
