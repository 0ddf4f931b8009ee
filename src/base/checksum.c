/* SPDX-License-Identifier: ISC */
/* checksum.c - the checksums of the Internet and of Ethernet. */
#include "base/checksum.h"

#define CRC_POLYNOMIAL	  0xedb88320U /* reflected */
#define CRC32C_POLYNOMIAL 0x82f63b78U

enum { CRC_TABLE = 256 };

uint64_t checksum_add(uint64_t sum, const void *data, size_t size)
{
	const unsigned char *p = data;
	size_t i;

	for (i = 0; i + 1 < size; i += 2)
		sum += (unsigned)p[i] << 8 | p[i + 1];
	if (i < size)
		sum += (unsigned)p[i] << 8;
	return sum;
}

uint64_t checksum_add_number(uint64_t sum, uint32_t number)
{
	return sum + (number >> 16) + (number & 0xffff);
}

uint16_t checksum_finish(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)~sum;
}

static void make_table(uint32_t table[CRC_TABLE], uint32_t polynomial)
{
	for (uint32_t i = 0; i < CRC_TABLE; i++) {
		uint32_t crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ polynomial : crc >> 1;
		table[i] = crc;
	}
}

static uint32_t crc_of(
	const void *data, size_t size, uint32_t table[CRC_TABLE], uint32_t polynomial)
{
	const unsigned char *p = data;
	uint32_t crc = UINT32_MAX;

	if (table[1] == 0)
		make_table(table, polynomial);
	for (size_t i = 0; i < size; i++)
		crc = crc >> 8 ^ table[(crc ^ p[i]) & 0xff];
	return ~crc;
}

uint32_t checksum_crc(const void *data, size_t size)
{
	static uint32_t table[CRC_TABLE];

	return crc_of(data, size, table, CRC_POLYNOMIAL);
}

uint32_t checksum_crc32c(const void *data, size_t size)
{
	static uint32_t table[CRC_TABLE];

	return crc_of(data, size, table, CRC32C_POLYNOMIAL);
}

void checksum_put_crc(unsigned char *data, size_t size)
{
	uint32_t crc = checksum_crc(data, size);

	for (size_t i = 0; i < CHECKSUM_CRC_SIZE; i++)
		data[size + i] = (unsigned char)(crc >> (8 * i));
}
