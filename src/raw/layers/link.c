/* SPDX-License-Identifier: ISC */
/* link.c - the layers of frames: eth, vlan, mpls, arp. */
#include "raw/layers/layers_private.h"

const struct field_name layers_type_names[] = {
	{"ip", ETHERTYPE_IP},
	{"arp", ETHERTYPE_ARP},
	{"vlan", ETHERTYPE_VLAN},
	{"ip6", ETHERTYPE_IP6},
	{"qinq", 0x88a8},
	{"lldp", 0x88cc},
	{"mpls", ETHERTYPE_MPLS},
	{"eth", ETHERTYPE_BRIDGED},
	{0},
};

static const struct field eth_fields[] = {
	{"dst", FIELD_MAC, 0, 48, FILL_NEXT_HOP, .value = BROADCAST_MAC, .help = "destination"},
	{"src", FIELD_MAC, 48, 48, FILL_OWN_MAC, .help = "source"},
	{"type", FIELD_HEX, 96, 16, FILL_NEXT_TYPE, .names = layers_type_names,
		.help = "next layer"},
	{0},
};
const struct layer layer_eth = {.name = "eth",
	.help = "Ethernet II",
	.fields = eth_fields,
	.size = 14,
	.ethertype = ETHERTYPE_BRIDGED,
	.protocol = NO_PROTOCOL};

static const struct field vlan_fields[] = {
	{"priority", FIELD_NUMBER, 0, 3, .help = "class of service"},
	{"dei", FIELD_NUMBER, 3, 1, .flags = FIELD_BARE, .help = "eligible to be dropped"},
	{"id", FIELD_NUMBER, 4, 12, FILL_REQUIRED, .help = "VLAN number"},
	{"type", FIELD_HEX, 16, 16, FILL_NEXT_TYPE, .names = layers_type_names,
		.help = "next layer"},
	{0},
};
const struct layer layer_vlan = {.name = "vlan",
	.help = "IEEE 802.1Q tag; may be repeated",
	.fields = vlan_fields,
	.size = 4,
	.ethertype = ETHERTYPE_VLAN,
	.protocol = NO_PROTOCOL};

static const struct field mpls_fields[] = {
	{"label", FIELD_NUMBER, 0, 20, FILL_REQUIRED, .help = "label"},
	{"tc", FIELD_NUMBER, 20, 3, .help = "traffic class"},
	{"bos", FIELD_NUMBER, 23, 1, FILL_BOTTOM, .help = "bottom of the stack"},
	{"ttl", FIELD_NUMBER, 24, 8, .value = 64, .help = "hops left"},
	{0},
};
const struct layer layer_mpls = {.name = "mpls",
	.help = "MPLS label (RFC 3032); may be repeated",
	.fields = mpls_fields,
	.size = 4,
	.ethertype = ETHERTYPE_MPLS,
	.protocol = PROTOCOL_MPLS};

static const struct field_name arp_names[] = {{"request", 1}, {"reply", 2}, {0}};

static const struct field arp_fields[] = {
	{"hardware", FIELD_NUMBER, 0, 16, .value = 1, .help = "kind of hardware address"},
	{"type", FIELD_HEX, 16, 16, .value = ETHERTYPE_IP, .names = layers_type_names,
		.help = "kind of protocol address"},
	{"hardware-size", FIELD_NUMBER, 32, 8, .value = 6, .help = "length of hardware addresses"},
	{"size", FIELD_NUMBER, 40, 8, .value = 4, .help = "length of protocol addresses"},
	{"op", FIELD_NUMBER, 48, 16, .value = 1, .names = arp_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"sender-mac", FIELD_MAC, 64, 48, FILL_OWN_MAC, .help = "source"},
	{"sender", FIELD_IP4, 112, 32, FILL_OWN_ADDRESS, .help = "source"},
	{"target-mac", FIELD_MAC, 144, 48, .help = "hardware address of the target"},
	{"target", FIELD_IP4, 192, 32, .flags = FIELD_TARGET, .help = "address in question"},
	{0},
};
const struct layer layer_arp = {.name = "arp",
	.help = "address resolution for IPv4 (RFC 826)",
	.fields = arp_fields,
	.size = 28,
	.ethertype = ETHERTYPE_ARP,
	.protocol = NO_PROTOCOL};
