/* SPDX-License-Identifier: ISC */
/* fill_sums.c - checksums of the contents of a packet. */
#include <string.h>

#include "base/checksum.h"
#include "raw/packet/fill_private.h"

enum {
	IP_SRC = 12, /* positions of the addresses in their headers */
	IP_SIZE = 4,
	IP6_SRC = 8,
	IP6_SIZE = 16,
	PROTOCOL_UDP = 17,
	ROUTING_TYPE = 2, /* positions in a routing header */
	ROUTING_LEFT = 3,
	ROUTING_COMMON = 4, /* in type 3: how much is left out of addresses */
	ROUTING_ADDRESSES = 8,
	ROUTING_RPL = 3,
};

/* Where the last address of the routing header DATA of SIZE bytes begins, from which KEPT bytes are
 * left out; 0: it has none. */
static size_t last_address(const unsigned char *data, size_t size, unsigned *kept)
{
	size_t end = size;

	*kept = 0;
	/* In the other types in use, it comes first. */
	if (data[ROUTING_TYPE] != 0 && data[ROUTING_TYPE] != ROUTING_RPL)
		return size < ROUTING_ADDRESSES + IP6_SIZE ? 0 : ROUTING_ADDRESSES;
	if (data[ROUTING_TYPE] == ROUTING_RPL) {
		/* The prefix that it shares with the destination; and padding at the end. (RFC
		 * 6554) */
		*kept = data[ROUTING_COMMON] & 0xf;
		end -= data[ROUTING_COMMON + 1] >> 4;
	}
	return end < ROUTING_ADDRESSES + IP6_SIZE - *kept ? 0 : end - (IP6_SIZE - *kept);
}

/* Set TO to the final destination of a routing header, unless that has been reached. */
static void follow(const struct slot *s, const struct piece *routing, unsigned char to[IP6_SIZE])
{
	const unsigned char *data = s->data + routing->at;
	unsigned kept;
	size_t at;

	if (data[ROUTING_LEFT] == 0)
		return;
	at = last_address(data, routing->header, &kept);
	if (at)
		memcpy(to + kept, data + at, IP6_SIZE - kept);
}

/* The pseudo-header of the IP header at Q. (RFC 793, RFC 8200 section 8.1) */
static uint64_t pseudo_of_piece(const struct slot *s, const struct piece *q)
{
	const unsigned char *addresses =
		s->data + q->at + (q->layer == &layer_ip ? IP_SRC : IP6_SRC);
	unsigned char to[IP6_SIZE];

	if (q->layer == &layer_ip)
		return checksum_add(0, addresses, (size_t)2 * IP_SIZE);
	memcpy(to, addresses + IP6_SIZE, IP6_SIZE);
	for (const struct piece *r = q + 1; r < s->piece; r++)
		if (r->layer == &layer_routing)
			follow(s, r, to);
	return checksum_add(checksum_add(0, addresses, IP6_SIZE), to, IP6_SIZE);
}

static uint64_t add_addr(uint64_t sum, const struct addr *addr)
{
	size_t size;
	const void *host = addr_host_bytes(addr, &size);

	return checksum_add(sum, host, size);
}

static uint64_t pseudo_sum(const struct slot *s)
{
	uint32_t length = (uint32_t)(s->piece->end - s->piece->at);
	uint64_t sum = 0;
	const struct piece *q = s->piece;

	while (q > s->packet->pieces && !layer_is_ip(q->layer))
		q--;
	if (layer_is_ip(q->layer))
		sum = pseudo_of_piece(s, q);
	else if (s->build->to)
		sum = add_addr(add_addr(0, &s->build->from), s->build->to);
	else
		return 0;
	sum = checksum_add_number(sum, length);
	return checksum_add_number(sum, (uint32_t)s->piece->layer->protocol);
}

struct value fill_sum(const struct slot *s)
{
	const struct piece *q = s->piece;
	size_t size = s->field->fill == FILL_SUM_HEADER ? q->header : q->end - q->at;
	uint64_t sum = s->field->fill == FILL_SUM_PSEUDO ? pseudo_sum(s) : 0;
	uint16_t result = checksum_finish(checksum_add(sum, s->data + q->at, size));

	/* Zero would mean that there is no checksum. (RFC 768) */
	if (result == 0 && q->layer->protocol == PROTOCOL_UDP)
		result = UINT16_MAX;
	return (struct value){.low = result};
}

/* Its least significant byte comes first. (RFC 9260 appendix A) */
struct value fill_crc32c(const struct slot *s)
{
	const struct piece *q = s->piece;
	uint32_t crc = checksum_crc32c(s->data + q->at, q->end - q->at);

	return (struct value){.low = (crc & 0xff) << 24 | (crc >> 8 & 0xff) << 16 |
			(crc >> 16 & 0xff) << 8 | crc >> 24};
}

/* The checksum of GRE is the first of its options. */
void fill_option_sum(const struct slot *s)
{
	const struct piece *q = s->piece;
	uint64_t sum = checksum_add(0, s->data + q->at, q->end - q->at);

	value_put(s->data + q->at + q->layer->size, s->field->bit, s->field->width,
		(struct value){.low = checksum_finish(sum)});
}
