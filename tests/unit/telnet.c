/* SPDX-License-Identifier: ISC */
/* telnet.c - which bytes of telnet are data, what is answered, and that nothing grows. */
#include "../fuzz/telnet.c"

#include "tap.h"

#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1

/* Whether IN comes out as DATA and is answered with REPLY, in one piece and however it is cut. */
static bool receives(const unsigned char *in, size_t size, const unsigned char *data,
	size_t data_size, const unsigned char *reply, size_t reply_size)
{
	struct bytes out = {0};
	bool good;

	pieces_run(&telnet_subject, in, size, 0, 0, &out);
	good = out.size == data_size + reply_size &&
		memcmp(bytes_text(&out), data, data_size) == 0 &&
		memcmp(bytes_text(&out) + data_size, reply, reply_size) == 0;
	bytes_release(&out);
	return good && pieces_agree(&telnet_subject, in, size, size + 1);
}

static void test_data(void)
{
	OK(receives(BYTES("plain\r\n"), BYTES("plain\r\n"), BYTES("")), "plain text stays");
	OK(receives(BYTES("a\xff\xff"
			  "b"),
		   BYTES("a\xff"
			 "b"),
		   BYTES("")),
		"255 sent twice is one byte 255");
	OK(receives(BYTES("a\xff\xf1\xff\xf9"
			  "b"),
		   BYTES("ab"), BYTES("")),
		"commands without an option are left out");
	OK(receives(BYTES("a\xff"), BYTES("a"), BYTES("")), "half a command at the end is dropped");
	OK(receives(BYTES("a\xff\xfd"), BYTES("a"), BYTES("")), "and one without its option");
	OK(receives(BYTES("a\0\r\0"), BYTES("a\0\r\0"), BYTES("")), "NULs stay");
}

static void test_negotiation(void)
{
	OK(receives(BYTES("\xff\xfd\x01x\xff\xfb\x03"), BYTES("x"),
		   BYTES("\xff\xfc\x01\xff\xfe\x03")),
		"DO is answered with WONT, WILL with DONT, in order");
	OK(receives(BYTES("\xff\xfc\x01\xff\xfe\x03x"), BYTES("x"), BYTES("")),
		"a refusal is not answered");
	OK(receives(
		   BYTES("\xff\xfd\xff\xff\xfb\xff"), BYTES(""), BYTES("\xff\xfc\xff\xff\xfe\xff")),
		"option 255 is an option like any other");
	OK(receives(
		   BYTES("\xff\xfd\x01\xff\xfd\x01\xff\xfd\x01"), BYTES(""), BYTES("\xff\xfc\x01")),
		"a refusal that waits serves the same request again");
}

static void test_subnegotiation(void)
{
	OK(receives(BYTES("a\xff\xfa\x18\x01xyz\xff\xf0"
			  "b"),
		   BYTES("ab"), BYTES("")),
		"a subnegotiation is skipped");
	OK(receives(BYTES("a\xff\xfa\x18\xff\xff\xf0\xff\xf0"
			  "b"),
		   BYTES("ab"), BYTES("")),
		"255 twice in it does not end it");
	OK(receives(BYTES("a\xff\xfa\x18\xff\xfd\x01"
			  "b"),
		   BYTES("ab"), BYTES("\xff\xfc\x01")),
		"another command in it does");
	OK(receives(BYTES("a\xff\xfa and so on"), BYTES("a"), BYTES("")),
		"one without an end is skipped");
}

static void test_flood(void)
{
	static unsigned char flood[3 * 100000];
	struct bytes out = {0};

	for (size_t i = 0; i < sizeof flood; i += 3) {
		flood[i] = 255;
		flood[i + 1] = i % 2 ? 251 : 253;
		flood[i + 2] = (unsigned char)(i / 3);
	}
	begin();
	telnet_receive(&telnet, flood, sizeof flood, &out);
	OK(out.size == 0 && telnet.due <= 2 * TELNET_OPTIONS, "a flood of requests is bounded");
	telnet_reply(&telnet, &out);
	OK(out.size <= 2 * TELNET_OPTIONS * TELNET_REPLY && telnet.due == 0,
		"and so are the answers");
	bytes_release(&out);
}

static void test_sending(void)
{
	struct bytes out = {0};

	telnet_send(BYTES("a\xff"
			  "b\xff"),
		&out);
	OK(out.size == 6 &&
			memcmp(out.data,
				"a\xff\xff"
				"b\xff\xff",
				6) == 0,
		"255 is sent twice");
	OK(telnet_comes_back(BYTES("\xff\xff\xfd\x01x")), "and comes back as it was");
	bytes_release(&out);
}

int main(void)
{
	test_data();
	test_negotiation();
	test_subnegotiation();
	test_flood();
	test_sending();
	bytes_release(&replies);
	return tap_end();
}
