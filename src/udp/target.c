/* SPDX-License-Identifier: ISC */
/* target.c - a socket that sends to one endpoint. */
#include "udp/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/status.h"
#include "core/local.h"
#include "core/name.h"
#include "udp/group.h"

/* Payload of a datagram: 64 KiB less its headers (RFC 768, RFC 8200). */
enum { LIMIT_INET = 65507, LIMIT_INET6 = 65527 };

static int open_socket(
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
		bytes_add_format(why, "cannot open a socket: %s", status_reason(err));
	return (int)status_of_errno(err);
}

static int explain_peer(const struct target *t, int err, struct bytes *why)
{
	char text[ADDR_TEXT];

	bytes_add_format(
		why, "cannot send to %s: %s", addr_text(&t->peer, text), status_reason(err));
	if (err == EACCES && addr_family(&t->peer) != AF_UNIX)
		bytes_add_text(why, " (a route or a firewall rule of this host forbids it)");
	return (int)status_of_errno(err);
}

static int allow_broadcast(int fd)
{
	int on = 1;

	return setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
}

/* Whether PEER is a broadcast address: the routes know, and a socket that may not is told so. */
static bool is_broadcast(const struct addr *peer)
{
	bool broadcast = false;
	int fd;

	if (addr_family(peer) != AF_INET)
		return false;
	if (peer->u.in.sin_addr.s_addr == htonl(INADDR_BROADCAST))
		return true;
	fd = sock_open(AF_INET, SOCK_DGRAM, NULL, NULL);
	if (fd >= 0 && connect(fd, &peer->u.sa, peer->size) < 0 && errno == EACCES)
		broadcast = allow_broadcast(fd) == 0 && connect(fd, &peer->u.sa, peer->size) == 0;
	fd_close(fd);
	return broadcast;
}

/* Answers to what goes to many come from each of them: such a socket must not be connected. */
static int connect_peer(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	const struct addr *peer = &t->peer;
	bool limited = addr_family(peer) == AF_INET &&
		peer->u.in.sin_addr.s_addr == htonl(INADDR_BROADCAST);
	char text[ADDR_TEXT];
	int err;

	if (group_is_multicast(peer))
		return STATUS_DONE;
	if ((plan->broadcast || limited) && is_broadcast(peer)) {
		t->interface = plan->interface;
		return allow_broadcast(t->fd) == 0 ? STATUS_DONE : explain_peer(t, errno, why);
	}
	if (connect(t->fd, &peer->u.sa, peer->size) == 0) {
		t->connected = true;
		return STATUS_DONE;
	}
	err = errno;
	if (err != EACCES || !is_broadcast(peer))
		return explain_peer(t, err, why);
	bytes_add_format(
		why, "%s is a broadcast address: give --broadcast", addr_text_host(peer, text));
	return STATUS_USAGE;
}

static int try_address(struct target *t, const struct addr *addr, const struct target_plan *plan,
	const struct local *local, struct bytes *why)
{
	int status;

	t->peer = *addr;
	t->limit = addr_family(addr) == AF_INET6 ? LIMIT_INET6 : LIMIT_INET;
	if (addr_family(addr) == AF_INET6 && t->peer.u.in6.sin6_scope_id == 0 &&
		(IN6_IS_ADDR_LINKLOCAL(&addr->u.in6.sin6_addr) || group_is_multicast(addr)))
		t->peer.u.in6.sin6_scope_id = plan->interface;
	status = open_socket(t, addr_family(addr), plan, why);
	if (status == STATUS_DONE && local && local_bind(t->fd, addr_family(addr), local) < 0)
		status = local_explain(local, addr_family(addr), errno, why);
	if (status == STATUS_DONE)
		status = connect_peer(t, plan, why);
	if (status != STATUS_DONE) {
		fd_close(t->fd);
		t->fd = -1;
	}
	return status;
}

/* The first address that there is a way to; nothing but an answer would tell more. */
static int open_inet(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	const struct endpoint *e = plan->endpoint;
	struct name_query q = {.host = e->host,
		.port = e->port,
		.family = plan->family,
		.type = SOCK_DGRAM,
		.numeric = plan->numeric};
	const struct local_plan local_plan = {.source = plan->source,
		.source_port = plan->source_port,
		.family = plan->family,
		.type = SOCK_DGRAM,
		.numeric = plan->numeric};
	bool bound = plan->source || plan->source_port;
	struct local local;
	struct name_answer answer;
	enum name_result r;
	int status = bound ? local_read(&local, &local_plan, why) : STATUS_DONE;

	if (status != STATUS_DONE)
		return status;
	r = name_lookup(&q, &answer);
	if (r != NAME_FOUND)
		return name_explain(r, &q, why);
	for (size_t i = 0; i < answer.count; i++) {
		bytes_clear(why);
		status = try_address(t, &answer.addrs[i], plan, bound ? &local : NULL, why);
		if (status == STATUS_DONE)
			break;
		log_detail("%s", bytes_text(why));
	}
	name_answer_release(&answer);
	return status;
}

/* The size of the send buffer bounds what one datagram holds. */
static size_t unix_limit(int fd)
{
	int size = 0;
	socklen_t length = sizeof(size);

	if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length) < 0 || size <= 0)
		return LIMIT_INET;
	return (size_t)size;
}

/* Bind to --source unix:PATH, or, for answers, to any name that is free. */
static int name_unix(struct target *t, const struct target_plan *plan, struct bytes *why)
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
		bytes_add_format(why, "cannot name the socket: %s", status_reason(err));
		return (int)status_of_errno(err);
	}
	if (strncmp(path, prefix, strlen(prefix)) == 0)
		path += strlen(prefix);
	if (addr_set_unix(&addr, path) < 0) {
		bytes_add_format(why, "bad --source: \"%s\" (%s; the limit is %zu bytes)", path,
			status_reason(errno), addr_unix_limit());
		return STATUS_USAGE;
	}
	if (bind(t->fd, &addr.u.sa, addr.size) == 0) {
		t->source_path = *path == '@' ? NULL : strdup(path);
		return STATUS_DONE;
	}
	err = errno;
	bytes_add_format(why, "cannot use the local address %s: %s", addr_text(&addr, text),
		status_reason(err));
	return (int)status_of_errno(err);
}

static int open_plain(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	int status, err;

	t->peer = plan->endpoint->addr;
	status = open_socket(t, addr_family(&t->peer), plan, why);
	if (status != STATUS_DONE)
		return status;
	t->limit = unix_limit(t->fd);
	if (addr_family(&t->peer) == AF_UNIX)
		status = name_unix(t, plan, why);
	if (status != STATUS_DONE)
		return status;
	if (connect(t->fd, &t->peer.u.sa, t->peer.size) < 0) {
		err = errno;
		status = explain_peer(t, err, why);
		if (err == EPROTOTYPE)
			bytes_add_text(why, " (the socket there is not one for datagrams)");
		return status;
	}
	t->connected = true;
	return STATUS_DONE;
}

static int open_inherited(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	const struct endpoint *e = plan->endpoint;
	int family;

	bytes_add_format(why, "cannot send to %s: ", e->text);
	if (!sock_is_socket(e->fd) && errno == EBADF) {
		bytes_add_text(why, "no such descriptor");
		return STATUS_NOT_FOUND;
	}
	if (sock_type(e->fd) != SOCK_DGRAM || sock_peer(e->fd, &t->peer) < 0) {
		bytes_add_text(why, "not a connected datagram socket");
		return STATUS_FAILED;
	}
	bytes_clear(why);
	family = addr_family(&t->peer);
	t->fd = e->fd;
	t->connected = true;
	t->limit = family == AF_INET ? LIMIT_INET
		: family == AF_INET6 ? LIMIT_INET6
				     : unix_limit(t->fd);
	return STATUS_DONE;
}

/* A host to send from is for hosts; a Unix socket has a path instead, others have neither. */
static int source_check(const struct target_plan *plan, struct bytes *why)
{
	const struct endpoint *e = plan->endpoint;
	const char *given = plan->source_port ? "--source-port" : NULL;

	if (plan->source && e->kind != ENDPOINT_UNIX)
		given = "--source";
	if (!given || e->kind == ENDPOINT_INET)
		return STATUS_DONE;
	bytes_add_format(why, "%s cannot be used with %s", given, e->text);
	return STATUS_USAGE;
}

int target_open(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	*t = (struct target){.fd = -1};
	if (source_check(plan, why) != STATUS_DONE)
		return STATUS_USAGE;
	switch (plan->endpoint->kind) {
	case ENDPOINT_INET: return open_inet(t, plan, why);
	case ENDPOINT_FD: return open_inherited(t, plan, why);
	default: return open_plain(t, plan, why);
	}
}

void target_release(struct target *t)
{
	fd_close(t->fd);
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
