/* SPDX-License-Identifier: ISC */
/* packet.h - the bytes of a packet, and which layers are where in them. */
#ifndef RAW_PACKET_PACKET_H
#define RAW_PACKET_PACKET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/addr/addr.h"
#include "raw/packet/spec.h"

/* One layer of a packet: its header, with options, from AT on, and its payload, up to END. */
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

/* What the bytes of a packet begin with. */
enum packet_start {
	PACKET_FRAME, /* an Ethernet header */
	PACKET_IP,    /* an IPv4 or IPv6 header */
	PACKET_INNER, /* what an IP header announces */
};

/* Find the layers of SIZE untrusted bytes, which begin with the layer FIRST (layer_ip: either
 * version of IP), including those that an ICMP error quotes. A header that is cut short becomes a
 * piece as long as what is there, shorter than its layer's size. What is not known becomes a piece
 * of layer_bytes; what lies beyond the length in an IP header becomes one of layer_pad. */
void packet_dissect(
	struct packet *p, const struct layer *first, const unsigned char *data, size_t size);

/* How many of the packet's SIZE bytes count for an interface's MTU: neither the Ethernet header nor
 * a first VLAN tag. */
size_t packet_mtu_size(enum packet_start start, const unsigned char *data, size_t size);

/* Why the SIZE bytes at DATA cannot be sent as a packet that begins with START, to follow "packet N
 * "; or NULL. */
const char *packet_fault(enum packet_start start, const unsigned char *data, size_t size);

/* The destination of a packet that begins with a complete IP header (packet_fault has found
 * nothing). */
void packet_destination(const unsigned char *data, struct addr *to);

/* The first piece of LAYER, or NULL. */
const struct piece *packet_piece(const struct packet *p, const struct layer *layer);

/* Whether Q is an ICMP error, which quotes a packet. */
bool packet_is_error(const struct packet *p, const struct piece *q);

/* Whether Q is an ICMP message that asks for an answer with its id and number. */
bool packet_is_question(const struct packet *p, const struct piece *q);

/* Whether what follows the header Q is from the middle of a packet: a later fragment. */
bool packet_is_later_fragment(const struct packet *p, const struct piece *q);

/* Whether the field F, which is not an option, lies within the header of Q, that is, was not cut
 * off. */
bool packet_has(const struct piece *q, const struct field *f);

/* The value of the field NAME, which has a place, in the piece Q; 0 if it was cut off. */
struct value packet_value(const struct packet *p, const struct piece *q, const char *name);

/* As packet_value for a field of at most 32 bits. */
unsigned packet_number(const struct packet *p, const struct piece *q, const char *name);

/* The value of the option FIELD in the header of Q; false: it is not there. */
bool packet_option(const struct packet *p, const struct piece *q, const struct field *field,
	struct value *value);

/* How many bytes of addresses the record at DATA claims to have; its LAYER has TAIL_RECORD. */
size_t packet_sources(const unsigned char *data, const struct layer *layer);

#endif
