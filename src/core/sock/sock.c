/* SPDX-License-Identifier: ISC */
/* sock.c - create, bind and examine sockets. */
#include "core/sock/sock.h"

#include <errno.h>
#include <unistd.h>

#include "base/fd.h"
#include "core/os/os.h"

static bool is_inet(int family)
{
	return family == AF_INET || family == AF_INET6;
}

int sock_open(
	int family, int type, const struct sock_options *options, const struct sock_setting **bad)
{
	bool mptcp = options && options->mptcp && is_inet(family) && type == SOCK_STREAM;

	if (bad)
		*bad = NULL;
	int fd = os_socket(family, type, mptcp ? OS_MPTCP : 0);
	if (fd < 0 || !options)
		return fd;
	if (sock_options_apply(options, SOCK_CREATED, fd, family, bad) < 0) {
		fd_close(fd);
		return -1;
	}
	return fd;
}

static int set_flag(int fd, int level, int option, bool on)
{
	int value = on;

	return setsockopt(fd, level, option, &value, sizeof(value));
}

/* Set what the table of options does not cover: a restart must find the address free, and a group
 * may have any number of receivers; but two servers for datagrams must not silently share an
 * address. */
static int prepare(int fd, const struct addr *addr, const struct sock_listen *how)
{
	bool chosen = how->options && sock_options_has(how->options, "reuseaddr");
	int family = addr_family(addr);

	if (is_inet(family) && (how->type == SOCK_STREAM || addr_is_multicast(addr)) && !chosen &&
		set_flag(fd, SOL_SOCKET, SO_REUSEADDR, true) < 0)
		return -1;
	if (family == AF_INET6)
		return set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, how->v6only);
	return 0;
}

int sock_listen(
	const struct addr *addr, const struct sock_listen *how, const struct sock_setting **bad)
{
	int family = addr_family(addr), err;
	int fd = sock_open(family, how->type, how->options, bad);

	if (fd < 0)
		return -1;
	if (sock_bind_zone(fd, addr) < 0 || prepare(fd, addr, how) < 0 ||
		bind(fd, &addr->u.sa, addr->size) < 0)
		goto failed;
	if (how->options && sock_options_apply(how->options, SOCK_LISTENING, fd, family, bad) < 0)
		goto failed_bound;
	if (how->type != SOCK_DGRAM && listen(fd, how->backlog) < 0)
		goto failed_bound;
	return fd;
failed_bound:
	err = errno;
	if (family == AF_UNIX && addr->u.un.sun_path[0])
		unlink(addr->u.un.sun_path);
	errno = err;
failed:
	fd_close(fd);
	return -1;
}

/* True for groups of the interface and of the link (RFC 4291, 2.7), and for link-local
 * addresses. */
static bool kernel_heeds_zone(const struct in6_addr *a)
{
	return IN6_IS_ADDR_LINKLOCAL(a) || IN6_IS_ADDR_MC_NODELOCAL(a) ||
		IN6_IS_ADDR_MC_LINKLOCAL(a);
}

int sock_bind_zone(int fd, const struct addr *addr)
{
	const struct sockaddr_in6 *in6 = &addr->u.in6;

	if (addr_family(addr) != AF_INET6 || in6->sin6_scope_id == 0 ||
		kernel_heeds_zone(&in6->sin6_addr))
		return 0;
	if (IN6_IS_ADDR_MULTICAST(&in6->sin6_addr))
		return setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &in6->sin6_scope_id,
			sizeof(in6->sin6_scope_id));
	return os_bind_interface(fd, in6->sin6_scope_id);
}

int sock_connect(int fd, const struct addr *addr)
{
	if (sock_bind_zone(fd, addr) < 0)
		return -1;
	return connect(fd, &addr->u.sa, addr->size);
}

int sock_connect_errno(const struct addr *addr, int err)
{
	int fd, result;

	if (err != EADDRNOTAVAIL || addr_family(addr) != AF_INET6)
		return err;
	fd = sock_open(AF_INET6, SOCK_DGRAM, NULL, NULL);
	result = fd < 0 ? -1 : connect(fd, &addr->u.sa, addr->size);
	fd_close(fd);
	return result < 0 ? ENETUNREACH : err;
}

int sock_pair(int type, int fds[2])
{
	return os_socketpair(type, fds);
}

typedef int name_call(int fd, struct sockaddr *sa, socklen_t *size);

static int get_name(name_call *call, int fd, struct addr *addr)
{
	socklen_t size = sizeof(addr->u);

	*addr = (struct addr){0};
	if (call(fd, &addr->u.sa, &size) < 0)
		return -1;
	/* The kernel reports the full length even if it truncated the address. */
	addr->size = size < sizeof(addr->u) ? size : (socklen_t)sizeof(addr->u);
	addr_unmap(addr);
	return 0;
}

int sock_local(int fd, struct addr *addr)
{
	return get_name(getsockname, fd, addr);
}

int sock_peer(int fd, struct addr *addr)
{
	return get_name(getpeername, fd, addr);
}

/* An int of SOL_SOCKET, or -1 with errno. */
static int get_option(int fd, int option)
{
	int value = 0;
	socklen_t size = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -1 : value;
}

int sock_type(int fd)
{
	return get_option(fd, SO_TYPE);
}

int sock_error(int fd)
{
	int err = get_option(fd, SO_ERROR);

	return err < 0 ? errno : err;
}

/* SO_ERROR would report the reset, but also clear it before it is read. */
int sock_connect_result(int fd)
{
	char byte;
	ssize_t n;

	do
		n = recv(fd, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n >= 0 || fd_would_block(errno))
		return 0;
	/* For a vsock socket, a read does not report why it is not connected. */
	return errno == ENOTCONN ? sock_error(fd) : errno;
}

bool sock_is_socket(int fd)
{
	return sock_type(fd) >= 0;
}

bool sock_is_listening(int fd)
{
	return get_option(fd, SO_ACCEPTCONN) > 0;
}

bool sock_met_itself(int fd, uint16_t port)
{
	struct addr local, peer;

	return port != 0 && sock_local(fd, &local) == 0 && addr_port(&local) == port &&
		sock_peer(fd, &peer) == 0 && addr_equal(&local, &peer);
}
