/* SPDX-License-Identifier: ISC */
/* rdata.h - the data of a record being read, and the functions that read its fields. */
#ifndef NAMES_DNS_RDATA_H
#define NAMES_DNS_RDATA_H

#include "base/bytes.h"
#include "names/dns/message.h"

/* The data are from BEGIN to END of the message; AT is the next byte to read. */
struct rdata {
	const struct dns_message *message;
	size_t begin, at, end;
	struct bytes *out;
};

size_t rdata_left(const struct rdata *r);

/* Take the next SIZE bytes; NULL: there are not so many. */
const unsigned char *rdata_take(struct rdata *r, size_t size);

/* Take the next string, which is preceded by its length; or NULL. */
const unsigned char *rdata_take_string(struct rdata *r, size_t *size);

/* Append SIZE bytes at DATA as hex digits. */
void rdata_add_hex(struct bytes *out, const unsigned char *data, size_t size);

/* Read a field and append it to OUT. NULL, or the reason: rdata_unknown if the data may be valid
 * but are of a version or kind that is not known here. */
typedef const char *rdata_fn(struct rdata *r);
extern const char rdata_ends_early[], rdata_unknown[];

rdata_fn rdata_add_ipv4, rdata_add_ipv6, rdata_add_name;

/* For DNSSEC (RFC 4034, 5155): the times of RRSIG, the existing types of NSEC, the salt and the
 * hashed name of NSEC3. */
rdata_fn rdata_add_date, rdata_add_type_map, rdata_add_salt, rdata_add_hash;

/* The ports of WKS (RFC 1035 section 3.4.2), all of HIP (RFC 8005), and of AMTRELAY (RFC 8777). */
rdata_fn rdata_add_port_map, rdata_add_host_identity, rdata_add_relay;

/* All of LOC (RFC 1876) and of APL (RFC 3123), the words of CERT (RFC 4398), the locators of RFC
 * 6742, the gateway of IPSECKEY (RFC 4025). */
rdata_fn rdata_add_location, rdata_add_prefixes, rdata_add_certificate_type, rdata_add_algorithm,
	rdata_add_locator, rdata_add_gateway;

#endif
