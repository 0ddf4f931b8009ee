/* SPDX-License-Identifier: ISC */
/* stream.h - messages of the DNS over TCP, each preceded by its length (RFC 7766): one question,
 * and what comes back. */
#ifndef NAMES_DNS_STREAM_H
#define NAMES_DNS_STREAM_H

#include <stddef.h>

#include "base/checked.h"
#include "core/addr/addr.h"
#include "core/loop/loop.h"
#include "names/dns/message.h"

enum {
	DNS_LENGTH_SIZE = 2,
	DNS_STREAM_QUERY = DNS_LENGTH_SIZE + DNS_QUERY_MAX,
	DNS_STREAM_ROOM = DNS_LENGTH_SIZE + DNS_MESSAGE_MAX,
};

/* Callbacks for a connection, each with ARG; they may close and free the stream. */
struct dns_stream_calls {
	void (*moved)(void *arg); /* bytes were received; may be NULL */
	void (*message)(void *arg, const struct dns_message *m);
	void (*ended)(void *arg, int err); /* 0: the server ended it; else an errno */
};

struct dns_stream {
	struct loop *loop;
	const struct dns_stream_calls *calls;
	void *arg;
	int fd;			    /* -1: no connection */
	const unsigned char *query; /* QUERY_SIZE bytes, including the length that precedes it */
	size_t query_size, sent;
	unsigned char *room; /* DNS_STREAM_ROOM bytes, of which RECEIVED are in use */
	size_t received;
};

/* Write the question Q with ID, preceded by its length. Returns the size of Q alone. */
size_t dns_stream_build(
	unsigned char out[DNS_STREAM_QUERY], uint16_t id, const struct dns_question *q);

/* Connect to ADDR and ask; the caller has set everything except FD, SENT and RECEIVED. 0, or -1
 * with errno. */
int dns_stream_open(struct dns_stream *s, const struct addr *addr) CHECKED;

/* Harmless if there is no connection. */
void dns_stream_close(struct dns_stream *s);

#endif
