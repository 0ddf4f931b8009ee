/* SPDX-License-Identifier: ISC */
/* tcp.c - query a DNS server over TCP, one question per connection. */

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "names/dns/client_private.h"

void dns_tcp_stop(struct dns_query *q)
{
	dns_stream_close(&q->stream);
}

static void message_came(void *arg, const struct dns_message *m)
{
	struct dns_query *q = arg;
	const struct linger none = {.l_onoff = 1};

	if (m->size == 0) {
		dns_query_failed(q, 0, "it is empty");
		return;
	}
	/* Everything was received: end with a reset, so that the connection does not occupy its
	 * port for a minute, because a long batch would run out of ports. Reusing connections is no
	 * better: servers that have a process for each, and few of those, would starve the
	 * others. */
	setsockopt(q->stream.fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
	if (dns_message_answers(m, dns_query_data(q), q->size))
		dns_query_answered(q, m, true);
	else
		dns_query_failed(q, 0, "it answers another question");
}

static void ended(void *arg, int err)
{
	dns_query_failed(arg, err, err ? NULL : "the connection ended too early");
}

int dns_tcp_start(struct dns_query *q)
{
	static const struct dns_stream_calls calls = {.message = message_came, .ended = ended};
	unsigned char *room = q->stream.room ? q->stream.room : malloc(DNS_STREAM_ROOM);

	q->stream = (struct dns_stream){.loop = q->client->loop,
		.calls = &calls,
		.arg = q,
		.fd = -1,
		.query = q->wire,
		.query_size = DNS_LENGTH_SIZE + q->size,
		.room = room};
	return room && dns_stream_open(&q->stream, &q->client->servers->addrs[q->server]) == 0
		? 0
		: errno;
}
