/* SPDX-License-Identifier: ISC */
/* kqueue.c - kqueue(2) on top of epoll(7), for one queue per process; never part of a real build.
 *
 * It emulates those properties of the original that callers may trip over: separate filters for
 * reading and writing; EV_EOF for the end of what a peer sends, which is not a hang-up; EPIPE for a
 * pipe that nobody reads; a regular file that is at its end and therefore never ready; terminals
 * that are refused, as on macOS; and EV_CLEAR, which reports a state once. */
#define _GNU_SOURCE /* EPOLLRDHUP */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/event.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILTERS = 2, EVENTS_MAX = 256, KNOTES_MAX = 65536 };

/* An epoll for each filter, both in one that represents the queue. */
static int queue = -1, inner[FILTERS];
static void *udata[FILTERS][KNOTES_MAX];

static int index_of(short filter)
{
	return filter == EVFILT_READ ? 0 : 1;
}

int kqueue(void)
{
	/* The epolls of the previous queue, which was closed. */
	for (int i = 0; queue >= 0 && i < FILTERS; i++)
		close(inner[i]);
	queue = epoll_create1(0);
	for (int i = 0; queue >= 0 && i < FILTERS; i++) {
		struct epoll_event one = {.events = EPOLLIN, .data.fd = i};

		inner[i] = epoll_create1(EPOLL_CLOEXEC);
		if (inner[i] < 0 || epoll_ctl(queue, EPOLL_CTL_ADD, inner[i], &one) < 0)
			return -1;
	}
	return queue;
}

/* Whether FD is a pipe that nobody reads. */
static bool has_no_reader(int fd)
{
	struct pollfd now = {.fd = fd};
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) && poll(&now, 1, 0) > 0 &&
		(now.revents & POLLERR);
}

/* A file is never ready, because it is at its end; a device is refused. */
static int add_unpolled(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	errno = EINVAL;
	return -1;
}

static int add(int fd, const struct kevent *change)
{
	int i = index_of(change->filter);
	struct epoll_event one = {.data.fd = fd};

	if (isatty(fd)) {
		errno = EINVAL;
		return -1;
	}
	if (i == 1 && has_no_reader(fd)) {
		errno = EPIPE;
		return -1;
	}
	one.events = i == 0 ? EPOLLIN | EPOLLRDHUP : EPOLLOUT;
	if (change->flags & EV_CLEAR)
		one.events |= EPOLLET;
	udata[i][fd] = change->udata;
	if (epoll_ctl(inner[i], EPOLL_CTL_ADD, fd, &one) == 0)
		return 0;
	if (errno == EPERM)
		return add_unpolled(fd);
	return errno == EEXIST ? epoll_ctl(inner[i], EPOLL_CTL_MOD, fd, &one) : -1;
}

static int apply(const struct kevent *change)
{
	int fd = (int)change->ident;

	if (fd < 0 || fd >= KNOTES_MAX) {
		errno = EBADF;
		return -1;
	}
	if (change->flags & EV_DELETE)
		return epoll_ctl(inner[index_of(change->filter)], EPOLL_CTL_DEL, fd, NULL);
	return add(fd, change);
}

static struct kevent event_of(int i, const struct epoll_event *one)
{
	struct kevent event = {.ident = (uintptr_t)one->data.fd,
		.filter = i == 0 ? EVFILT_READ : EVFILT_WRITE,
		.udata = udata[i][one->data.fd]};
	unsigned ends = i == 0 ? EPOLLRDHUP | EPOLLHUP | EPOLLERR : EPOLLHUP | EPOLLERR;

	if (one->events & ends)
		event.flags = EV_EOF;
	if (one->events & EPOLLERR)
		event.fflags = EIO;
	return event;
}

/* Collect what is ready in filter I. */
static int collect(int i, struct kevent *events, int room)
{
	struct epoll_event ready[EVENTS_MAX];
	int count = room > 0 ? epoll_wait(inner[i], ready, room < EVENTS_MAX ? room : EVENTS_MAX, 0)
			     : 0;

	for (int n = 0; n < count; n++)
		events[n] = event_of(i, &ready[n]);
	return count;
}

int kevent(int fd, const struct kevent *changes, int change_count, struct kevent *events,
	int event_count, const struct timespec *timeout)
{
	struct epoll_event ready[FILTERS];
	int count;

	for (int i = 0; i < change_count; i++) {
		if (apply(&changes[i]) < 0)
			return -1;
	}
	if (event_count == 0)
		return 0;
	if (epoll_wait(fd, ready, FILTERS,
		    timeout ? (int)(timeout->tv_sec * 1000 + timeout->tv_nsec / 1000000) : -1) < 0)
		return -1;
	count = collect(0, events, event_count);
	return count + collect(1, events + count, event_count - count);
}
