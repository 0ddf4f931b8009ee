/* SPDX-License-Identifier: ISC */
/* crlf.c - tests of tcp/crlf.h: line ends. */
#include "../fuzz/crlf.c"

#include "tap.h"

/* Whether IN is sent as EXPECTED, in one piece and however it is cut. */
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

int main(void)
{
	test_crlf();
	return tap_end();
}
