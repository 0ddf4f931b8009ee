/* SPDX-License-Identifier: ISC */
/* poller_poll.c - wait for descriptors with poll(2), which every system has. */
#include "core/loop/poller.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include "base/grow.h"
#include "base/num.h"
#include "core/loop/loop.h"

/* How many times in a row, and after what pause, poll(2) is called again if the kernel lacks
 * memory. */
enum { SHORTAGES_MAX = 500 };
static const struct timespec shortage_pause = {.tv_nsec = 10 * NUM_NS_PER_MS};

struct poll_state {
	struct pollfd *polled;
	size_t count, room;
	size_t *places; /* by descriptor: its place in POLLED */
	size_t place_room;
	size_t first; /* where to start looking for events, so that the last are not starved */
	int shortages;
};

static void *poll_open(void)
{
	return calloc(1, sizeof(struct poll_state));
}

static void poll_close(void *state)
{
	struct poll_state *s = state;
	free(s->polled);
	free(s->places);
	free(s);
}

/* Returns at least LEAST, by doubling ROOM. */
static int make_room(struct poll_state *s, int fd)
{
	struct pollfd *polled = grow(s->polled, &s->room, s->count + 1, sizeof(*polled));
	if (!polled)
		return -1;
	s->polled = polled;
	size_t *places = grow(s->places, &s->place_room, (size_t)fd + 1, sizeof(*places));
	if (!places)
		return -1;
	s->places = places;
	return 0;
}

static void take_out(struct poll_state *s, int fd)
{
	size_t place = s->places[fd];
	s->polled[place] = s->polled[--s->count];
	s->places[s->polled[place].fd] = place;
}

static int poll_set(void *state, int fd, unsigned want, unsigned had)
{
	struct poll_state *s = state;
	if (!want) {
		take_out(s, fd);
		return 0;
	}
	if (!had) {
		if (make_room(s, fd) != 0)
			return -1;
		s->places[fd] = s->count++;
	}
	short events = (short)((want & LOOP_READ ? POLLIN : 0) | (want & LOOP_WRITE ? POLLOUT : 0));
	s->polled[s->places[fd]] = (struct pollfd){.fd = fd, .events = events};
	return 0;
}

static unsigned ready_of(int revents)
{
	unsigned ready = revents & (POLLERR | POLLHUP | POLLNVAL) ? LOOP_GONE : 0;
	if (revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL))
		ready |= LOOP_READ;
	if (revents & (POLLOUT | POLLERR | POLLHUP | POLLNVAL))
		ready |= LOOP_WRITE;
	return ready;
}

static int collect(struct poll_state *s, struct poller_event *events, int max)
{
	int count = 0;
	size_t place = s->first < s->count ? s->first : 0;
	for (size_t seen = 0; seen < s->count && count < max; seen++) {
		const struct pollfd *p = &s->polled[place];
		if (p->revents)
			events[count++] = (struct poller_event){p->fd, ready_of(p->revents)};
		place = place + 1 < s->count ? place + 1 : 0;
	}
	s->first = place;
	return count;
}

/* A server must not end because of a shortage that may pass in a moment. Returns 0 events, or -1
 * with errno. */
static int wait_for_memory(struct poll_state *s)
{
	if ((errno != ENOMEM && errno != EAGAIN) || ++s->shortages > SHORTAGES_MAX)
		return -1;
	nanosleep(&shortage_pause, NULL);
	return 0;
}

static int poll_wait(void *state, struct poller_event *events, int max, int timeout_ms)
{
	struct poll_state *s = state;
	int ready = poll(s->polled, (nfds_t)s->count, timeout_ms);
	if (ready < 0)
		return errno == EINTR ? 0 : wait_for_memory(s);
	s->shortages = 0;
	return ready == 0 ? 0 : collect(s, events, ready < max ? ready : max);
}

const struct poller poller_poll = {
	"poll", poll_open, poll_close, poll_set, poll_wait, false, false};
