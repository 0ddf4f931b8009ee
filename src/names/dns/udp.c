/* SPDX-License-Identifier: ISC */
/* udp.c - query DNS servers over UDP, many questions per socket. */

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/be.h"
#include "base/fd.h"
#include "core/sock/sock.h"
#include "names/dns/client_private.h"

enum {
	/* An attacker who cannot see the questions must also guess the port to forge an answer (RFC
	 * 5452); the kernel picks one at random for each socket. One port for a whole batch could
	 * be found out while it lasts. A socket for every question would take three times the CPU
	 * time; this many questions on each cost only a tenth more. */
	QUESTIONS_EACH = 16,
	RECEIVE_TURN = 64, /* datagrams */
};

void dns_socket_drop(struct dns_socket *socket)
{
	if (!socket || --socket->users > 0)
		return;
	loop_close(socket->client->loop, socket->fd);
	free(socket);
}

void dns_udp_stop(struct dns_query *q)
{
	dns_socket_drop(q->socket);
	q->socket = NULL;
}

/* It cannot be known which of the questions from S failed. */
static void socket_failed(struct dns_socket *s, int err)
{
	struct dns_query *next;

	for (struct dns_query *q = s->client->open; q; q = next) {
		next = q->next;
		if (q->socket == s && q->stream.fd < 0)
			dns_query_failed(q, err, NULL);
	}
}

/* Whether S has an open question, apart from the shares that its client and receive() may have in
 * it. */
static bool is_awaited(const struct dns_socket *s)
{
	return s->users > 1U + (s->client->sockets[s->server] == s);
}

static void datagram(struct dns_socket *s, size_t size)
{
	struct dns_client *c = s->client;
	const struct dns_message m = {c->buffer, size};
	struct dns_query *q = NULL;

	if (size >= DNS_HEADER_SIZE)
		q = c->by_id[be16_get(c->buffer)];
	if (!q || q->socket != s || q->stream.fd >= 0 ||
		!dns_message_answers(&m, dns_query_data(q), q->size))
		c->foreign++;
	else
		dns_query_answered(q, &m, false);
}

static void receive(struct dns_socket *s)
{
	struct dns_client *c = s->client;
	ssize_t size = 0;

	/* The question that is answered may have been its last user. */
	s->users++;
	/* Once all have their answers, another read would most likely be wasted. */
	for (int i = 0; i < RECEIVE_TURN && size >= 0 && (i == 0 || is_awaited(s)); i++) {
		size = recv(s->fd, c->buffer, sizeof(c->buffer), 0);
		if (size >= 0)
			datagram(s, (size_t)size);
		else if (errno == EINTR)
			size = 0;
		else if (!fd_would_block(errno))
			socket_failed(s, errno);
	}
	dns_socket_drop(s);
}

static void readable(void *arg, int fd, unsigned ready)
{
	(void)fd;
	(void)ready;
	receive(arg);
}

void dns_udp_receive(struct dns_query *q)
{
	if (q->socket)
		receive(q->socket);
}

/* Open a new socket for SERVER. NULL with errno. */
static struct dns_socket *socket_new(struct dns_client *c, size_t server)
{
	const struct addr *addr = &c->servers->addrs[server];
	struct dns_socket *s = malloc(sizeof *s);

	if (!s)
		return NULL;
	*s = (struct dns_socket){.client = c, .server = server, .users = 1};
	s->fd = sock_open(addr_family(addr), SOCK_DGRAM, NULL, NULL);
	if (s->fd >= 0 && sock_connect(s->fd, addr) == 0 &&
		loop_watch(c->loop, s->fd, LOOP_READ, readable, s) == 0)
		return s;
	int err = sock_connect_errno(addr, errno);
	dns_socket_drop(s);
	errno = err;
	return NULL;
}

/* Make sure that Q has a socket to its server. 0, or -1 with errno. */
static int take_socket(struct dns_query *q)
{
	struct dns_socket **newest = &q->client->sockets[q->server];

	/* Asked again: the answer to an earlier try still counts. */
	if (q->socket && q->socket->server == q->server)
		return 0;
	if (!*newest || (*newest)->asked >= QUESTIONS_EACH) {
		struct dns_socket *s = socket_new(q->client, q->server);

		/* Sharing a socket among too many is better than having none. */
		if (!s && !*newest)
			return -1;
		if (s) {
			dns_socket_drop(*newest);
			*newest = s;
		}
	}
	dns_udp_stop(q);
	q->socket = *newest;
	q->socket->users++;
	q->socket->asked++;
	return 0;
}

int dns_udp_start(struct dns_query *q)
{
	ssize_t sent = -1;

	if (take_socket(q) < 0)
		return errno;
	/* A refusal reported now belongs to an earlier question, and this one was not sent. Once it
	 * is, receive() reads for both. */
	for (int tries = 0; tries <= QUESTIONS_EACH && sent < 0; tries++) {
		sent = send(q->socket->fd, dns_query_data(q), q->size, MSG_NOSIGNAL);
		if (sent < 0 && errno != ECONNREFUSED)
			return errno;
	}
	return sent < 0 ? EAGAIN : 0;
}
