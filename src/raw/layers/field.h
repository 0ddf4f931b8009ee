/* SPDX-License-Identifier: ISC */
/* field.h - the values of fields: from text, to text, in and out of headers. */
#ifndef RAW_LAYERS_FIELD_H
#define RAW_LAYERS_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "base/status.h"
#include "raw/layers/layers.h"

struct bytes;
struct guess;
struct addr;

/* A number of up to 128 bits. */
struct value {
	uint64_t high, low;
};

enum { FIELD_SIZE_MAX = 65535 };

/* How TEXT becomes a value where names may have to be looked up. */
struct field_reading {
	bool numeric; /* -n */
	int type;     /* of services: SOCK_STREAM, SOCK_DGRAM */
};

/* Whether F's values are numbers (so can be swept and lie in VALUE). */
bool field_is_number(const struct field *f);

/* Whether F's values are shown as mere numbers. */
bool field_is_plain(const struct field *f);

/* What a value of F looks like, for lists: NUMBER, MAC, ... */
const char *field_form(const struct field *f);

/* The largest value of F. */
struct value field_max(const struct field *f);

/* Read TEXT as a value of F without looking anything up. False: it is not one. */
bool field_parse(const struct field *f, const char *text, struct value *v) CHECKED;

/* Read TEXT, a host's or service's name included unless READING forbids it. STATUS_DONE; or a
 * status, and WHY has what follows `bad FIELD of LAYER: `, as in `"300" (0-255)`. */
enum status field_read(const struct field *f, const char *text, const struct field_reading *reading,
	struct value *v, struct bytes *why) CHECKED;

/* Append the addresses of TEXT, with + between them, as they stand in a header. NULL, or the
 * reason. */
const char *field_read_list(const struct field *f, const char *text, struct bytes *out) CHECKED;

/* The kind of one of the addresses in a field of several. */
struct field field_of_list(const struct field *f);

/* Offer the names of F's values. */
void field_offer_names(const struct field *f, struct guess *guess);

/* Append V the way it would be typed. */
void field_show(const struct field *f, struct value v, struct bytes *out);

/* Take and put F's value, which has a place, from and into the header at DATA. */
struct value field_get(const struct field *f, const unsigned char *data);
void field_put(const struct field *f, unsigned char *data, struct value v);

/* The same for WIDTH (at most 128) bits at bit BIT. */
struct value value_get(const unsigned char *data, unsigned bit, unsigned width);
void value_put(unsigned char *data, unsigned bit, unsigned width, struct value v);

/* V + N, A - B, and whether A is less than B. */
struct value value_add(struct value v, uint64_t n);
struct value value_subtract(struct value a, struct value b);
bool value_less(struct value a, struct value b);

/* V, of FIELD_IP4 or FIELD_IP6, as an address without a port; and back. */
void value_to_addr(const struct field *f, struct value v, struct addr *addr);
struct value value_of_addr(const struct addr *addr);

#endif
