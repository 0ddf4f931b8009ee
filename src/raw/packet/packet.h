/* SPDX-License-Identifier: ISC */
/* packet.h - the bytes of a packet and which layers lie where in them. */
#ifndef RAW_PACKET_PACKET_H
#define RAW_PACKET_PACKET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/addr/addr.h"
#include "raw/packet/spec.h"

/* One layer of a packet: its header, with options, from AT on, and what it carries, up to END. */
struct piece {
	const struct layer *layer;
	size_t at, header, end;
};

/* DATA is not owned. */
struct packet {
	const unsigned char *data;
	size_t size;
	struct piece pieces[SPEC_LAYERS];
	size_t count;
	size_t quoted; /* the first piece of a packet that an ICMP error quotes; COUNT or more: none
			*/
};

/* How the bytes of a packet begin. */
enum packet_start {
	PACKET_FRAME, /* with an Ethernet header */
	PACKET_IP,    /* with an IPv4 or IPv6 header */
	PACKET_INNER, /* with what an IP header announces */
};

/* Find the layers of SIZE bytes from anywhere, which begin with the layer FIRST (layer_ip: with
 * either version of IP), those that an ICMP error quotes included. Of a header that is cut short
 * there is a piece as long as what is there, shorter than its layer's size. What is not known is a
 * piece of layer_bytes; what lies after the length of an IP header is one of layer_pad. */
void packet_dissect(
	struct packet *p, const struct layer *first, const unsigned char *data, size_t size);

/* How much of the packet's SIZE bytes counts for an interface's MTU: not the Ethernet header, nor a
 * first VLAN tag. */
size_t packet_mtu_size(enum packet_start start, const unsigned char *data, size_t size);

/* Why the SIZE bytes at DATA cannot be sent as a packet that begins so, to follow "packet N "; or
 * NULL. */
const char *packet_fault(enum packet_start start, const unsigned char *data, size_t size);

/* Where a packet that begins with a whole IP header goes (packet_fault finds nothing). */
void packet_destination(const unsigned char *data, struct addr *to);

/* The first piece of LAYER, or NULL. */
const struct piece *packet_piece(const struct packet *p, const struct layer *layer);

/* Whether Q is an ICMP error, which quotes a packet. */
bool packet_is_error(const struct packet *p, const struct piece *q);

/* Whether Q is an ICMP message that wants an answer with its id and number. */
bool packet_is_question(const struct packet *p, const struct piece *q);

/* Whether what follows the header Q begins anywhere: a later fragment. */
bool packet_is_later_fragment(const struct packet *p, const struct piece *q);

/* Whether the field F, which is no option, lies within the header of Q: not in what was cut off. */
bool packet_has(const struct piece *q, const struct field *f);

/* The value of the field NAME, which has a place, of the piece Q; 0 where it was cut off. */
struct value packet_value(const struct packet *p, const struct piece *q, const char *name);

/* The same where it has at most 32 bits. */
unsigned packet_number(const struct packet *p, const struct piece *q, const char *name);

/* The option FIELD in the header of Q: its value; false: not there. */
bool packet_option(const struct packet *p, const struct piece *q, const struct field *field,
	struct value *value);

/* How many bytes of addresses the record at DATA, of LAYER, which has TAIL_RECORD, says it has. */
size_t packet_sources(const unsigned char *data, const struct layer *layer);

#endif
