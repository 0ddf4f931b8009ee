/* SPDX-License-Identifier: ISC */
/* socks.h - the numbers of SOCKS 5 (RFC 1928, 1929) and 4, as both sides use them. */
#ifndef TCP_PROXY_SOCKS_H
#define TCP_PROXY_SOCKS_H

#include "base/bytes.h"
#include "core/addr/addr.h"

enum { SOCKS4 = 4, SOCKS5 = 5, SOCKS_CONNECT = 1 };

enum { SOCKS5_NO_LOGIN = 0, SOCKS5_LOGIN = 2, SOCKS5_NO_METHOD = 0xff, SOCKS5_LOGIN_VERSION = 1 };

/* Kinds of addresses. */
enum { SOCKS5_IPV4 = 1, SOCKS5_NAME = 3, SOCKS5_IPV6 = 4 };

enum socks5_reply {
	SOCKS5_DONE,
	SOCKS5_FAILED,
	SOCKS5_NOT_ALLOWED,
	SOCKS5_NET_UNREACHABLE,
	SOCKS5_HOST_UNREACHABLE,
	SOCKS5_REFUSED,
	SOCKS5_EXPIRED, /* its TTL; proxies use it for a timeout */
	SOCKS5_BAD_COMMAND,
	SOCKS5_BAD_ADDRESS,
};

enum socks4_reply {
	SOCKS4_GRANTED = 90,
	SOCKS4_REFUSED,
	SOCKS4_NO_IDENT,
	SOCKS4_OTHER_USER,
};

/* Append ADDR, IPv4 or IPv6, in the form of requests and replies of SOCKS 5: kind, host, port. */
static inline void socks5_add_address(struct bytes *out, const struct addr *addr)
{
	size_t size;
	const void *host = addr_host_bytes(addr, &size);

	bytes_add_byte(out, addr_family(addr) == AF_INET ? SOCKS5_IPV4 : SOCKS5_IPV6);
	bytes_add(out, host, size);
	bytes_add_be16(out, addr_port(addr));
}

#endif
