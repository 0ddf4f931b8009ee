/* SPDX-License-Identifier: ISC */
/* be.h - numbers in network byte order: big-endian, the highest byte first. */
#ifndef BASE_BE_H
#define BASE_BE_H

#include <stddef.h>
#include <stdint.h>

/* The two-byte or four-byte number at DATA. */
static inline uint16_t be16_get(const unsigned char *data)
{
	return (uint16_t)(data[0] << 8 | data[1]);
}

static inline uint32_t be32_get(const unsigned char *data)
{
	return (uint32_t)be16_get(data) << 16 | be16_get(data + 2);
}

/* Write the lower two bytes of NUMBER to DATA. */
static inline void be16_put(unsigned char *data, size_t number)
{
	data[0] = (unsigned char)(number >> 8);
	data[1] = (unsigned char)number;
}

#endif
