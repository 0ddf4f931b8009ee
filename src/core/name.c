/* SPDX-License-Identifier: ISC */
/* name.c - names to addresses, blocking. */
#define _GNU_SOURCE /* EAI_NODATA, EAI_ADDRFAMILY */
#include "core/name.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "base/num.h"
#include "base/status.h"
#include "core/name_private.h"

/* The longest name of the DNS with a dot at its end; longer ones are not passed to the resolver. */
enum { NAME_MAX_BYTES = 254 };

static bool is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* Whether HOST is an address, even one that cannot be used on this host (errno ENODEV). */
static bool is_address(const char *host)
{
	struct addr addr;

	return addr_parse_numeric(host, 0, &addr) == 0 || errno == ENODEV;
}

bool name_is_immediate(const struct name_query *q)
{
	char plain[ADDR_HOST_TEXT];
	const char *host = addr_unbracket(q->host, plain);

	return !*host || q->numeric || is_number(host) || is_address(host) ||
		name_special(host) == NAME_INVALID;
}

/* Make room for COUNT addresses. */
static enum name_result make_room(struct name_answer *a, size_t count)
{
	a->count = 0;
	a->addrs = calloc(count, sizeof(*a->addrs));
	return a->addrs ? NAME_FOUND : NAME_FAILED;
}

/* Answer with the wildcard or this host, for each family asked for. */
static enum name_result answer_empty(
	const struct name_query *q, uint16_t port, struct name_answer *a)
{
	static const int families[] = {AF_INET6, AF_INET};
	enum { COUNT = sizeof(families) / sizeof(families[0]) };
	enum name_result r = make_room(a, COUNT);

	for (size_t i = 0; r == NAME_FOUND && i < COUNT; i++) {
		if (q->family != AF_UNSPEC && q->family != families[i])
			continue;
		(q->passive ? addr_any : addr_loopback)(families[i], port, &a->addrs[a->count++]);
	}
	return r;
}

/* Answer with the loopback addresses that this host has: a server must listen on all of them. */
static enum name_result answer_localhost(
	const struct name_query *q, uint16_t port, struct name_answer *a)
{
	struct name_query this_host = *q;

	this_host.passive = false;
	if (q->family == AF_UNSPEC && !name_has_ipv6_loopback())
		this_host.family = AF_INET;
	return answer_empty(&this_host, port, a);
}

static enum name_result answer_one(
	const struct name_query *q, const struct addr *addr, struct name_answer *a)
{
	if (q->family != AF_UNSPEC && q->family != addr_family(addr))
		return NAME_WRONG_FAMILY;
	enum name_result r = make_room(a, 1);
	if (r == NAME_FOUND)
		a->addrs[a->count++] = *addr;
	return r;
}

/* Append the address of INFO unless it is there already. */
static void add_once(struct name_answer *a, const struct addrinfo *info, uint16_t port)
{
	struct addr *next = &a->addrs[a->count];

	if (info->ai_family != AF_INET && info->ai_family != AF_INET6)
		return;
	*next = (struct addr){.size = info->ai_addrlen};
	memcpy(&next->u, info->ai_addr, info->ai_addrlen);
	addr_set_port(next, port);
	for (size_t i = 0; i < a->count; i++) {
		if (addr_equal(&a->addrs[i], next))
			return;
	}
	a->count++;
}

static enum name_result answer_list(
	const struct addrinfo *list, uint16_t port, struct name_answer *a)
{
	size_t count = 0;

	for (const struct addrinfo *info = list; info; info = info->ai_next)
		count++;
	enum name_result r = make_room(a, count);
	if (r != NAME_FOUND)
		return r;
	for (const struct addrinfo *info = list; info; info = info->ai_next)
		add_once(a, info, port);
	if (a->count == 0) {
		name_answer_release(a);
		return NAME_NO_ADDRESS;
	}
	return NAME_FOUND;
}

/* What getaddrinfo's ERR means. */
static enum name_result result_of(int err)
{
	switch (err) {
	case 0: return NAME_FOUND;
	case EAI_NONAME: return NAME_NO_HOST;
#ifdef EAI_NODATA
	case EAI_NODATA: return NAME_NO_ADDRESS;
#endif
#ifdef EAI_ADDRFAMILY
	case EAI_ADDRFAMILY: return NAME_NO_ADDRESS;
#endif
	case EAI_SERVICE: return NAME_NO_SERVICE;
	case EAI_AGAIN: return NAME_NO_ANSWER;
	case EAI_SYSTEM: return NAME_FAILED;
	case EAI_MEMORY: errno = ENOMEM; return NAME_FAILED;
	case EAI_FAMILY: errno = EAFNOSUPPORT; return NAME_FAILED;
	case NAME_EAI_NOT_ASCII: return NAME_NOT_ASCII;
	default: errno = EIO; return NAME_FAILED;
	}
}

/* AI_ADDRCONFIG stays off: if only the loopback interface is up, it would hide localhost. */
static enum name_result resolve(
	const struct name_query *q, int family, uint16_t port, struct name_answer *a)
{
	struct addrinfo hints = {.ai_family = family, .ai_socktype = q->type};
	struct addrinfo *list = NULL;
	enum name_result r = result_of(name_getaddrinfo(q->host, NULL, &hints, &list));

	if (r == NAME_FOUND) {
		r = answer_list(list, port, a);
		freeaddrinfo(list);
	}
	return r;
}

static enum name_result lookup_host(
	const struct name_query *q, uint16_t port, struct name_answer *a)
{
	struct name_answer other = {0};
	enum name_result r = resolve(q, q->family, port, a);

	/* glibc reports a host in /etc/hosts that has only addresses of the other family as
	 * unknown. */
	if (r == NAME_NO_HOST && q->family != AF_UNSPEC &&
		resolve(q, AF_UNSPEC, port, &other) == NAME_FOUND) {
		name_answer_release(&other);
		r = NAME_NO_ADDRESS;
	}
	return r;
}

enum name_result name_lookup(const struct name_query *query, struct name_answer *a)
{
	char host[ADDR_HOST_TEXT];
	struct name_query unbracketed = *query, *q = &unbracketed;
	struct addr addr;
	uint16_t port = query->port_number;

	q->host = addr_unbracket(query->host, host);
	*a = (struct name_answer){0};
	if (q->port) {
		enum name_result r = name_port(q->port, q->type, q->numeric, &port);
		if (r != NAME_FOUND)
			return r;
	}
	if (!*q->host)
		return answer_empty(q, port, a);
	if (addr_parse_numeric(q->host, port, &addr) == 0) {
		addr_unmap(&addr);
		return answer_one(q, &addr, a);
	}
	if (errno == ENODEV)
		return NAME_NO_ZONE;
	if (is_number(q->host) || strlen(q->host) > NAME_MAX_BYTES)
		return NAME_NO_HOST;
	if (q->numeric)
		return NAME_NOT_ALLOWED;
	switch (name_special(q->host)) {
	case NAME_INVALID: return NAME_NO_HOST;
	case NAME_LOCALHOST: return answer_localhost(q, port, a);
	case NAME_ORDINARY: break;
	}
	return lookup_host(q, port, a);
}

void name_answer_release(struct name_answer *a)
{
	free(a->addrs);
	*a = (struct name_answer){0};
}

static const char *family_word(int family)
{
	return family == AF_INET6 ? "IPv6 " : family == AF_INET ? "IPv4 " : "";
}

/* Name the one of the two words that -n forbids looking up. */
static void explain_not_allowed(const struct name_query *q, struct bytes *why)
{
	bool host = *q->host && !is_address(q->host);

	bytes_add_format(why, "looking up the %s \"%s\" is not allowed with -n",
		host ? "host" : "service", host || !q->port ? q->host : q->port);
}

enum status name_explain(enum name_result r, const struct name_query *q, struct bytes *why)
{
	/* Before anything here can change it. */
	int err = errno;
	char time[NUM_TEXT];

	switch (r) {
	case NAME_FOUND: return STATUS_DONE;
	case NAME_NO_HOST: return fail_with(why, STATUS_NOT_FOUND, "no such host: \"%s\"", q->host);
	case NAME_NO_ADDRESS:
		return fail_with(why, STATUS_NOT_FOUND, "no %saddress for \"%s\"",
			family_word(q->family), q->host);
	case NAME_NO_SERVICE:
		name_add_no_service(q->port ? q->port : "", q->type, why);
		return STATUS_NOT_FOUND;
	case NAME_WRONG_FAMILY:
		return fail_with(why, STATUS_USAGE, "not an %saddress: \"%s\"",
			family_word(q->family), q->host);
	case NAME_NO_ZONE:
		return fail_with(why, STATUS_NOT_FOUND, "no such interface: \"%s\" in \"%s\"",
			q->host + strcspn(q->host, "%") + 1, q->host);
	case NAME_NOT_ALLOWED: explain_not_allowed(q, why); return STATUS_USAGE;
	case NAME_NO_ANSWER:
		return fail_with(why, STATUS_TIMED_OUT,
			"no answer from the name service for \"%s\"", q->host);
	case NAME_LATE:
		return fail_with(why, STATUS_TIMED_OUT, "no answer for \"%s\" within %s", q->host,
			num_show_time(q->time_ns, time));
	case NAME_NOT_ASCII:
		return fail_with(why, STATUS_USAGE,
			"cannot encode the name \"%s\": write its ASCII form (xn--...)", q->host);
	case NAME_FAILED: break;
	}
	return fail_with(
		why, STATUS_FAILED, "cannot look up \"%s\": %s", q->host, status_reason(err));
}
