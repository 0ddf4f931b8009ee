/* SPDX-License-Identifier: ISC */
/* rdata.c - the data of records as in a zone file. */

#include "names/dns/rdata.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/be.h"
#include "base/bytes.h"
#include "base/text.h"
#include "core/addr/addr.h"
#include "names/dns/type.h"

/* The length at which dig breaks long runs of digits. */
enum { CHUNK = 56 };

const char rdata_ends_early[] = "the data of a record end early";
const char rdata_unknown[] = "the data of a record are of an unknown form";

size_t rdata_left(const struct rdata *r)
{
	return r->end - r->at;
}

const unsigned char *rdata_take(struct rdata *r, size_t size)
{
	const unsigned char *data = r->message->data + r->at;

	if (rdata_left(r) < size)
		return NULL;
	r->at += size;
	return data;
}

/* Move DIGITS to OUT in chunks. */
static void add_chunks(struct bytes *out, struct bytes *digits)
{
	for (size_t at = 0; at < digits->size; at += CHUNK) {
		size_t size = digits->size - at < CHUNK ? digits->size - at : CHUNK;

		if (at > 0)
			bytes_add_byte(out, ' ');
		bytes_add(out, digits->data + at, size);
	}
	out->failed |= digits->failed;
	bytes_release(digits);
}

void rdata_add_hex(struct bytes *out, const unsigned char *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		bytes_add_format(out, "%02X", data[i]);
}

static void add_hex(struct bytes *out, const unsigned char *data, size_t size)
{
	struct bytes digits = {0};

	rdata_add_hex(&digits, data, size);
	add_chunks(out, &digits);
}

static void add_escaped(struct bytes *out, const unsigned char *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i] < ' ' || data[i] > '~')
			bytes_add_format(out, "\\%03u", data[i]);
		else if (data[i] == '"' || data[i] == '\\')
			bytes_add_format(out, "\\%c", data[i]);
		else
			bytes_add_byte(out, data[i]);
	}
}

void dns_quoted_add(struct bytes *out, const unsigned char *data, size_t size)
{
	bytes_add_byte(out, '"');
	add_escaped(out, data, size);
	bytes_add_byte(out, '"');
}

static const char *add_number(struct rdata *r, size_t size)
{
	const unsigned char *data = rdata_take(r, size);
	uint32_t value = 0;

	if (!data)
		return rdata_ends_early;
	for (size_t i = 0; i < size; i++)
		value = value << 8 | data[i];
	bytes_add_format(r->out, "%" PRIu32, value);
	return NULL;
}

static const char *add_byte(struct rdata *r)
{
	return add_number(r, 1);
}

static const char *add_short(struct rdata *r)
{
	return add_number(r, 2);
}

static const char *add_int(struct rdata *r)
{
	return add_number(r, 4);
}

const char *rdata_add_ipv4(struct rdata *r)
{
	const unsigned char *data = rdata_take(r, sizeof(struct in_addr));
	char text[INET_ADDRSTRLEN];

	if (!data)
		return rdata_ends_early;
	bytes_add_text(r->out, addr_text_in(data, text));
	return NULL;
}

const char *rdata_add_ipv6(struct rdata *r)
{
	const unsigned char *data = rdata_take(r, sizeof(struct in6_addr));
	char text[INET6_ADDRSTRLEN];

	if (!data)
		return rdata_ends_early;
	bytes_add_text(r->out, inet_ntop(AF_INET6, data, text, sizeof(text)));
	return NULL;
}

/* The name may be compressed with what precedes it in the message, but must not extend past the end
 * of the data. */
const char *rdata_add_name(struct rdata *r)
{
	struct dns_name name;
	const char *reason = dns_name_read(r->message->data, r->end, &r->at, &name);

	if (!reason)
		dns_name_add(r->out, &name);
	return reason;
}

const unsigned char *rdata_take_string(struct rdata *r, size_t *size)
{
	const unsigned char *length = rdata_take(r, 1);

	if (!length)
		return NULL;
	*size = *length;
	return rdata_take(r, *size);
}

static const char *add_string(struct rdata *r)
{
	size_t size;
	const unsigned char *data = rdata_take_string(r, &size);

	if (!data)
		return rdata_ends_early;
	dns_quoted_add(r->out, data, size);
	return NULL;
}

static const char *add_strings(struct rdata *r)
{
	const char *reason = add_string(r);

	while (!reason && rdata_left(r) > 0) {
		bytes_add_byte(r->out, ' ');
		reason = add_string(r);
	}
	return reason;
}

/* Append a string of letters, such as the name in CAA, which needs no quotes. */
static const char *add_word(struct rdata *r)
{
	size_t size;
	const unsigned char *data = rdata_take_string(r, &size);

	if (!data)
		return rdata_ends_early;
	add_escaped(r->out, data, size);
	return NULL;
}

static const char *add_rest_quoted(struct rdata *r)
{
	size_t size = rdata_left(r);

	dns_quoted_add(r->out, rdata_take(r, size), size);
	return NULL;
}

static const char *add_rest_hex(struct rdata *r)
{
	size_t size = rdata_left(r);

	add_hex(r->out, rdata_take(r, size), size);
	return NULL;
}

static const char *add_rest_base64(struct rdata *r)
{
	struct bytes digits = {0};
	size_t size = rdata_left(r);

	text_add_base64(&digits, rdata_take(r, size), size);
	add_chunks(r->out, &digits);
	return NULL;
}

static const char *add_type(struct rdata *r)
{
	const unsigned char *data = rdata_take(r, 2);

	if (!data)
		return rdata_ends_early;
	dns_type_add(r->out, be16_get(data));
	return NULL;
}

static const char *add_hardware_address(struct rdata *r)
{
	const unsigned char *byte;
	const char *separator = "";

	if (rdata_left(r) == 0)
		return rdata_ends_early;
	for (; (byte = rdata_take(r, 1)); separator = "-")
		bytes_add_format(r->out, "%s%02x", separator, *byte);
	return NULL;
}

static const char *add_parameters(struct rdata *r)
{
	size_t size = rdata_left(r);

	return dns_svcb_add(r->out, rdata_take(r, size), size);
}

/* What each letter of dns_type_fields reads. */
static const struct {
	char letter;
	rdata_fn *add;
} readers[] = {
	{'4', rdata_add_ipv4},
	{'6', rdata_add_ipv6},
	{'B', add_byte},
	{'C', rdata_add_certificate_type},
	{'H', rdata_add_hash},
	{'I', add_int},
	{'L', rdata_add_location},
	{'S', add_short},
	{'W', rdata_add_port_map},
	{'a', rdata_add_algorithm},
	{'b', add_rest_base64},
	{'c', add_word},
	{'d', rdata_add_date},
	{'e', add_hardware_address},
	{'g', rdata_add_gateway},
	{'h', rdata_add_salt},
	{'i', rdata_add_host_identity},
	{'l', rdata_add_locator},
	{'m', rdata_add_type_map},
	{'n', rdata_add_name},
	{'p', rdata_add_prefixes},
	{'q', add_rest_quoted},
	{'r', rdata_add_relay},
	{'s', add_string},
	{'t', add_strings},
	{'v', add_parameters},
	{'x', add_rest_hex},
	{'y', add_type},
};

static const char *add_field(struct rdata *r, char letter)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		if (readers[i].letter == letter)
			return readers[i].add(r);
	}
	return "a field of an unknown kind";
}

static void add_unknown(
	struct bytes *out, const struct dns_message *m, const struct dns_record *record)
{
	bytes_add_format(out, "\\# %zu", record->data_size);
	if (record->data_size == 0)
		return;
	bytes_add_byte(out, ' ');
	add_hex(out, m->data + record->data_at, record->data_size);
}

const char *dns_rdata_add(
	struct bytes *out, const struct dns_message *m, const struct dns_record *record)
{
	const char *fields = dns_type_fields(record->type, record->class);
	struct rdata r = {.message = m,
		.begin = record->data_at,
		.at = record->data_at,
		.end = record->data_at + record->data_size,
		.out = out};
	const char *reason = fields ? NULL : rdata_unknown;
	size_t before = out->size;

	for (const char *field = fields; !reason && *field; field++) {
		size_t end = out->size;

		if (field > fields)
			bytes_add_byte(out, ' ');
		size_t begin = out->size;
		reason = add_field(&r, *field);
		/* A list or a key at the end may be empty. */
		if (out->size == begin)
			out->size = end;
	}
	if (!reason && rdata_left(&r) > 0)
		reason = "the data of a record are too long";
	if (reason == rdata_unknown) {
		out->size = before;
		add_unknown(out, m, record);
		reason = NULL;
	}
	return reason;
}
