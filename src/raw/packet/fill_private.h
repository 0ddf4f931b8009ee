/* SPDX-License-Identifier: ISC */
/* fill_private.h - what fill.c and fill_sums.c share. */
#ifndef RAW_PACKET_FILL_PRIVATE_H
#define RAW_PACKET_FILL_PRIVATE_H

#include "raw/packet/build.h"

/* A field to be filled in. */
struct slot {
	struct build *build;
	const struct packet *packet;
	const struct spec_layer *layer;
	const struct piece *piece;
	const struct field *field;
	unsigned char *data; /* of the whole packet */
	enum status status;  /* STATUS_DONE; or another, with a line in WHY */
	struct bytes *why;
};

/* The checksum with which to fill S; or the CRC-32c. */
struct value fill_sum(const struct slot *s);
struct value fill_crc32c(const struct slot *s);

/* Write the checksum of GRE, the first of its options. */
void fill_option_sum(const struct slot *s);

#endif
