/* SPDX-License-Identifier: ISC */
/* transport.c - layers that carry content or other packets: udp, tcp, sctp, gre, vxlan. */
#include "raw/layers/layers_private.h"

static const struct field udp_fields[] = {
	{"sport", FIELD_PORT, 0, 16, FILL_OWN_PORT, .value = SOURCE_PORT, .help = "source port"},
	{"dport", FIELD_PORT, 16, 16, FILL_NEXT_PORT, .help = "destination port"},
	{"length", FIELD_NUMBER, 32, 16, FILL_LENGTH, .help = "over header and content"},
	{"checksum", FIELD_HEX, 48, 16, FILL_SUM_PSEUDO,
		.help = "over header, content and pseudo-header"},
	{0},
};
const struct layer layer_udp = {.name = "udp",
	.help = "UDP (RFC 768)",
	.fields = udp_fields,
	.size = 8,
	.protocol = PROTOCOL_UDP};

static const struct field_name tcp_flag_names[] = {{"fin", 1}, {"syn", 2}, {"rst", 4}, {"psh", 8},
	{"ack", 16}, {"urg", 32}, {"ece", 64}, {"cwr", 128}, {"ae", 256}, {"none", 0}, {0}};

static const struct field tcp_fields[] = {
	{"sport", FIELD_PORT, 0, 16, FILL_OWN_PORT, .value = SOURCE_PORT, .help = "source port"},
	{"dport", FIELD_PORT, 16, 16, FILL_REQUIRED, .help = "destination port"},
	{"seq", FIELD_NUMBER, 32, 32, FILL_OWN_START,
		.help = "number of the first byte of content"},
	{"ack", FIELD_NUMBER, 64, 32, .help = "number of the next byte expected"},
	{"header", FIELD_NUMBER, 96, 4, FILL_HEADER_WORDS, .help = "header length in 32-bit words"},
	{"flags", FIELD_FLAGS, 103, 9, .value = 2, .names = tcp_flag_names, .flags = FIELD_BARE,
		.help = "control bits"},
	{"window", FIELD_NUMBER, 112, 16, .value = 64240, .help = "bytes that the sender accepts"},
	{"checksum", FIELD_HEX, 128, 16, FILL_SUM_PSEUDO,
		.help = "over header, content and pseudo-header"},
	{"urgent", FIELD_NUMBER, 144, 16, .help = "end of urgent data"},
	{"mss", FIELD_NUMBER, 0, 16, FILL_ABSENT, .option = 2, .help = "maximum segment size"},
	{"wscale", FIELD_NUMBER, 0, 8, FILL_ABSENT, .option = 3,
		.help = "shift count of the window"},
	{"sack-ok", FIELD_NUMBER, 0, 0, FILL_ABSENT, .flags = FIELD_BARE, .option = 4,
		.help = "selective acknowledgments permitted"},
	{"timestamp", FIELD_PAIR, 0, 64, FILL_ABSENT, .option = 8,
		.help = "own clock/peer's clock"},
	{0},
};
const struct layer layer_tcp = {.name = "tcp",
	.help = "TCP (RFC 9293)",
	.fields = tcp_fields,
	.tail = TAIL_TCP,
	.size = 20,
	.protocol = PROTOCOL_TCP};

static const struct field sctp_fields[] = {
	{"sport", FIELD_PORT, 0, 16, FILL_OWN_PORT, .value = SOURCE_PORT, .help = "source port"},
	{"dport", FIELD_PORT, 16, 16, FILL_REQUIRED, .help = "destination port"},
	{"tag", FIELD_HEX, 32, 32, .help = "verification tag"},
	{"checksum", FIELD_HEX, 64, 32, FILL_CRC32C, .help = "CRC-32c of header and chunks"},
	{"chunks", FIELD_BYTES, .fill = FILL_ABSENT, .help = "chunks as raw bytes"},
	{0},
};
const struct layer layer_sctp = {.name = "sctp",
	.help = "SCTP (RFC 9260)",
	.fields = sctp_fields,
	.tail = TAIL_REST,
	.size = 12,
	.protocol = PROTOCOL_SCTP};

static const struct field_name computed_names[] = {{"computed", LAYER_COMPUTED}, {0}};
static const struct field gre_fields[] = {
	{"version", FIELD_NUMBER, 13, 3, .help = "0"},
	{"protocol", FIELD_HEX, 16, 16, FILL_NEXT_TYPE, .names = layers_type_names,
		.help = "next layer"},
	{"checksum", FIELD_HEX, 0, 16, FILL_ABSENT, .names = computed_names,
		.flags = FIELD_COMPUTED, .option = 1, .help = "over header and content"},
	{"key", FIELD_NUMBER, 0, 32, FILL_ABSENT, .option = 3, .help = "key of the tunnel"},
	{"seq", FIELD_NUMBER, 0, 32, FILL_ABSENT, .option = 4, .help = "sequence number"},
	{0},
};
const struct layer layer_gre = {.name = "gre",
	.help = "GRE (RFC 2784, RFC 2890)",
	.fields = gre_fields,
	.tail = TAIL_GRE,
	.size = 4,
	.protocol = PROTOCOL_GRE};

static const struct field vxlan_fields[] = {
	{"flags", FIELD_HEX, 0, 8, .value = 8, .help = "8 = the vni is valid"},
	{"vni", FIELD_NUMBER, 32, 24, FILL_REQUIRED, .help = "number of the virtual network"},
	{0},
};
const struct layer layer_vxlan = {.name = "vxlan",
	.help = "VXLAN (RFC 7348), after udp and before eth",
	.fields = vxlan_fields,
	.size = 8,
	.protocol = NO_PROTOCOL,
	.port = PORT_VXLAN};
