/* SPDX-License-Identifier: ISC */
/* layers.c - the list of all layers, and content. */
#include "raw/layers/layers_private.h"

static const struct field payload_fields[] = {
	[PAYLOAD_TEXT] = {"text", FIELD_TEXT, .fill = FILL_ABSENT,
		.help = "TEXT, read as -E or --hex says"},
	[PAYLOAD_FILE] = {"file", FIELD_FILE, .fill = FILL_ABSENT,
		.help = "the bytes of the file PATH"},
	[PAYLOAD_ZERO] = {"zero", FIELD_SIZE, .fill = FILL_ABSENT, .help = "SIZE zeros"},
	[PAYLOAD_RANDOM] = {"random", FIELD_SIZE, .fill = FILL_ABSENT, .help = "SIZE random bytes"},
	{0},
};
const struct layer layer_payload = {.name = "payload",
	.help = "content: payload TEXT, or one of these fields",
	.fields = payload_fields,
	.kind = LAYER_CONTENT,
	.protocol = NO_PROTOCOL,
	.positional = true};

static const struct field bytes_fields[] = {
	{"hex", FIELD_BYTES, .fill = FILL_REQUIRED, .help = "HEX digits"},
	{0},
};
const struct layer layer_bytes = {.name = "bytes",
	.help = "bytes HEX: these bytes as they are, anywhere",
	.fields = bytes_fields,
	.kind = LAYER_CONTENT,
	.protocol = NO_PROTOCOL,
	.positional = true};

static const struct field pad_fields[] = {
	{"pad", FIELD_SIZE, .value = 60, .help = "size of the packet to pad to"},
	{0},
};
const struct layer layer_pad = {.name = "pad",
	.help = "zeros after the content, not counted by lengths and checksums",
	.fields = pad_fields,
	.kind = LAYER_PAD,
	.protocol = NO_PROTOCOL};

static const struct field no_fields[] = {{0}};
const struct layer layer_fcs = {.name = "fcs",
	.help = "Ethernet CRC-32 of everything before it (most network cards append their own)",
	.fields = no_fields,
	.kind = LAYER_CRC,
	.protocol = NO_PROTOCOL};

const struct layer *const layers[] = {&layer_eth, &layer_vlan, &layer_mpls, &layer_arp, &layer_ip,
	&layer_ip6, &layer_hop_options, &layer_dest_options, &layer_routing, &layer_fragment,
	&layer_icmp, &layer_icmp_timestamp, &layer_icmp_mask, &layer_icmp6, &layer_ndp,
	&layer_ndp_rs, &layer_ndp_ra, &layer_igmp, &layer_igmp_query3, &layer_igmp_report3,
	&layer_mld, &layer_mld_query2, &layer_mld_report2, &layer_record, &layer_record6,
	&layer_udp, &layer_tcp, &layer_sctp, &layer_gre, &layer_vxlan, &layer_payload, &layer_pad,
	&layer_fcs, &layer_bytes};
const size_t layer_count = sizeof(layers) / sizeof(layers[0]);
