/* SPDX-License-Identifier: ISC */
/* arrival.c - accepted connections whose PROXY protocol header has not arrived yet. */

#include "tcp/server/arrival.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/log.h"
#include "base/num.h"
#include "base/status.h"
#include "base/uncleared.h"
#include "tcp/proxy/proxy_header.h"
#include "tcp/server/server_private.h"

static const int64_t arrival_max_ns = 5 * NUM_NS_PER_S;

enum { PEEK_SIZE = 4096 };

struct arrival {
	struct arrival *next, **link; /* in the server's list */
	struct server *server;
	struct accepted from;
	struct proxy_header header;
	struct loop_timer timer;
};

/* Remove A from the server's list and free it. Returns its socket, or -1 if it has none. */
static int arrival_free(struct arrival *a)
{
	struct server *s = a->server;
	int fd = a->from.fd;

	loop_timer_stop(s->loop, &a->timer);
	loop_forget(s->loop, fd);
	*a->link = a->next;
	if (a->next)
		a->next->link = a->link;
	free(a);
	return fd;
}

static void arrival_fail(struct arrival *a, const char *reason)
{
	struct server *s = a->server;
	char text[ADDR_TEXT];

	log_warning_of(reason, "%s: %s", addr_text(&a->from.peer, text), reason);
	fd_close(arrival_free(a));
	server_arrived(s);
}

static void too_slow(void *arg)
{
	arrival_fail(arg, "no PROXY header received within 5 s");
}

static void arrival_done(struct arrival *a)
{
	struct server *s = a->server;
	struct accepted from = a->from;

	if (a->header.source.size > 0) {
		from.peer = a->header.source;
		from.local = a->header.destination;
	}
	arrival_free(a);
	server_arrived(s);
	server_serve(s, &from);
}

/* Look at what was received, and take only what belongs to the header. */
static void on_header(void *arg, int fd, unsigned ready)
{
	struct arrival *a = arg;
	UNCLEARED unsigned char data[PEEK_SIZE];
	ssize_t n = recv(fd, data, sizeof data, MSG_PEEK | MSG_DONTWAIT);
	size_t taken;

	(void)ready;
	if (n < 0 && (fd_would_block(errno) || errno == EINTR))
		return;
	if (n <= 0) {
		arrival_fail(a,
			n < 0 ? status_reason(errno) : "closed before the end of its PROXY header");
		return;
	}
	taken = proxy_header_feed(&a->header, data, (size_t)n);
	if (taken > 0 && recv(fd, data, taken, MSG_DONTWAIT) != (ssize_t)taken)
		arrival_fail(a, status_reason(EIO));
	else if (a->header.state == PROXY_HEADER_BAD)
		arrival_fail(a, a->header.reason);
	else if (a->header.state == PROXY_HEADER_DONE)
		arrival_done(a);
}

void arrival_start(struct server *s, const struct accepted *accepted)
{
	struct arrival *a = calloc(1, sizeof *a);

	if (!a) {
		server_no_memory();
		fd_close(accepted->fd);
		return;
	}
	a->server = s;
	a->from = *accepted;
	a->next = s->arrivals;
	a->link = &s->arrivals;
	if (a->next)
		a->next->link = &a->next;
	s->arrivals = a;
	s->arriving++;
	loop_timer_init(&a->timer, too_slow, a);
	if (loop_timer_set(s->loop, &a->timer, arrival_max_ns) < 0 ||
		loop_watch(s->loop, accepted->fd, LOOP_READ, on_header, a) < 0)
		arrival_fail(a, status_reason(errno));
	else
		on_header(a, accepted->fd, LOOP_READ);
}

void arrival_end_all(struct server *s)
{
	while (s->arrivals) {
		fd_close(arrival_free(s->arrivals));
		server_arrived(s);
	}
}
