/* SPDX-License-Identifier: ISC */
/* target.c - a socket that sends to one endpoint. */
#include "udp/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/sock/sock.h"
#include "core/unix_file.h"
#include "udp/target_private.h"

enum { UNIX_OVERHEAD = 32 };

enum status target_open_socket(
	struct target *t, int family, const struct target_plan *plan, struct bytes *why)
{
	const struct sock_setting *bad = NULL;
	int err;

	t->fd = sock_open(family, SOCK_DGRAM, plan->options, &bad);
	if (t->fd >= 0)
		return STATUS_DONE;
	err = errno;
	if (bad)
		sock_options_explain(bad, err, why);
	else
		bytes_add_format(
			why, "cannot send to %s: %s", plan->endpoint->text, status_reason(err));
	return status_of_errno(err);
}

enum status target_explain_peer(const struct target *t, int err, struct bytes *why)
{
	char text[ADDR_TEXT];

	if (addr_explain_zone(&t->peer, err, why))
		return STATUS_USAGE;
	err = sock_connect_errno(&t->peer, err);
	bytes_add_format(
		why, "cannot send to %s: %s", addr_text(&t->peer, text), status_reason(err));
	if (err == EACCES && addr_family(&t->peer) != AF_UNIX)
		bytes_add_text(why, " (look at the routes and the firewall of this host)");
	return status_of_errno(err);
}

int target_allow_broadcast(int fd)
{
	int on = 1;

	return setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
}

int target_reach_peer(struct target *t, const struct target_plan *plan)
{
	int fd, result, err;

	if (!plan->anyone) {
		t->connected = connect(t->fd, &t->peer.u.sa, t->peer.size) == 0;
		return t->connected ? 0 : -1;
	}
	fd = sock_open(addr_family(&t->peer), SOCK_DGRAM, plan->options, NULL);
	if (fd < 0)
		return -1;
	result = sock_connect(fd, &t->peer);
	err = errno;
	fd_close(fd);
	errno = err;
	return result;
}

/* The size of the send buffer limits what one datagram can hold (unix_dgram_sendmsg in Linux
 * reserves 32 bytes of it). */
static size_t unix_limit(int fd)
{
	int size = 0;
	socklen_t length = sizeof(size);

	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length) < 0 || size <= UNIX_OVERHEAD)
		return TARGET_INET_MAX;
	return (size_t)size - UNIX_OVERHEAD;
}

/* Bind to --source unix:PATH or, for answers, to any unused name. */
static enum status name_unix(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	static const char prefix[] = "unix:";
	const char *path = plan->source;
	char text[ADDR_TEXT];
	struct addr addr;
	int err;

	if (!path) {
		if (!plan->replies || unix_name_bind(&t->name, t->fd) == 0)
			return STATUS_DONE;
		err = errno;
		return fail_with(why, status_of_errno(err),
			"cannot bind the socket to a name for replies: %s", status_reason(err));
	}
	if (strncmp(path, prefix, strlen(prefix)) == 0)
		path += strlen(prefix);
	if (addr_set_unix(&addr, path) < 0)
		return fail_with(why, STATUS_USAGE,
			"bad --source: \"%s\" (%s; the limit is %zu bytes)", path,
			status_reason(errno), addr_unix_limit());
	if (bind(t->fd, &addr.u.sa, addr.size) == 0) {
		t->source_path = *path == '@' ? NULL : strdup(path);
		return STATUS_DONE;
	}
	err = errno;
	return fail_with(why, status_of_errno(err), "cannot use the local address %s: %s",
		addr_text(&addr, text), status_reason(err));
}

static enum status open_plain(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	enum status status;

	t->peer = plan->endpoint->addr;
	status = target_open_socket(t, addr_family(&t->peer), plan, why);
	if (status != STATUS_DONE)
		return status;
	t->limit = unix_limit(t->fd);
	if (addr_family(&t->peer) == AF_UNIX)
		status = name_unix(t, plan, why);
	if (status != STATUS_DONE)
		return status;
	if (target_reach_peer(t, plan) < 0) {
		int err = errno;

		status = target_explain_peer(t, err, why);
		if (err == EPROTOTYPE)
			bytes_add_text(
				why, " (the socket there takes connections: sockit tcp-connect)");
		else if (err == ECONNREFUSED && unix_file_is_other(&t->peer))
			bytes_add_text(why, " (the file is not a socket)");
		return status;
	}
	return STATUS_DONE;
}

static enum status open_inherited(
	struct target *t, const struct target_plan *plan, struct bytes *why)
{
	const struct endpoint *e = plan->endpoint;
	int family;

	bytes_add_format(why, "cannot send to %s: ", e->text);
	if (!sock_is_socket(e->fd) && errno == EBADF)
		return fail_with(why, STATUS_NOT_FOUND, "no such descriptor");
	if (sock_type(e->fd) != SOCK_DGRAM || sock_peer(e->fd, &t->peer) < 0)
		return fail_with(why, STATUS_FAILED, "not a connected datagram socket");
	bytes_clear(why);
	family = addr_family(&t->peer);
	t->fd = e->fd;
	t->connected = true;
	t->limit = family == AF_INET ? TARGET_INET_MAX
		: family == AF_INET6 ? TARGET_INET6_MAX
				     : unix_limit(t->fd);
	return STATUS_DONE;
}

/* A source host is only for IP; a Unix socket has a path instead, and other kinds have neither. */
static enum status source_check(const struct target_plan *plan, struct bytes *why)
{
	const struct endpoint *e = plan->endpoint;
	const char *given = plan->source_port ? "--source-port" : NULL;

	if (plan->source && e->kind != ENDPOINT_UNIX)
		given = "--source";
	if (!given || e->kind == ENDPOINT_INET)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE, "%s cannot be used with %s", given, e->text);
}

enum status target_open(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	*t = (struct target){.fd = -1};
	if (source_check(plan, why) != STATUS_DONE)
		return STATUS_USAGE;
	switch (plan->endpoint->kind) {
	case ENDPOINT_INET: return target_open_inet(t, plan, why);
	case ENDPOINT_FD: return open_inherited(t, plan, why);
	default: return open_plain(t, plan, why);
	}
}

enum status target_find(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	enum status status;

	*t = (struct target){.fd = -1,
		.peer = plan->endpoint->addr,
		.connected = plan->endpoint->kind != ENDPOINT_INET};
	status = plan->endpoint->kind == ENDPOINT_INET
		? target_find_inet(t, plan, why)
		: target_open_socket(t, addr_family(&t->peer), plan, why);
	fd_close(t->fd);
	t->fd = -1;
	return status;
}

static int reach(struct target *t)
{
	if (sock_bind_zone(t->fd, &t->peer) < 0)
		return -1;
	if (addr_family(&t->peer) == AF_UNIX && unix_name_bind(&t->name, t->fd) < 0)
		return -1;
	if (t->connected)
		return connect(t->fd, &t->peer.u.sa, t->peer.size);
	return addr_family(&t->peer) == AF_INET ? target_allow_broadcast(t->fd) : 0;
}

int target_open_again(
	const struct target *model, const struct sock_options *options, struct target *t)
{
	int err;

	*t = *model;
	t->fd = sock_open(addr_family(&t->peer), SOCK_DGRAM, options, NULL);
	if (t->fd >= 0 && reach(t) == 0)
		return 0;
	err = errno;
	target_release(t);
	errno = err;
	return -1;
}

int target_connect_again(const struct target *t)
{
	const struct sockaddr none = {.sa_family = AF_UNSPEC};

	if (!t->connected)
		return 0;
	if (addr_family(&t->peer) != AF_UNIX && connect(t->fd, &none, sizeof(none)) < 0)
		return -1;
	return connect(t->fd, &t->peer.u.sa, t->peer.size);
}

void target_release(struct target *t)
{
	fd_close(t->fd);
	t->fd = -1;
	unix_name_release(&t->name);
	if (t->source_path)
		unlink(t->source_path);
	free(t->source_path);
}

struct os_dgram_route target_route(const struct target *t)
{
	return (struct os_dgram_route){
		.peer = t->connected ? NULL : &t->peer, .interface = t->interface};
}
