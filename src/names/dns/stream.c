/* SPDX-License-Identifier: ISC */
/* stream.c - messages of the DNS over TCP, each preceded by its length. */
#include "names/dns/stream.h"

#include <errno.h>

#include "base/be.h"
#include "base/fd.h"
#include "core/sock/sock.h"

size_t dns_stream_build(
	unsigned char out[DNS_STREAM_QUERY], uint16_t id, const struct dns_question *q)
{
	size_t size = dns_query_build(out + DNS_LENGTH_SIZE, id, q);

	be16_put(out, size);
	return size;
}

void dns_stream_close(struct dns_stream *s)
{
	if (s->fd < 0)
		return;
	loop_forget(s->loop, s->fd);
	fd_close(s->fd);
	s->fd = -1;
}

static bool is_for_now(int err)
{
	return fd_would_block(err) || err == EINTR;
}

/* The size of the message including the length that precedes it, as far as known. */
static size_t wanted(const struct dns_stream *s)
{
	return DNS_LENGTH_SIZE + (s->received < DNS_LENGTH_SIZE ? 0U : be16_get(s->room));
}

static void readable(void *arg, int fd, unsigned ready)
{
	struct dns_stream *s = arg;
	ssize_t n = recv(fd, s->room + s->received, wanted(s) - s->received, 0);

	(void)ready;
	if (n < 0 && is_for_now(errno))
		return;
	if (n <= 0) {
		s->calls->ended(s->arg, n < 0 ? errno : 0);
		return;
	}
	s->received += (size_t)n;
	if (s->calls->moved)
		s->calls->moved(s->arg);
	if (s->received >= DNS_LENGTH_SIZE && s->received == wanted(s)) {
		const struct dns_message m = {
			s->room + DNS_LENGTH_SIZE, s->received - DNS_LENGTH_SIZE};

		s->received = 0;
		s->calls->message(s->arg, &m);
	}
}

static void writable(void *arg, int fd, unsigned ready)
{
	struct dns_stream *s = arg;
	ssize_t n = send(fd, s->query + s->sent, s->query_size - s->sent, MSG_NOSIGNAL);

	(void)ready;
	if (n < 0 && is_for_now(errno))
		return;
	s->sent += n > 0 ? (size_t)n : 0;
	if (n < 0 ||
		(s->sent == s->query_size && loop_watch(s->loop, fd, LOOP_READ, readable, s) < 0))
		s->calls->ended(s->arg, errno);
}

int dns_stream_open(struct dns_stream *s, const struct addr *addr)
{
	s->sent = s->received = 0;
	s->fd = sock_open(addr_family(addr), SOCK_STREAM, NULL, NULL);
	if (s->fd >= 0 && (sock_connect(s->fd, addr) == 0 || errno == EINPROGRESS) &&
		loop_watch(s->loop, s->fd, LOOP_WRITE, writable, s) == 0)
		return 0;
	int err = errno;
	dns_stream_close(s);
	errno = err;
	return -1;
}
