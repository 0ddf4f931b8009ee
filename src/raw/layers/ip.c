/* SPDX-License-Identifier: ISC */
/* ip.c - the headers of IPv4 and IPv6. */
#include "raw/layers/layers_private.h"

static const struct field_name dscp_names[] = {{"cs0", 0}, {"cs1", 8}, {"cs2", 16}, {"cs3", 24},
	{"cs4", 32}, {"cs5", 40}, {"cs6", 48}, {"cs7", 56}, {"af11", 10}, {"af12", 12},
	{"af13", 14}, {"af21", 18}, {"af22", 20}, {"af23", 22}, {"af31", 26}, {"af32", 28},
	{"af33", 30}, {"af41", 34}, {"af42", 36}, {"af43", 38}, {"ef", 46}, {0}};

const struct field_name layers_protocol_names[] = {
	{"icmp", PROTOCOL_ICMP},
	{"igmp", PROTOCOL_IGMP},
	{"ip", PROTOCOL_IP_IN_IP},
	{"tcp", PROTOCOL_TCP},
	{"udp", PROTOCOL_UDP},
	{"ip6", PROTOCOL_IP6},
	{"icmp6", PROTOCOL_ICMP6},
	{"gre", PROTOCOL_GRE},
	{"sctp", PROTOCOL_SCTP},
	{"mpls", PROTOCOL_MPLS},
	{"hop-options", PROTOCOL_HOP},
	{"routing", PROTOCOL_ROUTING},
	{"fragment", PROTOCOL_FRAGMENT},
	{"dest-options", PROTOCOL_DEST},
	{"none", LAYER_PROTOCOL_NONE},
	{0},
};

static const struct field ip_fields[] = {
	{"version", FIELD_NUMBER, 0, 4, .value = 4, .help = "4"},
	{"ihl", FIELD_NUMBER, 4, 4, FILL_HEADER_WORDS, .help = "header length in 32-bit words"},
	{"dscp", FIELD_NUMBER, 8, 6, .names = dscp_names, .help = "traffic class"},
	{"ecn", FIELD_NUMBER, 14, 2, .help = "congestion notification"},
	{"tos", FIELD_HEX, 8, 8, .flags = FIELD_ALIAS, .help = "dscp and ecn in one byte"},
	{"length", FIELD_NUMBER, 16, 16, FILL_LENGTH, .flags = FIELD_KERNEL,
		.help = "over header and content"},
	{"id", FIELD_NUMBER, 32, 16, FILL_OWN_MARK, .flags = FIELD_KERNEL0,
		.help = "identification, the same in all fragments"},
	{"df", FIELD_NUMBER, 49, 1, .flags = FIELD_BARE, .help = "do not fragment"},
	{"mf", FIELD_NUMBER, 50, 1, .flags = FIELD_BARE, .help = "more fragments follow"},
	{"offset", FIELD_NUMBER, 51, 13, .help = "of this fragment, in units of 8 bytes"},
	{"ttl", FIELD_NUMBER, 64, 8, FILL_HOPS, .value = 64, .help = "hops left"},
	{"proto", FIELD_NUMBER, 72, 8, FILL_NEXT_PROTOCOL, .names = layers_protocol_names,
		.help = "next layer"},
	{"checksum", FIELD_HEX, 80, 16, FILL_SUM_HEADER, .flags = FIELD_KERNEL,
		.help = "over the header"},
	{"src", FIELD_IP4, 96, 32, FILL_OWN_ADDRESS, .flags = FIELD_KERNEL0, .help = "source"},
	{"dst", FIELD_IP4, 128, 32, FILL_REQUIRED, .flags = FIELD_TARGET, .help = "destination"},
	{"options", FIELD_BYTES, .fill = FILL_ABSENT, .help = "padded with zeros to 4 bytes"},
	{0},
};
const struct layer layer_ip = {.name = "ip",
	.help = "IPv4 (RFC 791)",
	.fields = ip_fields,
	.tail = TAIL_IP,
	.size = 20,
	.ethertype = ETHERTYPE_IP,
	.protocol = PROTOCOL_IP_IN_IP};

static const struct field ip6_fields[] = {
	{"version", FIELD_NUMBER, 0, 4, .value = 6, .help = "6"},
	{"class", FIELD_HEX, 4, 8, .help = "traffic class"},
	{"flow", FIELD_HEX, 12, 20, FILL_OWN_FLOW, .help = "flow label"},
	{"length", FIELD_NUMBER, 32, 16, FILL_LENGTH_REST, .help = "length of the content"},
	{"next", FIELD_NUMBER, 48, 8, FILL_NEXT_PROTOCOL, .names = layers_protocol_names,
		.help = "next layer"},
	{"hop-limit", FIELD_NUMBER, 56, 8, FILL_HOPS, .value = 64, .help = "hops left"},
	{"src", FIELD_IP6, 64, 128, FILL_OWN_ADDRESS, .help = "source"},
	{"dst", FIELD_IP6, 192, 128, FILL_REQUIRED, .flags = FIELD_TARGET, .help = "destination"},
	{0},
};
const struct layer layer_ip6 = {.name = "ip6",
	.help = "IPv6 (RFC 8200)",
	.fields = ip6_fields,
	.size = 40,
	.ethertype = ETHERTYPE_IP6,
	.protocol = PROTOCOL_IP6};

#define EXTENSION_FIELDS                                                                           \
	{"next", FIELD_NUMBER, 0, 8, FILL_NEXT_PROTOCOL, .names = layers_protocol_names,           \
		.help = "next layer"},                                                             \
	{                                                                                          \
		"length", FIELD_NUMBER, 8, 8, FILL_EXTENSION,                                      \
			.help = "header length in units of 8 bytes, without the first"             \
	}

static const struct field options_fields[] = {
	EXTENSION_FIELDS,
	{"router-alert", FIELD_NUMBER, 0, 16, FILL_ABSENT, .option = 5,
		.help = "routers examine the packet (RFC 2711)"},
	{"options", FIELD_BYTES, .fill = FILL_ABSENT, .help = "padded to 8 bytes"},
	{0},
};
const struct layer layer_hop_options = {.name = "hop-options",
	.help = "hop-by-hop options of IPv6 (RFC 8200)",
	.fields = options_fields,
	.tail = TAIL_OPTIONS,
	.size = 2,
	.protocol = PROTOCOL_HOP};

const struct layer layer_dest_options = {.name = "dest-options",
	.help = "destination options of IPv6 (RFC 8200)",
	.fields = options_fields,
	.tail = TAIL_OPTIONS,
	.size = 2,
	.protocol = PROTOCOL_DEST};

static const struct field routing_fields[] = {
	EXTENSION_FIELDS,
	{"type", FIELD_NUMBER, 16, 8, .value = 4, .help = "0, 2 (mobility), 3 (RPL), 4 (segments)"},
	{"left", FIELD_NUMBER, 24, 8, FILL_SEGMENTS, .help = "segments left"},
	{"segments", FIELD_IP6S, .fill = FILL_REQUIRED,
		.help = "addresses in the order of travel; in type 4 the first is ip6 dst"},
	{"data", FIELD_BYTES, .fill = FILL_ABSENT, .flags = FIELD_INSTEAD,
		.help = "contents in place of segments; padded with zeros to 8 bytes"},
	{0},
};
const struct layer layer_routing = {.name = "routing",
	.help = "routing header of IPv6 (RFC 8200, RFC 8754)",
	.fields = routing_fields,
	.tail = TAIL_ROUTING,
	.size = 4,
	.protocol = PROTOCOL_ROUTING};

static const struct field fragment_fields[] = {
	{"next", FIELD_NUMBER, 0, 8, FILL_NEXT_PROTOCOL, .names = layers_protocol_names,
		.help = "next layer"},
	{"offset", FIELD_NUMBER, 16, 13, .help = "of this fragment, in units of 8 bytes"},
	{"mf", FIELD_NUMBER, 31, 1, .flags = FIELD_BARE, .help = "more fragments follow"},
	{"id", FIELD_NUMBER, 32, 32, .help = "identification, the same in all fragments"},
	{0},
};
const struct layer layer_fragment = {.name = "fragment",
	.help = "fragment header of IPv6 (RFC 8200)",
	.fields = fragment_fields,
	.size = 8,
	.protocol = PROTOCOL_FRAGMENT};
