/* SPDX-License-Identifier: ISC */
/* client_private.h - what the files of the DNS client share. */
#ifndef NAMES_DNS_CLIENT_PRIVATE_H
#define NAMES_DNS_CLIENT_PRIVATE_H

#include "base/checked.h"
#include "core/loop/loop.h"
#include "names/dns/client.h"
#include "names/dns/stream.h"

enum { DNS_RANDOM_SIZE = 256 };

/* A UDP socket, connected to SERVER: the kernel then drops datagrams from others, and reports
 * refusals. */
struct dns_socket {
	struct dns_client *client;
	size_t server;
	int fd;
	unsigned asked; /* questions that were sent on it */
	unsigned users; /* those questions that are still open, and others that need it */
};

/* A question that is open. */
struct dns_query {
	struct dns_client *client;
	struct dns_query *next, *before;
	size_t server; /* the one being asked */
	size_t failed; /* successive servers that could not or would not answer */
	unsigned tries;
	int error; /* errno if it could not even be sent; else 0 */
	int64_t give_up_ns;
	uint64_t foreign_before;
	struct loop_timer timer;
	uint16_t id;
	struct dns_question question;
	dns_fn *fn;
	void *arg;

	/* Over UDP: */
	struct dns_socket *socket; /* the one it was sent on; NULL: none */

	struct dns_stream stream; /* over TCP; FD -1: not over TCP */

	/* The length that precedes it over TCP, and the question of SIZE bytes. */
	size_t size;
	unsigned char wire[DNS_STREAM_QUERY];
};

struct dns_client {
	struct loop *loop;
	const struct dns_servers *servers;
	struct dns_socket **sockets; /* the newest for each server; NULL: none yet */
	bool tcp;
	int64_t timeout_ns;
	struct dns_query *open;
	size_t open_count;
	uint64_t foreign;
	size_t random_left;
	uint16_t random[DNS_RANDOM_SIZE / sizeof(uint16_t)];
	struct dns_query *by_id[UINT16_MAX + 1];
	unsigned char buffer[DNS_MESSAGE_MAX];
};

/* The question without the length that precedes it. */
static inline const unsigned char *dns_query_data(const struct dns_query *q)
{
	return q->wire + DNS_LENGTH_SIZE;
}

/* Send Q to its current server. 0, or an errno. */
int dns_udp_start(struct dns_query *q) CHECKED;
int dns_tcp_start(struct dns_query *q) CHECKED;

/* Give up Q's use of a UDP socket, and its TCP connection. */
void dns_udp_stop(struct dns_query *q);
void dns_tcp_stop(struct dns_query *q);

/* Receive what waits at Q's socket, which may end Q. */
void dns_udp_receive(struct dns_query *q);

/* One user of SOCKET no longer needs it. NULL does nothing. */
void dns_socket_drop(struct dns_socket *socket);

/* M was received for Q and answers it. */
void dns_query_answered(struct dns_query *q, const struct dns_message *m, bool over_tcp);

/* The server that was asked Q cannot be reached (ERR is the errno) or has sent a message that is
 * malformed for REASON: try the next one, or give up. */
void dns_query_failed(struct dns_query *q, int err, const char *reason);

#endif
