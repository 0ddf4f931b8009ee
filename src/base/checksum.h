/* SPDX-License-Identifier: ISC */
/* checksum.h - the checksums of the Internet and of Ethernet. Pure. */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Add SIZE bytes to the ones' complement SUM (0 at first). All pieces but the last must be of even
 * size. (RFC 1071) */
uint64_t checksum_add(uint64_t sum, const void *data, size_t size);

/* As checksum_add, for one number of 16 or 32 bits. */
uint64_t checksum_add_number(uint64_t sum, uint32_t number);

/* The checksum for SUM, in host order. */
uint16_t checksum_finish(uint64_t sum);

/* The Ethernet frame check sequence (CRC-32 of IEEE 802.3) of SIZE bytes; its least significant
 * byte is sent first. */
uint32_t checksum_crc(const void *data, size_t size);

/* Write the checksum_crc of the SIZE bytes at DATA after them. */
enum { CHECKSUM_CRC_SIZE = 4 };
void checksum_put_crc(unsigned char *data, size_t size);

/* CRC-32c (Castagnoli) of SIZE bytes. (RFC 9260 appendix A) */
uint32_t checksum_crc32c(const void *data, size_t size);

#endif
