/* SPDX-License-Identifier: ISC */
/* control.c - the ancillary data of datagrams (RFC 3542). */
#define _GNU_SOURCE /* struct in6_pktinfo */
#include "core/os/dgram/control.h"

#include <netinet/in.h>
#include <string.h>

#include "core/os/dgram/inet.h"

void dgram_option_set(int fd, int level, int option, int value)
{
	setsockopt(fd, level, option, &value, sizeof(value));
}

/* A socket for both families reports IPv4 destinations only if asked for IPv4 too. */
void dgram_control_request(int fd, int family)
{
	if (family == AF_INET || family == AF_INET6)
		dgram_inet_request(fd);
	if (family == AF_INET6)
		dgram_option_set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

static bool has_option(const struct dgram_option *o, int family)
{
	return o->family == AF_UNSPEC || o->family == family ||
		(o->family == AF_INET && family == AF_INET6);
}

static void save(int fd, int family, const struct dgram_option *o, int *value)
{
	socklen_t size = sizeof(*value);

	if (!has_option(o, family) || getsockopt(fd, o->level, o->option, value, &size) < 0)
		*value = o->value;
}

static void restore(int fd, int family, const struct dgram_option *o, int value)
{
	if (has_option(o, family))
		dgram_option_set(fd, o->level, o->option, value);
}

/* What dgram_control_request sets. */
static const struct dgram_option inet6_option = {AF_INET6, IPPROTO_IPV6, IPV6_RECVPKTINFO, 0};
static const struct dgram_option *const requested[] = {&dgram_inet_option, &inet6_option};
enum { REQUESTED = sizeof(requested) / sizeof(requested[0]) };

void dgram_options_save(int fd, int family, const struct dgram_option *options, size_t count,
	struct os_dgram_state *state)
{
	for (size_t i = 0; i < REQUESTED; i++)
		save(fd, family, requested[i], &state->value[i]);
	for (size_t i = 0; i < count; i++)
		save(fd, family, &options[i], &state->value[REQUESTED + i]);
}

void dgram_options_restore(int fd, int family, const struct dgram_option *options, size_t count,
	const struct os_dgram_state *state)
{
	for (size_t i = 0; i < REQUESTED; i++)
		restore(fd, family, requested[i], state->value[i]);
	for (size_t i = 0; i < count; i++)
		restore(fd, family, &options[i], state->value[REQUESTED + i]);
}

static void read_inet6(const struct cmsghdr *c, struct os_dgram *d)
{
	struct in6_pktinfo info;

	memcpy(&info, CMSG_DATA(c), sizeof(info));
	/* The IPv4 message was read already and knows more: from which address to answer a
	 * broadcast. */
	if (IN6_IS_ADDR_V4MAPPED(&info.ipi6_addr) && d->asked.size > 0)
		return;
	addr_any(AF_INET6, 0, &d->asked);
	d->asked.u.in6.sin6_addr = info.ipi6_addr;
	if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
		d->asked.u.in6.sin6_scope_id = (uint32_t)info.ipi6_ifindex;
	if (!IN6_IS_ADDR_MULTICAST(&info.ipi6_addr))
		d->answer = d->asked;
	addr_unmap(&d->asked);
	addr_unmap(&d->answer);
}

bool dgram_control_read(const struct cmsghdr *c, struct os_dgram *d)
{
	if (c->cmsg_level == IPPROTO_IP)
		return dgram_inet_read(c, d);
	if (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_PKTINFO)
		return false;
	read_inet6(c, d);
	return true;
}

/* musl's macro mixes signed and unsigned. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wsign-compare"
struct cmsghdr *dgram_control_next(struct msghdr *m, struct cmsghdr *c)
{
	return c ? CMSG_NXTHDR(m, c) : CMSG_FIRSTHDR(m);
}
#pragma GCC diagnostic pop

void dgram_control_add(struct msghdr *m, int level, int type, const void *data, size_t size)
{
	struct cmsghdr c = {.cmsg_level = level, .cmsg_type = type};
	unsigned char *at = (unsigned char *)m->msg_control + m->msg_controllen;

	c.cmsg_len = (socklen_t)CMSG_LEN(size);
	memset(at, 0, CMSG_SPACE(size));
	memcpy(at, &c, sizeof(c));
	memcpy(CMSG_DATA((struct cmsghdr *)(void *)at), data, size);
	m->msg_controllen = (socklen_t)(m->msg_controllen + CMSG_SPACE(size));
}

void dgram_control_add_route(struct msghdr *m, const struct os_dgram_route *route)
{
	int family = route->from && route->from->size > 0 ? addr_family(route->from) : AF_UNSPEC;

	if (family == AF_INET)
		dgram_inet_add(m, &route->from->u.in.sin_addr, route->interface);
	else if (family == AF_UNSPEC && route->interface)
		dgram_inet_add(m, NULL, route->interface);
	if (family == AF_INET6) {
		struct in6_pktinfo info = {.ipi6_addr = route->from->u.in6.sin6_addr,
			.ipi6_ifindex = route->from->u.in6.sin6_scope_id};

		dgram_control_add(m, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	}
}
