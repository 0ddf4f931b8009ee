/* SPDX-License-Identifier: ISC */
/* name.c - domain names: text, and the bytes of a message. */

#include "names/dns/name.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/checked.h"
#include "core/addr/addr.h"

enum {
	POINTER = 0xc0, /* the two bits that make a length a pointer */
	ESCAPE_DIGITS = 3,
	BYTE_MAX = 255,
	ASCII_MAX = 127,
	IP6_TEXT = 32 * 2 + sizeof("ip6.arpa"),
};

/* The byte for which the escape at *TEXT, after the backslash, stands; -1: it is not an escape. */
static int read_escape(const char **text)
{
	const char *digits = *text;
	int value = 0;

	if (*digits < '0' || *digits > '9')
		return *digits ? (unsigned char)*(*text)++ : -1;
	for (int i = 0; i < ESCAPE_DIGITS; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return -1;
		value = value * 10 + (digits[i] - '0');
	}
	*text += ESCAPE_DIGITS;
	return value <= BYTE_MAX ? value : -1;
}

/* Read one label from *TEXT up to its dot or the end, and append it. */
static const char *parse_label(const char **text, struct dns_name *name)
{
	size_t length_at = name->size++, length = 0;

	for (; **text && **text != '.'; length++) {
		int byte = (unsigned char)*(*text)++;

		if (byte > ASCII_MAX)
			return "is not ASCII (write its ASCII form, xn--...)";
		if (byte == '\\')
			byte = read_escape(text);
		if (byte < 0)
			return "has a bad escape";
		if (length == DNS_LABEL_MAX)
			return "has a part of more than 63 bytes";
		/* The root's empty label needs a place too. */
		if (name->size >= DNS_NAME_MAX - 1)
			return "is longer than 255 bytes";
		name->wire[name->size++] = (unsigned char)byte;
	}
	if (length == 0)
		return "has an empty part";
	name->wire[length_at] = (unsigned char)length;
	return NULL;
}

const char *dns_name_parse(const char *text, struct dns_name *name)
{
	const char *reason = NULL;

	name->size = 0;
	if (!*text)
		return "is empty";
	if (strcmp(text, ".") == 0)
		text = "";
	while (*text && !reason) {
		if (name->size >= DNS_NAME_MAX - 1)
			return "is longer than 255 bytes";
		reason = parse_label(&text, name);
		text += *text == '.';
	}
	name->wire[name->size++] = 0;
	return reason;
}

void dns_name_of_address(const struct addr *addr, struct dns_name *name)
{
	char text[IP6_TEXT + 1];
	size_t at = 0;

	if (addr_family(addr) == AF_INET) {
		const unsigned char *b = (const unsigned char *)&addr->u.in.sin_addr;

		snprintf(text, sizeof(text), "%u.%u.%u.%u.in-addr.arpa", b[3], b[2], b[1], b[0]);
	} else {
		for (size_t i = sizeof(addr->u.in6.sin6_addr.s6_addr); i-- > 0;) {
			unsigned b = addr->u.in6.sin6_addr.s6_addr[i];

			at += (size_t)snprintf(
				text + at, sizeof(text) - at, "%x.%x.", b & 0xf, b >> 4);
		}
		snprintf(text + at, sizeof(text) - at, "ip6.arpa");
	}
	/* Made of digits and dots as above, TEXT is always a name. */
	UNCHECKED(dns_name_parse(text, name));
}

/* Copy the label of LENGTH bytes at DATA. False: the name gets too long. */
static bool copy_label(struct dns_name *name, const unsigned char *data, size_t length)
{
	if (name->size + 1 + length > DNS_NAME_MAX)
		return false;
	memcpy(name->wire + name->size, data, 1 + length);
	name->size += 1 + length;
	return true;
}

const char *dns_name_read(
	const unsigned char *message, size_t size, size_t *at, struct dns_name *name)
{
	/* Where this run of labels began: a pointer must point before it. */
	size_t here = *at, run = *at;
	bool jumped = false;

	name->size = 0;
	while (here < size) {
		size_t length = message[here];

		if ((length & POINTER) == POINTER) {
			if (here + 1 >= size)
				break;
			size_t target = (length & ~(size_t)POINTER) << 8 | message[here + 1];
			if (!jumped)
				*at = here + 2;
			if (target >= run)
				return "a name is compressed in a loop";
			jumped = true;
			here = run = target;
			continue;
		}
		if (length > DNS_LABEL_MAX)
			return "a name has a part of an unknown kind";
		if (here + 1 + length > size)
			break;
		if (!copy_label(name, message + here, length))
			return "a name is longer than 255 bytes";
		here += 1 + length;
		if (length == 0) {
			if (!jumped)
				*at = here;
			return NULL;
		}
	}
	return "it ends within a name";
}

size_t dns_name_end(const unsigned char *message, size_t size, size_t at)
{
	while (at < size && message[at] > 0) {
		if (message[at] > DNS_LABEL_MAX)
			return at + 2 <= size ? at + 2 : size;
		at += 1 + (size_t)message[at];
	}
	return at < size ? at + 1 : size;
}

static void add_label_byte(struct bytes *out, unsigned char byte)
{
	if (byte <= ' ' || byte > '~')
		bytes_add_format(out, "\\%03u", byte);
	else if (strchr("\"().;\\@$", byte))
		bytes_add_format(out, "\\%c", byte);
	else
		bytes_add_byte(out, byte);
}

void dns_name_add(struct bytes *out, const struct dns_name *name)
{
	const unsigned char *label = name->wire;

	if (*label == 0)
		bytes_add_byte(out, '.');
	while (*label) {
		for (size_t i = 1; i <= *label; i++)
			add_label_byte(out, label[i]);
		label += 1 + *label;
		if (*label)
			bytes_add_byte(out, '.');
	}
}

/* Only for ASCII: other bytes have no case here (RFC 4343), whatever the locale. */
static unsigned char lower(unsigned char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte - 'A' + 'a') : byte;
}

/* Lengths of labels are below 64, so they are not letters. */
static bool equal(const unsigned char *a, const unsigned char *b, size_t size)
{
	/* Most are equal, including their case. */
	if (memcmp(a, b, size) == 0)
		return true;
	for (size_t i = 0; i < size; i++) {
		if (lower(a[i]) != lower(b[i]))
			return false;
	}
	return true;
}

bool dns_name_equal(const struct dns_name *a, const struct dns_name *b)
{
	return a->size == b->size && equal(a->wire, b->wire, a->size);
}

bool dns_name_is_below(const struct dns_name *name, const struct dns_name *above)
{
	size_t at = 0;

	while (name->size - at > above->size)
		at += 1 + (size_t)name->wire[at];
	return at > 0 && name->size - at == above->size &&
		equal(name->wire + at, above->wire, above->size);
}
