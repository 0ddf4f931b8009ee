/* SPDX-License-Identifier: ISC */
/* lookup.c - look up one name or address through libc. */

#include "names/resolve/lookup.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/status.h"
#include "core/name.h"

/* Room for the longest name from getnameinfo(3). */
enum { HOST_MAX = 1025, PORT_TEXT = sizeof("65535") };

bool lookup_is_address(const char *host)
{
	struct addr addr;

	return addr_parse_numeric(host, 0, &addr) == 0 || errno == ENODEV;
}

/* ERR is getaddrinfo's or getnameinfo's, and WHAT, a format with one text, is the message for a
 * name that does not exist. */
static void explain(struct lookup_answer *a, int err, const char *what, const char *host)
{
	if (err == EAI_AGAIN)
		a->status = fail_with(&a->why, STATUS_TIMED_OUT,
			"no answer from the name service for \"%s\"", host);
	else if (err == EAI_NONAME)
		a->status = fail_with(&a->why, STATUS_NOT_FOUND, what, host);
	else
		a->status = fail_with(&a->why, STATUS_FAILED, "cannot look up \"%s\": %s", host,
			err == EAI_SYSTEM ? status_reason(errno) : gai_strerror(err));
}

static void find_name(const struct addr *addr, struct lookup_answer *a)
{
	char name[HOST_MAX], text[ADDR_TEXT];
	int err = getnameinfo(&addr->u.sa, addr->size, name, sizeof(name), NULL, 0, NI_NAMEREQD);

	if (err) {
		explain(a, err, "no name for %s", addr_text_host(addr, text));
		return;
	}
	a->name = strdup(name);
	if (!a->name)
		a->status = fail_memory(&a->why);
}

static void add_tuple(struct lookup_answer *a, const struct addrinfo *info)
{
	struct lookup_tuple *t = &a->tuples[a->count];

	if (info->ai_addrlen > sizeof(t->addr.u))
		return;
	t->family = info->ai_family;
	t->type = info->ai_socktype;
	t->protocol = info->ai_protocol;
	t->addr.size = info->ai_addrlen;
	memcpy(&t->addr.u, info->ai_addr, info->ai_addrlen);
	a->count++;
}

static void take_list(const struct lookup *l, const struct addrinfo *list, struct lookup_answer *a)
{
	size_t count = 0;

	if (list->ai_canonname && !(a->canonical = strdup(list->ai_canonname)))
		a->status = fail_memory(&a->why);
	if (!l->all)
		return;
	for (const struct addrinfo *info = list; info; info = info->ai_next)
		count++;
	free(a->tuples);
	a->count = 0;
	a->tuples = calloc(count, sizeof *a->tuples);
	if (!a->tuples) {
		a->status = fail_memory(&a->why);
		return;
	}
	for (const struct addrinfo *info = list; info; info = info->ai_next)
		add_tuple(a, info);
}

/* Ask again for what name_lookup() leaves out; ADDR is the first address that it found. */
static void find_list(const struct lookup *l, const struct addr *addr, struct lookup_answer *a)
{
	struct addrinfo hints = {.ai_family = l->family}, *list = NULL;
	char text[ADDR_TEXT], plain[ADDR_HOST_TEXT], port[PORT_TEXT];
	const char *host = addr_unbracket(l->host, plain);

	if (!l->all)
		hints.ai_socktype = SOCK_STREAM;
	host = *host ? host : NULL;
	if (host) {
		hints.ai_flags = AI_CANONNAME;
		/* Forms that only sockit reads, such as an integer. */
		if (lookup_is_address(host)) {
			host = addr_text_host(addr, text);
			hints.ai_flags |= AI_NUMERICHOST;
		}
	}
	/* Either host or service must be given. */
	snprintf(port, sizeof(port), "%u", l->port);
	const char *service = l->service ? l->service : l->has_port || !host ? port : NULL;
	int err = name_getaddrinfo(host, service, &hints, &list);
	if (err) {
		explain(a, err, "no such host: \"%s\"", l->host);
		return;
	}
	take_list(l, list, a);
	freeaddrinfo(list);
}

static void take_addresses(const struct name_answer *found, struct lookup_answer *a)
{
	a->tuples = calloc(found->count, sizeof *a->tuples);
	if (!a->tuples) {
		a->status = fail_memory(&a->why);
		return;
	}
	for (; a->count < found->count; a->count++) {
		a->tuples[a->count].family = addr_family(&found->addrs[a->count]);
		a->tuples[a->count].addr = found->addrs[a->count];
	}
}

void lookup_run(const struct lookup *l, struct lookup_answer *a)
{
	const struct name_query q = {.host = l->host,
		.port_number = l->port,
		.family = l->family,
		.type = l->type,
		.numeric = l->numeric};
	struct name_answer found = {0};

	*a = (struct lookup_answer){.status = STATUS_DONE};
	enum name_result r = name_lookup(&q, &found);
	if (r != NAME_FOUND) {
		a->status = name_explain(r, &q, &a->why);
		return;
	}
	if (l->reverse) {
		addr_unmap(&found.addrs[0]);
		find_name(&found.addrs[0], a);
	} else {
		take_addresses(&found, a);
	}
	if (a->status == STATUS_DONE && !l->reverse && (l->all || l->canonical))
		find_list(l, &found.addrs[0], a);
	name_answer_release(&found);
}

void lookup_answer_release(struct lookup_answer *a)
{
	bytes_release(&a->why);
	free(a->tuples);
	free(a->name);
	free(a->canonical);
	*a = (struct lookup_answer){0};
}
