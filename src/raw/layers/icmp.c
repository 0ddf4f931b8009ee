/* SPDX-License-Identifier: ISC */
/* icmp.c - ICMP, ICMPv6 and neighbor discovery. */
#include "raw/layers/layers_private.h"

static const struct field_name icmp_names[] = {{"echo-reply", 0}, {"unreachable", 3},
	{"redirect", 5}, {"echo", 8}, {"time-exceeded", 11}, {"parameter-problem", 12},
	{"timestamp", 13}, {"timestamp-reply", 14}, {"mask", 17}, {"mask-reply", 18}, {0}};

static const struct field icmp_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 8, .names = icmp_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"code", FIELD_NUMBER, 8, 8, .help = "reason within the type"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM, .help = "over header and content"},
	{"id", FIELD_NUMBER, 32, 16, FILL_OWN_ID, .help = "identifies the sender"},
	{"seq", FIELD_NUMBER, 48, 16, FILL_OWN_SEQ, .help = "sequence number"},
	{"mtu", FIELD_NUMBER, 48, 16, .flags = FIELD_ALIAS,
		.help = "MTU of the next hop, with unreachable"},
	{0},
};
const struct layer layer_icmp = {.name = "icmp",
	.help = "ICMP (RFC 792); see also icmp timestamp, icmp mask",
	.fields = icmp_fields,
	.size = 8,
	.protocol = PROTOCOL_ICMP};

/* The fields that questions share with their answers. */
#define ICMP_QUESTION_FIELDS(kind, kinds)                                                          \
	{"type", FIELD_NUMBER, 0, 8, .value = (kind), .names = (kinds), .flags = FIELD_BARE,       \
		.help = "kind of message"},                                                        \
		{"code", FIELD_NUMBER, 8, 8, .help = "0"},                                         \
		{"checksum", FIELD_HEX, 16, 16, FILL_SUM, .help = "over header and content"},      \
		{"id", FIELD_NUMBER, 32, 16, FILL_OWN_ID, .help = "identifies the sender"},        \
	{                                                                                          \
		"seq", FIELD_NUMBER, 48, 16, FILL_OWN_SEQ, .help = "sequence number"               \
	}

static const struct field_name icmp_timestamp_names[] = {
	{"timestamp", 13}, {"timestamp-reply", 14}, {0}};
static const struct field icmp_timestamp_fields[] = {
	ICMP_QUESTION_FIELDS(13, icmp_timestamp_names),
	{"originate", FIELD_NUMBER, 64, 32,
		.help = "when it was sent, in milliseconds since midnight UTC"},
	{"receive", FIELD_NUMBER, 96, 32, .help = "when the other host received it"},
	{"transmit", FIELD_NUMBER, 128, 32, .help = "when the other host answered"},
	{0},
};
const struct layer layer_icmp_timestamp = {.name = "icmp",
	.variant = "timestamp",
	.types = "\x0d\x0e",
	.help = "the time at another host (RFC 792)",
	.fields = icmp_timestamp_fields,
	.size = 20,
	.protocol = PROTOCOL_ICMP};

static const struct field_name icmp_mask_names[] = {{"mask", 17}, {"mask-reply", 18}, {0}};
static const struct field icmp_mask_fields[] = {
	ICMP_QUESTION_FIELDS(17, icmp_mask_names),
	{"mask", FIELD_IP4, 64, 32, .help = "network mask"},
	{0},
};
const struct layer layer_icmp_mask = {.name = "icmp",
	.variant = "mask",
	.types = "\x11\x12",
	.help = "the network mask of a link (RFC 950)",
	.fields = icmp_mask_fields,
	.size = 12,
	.protocol = PROTOCOL_ICMP};

static const struct field_name icmp6_names[] = {{"unreachable", 1}, {"too-big", 2},
	{"time-exceeded", 3}, {"parameter-problem", 4}, {"echo", 128}, {"echo-reply", 129}, {0}};

static const struct field icmp6_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 128, .names = icmp6_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"code", FIELD_NUMBER, 8, 8, .help = "reason within the type"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM_PSEUDO,
		.help = "over header, content and pseudo-header"},
	{"id", FIELD_NUMBER, 32, 16, FILL_OWN_ID, .help = "identifies the sender"},
	{"seq", FIELD_NUMBER, 48, 16, FILL_OWN_SEQ, .help = "sequence number"},
	{"mtu", FIELD_NUMBER, 32, 32, .flags = FIELD_ALIAS,
		.help = "MTU of the next hop, with too-big"},
	{0},
};
const struct layer layer_icmp6 = {.name = "icmp6",
	.help = "ICMPv6 (RFC 4443)",
	.fields = icmp6_fields,
	.size = 8,
	.protocol = PROTOCOL_ICMP6};

static const struct field_name ndp_names[] = {
	{"solicit", 135}, {"advert", 136}, {"ns", 135}, {"na", 136}, {0}};

static const struct field_name ndp_flag_names[] = {
	{"router", 1U << 31}, {"solicited", 1U << 30}, {"override", 1U << 29}, {0}};

static const struct field ndp_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 135, .names = ndp_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"code", FIELD_NUMBER, 8, 8, .help = "0"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM_PSEUDO,
		.help = "over header, content and pseudo-header"},
	{"flags", FIELD_FLAGS, 32, 32, .names = ndp_flag_names, .help = "of an advertisement"},
	{"target", FIELD_IP6, 64, 128, FILL_REQUIRED, .help = "address in question"},
	{"source-mac", FIELD_MAC, 0, 48, FILL_ABSENT, .option = 1,
		.help = "hardware address of the sender"},
	{"target-mac", FIELD_MAC, 0, 48, FILL_ABSENT, .option = 2,
		.help = "hardware address of the target"},
	{0},
};
const struct layer layer_ndp = {.name = "ndp",
	.types = "\x87\x88",
	.help = "neighbor discovery (RFC 4861): ns, na; see also ndp rs, ndp ra",
	.fields = ndp_fields,
	.tail = TAIL_NDP,
	.size = 24,
	.protocol = PROTOCOL_ICMP6,
	.hops = 255};

static const struct field_name ndp_rs_names[] = {{"rs", 133}, {0}};
static const struct field_name ndp_ra_names[] = {{"ra", 134}, {0}};
static const struct field_name ndp_ra_flag_names[] = {
	{"managed", 1U << 7}, {"other", 1U << 6}, {0}};
static const struct field_name ndp_prefix_flag_names[] = {
	{"on-link", 1U << 7}, {"auto", 1U << 6}, {0}};

static const struct field ndp_rs_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 133, .names = ndp_rs_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"code", FIELD_NUMBER, 8, 8, .help = "0"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM_PSEUDO,
		.help = "over header, content and pseudo-header"},
	{"source-mac", FIELD_MAC, 0, 48, FILL_ABSENT, .option = 1,
		.help = "hardware address of the sender"},
	{0},
};
const struct layer layer_ndp_rs = {.name = "ndp",
	.variant = "rs",
	.types = "\x85",
	.help = "router solicitation (RFC 4861)",
	.fields = ndp_rs_fields,
	.tail = TAIL_NDP,
	.size = 8,
	.protocol = PROTOCOL_ICMP6,
	.hops = 255};

static const struct field ndp_ra_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 134, .names = ndp_ra_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"code", FIELD_NUMBER, 8, 8, .help = "0"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM_PSEUDO,
		.help = "over header, content and pseudo-header"},
	{"hop-limit", FIELD_NUMBER, 32, 8, .value = 64,
		.help = "hop limit for hosts to use (0 = unspecified)"},
	{"flags", FIELD_FLAGS, 40, 8, .names = ndp_ra_flag_names,
		.help = "DHCPv6 for addresses, for other settings"},
	{"lifetime", FIELD_NUMBER, 48, 16, .value = 1800,
		.help = "seconds that the router is a default router"},
	{"reachable", FIELD_NUMBER, 64, 32, .help = "milliseconds that a neighbor stays reachable"},
	{"retransmit", FIELD_NUMBER, 96, 32, .help = "milliseconds between solicitations"},
	{"source-mac", FIELD_MAC, 0, 48, FILL_ABSENT, .option = 1,
		.help = "hardware address of the router"},
	{"mtu", FIELD_NUMBER, 16, 32, FILL_ABSENT, .option = 5, .help = "MTU of the link"},
	{"prefix-length", FIELD_NUMBER, 0, 8, FILL_ABSENT, .value = 64, .option = 3,
		.help = "with a prefix: number of its bits"},
	{"prefix-flags", FIELD_FLAGS, 8, 8, FILL_ABSENT, .value = 0xc0,
		.names = ndp_prefix_flag_names, .option = 3,
		.help = "with a prefix: how it may be used"},
	{"valid", FIELD_NUMBER, 16, 32, FILL_ABSENT, .value = 2592000, .option = 3,
		.help = "with a prefix: seconds that it is valid"},
	{"preferred", FIELD_NUMBER, 48, 32, FILL_ABSENT, .value = 604800, .option = 3,
		.help = "with a prefix: seconds that it is preferred"},
	{"prefix", FIELD_IP6, 112, 128, FILL_ABSENT, .option = 3, .help = "prefix of the link"},
	{0},
};
const struct layer layer_ndp_ra = {.name = "ndp",
	.variant = "ra",
	.types = "\x86",
	.help = "router advertisement (RFC 4861)",
	.fields = ndp_ra_fields,
	.tail = TAIL_NDP,
	.size = 16,
	.protocol = PROTOCOL_ICMP6,
	.hops = 255};
