/* SPDX-License-Identifier: ISC */
/* pump.c - copy what a session received to standard output, and show it to
 * --expect or --prompt on the way. */

#include "tcp/connect/pump.h"

#include <errno.h>
#include <sys/socket.h>

#include "base/fd.h"
#include "base/uncleared.h"
/* Small, so that looking at a piece, even at length, does not hold up the loop. */
enum { PIECE = 4096 };

static void readable(void *arg, int fd, unsigned ready);
static void writable(void *arg, int fd, unsigned ready);

static void stop(struct pump *p, int error)
{
	p->over = true;
	loop_forget(p->loop, p->from);
	loop_forget(p->loop, p->to.fd);
	p->done(p->arg, error);
}

/* What to wait for at the sink: room, and the reader leaving. */
static unsigned sink_want(const struct pump *p)
{
	return (p->unwritten.size || p->ended ? LOOP_WRITE : 0U) |
		(end_has_reader(&p->to) ? LOOP_GONE : 0U);
}

/* Wait for what comes next: room for what is to be written, or more input. */
static void wait(struct pump *p)
{
	int err = 0;

	if (p->unwritten.failed)
		err = ENOMEM;
	else if (loop_watch(p->loop, p->from, p->ended || p->unwritten.size ? 0 : LOOP_READ,
			 readable, p) < 0)
		err = errno;
	else if (loop_watch(p->loop, p->to.fd, sink_want(p), writable, p) < 0)
		err = errno;
	if (err)
		stop(p, err);
}

static void writable(void *arg, int fd, unsigned ready)
{
	struct pump *p = arg;
	ssize_t n = 0;

	(void)fd;
	if (ready & LOOP_GONE) {
		stop(p, EPIPE);
		return;
	}
	if (p->unwritten.size)
		n = end_write(&p->to, p->unwritten.data, p->unwritten.size);
	if (n > 0)
		bytes_drop(&p->unwritten, (size_t)n);
	if (n < 0 && !fd_would_block(errno))
		stop(p, errno);
	else if (p->ended && !p->unwritten.size)
		stop(p, 0);
	else
		wait(p);
}

static void readable(void *arg, int fd, unsigned ready)
{
	struct pump *p = arg;
	UNCLEARED unsigned char data[PIECE];
	ssize_t n = recv(fd, data, sizeof data, MSG_DONTWAIT);

	(void)ready;
	if (n < 0 && (fd_would_block(errno) || errno == EINTR))
		return;
	if (n <= 0) {
		p->ended = true;
	} else {
		bytes_add(&p->unwritten, data, (size_t)n);
		p->look(p->arg, data, (size_t)n);
	}
	if (!p->over)
		wait(p);
}

int pump_start(struct pump *pump, struct loop *loop, int from, struct end to)
{
	pump->loop = loop;
	pump->from = from;
	pump->to = to;
	pump->unwritten = (struct bytes){0};
	pump->ended = pump->over = false;
	if (loop_watch(loop, from, LOOP_READ, readable, pump) < 0)
		return -1;
	return loop_watch(loop, to.fd, sink_want(pump), writable, pump);
}

void pump_finish(struct pump *pump)
{
	pump->ended = true;
	if (!pump->over)
		wait(pump);
}

void pump_release(struct pump *pump)
{
	if (!pump->loop)
		return;
	loop_forget(pump->loop, pump->from);
	loop_forget(pump->loop, pump->to.fd);
	bytes_release(&pump->unwritten);
	pump->loop = NULL;
}
