/* SPDX-License-Identifier: ISC */
/* pcap.c - capture files: the old kind, and what both kinds share. */
#include "raw/capture/pcap.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "raw/capture/pcap_private.h"

#define MAGIC_MICRO    0xa1b2c3d4U
#define MAGIC_NANO     0xa1b23c4dU
#define MAGIC_MODIFIED 0xa1b2cd34U /* with longer records, from an old patch of libpcap */
#define NS_PER_US      1000
#define FCS_PRESENT    0x04000000U /* the FCS has a length ... */

enum {
	VERSION_MAJOR = 2,
	VERSION_MINOR = 4,
	LINK_MASK = 0xffff,
	FCS_SHIFT = 28, /* ... in these bits, in units of 2 bytes */
	MICRO = 6,	/* powers of ten */
	NANO = 9,
};

static uint32_t reverse32(uint32_t v)
{
	return v >> 24 | (v >> 8 & 0xff00) | (v << 8 & 0xff0000) | v << 24;
}

uint32_t pcap_get32(const unsigned char *data, bool swapped)
{
	uint32_t v;

	memcpy(&v, data, sizeof(v));
	return swapped ? reverse32(v) : v;
}

uint16_t pcap_get16(const unsigned char *data, bool swapped)
{
	uint16_t v;

	memcpy(&v, data, sizeof(v));
	return (uint16_t)(swapped ? v >> 8 | v << 8 : v);
}

struct pcap_interface *pcap_add_interface(struct pcap_format *format)
{
	size_t size = (format->interface_count + 1) * sizeof(*format->interfaces);
	struct pcap_interface *all = realloc(format->interfaces, size);

	if (!all)
		return NULL;
	format->interfaces = all;
	all[format->interface_count] = (struct pcap_interface){0};
	return &all[format->interface_count++];
}

void pcap_release(struct pcap_format *format)
{
	free(format->interfaces);
	*format = (struct pcap_format){0};
}

size_t pcap_header_size(const struct pcap_format *format)
{
	return format->ng ? 0 : PCAP_HEADER;
}

/* Read the interface from the header of a file of the old kind. NULL, or the reason. */
static const char *read_interface(
	const unsigned char data[PCAP_HEADER], struct pcap_format *format, bool nano)
{
	uint32_t link = pcap_get32(data + 20, format->swapped);
	struct pcap_interface *i;

	if (pcap_get16(data + 4, format->swapped) != VERSION_MAJOR)
		return "has an unknown version of the pcap format";
	if (!pcap_link_known(link & LINK_MASK))
		return "has packets that cannot be sent (neither Ethernet nor IP)";
	i = pcap_add_interface(format);
	if (!i)
		return "cannot be read: out of memory";
	i->link = (uint16_t)link;
	i->resolution = nano ? NANO : MICRO;
	if (link & FCS_PRESENT)
		i->fcs = (link >> FCS_SHIFT) * 2;
	return NULL;
}

const char *pcap_read_header(const unsigned char data[PCAP_HEADER], struct pcap_format *format)
{
	uint32_t magic = pcap_get32(data, false);

	*format = (struct pcap_format){.ng = magic == PCAPNG_MAGIC};
	if (format->ng)
		return NULL;
	if (reverse32(magic) == MAGIC_MICRO || reverse32(magic) == MAGIC_NANO) {
		format->swapped = true;
		magic = reverse32(magic);
	}
	if (magic == MAGIC_MODIFIED || reverse32(magic) == MAGIC_MODIFIED)
		return "is a pcap file in an obsolete format";
	if (data[0] == 0x1f && data[1] == 0x8b)
		return "is compressed (zcat FILE | sockit raw-send --replay -)";
	if (magic != MAGIC_MICRO && magic != MAGIC_NANO)
		return "is not a capture file (pcap or pcapng)";
	return read_interface(data, format, magic == MAGIC_NANO);
}

const char *pcap_read_record(struct pcap_format *format, const unsigned char *data, size_t size,
	struct pcap_packet *packet, size_t *used)
{
	uint32_t seconds, fraction;
	bool nano;

	*packet = (struct pcap_packet){0};
	if (format->ng)
		return pcapng_read_block(format, data, size, packet, used);
	nano = format->interfaces->resolution == NANO;
	*used = PCAP_RECORD;
	if (size < PCAP_RECORD)
		return NULL;
	seconds = pcap_get32(data, format->swapped);
	fraction = pcap_get32(data + 4, format->swapped);
	packet->size = pcap_get32(data + 8, format->swapped);
	packet->full_size = pcap_get32(data + 12, format->swapped);
	if (packet->size > PCAP_PACKET_MAX)
		return "exceeds 262144 bytes";
	if (packet->full_size < packet->size)
		packet->full_size = packet->size;
	if (fraction >= (nano ? 1000000000 : 1000000))
		return "has an invalid time";
	packet->at_ns =
		(int64_t)seconds * NUM_NS_PER_S + (nano ? fraction : (int64_t)fraction * NS_PER_US);
	packet->data = data + PCAP_RECORD;
	*used += packet->size;
	if (*used <= size)
		pcap_uncover(format->interfaces, packet);
	return NULL;
}

void pcap_write_header(enum pcap_link link, unsigned char out[PCAP_HEADER])
{
	const uint32_t words[] = {0, 0, PCAP_PACKET_MAX, (uint32_t)link};
	const uint32_t magic = MAGIC_MICRO;
	const uint16_t version[] = {VERSION_MAJOR, VERSION_MINOR};

	memcpy(out, &magic, sizeof(magic));
	memcpy(out + sizeof(magic), version, sizeof(version));
	memcpy(out + sizeof(magic) + sizeof(version), words, sizeof(words));
}

void pcap_write_record(int64_t at_ns, size_t size, unsigned char out[PCAP_RECORD])
{
	const uint32_t words[] = {(uint32_t)(at_ns / NUM_NS_PER_S),
		(uint32_t)(at_ns % NUM_NS_PER_S / NS_PER_US), (uint32_t)size, (uint32_t)size};

	memcpy(out, words, sizeof(words));
}
