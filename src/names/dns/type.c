/* SPDX-License-Identifier: ISC */
/* type.c - the types of records: names, numbers, and the fields of their data. */

#include "names/dns/type.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/num.h"
#include "names/dns/message.h"

/* A type, or a class, which has no FIELDS. For their meaning see the table in rdata.c; data without
 * FIELDS is printed as in RFC 3597, which everyone can read. A table ends with a NULL name. */
struct entry {
	const char *name;
	uint16_t number;
	const char *fields;
};

static const struct entry types[] = {
	{"A", DNS_TYPE_A, "4"},
	{"NS", DNS_TYPE_NS, "n"},
	{"CNAME", DNS_TYPE_CNAME, "n"},
	{"SOA", DNS_TYPE_SOA, "nnIIIII"},
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
	{"RRSIG", DNS_TYPE_RRSIG, "yBBIddSnb"},
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
	{0},
};

const char *const dns_type_common[] = {"A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT",
	"CAA", "HTTPS", "SVCB", "NAPTR", "DS", "DNSKEY", "TLSA", "SSHFP", "ANY", "AXFR", NULL};

/* Types that are operations, not records. */
enum { FIRST_META = 128, LAST_META = 254 };

static const struct entry *find(const struct entry *table, uint16_t number)
{
	while (table->name && table->number != number)
		table++;
	return table->name ? table : NULL;
}

/* Read the number that TEXT names in TABLE, or that follows PREFIX. False: neither. */
static bool parse(const struct entry *table, const char *prefix, const char *text, uint16_t *number)
{
	size_t size = strlen(prefix);
	uint64_t value;

	for (; table->name; table++) {
		if (strcasecmp(table->name, text) == 0) {
			*number = table->number;
			return true;
		}
	}
	if (strncasecmp(text, prefix, size) != 0 || num_parse(text + size, 1, UINT16_MAX, &value))
		return false;
	*number = (uint16_t)value;
	return true;
}

static void add(struct bytes *out, const struct entry *table, const char *prefix, uint16_t number)
{
	const struct entry *known = find(table, number);

	if (known)
		bytes_add_text(out, known->name);
	else
		bytes_add_format(out, "%s%u", prefix, number);
}

const char *dns_type_parse(const char *text, uint16_t *type)
{
	if (!parse(types, "TYPE", text, type))
		return "(a record type such as A, AAAA, MX or TXT, or TYPE1 to TYPE65535)";
	if (*type == DNS_TYPE_OPT ||
		(*type >= FIRST_META && *type <= LAST_META && *type != DNS_TYPE_AXFR))
		return "(not a record type)";
	return NULL;
}

void dns_type_add(struct bytes *out, uint16_t type)
{
	add(out, types, "TYPE", type);
}

/* Types whose data are the same in every class. */
static const uint16_t classless[] = {DNS_TYPE_NS, DNS_TYPE_CNAME, DNS_TYPE_SOA, 7, 8, 9,
	DNS_TYPE_PTR, 13, 14, 15, 16, 17, DNS_TYPE_DNAME, 43, 46, 47, 48};

const char *dns_type_fields(uint16_t type, uint16_t class)
{
	const struct entry *known = find(types, type);
	bool fits = class == DNS_CLASS_IN;

	for (size_t i = 0; i < sizeof(classless) / sizeof(classless[0]) && !fits; i++)
		fits = classless[i] == type;
	return known && fits ? known->fields : NULL;
}

static const struct entry classes[] = {
	{"IN", DNS_CLASS_IN, NULL}, {"CH", 3, NULL}, {"HS", 4, NULL}, {"ANY", 255, NULL}, {0}};

const char *const dns_class_common[] = {"IN", "CH", "HS", "ANY", NULL};

const char *dns_class_parse(const char *text, uint16_t *class)
{
	return parse(classes, "CLASS", text, class) ? NULL
						    : "(IN, CH, HS, ANY, or CLASS1 to CLASS65535)";
}

void dns_class_add(struct bytes *out, uint16_t class)
{
	add(out, classes, "CLASS", class);
}
