/* SPDX-License-Identifier: ISC */
/* dns_rdata.c - the data of records as a zone file has them. */

#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/bytes.h"
#include "base/text.h"
#include "names/dns_message.h"
#include "names/dns_type.h"

/* As dig breaks long runs of digits. */
enum { CHUNK = 56 };

static const char ends_early[] = "the data of a record end early";

/* Data being read: what is left is from AT to END of the message. */
struct rdata {
	const struct dns_message *message;
	size_t at, end;
	struct bytes *out;
};

static size_t left(const struct rdata *r)
{
	return r->end - r->at;
}

/* The next SIZE bytes, or NULL: there are not so many. */
static const unsigned char *take(struct rdata *r, size_t size)
{
	const unsigned char *data = r->message->data + r->at;

	if (left(r) < size)
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

static void add_hex(struct bytes *out, const unsigned char *data, size_t size)
{
	struct bytes digits = {0};

	for (size_t i = 0; i < size; i++)
		bytes_add_format(&digits, "%02X", data[i]);
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
	const unsigned char *data = take(r, size);
	uint32_t value = 0;

	if (!data)
		return ends_early;
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

static const char *add_address(struct rdata *r, int family, size_t size)
{
	const unsigned char *data = take(r, size);
	char text[INET6_ADDRSTRLEN];

	if (!data)
		return ends_early;
	bytes_add_text(r->out, inet_ntop(family, data, text, sizeof(text)));
	return NULL;
}

static const char *add_ipv4(struct rdata *r)
{
	return add_address(r, AF_INET, sizeof(struct in_addr));
}

static const char *add_ipv6(struct rdata *r)
{
	return add_address(r, AF_INET6, sizeof(struct in6_addr));
}

/* A name may be compressed with what stands before it in the message, but not reach past its end.
 */
static const char *add_name(struct rdata *r)
{
	struct dns_name name;
	const char *reason = dns_name_read(r->message->data, r->end, &r->at, &name);

	if (!reason)
		dns_name_add(r->out, &name);
	return reason;
}

/* The next string with a length before it. */
static const unsigned char *take_string(struct rdata *r, size_t *size)
{
	const unsigned char *length = take(r, 1);

	if (!length)
		return NULL;
	*size = *length;
	return take(r, *size);
}

static const char *add_string(struct rdata *r)
{
	size_t size;
	const unsigned char *data = take_string(r, &size);

	if (!data)
		return ends_early;
	dns_quoted_add(r->out, data, size);
	return NULL;
}

static const char *add_strings(struct rdata *r)
{
	const char *reason = add_string(r);

	while (!reason && left(r) > 0) {
		bytes_add_byte(r->out, ' ');
		reason = add_string(r);
	}
	return reason;
}

/* A string of letters, as of CAA, whose name needs no quotes. */
static const char *add_word(struct rdata *r)
{
	size_t size;
	const unsigned char *data = take_string(r, &size);

	if (!data)
		return ends_early;
	add_escaped(r->out, data, size);
	return NULL;
}

static const char *add_rest_quoted(struct rdata *r)
{
	size_t size = left(r);

	dns_quoted_add(r->out, take(r, size), size);
	return NULL;
}

static const char *add_rest_hex(struct rdata *r)
{
	size_t size = left(r);

	add_hex(r->out, take(r, size), size);
	return NULL;
}

static const char *add_rest_base64(struct rdata *r)
{
	struct bytes digits = {0};
	size_t size = left(r);

	text_add_base64(&digits, take(r, size), size);
	add_chunks(r->out, &digits);
	return NULL;
}

/* The salt of NSEC3. */
static const char *add_salt(struct rdata *r)
{
	size_t size;
	const unsigned char *data = take_string(r, &size);

	if (!data)
		return ends_early;
	if (size == 0)
		bytes_add_byte(r->out, '-');
	for (size_t i = 0; i < size; i++)
		bytes_add_format(r->out, "%02X", data[i]);
	return NULL;
}

/* The hashed name of NSEC3, in the base 32 that keeps the order (RFC 4648 section 7). */
static const char *add_hash(struct rdata *r)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
	enum { DIGIT_BITS = 5, BYTE_BITS = 8 };
	unsigned held = 0, bits = 0;
	size_t size;
	const unsigned char *data = take_string(r, &size);

	if (!data)
		return ends_early;
	for (size_t i = 0; i < size; i++) {
		held = held << BYTE_BITS | data[i];
		for (bits += BYTE_BITS; bits >= DIGIT_BITS; bits -= DIGIT_BITS) {
			unsigned digit = held >> (bits - DIGIT_BITS);
			bytes_add_byte(r->out, (unsigned char)digits[digit % (sizeof(digits) - 1)]);
		}
	}
	if (bits > 0) {
		unsigned digit = held << (DIGIT_BITS - bits);
		bytes_add_byte(r->out, (unsigned char)digits[digit % (sizeof(digits) - 1)]);
	}
	return NULL;
}

static const char *add_type(struct rdata *r)
{
	const unsigned char *data = take(r, 2);

	if (!data)
		return ends_early;
	dns_type_add(r->out, (uint16_t)dns_read16(data));
	return NULL;
}

/* A moment of RRSIG: 20260131123456. */
static const char *add_date(struct rdata *r)
{
	const unsigned char *data = take(r, 4);
	char text[sizeof("20260131123456") + 8];
	struct tm tm;

	if (!data)
		return ends_early;
	time_t when = (time_t)dns_read32(data);
	if (!gmtime_r(&when, &tm) || strftime(text, sizeof(text), "%Y%m%d%H%M%S", &tm) == 0)
		return "a date is out of range";
	bytes_add_text(r->out, text);
	return NULL;
}

/* The types that NSEC says exist: windows of 256, each a bitmap (RFC 4034 section 4.1.2). */
static const char *add_type_map(struct rdata *r)
{
	enum { WINDOW_MOST = 32 };
	const unsigned top_bit = 0x80;
	const char *separator = "";

	while (left(r) > 0) {
		const unsigned char *head = take(r, 2);
		const unsigned char *map = head ? take(r, head[1]) : NULL;

		if (!map || head[1] == 0 || head[1] > WINDOW_MOST)
			return "a list of types is malformed";
		for (unsigned bit = 0; bit < head[1] * 8U; bit++) {
			if (!(map[bit / 8] & top_bit >> bit % 8))
				continue;
			bytes_add_text(r->out, separator);
			dns_type_add(r->out, (uint16_t)((unsigned)head[0] << 8 | bit));
			separator = " ";
		}
	}
	return NULL;
}

static const char *add_hardware_address(struct rdata *r)
{
	const char *separator = "";

	if (left(r) == 0)
		return ends_early;
	for (; left(r) > 0; separator = "-")
		bytes_add_format(r->out, "%s%02x", separator, *take(r, 1));
	return NULL;
}

/* The four groups of digits of a locator (RFC 6742). */
static const char *add_locator(struct rdata *r)
{
	enum { GROUPS = 4 };
	const unsigned char *data = take(r, 2 * (size_t)GROUPS);

	if (!data)
		return ends_early;
	for (int i = 0; i < GROUPS; i++)
		bytes_add_format(r->out, "%s%x", i > 0 ? ":" : "", dns_read16(data + 2 * i));
	return NULL;
}

static const char *add_certificate_type(struct rdata *r)
{
	const unsigned char *data = take(r, 2);

	if (!data)
		return ends_early;
	dns_certificate_type_add(r->out, dns_read16(data));
	return NULL;
}

static const char *add_algorithm(struct rdata *r)
{
	const unsigned char *data = take(r, 1);

	if (!data)
		return ends_early;
	dns_algorithm_add(r->out, *data);
	return NULL;
}

static const char *add_parameters(struct rdata *r)
{
	size_t size = left(r);

	return dns_svcb_add(r->out, take(r, size), size);
}

static const char *add_location(struct rdata *r)
{
	size_t size = left(r);

	return dns_loc_add(r->out, take(r, size), size);
}

static const char *add_prefixes(struct rdata *r)
{
	size_t size = left(r);

	return dns_apl_add(r->out, take(r, size), size);
}

/* What each letter of dns_type_fields reads. */
static const struct {
	char letter;
	const char *(*add)(struct rdata *r);
} readers[] = {
	{'4', add_ipv4},
	{'6', add_ipv6},
	{'B', add_byte},
	{'C', add_certificate_type},
	{'H', add_hash},
	{'I', add_int},
	{'L', add_location},
	{'S', add_short},
	{'a', add_algorithm},
	{'b', add_rest_base64},
	{'c', add_word},
	{'d', add_date},
	{'e', add_hardware_address},
	{'h', add_salt},
	{'l', add_locator},
	{'m', add_type_map},
	{'n', add_name},
	{'p', add_prefixes},
	{'q', add_rest_quoted},
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
	const char *fields = record->class == DNS_CLASS_IN ? dns_type_fields(record->type) : NULL;
	struct rdata r = {m, record->data_at, record->data_at + record->data_size, out};
	const char *reason = fields ? NULL : dns_form_unknown;
	size_t before = out->size;

	for (const char *field = fields; !reason && *field; field++) {
		/* Nothing may be left for a list at the end. */
		if (field > fields && (left(&r) > 0 || field[1]))
			bytes_add_byte(out, ' ');
		reason = add_field(&r, *field);
	}
	if (!reason && left(&r) > 0)
		reason = "the data of a record are too long";
	if (reason == dns_form_unknown) {
		out->size = before;
		add_unknown(out, m, record);
		reason = NULL;
	}
	return reason;
}
