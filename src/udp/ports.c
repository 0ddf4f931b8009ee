/* SPDX-License-Identifier: ISC */
/* ports.c - the sockets on which udp-listen takes datagrams. */
#include "udp/ports.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/common.h"
#include "core/name.h"
#include "core/os.h"

/* A port that the kernel chose for one family may be taken in the other: so often choose anew. */
enum { PORT_TRIES = 16 };

/* Add the bound socket FD. Takes it over. 0, or -1 with errno. */
static int adopt(struct ports *ports, int fd, int family, bool inherited)
{
	struct port **grown = realloc(ports->item, (ports->count + 1) * sizeof(*grown));
	struct port *port = malloc(sizeof(*port));

	if (grown)
		ports->item = grown;
	if (!grown || !port || port_init(port, fd, inherited) < 0) {
		free(port);
		if (!inherited)
			fd_close(fd);
		return -1;
	}
	port->family = family;
	ports->item[ports->count++] = port;
	return 0;
}

static void cut(struct ports *ports, size_t count)
{
	while (ports->count > count) {
		port_release(ports->item[--ports->count]);
		free(ports->item[ports->count]);
	}
}

void ports_close(struct ports *ports)
{
	cut(ports, 0);
	free(ports->item);
	*ports = (struct ports){0};
}

void ports_text(const struct ports *ports, struct bytes *out)
{
	char text[ADDR_TEXT];

	for (size_t i = 0; i < ports->count; i++)
		bytes_add_format(out, "%s\n", addr_text_local(&ports->item[i]->addr, text));
}

int64_t ports_drops(const struct ports *ports)
{
	int64_t sum = 0;

	for (size_t i = 0; i < ports->count; i++) {
		int64_t drops = port_drops(ports->item[i]);

		if (drops < 0)
			return -1;
		sum += drops;
	}
	return sum;
}

/* Say why ADDR cannot be listened on; the exit status. BAD is the option at fault, or NULL. */
static int explain(
	const struct addr *addr, const struct sock_setting *bad, int err, struct bytes *why)
{
	char text[ADDR_TEXT];

	if (bad) {
		sock_options_explain(bad, err, why);
		return err == EPERM || err == EACCES ? STATUS_NOT_PERMITTED : STATUS_FAILED;
	}
	bytes_add_format(
		why, "cannot listen on %s: %s", addr_text_local(addr, text), status_reason(err));
	if ((err == EACCES || err == EPERM) && addr_family(addr) != AF_UNIX) {
		bytes_add_text(why, " (");
		common_explain_permission("CAP_NET_BIND_SERVICE", "a security module", why);
		bytes_add_text(why, ")");
	}
	return (int)status_of_errno(err);
}

static bool is_family_missing(int err)
{
	return err == EAFNOSUPPORT || err == EADDRNOTAVAIL || err == EPROTONOSUPPORT;
}

static int bind_one(struct ports *ports, const struct addr *addr, const struct ports_plan *plan,
	bool v6only, const struct sock_setting **bad)
{
	const struct sock_listen how = {
		.type = SOCK_DGRAM, .v6only = v6only, .options = plan->options};
	int fd = sock_listen(addr, &how, bad);

	return fd < 0 ? -1 : adopt(ports, fd, addr_family(addr), false);
}

/* One socket for both families where the system has IPv6, else one for IPv4. */
static int bind_everywhere(
	struct ports *ports, uint16_t port, const struct ports_plan *plan, struct bytes *why)
{
	const struct sock_setting *bad = NULL;
	struct addr addr;

	if (plan->family != AF_INET) {
		addr_any(AF_INET6, port, &addr);
		if (bind_one(ports, &addr, plan, plan->family == AF_INET6, &bad) == 0)
			return STATUS_DONE;
		if (bad || plan->family == AF_INET6 || !is_family_missing(errno))
			return explain(&addr, bad, errno, why);
	}
	addr_any(AF_INET, port, &addr);
	if (bind_one(ports, &addr, plan, false, &bad) == 0)
		return STATUS_DONE;
	return explain(&addr, bad, errno, why);
}

/* Bind to all addresses of ANSWER that this host has. */
static int bind_all(struct ports *ports, const struct name_answer *answer,
	const struct ports_plan *plan, struct bytes *why)
{
	const struct sock_setting *bad = NULL;

	for (size_t i = 0; i < answer->count; i++) {
		struct addr addr = answer->addrs[i];
		bool last = i + 1 == answer->count;

		if (addr_port(&addr) == 0 && ports->count > 0)
			addr_set_port(&addr, addr_port(&ports->item[0]->addr));
		if (bind_one(ports, &addr, plan, true, &bad) == 0)
			continue;
		/* A name may have addresses of a family that this host lacks: one that works will
		 * do. */
		if (!bad && is_family_missing(errno) && (!last || ports->count > 0))
			continue;
		return explain(&addr, bad, errno, why);
	}
	return STATUS_DONE;
}

static int open_named(struct ports *ports, const struct name_query *q,
	const struct ports_plan *plan, struct bytes *why)
{
	struct name_answer answer;
	enum name_result r = name_lookup(q, &answer);
	int status = STATUS_FAILED;

	if (r != NAME_FOUND)
		return name_explain(r, q, why);
	for (int tries = 0; tries < PORT_TRIES; tries++) {
		cut(ports, 0);
		bytes_clear(why);
		status = bind_all(ports, &answer, plan, why);
		if (status != STATUS_LOCAL_ADDRESS || ports->count == 0)
			break;
		if (addr_port(&answer.addrs[0]) != 0)
			break;
	}
	name_answer_release(&answer);
	return status;
}

static int open_inet(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why)
{
	struct name_query q = {.host = e->host,
		.port = e->port,
		.family = plan->family,
		.type = SOCK_DGRAM,
		.numeric = plan->numeric,
		.passive = true};
	uint16_t port;
	enum name_result r;

	if (*e->host)
		return open_named(ports, &q, plan, why);
	r = name_port(e->port, SOCK_DGRAM, plan->numeric, &port);
	if (r != NAME_FOUND)
		return name_explain(r, &q, why);
	return bind_everywhere(ports, port, plan, why);
}

/* Whether the file in the way is a socket on which nobody listens. */
static bool is_stale(const struct addr *addr)
{
	struct stat st;
	bool stale = false;
	int fd;

	if (lstat(addr->u.un.sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = os_socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd >= 0)
		stale = connect(fd, &addr->u.sa, addr->size) < 0 && errno == ECONNREFUSED;
	fd_close(fd);
	return stale;
}

/* Remember the file, so that only ours is removed at the end. */
static int own_file(struct port *port)
{
	struct stat st;

	if (lstat(port->addr.u.un.sun_path, &st) < 0)
		return -1;
	port->device = st.st_dev;
	port->inode = st.st_ino;
	port->owns_file = true;
	return 0;
}

static int open_unix(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why)
{
	const struct sock_setting *bad = NULL;
	const struct addr *addr = &e->addr;
	bool abstract = addr->u.un.sun_path[0] == '\0';
	int done = bind_one(ports, addr, plan, false, &bad);

	if (done < 0 && !bad && errno == EADDRINUSE && !abstract && is_stale(addr)) {
		unlink(addr->u.un.sun_path);
		done = bind_one(ports, addr, plan, false, &bad);
	}
	if (done == 0 && !abstract)
		done = own_file(ports->item[0]);
	return done == 0 ? STATUS_DONE : explain(addr, bad, errno, why);
}

static int open_inherited(struct ports *ports, const struct endpoint *e, struct bytes *why)
{
	struct addr addr;

	if (sock_type(e->fd) == SOCK_DGRAM && sock_local(e->fd, &addr) == 0) {
		if (adopt(ports, e->fd, addr_family(&addr), true) == 0)
			return STATUS_DONE;
		bytes_add_text(why, status_reason(errno));
		return STATUS_FAILED;
	}
	bytes_add_format(why, "cannot listen on %s: ", e->text);
	if (!sock_is_socket(e->fd) && errno == EBADF) {
		bytes_add_text(why, "no such descriptor");
		return STATUS_NOT_FOUND;
	}
	bytes_add_text(why, "not a datagram socket");
	return STATUS_FAILED;
}

static int open_vsock(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why)
{
	const struct sock_setting *bad = NULL;

	if (bind_one(ports, &e->addr, plan, false, &bad) == 0)
		return STATUS_DONE;
	return explain(&e->addr, bad, errno, why);
}

static int open_any(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why)
{
	switch (e->kind) {
	case ENDPOINT_INET: return open_inet(ports, e, plan, why);
	case ENDPOINT_UNIX: return open_unix(ports, e, plan, why);
	case ENDPOINT_FD: return open_inherited(ports, e, why);
	case ENDPOINT_VSOCK: break;
	}
	return open_vsock(ports, e, plan, why);
}

/* Whether PORT takes IPv4 beside IPv6. */
static bool is_dual(const struct port *port)
{
	int only = 1;
	socklen_t size = sizeof(only);

	return port->family == AF_INET6 &&
		getsockopt(port->fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size) == 0 && !only;
}

static int join_group(const struct ports *ports, const struct group *g, struct bytes *why)
{
	bool joined = false;

	for (size_t i = 0; i < ports->count; i++) {
		const struct port *port = ports->item[i];
		int status;

		if (!group_fits(g, port->family, is_dual(port)))
			continue;
		status = group_join(g, port->fd, why);
		if (status != STATUS_DONE)
			return status;
		joined = true;
	}
	if (joined)
		return STATUS_DONE;
	bytes_add_format(why, "cannot join %s: no %s socket is listened on", g->text,
		addr_family(&g->group) == AF_INET6 ? "IPv6" : "IPv4");
	return STATUS_USAGE;
}

/* A socket that is bound to a group would hear nothing without joining it. */
static int join_bound(const struct ports *ports, struct bytes *why)
{
	for (size_t i = 0; i < ports->count; i++) {
		char text[ADDR_TEXT];
		const struct addr *addr = &ports->item[i]->addr;
		struct group g = {.group = *addr, .text = addr_text_host(addr, text)};
		int status;

		if (!group_is_multicast(addr) || ports->item[i]->inherited)
			continue;
		if (addr_family(addr) == AF_INET6)
			g.interface = addr->u.in6.sin6_scope_id;
		addr_set_port(&g.group, 0);
		status = group_join(&g, ports->item[i]->fd, why);
		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

int ports_open(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why)
{
	int status = open_any(ports, e, plan, why);

	for (size_t i = 0; i < plan->groups->count && status == STATUS_DONE; i++)
		status = join_group(ports, &plan->groups->item[i], why);
	if (status == STATUS_DONE && plan->groups->count == 0)
		status = join_bound(ports, why);
	for (size_t i = 0; i < ports->count && status == STATUS_DONE; i++)
		os_dgram_prepare(ports->item[i]->fd, ports->item[i]->family, &plan->wishes);
	return status;
}
