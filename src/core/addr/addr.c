/* SPDX-License-Identifier: ISC */
/* addr.c - parse and compare socket addresses. */
#include "core/addr/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "base/bytes.h"
#include "base/num.h"
#include "core/addr/addr_system.h"

enum { IN_LOOPBACK_NET = 127 };

static void set_in(struct addr *addr, uint32_t host, uint16_t port)
{
	addr_begin(addr, AF_INET, sizeof(addr->u.in));
	addr->u.in.sin_port = htons(port);
	addr->u.in.sin_addr.s_addr = htonl(host);
}

static void set_in6(struct addr *addr, const struct in6_addr *host, uint16_t port)
{
	addr_begin(addr, AF_INET6, sizeof(addr->u.in6));
	addr->u.in6.sin6_port = htons(port);
	addr->u.in6.sin6_addr = *host;
}

bool addr_parse_port(const char *text, uint16_t *port)
{
	uint64_t value;

	if (num_parse(text, 0, ADDR_PORT_MAX, &value))
		return false;
	*port = (uint16_t)value;
	return true;
}

/* The index of the interface ZONE, a name or a number; 0: none. */
static unsigned zone_index(const char *zone)
{
	char name[IF_NAMESIZE];
	uint64_t number;

	/* musl would truncate a longer name and find another interface. */
	unsigned index = strlen(zone) < IF_NAMESIZE ? if_nametoindex(zone) : 0;
	if (index || num_parse(zone, 1, UINT32_MAX, &number))
		return index;
	return if_indextoname((unsigned)number, name) ? (unsigned)number : 0;
}

static int parse_in6(const char *host, uint16_t port, struct addr *addr)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr in6;
	size_t size = strcspn(host, "%");

	errno = EINVAL;
	if (size >= sizeof(text))
		return -1;
	memcpy(text, host, size);
	text[size] = '\0';
	if (inet_pton(AF_INET6, text, &in6) != 1) {
		errno = EINVAL;
		return -1;
	}
	set_in6(addr, &in6, port);
	if (host[size] == '%') {
		addr->u.in6.sin6_scope_id = zone_index(host + size + 1);
		if (!addr->u.in6.sin6_scope_id) {
			errno = ENODEV;
			return -1;
		}
	}
	return 0;
}

const char *addr_unbracket(const char *host, char out[ADDR_HOST_TEXT])
{
	size_t size = strlen(host);

	if (size < 2 || host[0] != '[' || host[size - 1] != ']' || size - 2 >= ADDR_HOST_TEXT)
		return host;
	memcpy(out, host + 1, size - 2);
	out[size - 2] = '\0';
	return out;
}

int addr_parse_numeric(const char *host, uint16_t port, struct addr *addr)
{
	char plain[ADDR_HOST_TEXT];
	struct in_addr in;
	uint64_t number;

	host = addr_unbracket(host, plain);
	if (inet_pton(AF_INET, host, &in) == 1)
		set_in(addr, ntohl(in.s_addr), port);
	else if (strcmp(host, "<broadcast>") == 0)
		set_in(addr, INADDR_BROADCAST, port);
	else if (!num_parse(host, 0, UINT32_MAX, &number))
		set_in(addr, (uint32_t)number, port);
	else
		return parse_in6(host, port, addr);
	return 0;
}

void addr_any(int family, uint16_t port, struct addr *addr)
{
	if (family == AF_INET)
		set_in(addr, INADDR_ANY, port);
	else
		set_in6(addr, &in6addr_any, port);
}

void addr_loopback(int family, uint16_t port, struct addr *addr)
{
	if (family == AF_INET)
		set_in(addr, INADDR_LOOPBACK, port);
	else
		set_in6(addr, &in6addr_loopback, port);
}

int addr_family(const struct addr *addr)
{
	return addr->size ? addr->u.sa.sa_family : AF_UNSPEC;
}

uint16_t addr_port(const struct addr *addr)
{
	switch (addr_family(addr)) {
	case AF_INET: return ntohs(addr->u.in.sin_port);
	case AF_INET6: return ntohs(addr->u.in6.sin6_port);
	default: return 0;
	}
}

void addr_set_port(struct addr *addr, uint16_t port)
{
	if (addr_family(addr) == AF_INET)
		addr->u.in.sin_port = htons(port);
	else if (addr_family(addr) == AF_INET6)
		addr->u.in6.sin6_port = htons(port);
}

static bool same_bytes(const struct addr *a, const struct addr *b)
{
	return a->size == b->size && memcmp(&a->u, &b->u, a->size) == 0;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	int family = addr_family(a);

	if (family == AF_INET || family == AF_INET6)
		return addr_equal_host(a, b) && addr_port(a) == addr_port(b);
	return same_bytes(a, b);
}

bool addr_equal_host(const struct addr *a, const struct addr *b)
{
	char a_host[ADDR_TEXT], b_host[ADDR_TEXT];

	if (addr_family(a) != addr_family(b))
		return false;
	switch (addr_family(a)) {
	case AF_INET: return a->u.in.sin_addr.s_addr == b->u.in.sin_addr.s_addr;
	case AF_INET6:
		return IN6_ARE_ADDR_EQUAL(&a->u.in6.sin6_addr, &b->u.in6.sin6_addr) &&
			a->u.in6.sin6_scope_id == b->u.in6.sin6_scope_id;
	case AF_UNIX: return same_bytes(a, b);
	default:
		/* Only vsock_text knows which part of a vsock address is the host. */
		return strcmp(addr_text_host(a, a_host), addr_text_host(b, b_host)) == 0;
	}
}

bool addr_is_any(const struct addr *addr)
{
	struct addr plain = *addr;

	addr_unmap(&plain);
	if (addr_family(&plain) == AF_INET)
		return plain.u.in.sin_addr.s_addr == htonl(INADDR_ANY);
	return addr_family(&plain) == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&plain.u.in6.sin6_addr);
}

bool addr_is_loopback(const struct addr *addr)
{
	struct addr plain = *addr;

	addr_unmap(&plain);
	if (addr_family(&plain) == AF_INET)
		return ntohl(plain.u.in.sin_addr.s_addr) >> 24 == IN_LOOPBACK_NET;
	return addr_family(&plain) == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&plain.u.in6.sin6_addr);
}

bool addr_is_multicast(const struct addr *addr)
{
	if (addr_family(addr) == AF_INET)
		return IN_MULTICAST(ntohl(addr->u.in.sin_addr.s_addr));
	return addr_family(addr) == AF_INET6 && IN6_IS_ADDR_MULTICAST(&addr->u.in6.sin6_addr);
}

const void *addr_host_bytes(const struct addr *addr, size_t *size)
{
	if (addr_family(addr) == AF_INET) {
		*size = sizeof(addr->u.in.sin_addr);
		return &addr->u.in.sin_addr;
	}
	*size = sizeof(addr->u.in6.sin6_addr);
	return &addr->u.in6.sin6_addr;
}

uint64_t addr_host_key(const struct addr *addr)
{
	enum { SITE_BYTES = 8 };
	struct addr plain = *addr;
	uint64_t hash = BYTES_HASH_SEED;

	addr_unmap(&plain);
	int family = addr_family(&plain);
	hash = bytes_hash(hash, &family, sizeof(family));
	if (family == AF_INET)
		hash = bytes_hash(hash, &plain.u.in.sin_addr, sizeof(plain.u.in.sin_addr));
	else if (family == AF_INET6)
		hash = bytes_hash(hash, &plain.u.in6.sin6_addr, SITE_BYTES);
	return hash ? hash : 1;
}

bool addr_lacks_zone(const struct addr *addr)
{
	const struct in6_addr *host = &addr->u.in6.sin6_addr;

	return addr_family(addr) == AF_INET6 && addr->u.in6.sin6_scope_id == 0 &&
		(IN6_IS_ADDR_LINKLOCAL(host) || IN6_IS_ADDR_MC_LINKLOCAL(host));
}

bool addr_explain_zone(const struct addr *addr, int err, struct bytes *why)
{
	char text[ADDR_TEXT];

	if (err != EINVAL || !addr_lacks_zone(addr))
		return false;
	addr_text_host(addr, text);
	bytes_add_format(
		why, "%s is a link-local address and requires a zone: %s%%INTERFACE", text, text);
	return true;
}

void addr_unmap(struct addr *addr)
{
	uint32_t host_be;

	if (addr_family(addr) != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&addr->u.in6.sin6_addr))
		return;
	memcpy(&host_be, &addr->u.in6.sin6_addr.s6_addr[12], sizeof(host_be));
	set_in(addr, ntohl(host_be), addr_port(addr));
}

bool addr_embedded(const struct addr *addr, struct addr *in)
{
	static const struct {
		unsigned char prefix[12];
		unsigned char size; /* of the prefix; the IPv4 address comes right after it */
	} forms[] = {
		{{0x00, 0x64, 0xff, 0x9b}, 12},
		{{0x20, 0x02}, 2},
		{{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}, 12},
		{{0}, 12},
	};
	const unsigned char *host = addr->u.in6.sin6_addr.s6_addr;
	uint32_t host_be;

	if (addr_family(addr) != AF_INET6 || addr_is_any(addr) || addr_is_loopback(addr))
		return false;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (memcmp(host, forms[i].prefix, forms[i].size) != 0)
			continue;
		memcpy(&host_be, host + forms[i].size, sizeof(host_be));
		set_in(in, ntohl(host_be), addr_port(addr));
		return true;
	}
	return false;
}

int addr_set_unix(struct addr *addr, const char *path)
{
	bool abstract = path[0] == '@';
	const char *name = path + abstract;
	size_t size = strlen(name);

	if (abstract && !addr_has_abstract) {
		errno = EOPNOTSUPP;
		return -1;
	}
	if (size == 0 || size > addr_unix_limit()) {
		errno = size ? ENAMETOOLONG : EINVAL;
		return -1;
	}
	/* A NUL ends a path or begins an abstract name: one byte in either case. */
	addr_begin(addr, AF_UNIX, ADDR_PATH_AT + size + 1);
	memcpy(addr->u.un.sun_path + abstract, name, size);
	return 0;
}

size_t addr_unix_limit(void)
{
	return ADDR_PATH_MAX - 1;
}
