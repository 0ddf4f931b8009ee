/* SPDX-License-Identifier: ISC */
/* dgram_posix.c - datagrams one by one, with POSIX alone. */
#define _DEFAULT_SOURCE /* SO_TIMESTAMP */
#include "core/os/dgram/dgram.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "core/addr/addr_system.h"
#include "core/os/dgram/control.h"

enum { NS_PER_US = 1000 };

void os_dgram_prepare(int fd, int family, const struct os_dgram_wishes *wishes)
{
	if (wishes->destination)
		dgram_control_request(fd, family);
#ifdef SO_TIMESTAMP
	int on = 1;

	if (wishes->time)
		setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on));
#endif
#ifdef IP_MULTICAST_ALL
	int off = 0;

	if (wishes->own_groups)
		setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof(off));
#endif
}

static const struct dgram_option changed[] = {
#ifdef SO_TIMESTAMP
	{AF_UNSPEC, SOL_SOCKET, SO_TIMESTAMP, 0},
#endif
#ifdef IP_MULTICAST_ALL
	{AF_INET, IPPROTO_IP, IP_MULTICAST_ALL, 1},
#endif
};
enum { CHANGED = sizeof(changed) / sizeof(changed[0]) };

void os_dgram_save(int fd, int family, struct os_dgram_state *state)
{
	dgram_options_save(fd, family, changed, CHANGED, state);
}

void os_dgram_restore(int fd, int family, const struct os_dgram_state *state)
{
	dgram_options_restore(fd, family, changed, CHANGED, state);
}

static void read_control(struct msghdr *m, struct os_dgram *d)
{
	for (struct cmsghdr *c = NULL; (c = dgram_control_next(m, c));) {
		if (dgram_control_read(c, d))
			continue;
#ifdef SCM_TIMESTAMP
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMP) {
			struct timeval time;

			memcpy(&time, CMSG_DATA(c), sizeof(time));
			d->time.tv_sec = time.tv_sec;
			d->time.tv_nsec = (long)time.tv_usec * NS_PER_US;
		}
#endif
	}
}

/* On the BSDs, a socket without a name has an address without a path. */
static bool is_nameless(const struct addr *peer)
{
	return addr_family(peer) == AF_UNIX && !addr_has_abstract && !peer->u.un.sun_path[0];
}

static int receive_one(int fd, struct os_dgram *d)
{
	struct iovec part = {.iov_base = d->data, .iov_len = d->room};
	struct dgram_control control;
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_name = &d->peer.u};
	ssize_t n;

	do {
		m.msg_namelen = sizeof(d->peer.u);
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
		n = recvmsg(fd, &m, MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	d->size = (size_t)n;
	/* How much longer it was is not known. */
	d->whole = m.msg_flags & MSG_TRUNC ? d->size + 1 : d->size;
	d->segment = 0;
	d->peer.size = m.msg_namelen <= sizeof(d->peer.u) ? m.msg_namelen : sizeof(d->peer.u);
	if (is_nameless(&d->peer))
		d->peer.size = 0;
	d->asked = d->answer = (struct addr){.size = 0};
	d->time = (struct timespec){0};
	read_control(&m, d);
	return 0;
}

int os_dgram_receive(int fd, struct os_dgram *each, int count)
{
	int got = 0;

	while (got < count && receive_one(fd, &each[got]) == 0)
		got++;
	return got > 0 ? got : -1;
}

bool os_dgram_can_merge(int fd)
{
	(void)fd;
	return false;
}

int os_dgram_send(int fd, const struct os_dgram_route *route, const struct iovec *each, int count,
	bool *merge)
{
	struct dgram_control control;
	struct msghdr m = {.msg_iovlen = 1, .msg_control = &control};
	int sent = 0;

	*merge = false;
	dgram_control_add_route(&m, route);
	if (m.msg_controllen == 0)
		m.msg_control = NULL;
	if (route->peer) {
		m.msg_name = (void *)&route->peer->u;
		m.msg_namelen = route->peer->size;
	}
	while (sent < count) {
		m.msg_iov = (struct iovec *)&each[sent];
		if (sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			sent++;
		else if (errno != EINTR)
			break;
	}
	return sent > 0 || count == 0 ? sent : -1;
}

int os_dgram_open_raw(int family)
{
	(void)family;
	errno = ENOSYS;
	return -1;
}

size_t os_dgram_path_limit(int fd, int family)
{
	(void)fd;
	(void)family;
	return 0;
}

int64_t os_dgram_drops(int fd)
{
	(void)fd;
	return -1;
}

int os_dgram_name(int fd)
{
	(void)fd;
	errno = ENOSYS;
	return -1;
}
