/* SPDX-License-Identifier: ISC */
/* drain.c - close a connection without destroying its own last bytes. */
#include "core/stream/drain.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/fd.h"
#include "core/loop/loop.h"
#include "core/os/tcp.h"
#include "core/sock/sock.h"

enum {
	DROP_SIZE = 16384,
	ROUNDS_MAX = 16, /* in one turn, so that a flood does not hold up others */
};

#define LOOK_NS INT64_C(10000000)

struct drain {
	struct drain *next, **link;
	struct loop *loop;
	int fd;
	bool is_ours; /* nobody else has it open */
	bool aborts;
	int64_t until_ns; /* for an abort */
	drain_fn *fn;
	void *arg;
	struct loop_timer timer;
};

/* All drains, for a program that must end before they are done. */
static struct drain *drains;

static void list_add(struct drain *d)
{
	d->next = drains;
	d->link = &drains;
	if (d->next)
		d->next->link = &d->next;
	drains = d;
}

static void list_drop(struct drain *d)
{
	*d->link = d->next;
	if (d->next)
		d->next->link = d->link;
}

/* Close the descriptor of D, and notify its owner. */
static void close_and_tell(const struct drain *d)
{
	if (!d->is_ours)
		loop_forget(d->loop, d->fd);
	loop_close(d->loop, d->fd);
	if (d->fn)
		d->fn(d->arg);
}

/* Discard what was received. Returns whether the peer may still send. */
static bool discard(int fd)
{
	static char dropped[DROP_SIZE]; /* static, because the compiler might clear it in each
					 * call */
	for (int i = 0; i < ROUNDS_MAX; i++) {
		ssize_t n = recv(fd, dropped, sizeof(dropped), MSG_DONTWAIT);
		if (n == 0)
			return false;
		if (n < 0 && errno != EINTR)
			return fd_would_block(errno);
	}
	return true;
}

/* Make close(2) send a reset. */
static void set_reset(int fd)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void finish(void *arg)
{
	struct drain *d = arg;
	const struct drain ended = *d;
	if (d->aborts)
		set_reset(d->fd);
	loop_timer_stop(d->loop, &d->timer);
	list_drop(d);
	free(d);
	close_and_tell(&ended);
}

static void on_ready(void *arg, int fd, unsigned ready)
{
	(void)ready;
	if (!discard(fd))
		finish(arg);
}

/* 0, or -1 if there is no memory. */
static int wait_for_end(const struct drain *plan)
{
	struct drain *d = malloc(sizeof(*d));
	if (!d)
		return -1;
	*d = *plan;
	loop_timer_init(&d->timer, finish, d);
	if (loop_timer_set(d->loop, &d->timer, DRAIN_MAX_NS) == 0) {
		if (loop_watch(d->loop, d->fd, LOOP_READ, on_ready, d) == 0) {
			list_add(d);
			return 0;
		}
		loop_timer_stop(d->loop, &d->timer);
	}
	free(d);
	return -1;
}

static void drain(const struct drain *plan)
{
	loop_pause(plan->loop, plan->fd);
	if (shutdown(plan->fd, SHUT_WR) == 0 && discard(plan->fd) && wait_for_end(plan) == 0)
		return;
	close_and_tell(plan);
}

static bool is_connection(int fd)
{
	int type;
	socklen_t size = sizeof(type);
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type != SOCK_DGRAM;
}

void drain_socket(struct loop *loop, int fd, drain_fn *fn, void *arg)
{
	const struct drain plan = {.loop = loop, .fd = fd, .fn = fn, .arg = arg};

	if (is_connection(fd))
		drain(&plan);
	else
		close_and_tell(&plan);
}

void drain_connection(struct loop *loop, int fd, drain_fn *fn, void *arg)
{
	drain(&(struct drain){.loop = loop, .fd = fd, .is_ours = true, .fn = fn, .arg = arg});
}

/* Whether something that was sent may still be delivered: after a reset by the peer nothing will
 * be. */
static bool is_delivering(int fd)
{
	struct addr peer;

	return os_unsent(fd) > 0 && sock_peer(fd, &peer) == 0;
}

/* No event reports that everything was delivered. */
static void look_again(void *arg)
{
	struct drain *d = arg;

	if (!is_delivering(d->fd) || loop_now(d->loop) >= d->until_ns ||
		loop_timer_set(d->loop, &d->timer, LOOK_NS) < 0)
		finish(d);
}

void drain_abort(struct loop *loop, int fd, drain_fn *fn, void *arg)
{
	const struct drain plan = {.loop = loop,
		.fd = fd,
		.aborts = true,
		.until_ns = loop_now(loop) + DRAIN_MAX_NS,
		.fn = fn,
		.arg = arg};
	struct drain *d = is_delivering(fd) ? malloc(sizeof(*d)) : NULL;

	loop_forget(loop, fd);
	if (!d) {
		set_reset(fd);
		close_and_tell(&plan);
		return;
	}
	*d = plan;
	loop_timer_init(&d->timer, look_again, d);
	list_add(d);
	look_again(d);
}

void drain_end_all(void)
{
	while (drains)
		finish(drains);
}
