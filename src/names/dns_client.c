/* SPDX-License-Identifier: ISC */
/* dns_client.c - ask DNS servers over UDP, many questions at a time. */
#define _DEFAULT_SOURCE /* getentropy */
#include "names/dns_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "core/sock.h"
#include "names/dns_private.h"

enum {
	TRIES = 3,
	TIME_PARTS = 5, /* the first try has one of the time, the others two each */
	RECEIVE_BYTES = 1 << 20,
	RECEIVE_TURN = 64, /* datagrams */
};

static const int64_t again_ns = 10 * NUM_NS_PER_MS;

static void ask(struct dns_query *q);

static void query_unlink(struct dns_query *q)
{
	struct dns_client *c = q->client;

	if (q->before)
		q->before->next = q->next;
	else
		c->open = q->next;
	if (q->next)
		q->next->before = q->before;
	c->open_count--;
	c->by_id[q->id] = NULL;
	loop_timer_stop(c->loop, &q->timer);
	dns_tcp_stop(q);
}

static void query_end(struct dns_query *q, struct dns_result result)
{
	result.server = &q->client->servers->addrs[q->server];
	query_unlink(q);
	q->fn(q->arg, &result);
	free(q->answer);
	free(q);
}

/* Whether another server has not been tried and found wanting; if so Q is turned to it. */
static bool next_server(struct dns_query *q)
{
	if (++q->failed >= q->client->servers->count)
		return false;
	q->server = (q->server + 1) % q->client->servers->count;
	return true;
}

void dns_query_failed(struct dns_query *q, int err, const char *reason)
{
	if (next_server(q)) {
		ask(q);
		return;
	}
	query_end(q,
		(struct dns_result){.outcome = reason ? DNS_MALFORMED : DNS_UNREACHABLE,
			.reason = reason,
			.error = err});
}

void dns_query_answered(struct dns_query *q, const struct dns_message *m, bool over_tcp)
{
	const char *reason;

	struct loop *loop = q->client->loop;

	if (dns_message_truncated(m) && !over_tcp) {
		loop_timer_set(loop, &q->timer, q->give_up_ns - loop_now(loop));
		dns_tcp_start(q);
		return;
	}
	reason = dns_message_check(m);
	if (reason) {
		dns_query_failed(q, 0, reason);
		return;
	}
	if (dns_message_code(m) != DNS_NO_ERROR && dns_message_code(m) != DNS_NO_SUCH_NAME &&
		next_server(q)) {
		ask(q);
		return;
	}
	query_end(q, (struct dns_result){.outcome = DNS_ANSWERED, .message = *m});
}

/* The kernel does not say which question of those to SERVER it was that failed. */
static void server_failed(struct dns_client *c, size_t server, int err)
{
	struct dns_query *next;

	for (struct dns_query *q = c->open; q; q = next) {
		next = q->next;
		if (q->server == server && q->fd < 0)
			dns_query_failed(q, err, NULL);
	}
}

static void datagram(struct dns_client *c, size_t server, size_t size)
{
	const struct dns_message m = {c->buffer, size};
	struct dns_query *q = NULL;

	if (size >= DNS_HEADER_SIZE)
		q = c->by_id[dns_message_id(c->buffer)];
	if (!q || q->server != server || q->fd >= 0 ||
		!dns_message_answers(&m, dns_query_data(q), q->size))
		c->foreign++;
	else
		dns_query_answered(q, &m, false);
}

static void receive(struct dns_client *c, size_t server)
{
	for (int i = 0; i < RECEIVE_TURN; i++) {
		ssize_t size = recv(c->fds[server], c->buffer, sizeof(c->buffer), 0);

		if (size >= 0) {
			datagram(c, server, (size_t)size);
		} else if (errno != EINTR) {
			if (errno != EAGAIN && errno != EWOULDBLOCK)
				server_failed(c, server, errno);
			return;
		}
	}
}

static void readable(void *arg, int fd, unsigned ready)
{
	struct dns_client *c = arg;
	size_t server = 0;

	(void)ready;
	while (c->fds[server] != fd)
		server++;
	receive(c, server);
}

/* The socket for SERVER. -1 with errno. */
static int socket_of(struct dns_client *c, size_t server)
{
	const struct addr *addr = &c->servers->addrs[server];
	const int size = RECEIVE_BYTES;
	int fd = c->fds[server];

	if (fd >= 0)
		return fd;
	fd = sock_open(addr_family(addr), SOCK_DGRAM, NULL, NULL);
	if (fd < 0)
		return -1;
	/* Only so much that a burst of answers is not lost: no harm if it is refused. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (connect(fd, &addr->u.sa, addr->size) < 0 ||
		loop_watch(c->loop, fd, LOOP_READ, readable, c) < 0) {
		fd_close(fd);
		return -1;
	}
	c->fds[server] = fd;
	return fd;
}

static void log_ask(const struct dns_query *q)
{
	char text[ADDR_TEXT];

	if (log_wants(LOG_DETAILS))
		log_detail("asking %s (%s, try %u)",
			addr_text(&q->client->servers->addrs[q->server], text),
			q->client->tcp ? "TCP" : "UDP", q->tries);
}

static int64_t time_of_try(const struct dns_query *q)
{
	int64_t part = q->client->timeout_ns / TIME_PARTS;
	int64_t left = q->give_up_ns - loop_now(q->client->loop);
	int64_t wait = q->tries == 1 ? part : 2 * part;

	return q->tries >= TRIES || q->client->tcp || wait > left ? left : wait;
}

/* Send Q to its server. */
static void ask(struct dns_query *q)
{
	struct dns_client *c = q->client;
	int64_t wait_ns = time_of_try(q);

	dns_tcp_stop(q);
	log_ask(q);
	if (c->tcp) {
		loop_timer_set(c->loop, &q->timer, wait_ns);
		dns_tcp_start(q);
		return;
	}
	int fd = socket_of(c, q->server);
	if (fd < 0 || send(fd, dns_query_data(q), q->size, MSG_NOSIGNAL) < 0) {
		/* An error that waits in the socket is of an earlier question; receive() tells. */
		if (errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS &&
			errno != ECONNREFUSED) {
			dns_query_failed(q, errno, NULL);
			return;
		}
		if (wait_ns > again_ns)
			wait_ns = again_ns;
		q->tries--;
	}
	loop_timer_set(c->loop, &q->timer, wait_ns);
}

/* While standard output blocked, answers may have piled up in the sockets. */
static void receive_all(struct dns_client *c)
{
	for (size_t i = 0; i < c->servers->count; i++) {
		if (c->fds[i] >= 0)
			receive(c, i);
	}
}

static void timed_out(void *arg)
{
	struct dns_query *q = arg;
	struct dns_client *c = q->client;
	uint16_t id = q->id;

	receive_all(c);
	if (c->by_id[id] != q)
		return;
	if (loop_now(c->loop) >= q->give_up_ns) {
		query_end(q,
			(struct dns_result){.outcome = DNS_NO_ANSWER,
				.foreign = c->foreign - q->foreign_before});
		return;
	}
	q->tries++;
	q->server = (q->server + 1) % c->servers->count;
	ask(q);
}

/* A random id that no open question has. 0, or -1 with errno. */
static int new_id(struct dns_client *c, uint16_t *id)
{
	do {
		if (c->random_left == 0) {
			if (getentropy(c->random, sizeof(c->random)) < 0)
				return -1;
			c->random_left = sizeof(c->random) / sizeof(c->random[0]);
		}
		*id = c->random[--c->random_left];
	} while (c->by_id[*id]);
	return 0;
}

int dns_ask(struct dns_client *client, const struct dns_name *name, uint16_t type, dns_fn *fn,
	void *arg)
{
	struct dns_query *q = calloc(1, sizeof *q);

	if (!q || client->open_count >= DNS_OPEN_MAX || new_id(client, &q->id) < 0) {
		free(q);
		return -1;
	}
	*q = (struct dns_query){.client = client, .id = q->id, .fn = fn, .arg = arg, .fd = -1};
	q->size = dns_query_build(q->wire + DNS_LENGTH_SIZE, q->id, name, type);
	q->wire[0] = (unsigned char)(q->size >> 8);
	q->wire[1] = (unsigned char)q->size;
	q->tries = 1;
	q->give_up_ns = loop_now(client->loop) + client->timeout_ns;
	q->foreign_before = client->foreign;
	loop_timer_init(&q->timer, timed_out, q);
	if (loop_timer_set(client->loop, &q->timer, client->timeout_ns) < 0) {
		free(q);
		return -1;
	}
	q->next = client->open;
	if (q->next)
		q->next->before = q;
	client->open = q;
	client->open_count++;
	client->by_id[q->id] = q;
	ask(q);
	return 0;
}

struct dns_client *dns_client_new(
	struct loop *loop, const struct dns_servers *servers, bool tcp, int64_t timeout_ns)
{
	struct dns_client *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->loop = loop;
	c->servers = servers;
	c->tcp = tcp;
	c->timeout_ns = timeout_ns;
	c->fds = malloc(servers->count * sizeof *c->fds);
	if (!c->fds) {
		free(c);
		return NULL;
	}
	for (size_t i = 0; i < servers->count; i++)
		c->fds[i] = -1;
	return c;
}

void dns_client_free(struct dns_client *client)
{
	if (!client)
		return;
	while (client->open) {
		struct dns_query *q = client->open;

		query_unlink(q);
		free(q->answer);
		free(q);
	}
	for (size_t i = 0; i < client->servers->count; i++) {
		if (client->fds[i] < 0)
			continue;
		loop_forget(client->loop, client->fds[i]);
		fd_close(client->fds[i]);
	}
	free(client->fds);
	free(client);
}
