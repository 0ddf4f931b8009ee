/* SPDX-License-Identifier: ISC */
/* checksum.c - tests of base/checksum.h. */
#include "base/checksum.h"

#include "tap.h"

static void test_known(void)
{
	/* RFC 1071 section 3. */
	static const unsigned char example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
	/* A header from Wikipedia's article on the IPv4 header checksum. */
	static const unsigned char header[] = {0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 0x11, 0, 0,
		0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7};

	OK(checksum_finish(checksum_add(0, example, sizeof(example))) == (uint16_t)~0xddf2,
		"the example of RFC 1071");
	OK(checksum_finish(checksum_add(0, header, sizeof(header))) == 0xb861, "an IPv4 header");
	OK(checksum_finish(0) == 0xffff, "nothing");
	OK(checksum_finish(checksum_add(0, "a", 1)) == (uint16_t)~0x6100, "an odd byte");
	OK(checksum_finish(checksum_add_number(0, 0x12345678)) == (uint16_t)~0x68ac, "a number");
}

static void test_large(void)
{
	static unsigned char ones[65535];

	memset(ones, 0xff, sizeof(ones));
	OK(checksum_finish(checksum_add(0, ones, sizeof(ones) - 1)) == 0, "65534 bytes of ones");
}

static void test_crc(void)
{
	OK(checksum_crc("123456789", 9) == 0xcbf43926U, "the check value of CRC-32");
	OK(checksum_crc("", 0) == 0, "CRC-32 of nothing");
}

int main(void)
{
	test_known();
	test_large();
	test_crc();
	return tap_end();
}
