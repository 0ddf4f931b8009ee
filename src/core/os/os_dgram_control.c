/* SPDX-License-Identifier: ISC */
/* os_dgram_control.c - what comes and goes with a datagram (RFC 3542), and groups (RFC 3678). */
#define _GNU_SOURCE /* struct in_pktinfo, struct in6_pktinfo, struct group_req */
#include "core/os/os_dgram_control.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

static void set_on(int fd, int level, int option)
{
	int on = 1;

	setsockopt(fd, level, option, &on, sizeof(on));
}

/* A socket for both families tells of IPv4 datagrams only when asked for IPv4, too. */
void dgram_control_request(int fd, int family)
{
#ifdef IP_PKTINFO
	if (family == AF_INET || family == AF_INET6)
		set_on(fd, IPPROTO_IP, IP_PKTINFO);
#endif
#ifdef IPV6_RECVPKTINFO
	if (family == AF_INET6)
		set_on(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO);
#endif
}

static bool has_option(const struct dgram_option *o, int family)
{
	return o->family == AF_UNSPEC || o->family == family ||
		(o->family == AF_INET && family == AF_INET6);
}

void dgram_options_save(int fd, int family, const struct dgram_option *options, size_t count,
	struct os_dgram_state *state)
{
	for (size_t i = 0; i < count; i++) {
		const struct dgram_option *o = &options[i];
		socklen_t size = sizeof(state->value[i]);

		if (!has_option(o, family) ||
			getsockopt(fd, o->level, o->option, &state->value[i], &size) < 0)
			state->value[i] = o->value;
	}
}

void dgram_options_restore(int fd, int family, const struct dgram_option *options, size_t count,
	const struct os_dgram_state *state)
{
	for (size_t i = 0; i < count; i++) {
		const struct dgram_option *o = &options[i];

		if (has_option(o, family))
			setsockopt(
				fd, o->level, o->option, &state->value[i], sizeof(state->value[i]));
	}
}

#ifdef IP_PKTINFO
static void read_inet(const struct cmsghdr *c, struct os_dgram *d)
{
	struct in_pktinfo info;

	memcpy(&info, CMSG_DATA(c), sizeof(info));
	addr_any(AF_INET, 0, &d->asked);
	d->answer = d->asked;
	d->asked.u.in.sin_addr = info.ipi_addr;
	d->answer.u.in.sin_addr = info.ipi_spec_dst;
}
#endif

#ifdef IPV6_RECVPKTINFO
static void read_inet6(const struct cmsghdr *c, struct os_dgram *d)
{
	struct in6_pktinfo info;

	memcpy(&info, CMSG_DATA(c), sizeof(info));
	/* IPv4 has told already, and better: what to answer a broadcast from. */
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
#endif

bool dgram_control_read(const struct cmsghdr *c, struct os_dgram *d)
{
#ifdef IP_PKTINFO
	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
		read_inet(c, d);
		return true;
	}
#endif
#ifdef IPV6_RECVPKTINFO
	if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
		read_inet6(c, d);
		return true;
	}
#endif
	return false;
}

/* The macro of musl mixes signs. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"
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

#ifdef IP_PKTINFO
	if (family == AF_INET || (family == AF_UNSPEC && route->interface)) {
		struct in_pktinfo info = {.ipi_ifindex = (int)route->interface};

		if (family == AF_INET)
			info.ipi_spec_dst = route->from->u.in.sin_addr;
		dgram_control_add(m, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	}
#endif
#ifdef IPV6_RECVPKTINFO
	if (family == AF_INET6) {
		struct in6_pktinfo info = {.ipi6_addr = route->from->u.in6.sin6_addr,
			.ipi6_ifindex = route->from->u.in6.sin6_scope_id};

		dgram_control_add(m, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
	}
#endif
	(void)family;
	(void)m;
}

/* Join or leave: OPTION is that of any source, SOURCE_OPTION that of one. */
static int set_membership(
	int fd, const struct os_dgram_membership *m, int option, int source_option)
{
	int level = addr_family(m->group) == AF_INET6 ? IPPROTO_IPV6 : IPPROTO_IP;
	struct group_req any = {.gr_interface = m->interface};
	struct group_source_req one = {.gsr_interface = m->interface};

	if (!m->source) {
		memcpy(&any.gr_group, &m->group->u, m->group->size);
		return setsockopt(fd, level, option, &any, sizeof(any));
	}
	memcpy(&one.gsr_group, &m->group->u, m->group->size);
	memcpy(&one.gsr_source, &m->source->u, m->source->size);
	return setsockopt(fd, level, source_option, &one, sizeof(one));
}

int os_dgram_join(int fd, const struct os_dgram_membership *m)
{
	return set_membership(fd, m, MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP);
}

void os_dgram_leave(int fd, const struct os_dgram_membership *m)
{
	set_membership(fd, m, MCAST_LEAVE_GROUP, MCAST_LEAVE_SOURCE_GROUP);
}
