/* SPDX-License-Identifier: ISC */
/* poller_bsd.c - wait for descriptors with kqueue(2), and for terminals with select(2) if kqueue
 * does not support them, as on macOS. */
#include "core/loop/poller.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/types.h>

#include <sys/event.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/grow.h"
#include "core/loop/loop.h"

enum {
	EVENTS_MAX = 256,
	MS_PER_S = 1000,
	US_PER_MS = 1000,
	NS_PER_MS = 1000000,
	ALL = LOOP_READ | LOOP_WRITE | LOOP_GONE,
};

/* A descriptor for which kqueue(2) does not work properly: a terminal, or (GONE) one that nobody
 * reads any longer, which is all that is left to report about it. */
struct odd {
	int fd;
	unsigned want;
	bool gone;
};

struct kqueue_state {
	int fd;
	struct odd *odd;
	size_t odd_count, odd_room;
	struct kevent events[EVENTS_MAX];
};

static void *kqueue_open(void)
{
	struct kqueue_state *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return NULL;
	s->fd = kqueue();
	/* A child never inherits the queue, but this process would keep it across exec(3). */
	if (s->fd >= 0 && fd_set_cloexec(s->fd) == 0)
		return s;
	err = errno;
	fd_close(s->fd);
	free(s);
	errno = err;
	return NULL;
}

static void kqueue_close(void *state)
{
	struct kqueue_state *s = state;

	fd_close(s->fd);
	free(s->odd);
	free(s);
}

static int add_odd(struct kqueue_state *s, struct odd one)
{
	struct odd *larger = grow(s->odd, &s->odd_room, s->odd_count + 1, sizeof(*larger));

	if (!larger)
		return -1;
	s->odd = larger;
	s->odd[s->odd_count++] = one;
	return 0;
}

/* Remove FD from the odd ones. Returns those of WANTS, which were wanted of it, that kqueue(2)
 * knows. */
static unsigned drop_odd(struct kqueue_state *s, int fd, unsigned wants)
{
	for (size_t i = 0; i < s->odd_count; i++) {
		bool gone = s->odd[i].gone;

		if (s->odd[i].fd != fd)
			continue;
		s->odd[i] = s->odd[--s->odd_count];
		return gone ? wants & LOOP_READ : 0;
	}
	return wants;
}

static int change(const struct kqueue_state *s, int fd, int filter, unsigned flags)
{
	static const struct timespec at_once = {0};
	struct kevent one;

	/* The casts are for the types of each system; the last field marks what is
	 * edge-triggered. */
	EV_SET(&one, (uintptr_t)fd, (short)filter, (unsigned short)flags, 0, 0,
		flags & EV_CLEAR ? (void *)"edge" : NULL);
	return kevent(s->fd, &one, 1, NULL, 0, &at_once);
}

/* It is not a failure if kqueue(2) has already dropped the filter because the descriptor was
 * closed. */
static void delete (const struct kqueue_state *s, int fd, int filter)
{
	int err = errno;

	(void)change(s, fd, filter, EV_DELETE);
	errno = err;
}

/* The flags of EVFILT_WRITE for WANT; 0: without it. To wait only for a hang-up, the filter is
 * edge-triggered: level-triggered, it would report all the time that FD is writable. */
static unsigned write_flags(unsigned want)
{
	if (want & LOOP_WRITE)
		return EV_ADD;
	return want & LOOP_GONE ? EV_ADD | EV_CLEAR : 0;
}

/* Change the filters from those for HAD to those for WANT. 0, or -1 with errno of the first that
 * failed. */
static int apply(const struct kqueue_state *s, int fd, unsigned want, unsigned had)
{
	unsigned before = write_flags(had), after = write_flags(want);

	if (had & ~want & LOOP_READ)
		delete (s, fd, EVFILT_READ);
	/* Adding an existing filter would not change how it is triggered. */
	if (before && before != after)
		delete (s, fd, EVFILT_WRITE);
	if ((want & ~had & LOOP_READ) && change(s, fd, EVFILT_READ, EV_ADD) < 0)
		return -1;
	if (after && before != after && change(s, fd, EVFILT_WRITE, after) < 0)
		return -1;
	return 0;
}

/* Whether FD is a file: always ready, whereas kqueue(2) would report only when it is not at its
 * end. */
static bool is_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
		(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) || S_ISBLK(st.st_mode));
}

/* Whether FD was refused because it is a pipe or FIFO without a reader: with EPIPE, on NetBSD with
 * EBADF. */
static bool is_gone(int fd, int err)
{
	return err == EPIPE || (err == EBADF && fcntl(fd, F_GETFD) >= 0);
}

/* kqueue(2) has refused FD with ERR. 0, or -1 with errno. */
static int take_refused(struct kqueue_state *s, int fd, unsigned want, int err)
{
	if (is_gone(fd, err)) {
		/* The write filter, which came last, was the one refused. */
		return add_odd(s, (struct odd){fd, want, true});
	}
	apply(s, fd, 0, want);
	errno = err;
	if (err == ENOMEM || err == EBADF)
		return -1;
	if (isatty(fd) && fd < FD_SETSIZE)
		return add_odd(s, (struct odd){fd, want, false});
	errno = EPERM;
	return -1;
}

static int kqueue_set(void *state, int fd, unsigned want, unsigned had)
{
	struct kqueue_state *s = state;

	had = drop_odd(s, fd, had);
	if (want && !had && is_file(fd)) {
		errno = EPERM;
		return -1;
	}
	if (apply(s, fd, want, had) == 0)
		return 0;
	return take_refused(s, fd, want, errno);
}

/* The end of reading does not mean the end of writing: the peer may only have ended its side. But
 * if there is nobody to write to, everything has ended. */
static unsigned ready_of(const struct kevent *event)
{
	bool ended = event->flags & EV_EOF;

	if (event->filter == EVFILT_WRITE)
		return ended ? ALL : LOOP_WRITE;
	return ended && event->fflags ? ALL : LOOP_READ;
}

/* The edge of a hang-up comes only once, but the loop must hear of it as long as it lasts. */
static void remember_gone(struct kqueue_state *s, const struct kevent *event)
{
	int fd = (int)event->ident;

	if (event->filter != EVFILT_WRITE || !(event->flags & EV_EOF) || !event->udata)
		return;
	if (add_odd(s, (struct odd){fd, LOOP_GONE, true}) == 0)
		delete (s, fd, EVFILT_WRITE);
}

/* Wait with kqueue(2) alone. */
static int wait_queue(struct kqueue_state *s, struct poller_event *events, int max,
	const struct timespec *timeout)
{
	/* Some systems take an int, some a size_t. */
	unsigned short room = (unsigned short)(max < EVENTS_MAX ? max : EVENTS_MAX);
	int count = kevent(s->fd, NULL, 0, s->events, room, timeout);

	if (count < 0)
		return errno == EINTR ? 0 : -1;
	for (int i = 0; i < count; i++) {
		events[i] = (struct poller_event){(int)s->events[i].ident, ready_of(&s->events[i])};
		remember_gone(s, &s->events[i]);
	}
	return count;
}

/* What select(2) is to wait for. */
struct sets {
	fd_set read, write;
	int highest;
	bool gone;
};

static void fill(const struct kqueue_state *s, struct sets *sets)
{
	FD_ZERO(&sets->read);
	FD_ZERO(&sets->write);
	FD_SET(s->fd, &sets->read);
	sets->highest = s->fd;
	sets->gone = false;
	for (size_t i = 0; i < s->odd_count; i++) {
		const struct odd *one = &s->odd[i];

		sets->gone = sets->gone || one->gone;
		if (one->gone)
			continue;
		if (one->want & LOOP_READ)
			FD_SET(one->fd, &sets->read);
		if (one->want & LOOP_WRITE)
			FD_SET(one->fd, &sets->write);
		if (one->fd > sets->highest)
			sets->highest = one->fd;
	}
}

/* Report those odd ones that are ready, according to SETS or because they are gone. */
static int report_odd(
	const struct kqueue_state *s, const struct sets *sets, struct poller_event *events, int max)
{
	int count = 0;

	for (size_t i = 0; i < s->odd_count && count < max; i++) {
		const struct odd *one = &s->odd[i];
		unsigned ready = one->gone ? ALL : 0;

		if (!one->gone && FD_ISSET(one->fd, &sets->read))
			ready |= LOOP_READ;
		if (!one->gone && FD_ISSET(one->fd, &sets->write))
			ready |= LOOP_WRITE;
		if (ready)
			events[count++] = (struct poller_event){one->fd, ready};
	}
	return count;
}

/* Wait with select(2) for the terminals and for the queue itself. */
static int wait_all(struct kqueue_state *s, struct poller_event *events, int max, int timeout_ms)
{
	static const struct timespec at_once = {0};
	struct timeval timeout = {
		.tv_sec = timeout_ms / MS_PER_S, .tv_usec = timeout_ms % MS_PER_S * US_PER_MS};
	struct sets sets;
	int count, queued;

	fill(s, &sets);
	if (sets.gone)
		timeout = (struct timeval){0};
	if (select(sets.highest + 1, &sets.read, &sets.write, NULL,
		    timeout_ms < 0 && !sets.gone ? NULL : &timeout) < 0)
		return errno == EINTR ? 0 : -1;
	count = report_odd(s, &sets, events, max);
	if (count == max || !FD_ISSET(s->fd, &sets.read))
		return count;
	queued = wait_queue(s, events + count, max - count, &at_once);
	return queued < 0 ? -1 : count + queued;
}

static int kqueue_wait(void *state, struct poller_event *events, int max, int timeout_ms)
{
	struct kqueue_state *s = state;
	struct timespec timeout = {.tv_sec = timeout_ms / MS_PER_S,
		.tv_nsec = (long)(timeout_ms % MS_PER_S) * NS_PER_MS};

	if (s->odd_count > 0)
		return wait_all(s, events, max, timeout_ms);
	return wait_queue(s, events, max, timeout_ms < 0 ? NULL : &timeout);
}

/* kqueue itself would notice a close, but descriptors that it does not know would remain in our
 * lists. */
static const struct poller poller_kqueue = {
	"kqueue", kqueue_open, kqueue_close, kqueue_set, kqueue_wait, false, false};

const struct poller *const pollers[] = {&poller_kqueue, &poller_poll, NULL};
