/* SPDX-License-Identifier: ISC */
/* field.h - the values of fields: parsing, showing, and reading and writing them in headers. */
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

/* How to read a TEXT that may be a name to look up. */
struct field_reading {
	bool numeric; /* -n */
	int type;     /* for services: SOCK_STREAM, SOCK_DGRAM */
};

/* Whether F's values are numbers, so that they can be swept and are stored in a struct value. */
bool field_is_number(const struct field *f);

/* Whether F's values are shown as plain numbers. */
bool field_is_plain(const struct field *f);

/* The form of a value of F, for lists: NUMBER, MAC, ... */
const char *field_form(const struct field *f);

/* The largest value of F. */
struct value field_max(const struct field *f);

/* Read TEXT as a value of F without looking anything up. False: it is not one. */
bool field_parse(const struct field *f, const char *text, struct value *v) CHECKED;

/* Read TEXT, which may also be the name of a host or service unless READING forbids it.
 * STATUS_DONE; or another status, and WHY has what follows `bad FIELD of LAYER: `, as in `"300"
 * (0-255)`. */
enum status field_read(const struct field *f, const char *text, const struct field_reading *reading,
	struct value *v, struct bytes *why) CHECKED;

/* Append the addresses of TEXT, separated by +, in the form of a header. NULL, or the reason. */
const char *field_read_list(const struct field *f, const char *text, struct bytes *out) CHECKED;

/* A field for a single address of F, a field of several. */
struct field field_of_list(const struct field *f);

/* Offer the names of F's values. */
void field_offer_names(const struct field *f, struct guess *guess);

/* Append V as it would be typed. */
void field_show(const struct field *f, struct value v, struct bytes *out);

/* Read F's value from, and write it to, the header at DATA; F must have a place. */
struct value field_get(const struct field *f, const unsigned char *data);
void field_put(const struct field *f, unsigned char *data, struct value v);

/* As above, for WIDTH (at most 128) bits at bit BIT. */
struct value value_get(const unsigned char *data, unsigned bit, unsigned width);
void value_put(unsigned char *data, unsigned bit, unsigned width, struct value v);

/* V + N; A - B; and whether A is less than B. */
struct value value_add(struct value v, uint64_t n);
struct value value_subtract(struct value a, struct value b);
bool value_less(struct value a, struct value b);

/* V, of FIELD_IP4 or FIELD_IP6, as an address without a port; and back. */
void value_to_addr(const struct field *f, struct value v, struct addr *addr);
struct value value_of_addr(const struct addr *addr);

#endif
