/* SPDX-License-Identifier: ISC */
/* type.h - the types of records: names, numbers, and what their data consists of. */
#ifndef NAMES_DNS_TYPE_H
#define NAMES_DNS_TYPE_H

#include <stdint.h>

#include "base/checked.h"

struct bytes;

enum {
	DNS_TYPE_A = 1,
	DNS_TYPE_NS = 2,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_SOA = 6,
	DNS_TYPE_PTR = 12,
	DNS_TYPE_DNAME = 39,
	DNS_TYPE_OPT = 41,
	DNS_TYPE_RRSIG = 46,
	DNS_TYPE_AXFR = 252,
	DNS_TYPE_ANY = 255,
};

/* The number of the type TEXT, in either case: MX, TYPE15 (RFC 3597), or AXFR. NULL, or the reason.
 */
const char *dns_type_parse(const char *text, uint16_t *type) CHECKED;

/* The number of the class TEXT, in either case: IN, CH, HS, ANY, CLASS3. NULL, or the reason. */
const char *dns_class_parse(const char *text, uint16_t *class) CHECKED;
extern const char *const dns_class_common[];

/* Append the name of CLASS. */
void dns_class_add(struct bytes *out, uint16_t class);

/* The types that are asked for most often; ends with NULL. */
extern const char *const dns_type_common[];

/* Append the name of TYPE. */
void dns_type_add(struct bytes *out, uint16_t type);

/* The fields of the data of TYPE in CLASS, one letter each, as rdata.c reads them; NULL: unknown.
 * In classes other than IN, only the types that RFC 1035 and 4034 define for every class are
 * known. */
const char *dns_type_fields(uint16_t type, uint16_t class);

#endif
