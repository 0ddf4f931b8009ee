/* SPDX-License-Identifier: ISC */
/* socket.c - the sockets of a scan, which are used again if a refusal leaves them usable. */

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/grow.h"
#include "core/local.h"
#include "core/os/os.h"
#include "core/sock/sock.h"
#include "tcp/connect/scan/scan_private.h"

/* This many connects in a row that were not over at once show that the target is not nearby. */
enum { ASK_TRIES = 8 };

static bool is_inet(const struct addr *addr)
{
	return addr_family(addr) == AF_INET || addr_family(addr) == AF_INET6;
}

/* Whether a socket for ADDR is like any other of its family: neither bound to an interface nor
 * permanently turned to IPv4. */
static bool is_plain(const struct addr *addr)
{
	const struct sockaddr_in6 *in6 = &addr->u.in6;

	return addr_family(addr) == AF_INET ||
		(addr_family(addr) == AF_INET6 && in6->sin6_scope_id == 0 &&
			!IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr));
}

/* A source port is bound again for each connect: an idle socket that holds it would be in the
 * way. */
static bool has_source_port(const struct local *source)
{
	return source && (addr_port(&source->in) != 0 || addr_port(&source->in6) != 0);
}

static bool serves_again(const struct scan *s, const struct addr *addr)
{
	return os_connects_again && is_plain(addr) && !s->plan->options->mptcp &&
		!has_source_port(s->plan->source);
}

static struct scan_spares *spares_of(struct scan *s, int family)
{
	return &s->spares[family == AF_INET6];
}

static void close_one(struct scan *s, struct scan_spares *spares)
{
	loop_close(s->loop, spares->fds[--spares->count]);
}

void scan_sockets_close(struct scan *s)
{
	for (int i = 0; i < 2; i++) {
		while (s->spares[i].count > 0)
			close_one(s, &s->spares[i]);
		free(s->spares[i].fds);
		s->spares[i] = (struct scan_spares){0};
	}
}

/* Keep no more sockets open than the connects that may be in flight, plus two. */
static void make_place(struct scan *s)
{
	for (int i = 0; i < 2; i++) {
		if (s->spares[i].count > 0 &&
			s->in_flight + s->spares[0].count + s->spares[1].count >
				s->plan->parallel + 2)
			close_one(s, &s->spares[i]);
	}
}

int scan_socket_open(struct scan *s, const struct addr *addr, struct scan_trouble *trouble)
{
	int family = addr_family(addr), fd;
	struct scan_spares *spares = spares_of(s, family);

	*trouble = (struct scan_trouble){0};
	if (spares->count > 0 && serves_again(s, addr))
		return spares->fds[--spares->count];
	make_place(s);
	fd = sock_open(family, family == AF_UNIX ? s->plan->type : SOCK_STREAM, s->plan->options,
		&trouble->bad);
	if (fd < 0 || !s->plan->source || local_bind(fd, family, s->plan->source) == 0)
		return fd;
	trouble->unbound = true;
	fd_close(fd);
	return -1;
}

/* Whether ERR means that a connection was made and reset before anybody looked: if nobody listens,
 * it is refused (RFC 9293, 3.10.7.3). With vsock, a refusal is a reset too. */
static bool is_made_and_reset(const struct addr *addr, int err)
{
	return (err == ECONNRESET || err == EPIPE) && is_inet(addr);
}

int scan_socket_result(const struct scan *s, int fd, const struct addr *addr)
{
	int err;

	/* The connect that reports a refusal is what leaves the socket usable for another. */
	if (!serves_again(s, addr))
		err = sock_error(fd);
	else
		err = connect(fd, &addr->u.sa, addr->size) == 0 || errno == EISCONN ? 0 : errno;
	if (is_made_and_reset(addr, err))
		return 0;
	return err == EALREADY || err == EINTR ? EINPROGRESS : err;
}

/* Whether ERR of connect(2) means that somebody listens there all the same: a Unix socket whose
 * backlog is full (unix(7)). */
static bool is_listening(const struct addr *addr, int err)
{
	return addr_family(addr) == AF_UNIX && err == EAGAIN;
}

int scan_socket_connect(struct scan_target *t, int fd, const struct addr *addr)
{
	int err = sock_connect(fd, addr) == 0 || is_listening(addr, errno) ? 0 : errno;

	if (err == EINTR)
		err = EINPROGRESS;
	if (err != EINPROGRESS || t->far >= ASK_TRIES || !serves_again(t->scan, addr))
		return err;
	/* To this host most are over at once; asking is then the only extra cost of a port. */
	err = scan_socket_result(t->scan, fd, addr);
	t->far = err == EINPROGRESS ? t->far + 1 : 0;
	return err;
}

/* Make room for one more. */
static bool has_room(struct scan_spares *spares)
{
	int *fds = grow(spares->fds, &spares->room, spares->count + 1, sizeof *fds);

	if (!fds)
		return false;
	spares->fds = fds;
	return true;
}

void scan_socket_leave(struct scan *s, int fd, const struct addr *addr, int err)
{
	struct scan_spares *spares = spares_of(s, addr_family(addr));

	if (err != ECONNREFUSED || !serves_again(s, addr) || !has_room(spares)) {
		loop_close(s->loop, fd);
		return;
	}
	/* The poller keeps it, in case it connects again in this turn. */
	loop_pause(s->loop, fd);
	spares->fds[spares->count++] = fd;
}
