/* SPDX-License-Identifier: ISC */
/* hexdump.c - tests of base/hexdump.h. */
#include "base/hexdump.h"

#include "base/bytes.h"
#include "tap.h"

static bool dumps(const char *before, uint64_t offset, const void *data, size_t size,
	const char *after, const char *expected)
{
	struct bytes out = {0};
	bool good;

	hexdump_add(&out, before, offset, data, size, after);
	good = tap_same(bytes_text(&out), expected);
	if (!good)
		printf("# %s", bytes_text(&out));
	bytes_release(&out);
	return good;
}

static void test_hexdump(void)
{
	OK(dumps("", 0, "", 0, "", ""), "nothing is no line");
	OK(dumps("> ", 0, "Hi\n", 3, "",
		   "> 00000000  48 69 0a                                          |Hi.|\n"),
		"a short line");
	OK(dumps("", 0x1ff, "0123456789abcdef\x7f\xff", 18, "",
		   "000001ff  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  "
		   "|0123456789abcdef|\n"
		   "0000020f  7f ff                                             |..|\n"),
		"from any offset, over several lines");
	OK(dumps("", 0, "x", 1, " peer",
		   "00000000  78                                                |x|                "
		   "peer\n"),
		"with something behind it");
	OK(dumps("", UINT64_C(0x123456789a), "x", 1, "",
		   "123456789a  78                                                |x|\n"),
		"past four gigabytes");
}

int main(void)
{
	test_hexdump();
	return tap_end();
}
