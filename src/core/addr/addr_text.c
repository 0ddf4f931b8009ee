/* SPDX-License-Identifier: ISC */
/* addr_text.c - socket addresses as text. */
#include "core/addr/addr.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "core/addr/addr_system.h"
#include "core/addr/vsock.h"

enum { HOST_TEXT = INET6_ADDRSTRLEN + 1 + IF_NAMESIZE /* with %zone */ };

static void put_in6(const struct sockaddr_in6 *in6, char out[HOST_TEXT])
{
	char host[INET6_ADDRSTRLEN], zone[IF_NAMESIZE];

	inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
	if (!in6->sin6_scope_id)
		snprintf(out, HOST_TEXT, "%s", host);
	else if (if_indextoname(in6->sin6_scope_id, zone))
		snprintf(out, HOST_TEXT, "%s%%%s", host, zone);
	else
		snprintf(out, HOST_TEXT, "%s%%%u", host, (unsigned)in6->sin6_scope_id);
}

/* Write the path of a Unix socket after PREFIX, with '@' for each NUL of an abstract name. */
static void put_unix(const struct addr *addr, const char *prefix, char out[ADDR_TEXT])
{
	const char *path = addr->u.un.sun_path;
	size_t size = addr->size > ADDR_PATH_AT ? addr->size - ADDR_PATH_AT : 0;
	size_t at = strlen(prefix);

	if (size > ADDR_PATH_MAX)
		size = ADDR_PATH_MAX;
	/* On a system without abstract names, a socket whose path begins with a NUL has no name. */
	if (size > 0 && (path[0] != '\0' || !addr_has_abstract))
		size = strnlen(path, size);
	memcpy(out, prefix, at);
	for (size_t i = 0; i < size; i++)
		out[at++] = path[i] ? path[i] : '@';
	out[at] = '\0';
}

/* Write NUMBER in decimal digits; returns where they end. */
static char *put_number(char *out, unsigned number)
{
	char digits[NUM_TEXT];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	while (count > 0)
		*out++ = digits[--count];
	return out;
}

/* Write the address of four bytes at DATA; returns where its text ends. */
static char *put_in(const unsigned char *data, char *out)
{
	for (size_t i = 0; i < sizeof(struct in_addr); i++) {
		if (i > 0)
			*out++ = '.';
		out = put_number(out, data[i]);
	}
	*out = '\0';
	return out;
}

const char *addr_text_in(const void *data, char out[INET_ADDRSTRLEN])
{
	put_in(data, out);
	return out;
}

const char *addr_text(const struct addr *addr, char out[ADDR_TEXT])
{
	struct addr plain = *addr;
	char host[HOST_TEXT], *end;

	addr_unmap(&plain);
	switch (addr_family(&plain)) {
	case AF_INET:
		end = put_in((const unsigned char *)&plain.u.in.sin_addr, out);
		*end++ = ':';
		*put_number(end, addr_port(&plain)) = '\0';
		break;
	case AF_INET6:
		put_in6(&plain.u.in6, host);
		snprintf(out, ADDR_TEXT, "[%s]:%u", host, addr_port(&plain));
		break;
	case AF_UNIX: put_unix(&plain, "unix:", out); break;
	default:
		if (!vsock_text(&plain, out))
			snprintf(out, ADDR_TEXT, "unknown");
	}
	return out;
}

const char *addr_text_local(const struct addr *addr, char out[ADDR_TEXT])
{
	if (!addr_is_any(addr))
		return addr_text(addr, out);
	snprintf(out, ADDR_TEXT, "*:%u", addr_port(addr));
	return out;
}

const char *addr_text_host(const struct addr *addr, char out[ADDR_TEXT])
{
	struct addr plain = *addr;

	addr_unmap(&plain);
	switch (addr_family(&plain)) {
	case AF_INET: addr_text_in(&plain.u.in.sin_addr, out); break;
	case AF_INET6: put_in6(&plain.u.in6, out); break;
	case AF_UNIX: put_unix(&plain, "", out); break;
	default:
		addr_text(&plain, out);
		/* vsock:CID:PORT without its port */
		if (strchr(out, ':'))
			*strrchr(out, ':') = '\0';
	}
	return out;
}
