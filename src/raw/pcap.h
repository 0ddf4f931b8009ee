/* SPDX-License-Identifier: ISC */
/* pcap.h - capture files, as tcpdump writes and reads them. Pure: bytes in, bytes out.
 * (pcap-savefile(5)) */
#ifndef RAW_PCAP_H
#define RAW_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PCAP_HEADER = 24,
	PCAP_RECORD = 16,	  /* the header of a record */
	PCAP_PACKET_MAX = 262144, /* as tcpdump's */
};

enum pcap_link { PCAP_ETHERNET = 1, PCAP_IP = 101 };

struct pcap_format {
	bool swapped;	     /* the other byte order */
	bool nanoseconds;    /* else microseconds */
	enum pcap_link link; /* what the packets begin with */
	unsigned fcs;	     /* bytes of a frame check sequence that each one ends with */
};

struct pcap_packet {
	const unsigned char *data; /* into the caller's bytes; without a frame check sequence */
	size_t size;
	size_t full_size; /* before the capture cut it; at least SIZE */
	int64_t at_ns;	  /* since 1970; not negative */
};

/* Read the header of a file from its first PCAP_HEADER bytes. NULL; or the reason why not: no pcap
 * file, one of a newer kind, packets of another kind. */
const char *pcap_read_header(const unsigned char data[PCAP_HEADER], struct pcap_format *format);

/* Read the record that the SIZE bytes at DATA begin with. How long it is with its header, in *USED,
 * and NULL. If DATA is too short: *USED is how many bytes are needed at least, more than SIZE. Else
 * the reason why it is none. */
const char *pcap_read_record(const struct pcap_format *format, const unsigned char *data,
	size_t size, struct pcap_packet *packet, size_t *used);

/* The headers of a file of packets that begin with LINK, in this host's byte order, and of a record
 * of SIZE bytes. */
void pcap_write_header(enum pcap_link link, unsigned char out[PCAP_HEADER]);
void pcap_write_record(int64_t at_ns, size_t size, unsigned char out[PCAP_RECORD]);

#endif
