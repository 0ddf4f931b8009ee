/* SPDX-License-Identifier: ISC */
/* pcap.h - capture files, pcap and pcapng, as tcpdump and wireshark write and read them. Pure:
 * bytes in, bytes out. (pcap-savefile(5); draft-ietf-opsawg-pcapng; www.tcpdump.org/linktypes.html)
 */
#ifndef RAW_CAPTURE_PCAP_H
#define RAW_CAPTURE_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"

enum {
	PCAP_HEADER = 24,
	PCAP_RECORD = 16,	  /* the header of a record */
	PCAP_PACKET_MAX = 262144, /* as in tcpdump */
	PCAP_BLOCK_MAX = 1 << 20, /* the longest record or block that is read */
};

/* What a packet begins with. */
enum pcap_link {
	PCAP_OTHER = 0, /* cannot be sent: not an IP packet, in a capture of another kind */
	PCAP_ETHERNET = 1,
	PCAP_IP = 101,
};

/* Where packets were captured: pcap has one such place, pcapng any number. */
struct pcap_interface {
	uint16_t link;	    /* a LINKTYPE_ number */
	uint32_t limit;	    /* bytes captured of a packet; 0: all */
	unsigned fcs;	    /* bytes of the frame check sequence at the end of each packet */
	uint8_t resolution; /* of times: 10 or, with the high bit, 2 to the power of minus this */
	int64_t offset;	    /* seconds to be added to times */
};

struct pcap_format {
	bool ng;
	bool swapped; /* the other byte order */
	struct pcap_interface *interfaces;
	size_t interface_count;
	int64_t last_ns; /* the time of the latest packet */
};

struct pcap_packet {
	const unsigned char *data; /* points into the caller's bytes; NULL: this was not a packet */
	size_t size;
	size_t full_size; /* before the capture cut it; at least SIZE */
	int64_t at_ns;	  /* since 1970; not negative */
	enum pcap_link link;
	const char *fault; /* why it cannot be sent, to follow "packet N "; NULL: it can be sent */
};

/* Read the header of a file from its first PCAP_HEADER bytes; a pcapng file has none: all its
 * blocks are records. NULL, or the reason. Release FORMAT after any outcome. */
const char *pcap_read_header(
	const unsigned char data[PCAP_HEADER], struct pcap_format *format) CHECKED;
void pcap_release(struct pcap_format *format);

/* The size of the header, after which the records begin. */
size_t pcap_header_size(const struct pcap_format *format);

/* Read the record or block at the beginning of the SIZE bytes at DATA. NULL, and its length in
 * *USED; if DATA is too short, *USED is the least number of bytes needed, more than SIZE. Otherwise
 * the reason why it is invalid. PACKET leaves out what was never on the wire (the header of a Linux
 * cooked or BSD loopback capture) and the frame check sequence. */
const char *pcap_read_record(struct pcap_format *format, const unsigned char *data, size_t size,
	struct pcap_packet *packet, size_t *used) CHECKED;

/* Write the header of a file of packets that begin with LINK, in this host's byte order, and that
 * of a record of SIZE bytes. */
void pcap_write_header(enum pcap_link link, unsigned char out[PCAP_HEADER]);
void pcap_write_record(int64_t at_ns, size_t size, unsigned char out[PCAP_RECORD]);

#endif
