/* SPDX-License-Identifier: ISC */
/* crlf.c - line ends, and dumps: text made of bytes. */
#include "../fuzz/crlf.c"

#include "../fuzz/corpus.h"
#include "base/hexdump.h"
#include "tap.h"

/* Whether IN is sent as EXPECTED, whole and however it is cut. */
static bool sends(const char *in, const char *expected)
{
	const unsigned char *data = (const unsigned char *)in;
	struct bytes out = {0};
	bool good;

	pieces_run(&crlf_subject, data, strlen(in), 0, 0, &out);
	good = tap_same(bytes_text(&out), expected);
	bytes_release(&out);
	return good && pieces_agree(&crlf_subject, data, strlen(in), strlen(in) + 1);
}

static void test_crlf(void)
{
	OK(sends("", "") && sends("plain", "plain"), "text without a newline stays");
	OK(sends("a\nb\n", "a\r\nb\r\n"), "LF becomes CRLF");
	OK(sends("a\r\nb\r\n", "a\r\nb\r\n"), "CRLF stays");
	OK(sends("\n\n\r\n\n", "\r\n\r\n\r\n\r\n"), "one by one");
	OK(sends("a\rb\r\r\n\r", "a\rb\r\r\n\r"), "a CR alone stays");
}

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
	test_crlf();
	test_hexdump();
	OK(corpus_run("crlf", LLVMFuzzerTestOneInput) > 0, "the fuzzer's corpus");
	return tap_end();
}
