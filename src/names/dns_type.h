/* SPDX-License-Identifier: ISC */
/* dns_type.h - the types of records: names, numbers, and what their data consists of. */
#ifndef NAMES_DNS_TYPE_H
#define NAMES_DNS_TYPE_H

#include <stdint.h>

struct bytes;

enum {
	DNS_TYPE_A = 1,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_PTR = 12,
	DNS_TYPE_DNAME = 39,
	DNS_TYPE_ANY = 255,
};

/* The number of the type TEXT, in either case: MX, TYPE15 (RFC 3597). NULL, or the reason. */
const char *dns_type_parse(const char *text, uint16_t *type);

/* The types that are asked for most; ends with NULL. */
extern const char *const dns_type_common[];

/* Append the name of TYPE. */
void dns_type_add(struct bytes *out, uint16_t type);

/* The fields of the data of TYPE, a letter each as dns_rdata.c reads them; NULL: unknown. */
const char *dns_type_fields(uint16_t type);

#endif
