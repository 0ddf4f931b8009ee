/* SPDX-License-Identifier: ISC */
/* svcb.c - the parameters of SVCB and HTTPS records (RFC 9460). */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/be.h"
#include "base/bytes.h"
#include "base/text.h"
#include "names/dns/message.h"

/* The kind of value of a parameter. */
enum kind {
	KIND_TEXT,
	KIND_KEYS,
	KIND_STRINGS,
	KIND_NONE,
	KIND_PORT,
	KIND_IPV4,
	KIND_IPV6,
	KIND_BASE64
};

static const struct {
	const char *name;
	enum kind kind;
} keys[] = {
	{"mandatory", KIND_KEYS},
	{"alpn", KIND_STRINGS},
	{"no-default-alpn", KIND_NONE},
	{"port", KIND_PORT},
	{"ipv4hint", KIND_IPV4},
	{"ech", KIND_BASE64},
	{"ipv6hint", KIND_IPV6},
	{"dohpath", KIND_TEXT},
};
enum { KEY_COUNT = sizeof(keys) / sizeof(keys[0]) };

static const char malformed[] = "a service parameter is malformed";

static void add_key(struct bytes *out, unsigned key)
{
	if (key < KEY_COUNT)
		bytes_add_text(out, keys[key].name);
	else
		bytes_add_format(out, "key%u", key);
}

static const char *add_keys(struct bytes *out, const unsigned char *data, size_t size)
{
	if (size == 0 || size % 2 != 0)
		return malformed;
	for (size_t at = 0; at < size; at += 2) {
		if (at > 0)
			bytes_add_byte(out, ',');
		add_key(out, be16_get(data + at));
	}
	return NULL;
}

static const char *add_addresses(
	struct bytes *out, int family, const unsigned char *data, size_t size)
{
	size_t one = family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
	char text[INET6_ADDRSTRLEN];

	if (size == 0 || size % one != 0)
		return malformed;
	for (size_t at = 0; at < size; at += one) {
		if (at > 0)
			bytes_add_byte(out, ',');
		bytes_add_text(out, inet_ntop(family, data + at, text, sizeof(text)));
	}
	return NULL;
}

/* Append protocol names in one pair of quotes; a comma or a backslash within one is escaped, and
 * the quoting escapes that backslash again (RFC 9460 appendix A.1). */
static const char *add_strings(struct bytes *out, const unsigned char *data, size_t size)
{
	struct bytes list = {0};
	size_t at = 0;

	while (at < size && data[at] > 0 && data[at] < size - at) {
		if (at > 0)
			bytes_add_byte(&list, ',');
		for (size_t i = 1; i <= data[at]; i++) {
			if (data[at + i] == ',' || data[at + i] == '\\')
				bytes_add_byte(&list, '\\');
			bytes_add_byte(&list, data[at + i]);
		}
		at += 1 + (size_t)data[at];
	}
	dns_quoted_add(out, list.data, list.size);
	out->failed |= list.failed;
	bytes_release(&list);
	return size > 0 && at == size ? NULL : malformed;
}

static const char *add_value(
	struct bytes *out, enum kind kind, const unsigned char *data, size_t size)
{
	switch (kind) {
	case KIND_KEYS: return add_keys(out, data, size);
	case KIND_STRINGS: return add_strings(out, data, size);
	case KIND_IPV4: return add_addresses(out, AF_INET, data, size);
	case KIND_IPV6: return add_addresses(out, AF_INET6, data, size);
	case KIND_BASE64: text_add_base64(out, data, size); return NULL;
	case KIND_TEXT: dns_quoted_add(out, data, size); return NULL;
	case KIND_NONE: return size == 0 ? NULL : malformed;
	case KIND_PORT: break;
	}
	if (size != 2)
		return malformed;
	bytes_add_format(out, "%u", be16_get(data));
	return NULL;
}

static const char *add_parameter(
	struct bytes *out, unsigned key, const unsigned char *data, size_t size)
{
	enum kind kind = key < KEY_COUNT ? keys[key].kind : KIND_TEXT;

	add_key(out, key);
	if (kind == KIND_NONE || (key >= KEY_COUNT && size == 0))
		return size == 0 ? NULL : malformed;
	bytes_add_byte(out, '=');
	return add_value(out, kind, data, size);
}

const char *dns_svcb_add(struct bytes *out, const unsigned char *data, size_t size)
{
	enum { HEAD = 4 };
	const char *reason = NULL;

	for (size_t at = 0; at < size && !reason;) {
		if (size - at < HEAD || size - at - HEAD < be16_get(data + at + 2))
			return malformed;
		if (at > 0)
			bytes_add_byte(out, ' ');
		reason = add_parameter(
			out, be16_get(data + at), data + at + HEAD, be16_get(data + at + 2));
		at += HEAD + be16_get(data + at + 2);
	}
	return reason;
}
