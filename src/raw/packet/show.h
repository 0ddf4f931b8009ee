/* SPDX-License-Identifier: ISC */
/* show.h - packets for people and, as JSON, for programs. */
#ifndef RAW_PACKET_SHOW_H
#define RAW_PACKET_SHOW_H

#include <stdint.h>

#include "raw/packet/packet.h"

struct bytes;

/* Append P, the packet NUMBER from 1: its layers, their fields with the hex beside them, then all
 * of it in hex. */
void show_packet(const struct packet *p, uint64_t number, struct bytes *out);

/* The same as a line of JSON: packet, size, layers (list of layer, at, size, fields), hex. */
void show_packet_json(const struct packet *p, uint64_t number, struct bytes *out);

#endif
