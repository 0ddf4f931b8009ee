/* SPDX-License-Identifier: ISC */
/* ports.c - the sockets on which udp-listen takes datagrams. */
#include "udp/ports.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/status.h"

void ports_close(struct ports *ports)
{
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

static int bind_all(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why)
{
	const struct listener_plan how = {.family = plan->family,
		.type = SOCK_DGRAM,
		.unix_type = SOCK_DGRAM,
		.unix_mode = -1,
		.numeric = plan->numeric,
		.options = plan->options};
	int status = listeners_add(&ports->sockets, e, &how, why);

	if (status != STATUS_DONE)
		return status;
	ports->item = calloc(ports->sockets.count, sizeof(*ports->item));
	if (!ports->item) {
		bytes_add_text(why, status_reason(ENOMEM));
		return STATUS_FAILED;
	}
	ports->count = ports->sockets.count;
	for (size_t i = 0; i < ports->count; i++)
		port_init(&ports->item[i], &ports->sockets.item[i]);
	return STATUS_DONE;
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
		const struct port *port = &ports->item[i];
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
		const struct listener *l = &ports->sockets.item[i];
		const struct addr *addr = &l->addr;
		struct group g = {.group = *addr, .text = addr_text_host(addr, text)};
		int status;

		if (!group_is_multicast(addr) || l->inherited)
			continue;
		if (addr_family(addr) == AF_INET6)
			g.interface = addr->u.in6.sin6_scope_id;
		addr_set_port(&g.group, 0);
		status = group_join(&g, l->fd, why);
		if (status != STATUS_DONE)
			return status;
	}
	return STATUS_DONE;
}

int ports_open(struct ports *ports, const struct endpoint *e, const struct ports_plan *plan,
	struct bytes *why)
{
	int status = bind_all(ports, e, plan, why);

	for (size_t i = 0; i < plan->groups->count && status == STATUS_DONE; i++)
		status = join_group(ports, &plan->groups->item[i], why);
	if (status == STATUS_DONE && plan->groups->count == 0)
		status = join_bound(ports, why);
	for (size_t i = 0; i < ports->count && status == STATUS_DONE; i++)
		os_dgram_prepare(ports->item[i].fd, ports->item[i].family, &plan->wishes);
	return status;
}
