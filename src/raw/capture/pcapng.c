/* SPDX-License-Identifier: ISC */
/* pcapng.c - the blocks of a pcapng file. (draft-ietf-opsawg-pcapng) */
#include "base/num.h"
#include "raw/capture/pcap_private.h"

#define ORDER_MAGIC 0x1a2b3c4dU

enum {
	BLOCK_HEAD = 8,
	BLOCK_MIN = 12, /* the header, and the length again at the end */
	BLOCK_SECTION = PCAPNG_MAGIC,
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_PACKET = 6,
	SECTION_MIN = 28,
	INTERFACE_MIN = 20,
	INTERFACES_MAX = 65536,
	OPTION_RESOLUTION = 9,
	OPTION_FCS = 13,
	OPTION_OFFSET = 14,
	OPTION_PACKET_FLAGS = 2,
	FLAGS_FCS_SHIFT = 5,
	FLAGS_FCS_MASK = 0xf,
	RESOLUTION_BINARY = 0x80,
	RESOLUTION_TEN_MAX = 19, /* more does not fit into 64 bits */
	RESOLUTION_TWO_MAX = 63,
	MICRO = 6,
	NANO = 9,
};

/* What is between the header of a block and its end. */
struct body {
	const unsigned char *data;
	size_t size;
	bool swapped;
};

static uint32_t word(const struct body *b, size_t at)
{
	return pcap_get32(b->data + at, b->swapped);
}

/* The value of the option CODE in the options that begin at AT; NULL: it is missing, or shorter
 * than SIZE. */
static const unsigned char *find_option(const struct body *b, size_t at, unsigned code, size_t size)
{
	while (at + 4 <= b->size) {
		unsigned here = pcap_get16(b->data + at, b->swapped);
		size_t length = pcap_get16(b->data + at + 2, b->swapped);

		at += 4;
		if (here == 0 || length > b->size - at)
			return NULL;
		if (here == code)
			return length < size ? NULL : b->data + at;
		at += (length + 3) / 4 * 4;
	}
	return NULL;
}

static const char *read_section(struct pcap_format *format, const struct body *b)
{
	if (b->size < SECTION_MIN - BLOCK_MIN)
		return "is too short for a section header";
	if (pcap_get16(b->data + 4, b->swapped) != 1)
		return "has an unknown version of the pcapng format";
	/* Interface numbers start again. */
	format->interface_count = 0;
	format->swapped = b->swapped;
	return NULL;
}

static const char *read_interface(struct pcap_format *format, const struct body *b)
{
	const unsigned char *option;
	struct pcap_interface *i;
	uint64_t offset;

	if (b->size < INTERFACE_MIN - BLOCK_MIN)
		return "is too short for an interface description";
	if (format->interface_count == INTERFACES_MAX || !(i = pcap_add_interface(format)))
		return "describes too many interfaces";
	i->link = pcap_get16(b->data, b->swapped);
	i->limit = word(b, 4);
	option = find_option(b, 8, OPTION_RESOLUTION, 1);
	i->resolution = option ? *option : MICRO;
	option = find_option(b, 8, OPTION_FCS, 1);
	i->fcs = option ? *option : 0;
	option = find_option(b, 8, OPTION_OFFSET, sizeof(offset));
	if (option) {
		uint64_t first = pcap_get32(option, b->swapped);
		uint64_t second = pcap_get32(option + 4, b->swapped);
		bool little = pcap_get16((const unsigned char *)"\1\0", false) == 1;

		/* The first half is the lower one in little-endian files. */
		offset = little != b->swapped ? second << 32 | first : first << 32 | second;
		i->offset = (int64_t)offset;
	}
	return NULL;
}

static uint64_t power_of_ten(unsigned n)
{
	uint64_t power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

/* Convert TIME in units of I to nanoseconds since 1970. False: the time is invalid. */
static bool to_ns(const struct pcap_interface *i, uint64_t time, int64_t *ns)
{
	unsigned power = i->resolution & ~(unsigned)RESOLUTION_BINARY;
	uint64_t seconds, fraction;

	if (i->resolution & RESOLUTION_BINARY) {
		if (power > RESOLUTION_TWO_MAX)
			return false;
		seconds = time >> power;
		fraction = time & ((UINT64_C(1) << power) - 1);
		/* So that the product fits. */
		if (power > 32)
			fraction >>= power - 32;
		fraction = fraction * (uint64_t)NUM_NS_PER_S >> (power > 32 ? 32 : power);
	} else {
		if (power > RESOLUTION_TEN_MAX)
			return false;
		seconds = time / power_of_ten(power);
		fraction = time % power_of_ten(power);
		fraction = power <= NANO ? fraction * power_of_ten(NANO - power)
					 : fraction / power_of_ten(power - NANO);
	}
	/* Negative ones wrap around, and are then too large. */
	seconds += (uint64_t)i->offset;
	if (seconds >= INT64_MAX / (uint64_t)NUM_NS_PER_S)
		return false;
	*ns = (int64_t)(seconds * (uint64_t)NUM_NS_PER_S + fraction);
	return true;
}

/* Read a packet whose data begins at AT of the body. */
static const char *read_packet(struct pcap_format *format, const struct body *b, size_t at,
	uint32_t number, struct pcap_packet *packet)
{
	struct pcap_interface i;

	if (number >= format->interface_count)
		return "belongs to an interface that the file does not describe";
	i = format->interfaces[number];
	if (packet->size > PCAP_PACKET_MAX)
		return "has a packet of more than 262144 bytes";
	if (packet->size > b->size - at)
		return "has a packet that exceeds the block";
	if (!pcap_link_known(i.link))
		return "has a packet that cannot be sent (neither Ethernet nor IP)";
	packet->data = b->data + at;
	if (packet->full_size < packet->size)
		packet->full_size = packet->size;
	packet->at_ns = format->last_ns;
	return NULL;
}

static const char *read_timed(struct pcap_format *format, const struct body *b, uint32_t number,
	struct pcap_packet *packet)
{
	uint64_t time;
	const unsigned char *flags;
	const char *reason;
	struct pcap_interface i;

	packet->size = word(b, 12);
	packet->full_size = word(b, 16);
	reason = read_packet(format, b, 20, number, packet);
	if (reason)
		return reason;
	i = format->interfaces[number];
	time = (uint64_t)word(b, 4) << 32 | word(b, 8);
	if (!to_ns(&i, time, &format->last_ns))
		return "has an invalid time";
	packet->at_ns = format->last_ns;
	flags = find_option(b, 20 + (packet->size + 3) / 4 * 4, OPTION_PACKET_FLAGS, 4);
	if (flags && pcap_get32(flags, b->swapped) >> FLAGS_FCS_SHIFT & FLAGS_FCS_MASK)
		i.fcs = pcap_get32(flags, b->swapped) >> FLAGS_FCS_SHIFT & FLAGS_FCS_MASK;
	pcap_uncover(&i, packet);
	return NULL;
}

/* Read a packet that has no time and belongs to the first interface, whose limit bounds its
 * length. */
static const char *read_simple(
	struct pcap_format *format, const struct body *b, struct pcap_packet *packet)
{
	uint32_t limit = format->interface_count ? format->interfaces[0].limit : 0;
	const char *reason;

	packet->full_size = packet->size = word(b, 0);
	if (limit && packet->size > limit)
		packet->size = limit;
	reason = read_packet(format, b, 4, 0, packet);
	if (!reason)
		pcap_uncover(&format->interfaces[0], packet);
	return reason;
}

static const char *read_body(
	struct pcap_format *format, uint32_t type, const struct body *b, struct pcap_packet *packet)
{
	switch (type) {
	case BLOCK_SECTION: return read_section(format, b);
	case BLOCK_INTERFACE: return read_interface(format, b);
	case BLOCK_PACKET:
		return b->size < 20 ? "is too short for a packet"
				    : read_timed(format, b, word(b, 0), packet);
	case BLOCK_OLD_PACKET:
		return b->size < 20
			? "is too short for a packet"
			: read_timed(format, b, pcap_get16(b->data, b->swapped), packet);
	case BLOCK_SIMPLE_PACKET:
		return b->size < 4 ? "is too short for a packet" : read_simple(format, b, packet);
	default: return NULL;
	}
}

const char *pcapng_read_block(struct pcap_format *format, const unsigned char *data, size_t size,
	struct pcap_packet *packet, size_t *used)
{
	bool swapped = format->swapped;
	uint32_t type, length;

	*used = BLOCK_MIN;
	if (size < BLOCK_MIN)
		return NULL;
	type = pcap_get32(data, swapped);
	if (type == BLOCK_SECTION) {
		swapped = pcap_get32(data + BLOCK_HEAD, false) != ORDER_MAGIC;
		if (pcap_get32(data + BLOCK_HEAD, swapped) != ORDER_MAGIC)
			return "has an unknown byte order";
	}
	length = pcap_get32(data + 4, swapped);
	if (length < BLOCK_MIN || length % 4 || length > PCAP_BLOCK_MAX)
		return "has an invalid length";
	*used = length;
	if (size < length)
		return NULL;
	if (pcap_get32(data + length - 4, swapped) != length)
		return "has two different lengths";
	return read_body(format, type,
		&(struct body){data + BLOCK_HEAD, length - BLOCK_MIN, swapped}, packet);
}
