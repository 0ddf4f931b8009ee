/* SPDX-License-Identifier: ISC */
/* handshake.c - the handshake with a proxy and the PROXY header, on a socket. */

#include "tcp/connect/reach/handshake.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/status.h"
#include "core/addr/addr.h"
#include "core/sock/sock.h"
#include "tcp/proxy/proxy_header.h"

enum { PEEK_SIZE = 1024 };

static void ready(void *arg, int fd, unsigned what);

/* This must be the last use of P, which FN may free. */
static void finish(struct handshake *p, enum status status, const char *why)
{
	loop_forget(p->loop, p->fd);
	loop_timer_stop(p->loop, &p->timer);
	p->fn(p->arg, status, why);
}

static void fail_of_client(struct handshake *p)
{
	finish(p, p->client.status, bytes_reason(&p->client.why));
}

static void proxy_ended(struct handshake *p)
{
	proxy_client_ended(&p->client);
	fail_of_client(p);
}

/* Take the N bytes at DATA, which have already been peeked at, out of the socket. */
static int receive_seen(int fd, unsigned char *data, size_t n)
{
	while (n > 0) {
		ssize_t got = recv(fd, data, n, MSG_DONTWAIT);

		if (got > 0)
			n -= (size_t)got;
		else if (got == 0 || errno != EINTR)
			return -1;
	}
	return 0;
}

/* What comes after the answer is not ours, so peek first, and then take only what belongs to the
 * answer. 1, 0 at the end, -1 with errno. */
static int receive_some(struct handshake *p)
{
	unsigned char data[PEEK_SIZE];
	ssize_t n;

	do
		n = recv(p->fd, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fd_would_block(errno) ? 1 : -1;
	if (n == 0)
		return 0;
	return receive_seen(p->fd, data, proxy_client_feed(&p->client, data, (size_t)n)) < 0 ? -1
											     : 1;
}

/* The proxy accepts no more, but it may have sent the reason before. */
static void proxy_broke(struct handshake *p)
{
	if (receive_some(p) > 0 && p->client.state == PROXY_CLIENT_FAILED)
		fail_of_client(p);
	else
		proxy_ended(p);
}

static void fail_of_errno(struct handshake *p)
{
	int err = errno;
	bool closed = err == ECONNRESET || err == EPIPE;

	if (closed && p->asking)
		proxy_broke(p);
	else
		finish(p, STATUS_FAILED,
			closed ? "the connection was closed before it was set up"
			       : status_reason(err));
}

static void timed_out(void *arg)
{
	struct handshake *p = arg;

	finish(p, STATUS_TIMED_OUT,
		p->asking ? "timed out: no complete answer from the proxy"
			  : "timed out: nothing could be sent");
}

static struct bytes *unsent(struct handshake *p)
{
	return p->asking ? &p->client.out : &p->header;
}

/* 0, even if not all of it was sent; -1 with errno. */
static int send_some(struct handshake *p)
{
	struct bytes *out = unsent(p);

	while (out->size > 0) {
		ssize_t n = send(p->fd, out->data, out->size, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n >= 0)
			bytes_drop(out, (size_t)n);
		else if (errno != EINTR)
			return fd_would_block(errno) ? 0 : -1;
	}
	return 0;
}

/* Send, find out what comes next, and wait for that. */
static void go_on(struct handshake *p)
{
	int sent = send_some(p);

	/* A proxy may answer before it was asked; the request is sent all the same. */
	if (sent == 0 && p->asking && p->client.state == PROXY_CLIENT_DONE &&
		p->client.out.size == 0) {
		p->asking = false;
		sent = send_some(p);
	}
	if (sent < 0)
		fail_of_errno(p);
	else if (!p->asking && p->header.size == 0)
		finish(p, STATUS_DONE, NULL);
	else if (loop_watch(p->loop, p->fd, unsent(p)->size > 0 ? LOOP_WRITE : LOOP_READ, ready,
			 p) < 0)
		fail_of_errno(p);
}

static void ready(void *arg, int fd, unsigned what)
{
	struct handshake *p = arg;
	int received = what & LOOP_READ ? receive_some(p) : 1;

	(void)fd;
	if (received < 0)
		fail_of_errno(p);
	else if (received == 0)
		proxy_ended(p);
	else if (p->asking && p->client.state == PROXY_CLIENT_FAILED)
		fail_of_client(p);
	else
		go_on(p);
}

static void build_header(struct handshake *p, int version)
{
	struct addr local, peer;

	if (sock_local(p->fd, &local) < 0)
		local.size = 0;
	if (sock_peer(p->fd, &peer) < 0)
		peer.size = 0;
	proxy_header_add(&p->header, (enum proxy_header_version)version, &local, &peer);
}

int handshake_start(struct handshake *p, struct loop *loop, int fd,
	const struct handshake_plan *plan, handshake_fn *fn, void *arg)
{
	*p = (struct handshake){
		.loop = loop, .fd = fd, .asking = plan->wish != NULL, .fn = fn, .arg = arg};
	loop_timer_init(&p->timer, timed_out, p);
	if (plan->wish)
		proxy_client_start(&p->client, plan->wish);
	if (plan->header != HANDSHAKE_NO_HEADER)
		build_header(p, plan->header);
	if (p->client.out.failed || p->header.failed) {
		errno = ENOMEM;
		return -1;
	}
	if (plan->timeout_ns && loop_timer_set(loop, &p->timer, plan->timeout_ns) < 0)
		return -1;
	return loop_watch(loop, fd, LOOP_WRITE, ready, p);
}

void handshake_release(struct handshake *p)
{
	if (!p->loop)
		return;
	loop_forget(p->loop, p->fd);
	loop_timer_stop(p->loop, &p->timer);
	proxy_client_release(&p->client);
	bytes_release(&p->header);
	*p = (struct handshake){0};
}
