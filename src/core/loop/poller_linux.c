/* SPDX-License-Identifier: ISC */
/* poller_linux.c - wait for descriptors with epoll(7). */
#include "core/loop/poller.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "base/fd.h"
#include "core/loop/loop.h"

enum { EVENTS_MAX = 256 };

struct epoll_state {
	int fd;
	struct epoll_event events[EVENTS_MAX];
};

static void *epoll_open(void)
{
	struct epoll_state *s = malloc(sizeof(*s));
	if (!s)
		return NULL;
	s->fd = epoll_create1(EPOLL_CLOEXEC);
	if (s->fd >= 0)
		return s;
	int err = errno;
	free(s);
	errno = err;
	return NULL;
}

static void epoll_close(void *state)
{
	struct epoll_state *s = state;
	fd_close(s->fd);
	free(s);
}

static int epoll_set(void *state, int fd, unsigned want, unsigned had)
{
	struct epoll_state *s = state;
	/* Hang-ups are always reported, so a descriptor of which nothing is wanted is removed
	 * altogether. */
	if (!want) {
		epoll_ctl(s->fd, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	struct epoll_event event = {.data.fd = fd};
	if (want & LOOP_READ)
		event.events |= EPOLLIN;
	if (want & LOOP_WRITE)
		event.events |= EPOLLOUT;
	if (want & LOOP_BRIEF)
		event.events |= EPOLLET;
	return epoll_ctl(s->fd, had ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event);
}

static unsigned ready_of(uint32_t events)
{
	unsigned ready = events & (EPOLLERR | EPOLLHUP) ? LOOP_GONE : 0;
	if (events & (EPOLLIN | EPOLLERR | EPOLLHUP))
		ready |= LOOP_READ;
	if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP))
		ready |= LOOP_WRITE;
	return ready;
}

static int epoll_wait_for(void *state, struct poller_event *events, int max, int timeout_ms)
{
	struct epoll_state *s = state;
	int count = epoll_wait(s->fd, s->events, max < EVENTS_MAX ? max : EVENTS_MAX, timeout_ms);
	if (count < 0)
		return errno == EINTR ? 0 : -1;
	for (int i = 0; i < count; i++)
		events[i] =
			(struct poller_event){s->events[i].data.fd, ready_of(s->events[i].events)};
	return count;
}

static const struct poller poller_epoll = {
	"epoll", epoll_open, epoll_close, epoll_set, epoll_wait_for, true, true};

const struct poller *const pollers[] = {&poller_epoll, &poller_poll, NULL};
