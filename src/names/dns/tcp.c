/* SPDX-License-Identifier: ISC */
/* tcp.c - ask a DNS server over TCP, one question a connection (RFC 7766). */

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/be.h"
#include "base/fd.h"
#include "core/sock/sock.h"
#include "names/dns/client_private.h"

void dns_tcp_stop(struct dns_query *q)
{
	if (q->fd < 0)
		return;
	loop_forget(q->client->loop, q->fd);
	fd_close(q->fd);
	q->fd = -1;
}

/* The size of the whole answer, its length included, as far as it is known. */
static size_t answer_size(const struct dns_query *q)
{
	if (q->received < DNS_LENGTH_SIZE)
		return DNS_LENGTH_SIZE;
	return DNS_LENGTH_SIZE + be16_get(q->answer);
}

static void complete(struct dns_query *q)
{
	const struct dns_message m = {q->answer + DNS_LENGTH_SIZE, q->received - DNS_LENGTH_SIZE};
	const struct linger none = {.l_onoff = 1};

	/* All has come: a reset as its end, so that the connection does not keep its port for a
	 * minute, as a long batch would run out of them. Using it again is no better: servers that
	 * have a process for each, and few of those, would starve the others. */
	setsockopt(q->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	if (dns_message_answers(&m, dns_query_data(q), q->size))
		dns_query_answered(q, &m, true);
	else
		dns_query_failed(q, 0, "it answers another question");
}

static void readable(void *arg, int fd, unsigned ready)
{
	struct dns_query *q = arg;
	ssize_t n = recv(fd, q->answer + q->received, answer_size(q) - q->received, 0);

	(void)ready;
	if (n < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			dns_query_failed(q, errno, NULL);
		return;
	}
	if (n == 0) {
		dns_query_failed(q, 0, "the connection ended too early");
		return;
	}
	q->received += (size_t)n;
	if (q->received > DNS_LENGTH_SIZE && q->received == answer_size(q))
		complete(q);
	else if (q->received == DNS_LENGTH_SIZE && answer_size(q) == DNS_LENGTH_SIZE)
		dns_query_failed(q, 0, "it is empty");
}

static void writable(void *arg, int fd, unsigned ready)
{
	struct dns_query *q = arg;
	size_t size = DNS_LENGTH_SIZE + q->size;
	ssize_t n = send(fd, q->wire + q->sent, size - q->sent, MSG_NOSIGNAL);

	(void)ready;
	if (n < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			dns_query_failed(q, errno, NULL);
		return;
	}
	q->sent += (size_t)n;
	if (q->sent == size && loop_watch(q->client->loop, fd, LOOP_READ, readable, q) < 0)
		dns_query_failed(q, errno, NULL);
}

/* A connection that is under way or made. 0, or -1 with errno. */
static int begin(struct dns_query *q)
{
	const struct addr *addr = &q->client->servers->addrs[q->server];

	q->sent = q->received = 0;
	if (!q->answer)
		q->answer = malloc(DNS_LENGTH_SIZE + DNS_MESSAGE_MAX);
	if (!q->answer)
		return -1;
	q->fd = sock_open(addr_family(addr), SOCK_STREAM, NULL, NULL);
	if (q->fd < 0)
		return -1;
	if (sock_connect(q->fd, addr) < 0 && errno != EINPROGRESS)
		return -1;
	return loop_watch(q->client->loop, q->fd, LOOP_WRITE, writable, q);
}

int dns_tcp_start(struct dns_query *q)
{
	if (begin(q) == 0)
		return 0;
	int err = errno;
	dns_tcp_stop(q);
	return err;
}
