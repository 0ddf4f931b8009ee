/* SPDX-License-Identifier: ISC */
/* client.h - query DNS servers, many questions at a time.
 *
 * Over UDP, a few questions to one server share a connected socket, then there is a new one with
 * another port. An answer counts only on the socket from which its question was sent, and with the
 * id and the question of one that is open. If an answer is truncated, the question is asked again
 * over TCP. */
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

/* The outcome of a question. */
enum dns_outcome {
	DNS_ANSWERED,  /* MESSAGE has the answer, whatever its code; it is well formed */
	DNS_NO_ANSWER, /* none came in time, only FOREIGN datagrams that answer no question; ERROR,
			  unless 0, is why it could not be sent */
	DNS_UNREACHABLE, /* ERROR is why */
	DNS_MALFORMED,	 /* REASON is why */
};

struct dns_result {
	enum dns_outcome outcome;
	struct dns_message message;
	const char *reason;
	int error;
	uint64_t foreign;
	const struct addr *server; /* the one that answered, or else the last one that was asked */
};

/* Called once, unless the client is freed before; RESULT lives until it returns. */
typedef void dns_fn(void *arg, const struct dns_result *result);

/* SERVERS must outlive the client. TIMEOUT_NS is the time for one question, during which it is
 * repeated, to each server in turn. TCP: ask over TCP from the start. NULL with errno. */
struct dns_client *dns_client_new(
	struct loop *loop, const struct dns_servers *servers, bool tcp, int64_t timeout_ns) CHECKED;

/* Open questions end unanswered, and their FN is not called. */
void dns_client_free(struct dns_client *client);

/* Ask QUESTION, with EDNS unless a server does not understand that; FN may be called before this
 * returns. If a server fails or refuses, the next one is asked. At most DNS_OPEN_MAX questions at
 * once. 0, or -1 with errno. */
enum { DNS_OPEN_MAX = 4096 };
CHECKED int dns_ask(
	struct dns_client *client, const struct dns_question *question, dns_fn *fn, void *arg);

#endif
