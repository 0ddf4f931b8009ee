/* SPDX-License-Identifier: ISC */
/* layers.c - the layers of a packet and their fields: the tables. */
#include "raw/layers.h"

#define BROADCAST_MAC	  UINT64_C(0xffffffffffff)
#define SOURCE_PORT	  54321
#define NO_PROTOCOL	  (-1)
#define ETHERTYPE_VLAN	  0x8100
#define ETHERTYPE_ARP	  0x0806
#define ETHERTYPE_IP	  0x0800
#define ETHERTYPE_IP6	  0x86dd
#define PROTOCOL_ICMP	  1
#define PROTOCOL_IGMP	  2
#define PROTOCOL_IP_IN_IP 4
#define PROTOCOL_TCP	  6
#define PROTOCOL_UDP	  17
#define PROTOCOL_IP6	  41
#define PROTOCOL_ICMP6	  58

static const struct field_name type_names[] = {
	{"ip", ETHERTYPE_IP},
	{"arp", ETHERTYPE_ARP},
	{"vlan", ETHERTYPE_VLAN},
	{"ip6", ETHERTYPE_IP6},
	{"qinq", 0x88a8},
	{"lldp", 0x88cc},
	{0},
};

static const struct field eth_fields[] = {
	{"dst", FIELD_MAC, 0, 48, .value = BROADCAST_MAC, .help = "whom it is for"},
	{"src", FIELD_MAC, 48, 48, FILL_OWN_MAC, .help = "who sends it"},
	{"type", FIELD_HEX, 96, 16, FILL_NEXT_TYPE, .names = type_names, .help = "what follows"},
	{0},
};
const struct layer layer_eth = {.name = "eth",
	.help = "Ethernet II",
	.fields = eth_fields,
	.size = 14,
	.protocol = NO_PROTOCOL};

static const struct field vlan_fields[] = {
	{"priority", FIELD_NUMBER, 0, 3, .help = "class of service"},
	{"dei", FIELD_NUMBER, 3, 1, .flags = FIELD_BARE, .help = "may be dropped first"},
	{"id", FIELD_NUMBER, 4, 12, FILL_REQUIRED, .help = "which VLAN"},
	{"type", FIELD_HEX, 16, 16, FILL_NEXT_TYPE, .names = type_names, .help = "what follows"},
	{0},
};
const struct layer layer_vlan = {.name = "vlan",
	.help = "a tag of IEEE 802.1Q; may be repeated",
	.fields = vlan_fields,
	.size = 4,
	.ethertype = ETHERTYPE_VLAN,
	.protocol = NO_PROTOCOL};

static const struct field_name arp_names[] = {{"request", 1}, {"reply", 2}, {0}};

static const struct field arp_fields[] = {
	{"hardware", FIELD_NUMBER, 0, 16, .value = 1, .help = "kind of hardware address"},
	{"type", FIELD_HEX, 16, 16, .value = ETHERTYPE_IP, .names = type_names,
		.help = "kind of protocol address"},
	{"hardware-size", FIELD_NUMBER, 32, 8, .value = 6, .help = "bytes of a hardware address"},
	{"size", FIELD_NUMBER, 40, 8, .value = 4, .help = "bytes of a protocol address"},
	{"op", FIELD_NUMBER, 48, 16, .value = 1, .names = arp_names, .flags = FIELD_BARE,
		.help = "what it is"},
	{"sender-mac", FIELD_MAC, 64, 48, FILL_OWN_MAC, .help = "who sends it"},
	{"sender", FIELD_IP4, 112, 32, FILL_OWN_ADDRESS, .help = "who sends it"},
	{"target-mac", FIELD_MAC, 144, 48, .help = "who answered, or is asked"},
	{"target", FIELD_IP4, 192, 32, .flags = FIELD_TARGET, .help = "whose address is asked for"},
	{0},
};
const struct layer layer_arp = {.name = "arp",
	.help = "address resolution for IPv4 (RFC 826)",
	.fields = arp_fields,
	.size = 28,
	.ethertype = ETHERTYPE_ARP,
	.protocol = NO_PROTOCOL};

static const struct field_name dscp_names[] = {{"cs0", 0}, {"cs1", 8}, {"cs2", 16}, {"cs3", 24},
	{"cs4", 32}, {"cs5", 40}, {"cs6", 48}, {"cs7", 56}, {"af11", 10}, {"af12", 12},
	{"af13", 14}, {"af21", 18}, {"af22", 20}, {"af23", 22}, {"af31", 26}, {"af32", 28},
	{"af33", 30}, {"af41", 34}, {"af42", 36}, {"af43", 38}, {"ef", 46}, {0}};

static const struct field_name protocol_names[] = {
	{"icmp", PROTOCOL_ICMP},
	{"igmp", PROTOCOL_IGMP},
	{"ip", PROTOCOL_IP_IN_IP},
	{"tcp", PROTOCOL_TCP},
	{"udp", PROTOCOL_UDP},
	{"ip6", PROTOCOL_IP6},
	{"icmp6", PROTOCOL_ICMP6},
	{"none", LAYER_PROTOCOL_NONE},
	{0},
};

static const struct field ip_fields[] = {
	{"version", FIELD_NUMBER, 0, 4, .value = 4, .help = "4"},
	{"ihl", FIELD_NUMBER, 4, 4, FILL_HEADER_WORDS, .help = "length of the header"},
	{"dscp", FIELD_NUMBER, 8, 6, .names = dscp_names, .help = "traffic class"},
	{"ecn", FIELD_NUMBER, 14, 2, .help = "congestion notification"},
	{"tos", FIELD_HEX, 8, 8, .flags = FIELD_ALIAS, .help = "dscp and ecn as one byte"},
	{"length", FIELD_NUMBER, 16, 16, FILL_LENGTH, .flags = FIELD_KERNEL,
		.help = "of header and content"},
	{"id", FIELD_NUMBER, 32, 16, .flags = FIELD_KERNEL0, .help = "of the whole datagram"},
	{"df", FIELD_NUMBER, 49, 1, .flags = FIELD_BARE, .help = "do not fragment"},
	{"mf", FIELD_NUMBER, 50, 1, .flags = FIELD_BARE, .help = "more fragments follow"},
	{"offset", FIELD_NUMBER, 51, 13, .help = "of this fragment, in 8 bytes"},
	{"ttl", FIELD_NUMBER, 64, 8, FILL_HOPS, .value = 64, .help = "hops left"},
	{"proto", FIELD_NUMBER, 72, 8, FILL_NEXT_PROTOCOL, .names = protocol_names,
		.help = "what follows"},
	{"checksum", FIELD_HEX, 80, 16, FILL_SUM_HEADER, .flags = FIELD_KERNEL,
		.help = "of the header"},
	{"src", FIELD_IP4, 96, 32, FILL_OWN_ADDRESS, .flags = FIELD_KERNEL0,
		.help = "who sends it"},
	{"dst", FIELD_IP4, 128, 32, FILL_REQUIRED, .flags = FIELD_TARGET, .help = "whom it is for"},
	{"options", FIELD_BYTES, .fill = FILL_ABSENT, .help = "filled up with zeros to 4 bytes"},
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
	{"flow", FIELD_HEX, 12, 20, .help = "flow label"},
	{"length", FIELD_NUMBER, 32, 16, FILL_LENGTH_REST, .help = "of the content"},
	{"next", FIELD_NUMBER, 48, 8, FILL_NEXT_PROTOCOL, .names = protocol_names,
		.help = "what follows"},
	{"hop-limit", FIELD_NUMBER, 56, 8, FILL_HOPS, .value = 64, .help = "hops left"},
	{"src", FIELD_IP6, 64, 128, FILL_OWN_ADDRESS, .help = "who sends it"},
	{"dst", FIELD_IP6, 192, 128, FILL_REQUIRED, .flags = FIELD_TARGET,
		.help = "whom it is for"},
	{0},
};
const struct layer layer_ip6 = {.name = "ip6",
	.help = "IPv6 (RFC 8200)",
	.fields = ip6_fields,
	.size = 40,
	.ethertype = ETHERTYPE_IP6,
	.protocol = PROTOCOL_IP6};

static const struct field_name icmp_names[] = {{"echo-reply", 0}, {"unreachable", 3},
	{"redirect", 5}, {"echo", 8}, {"time-exceeded", 11}, {"parameter-problem", 12},
	{"timestamp", 13}, {"timestamp-reply", 14}, {0}};

static const struct field icmp_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 8, .names = icmp_names, .flags = FIELD_BARE,
		.help = "what it is"},
	{"code", FIELD_NUMBER, 8, 8, .help = "more exactly"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM, .help = "of header and content"},
	{"id", FIELD_NUMBER, 32, 16, .help = "of the one who asks"},
	{"seq", FIELD_NUMBER, 48, 16, .help = "of the question"},
	{0},
};
const struct layer layer_icmp = {.name = "icmp",
	.help = "ICMP (RFC 792)",
	.fields = icmp_fields,
	.size = 8,
	.protocol = PROTOCOL_ICMP};

static const struct field_name icmp6_names[] = {{"unreachable", 1}, {"too-big", 2},
	{"time-exceeded", 3}, {"parameter-problem", 4}, {"echo", 128}, {"echo-reply", 129}, {0}};

static const struct field icmp6_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 128, .names = icmp6_names, .flags = FIELD_BARE,
		.help = "what it is"},
	{"code", FIELD_NUMBER, 8, 8, .help = "more exactly"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM_PSEUDO, .help = "with the pseudo-header"},
	{"id", FIELD_NUMBER, 32, 16, .help = "of the one who asks"},
	{"seq", FIELD_NUMBER, 48, 16, .help = "of the question"},
	{0},
};
const struct layer layer_icmp6 = {.name = "icmp6",
	.help = "ICMPv6 (RFC 4443)",
	.fields = icmp6_fields,
	.size = 8,
	.protocol = PROTOCOL_ICMP6};

static const struct field_name ndp_names[] = {{"solicit", 135}, {"advert", 136}, {0}};

static const struct field_name ndp_flag_names[] = {
	{"router", 1U << 31}, {"solicited", 1U << 30}, {"override", 1U << 29}, {0}};

static const struct field ndp_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 135, .names = ndp_names, .flags = FIELD_BARE,
		.help = "what it is"},
	{"code", FIELD_NUMBER, 8, 8, .help = "0"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM_PSEUDO, .help = "with the pseudo-header"},
	{"flags", FIELD_FLAGS, 32, 32, .names = ndp_flag_names, .help = "of an advertisement"},
	{"target", FIELD_IP6, 64, 128, FILL_REQUIRED, .help = "whose address is asked for"},
	{"source-mac", FIELD_MAC, 0, 48, FILL_ABSENT, .option = 1, .help = "who asks"},
	{"target-mac", FIELD_MAC, 0, 48, FILL_ABSENT, .option = 2, .help = "who answers"},
	{0},
};
const struct layer layer_ndp = {.name = "ndp",
	.help = "neighbours of IPv6 (RFC 4861)",
	.fields = ndp_fields,
	.tail = TAIL_NDP,
	.size = 24,
	.protocol = PROTOCOL_ICMP6,
	.hops = 255};

static const struct field_name igmp_names[] = {{"query", 0x11}, {"report-v1", 0x12},
	{"report", 0x16}, {"leave", 0x17}, {"report-v3", 0x22}, {0}};

static const struct field igmp_fields[] = {
	{"type", FIELD_HEX, 0, 8, .value = 0x11, .names = igmp_names, .flags = FIELD_BARE,
		.help = "what it is"},
	{"max-response", FIELD_NUMBER, 8, 8, .help = "time to answer, in tenths of a second"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM, .help = "of header and content"},
	{"group", FIELD_IP4, 32, 32, .help = "multicast group"},
	{0},
};
const struct layer layer_igmp = {.name = "igmp",
	.help = "IGMP (RFC 2236)",
	.fields = igmp_fields,
	.size = 8,
	.protocol = PROTOCOL_IGMP,
	.hops = 1};

static const struct field udp_fields[] = {
	{"sport", FIELD_PORT, 0, 16, .value = SOURCE_PORT, .help = "port that sends it"},
	{"dport", FIELD_PORT, 16, 16, FILL_REQUIRED, .help = "port it is for"},
	{"length", FIELD_NUMBER, 32, 16, FILL_LENGTH, .help = "of header and content"},
	{"checksum", FIELD_HEX, 48, 16, FILL_SUM_PSEUDO, .help = "with the pseudo-header"},
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
	{"sport", FIELD_PORT, 0, 16, .value = SOURCE_PORT, .help = "port that sends it"},
	{"dport", FIELD_PORT, 16, 16, FILL_REQUIRED, .help = "port it is for"},
	{"seq", FIELD_NUMBER, 32, 32, .help = "number of the first byte"},
	{"ack", FIELD_NUMBER, 64, 32, .help = "number of the next byte wanted"},
	{"header", FIELD_NUMBER, 96, 4, FILL_HEADER_WORDS, .help = "length of the header"},
	{"flags", FIELD_FLAGS, 103, 9, .value = 2, .names = tcp_flag_names, .flags = FIELD_BARE,
		.help = "what it does"},
	{"window", FIELD_NUMBER, 112, 16, .value = 64240, .help = "bytes that may come"},
	{"checksum", FIELD_HEX, 128, 16, FILL_SUM_PSEUDO, .help = "with the pseudo-header"},
	{"urgent", FIELD_NUMBER, 144, 16, .help = "where urgent data ends"},
	{"mss", FIELD_NUMBER, 0, 16, FILL_ABSENT, .option = 2, .help = "largest segment"},
	{"wscale", FIELD_NUMBER, 0, 8, FILL_ABSENT, .option = 3, .help = "factor of the window"},
	{"sack-ok", FIELD_NUMBER, 0, 0, FILL_ABSENT, .flags = FIELD_BARE, .option = 4,
		.help = "selective acknowledgements understood"},
	{"timestamp", FIELD_PAIR, 0, 64, FILL_ABSENT, .option = 8, .help = "own time/peer's time"},
	{0},
};
const struct layer layer_tcp = {.name = "tcp",
	.help = "TCP (RFC 9293)",
	.fields = tcp_fields,
	.tail = TAIL_TCP,
	.size = 20,
	.protocol = PROTOCOL_TCP};

static const struct field payload_fields[] = {
	[PAYLOAD_TEXT] = {"text", FIELD_TEXT, .fill = FILL_ABSENT,
		.help = "TEXT, read as -E or --hex say"},
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
	.help = "bytes HEX: these bytes as they are, at any place",
	.fields = bytes_fields,
	.kind = LAYER_CONTENT,
	.protocol = NO_PROTOCOL,
	.positional = true};

static const struct field pad_fields[] = {
	{"pad", FIELD_SIZE, .value = 60, .help = "until the packet has so many bytes"},
	{0},
};
const struct layer layer_pad = {.name = "pad",
	.help = "pad, or pad=SIZE: zeros that no length or checksum counts",
	.fields = pad_fields,
	.kind = LAYER_PAD,
	.protocol = NO_PROTOCOL};

static const struct field no_fields[] = {{0}};
const struct layer layer_fcs = {.name = "fcs",
	.help = "the Ethernet CRC-32 of what stands before (most network cards add their own)",
	.fields = no_fields,
	.kind = LAYER_CRC,
	.protocol = NO_PROTOCOL};

const struct layer *const layers[] = {&layer_eth, &layer_vlan, &layer_arp, &layer_ip, &layer_ip6,
	&layer_icmp, &layer_icmp6, &layer_ndp, &layer_igmp, &layer_udp, &layer_tcp, &layer_payload,
	&layer_pad, &layer_fcs, &layer_bytes};
const size_t layer_count = sizeof(layers) / sizeof(layers[0]);
