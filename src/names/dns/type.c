/* SPDX-License-Identifier: ISC */
/* type.c - the types of records: names, numbers, and what their data consists of. */

#include "names/dns/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/num.h"

/* FIELDS: see the table in rdata.c. NULL is printed the way of RFC 3597, for all to read. */
static const struct dns_type {
	const char *name;
	uint16_t number;
	const char *fields;
} types[] = {
	{"A", DNS_TYPE_A, "4"},
	{"NS", 2, "n"},
	{"CNAME", DNS_TYPE_CNAME, "n"},
	{"SOA", 6, "nnIIIII"},
	{"MB", 7, "n"},
	{"MG", 8, "n"},
	{"MR", 9, "n"},
	{"NULL", 10, NULL},
	{"WKS", 11, "4BW"},
	{"PTR", DNS_TYPE_PTR, "n"},
	{"HINFO", 13, "ss"},
	{"MINFO", 14, "nn"},
	{"MX", 15, "Sn"},
	{"TXT", 16, "t"},
	{"RP", 17, "nn"},
	{"AFSDB", 18, "Sn"},
	{"X25", 19, "s"},
	{"ISDN", 20, "t"},
	{"RT", 21, "Sn"},
	{"SIG", 24, "yBBIddSnb"},
	{"KEY", 25, "SBBb"},
	{"PX", 26, "Snn"},
	{"GPOS", 27, "sss"},
	{"AAAA", 28, "6"},
	{"LOC", 29, "L"},
	{"SRV", 33, "SSSn"},
	{"NAPTR", 35, "SSsssn"},
	{"KX", 36, "Sn"},
	{"CERT", 37, "CSab"},
	{"DNAME", DNS_TYPE_DNAME, "n"},
	{"APL", 42, "p"},
	{"DS", 43, "SBBx"},
	{"SSHFP", 44, "BBx"},
	{"IPSECKEY", 45, "BBBgb"},
	{"RRSIG", 46, "yBBIddSnb"},
	{"NSEC", 47, "nm"},
	{"DNSKEY", 48, "SBBb"},
	{"DHCID", 49, "b"},
	{"NSEC3", 50, "BBShHm"},
	{"NSEC3PARAM", 51, "BBSh"},
	{"TLSA", 52, "BBBx"},
	{"SMIMEA", 53, "BBBx"},
	{"HIP", 55, "i"},
	{"NINFO", 56, "t"},
	{"RKEY", 57, "SBBb"},
	{"TALINK", 58, "nn"},
	{"CDS", 59, "SBBx"},
	{"CDNSKEY", 60, "SBBb"},
	{"OPENPGPKEY", 61, "b"},
	{"CSYNC", 62, "ISm"},
	{"ZONEMD", 63, "IBBx"},
	{"SVCB", 64, "Snv"},
	{"HTTPS", 65, "Snv"},
	{"SPF", 99, "t"},
	{"NID", 104, "Sl"},
	{"L32", 105, "S4"},
	{"L64", 106, "Sl"},
	{"LP", 107, "Sn"},
	{"EUI48", 108, "e"},
	{"EUI64", 109, "e"},
	{"AXFR", DNS_TYPE_AXFR, NULL},
	{"ANY", DNS_TYPE_ANY, NULL},
	{"URI", 256, "SSq"},
	{"CAA", 257, "Bcq"},
	{"AVC", 258, "t"},
	{"AMTRELAY", 260, "r"},
	{"TA", 32768, "SBBx"},
	{"DLV", 32769, "SBBx"},
};
enum { CLASS_IN = 1 };
enum { TYPE_COUNT = sizeof(types) / sizeof(types[0]) };

const char *const dns_type_common[] = {"A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT",
	"CAA", "HTTPS", "SVCB", "NAPTR", "DS", "DNSKEY", "TLSA", "SSHFP", "ANY", "AXFR", NULL};

static const char unknown_prefix[] = "TYPE";

/* Types that are operations, not records. */
enum { FIRST_META = 128, LAST_META = 254 };

static const struct dns_type *find(uint16_t number)
{
	for (size_t i = 0; i < TYPE_COUNT; i++) {
		if (types[i].number == number)
			return &types[i];
	}
	return NULL;
}

const char *dns_type_parse(const char *text, uint16_t *type)
{
	const size_t prefix = sizeof(unknown_prefix) - 1;
	uint64_t number;

	for (size_t i = 0; i < TYPE_COUNT; i++) {
		if (strcasecmp(types[i].name, text) == 0) {
			*type = types[i].number;
			return NULL;
		}
	}
	if (strncasecmp(text, unknown_prefix, prefix) != 0 ||
		num_parse(text + prefix, 1, UINT16_MAX, &number))
		return "(a record type such as A, AAAA, MX or TXT, or TYPE1 to TYPE65535)";
	if (number == DNS_TYPE_OPT ||
		(number >= FIRST_META && number <= LAST_META && number != DNS_TYPE_AXFR))
		return "(not a record type)";
	*type = (uint16_t)number;
	return NULL;
}

void dns_type_add(struct bytes *out, uint16_t type)
{
	const struct dns_type *known = find(type);

	if (known)
		bytes_add_text(out, known->name);
	else
		bytes_add_format(out, "%s%u", unknown_prefix, type);
}

/* Types whose data are the same in every class. */
static const uint16_t classless[] = {DNS_TYPE_NS, DNS_TYPE_CNAME, DNS_TYPE_SOA, 7, 8, 9,
	DNS_TYPE_PTR, 13, 14, 15, 16, 17, DNS_TYPE_DNAME, 43, 46, 47, 48};

const char *dns_type_fields(uint16_t type, uint16_t class)
{
	const struct dns_type *known = find(type);
	bool fits = class == CLASS_IN;

	for (size_t i = 0; i < sizeof(classless) / sizeof(classless[0]) && !fits; i++)
		fits = classless[i] == type;
	return known && fits ? known->fields : NULL;
}

static const struct {
	const char *name;
	uint16_t number;
} classes[] = {{"IN", CLASS_IN}, {"CH", 3}, {"HS", 4}, {"ANY", 255}};
enum { CLASS_COUNT = sizeof(classes) / sizeof(classes[0]) };

const char *const dns_class_common[] = {"IN", "CH", "HS", "ANY", NULL};
static const char unknown_class_prefix[] = "CLASS";

const char *dns_class_parse(const char *text, uint16_t *class)
{
	const size_t prefix = sizeof(unknown_class_prefix) - 1;
	uint64_t number;

	for (size_t i = 0; i < CLASS_COUNT; i++) {
		if (strcasecmp(classes[i].name, text) == 0) {
			*class = classes[i].number;
			return NULL;
		}
	}
	if (strncasecmp(text, unknown_class_prefix, prefix) != 0 ||
		num_parse(text + prefix, 1, UINT16_MAX, &number))
		return "(IN, CH, HS, ANY, or CLASS1 to CLASS65535)";
	*class = (uint16_t)number;
	return NULL;
}

void dns_class_add(struct bytes *out, uint16_t class)
{
	for (size_t i = 0; i < CLASS_COUNT; i++) {
		if (classes[i].number == class) {
			bytes_add_text(out, classes[i].name);
			return;
		}
	}
	bytes_add_format(out, "%s%u", unknown_class_prefix, class);
}
