/* SPDX-License-Identifier: ISC */
/* forms.c - data with special forms: LOC, APL, CERT, WKS, HIP, locators and gateways. */

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/be.h"
#include "base/text.h"
#include "names/dns/rdata.h"

static const char bad_location[] = "a location is out of range";
static const char bad_prefix[] = "a list of prefixes is malformed";

/* Append a length of LOC: a digit and how many zeros follow it, in centimeters. */
static const char *add_length(struct bytes *out, unsigned byte)
{
	enum { DIGIT_MOST = 9, METRE_ZEROS = 2, METRE = 100 };
	unsigned digit = byte >> 4, zeros = byte & 0xf;

	if (digit > DIGIT_MOST || zeros > DIGIT_MOST || (digit == 0 && zeros > 0))
		return bad_location;
	if (zeros < METRE_ZEROS) {
		unsigned centimetres = zeros > 0 ? digit * 10 : digit;

		bytes_add_format(out, " %u.%02um", centimetres / METRE, centimetres % METRE);
		return NULL;
	}
	bytes_add_format(out, " %u", digit);
	for (; zeros > METRE_ZEROS; zeros--)
		bytes_add_byte(out, '0');
	bytes_add_byte(out, 'm');
	return NULL;
}

/* Append an angle of LOC, in thousandths of a second of arc around 2^31, and which of SIDES it is
 * on. */
static const char *add_angle(
	struct bytes *out, uint32_t angle, unsigned degrees_most, const char sides[2])
{
	enum { SECOND = 1000, MINUTE = 60 * SECOND, DEGREE = 60 * MINUTE };
	const uint32_t middle = UINT32_C(1) << 31;
	uint32_t from_middle = angle < middle ? middle - angle : angle - middle;

	if (from_middle > degrees_most * DEGREE)
		return bad_location;
	bytes_add_format(out, "%" PRIu32 " %" PRIu32 " %" PRIu32 ".%03" PRIu32 " %c ",
		from_middle / DEGREE, from_middle % DEGREE / MINUTE, from_middle % MINUTE / SECOND,
		from_middle % SECOND, sides[angle < middle]);
	return NULL;
}

/* Append an altitude of LOC, in centimeters above 100 km below sea level. */
static void add_altitude(struct bytes *out, uint32_t altitude)
{
	const uint32_t sea = 10000000, metre = 100;
	uint32_t from_sea = altitude < sea ? sea - altitude : altitude - sea;

	bytes_add_format(out, "%s%" PRIu32 ".%02" PRIu32 "m", altitude < sea ? "-" : "",
		from_sea / metre, from_sea % metre);
}

const char *rdata_add_location(struct rdata *r)
{
	enum { LENGTHS_AT = 1, LENGTHS = 3, LATITUDE_AT = 4, LONGITUDE_AT = 8, ALTITUDE_AT = 12 };
	enum { SIZE = 16, LATITUDE_MOST = 90, LONGITUDE_MOST = 180 };
	size_t size = rdata_left(r);
	const unsigned char *data = rdata_take(r, size);

	if (size > 0 && data[0] != 0)
		return rdata_unknown;
	if (size != SIZE)
		return "a location does not have 16 bytes";
	const char *reason = add_angle(r->out, be32_get(data + LATITUDE_AT), LATITUDE_MOST, "NS");
	if (!reason)
		reason = add_angle(r->out, be32_get(data + LONGITUDE_AT), LONGITUDE_MOST, "EW");
	add_altitude(r->out, be32_get(data + ALTITUDE_AT));
	for (int i = 0; i < LENGTHS && !reason; i++)
		reason = add_length(r->out, data[LENGTHS_AT + i]);
	return reason;
}

/* Append one prefix of APL, whose trailing zero bytes are left out. */
static const char *add_prefix(struct rdata *r)
{
	enum { HEAD = 4, PREFIX_AT = 2, LENGTH_AT = 3, NEGATED = 0x80, IPV4 = 1, IPV6 = 2 };
	unsigned char address[sizeof(struct in6_addr)] = {0};
	char text[INET6_ADDRSTRLEN];
	const unsigned char *head = rdata_take(r, HEAD), *data;

	if (!head)
		return bad_prefix;
	unsigned kind = be16_get(head), length = head[LENGTH_AT] & ~(unsigned)NEGATED;
	if (kind != IPV4 && kind != IPV6)
		return rdata_unknown;
	size_t most = kind == IPV4 ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	data = rdata_take(r, length);
	if (!data || length > most || head[PREFIX_AT] > 8 * most)
		return bad_prefix;
	memcpy(address, data, length);
	inet_ntop(kind == IPV4 ? AF_INET : AF_INET6, address, text, sizeof(text));
	bytes_add_format(r->out, "%s%u:%s/%u", head[LENGTH_AT] & NEGATED ? "!" : "", kind, text,
		head[PREFIX_AT]);
	return NULL;
}

const char *rdata_add_prefixes(struct rdata *r)
{
	const char *reason = NULL, *separator = "";

	while (rdata_left(r) > 0 && !reason) {
		bytes_add_text(r->out, separator);
		reason = add_prefix(r);
		separator = " ";
	}
	return reason;
}

/* A number and the word that is printed for it. */
struct word {
	unsigned number;
	const char *text;
};

static void add_word(struct bytes *out, const struct word *words, size_t count, unsigned number)
{
	for (size_t i = 0; i < count; i++) {
		if (words[i].number == number) {
			bytes_add_text(out, words[i].text);
			return;
		}
	}
	bytes_add_format(out, "%u", number);
}

const char *rdata_add_certificate_type(struct rdata *r)
{
	static const struct word words[] = {{1, "PKIX"}, {2, "SPKI"}, {3, "PGP"}, {4, "IPKIX"},
		{5, "ISPKI"}, {6, "IPGP"}, {7, "ACPKIX"}, {8, "IACPKIX"}, {253, "URI"},
		{254, "OID"}};
	const unsigned char *data = rdata_take(r, 2);

	if (!data)
		return rdata_ends_early;
	add_word(r->out, words, sizeof(words) / sizeof(words[0]), be16_get(data));
	return NULL;
}

const char *rdata_add_algorithm(struct rdata *r)
{
	static const struct word words[] = {{1, "RSAMD5"}, {2, "DH"}, {3, "DSA"}, {5, "RSASHA1"},
		{6, "NSEC3DSA"}, {7, "NSEC3RSASHA1"}, {8, "RSASHA256"}, {10, "RSASHA512"},
		{12, "ECCGOST"}, {13, "ECDSAP256SHA256"}, {14, "ECDSAP384SHA384"}, {15, "ED25519"},
		{16, "ED448"}, {252, "INDIRECT"}, {253, "PRIVATEDNS"}, {254, "PRIVATEOID"}};
	const unsigned char *data = rdata_take(r, 1);

	if (!data)
		return rdata_ends_early;
	add_word(r->out, words, sizeof(words) / sizeof(words[0]), *data);
	return NULL;
}

/* Append a locator: four groups of digits. */
const char *rdata_add_locator(struct rdata *r)
{
	enum { GROUPS = 4 };
	const unsigned char *data = rdata_take(r, 2 * (size_t)GROUPS);

	if (!data)
		return rdata_ends_early;
	for (int i = 0; i < GROUPS; i++)
		bytes_add_format(r->out, "%s%x", i > 0 ? ":" : "", be16_get(data + 2 * i));
	return NULL;
}

/* Append the host of a gateway or relay, according to its TYPE. */
static const char *add_host(struct rdata *r, unsigned type)
{
	enum { NONE, IPV4, IPV6, NAME };

	switch (type) {
	case NONE: bytes_add_byte(r->out, '.'); return NULL;
	case IPV4: return rdata_add_ipv4(r);
	case IPV6: return rdata_add_ipv6(r);
	case NAME: return rdata_add_name(r);
	default: return rdata_unknown;
	}
}

/* The type of the gateway is in the second byte of the data. */
const char *rdata_add_gateway(struct rdata *r)
{
	return add_host(r, r->message->data[r->begin + 1]);
}

const char *rdata_add_port_map(struct rdata *r)
{
	enum { BITS = 8, HIGH = 0x80 };
	size_t size = rdata_left(r);
	const unsigned char *map = rdata_take(r, size);
	const char *separator = "";

	for (size_t port = 0; port < size * BITS; port++) {
		if (!(map[port / BITS] & HIGH >> port % BITS))
			continue;
		bytes_add_format(r->out, "%s%zu", separator, port);
		separator = " ";
	}
	return NULL;
}

/* Append the names of rendezvous servers, up to the end. */
static const char *add_names(struct rdata *r)
{
	const char *reason = NULL;

	while (rdata_left(r) > 0 && !reason) {
		bytes_add_byte(r->out, ' ');
		reason = rdata_add_name(r);
	}
	return reason;
}

const char *rdata_add_host_identity(struct rdata *r)
{
	const unsigned char *head = rdata_take(r, 4);
	const unsigned char *tag = head ? rdata_take(r, head[0]) : NULL;
	size_t key_size = head ? be16_get(head + 2) : 0;
	const unsigned char *key = tag ? rdata_take(r, key_size) : NULL;

	if (!key)
		return rdata_ends_early;
	bytes_add_format(r->out, "%u ", head[1]);
	rdata_add_hex(r->out, tag, head[0]);
	bytes_add_byte(r->out, ' ');
	text_add_base64(r->out, key, key_size);
	return add_names(r);
}

const char *rdata_add_relay(struct rdata *r)
{
	enum { TYPE_MASK = 0x7f, DISCOVERY_BIT = 7 };
	const unsigned char *head = rdata_take(r, 2);

	if (!head)
		return rdata_ends_early;
	unsigned type = head[1] & TYPE_MASK;
	bytes_add_format(r->out, "%u %u %u ", head[0], head[1] >> DISCOVERY_BIT, type);
	return add_host(r, type);
}
