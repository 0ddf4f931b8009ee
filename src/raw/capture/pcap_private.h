/* SPDX-License-Identifier: ISC */
/* pcap_private.h - what the readers of both kinds of capture files share. */
#ifndef RAW_CAPTURE_PCAP_PRIVATE_H
#define RAW_CAPTURE_PCAP_PRIVATE_H

#include "raw/capture/pcap.h"

#define PCAPNG_MAGIC 0x0a0d0d0aU /* the same in both byte orders */

/* A number in the byte order of the file. */
uint16_t pcap_get16(const unsigned char *data, bool swapped);
uint32_t pcap_get32(const unsigned char *data, bool swapped);

/* Append an interface that is all zero. NULL: there is no memory for it. */
struct pcap_interface *pcap_add_interface(struct pcap_format *format);

/* Whether packets of a LINKTYPE_ can be read at all. */
bool pcap_link_known(uint32_t number);

/* Reduce PACKET, which has the SIZE and FULL_SIZE captured on I, to what of it can be sent. */
void pcap_uncover(const struct pcap_interface *i, struct pcap_packet *packet);

/* pcap_read_record for a pcapng file. */
const char *pcapng_read_block(struct pcap_format *format, const unsigned char *data, size_t size,
	struct pcap_packet *packet, size_t *used);

#endif
