/* SPDX-License-Identifier: ISC */
/* group.c - membership in multicast groups: IGMP and MLD. */
#include "raw/layers/layers_private.h"

static const struct field_name igmp_names[] = {
	{"query", 0x11}, {"report-v1", 0x12}, {"report", 0x16}, {"leave", 0x17}, {0}};

static const struct field igmp_fields[] = {
	{"type", FIELD_HEX, 0, 8, .value = 0x11, .names = igmp_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"max-response", FIELD_NUMBER, 8, 8, .help = "time to answer, in tenths of a second"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM, .help = "over header and content"},
	{"group", FIELD_IP4, 32, 32, .help = "multicast group"},
	{0},
};
const struct layer layer_igmp = {.name = "igmp",
	.help = "IGMP version 2 (RFC 2236); see also igmp query-v3, igmp report-v3",
	.fields = igmp_fields,
	.size = 8,
	.protocol = PROTOCOL_IGMP,
	.hops = 1};

static const struct field_name record_names[] = {{"is-include", 1}, {"is-exclude", 2},
	{"to-include", 3}, {"to-exclude", 4}, {"allow", 5}, {"block", 6}, {0}};

/* The fields of queries in versions with sources, from bit AT on. */
#define QUERY_FIELDS(at, kind, bytes)                                                              \
	{"s", FIELD_NUMBER, (at) + 4, 1, .flags = FIELD_BARE,                                      \
		.help = "suppress router-side processing"},                                        \
		{"qrv", FIELD_NUMBER, (at) + 5, 3, .value = 2,                                     \
			.help = "querier's robustness variable"},                                  \
		{"qqic", FIELD_NUMBER, (at) + 8, 8, .value = 125,                                  \
			.help = "querier's query interval, encoded"},                              \
		{"count", FIELD_NUMBER, (at) + 16, 16, FILL_COUNT, .value = (bytes),               \
			.help = "number of sources"},                                              \
	{                                                                                          \
		"sources", kind, .fill = FILL_ABSENT, .help = "sources in question"                \
	}

/* The fields for one group in reports of groups with sources. */
#define RECORD_FIELDS(group_kind, group_bits, kind)                                                \
	{"mode", FIELD_NUMBER, 0, 8, .value = 4, .names = record_names, .flags = FIELD_BARE,       \
		.help = "type of the record"},                                                     \
		{"count", FIELD_NUMBER, 16, 16, FILL_COUNT, .value = (group_bits) / 8,             \
			.help = "number of sources"},                                              \
		{"group", group_kind, 32, group_bits, .help = "multicast group"},                  \
		{"sources", kind, .fill = FILL_ABSENT, .help = "sources of the group"},            \
		{"aux-length", FIELD_NUMBER, 8, 8, FILL_COUNT, .value = 4,                         \
			.help = "length of aux in units of 4 bytes"},                              \
	{                                                                                          \
		"aux", FIELD_BYTES, .fill = FILL_ABSENT,                                           \
				    .help = "auxiliary data, padded with zeros to 4 bytes"         \
	}

static const struct field record_fields[] = {RECORD_FIELDS(FIELD_IP4, 32, FIELD_IP4S), {0}};
const struct layer layer_record = {.name = "record",
	.help = "record of a group in igmp report-v3; may be repeated",
	.fields = record_fields,
	.tail = TAIL_RECORD,
	.size = 8,
	.protocol = NO_PROTOCOL,
	.part = &layer_record};

static const struct field record6_fields[] = {RECORD_FIELDS(FIELD_IP6, 128, FIELD_IP6S), {0}};
const struct layer layer_record6 = {.name = "record6",
	.help = "record of a group in mld report-v2, where record means it too",
	.fields = record6_fields,
	.tail = TAIL_RECORD,
	.size = 20,
	.protocol = NO_PROTOCOL,
	.part = &layer_record6};

#define RECORDS_FIELD                                                                              \
	{                                                                                          \
		"records", FIELD_NUMBER, 48, 16, FILL_PARTS, .help = "number of records"           \
	}

static const struct field_name igmp_query3_names[] = {{"query-v3", 0x11}, {0}};
static const struct field igmp_query3_fields[] = {
	{"type", FIELD_HEX, 0, 8, .value = 0x11, .names = igmp_query3_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"max-response", FIELD_NUMBER, 8, 8, .value = 100, .help = "time to answer, encoded"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM, .help = "over header and content"},
	{"group", FIELD_IP4, 32, 32, .help = "multicast group"},
	QUERY_FIELDS(64, FIELD_IP4S, 4),
	{0},
};
const struct layer layer_igmp_query3 = {.name = "igmp",
	.variant = "query-v3",
	.types = "\x11",
	.help = "query of IGMP version 3 (RFC 3376)",
	.fields = igmp_query3_fields,
	.tail = TAIL_REST,
	.size = 12,
	.protocol = PROTOCOL_IGMP,
	.hops = 1};

static const struct field_name igmp_report3_names[] = {{"report-v3", 0x22}, {0}};
static const struct field igmp_report3_fields[] = {
	{"type", FIELD_HEX, 0, 8, .value = 0x22, .names = igmp_report3_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM, .help = "over header and content"},
	RECORDS_FIELD,
	{0},
};
const struct layer layer_igmp_report3 = {.name = "igmp",
	.variant = "report-v3",
	.types = "\x22",
	.help = "report of IGMP version 3 (RFC 3376): its records follow",
	.fields = igmp_report3_fields,
	.size = 8,
	.part = &layer_record,
	.protocol = PROTOCOL_IGMP,
	.hops = 1};

static const struct field_name mld_names[] = {{"query", 130}, {"report", 131}, {"done", 132}, {0}};
static const struct field mld_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 130, .names = mld_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"code", FIELD_NUMBER, 8, 8, .help = "0"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM_PSEUDO,
		.help = "over header, content and pseudo-header"},
	{"max-response", FIELD_NUMBER, 32, 16, .help = "time to answer, in milliseconds"},
	{"group", FIELD_IP6, 64, 128, .help = "multicast group"},
	{0},
};
const struct layer layer_mld = {.name = "mld",
	.types = "\x82\x83\x84",
	.help = "multicast listener discovery (RFC 2710); see also mld query-v2, mld report-v2",
	.fields = mld_fields,
	.size = 24,
	.protocol = PROTOCOL_ICMP6,
	.hops = 1};

static const struct field_name mld_query2_names[] = {{"query-v2", 130}, {0}};
static const struct field mld_query2_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 130, .names = mld_query2_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"code", FIELD_NUMBER, 8, 8, .help = "0"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM_PSEUDO,
		.help = "over header, content and pseudo-header"},
	{"max-response", FIELD_NUMBER, 32, 16, .value = 10000, .help = "time to answer, encoded"},
	{"group", FIELD_IP6, 64, 128, .help = "multicast group"},
	QUERY_FIELDS(192, FIELD_IP6S, 16),
	{0},
};
const struct layer layer_mld_query2 = {.name = "mld",
	.variant = "query-v2",
	.types = "\x82",
	.help = "query of MLD version 2 (RFC 3810)",
	.fields = mld_query2_fields,
	.tail = TAIL_REST,
	.size = 28,
	.protocol = PROTOCOL_ICMP6,
	.hops = 1};

static const struct field_name mld_report2_names[] = {{"report-v2", 143}, {0}};
static const struct field mld_report2_fields[] = {
	{"type", FIELD_NUMBER, 0, 8, .value = 143, .names = mld_report2_names, .flags = FIELD_BARE,
		.help = "kind of message"},
	{"code", FIELD_NUMBER, 8, 8, .help = "0"},
	{"checksum", FIELD_HEX, 16, 16, FILL_SUM_PSEUDO,
		.help = "over header, content and pseudo-header"},
	RECORDS_FIELD,
	{0},
};
const struct layer layer_mld_report2 = {.name = "mld",
	.variant = "report-v2",
	.types = "\x8f",
	.help = "report of MLD version 2 (RFC 3810): its records follow",
	.fields = mld_report2_fields,
	.size = 8,
	.part = &layer_record6,
	.protocol = PROTOCOL_ICMP6,
	.hops = 1};
