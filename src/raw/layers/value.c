/* SPDX-License-Identifier: ISC */
/* value.c - numbers of up to 128 bits, and reading and writing them in a header. */
#include <string.h>

#include "core/addr/addr.h"
#include "raw/layers/field.h"

enum { HALF = 64, BYTE = 8, IP6_SIZE = 16 };

struct value value_add(struct value v, uint64_t n)
{
	v.low += n;
	v.high += v.low < n;
	return v;
}

struct value value_subtract(struct value a, struct value b)
{
	return (struct value){a.high - b.high - (a.low < b.low), a.low - b.low};
}

bool value_less(struct value a, struct value b)
{
	return a.high < b.high || (a.high == b.high && a.low < b.low);
}

struct value value_get(const unsigned char *data, unsigned bit, unsigned width)
{
	struct value v = {0};

	for (unsigned i = bit; i < bit + width;) {
		unsigned room = BYTE - i % BYTE;
		unsigned take = room < bit + width - i ? room : bit + width - i;
		unsigned part = (unsigned)data[i / BYTE] >> (room - take) & ((1U << take) - 1);

		v.high = v.high << take | v.low >> (HALF - take);
		v.low = v.low << take | part;
		i += take;
	}
	return v;
}

void value_put(unsigned char *data, unsigned bit, unsigned width, struct value v)
{
	/* From the last bit to the first. */
	for (unsigned end = bit + width; end > bit;) {
		unsigned in_byte = end % BYTE ? end % BYTE : BYTE;
		unsigned take = in_byte < end - bit ? in_byte : end - bit;
		unsigned shift = BYTE - in_byte;
		unsigned mask = ((1U << take) - 1) << shift;
		unsigned char *byte = &data[(end - 1) / BYTE];

		*byte = (unsigned char)((*byte & ~mask) | ((unsigned)v.low << shift & mask));
		v.low = v.low >> take | v.high << (HALF - take);
		v.high >>= take;
		end -= take;
	}
}

struct value field_get(const struct field *f, const unsigned char *data)
{
	return value_get(data, f->bit, f->width);
}

void field_put(const struct field *f, unsigned char *data, struct value v)
{
	value_put(data, f->bit, f->width, v);
}

void value_to_addr(const struct field *f, struct value v, struct addr *addr)
{
	addr_any(f->kind == FIELD_IP4 ? AF_INET : AF_INET6, 0, addr);
	if (f->kind == FIELD_IP4)
		addr->u.in.sin_addr.s_addr = htonl((uint32_t)v.low);
	else
		value_put(addr->u.in6.sin6_addr.s6_addr, 0, IP6_SIZE * BYTE, v);
}

struct value value_of_addr(const struct addr *addr)
{
	if (addr_family(addr) == AF_INET)
		return (struct value){.low = ntohl(addr->u.in.sin_addr.s_addr)};
	return value_get(addr->u.in6.sin6_addr.s6_addr, 0, IP6_SIZE * BYTE);
}
