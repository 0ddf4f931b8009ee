/* SPDX-License-Identifier: ISC */
/* inward.c - which addresses lead back to this host or only to its links. */
#define _DEFAULT_SOURCE /* getifaddrs(3), which POSIX lacks */
#include "core/inward.h"

#include <ifaddrs.h>
#include <string.h>

/* 0.0.0.0/8 is "this host on this network", 169.254.0.0/16 link-local (RFC 6890). */
static bool is_inward_in(const struct addr *addr)
{
	uint32_t host = ntohl(addr->u.in.sin_addr.s_addr);

	return host >> 24 == 0 || host >> 24 == IN_LOOPBACKNET || host >> 16 == 0xa9fe;
}

static bool is_inward_in6(const struct addr *addr)
{
	const struct in6_addr *host = &addr->u.in6.sin6_addr;

	return IN6_IS_ADDR_UNSPECIFIED(host) || IN6_IS_ADDR_LOOPBACK(host) ||
		IN6_IS_ADDR_LINKLOCAL(host);
}

static bool same_host(const struct addr *addr, const struct sockaddr *own)
{
	struct addr other = {0};

	if (!own || own->sa_family != addr_family(addr))
		return false;
	other.size = addr->size;
	memcpy(&other.u, own, addr->size);
	if (own->sa_family == AF_INET6)
		other.u.in6.sin6_scope_id = addr->u.in6.sin6_scope_id;
	return addr_equal_host(addr, &other);
}

/* Read anew each time: addresses come and go. */
static bool is_own(const struct addr *addr)
{
	struct ifaddrs *all = NULL;
	bool own = false;

	if (getifaddrs(&all) < 0)
		return true;
	for (const struct ifaddrs *one = all; one && !own; one = one->ifa_next)
		own = same_host(addr, one->ifa_addr);
	freeifaddrs(all);
	return own;
}

bool addr_is_inward(const struct addr *addr)
{
	switch (addr_family(addr)) {
	case AF_INET: return is_inward_in(addr) || is_own(addr);
	case AF_INET6: return is_inward_in6(addr) || is_own(addr);
	default: return true;
	}
}
