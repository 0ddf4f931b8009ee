/* SPDX-License-Identifier: ISC */
/* show.h - show packets to people and, as JSON, to programs. */
#ifndef RAW_PACKET_SHOW_H
#define RAW_PACKET_SHOW_H

#include <stdint.h>

#include "raw/packet/packet.h"

struct bytes;

/* Append P, the packet NUMBER (from 1): its layers, their fields with the hex next to them, then
 * the whole packet in hex. */
void show_packet(const struct packet *p, uint64_t number, struct bytes *out);

/* As show_packet, as a line of JSON: packet, size, layers (list of layer, at, size, fields),
 * hex. */
void show_packet_json(const struct packet *p, uint64_t number, struct bytes *out);

#endif
