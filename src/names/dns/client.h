/* SPDX-License-Identifier: ISC */
/* client.h - ask DNS servers, many questions at a time.
 *
 * Over UDP a few questions to one server share a connected socket, then there is a new one with
 * another port; an answer counts only where its question was sent from, with the id and the
 * question of one that is open. A truncated answer is asked for again over TCP. */
#ifndef NAMES_DNS_CLIENT_H
#define NAMES_DNS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/checked.h"
#include "names/dns/message.h"
#include "names/dns/servers.h"

struct loop;
struct dns_client;

/* What became of a question. */
enum dns_outcome {
	DNS_ANSWERED,	 /* MESSAGE has the answer, whatever its code; it is well formed */
	DNS_NO_ANSWER,	 /* none came in time; FOREIGN datagrams did that answer no question;
			    ERROR, unless 0, is why it could not be sent */
	DNS_UNREACHABLE, /* ERROR is why */
	DNS_MALFORMED,	 /* REASON is why */
};

struct dns_result {
	enum dns_outcome outcome;
	struct dns_message message;
	const char *reason;
	int error;
	uint64_t foreign;
	const struct addr *server; /* the one that answered, or was asked last */
};

/* Called once, if the client lives so long; RESULT lives until it returns. */
typedef void dns_fn(void *arg, const struct dns_result *result);

/* SERVERS must outlive the client. TIMEOUT_NS is the time for one question, in which it is asked
 * again and again, servers in turn. TCP: ask over TCP from the start. NULL with errno. */
struct dns_client *dns_client_new(
	struct loop *loop, const struct dns_servers *servers, bool tcp, int64_t timeout_ns) CHECKED;

/* Questions that are open end unanswered, their FN is not called. */
void dns_client_free(struct dns_client *client);

/* Ask QUESTION, with EDNS unless a server does not understand that; FN may be called before this
 * returns. A server that fails or refuses is followed by the next one. At most DNS_OPEN_MAX at
 * once. 0, or -1 with errno. */
enum { DNS_OPEN_MAX = 4096 };
CHECKED int dns_ask(
	struct dns_client *client, const struct dns_question *question, dns_fn *fn, void *arg);

#endif
