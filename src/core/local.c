/* SPDX-License-Identifier: ISC */
/* local.c - the local address to which a socket is bound before it connects or sends. */

#include "core/local.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/status.h"
#include "core/name.h"
#include "core/privilege.h"

static const struct addr *address_of(const struct local *local, int family)
{
	return family == AF_INET ? &local->in : family == AF_INET6 ? &local->in6 : NULL;
}

bool local_lacks(const struct local *local, int family)
{
	const struct addr *addr = local ? address_of(local, family) : NULL;

	return addr && !addr->size;
}

int local_bind(int fd, int family, const struct local *local)
{
	const int on = 1;
	const struct addr *addr = address_of(local, family);

	if (!addr)
		return 0;
	if (!addr->size) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	/* Connects to several addresses share one source port; datagram sockets must not silently
	 * share one. */
	if (local->type == SOCK_STREAM && addr_port(addr) &&
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
		return -1;
	return bind(fd, &addr->u.sa, addr->size);
}

enum status local_explain(const struct local *local, int family, int err, struct bytes *why)
{
	const struct addr *addr = address_of(local, family);
	enum status status = status_of_errno(err);
	char text[ADDR_TEXT];

	if (local_lacks(local, family))
		return fail_with(why, STATUS_USAGE, "--source has no %s address",
			family == AF_INET6 ? "IPv6" : "IPv4");
	if (addr_explain_zone(addr, err, why))
		return STATUS_USAGE;
	bytes_add_format(why, "cannot use the local address %s: %s",
		addr_port(addr) ? addr_text(addr, text) : addr_text_host(addr, text),
		status_reason(err));
	if (status != STATUS_NOT_PERMITTED)
		return status;
	privilege_add_reason("CAP_NET_BIND_SERVICE", "a security module", why);
	return status;
}

static enum status find(struct local *local, const struct name_query *q, struct bytes *why)
{
	struct name_answer answer;
	enum name_result r = name_lookup(q, &answer);

	if (r != NAME_FOUND)
		return name_explain(r, q, why);
	for (size_t i = answer.count; i-- > 0;) {
		struct addr *addr = &answer.addrs[i];

		*(addr_family(addr) == AF_INET ? &local->in : &local->in6) = *addr;
	}
	name_answer_release(&answer);
	return STATUS_DONE;
}

/* HOST[:PORT] is an endpoint whose port may be given elsewhere, or be any. */
enum status local_read(struct local *local, const struct local_plan *plan, struct bytes *why)
{
	char *words[] = {(char *)(plan->source ? plan->source : ""),
		(char *)(plan->source_port ? plan->source_port : "0")};
	struct endpoint e;
	size_t used = endpoint_parse(&e, ENDPOINT_PEER, words, 2, why);
	enum status status = STATUS_USAGE;

	if (used == 0)
		return STATUS_USAGE;
	*local = (struct local){.type = plan->type};
	if (e.kind != ENDPOINT_INET)
		bytes_add_format(why, "bad --source: \"%s\" (HOST or HOST:PORT)", plan->source);
	else if (used == 1 && plan->source_port)
		bytes_add_text(why, "--source-port cannot be used with a --source that has a port");
	else
		status = find(local,
			&(struct name_query){.host = e.host,
				.port = e.port,
				.family = plan->family,
				.type = plan->type,
				.numeric = plan->numeric,
				.passive = true},
			why);
	endpoint_release(&e);
	return status;
}
