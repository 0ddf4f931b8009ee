/* SPDX-License-Identifier: ISC */
/* proxy_header.c - build the header of the PROXY protocol, and parse it as it arrives. */

#include "tcp/proxy/proxy_header.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <string.h>

#include "base/be.h"
#include "base/bytes.h"
#include "core/addr/addr_system.h"

enum {
	SIGNATURE_SIZE = 12,
	COMMAND_AT = 12,
	FAMILY_AT = 13,
	LENGTH_AT = 14,

	VERSION_2 = 0x20,
	COMMAND_LOCAL = 0,
	COMMAND_PROXY = 1,

	FAMILY_INET = 1,
	FAMILY_INET6 = 2,
	FAMILY_UNIX = 3,
	TRANSPORT_STREAM = 1,
	TRANSPORT_DATAGRAM = 2,

	IN_SIZE = 4,
	IN6_SIZE = 16,
	PORT_SIZE = 2,

	PREFIX_SIZE = 6,
	FIELDS = 5, /* TCP4, two addresses, two ports */
};

static const unsigned char signature[] = "\r\n\r\n\0\r\nQUIT\n";
static const unsigned char prefix[] = "PROXY ";

const char *const proxy_header_versions[] = {"v1", "v2", NULL};

static bool have_family(const struct addr *a, const struct addr *b, int family)
{
	return addr_family(a) == family && addr_family(b) == family;
}

static void add_v1(struct bytes *out, const struct addr *source, const struct addr *destination)
{
	char from[INET6_ADDRSTRLEN], to[INET6_ADDRSTRLEN];
	size_t size;
	int family = addr_family(source);

	if (!have_family(source, destination, AF_INET) &&
		!have_family(source, destination, AF_INET6)) {
		bytes_add_text(out, "PROXY UNKNOWN\r\n");
		return;
	}
	inet_ntop(family, addr_host_bytes(source, &size), from, sizeof from);
	inet_ntop(family, addr_host_bytes(destination, &size), to, sizeof to);
	bytes_add_format(out, "PROXY %s %s %s %u %u\r\n", family == AF_INET ? "TCP4" : "TCP6", from,
		to, (unsigned)addr_port(source), (unsigned)addr_port(destination));
}

static void add_v2(struct bytes *out, const struct addr *source, const struct addr *destination)
{
	bool in = have_family(source, destination, AF_INET);
	bool in6 = have_family(source, destination, AF_INET6);
	size_t host_size = in ? IN_SIZE : IN6_SIZE;

	bytes_add(out, signature, SIGNATURE_SIZE);
	if (!in && !in6) {
		bytes_add_byte(out, VERSION_2 | COMMAND_LOCAL);
		bytes_add_byte(out, 0);
		bytes_add_be16(out, 0);
		return;
	}
	bytes_add_byte(out, VERSION_2 | COMMAND_PROXY);
	bytes_add_byte(
		out, (unsigned char)((in ? FAMILY_INET : FAMILY_INET6) << 4 | TRANSPORT_STREAM));
	bytes_add_be16(out, 2 * (host_size + PORT_SIZE));
	bytes_add(out, addr_host_bytes(source, &host_size), host_size);
	bytes_add(out, addr_host_bytes(destination, &host_size), host_size);
	bytes_add_be16(out, addr_port(source));
	bytes_add_be16(out, addr_port(destination));
}

void proxy_header_add(struct bytes *out, enum proxy_header_version version,
	const struct addr *source, const struct addr *destination)
{
	if (version == PROXY_HEADER_V1)
		add_v1(out, source, destination);
	else
		add_v2(out, source, destination);
}

static void refuse(struct proxy_header *h, const char *reason)
{
	h->state = PROXY_HEADER_BAD;
	h->reason = reason;
}

/* Set ADDR from the bytes at HOST. */
static void set_inet(struct addr *addr, int family, const void *host, uint16_t port)
{
	addr_any(family, port, addr);
	if (family == AF_INET)
		memcpy(&addr->u.in.sin_addr, host, IN_SIZE);
	else
		memcpy(&addr->u.in6.sin6_addr, host, IN6_SIZE);
	addr_unmap(addr);
}

/* Cut TEXT at its blanks into FIELDS words; false unless there are exactly as many, none of them
 * empty. */
static bool cut_fields(char *text, char *field[FIELDS])
{
	for (int i = 0; i < FIELDS; i++) {
		size_t size = strcspn(text, " ");
		bool last = i == FIELDS - 1;

		field[i] = text;
		if (size == 0 || (text[size] == '\0') != last)
			return false;
		text += size;
		if (!last)
			*text++ = '\0';
	}
	return true;
}

static bool read_port(const char *text, uint16_t *port)
{
	return (text[0] != '0' || text[1] == '\0') && addr_parse_port(text, port);
}

static bool read_line(struct proxy_header *h, char *line)
{
	char *field[FIELDS];
	unsigned char from[IN6_SIZE], to[IN6_SIZE];
	uint16_t from_port, to_port;
	int family;

	if (!cut_fields(line, field))
		return false;
	if (strcmp(field[0], "TCP4") != 0 && strcmp(field[0], "TCP6") != 0)
		return false;
	family = field[0][3] == '4' ? AF_INET : AF_INET6;
	if (inet_pton(family, field[1], from) != 1 || inet_pton(family, field[2], to) != 1)
		return false;
	if (!read_port(field[3], &from_port) || !read_port(field[4], &to_port))
		return false;
	set_inet(&h->source, family, from, from_port);
	set_inet(&h->destination, family, to, to_port);
	return true;
}

/* The line is complete. After UNKNOWN, the rest must be ignored. */
static void finish_v1(struct proxy_header *h)
{
	static const char unknown[] = "UNKNOWN";
	char *line = (char *)h->data + PREFIX_SIZE;
	size_t word = sizeof unknown - 1;

	h->data[h->size - 2] = '\0';
	h->state = PROXY_HEADER_DONE;
	if (strncmp(line, unknown, word) == 0 && (line[word] == '\0' || line[word] == ' '))
		return;
	if (!read_line(h, line))
		refuse(h, "malformed PROXY protocol line");
}

static void judge_v1(struct proxy_header *h)
{
	size_t last = h->size - 1;
	unsigned char byte = h->data[last];
	bool after_cr = last > 0 && h->data[last - 1] == '\r';

	if (last < PREFIX_SIZE) {
		if (byte != prefix[last])
			refuse(h, "no PROXY protocol header");
	} else if (after_cr != (byte == '\n') || (byte < ' ' && byte != '\r' && byte != '\n')) {
		refuse(h, "malformed PROXY protocol line");
	} else if (byte == '\n') {
		finish_v1(h);
	} else if (h->size == PROXY_HEADER_V1_MAX) {
		refuse(h, "PROXY protocol line over 107 bytes");
	}
}

/* The size of both addresses and ports of FAMILY, which is coded in a nibble. */
static size_t addresses_size(int family)
{
	switch (family) {
	case FAMILY_INET: return 2 * (IN_SIZE + PORT_SIZE);
	case FAMILY_INET6: return 2 * (IN6_SIZE + PORT_SIZE);
	case FAMILY_UNIX: return 2 * PROXY_HEADER_UNIX_PATH;
	default: return 0;
	}
}

static void set_unix(struct addr *addr, const unsigned char *path)
{
	size_t size = PROXY_HEADER_UNIX_PATH;
	size_t room = sizeof addr->u.un.sun_path;

	/* A path ends at its NUL; an abstract name, which begins with one, ends where only padding
	 * follows. */
	if (path[0] != '\0')
		size = strnlen((const char *)path, size);
	while (size > 0 && path[size - 1] == '\0')
		size--;
	if (path[0] != '\0' && size < room)
		size++;
	if (size > room)
		size = room;
	addr_begin(addr, AF_UNIX, offsetof(struct sockaddr_un, sun_path) + size);
	memcpy(addr->u.un.sun_path, path, size);
}

/* The addresses are complete, and the rest has been skipped. */
static void finish_v2(struct proxy_header *h)
{
	const unsigned char *at = h->data + PROXY_HEADER_V2_FIXED;
	int family = h->data[FAMILY_AT] >> 4;
	size_t host_size = family == FAMILY_INET ? IN_SIZE : IN6_SIZE;
	const unsigned char *ports = at + 2 * host_size;
	int af = family == FAMILY_INET ? AF_INET : AF_INET6;

	h->state = PROXY_HEADER_DONE;
	if ((h->data[COMMAND_AT] & 0xf) == COMMAND_LOCAL || (h->data[FAMILY_AT] & 0xf) == 0)
		return;
	if (family == FAMILY_UNIX) {
		set_unix(&h->source, at);
		set_unix(&h->destination, at + PROXY_HEADER_UNIX_PATH);
	} else if (family != 0) {
		set_inet(&h->source, af, at, be16_get(ports));
		set_inet(&h->destination, af, at + host_size, be16_get(ports + PORT_SIZE));
	}
}

/* The fixed part is complete: determine the size of the addresses, and of what is only to be
 * skipped. For LOCAL, everything is. */
static void judge_v2_head(struct proxy_header *h)
{
	int command = h->data[COMMAND_AT] & 0xf;
	int family = h->data[FAMILY_AT] >> 4, transport = h->data[FAMILY_AT] & 0xf;
	size_t length = be16_get(h->data + LENGTH_AT);
	size_t wanted = command == COMMAND_PROXY && transport ? addresses_size(family) : 0;

	if ((h->data[COMMAND_AT] & 0xf0) != VERSION_2)
		refuse(h, "unknown version of the PROXY protocol");
	else if (command > COMMAND_PROXY)
		refuse(h, "unknown command in the PROXY protocol header");
	else if (command == COMMAND_PROXY &&
		(family > FAMILY_UNIX || transport > TRANSPORT_DATAGRAM))
		refuse(h, "unknown address family in the PROXY protocol header");
	else if (length < wanted)
		refuse(h, "PROXY protocol header too short for its addresses");
	else
		h->skip = length - wanted;
	h->target = PROXY_HEADER_V2_FIXED + wanted;
}

static void judge_v2(struct proxy_header *h)
{
	size_t last = h->size - 1;

	if (last < SIGNATURE_SIZE) {
		if (h->data[last] != signature[last])
			refuse(h, "no PROXY protocol header");
		return;
	}
	if (h->size == PROXY_HEADER_V2_FIXED)
		judge_v2_head(h);
	if (h->state == PROXY_HEADER_MORE && h->size == h->target && h->skip == 0)
		finish_v2(h);
}

static void take_byte(struct proxy_header *h, unsigned char byte)
{
	h->data[h->size++] = byte;
	if (h->data[0] == signature[0])
		judge_v2(h);
	else
		judge_v1(h);
}

static size_t pass_over(struct proxy_header *h, size_t size)
{
	size_t n = size < h->skip ? size : h->skip;

	h->skip -= n;
	if (h->skip == 0)
		finish_v2(h);
	return n;
}

size_t proxy_header_feed(struct proxy_header *header, const void *data, size_t size)
{
	const unsigned char *bytes = data;
	size_t used = 0;

	while (used < size && header->state == PROXY_HEADER_MORE) {
		if (header->size > 0 && header->size == header->target)
			used += pass_over(header, size - used);
		else
			take_byte(header, bytes[used++]);
	}
	return used;
}
