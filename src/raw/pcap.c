/* SPDX-License-Identifier: ISC */
/* pcap.c - capture files. */
#include "raw/pcap.h"

#include <string.h>

#include "base/num.h"

#define MAGIC_MICRO    0xa1b2c3d4U
#define MAGIC_NANO     0xa1b23c4dU
#define MAGIC_MODIFIED 0xa1b2cd34U /* with longer records, by an old patch of libpcap */
#define MAGIC_NG       0x0a0d0d0aU
#define NS_PER_US      1000

enum {
	VERSION_MAJOR = 2,
	VERSION_MINOR = 4,
	LINK_MASK = 0xffff,
	FCS_SHIFT = 28, /* the length of the FCS in units of 2 bytes ... */
};

#define FCS_PRESENT 0x04000000U /* ... where this bit is set */

static uint32_t swap32(uint32_t v)
{
	return v >> 24 | (v >> 8 & 0xff00) | (v << 8 & 0xff0000) | v << 24;
}

static uint32_t get32(const unsigned char *data, bool swapped)
{
	uint32_t v;

	memcpy(&v, data, sizeof(v));
	return swapped ? swap32(v) : v;
}

static bool find_link(uint32_t number, enum pcap_link *link)
{
	static const struct {
		uint32_t number;
		enum pcap_link link;
	} links[] = {
		{1, PCAP_ETHERNET}, {101, PCAP_IP},
		{12, PCAP_IP},		       /* what some systems write for 101 */
		{14, PCAP_IP}, {228, PCAP_IP}, /* IPv4 alone */
		{229, PCAP_IP},		       /* IPv6 alone */
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (links[i].number == number) {
			*link = links[i].link;
			return true;
		}
	}
	return false;
}

const char *pcap_read_header(const unsigned char data[PCAP_HEADER], struct pcap_format *format)
{
	uint32_t magic = get32(data, false), link;
	uint16_t major;

	*format = (struct pcap_format){0};
	if (magic == MAGIC_NG)
		return "is a pcapng file; convert it (editcap -F pcap, or tcpdump -r ... -w ...)";
	if (swap32(magic) == MAGIC_MICRO || swap32(magic) == MAGIC_NANO) {
		format->swapped = true;
		magic = swap32(magic);
	}
	if (magic == MAGIC_MODIFIED || swap32(magic) == MAGIC_MODIFIED)
		return "is of a kind of pcap files that nobody writes any more";
	if (magic != MAGIC_MICRO && magic != MAGIC_NANO)
		return "is not a pcap file";
	format->nanoseconds = magic == MAGIC_NANO;
	memcpy(&major, data + 4, sizeof(major));
	if (format->swapped)
		major = (uint16_t)(major >> 8 | major << 8);
	if (major != VERSION_MAJOR)
		return "is of an unknown version of pcap";
	link = get32(data + 20, format->swapped);
	if (link & FCS_PRESENT)
		format->fcs = (link >> FCS_SHIFT) * 2;
	if (!find_link(link & LINK_MASK, &format->link))
		return "has packets that begin with neither Ethernet nor IP";
	return NULL;
}

/* A network card adds its own. */
static void drop_fcs(unsigned fcs, struct pcap_packet *packet)
{
	packet->full_size -= packet->full_size < fcs ? packet->full_size : fcs;
	if (packet->size > packet->full_size)
		packet->size = packet->full_size;
}

const char *pcap_read_record(const struct pcap_format *format, const unsigned char *data,
	size_t size, struct pcap_packet *packet, size_t *used)
{
	uint32_t seconds, fraction, limit = format->nanoseconds ? 1000000000 : 1000000;

	*used = PCAP_RECORD;
	if (size < PCAP_RECORD)
		return NULL;
	seconds = get32(data, format->swapped);
	fraction = get32(data + 4, format->swapped);
	packet->size = get32(data + 8, format->swapped);
	packet->full_size = get32(data + 12, format->swapped);
	if (packet->size > PCAP_PACKET_MAX)
		return "has a length over 262144";
	if (packet->full_size < packet->size)
		packet->full_size = packet->size;
	if (fraction >= limit)
		return "has a time that is none";
	packet->at_ns = (int64_t)seconds * NUM_NS_PER_S +
		(format->nanoseconds ? fraction : (int64_t)fraction * NS_PER_US);
	packet->data = data + PCAP_RECORD;
	*used += packet->size;
	drop_fcs(format->fcs, packet);
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
