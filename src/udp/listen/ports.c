/* SPDX-License-Identifier: ISC */
/* ports.c - the sockets on which udp-listen receives datagrams. */
#include "udp/listen/ports.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/status.h"
#include "core/os/os.h"

static void leave_groups(const struct ports *ports)
{
	for (size_t i = 0; i < ports->count; i++) {
		if (!ports->sockets.item[i].inherited)
			continue;
		for (size_t k = 0; k < ports->groups->count; k++) {
			if (ports->groups->item[k].joined)
				group_leave(&ports->groups->item[k], ports->item[i].fd);
		}
	}
}

void ports_close(struct ports *ports)
{
	leave_groups(ports);
	for (size_t i = 0; i < ports->count; i++)
		port_release(&ports->item[i]);
	free(ports->item);
	listeners_close(&ports->sockets);
	*ports = (struct ports){0};
}

int64_t ports_drops(const struct ports *ports)
{
	int64_t sum = 0;

	for (size_t i = 0; i < ports->count; i++) {
		int64_t drops = port_drops(&ports->item[i]);

		if (drops < 0)
			return -1;
		sum += drops;
	}
	return sum;
}

/* Whether ADDR is an address of this host: then a socket can be bound to it. */
static bool is_here(const struct addr *addr)
{
	struct addr any_port = *addr;
	int fd = os_socket(addr_family(addr), SOCK_DGRAM, 0);
	bool here;

	addr_set_port(&any_port, 0);
	here = fd >= 0 && bind(fd, &any_port.u.sa, any_port.size) == 0;
	fd_close(fd);
	return here;
}

static bool is_of_port(const struct port *port, const struct addr *addr)
{
	struct addr plain = *addr;

	addr_unmap(&plain);
	if (addr_family(&plain) == AF_UNIX)
		return plain.size > 0 && addr_equal(&plain, &port->addr);
	if (addr_port(&plain) != addr_port(&port->addr))
		return false;
	return addr_is_any(&port->addr) ? is_here(&plain) : addr_equal(&plain, &port->addr);
}

bool ports_have(const struct ports *ports, const struct addr *addr)
{
	for (size_t i = 0; i < ports->count; i++) {
		if (is_of_port(&ports->item[i], addr))
			return true;
	}
	return false;
}

static enum status bind_all(struct ports *ports, const struct endpoint *e,
	const struct ports_plan *plan, struct bytes *why)
{
	const struct listener_plan how = {.family = plan->family,
		.type = SOCK_DGRAM,
		.unix_type = SOCK_DGRAM,
		.unix_mode = -1,
		.numeric = plan->numeric,
		.options = plan->options};
	enum status status = listeners_add(&ports->sockets, e, &how, why);

	if (status != STATUS_DONE)
		return status;
	ports->item = calloc(ports->sockets.count, sizeof(*ports->item));
	if (!ports->item)
		return fail_memory(why);
	ports->count = ports->sockets.count;
	for (size_t i = 0; i < ports->count; i++)
		port_init(&ports->item[i], &ports->sockets.item[i]);
	return STATUS_DONE;
}

/* Whether PORT takes IPv4 in addition to IPv6. */
static bool is_dual(const struct port *port)
{
	int only = 1;
	socklen_t size = sizeof(only);

	return port->family == AF_INET6 &&
		getsockopt(port->fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size) == 0 && !only;
}

static enum status join_group(const struct ports *ports, struct group *g, struct bytes *why)
{
	bool fits = false;

	for (size_t i = 0; i < ports->count; i++) {
		const struct port *port = &ports->item[i];
		enum status status;

		if (!group_fits(g, port->family, is_dual(port)))
			continue;
		status = group_join(g, port->fd, why);
		if (status != STATUS_DONE)
			return status;
		fits = true;
	}
	if (fits)
		return STATUS_DONE;
	return fail_with(why, STATUS_USAGE, "cannot join %s: ENDPOINT has no %s socket", g->text,
		addr_family(&g->group) == AF_INET6 ? "IPv6" : "IPv4");
}

/* The zone as typed, because the kernel does not keep that of a group with a wider scope. */
static unsigned zone_of(const struct endpoint *e)
{
	struct addr addr;

	if (e->kind != ENDPOINT_INET || addr_parse_numeric(e->host, 0, &addr) < 0 ||
		addr_family(&addr) != AF_INET6)
		return 0;
	return addr.u.in6.sin6_scope_id;
}

/* Join the group to which a socket is bound: otherwise it would receive nothing. */
static enum status join_bound(const struct ports *ports, unsigned zone, struct bytes *why)
{
	for (size_t i = 0; i < ports->count; i++) {
		char text[ADDR_TEXT];
		const struct listener *l = &ports->sockets.item[i];
		struct group g = {.group = l->addr,
			.interface = zone,
			.text = addr_text_host(&l->addr, text)};
		enum status status;

		if (!addr_is_multicast(&l->addr) || l->inherited)
			continue;
		addr_set_port(&g.group, 0);
		status = group_join(&g, l->fd, why);
		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

static void prepare(const struct port *port, const struct ports_plan *plan)
{
	struct os_dgram_wishes wishes = plan->wishes;

	wishes.own_groups = plan->groups->count > 0 || addr_is_multicast(&port->addr);
	/* Merged datagrams would be left merged for the next reader of the socket. */
	wishes.merged = wishes.merged && !port->inherited;
	os_dgram_prepare(port->fd, port->family, &wishes);
}

enum status ports_open(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why)
{
	enum status status = bind_all(ports, e, plan, why);

	ports->groups = plan->groups;
	for (size_t i = 0; i < plan->groups->count && status == STATUS_DONE; i++)
		status = join_group(ports, &plan->groups->item[i], why);
	if (status == STATUS_DONE && plan->groups->count == 0)
		status = join_bound(ports, zone_of(e), why);
	for (size_t i = 0; i < ports->count && status == STATUS_DONE; i++)
		prepare(&ports->item[i], plan);
	return status;
}
