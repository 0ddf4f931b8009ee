/* SPDX-License-Identifier: ISC */
/* listener.c - the sockets on which a server waits for connections, or for datagrams. */

#include "core/listener.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/name.h"
#include "core/os/os.h"
#include "core/privilege.h"

/* A port that the kernel chose for one family may be in use in the other: how many times to let it
 * choose another one. */
enum { PORT_TRIES = 16 };

static struct listener *listeners_grow(struct listeners *l)
{
	struct listener *grown = realloc(l->item, (l->count + 1) * sizeof *grown);

	if (!grown)
		return NULL;
	l->item = grown;
	grown[l->count] = (struct listener){.fd = -1};
	return &grown[l->count];
}

/* Add FD, bound and listening, of FAMILY (AF_UNSPEC: that of its address, and FD is inherited) and
 * TYPE. Takes over FD. 0, or -1 with errno. */
static int listeners_adopt(struct listeners *l, int fd, int family, int type)
{
	struct listener *item = listeners_grow(l);
	bool inherited = family == AF_UNSPEC;

	if (!item || sock_local(fd, &item->addr) < 0) {
		if (!inherited)
			fd_close(fd);
		return -1;
	}
	item->fd = fd;
	item->family = inherited ? addr_family(&item->addr) : family;
	item->type = type;
	item->inherited = inherited;
	l->count++;
	return 0;
}

static void listener_close(struct listener *item)
{
	if (item->owns_file)
		unix_file_remove(&item->file, &item->addr);
	/* No other socket may become one of the three standard descriptors. */
	if (item->fd > STDERR_FILENO)
		fd_close(item->fd);
}

static void listeners_cut(struct listeners *l, size_t count)
{
	while (l->count > count)
		listener_close(&l->item[--l->count]);
}

void listeners_close(struct listeners *l)
{
	listeners_cut(l, 0);
	free(l->item);
	*l = (struct listeners){0};
}

void listeners_disown(struct listeners *l)
{
	for (size_t i = 0; i < l->count; i++)
		l->item[i].owns_file = false;
}

/* Explain why listening on ADDR failed, and return the exit status. BAD is the option at fault, or
 * NULL. */
static enum status explain(
	const struct addr *addr, const struct sock_setting *bad, int err, struct bytes *why)
{
	char text[ADDR_TEXT];

	if (bad) {
		sock_options_explain(bad, err, why);
		return status_of_errno(err);
	}
	if (addr_explain_zone(addr, err, why))
		return STATUS_USAGE;
	bytes_add_format(
		why, "cannot listen on %s: %s", addr_text_local(addr, text), status_reason(err));
	if ((err == EACCES || err == EPERM) && addr_family(addr) != AF_UNIX)
		privilege_add_reason("CAP_NET_BIND_SERVICE", "a security module", why);
	return status_of_errno(err);
}

static bool is_family_missing(int err)
{
	return err == EAFNOSUPPORT || err == EADDRNOTAVAIL || err == EPROTONOSUPPORT;
}

static int listen_one(struct listeners *l, const struct addr *addr,
	const struct listener_plan *plan, bool v6only, const struct sock_setting **bad)
{
	const struct sock_listen how = {
		.type = addr_family(addr) == AF_UNIX ? plan->unix_type : plan->type,
		.backlog = plan->backlog,
		.v6only = v6only,
		.options = plan->options};
	int fd = sock_listen(addr, &how, bad);

	return fd < 0 ? -1 : listeners_adopt(l, fd, addr_family(addr), how.type);
}

/* One socket for both families if the system has IPv6, else one for IPv4. */
static enum status listen_dual(
	struct listeners *l, uint16_t port, const struct listener_plan *plan, struct bytes *why)
{
	const struct sock_setting *bad = NULL;
	struct addr addr;

	if (plan->family != AF_INET) {
		addr_any(AF_INET6, port, &addr);
		if (listen_one(l, &addr, plan, plan->family == AF_INET6, &bad) == 0)
			return STATUS_DONE;
		if (bad || plan->family == AF_INET6 || !is_family_missing(errno))
			return explain(&addr, bad, errno, why);
	}
	addr_any(AF_INET, port, &addr);
	if (listen_one(l, &addr, plan, false, &bad) == 0)
		return STATUS_DONE;
	return explain(&addr, bad, errno, why);
}

/* Listen on all addresses of ANSWER that this host has. */
static enum status listen_all(struct listeners *l, const struct name_answer *answer,
	const struct listener_plan *plan, struct bytes *why)
{
	const struct sock_setting *bad = NULL;
	size_t before = l->count;

	for (size_t i = 0; i < answer->count; i++) {
		struct addr addr = answer->addrs[i];
		bool last = i + 1 == answer->count;

		if (addr_port(&addr) == 0 && l->count > before)
			addr_set_port(&addr, addr_port(&l->item[before].addr));
		if (listen_one(l, &addr, plan, true, &bad) == 0)
			continue;
		/* A name may have addresses of a family that this host lacks: one that works is
		 * enough. */
		if (!bad && is_family_missing(errno) && (!last || l->count > before))
			continue;
		return explain(&addr, bad, errno, why);
	}
	return STATUS_DONE;
}

/* As listen_all; if the kernel chooses the port, repeat until it is free at all addresses. */
static enum status listen_at(struct listeners *l, const struct name_answer *answer,
	const struct listener_plan *plan, struct bytes *why)
{
	size_t before = l->count;
	enum status status = STATUS_FAILED;

	for (int tries = 0; tries < PORT_TRIES; tries++) {
		listeners_cut(l, before);
		bytes_clear(why);
		status = listen_all(l, answer, plan, why);
		if (status != STATUS_LOCAL_ADDRESS || l->count == before)
			break;
		if (addr_port(&answer->addrs[0]) != 0)
			break;
	}
	return status;
}

static enum status listen_everywhere(
	struct listeners *l, uint16_t port, const struct listener_plan *plan, struct bytes *why)
{
	struct addr any[2];
	const struct name_answer both = {.addrs = any, .count = 2};

	if (os_has_dual_sockets || plan->family != AF_UNSPEC)
		return listen_dual(l, port, plan, why);
	/* IPv4 chooses the port, because more of its ports are in use. */
	addr_any(AF_INET, port, &any[0]);
	addr_any(AF_INET6, port, &any[1]);
	return listen_at(l, &both, plan, why);
}

static enum status add_named(struct listeners *l, const struct name_query *q,
	const struct listener_plan *plan, struct bytes *why)
{
	struct name_answer answer;
	enum name_result r = name_lookup(q, &answer);
	enum status status;

	if (r != NAME_FOUND)
		return name_explain(r, q, why);
	status = listen_at(l, &answer, plan, why);
	name_answer_release(&answer);
	return status;
}

/* A single word is a port, though some people mean a host by it. */
static enum status explain_port(
	const struct endpoint *e, enum name_result r, const struct name_query *q, struct bytes *why)
{
	enum status status = name_explain(r, q, why);

	if (status == STATUS_NOT_FOUND && strcmp(e->text, e->port) == 0 &&
		why->data[why->size - 1] != ')')
		bytes_add_format(why, " (a host goes before its port: %s:PORT)", e->port);
	return status;
}

static enum status add_inet(struct listeners *l, const struct endpoint *e,
	const struct listener_plan *plan, struct bytes *why)
{
	struct name_query q = {.host = e->host,
		.port = e->port,
		.family = plan->family,
		.type = plan->type,
		.numeric = plan->numeric,
		.passive = true};
	uint16_t port;
	enum name_result r;

	if (*e->host)
		return add_named(l, &q, plan, why);
	r = name_port(e->port, plan->type, plan->numeric, &port);
	if (r != NAME_FOUND)
		return explain_port(e, r, &q, why);
	return listen_everywhere(l, port, plan, why);
}

/* The mode is set through the umask, because a chmod(2) after bind(2) could hit another file. */
static int listen_unix(struct listeners *l, const struct addr *addr,
	const struct listener_plan *plan, const struct sock_setting **bad)
{
	mode_t old = plan->unix_mode < 0 ? 0 : umask(~(mode_t)plan->unix_mode & 0777);
	int done = listen_one(l, addr, plan, false, bad);
	int err = errno;

	if (plan->unix_mode >= 0)
		umask(old);
	errno = err;
	return done;
}

/* As listen_unix, and once more if the socket that is in the way turns out to be stale. */
static int listen_in_place(struct listeners *l, const struct addr *addr,
	const struct listener_plan *plan, const struct sock_setting **bad)
{
	int lock = unix_file_lock(addr), done = -1, err = EADDRINUSE;

	if (unix_file_is_stale(addr) && unlink(addr->u.un.sun_path) == 0) {
		done = listen_unix(l, addr, plan, bad);
		err = errno;
	}
	unix_file_unlock(lock);
	errno = err;
	return done;
}

static enum status add_unix(struct listeners *l, const struct endpoint *e,
	const struct listener_plan *plan, struct bytes *why)
{
	const struct sock_setting *bad = NULL;
	const struct addr *addr = &e->addr;
	bool has_file = addr->u.un.sun_path[0] != '\0'; /* an abstract name has none */
	int done = listen_unix(l, addr, plan, &bad);
	struct listener *item;

	if (done < 0 && !bad && errno == EADDRINUSE && has_file) {
		const char *obstacle = unix_file_obstacle(addr);

		if (obstacle)
			return fail_with(why, STATUS_LOCAL_ADDRESS, "cannot listen on %s: %s",
				e->text, obstacle);
		done = listen_in_place(l, addr, plan, &bad);
	}
	if (done == 0 && has_file) {
		item = &l->item[l->count - 1];
		done = unix_file_keep(&item->file, &item->addr);
		item->owns_file = done == 0;
	}
	return done == 0 ? STATUS_DONE : explain(addr, bad, errno, why);
}

static enum status add_inherited(struct listeners *l, const struct endpoint *e,
	const struct listener_plan *plan, struct bytes *why)
{
	bool datagrams = plan->type == SOCK_DGRAM;

	errno = 0;
	if ((datagrams ? sock_type(e->fd) == SOCK_DGRAM : sock_is_listening(e->fd)) &&
		listeners_adopt(l, e->fd, AF_UNSPEC, sock_type(e->fd)) == 0)
		return STATUS_DONE;
	bytes_add_format(why, "cannot listen on %s: ", e->text);
	if (!sock_is_socket(e->fd) && errno == EBADF)
		return fail_with(why, STATUS_NOT_FOUND, "no such descriptor");
	return fail_with(why, STATUS_FAILED, "%s",
		datagrams ? "not a datagram socket" : "not a listening socket");
}

enum status listeners_add(struct listeners *l, const struct endpoint *e,
	const struct listener_plan *plan, struct bytes *why)
{
	const struct sock_setting *bad = NULL;

	switch (e->kind) {
	case ENDPOINT_INET: return add_inet(l, e, plan, why);
	case ENDPOINT_UNIX: return add_unix(l, e, plan, why);
	case ENDPOINT_FD: return add_inherited(l, e, plan, why);
	case ENDPOINT_VSOCK: break;
	}
	if (listen_one(l, &e->addr, plan, false, &bad) == 0)
		return STATUS_DONE;
	return explain(&e->addr, bad, errno, why);
}
