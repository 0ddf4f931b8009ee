/* SPDX-License-Identifier: ISC */
/* dial_source.c - the local end that a connection is to be made from. */

#include "tcp/dial_source.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/bytes.h"
#include "base/status.h"
#include "core/common.h"
#include "core/name.h"

static const struct addr *source_of(const struct dial_source *source, int family)
{
	return family == AF_INET ? &source->in : family == AF_INET6 ? &source->in6 : NULL;
}

int dial_bind(int fd, int family, const struct dial_source *source)
{
	const int on = 1;
	const struct addr *addr = source_of(source, family);

	if (!addr)
		return 0;
	if (!addr->size) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	/* Attempts to several addresses share one source port. */
	if (addr_port(addr) && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
		return -1;
	return bind(fd, &addr->u.sa, addr->size);
}

int dial_explain_source(const struct dial_source *source, int family, int err, struct bytes *why)
{
	const struct addr *addr = source_of(source, family);
	enum status status = status_of_errno(err);
	char text[ADDR_TEXT];

	bytes_add_format(why, "cannot use the local address %s: %s",
		addr_port(addr) ? addr_text(addr, text) : addr_text_host(addr, text),
		status_reason(err));
	if (status != STATUS_NOT_PERMITTED)
		return (int)status;
	bytes_add_text(why, " (");
	common_explain_permission("CAP_NET_BIND_SERVICE", "a security module", why);
	bytes_add_text(why, ")");
	return (int)status;
}

int dial_source_find(struct dial_source *source, const char *host, const char *port, int family,
	bool numeric, struct bytes *why)
{
	struct name_query q = {.host = host,
		.port = port ? port : "0",
		.family = family,
		.type = SOCK_STREAM,
		.numeric = numeric,
		.passive = true};
	struct name_answer answer;
	enum name_result r = name_lookup(&q, &answer);

	if (r != NAME_FOUND)
		return name_explain(r, &q, why);
	for (size_t i = answer.count; i-- > 0;) {
		struct addr *addr = &answer.addrs[i];

		*(addr_family(addr) == AF_INET ? &source->in : &source->in6) = *addr;
	}
	name_answer_release(&answer);
	return STATUS_DONE;
}
