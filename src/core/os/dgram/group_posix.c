/* SPDX-License-Identifier: ISC */
/* group_posix.c - multicast groups (RFC 3678) of Linux, macOS and FreeBSD. */
#define _DEFAULT_SOURCE /* struct group_req */
#include "core/os/dgram/dgram.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* Join or leave: OPTION is for any source, SOURCE_OPTION for one. */
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
