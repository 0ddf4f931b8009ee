/* SPDX-License-Identifier: ISC */
/* dnssec.c - fields that only records of DNSSEC have. */

#include <time.h>

#include "base/be.h"
#include "names/dns/rdata.h"
#include "names/dns/type.h"

/* Append the salt of NSEC3. */
const char *rdata_add_salt(struct rdata *r)
{
	size_t size;
	const unsigned char *data = rdata_take_string(r, &size);

	if (!data)
		return rdata_ends_early;
	if (size == 0)
		bytes_add_byte(r->out, '-');
	rdata_add_hex(r->out, data, size);
	return NULL;
}

/* Append the hashed name of NSEC3, in the base 32 that keeps the order (RFC 4648 section 7). */
const char *rdata_add_hash(struct rdata *r)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
	enum { DIGIT_BITS = 5, BYTE_BITS = 8 };
	unsigned held = 0, bits = 0;
	size_t size;
	const unsigned char *data = rdata_take_string(r, &size);

	if (!data)
		return rdata_ends_early;
	for (size_t i = 0; i < size; i++) {
		held = held << BYTE_BITS | data[i];
		for (bits += BYTE_BITS; bits >= DIGIT_BITS; bits -= DIGIT_BITS) {
			unsigned digit = held >> (bits - DIGIT_BITS);
			bytes_add_byte(r->out, (unsigned char)digits[digit % (sizeof(digits) - 1)]);
		}
	}
	if (bits > 0) {
		unsigned digit = held << (DIGIT_BITS - bits);
		bytes_add_byte(r->out, (unsigned char)digits[digit % (sizeof(digits) - 1)]);
	}
	return NULL;
}

/* Append a time of RRSIG: 20260131123456. It is a serial number, within 68 years of now (RFC 4034
 * section 3.1.5). */
const char *rdata_add_date(struct rdata *r)
{
	const unsigned char *data = rdata_take(r, 4);
	char text[sizeof("20260131123456") + 8];
	struct tm tm;

	if (!data)
		return rdata_ends_early;
	time_t now = time(NULL);
	time_t when = now + (int32_t)(be32_get(data) - (uint32_t)now);
	if (!gmtime_r(&when, &tm) || strftime(text, sizeof(text), "%Y%m%d%H%M%S", &tm) == 0)
		return "a date is out of range";
	bytes_add_text(r->out, text);
	return NULL;
}

/* Append the types that exist according to NSEC: windows of 256, each a bitmap (RFC 4034 section
 * 4.1.2). */
const char *rdata_add_type_map(struct rdata *r)
{
	enum { WINDOW_MOST = 32 };
	const unsigned top_bit = 0x80;
	const char *separator = "";

	while (rdata_left(r) > 0) {
		const unsigned char *head = rdata_take(r, 2);
		const unsigned char *map = head ? rdata_take(r, head[1]) : NULL;

		if (!map || head[1] == 0 || head[1] > WINDOW_MOST)
			return "a list of types is malformed";
		for (unsigned bit = 0; bit < head[1] * 8U; bit++) {
			if (!(map[bit / 8] & top_bit >> bit % 8))
				continue;
			bytes_add_text(r->out, separator);
			dns_type_add(r->out, (uint16_t)((unsigned)head[0] << 8 | bit));
			separator = " ";
		}
	}
	return NULL;
}
