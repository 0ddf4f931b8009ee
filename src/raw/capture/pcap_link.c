/* SPDX-License-Identifier: ISC */
/* pcap_link.c - what packets of a capture begin with, and which part was never on the wire. */
#include "base/be.h"
#include "raw/capture/pcap_private.h"

enum {
	LINK_BSD = 0,
	LINK_ETHERNET = 1,
	LINK_RAW = 101,
	LINK_OPENBSD = 108,
	LINK_SLL = 113,
	LINK_SLL2 = 276,
	TYPE_IP = 0x0800,
	TYPE_IP6 = 0x86dd,
	FAMILY_IP = 2,
};

/* A header that exists only in captures. */
static const struct cover {
	uint16_t link;
	uint16_t size;
	int type; /* the position of the ethertype of the content; -1: it is an address family */
	const char *fault;
} covers[] = {
	{LINK_BSD, 4, -1, "is too short for a BSD loopback header"},
	{LINK_OPENBSD, 4, -1, "is too short for a BSD loopback header"},
	{LINK_SLL, 16, 14, "is too short for a Linux cooked header"},
	{LINK_SLL2, 20, 0, "is too short for a Linux cooked header"},
};

static const struct cover *cover_of(uint32_t link)
{
	for (size_t i = 0; i < sizeof(covers) / sizeof(covers[0]); i++)
		if (covers[i].link == link)
			return &covers[i];
	return NULL;
}

static bool is_raw_ip(uint32_t link)
{
	/* Some systems write 12 or 14 for 101; 228 and 229 are for one family each. */
	return link == LINK_RAW || link == 12 || link == 14 || link == 228 || link == 229;
}

bool pcap_link_known(uint32_t number)
{
	return number == LINK_ETHERNET || is_raw_ip(number) || cover_of(number);
}

/* The family is in the byte order of the capturing host, which may be either; systems have
 * different numbers for IPv6. */
static bool is_ip_family(const unsigned char *data)
{
	uint32_t big = be32_get(data);
	uint32_t little = (uint32_t)data[3] << 24 | (uint32_t)data[2] << 16 |
		(uint32_t)data[1] << 8 | data[0];
	uint32_t family = big < little ? big : little;

	return family == FAMILY_IP || family == 10 || family == 24 || family == 28 || family == 30;
}

static bool has_ip(const struct cover *cover, const unsigned char *data)
{
	unsigned type;

	if (cover->type < 0)
		return is_ip_family(data);
	type = be16_get(data + cover->type);
	return type == TYPE_IP || type == TYPE_IP6;
}

/* Remove the frame check sequence, because a network card adds its own. */
static void drop_fcs(unsigned fcs, struct pcap_packet *packet)
{
	packet->full_size -= packet->full_size < fcs ? packet->full_size : fcs;
	if (packet->size > packet->full_size)
		packet->size = packet->full_size;
}

void pcap_uncover(const struct pcap_interface *i, struct pcap_packet *packet)
{
	const struct cover *cover = cover_of(i->link);

	drop_fcs(i->fcs, packet);
	packet->link = i->link == LINK_ETHERNET ? PCAP_ETHERNET
		: is_raw_ip(i->link)		? PCAP_IP
						: PCAP_OTHER;
	if (!cover)
		return;
	if (packet->size < cover->size) {
		packet->fault = cover->fault;
		return;
	}
	packet->link = has_ip(cover, packet->data) ? PCAP_IP : PCAP_OTHER;
	packet->data += cover->size;
	packet->size -= cover->size;
	packet->full_size -= cover->size;
}
