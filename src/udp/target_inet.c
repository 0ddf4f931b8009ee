/* SPDX-License-Identifier: ISC */
/* target_inet.c - a socket that sends to a host, a group or a subnet. */

#include <errno.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/fd.h"
#include "base/log.h"
#include "core/local.h"
#include "core/name.h"
#include "core/os/os.h"
#include "udp/target_private.h"

/* Whether PEER is the limited broadcast address, 255.255.255.255. */
static bool is_limited(const struct addr *peer)
{
	return addr_family(peer) == AF_INET &&
		peer->u.in.sin_addr.s_addr == htonl(INADDR_BROADCAST);
}

/* Whether PEER is a broadcast address: the routing table knows, and connect(2) shows it by
 * EACCES. */
static bool is_broadcast(const struct addr *peer)
{
	bool broadcast = false;
	int fd;

	if (addr_family(peer) != AF_INET)
		return false;
	if (is_limited(peer))
		return true;
	fd = sock_open(AF_INET, SOCK_DGRAM, NULL, NULL);
	if (fd >= 0 && connect(fd, &peer->u.sa, peer->size) < 0 && errno == EACCES)
		broadcast = target_allow_broadcast(fd) == 0 &&
			connect(fd, &peer->u.sa, peer->size) == 0;
	fd_close(fd);
	return broadcast;
}

/* If a datagram goes to many hosts, each of them may answer: such a socket must not be
 * connected. */
static enum status connect_peer(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	const struct addr *peer = &t->peer;
	char text[ADDR_TEXT];
	int err;

	t->many = addr_is_multicast(peer);
	if (t->many)
		return STATUS_DONE;
	if ((plan->broadcast || is_limited(peer)) && is_broadcast(peer)) {
		t->many = true;
		t->interface = plan->interface;
		return target_allow_broadcast(t->fd) == 0 ? STATUS_DONE
							  : target_explain_peer(t, errno, why);
	}
	if (target_reach_peer(t, plan) == 0)
		return STATUS_DONE;
	err = errno;
	if (err != EACCES || !is_broadcast(peer))
		return target_explain_peer(t, err, why);
	return fail_with(why, STATUS_USAGE, "%s is a broadcast address, which requires %s",
		addr_text_host(peer, text), plan->permit);
}

/* The zone and --interface mean the same; if one is left out, the other one applies. */
static enum status choose_interface(
	struct target *t, const struct target_plan *plan, struct bytes *why)
{
	unsigned zone = addr_family(&t->peer) == AF_INET6 ? t->peer.u.in6.sin6_scope_id : 0;
	char text[ADDR_TEXT];

	if (plan->groups_only && !addr_is_multicast(&t->peer))
		return fail_with(why, STATUS_USAGE,
			"%s requires a multicast group, which %s is not", plan->groups_only,
			addr_text_host(&t->peer, text));
	if (zone && plan->interface && zone != plan->interface)
		return fail_with(why, STATUS_USAGE,
			"--interface names another interface than the zone of %s",
			addr_text_host(&t->peer, text));
	if (addr_family(&t->peer) == AF_INET6 && plan->interface)
		t->peer.u.in6.sin6_scope_id = plan->interface;
	return STATUS_DONE;
}

/* Send through the given interface what is not for a group, because IPv4 has no zones. */
static int use_interface(const struct target *t, const struct target_plan *plan)
{
	if (addr_family(&t->peer) == AF_INET6)
		return sock_bind_zone(t->fd, &t->peer);
	if (!plan->interface || addr_is_multicast(&t->peer) || is_broadcast(&t->peer))
		return 0;
	return os_bind_interface(t->fd, plan->interface);
}

static enum status bind_local(const struct target *t, const struct target_plan *plan,
	const struct local *local, struct bytes *why)
{
	int family = addr_family(&t->peer);

	if (local_bind(t->fd, family, local) == 0)
		return STATUS_DONE;
	if (local_lacks(local, family))
		bytes_add_format(why, "cannot send to %s: ", plan->endpoint->text);
	return local_explain(local, family, errno, why);
}

static enum status try_address(struct target *t, const struct addr *addr,
	const struct target_plan *plan, const struct local *local, struct bytes *why)
{
	enum status status;

	t->peer = *addr;
	t->limit = addr_family(addr) == AF_INET6 ? TARGET_INET6_MAX : TARGET_INET_MAX;
	status = choose_interface(t, plan, why);
	if (status == STATUS_DONE)
		status = target_open_socket(t, addr_family(addr), plan, why);
	if (status == STATUS_DONE && use_interface(t, plan) < 0)
		status = target_explain_peer(t, errno, why);
	if (status == STATUS_DONE && local)
		status = bind_local(t, plan, local, why);
	if (status == STATUS_DONE)
		status = connect_peer(t, plan, why);
	if (status != STATUS_DONE) {
		fd_close(t->fd);
		t->fd = -1;
	}
	return status;
}

static enum status look_up(
	const struct target_plan *plan, struct name_answer *answer, struct bytes *why)
{
	const struct name_query q = {.host = plan->endpoint->host,
		.port = plan->endpoint->port,
		.family = plan->family,
		.type = SOCK_DGRAM,
		.numeric = plan->numeric};
	enum name_result r = name_lookup(&q, answer);

	return r == NAME_FOUND ? STATUS_DONE : name_explain(r, &q, why);
}

/* Try all addresses and use the first with a route; only an answer could tell more. */
static enum status try_all(struct target *t, const struct name_answer *answer,
	const struct target_plan *plan, const struct local *local, struct bytes *why)
{
	enum status status = STATUS_FAILED;

	for (size_t i = 0; i < answer->count && status != STATUS_DONE; i++) {
		bytes_clear(why);
		status = try_address(t, &answer->addrs[i], plan, local, why);
		if (status != STATUS_DONE)
			log_detail("%s", bytes_reason(why));
	}
	return status;
}

enum status target_open_inet(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	const struct local_plan local_plan = {.source = plan->source,
		.source_port = plan->source_port,
		.family = plan->family,
		.type = SOCK_DGRAM,
		.numeric = plan->numeric};
	bool bound = plan->source || plan->source_port;
	struct local local;
	struct name_answer answer;
	enum status status = bound ? local_read(&local, &local_plan, why) : STATUS_DONE;

	if (status == STATUS_DONE)
		status = look_up(plan, &answer, why);
	if (status != STATUS_DONE)
		return status;
	status = try_all(t, &answer, plan, bound ? &local : NULL, why);
	name_answer_release(&answer);
	return status;
}

/* If no address has a route for now, use the first one, whose route may come back. */
enum status target_find_inet(struct target *t, const struct target_plan *plan, struct bytes *why)
{
	struct name_answer answer;
	enum status status = look_up(plan, &answer, why);

	if (status != STATUS_DONE)
		return status;
	status = try_all(t, &answer, plan, NULL, why);
	if (status == STATUS_REFUSED) {
		bytes_clear(why);
		t->peer = answer.addrs[0];
		t->connected = true;
		status = STATUS_DONE;
	}
	name_answer_release(&answer);
	return status;
}
